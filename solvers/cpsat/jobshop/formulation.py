"""The CP-SAT model of a job shop, put together from its groups of constraints."""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.cpsat.jobshop import jobs, machines
from schedsolve.solvers.cpsat.jobshop.horizon import safe_horizon
from schedsolve.solvers.cpsat.jobshop.objectives import Objective, objective
from schedsolve.solvers.cpsat.jobshop.variables import Literal, Variables
from schedsolve.solvers.cpsat.known_horizon import known_horizon
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


@dataclass(frozen=True)
class Formulation:
    """The model of one level of the objective list: the levels above are held at their values."""

    variables: Variables
    objective: Objective


def formulate(problem: JobShop, stop: Stop, progress: Progress | None = None, level: int = 0) -> Formulation:
    """Build the model of ``level``; what ``progress`` knows becomes bounds, horizon and hint.

    Raises ``OutOfTime`` when it is time to stop.
    """
    v = Variables(problem, known_horizon(problem, progress, level, safe_horizon(problem)), stop)
    if not all(v.ways):  # some operation cannot be placed: infeasible already
        return Formulation(v, Objective(0))
    setups = constraints(v)
    aims = [objective(v, name, setups) for name in problem.objective[: level + 1]]
    if progress is not None:
        _known(v, aims, progress, level)
    v.model.minimize(aims[level].expression)
    return Formulation(v, aims[level])


def constraints(v: Variables) -> list[tuple[int, Literal]]:
    """All constraints of the problem; returns the setup times that can be incurred."""
    problem = v.problem
    pairs = jobs.successions(v)
    jobs.precedence(v, pairs)
    if problem.open_shop:
        jobs.job_no_overlap(v)
    blocking = problem.blocking != "none"
    if blocking:
        jobs.departures(v, pairs)
    machines.visits(v)
    if not blocking:
        machines.machine_no_overlap(v)
    if blocking or problem.permutation:
        orders = machines.Orders(v)
        machines.disjunctive(v, orders)
        if blocking and not problem.open_shop and not problem.permutation:
            machines.implied_orders(v, orders)
        if problem.blocking == "no_swap":
            machines.no_swap(v, pairs, orders)
    return machines.setups(v)


def _known(v: Variables, aims: list[Objective], progress: Progress, level: int) -> None:
    """Only solutions at least as good as the incumbent, which is the hint, and none below the bound."""
    solution, values, bound = progress.solution, progress.values, progress.bounds[level]
    if progress.cutoff is not None:
        v.model.add(aims[0].expression <= progress.cutoff - 1 - aims[0].offset)
    if values is not None and solution is not None:
        for aim, value in zip(aims, values, strict=False):
            v.model.add(aim.expression <= value - aim.offset)
        v.hint(solution)
    if bound is not None:
        v.model.add(aims[level].expression >= bound - aims[level].offset)
