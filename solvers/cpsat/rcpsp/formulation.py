"""The CP-SAT model of a project, put together from its groups of constraints."""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.cpsat.known_horizon import known_horizon
from schedsolve.solvers.cpsat.rcpsp import links, resources
from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon
from schedsolve.solvers.cpsat.rcpsp.objectives import objective
from schedsolve.solvers.cpsat.rcpsp.variables import Expression, Variables
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


@dataclass(frozen=True)
class Formulation:
    """The model of one level of the objective list: the levels above are held at their values."""

    variables: Variables
    objective: Expression


def formulate(problem: RCPSP, stop: Stop, progress: Progress | None = None, level: int = 0) -> Formulation:
    """Build the model of ``level``; what ``progress`` knows becomes bounds, horizon and hint.

    Raises ``OutOfTime`` when it is time to stop.
    """
    v = Variables(problem, known_horizon(problem, progress, level, safe_horizon(problem)), stop)
    constraints(v)
    aims = [objective(v, name) for name in problem.objective[: level + 1]]
    if progress is not None:
        _known(v, aims, progress, level)
    v.model.minimize(aims[level])
    return Formulation(v, aims[level])


def constraints(v: Variables) -> None:
    """All constraints of the problem; windows, breaks and fixed decisions are in the variables."""
    links.choices(v)
    links.lags(v)
    resources.renewable(v)
    resources.nonrenewable(v)
    resources.reservoirs(v)
    resources.groups(v)


def _known(v: Variables, aims: list[Expression], progress: Progress, level: int) -> None:
    """Only solutions at least as good as the incumbent, which is the hint, and none below the bound."""
    solution, values, bound = progress.solution, progress.values, progress.bounds[level]
    if progress.cutoff is not None:
        v.model.add(aims[0] <= progress.cutoff - 1)
    if values is not None and solution is not None:
        for aim, value in zip(aims, values, strict=False):
            v.model.add(aim <= value)
        v.hint(solution)
    if bound is not None:
        v.model.add(aims[level] >= bound)
