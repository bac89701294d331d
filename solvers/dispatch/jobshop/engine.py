"""Priority rules for machine scheduling: one, or the best of all.

Plain shops are dispatched operation by operation (``kernel``), permutation, no-wait and blocking shops
job by job (``jobwise``): there "non-delay" puts a job behind those placed already, "active" also into gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.errors import Unsupported
from schedsolve.models.jobshop import JobShop, JobShopSolution, violations
from schedsolve.models.jobshop.violations import evaluate
from schedsolve.models.record import FAR
from schedsolve.solvers.compiling.obtain import obtain
from schedsolve.solvers.dispatch.jobshop import kernel
from schedsolve.solvers.dispatch.jobshop.compiling import KERNELS, compiled_dispatch
from schedsolve.solvers.dispatch.jobshop.jobwise import job_order, place_jobs
from schedsolve.solvers.dispatch.jobshop.neh import insertion_order, neh_order
from schedsolve.solvers.dispatch.jobshop.rules import FIRST_DYNAMIC, NEH, Spec, order_to_try
from schedsolve.solvers.dispatch.jobshop.shop import Shop, State, Vector, compiled, make_shop, make_state, plain
from schedsolve.solvers.features import missing
from schedsolve.solvers.options import check_ranges
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

MODELLED = frozenset(
    {
        "alternative machines", "release dates", "due dates", "deadlines", "downtime", "pausing operations",
        "setup times", "transport times", "open_shop", "permutation", "no_wait", "blocking=swap", "blocking=no_swap",
        "fixed starts", "fixed machines", "done operations",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning numbers of the dispatch engine."""

    plain_operations: int = 5000
    """Up to so many operations all rules run in plain Python, which is quicker than to load numba."""
    plain_work: int = 2_000_000
    """A larger problem's first rule runs in plain Python up to this many looks at waiting operations."""
    insertion_work: int = 100_000
    """``neh`` for jobs placed into gaps is one of all rules up to this many placed operations."""

    def __post_init__(self) -> None:
        check_ranges(self, plain_operations=0, plain_work=0, insertion_work=0)


def supports(problem: JobShop) -> list[str]:
    """Every feature of the model has a construction."""
    return missing(problem, MODELLED)


def run(
    problem: JobShop,
    progress: Progress,
    stop: Stop,
    *,
    threads: int,
    seed: int,
    params: Params,
    rule: str | None = None,
) -> None:
    """Offer the schedule of ``rule`` (``"mwkr"``, ``"mwkr:active"``), or those of all rules until ``stop``.

    ``rule`` None or ``"best"``: all, those that suit the objective first. ``iterations`` counts schedules.
    The first one is finished whatever ``stop`` says: it is what a solve falls back on. Raises
    ``UnknownName`` for an unknown rule and ``Unsupported`` for ``neh`` where jobs are not placed as a whole.
    """
    specs = _specs(problem, rule, params)
    shop, alternatives = make_shop(problem, seed)
    lists = plain(shop)
    if is_jobwise(problem):
        schedules = _job_by_job(problem, lists, specs, stop)
    elif problem.num_operations <= params.plain_operations:
        schedules = _operation_by_operation(lists, specs, stop, [0])
    else:
        schedules = _large(shop, lists, specs, progress, stop, params, listed=rule in (None, "best"))
    for count, (name, state) in enumerate(schedules, start=1):
        if state is not None and (solution := solution_of(problem, alternatives, state)) is not None:
            _offer(problem, progress, solution, name)
        if progress.closed or stop.now() or count == stop.iterations:
            return


def warmup() -> None:
    """Compile the kernel, or load it where it is kept."""
    KERNELS.compile()


def is_jobwise(problem: JobShop) -> bool:
    """Are jobs placed as a whole?"""
    return problem.permutation or problem.no_wait or problem.blocking != "none"


def _specs(problem: JobShop, rule: str | None, params: Params) -> list[Spec]:
    if rule in (None, "best"):
        affordable = problem.num_jobs**2 * problem.num_operations <= 4 * params.insertion_work
        features = {
            "due": bool(np.any(np.minimum(problem.due, problem.deadline) < FAR)),
            "weight": bool(np.any(problem.weight != problem.weight[0])),
            "jobs": problem.permutation or (is_jobwise(problem) and affordable),
        }
        return order_to_try(problem.levels[0], features, modes=not problem.permutation)
    assert rule is not None
    spec = Spec.parse(rule)
    if spec.rule.code == NEH and not is_jobwise(problem):
        raise Unsupported("dispatch", ["rule neh for jobs that are not placed as a whole"])
    return [spec]


def solution_of(problem: JobShop, alternatives: npt.NDArray[np.int64], state: State) -> JobShopSolution | None:
    """The schedule in ``state``; None where some operation found no time. ``alternatives`` as of ``make_shop``."""
    start = np.array(state.start)
    if start.max() > FAR:
        return None
    choice = alternatives[np.asarray(state.choice)] - problem.alt_ptr[:-1]
    return JobShopSolution(start=start, alternative=choice)


def breaks_rules(problem: JobShop, solution: JobShopSolution) -> bool:
    """Are there decisions, deadlines or setups that a construction may not have met, and does it break rules?"""
    best_effort = bool(np.any(problem.fixed_start < FAR) or np.any(problem.deadline < FAR))
    # A no-wait or blocking job that returns to a machine may have no way to give it time for a setup.
    best_effort = best_effort or (problem.has_setups and (problem.no_wait or problem.blocking != "none"))
    return best_effort and bool(violations(problem, solution))


def _offer(problem: JobShop, progress: Progress, solution: JobShopSolution, name: str) -> None:
    """Offer what is better than the incumbent and valid."""
    values = tuple(value for _, value in evaluate(problem, solution))
    if (progress.values is None or values < progress.values) and not breaks_rules(problem, solution):
        progress.offer(solution, f"dispatch {name}")


Schedules = Iterator[tuple[str, State | None]]
"""A rule's name and its schedule, None where the rule did not find one."""


def _job_by_job(problem: JobShop, shop: Shop, specs: list[Spec], stop: Stop) -> Schedules:
    flag: Vector = [0]
    tried = set()
    for spec in specs:
        insert = not problem.permutation and (spec.active or spec.rule.code == NEH)
        if spec.rule.code != NEH:
            order = job_order(shop, spec.rule.code)
        else:
            order = neh_order(problem) if problem.permutation else insertion_order(problem, shop, stop.flag)
        if (key := (insert, *order)) not in tried:
            tried.add(key)
            yield str(spec), place_jobs(problem, shop, order, flag, insert=insert)
        flag = stop.flag


def _operation_by_operation(shop: Shop, specs: list[Spec], stop: Stop, flag: Vector) -> Schedules:
    """``flag`` is what the first schedule listens to, ``[0]``: nobody; the others listen to ``stop``."""
    for spec in specs:
        state = make_state(shop)
        if not kernel.dispatch(shop, state, spec.rule.code, spec.active, flag):
            return
        yield str(spec), state
        flag = stop.flag


def _large(
    arrays: Shop, lists: Shop, specs: list[Spec], progress: Progress, stop: Stop, params: Params, *, listed: bool
) -> Schedules:
    """First answers in plain Python, where that takes seconds; the rest compiled."""
    flag: Vector = [0]
    if listed:
        flag = stop.flag
        state = make_state(lists)
        kernel.append_in_order(lists, state, _by_position(arrays))
        yield "list", state
    waiting = max(1, len(arrays.release) // arrays.num_machines)
    if len(arrays.job_of) * waiting <= params.plain_work:
        # Values that stay the same while an operation waits are computed once.
        first = next((spec for spec in specs if spec.rule.code < FIRST_DYNAMIC), specs[0])
        yield from _operation_by_operation(lists, [first], stop, flag)
        specs = [spec for spec in specs if spec != first]
    if not specs or not obtain(KERNELS, stop=stop, progress=progress):
        return
    arrays, dispatch = compiled(arrays), compiled_dispatch()
    for spec in specs:
        state = make_state(arrays)
        if not dispatch(arrays, state, spec.rule.code, spec.active, stop.flag):
            return
        yield str(spec), state


def _by_position(shop: Shop) -> list[int]:
    """All first operations, then all second ones, ...; in each round the jobs with most work left first."""
    lengths = np.diff(shop.job_ptr)
    position = np.arange(len(shop.job_of)) - shop.job_ptr[:-1][shop.job_of]
    done_before = np.cumsum(shop.work) - shop.work
    total = np.add.reduceat(shop.work, shop.job_ptr[:-1])
    left = total[shop.job_of] - (done_before - np.repeat(done_before[shop.job_ptr[:-1]], lengths))
    return np.lexsort((-left, position)).tolist()  # type: ignore[no-any-return]
