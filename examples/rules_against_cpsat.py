"""Dispatch rules against CP-SAT on one instance: how far is each rule from the proven optimum?"""

from schedsolve import load, solve

problem = load("la01")
best = solve(problem, engine="cpsat", time_limit=20)
print(f"CP-SAT: {best}")
for rule in ("spt", "mwkr", "mor", "fifo", "mwkr:active", "best"):
    found = solve(problem, engine="dispatch", rule=rule)
    excess = 100 * (found.objective - best.objective) / best.objective
    print(f"{rule:12} {found.objective:5}  +{excess:.1f} %")
