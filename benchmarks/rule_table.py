"""Mean gap of every dispatch rule to the best known makespans: ``python -m schedsolve.benchmarks.rule_table``.

One row a rule, one column a mode; by default over Taillard's 80 job shops. These have no due dates, so that rules on
due dates fall back on what else they look at, and on the job index. Names are bundled instances or files.
"""

from __future__ import annotations

import argparse
from statistics import mean

from schedsolve.instances.best_known import best_known
from schedsolve.instances.read import load
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.dispatch.jobshop import RULES
from schedsolve.solvers.solve import solve

TAILLARD = tuple(f"ta{i:02d}" for i in range(1, 81))
MODES = ("", ":active")


def main() -> None:
    parser = argparse.ArgumentParser(description="Mean gap of dispatch rules to best known makespans.")
    parser.add_argument("names", nargs="*", default=TAILLARD)
    parser.add_argument("--seed", type=int, default=0, help="for the rule random")
    arguments = parser.parse_args()
    gaps = gaps_by_rule([load(name) for name in arguments.names], arguments.seed)
    print(f"Mean gap to the best known makespan in %, {len(arguments.names)} instances.")
    print("\n| rule | | non-delay | active |\n|---|---|---|---|")
    for name, by_mode in sorted(gaps.items(), key=lambda row: mean(row[1][""])):
        print(f"| {name} | {RULES[name].title} | {mean(by_mode['']):.1f} | {mean(by_mode[':active']):.1f} |")
    best = {mode: mean(map(min, zip(*(rows[mode] for rows in gaps.values()), strict=True))) for mode in MODES}
    print(f"| | best of all rules | {best['']:.1f} | {best[':active']:.1f} |")
    every = mean(map(min, zip(*(rows[mode] for rows in gaps.values() for mode in MODES), strict=True)))
    print(f"\nBest of all rules in both modes: {every:.1f} %.")


def gaps_by_rule(problems: list[JobShop], seed: int) -> dict[str, dict[str, list[float]]]:
    """For each rule and mode the gap of each problem in percent. Raises ``ValueError`` for one not known."""
    names = [name for name, rule in RULES.items() if rule.needs != "jobs"]
    gaps: dict[str, dict[str, list[float]]] = {name: {mode: [] for mode in MODES} for name in names}
    for problem in problems:
        known = best_known(problem)
        if known is None:
            raise ValueError(f"no best known makespan of {problem.name}")
        for name in names:
            for mode in MODES:
                result = solve(problem, "dispatch", rule=name + mode, time_limit=None, threads=1, seed=seed)
                assert result.objective is not None
                gaps[name][mode].append(100 * (result.objective / known.upper - 1))
    return gaps


if __name__ == "__main__":
    main()
