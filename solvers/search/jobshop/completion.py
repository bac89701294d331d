"""Search for objectives that follow from completion times: sums, tardiness, lists of them; setups and downtime too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.features import missing
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import completion_graph as graph
from schedsolve.solvers.search.jobshop import completion_kernel as kernel
from schedsolve.solvers.search.jobshop.graph import Array, order_of
from schedsolve.solvers.search.jobshop.orders import Order, mixed, random_order
from schedsolve.solvers.stop import Flag, Stop

if TYPE_CHECKING:
    from schedsolve.solvers.search.jobshop.engine import Params

WORK_AT_ONCE = 2_000_000
"""Operations times moves between two looks at what others have found: some tenths of a second."""

LARGEST = 2**60
"""Sums must stay below."""

AIMS = {
    "makespan": kernel.MAKESPAN,
    "completion_time": kernel.COMPLETION,
    "flow_time": kernel.COMPLETION,  # which differs by a constant
    "tardiness": kernel.TARDINESS,
    "lateness": kernel.LATENESS,
    "tardy": kernel.TARDY,
    "setup_time": kernel.SETUP_TIME,
}
"""What an objective measures to what the kernel counts."""


MODELLED = frozenset(
    {
        "alternative machines", "release dates", "due dates", "deadlines", "downtime", "pausing operations",
        "setup times", "transport times",
    }
)  # fmt: skip


def supports(problem: JobShop) -> list[str]:
    """What the kernel does not model."""
    horizon = int(problem.release.max()) + int(problem.duration.sum()) + int(problem.downtime_end.max(initial=0))
    between = int(problem.transport.max(initial=0)) + int(problem.setup.max(initial=0))
    horizon += problem.num_operations * between + int(problem.initial_setup.max(initial=0))
    lacking = missing(problem, MODELLED)
    if horizon * max(problem.num_jobs, sum(problem.weight.tolist())) > LARGEST:
        lacking.append("sums of times beyond 2^60")
    return lacking


def _call_each() -> None:
    walk = Walk(JobShop.from_jobs([[(0, 1)]]), seed=0, history=1)
    walk.start(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    walk.go_on(1, 1, np.zeros(1, dtype=np.uint8))


KERNELS = Kernels(__name__, (graph.build, kernel.evaluate, kernel.search), _call_each)


class Walk:
    """One walk of late acceptance over a shop: its arrays, and what it is at."""

    def __init__(self, problem: JobShop, seed: int, history: int):
        size = problem.num_operations
        self.shop = make_shop(problem)
        self.tables = make_tables(problem)
        self.alternatives = np.column_stack([problem.machine, problem.duration])
        self.graph = np.zeros((size, 8), dtype=np.int64)
        self.order: Order = np.zeros(size, dtype=np.int64)
        self.choice = np.zeros(size, dtype=np.int64)
        self.first_on, self.last_on = np.zeros((2, problem.num_machines), dtype=np.int64)
        self.jobs = np.column_stack([problem.due, problem.deadline, problem.weight, problem.job_ptr[1:] - 1])
        self.aims = aims(problem)
        self.status = np.zeros(4, dtype=np.int64)
        self.status[graph.SEED] = 1 + seed % 2147483562
        self.value = np.zeros((3, len(self.aims)), dtype=np.int64)
        self.history = np.zeros((history, len(self.aims)), dtype=np.int64)
        self.best_start = np.zeros(size, dtype=np.int64)
        self.best_choice = np.zeros(size, dtype=np.int64)
        self.log = np.zeros((size, 3), dtype=np.int64)
        self.rooms = [np.zeros(length, dtype=np.int64) for length in (8, size, size, size, size)]
        self.build, self.evaluate, self.search = KERNELS.functions()

    @property
    def moves(self) -> int:
        return int(self.status[graph.ITERATION])

    @property
    def best(self) -> tuple[int, ...]:
        """Time beyond deadlines, where there are any, then the objectives but for constants."""
        return tuple(self.value[kernel.BEST].tolist())

    @property
    def meets_deadlines(self) -> bool:
        return bool(self.aims[0, 0] != kernel.PAST_DEADLINES or self.value[kernel.BEST, 0] == 0)

    def start(self, order: Order, choice: Array) -> None:
        """Begin anew from a topological order and the alternative (of all) of each operation."""
        self.order[:], self.choice[:] = order, choice
        sequences = (self.order, self.choice, self.first_on, self.last_on)
        self.build(self.shop, self.tables, self.alternatives, self.graph, *sequences, self.status, self.log)
        self.evaluate(self.graph, self.jobs, self.aims, self.status, self.value[kernel.CURRENT])
        self.value[kernel.BEST] = self.value[kernel.CURRENT]
        self.history[:] = self.value[kernel.CURRENT]
        self.best_start[:], self.best_choice[:] = self.graph[:, graph.START], self.choice
        self.status[graph.IMPROVED_AT] = self.status[graph.ITERATION]

    def go_on(self, moves: int, patience: int, flag: Flag) -> bool:
        """Try some moves; says whether the walk has come to its end."""
        self.search(
            self.shop,
            self.tables,
            self.alternatives,
            self.graph,
            self.order,
            self.choice,
            self.first_on,
            self.jobs,
            self.aims,
            self.status,
            self.value,
            self.history,
            self.best_start,
            self.best_choice,
            *self.rooms,
            self.log,
            moves,
            patience,
            flag,
        )
        return self.moves - int(self.status[graph.IMPROVED_AT]) >= patience


def make_shop(problem: JobShop) -> Array:
    """N x 8: what does not change of the operations."""
    size = problem.num_operations
    shop = np.zeros((size, 8), dtype=np.int64)
    shop[:, graph.JOB_BEFORE], shop[:, graph.JOB_AFTER] = np.arange(size) - 1, np.arange(size) + 1
    shop[problem.job_ptr[:-1], graph.JOB_BEFORE], shop[problem.job_ptr[1:] - 1, graph.JOB_AFTER] = -1, -1
    shop[:, graph.RELEASE] = problem.release[problem.job_of]
    shop[:, graph.FAMILY] = problem.setup_family
    shop[:, graph.FIRST_ALTERNATIVE] = problem.alt_ptr[:-1]
    shop[:, graph.NUM_ALTERNATIVES] = np.diff(problem.alt_ptr)
    return shop


def make_tables(problem: JobShop) -> Array:
    """Setups, transport and downtime in one array; its head says where each begins."""
    head = np.zeros(9, dtype=np.int64)
    parts, size = [head], len(head)
    down_ptr = np.searchsorted(problem.downtime_machine, np.arange(problem.num_machines + 1))
    has_downtime = problem.downtime_start.size > 0
    for entry, table in (
        (graph.INITIAL_SETUP, problem.initial_setup),
        (graph.SETUP, problem.setup),
        (graph.TRANSPORT, problem.transport),
        (graph.DOWN_PTR, down_ptr[: len(down_ptr) * has_downtime]),
        (graph.DOWN_START, problem.downtime_start),
        (graph.DOWN_END, problem.downtime_end),
    ):
        if table.size:
            head[entry] = size
            parts.append(table.ravel())
            size += table.size
    head[graph.NUM_MACHINES], head[graph.PAUSE] = problem.num_machines, problem.pause
    head[graph.NUM_FAMILIES] = problem.setup.shape[-1] if problem.has_setups else 0
    return np.concatenate(parts)


def aims(problem: JobShop) -> Array:
    """levels x 2: what each level counts, and whether jobs are weighted; deadlines first, where there are any."""
    rows = [(kernel.PAST_DEADLINES, 0)] if np.any(problem.deadline < FAR) else []
    rows += [(AIMS[level.measure], int(level.weighted)) for level in problem.levels]
    return np.array(rows, dtype=np.int64)


def run(problem: JobShop, progress: Progress, stop: Stop, *, seed: int, params: Params, moves: int | None) -> None:
    """Improve on ``progress.solution`` until it is time to stop or ``moves`` are tried; one thread's work.

    Each walk starts from an order between that of the best schedule known and a random one: the farther from the
    best, the more walks have not improved on it.
    """
    history = max(1, round(params.walk_history * problem.num_operations))
    walk = Walk(problem, seed, history)
    rng = np.random.default_rng(seed)
    chunk = max(64, WORK_AT_ONCE // problem.num_operations)
    order, choice = _by_deadline(problem)
    best: tuple[int, ...] | None = None
    vain = 0
    while not stop.now() and not progress.closed:
        if progress.solution is not None:
            order = order_of(problem, progress.solution)
            choice = problem.alt_ptr[:-1] + progress.solution.alternative
        share = min(1.0, vain * params.perturbation) * rng.random()
        walk.start(mixed(order, random_order(problem.job_of, rng), share), choice)
        vain += 1
        ended = False
        while not ended and not stop.now() and not progress.closed:
            left = chunk if moves is None else min(chunk, moves - walk.moves)
            if left <= 0:
                return
            ended = walk.go_on(left, params.walk_patience * history, stop.flag)
            if best is None or walk.best < best:
                best, vain = walk.best, 0
                solution = JobShopSolution(start=walk.best_start, alternative=walk.best_choice - problem.alt_ptr[:-1])
                order, choice = order_of(problem, solution), walk.best_choice.copy()
                if walk.meets_deadlines:
                    progress.offer(solution, "search")


def _by_deadline(problem: JobShop) -> tuple[Order, Array]:
    """Job after job, each operation where it is shortest: a start where no schedule is known."""
    order = np.lexsort((np.arange(problem.num_operations), problem.deadline[problem.job_of]))
    shortest = np.lexsort((problem.duration, problem.operation_of))
    return order, shortest[problem.alt_ptr[:-1]]
