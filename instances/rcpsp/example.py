"""A small project with its optimal schedule: what ``schedsolve schema rcpsp --example`` shows."""

from __future__ import annotations

import numpy as np

from schedsolve.models.rcpsp import RCPSP, ProjectBuilder, RCPSPSolution


def problem_and_solution() -> tuple[RCPSP, RCPSPSolution]:
    """A shed in twelve days: digging pauses over the first weekend, and the roof is faster with two."""
    plan = ProjectBuilder("shed")
    plan.resource("crew", 3).calendar("weekends", [(5, 7), (12, 14)])
    plan.task("dig", 6, {"crew": 2}, calendar="weekends", pause=True)
    plan.task("order timber", 2)
    plan.task("pour", 1, {"crew": 3}, calendar="weekends").after("dig")
    plan.task("roof", calendar="weekends").mode(5, {"crew": 1}).mode(3, {"crew": 2}).after("pour", at_most=9).after(
        "order timber"
    )
    problem = plan.build(origin="2026-03-02", tick=86_400)
    return problem, RCPSPSolution(start=np.array([0, 0, 8, 9]), mode=np.array([0, 0, 0, 1]))
