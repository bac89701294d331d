"""How long ``auto`` takes to prove known optima: ``python -m schedsolve.benchmarks.proofs [NAME…]``.

One row an instance: objective, bound and seconds, to first solution and to the end. Names are bundled instances or
files; ``la01:swap`` and ``la01:no_swap`` add blocking.
"""

from __future__ import annotations

import argparse

from schedsolve.instances.best_known import best_known
from schedsolve.instances.read import load
from schedsolve.solvers.solve import solve

CLASSICS = ("ft06", "ft10", "la05", "la10", "la24", "la36", "la40", "orb01")
BLOCKING = tuple(f"la0{i}:{mode}" for i in range(1, 6) for mode in ("no_swap", "swap"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time to proven optimality on instances with known optima.")
    parser.add_argument("names", nargs="*", default=[*CLASSICS, *BLOCKING])
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print("| instance | best known | status | objective | bound | first s | best s | total s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in arguments.names:
        source, _, blocking = name.partition(":")
        problem = load(source, **({"blocking": blocking} if blocking else {}))
        result = solve(
            problem,
            arguments.engine,
            time_limit=arguments.time_limit,
            threads=arguments.threads,
            seed=arguments.seed,
        )
        found = [p.seconds for p in result.trace if p.objective is not None]
        best = [p.seconds for p in result.trace if p.objective == result.objective]
        known = best_known(problem)
        print(
            f"| {name} | {known.upper if known else ''} | {result.status} | {result.objective} | {result.bound} "
            f"| {min(found, default=0):.2f} | {min(best, default=0):.2f} | {result.seconds:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
