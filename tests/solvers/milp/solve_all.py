"""Solve the problems on stdin (native JSON, one a line) by their MILP formulations, here in this process.

Writes one line of JSON each: by formulation values and bounds of the levels, both null where it is infeasible.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from schedsolve.models.registry import family
from schedsolve.solvers.child import channel
from schedsolve.solvers.milp import jobshop, rcpsp
from schedsolve.solvers.milp.driver import Limits
from schedsolve.solvers.milp.jobshop import model as jobshop_model
from schedsolve.solvers.milp.rcpsp import model as rcpsp_model

Formulate = Callable[..., tuple[Any, Callable[[Any], Any]]]


def formulations(problem: Any) -> Iterator[tuple[str, Formulate]]:
    """The formulations that cover a problem, by name."""
    if problem.kind == "jobshop":
        yield "manne", partial(jobshop_model.formulate, horizon=jobshop.horizon(problem))
        return
    for name in ("time-indexed", "event-based"):
        if not rcpsp.uncovered(problem, name):
            yield name, partial(rcpsp_model.formulate, formulation=name, horizon=rcpsp.safe_horizon(problem))


def solve(problem: Any, formulate: Formulate, solver: str) -> dict[str, Any]:
    parts = family(problem.kind)
    violations, evaluate = parts.load("violations"), parts.load("evaluate")
    values: list[int] = []
    bounds: list[int] = []
    for level in range(len(problem.objective)):
        model, decode = formulate(problem, level=level, values=values, cutoff=None)
        solutions: list[Any] = []
        found: list[int] = []
        limits = Limits(seconds=20, nodes=None, threads=1, seed=0)
        if model.solve(solver, limits, lambda read, d=decode, s=solutions: s.append(d(read)), found.append):
            return {"values": None, "bounds": None}
        assert not violations(problem, solutions[-1]), problem.to_json()
        values.append(evaluate(problem, solutions[-1])[level][1])
        bounds.append(found[-1])
    return {"values": values, "bounds": bounds}


def read(line: str) -> Any:
    return family(json.loads(line)["kind"]).load("problem").from_json(line)


if __name__ == "__main__":
    answers = channel()  # HiGHS introduces itself on stdout
    for problem in map(read, sys.stdin):
        found = {name: solve(problem, formulate, sys.argv[1]) for name, formulate in formulations(problem)}
        print(json.dumps(found), file=answers, flush=True)
