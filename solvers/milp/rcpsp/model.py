"""The model of one level of a project's objectives, in either formulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schedsolve.models.rcpsp.problem import RCPSP
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.solvers.milp.driver import Model, Values
from schedsolve.solvers.milp.frame import minimise_level
from schedsolve.solvers.milp.rcpsp.events import EventBased
from schedsolve.solvers.milp.rcpsp.times import TimeIndexed


def formulate(
    problem: RCPSP, *, formulation: str, level: int, horizon: int, values: Sequence[int], cutoff: int | None
) -> tuple[Model, Callable[[Values], RCPSPSolution]]:
    """The model that minimises objective ``level``, and how to read a solution from it.

    ``formulation``: "time-indexed" or "event-based"; ``horizon``: a time by which some best solution has ended;
    ``values`` of the levels above are kept to; ``cutoff``: only solutions with a lower value than this are asked for.
    """
    program = (TimeIndexed if formulation == "time-indexed" else EventBased)(problem, horizon)
    minimise_level(program.model, program.objective, problem.objective, level, values, cutoff)
    return program.model, program.decode
