"""The CP-SAT model of a project, put together from its groups of constraints."""

from __future__ import annotations

from schedsolve.models.rcpsp import RCPSP, RCPSPSolution
from schedsolve.solvers.cpsat.frame import Aim, Formulation
from schedsolve.solvers.cpsat.known_horizon import known_horizon
from schedsolve.solvers.cpsat.rcpsp import links, resources
from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon
from schedsolve.solvers.cpsat.rcpsp.objectives import objective
from schedsolve.solvers.cpsat.rcpsp.variables import Variables
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


def formulate(
    problem: RCPSP, stop: Stop, progress: Progress | None = None, level: int = 0
) -> Formulation[RCPSPSolution]:
    """Build the model down to ``level``; what ``progress`` knows shortens the horizon.

    Raises ``OutOfTime`` when it is time to stop.
    """
    v = Variables(problem, known_horizon(problem, progress, level, safe_horizon(problem)), stop)
    constraints(v)
    aims = [Aim(objective(v, name)) for name in problem.objective[: level + 1]]
    return Formulation(v.model, aims, v.decode, v.hint)


def constraints(v: Variables) -> None:
    """All constraints of the problem; windows, breaks and fixed decisions are in the variables."""
    links.choices(v)
    links.lags(v)
    resources.renewable(v)
    resources.nonrenewable(v)
    resources.reservoirs(v)
    resources.groups(v)
