"""A list of objectives: first as few late jobs as can be, then little tardiness, then an early finish."""

import numpy as np

from schedsolve import JobShop, solve

rng = np.random.default_rng(1)
jobs = [[(int(m), int(rng.integers(1, 10))) for m in rng.permutation(4)] for _ in range(6)]
problem = JobShop.from_jobs(
    jobs,
    due=[sum(duration for _, duration in job) + 5 for job in jobs],
    objective=("tardy_jobs", "total_tardiness", "makespan"),
)
result = solve(problem, time_limit=20)
for level in result.objectives:
    print(f"{level.name:16} {level.value}  (at least {level.bound})")
print(result.status)
