"""Explanations of projects with one contradiction each: ``python -m schedsolve.benchmarks.explain_table``.

One row a kind of contradiction, one column a level of ``schedsolve generate levels``: processor seconds (median), items
of the conflict (median), and how many of the conflicts are minimal. Each conflict and each change that is said to help
is tried again by fresh models; what does not hold is named below the table, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from schedsolve.instances.generators.rcpsp.constraint_levels import CONTRADICTIONS, FLAVOURS, levels
from schedsolve.models.contracts import Problem
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.explain.explain import ANY, explain
from schedsolve.solvers.explain.explanation import Explanation
from schedsolve.solvers.explain.rcpsp.constraints import explainer
from schedsolve.solvers.result import Status
from schedsolve.solvers.solve import solve


class Explained(NamedTuple):
    """What is said of one project, and what of it does not hold."""

    name: str
    seconds: float
    """Processor time of the explanation."""
    size: int
    """Items of the conflict."""
    changes: int
    """Changes that are said to help."""
    wrong: list[str]


def main() -> int:
    parser = argparse.ArgumentParser(description="Explanations of projects with one contradiction each, tried again.")
    parser.add_argument("--level", type=int, action="append", help="may be repeated; 5, 10, 20, 40 and 60 if not given")
    parser.add_argument("--seed", type=int, action="append", help="may be repeated; 0 and 1 if not given")
    parser.add_argument("--flavour", choices=FLAVOURS, default=FLAVOURS[0])
    parser.add_argument("--time-limit", type=float, default=30, help="seconds for each explanation")
    arguments = parser.parse_args()
    columns = arguments.level or [5, 10, 20, 40, 60]
    seeds = arguments.seed or [0, 1]
    print(f"seconds / items of the conflict / minimal; flavour {arguments.flavour}, seeds {seeds}, one thread")
    print("\n| contradiction | " + " | ".join(f"level {level}" for level in columns) + " | changes |")
    print("|---|" + "---|" * (len(columns) + 1))
    wrong: list[str] = []
    for contradiction in CONTRADICTIONS:
        cells, changes = [], 0
        for level in columns:
            found = [
                explained(problem, arguments.time_limit)
                for problem in projects(contradiction, level, seeds, arguments.flavour)
            ]
            cells.append(cell(found))
            changes += sum(row.changes for row in found)
            for row in found:
                wrong += [f"{row.name}: {what}" for what in row.wrong]
        print(f"| {contradiction} | {' | '.join(cells)} | {changes} |", flush=True)
    print("\n" + "\n".join(wrong or ["Tried again, every conflict is minimal and every change helps."]))
    return 1 if wrong else 0


def projects(contradiction: str, level: int, seeds: list[int], flavour: str) -> Iterator[RCPSP]:
    """Those of the seeds that have room for the contradiction."""
    for seed in seeds:
        try:
            yield levels(level=level, seed=seed, contradiction=contradiction, flavour=flavour)
        except InvalidProblem as error:
            if error.field != "contradiction":
                raise


def explained(problem: RCPSP, time_limit: float) -> Explained:
    """Explain one project and try all of that again."""
    started = time.process_time()
    found = explain(problem, time_limit=time_limit, threads=1)
    seconds = time.process_time() - started
    return Explained(problem.name, seconds, len(found.conflict), len(found.relaxations), list(_wrong(problem, found)))


def cell(found: list[Explained]) -> str:
    """Medians, and how many are right in all."""
    if not found:
        return "none"
    right = sum(not row.wrong for row in found)
    seconds, size = median(row.seconds for row in found), median(row.size for row in found)
    return f"{seconds:.2f} / {size:g} / {right} of {len(found)}"


def _wrong(problem: RCPSP, found: Explanation) -> Iterator[str]:
    if found.feasible is not False:
        yield "is solvable" if found.feasible else "is not known to be solvable or not"
        return
    yield from found.notes
    project = explainer(problem)
    others = [item for item in project.refined(project.items()) if item not in found.conflict]
    if _is_possible(project.without(others)) is not False:
        yield "the conflict is none"
    for item in found.conflict:
        if _is_possible(project.without([*others, item])) is not True:
            yield f"not needed: {item.words}"
    for change in found.relaxations:
        step = project.change(change.item)
        changed: Problem
        if step is None or change.amount is None:
            changed = project.without([change.item])
        else:
            changed = step.problem(change.amount)
        if _is_possible(changed) is not True:
            yield f"no help: {change.words}"


def _is_possible(problem: Problem) -> bool | None:
    result = solve(problem.any_solution(), "cpsat", time_limit=60, threads=1, target=ANY)
    if result.solution is not None:
        return True
    return False if result.status == Status.INFEASIBLE else None


if __name__ == "__main__":
    sys.exit(main())
