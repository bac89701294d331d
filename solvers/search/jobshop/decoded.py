"""Search for every job shop: over the order in which a dispatcher places operations, or whole jobs.

An order is decoded into a schedule by the dispatcher that knows all constraints, and changed by moving one of its
entries. Late acceptance (E. Burke and Y. Bykov, European Journal of Operational Research 258 (2017) 70-78): a change
is kept where it is no worse than what was current some steps ago, which has one parameter and takes lexicographic
objectives as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.jobshop.objectives import objective_values
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.dispatch.jobshop.engine import breaks_rules, is_jobwise, solution_of
from schedsolve.solvers.dispatch.jobshop.jobwise import place_jobs
from schedsolve.solvers.dispatch.jobshop.kernel import append_in_order
from schedsolve.solvers.dispatch.jobshop.shop import Shop, State, Vector, compiled, make_shop, make_state, plain
from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

if TYPE_CHECKING:
    from schedsolve.solvers.search.jobshop.engine import Params

Code = npt.NDArray[np.int64]
"""Job indices, each as often as it is placed, or the operations of an open shop; every order of them can be decoded."""

Cost = tuple[int, ...]
"""Time by which deadlines are passed, then the objectives."""


class Decoder(Protocol):
    """Makes orders of schedules and schedules of orders."""

    def encode(self, start: npt.NDArray[np.int64]) -> Code: ...

    def decode(self, code: Code) -> JobShopSolution | None: ...


class OperationByOperation:
    """Each operation in turn goes behind what its machine already has, where it ends first."""

    def __init__(self, problem: JobShop, seed: int):
        shop, self.alternatives = make_shop(problem, seed)
        self.problem = problem
        self.shop = compiled(shop)
        self.state = make_state(self.shop)
        (self.append,) = KERNELS.functions()

    def encode(self, start: npt.NDArray[np.int64]) -> Code:
        operations = np.lexsort((np.arange(len(start)), start))
        return operations if self.problem.open_shop else self.problem.job_of[operations]

    def decode(self, code: Code) -> JobShopSolution | None:
        order = code
        if not self.problem.open_shop:
            order = np.empty_like(code)
            order[np.argsort(code, kind="stable")] = np.arange(len(code))
        self.append(self.shop, self.state, order)
        return solution_of(self.problem, self.alternatives, self.state)


class JobByJob:
    """Each job in turn goes as a whole into the gaps that are left; behind all others in permutation shops."""

    def __init__(self, problem: JobShop, seed: int, stop: Stop):
        shop, self.alternatives = make_shop(problem, seed)
        self.problem = problem
        self.shop = plain(shop)
        self.flag = stop.flag

    def encode(self, start: npt.NDArray[np.int64]) -> Code:
        return np.argsort(np.minimum.reduceat(start, self.problem.job_ptr[:-1]), kind="stable")

    def decode(self, code: Code) -> JobShopSolution | None:
        state = place_jobs(self.problem, self.shop, code.tolist(), self.flag, insert=not self.problem.permutation)
        return None if state is None else solution_of(self.problem, self.alternatives, state)


@kernel
def append_all(shop: Shop, state: State, order: Vector) -> None:
    """The dispatcher's list scheduling from an empty shop."""
    for j in range(len(shop.release)):
        state.ready[j] = 0
        state.place[j] = -1
    for k in range(shop.num_machines):
        state.free[k] = 0
        state.last[k] = -1
        state.down_next[k] = shop.down_ptr[k]
        state.slot_next[k] = shop.slot_ptr[k]
    append_in_order(shop, state, order)


def _call_each() -> None:
    OperationByOperation(JobShop.from_jobs([[(0, 1)]]), 0).decode(np.zeros(1, dtype=np.int64))


KERNELS = Kernels(__name__, (append_all,), _call_each)


def moved(code: Code, rng: np.random.Generator, farthest: int) -> Code:
    """One entry shifted by up to ``farthest`` places, or two that are no farther apart exchanged."""
    size = len(code)
    i = int(rng.integers(size))
    k = min(size - 1, max(0, i + int(rng.integers(-farthest, farthest + 1))))
    changed = code.copy()
    if rng.integers(2):
        changed[i], changed[k] = code[k], code[i]
    elif i < k:
        changed[i:k], changed[k] = code[i + 1 : k + 1], code[i]
    else:
        changed[k + 1 : i + 1], changed[k] = code[k:i], code[i]
    return changed


def cost(problem: JobShop, solution: JobShopSolution) -> Cost:
    """What the search compares."""
    schedule = Schedule(problem, solution)
    late = np.maximum(0, schedule.completion - problem.deadline)
    return (int(late.sum()), *(value for _, value in objective_values(problem, schedule)))


def run(problem: JobShop, progress: Progress, stop: Stop, *, seed: int, params: Params, moves: int | None) -> None:
    """Improve on ``progress.solution`` until it is time to stop or ``moves`` orders are tried; one thread's work."""
    rng = np.random.default_rng(seed)
    decoder: Decoder = JobByJob(problem, seed, stop) if is_jobwise(problem) else OperationByOperation(problem, seed)
    known = progress.solution
    code = decoder.encode(np.arange(problem.num_operations) if known is None else known.start)
    farthest = max(2, len(code) // 4)
    current: Cost | None = None
    history: list[Cost] = []
    step = 0
    while not stop.now() and not progress.closed and step != moves:
        candidate = moved(code, rng, farthest) if step else code
        solution = decoder.decode(candidate)
        value = None if solution is None else cost(problem, solution)
        if value is not None and (current is None or value <= current or value <= history[step % len(history)]):
            code, current = candidate, value
        if current is not None:
            history = history or [current] * params.history
            history[step % len(history)] = min(current, history[step % len(history)])
        if value is not None and value[0] == 0 and (progress.values is None or value[1:] < progress.values):
            assert solution is not None
            if not breaks_rules(problem, solution):
                progress.offer(solution, "search")
        step += 1
