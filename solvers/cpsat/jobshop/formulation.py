"""The CP-SAT model of a job shop, put together from its groups of constraints."""

from __future__ import annotations

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.cpsat.driver import Literal
from schedsolve.solvers.cpsat.frame import Formulation
from schedsolve.solvers.cpsat.jobshop import jobs, machines
from schedsolve.solvers.cpsat.jobshop.horizon import safe_horizon
from schedsolve.solvers.cpsat.jobshop.objectives import objective
from schedsolve.solvers.cpsat.jobshop.variables import Variables
from schedsolve.solvers.cpsat.known_horizon import known_horizon
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


def formulate(
    problem: JobShop, stop: Stop, progress: Progress | None = None, level: int = 0
) -> Formulation[JobShopSolution]:
    """Build the model down to ``level``; what ``progress`` knows shortens the horizon.

    Raises ``OutOfTime`` when it is time to stop.
    """
    v = Variables(problem, known_horizon(problem, progress, level, safe_horizon(problem)), stop)
    if not all(v.ways):  # some operation cannot be placed: infeasible already
        return Formulation(v.model, [], v.decode, v.hint)
    setups = constraints(v)
    aims = [objective(v, name, setups) for name in problem.objective[: level + 1]]
    return Formulation(v.model, aims, v.decode, v.hint)


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
