"""Solve the problems on stdin (native JSON, one a line) by their MILP formulation, here in this process.

Writes one line of JSON each: values and bounds of the levels, both null where it is infeasible.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from schedsolve.models.jobshop import JobShop
from schedsolve.models.jobshop.violations import evaluate, violations
from schedsolve.solvers.milp.driver import Limits
from schedsolve.solvers.milp.jobshop import horizon
from schedsolve.solvers.milp.jobshop_model import formulate


def solve(problem: JobShop, solver: str) -> dict[str, Any]:
    values: list[int] = []
    bounds: list[int] = []
    for level in range(len(problem.objective)):
        model, decode = formulate(problem, level=level, horizon=horizon(problem), values=values, cutoff=None)
        solutions: list[Any] = []
        found: list[int] = []
        limits = Limits(seconds=20, nodes=None, threads=1, seed=0)
        if model.solve(solver, limits, lambda read, d=decode, s=solutions: s.append(d(read)), found.append):
            return {"values": None, "bounds": None}
        assert not violations(problem, solutions[-1]), problem.to_json()
        values.append(evaluate(problem, solutions[-1])[level][1])
        bounds.append(found[-1])
    return {"values": values, "bounds": bounds}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(solve(JobShop.from_json(line), sys.argv[1])), flush=True)
