"""What a peer returns, and what all peers need."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.errors import Unsupported
from schedsolve.solvers.result import TracePoint

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolverSolutionCallback


@dataclass(frozen=True)
class Answer:
    """What a peer returns; ``seconds`` with the building of its model."""

    solution: Solution | None
    bound: int | None
    seconds: float
    trace: list[TracePoint] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)


def listener(trace: list[TracePoint], started: float) -> CpSolverSolutionCallback:
    """A CP-SAT callback that appends each solution's makespan and the bound at that time to ``trace``."""
    from ortools.sat.python import cp_model

    class Listener(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        def on_solution_callback(self) -> None:
            bound = rounded_up(self.best_objective_bound)
            elapsed = time.perf_counter() - started
            trace.append(TracePoint(elapsed, round(self.objective_value), bound, "peer:cpsat", "makespan"))

    return Listener()


def rounded_up(bound: float) -> int | None:
    """The integer bound that a fractional one gives; None where there is none."""
    return math.ceil(bound - 1e-6) if math.isfinite(bound) else None


def refuse(peer: str, problem: Problem, modelled: frozenset[str]) -> None:
    """Raise ``Unsupported`` where ``problem`` says more than the fields in ``modelled``."""
    lacks = sorted(set(problem.to_builtins(labels=False)) - modelled)
    if lacks:
        raise Unsupported(peer, lacks)
