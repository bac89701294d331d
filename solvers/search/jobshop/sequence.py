"""The search over sequences, for job shops in which every operation has one machine: tabu search from an elite pool.

Elite schedules are topological orders; new starts lie between two of them (``orders``), so that what B. Peng, Z. Lu
and T. Cheng (Computers & Operations Research 53 (2015) 154-164) do by path relinking and repair needs no repair.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.features import missing
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import tabu
from schedsolve.solvers.search.jobshop.graph import AFTER, HEAD, Array, make_shop, order_of, table_size, widest
from schedsolve.solvers.search.jobshop.orders import Order, mixed, random_order
from schedsolve.solvers.stop import Flag, Stop

if TYPE_CHECKING:
    from schedsolve.solvers.search.jobshop.engine import Params

WORK_AT_ONCE = 3_000_000
"""Operations times moves between two looks at what others have found: some tenths of a second."""


MODELLED = frozenset({"release dates", "due dates", "transport times", "pausing operations", "fixed machines"})

LARGEST = 2**60
"""Times must stay below: what keeps the graph without circles is computed from them."""


def supports(problem: JobShop) -> list[str]:
    """What the disjunctive graph here does not hold."""
    longest = int(problem.duration.sum()) + int(problem.release.max())
    longest += problem.num_operations * int(problem.transport.max(initial=0))
    lacking = missing(problem, MODELLED)
    if problem.objective != ("makespan",):
        lacking.append(f"objective {','.join(problem.objective)}")
    if longest > LARGEST:
        lacking.append("times beyond 2^60")
    return lacking


def _call_each() -> None:
    climb = Climb(JobShop.from_jobs([[(0, 1)]]), seed=0)
    climb.start(np.zeros(1, dtype=np.int64))
    climb.go_on(1, 1, 0, np.zeros(1, dtype=np.uint8))


KERNELS = Kernels(__name__, (tabu.build, tabu.search), _call_each)


class Climb:
    """One tabu search at a time over one shop: its arrays, and what it is at."""

    def __init__(self, problem: JobShop, seed: int):
        size = problem.num_operations
        self.shop = make_shop(problem)
        self.graph = np.zeros((size, 8), dtype=np.int64)
        self.order: Order = np.zeros(size, dtype=np.int64)
        self.best_order: Order = np.zeros(size, dtype=np.int64)
        self.last = problem.job_ptr[1:] - 1
        self.status = np.zeros(7, dtype=np.int64)
        self.status[tabu.SEED] = 1 + seed % 2147483562
        # E. Nowicki and C. Smutnicki, Management Science 42 (1996); C. Zhang et al., C&OR 35 (2008) 282-294.
        self.status[tabu.TENURE] = 10 + problem.num_jobs // problem.num_machines
        self.status[tabu.WIDEST] = widest(self.shop)
        self.table = np.zeros(table_size(self.shop), dtype=np.int64)
        self.rooms = [np.zeros(length, dtype=np.int64) for length in (size, size, size, 3)]
        self.latest = np.zeros(problem.num_machines, dtype=np.int64)
        self.build, self.search = KERNELS.functions()

    @property
    def best(self) -> int:
        return int(self.status[tabu.BEST])

    @property
    def moves(self) -> int:
        return int(self.status[tabu.ITERATION])

    def start(self, order: Order) -> None:
        """Begin anew from a topological order."""
        self.order[:] = self.best_order[:] = order
        value = self.build(self.shop, self.graph, self.order, self.last, self.latest)
        self.status[tabu.CURRENT] = self.status[tabu.BEST] = value
        self.status[tabu.IMPROVED_AT] = self.status[tabu.ITERATION]

    def go_on(self, moves: int, patience: int, target: int, flag: Flag) -> bool:
        """Make some moves; says whether the search has come to its end."""
        fixed = (self.shop, self.graph, self.order, self.best_order, self.last, self.status, self.table)
        self.search(*fixed, *self.rooms, moves, patience, target, flag)
        return self.best <= target or self.moves - int(self.status[tabu.IMPROVED_AT]) >= patience

    def best_graph(self) -> Array:
        """The graph of the best order."""
        graph = np.zeros_like(self.graph)
        self.build(self.shop, graph, self.best_order, self.last, self.latest)
        return graph


class OrderPool:
    """Elite orders, shared by the threads of a search: good ones that differ."""

    def __init__(self, size: int, similar: float):
        self.size = size
        self.similar = similar
        self.members: list[tuple[int, Order, Array]] = []
        """Makespan, order, and the successor of each operation on its machine; the best first."""
        self.refused = 0
        self.lock = threading.Lock()

    def add(self, value: int, order: Order, after: Array) -> None:
        """Take in an order, for similar ones that are worse or for the worst of all.

        When so many were refused that the pool has nothing more to give, all but the best are given up.
        """
        with self.lock:
            near = [k for k, member in enumerate(self.members) if np.mean(member[2] == after) >= self.similar]
            if any(self.members[k][0] <= value for k in near):
                self.refused += 1
                if self.refused > self.size:
                    self.members, self.refused = self.members[:1], 0
                return
            kept = [member for k, member in enumerate(self.members) if k not in near]
            self.members = sorted([*kept, (value, order, after)], key=lambda member: member[0])[: self.size]

    def next_start(self, problem: JobShop, rng: np.random.Generator) -> Order:
        """An order between two elites; while there are few, one between the best and a random one."""
        with self.lock:
            if len(self.members) < self.size:
                return mixed(self.members[0][1], random_order(problem.job_of, rng), rng.random())
            first, second = rng.choice(len(self.members), size=2, replace=False)
            return mixed(self.members[first][1], self.members[second][1], 0.3 + 0.4 * rng.random())


def run(
    problem: JobShop, progress: Progress, stop: Stop, *, seed: int, params: Params, pool: OrderPool, moves: int | None
) -> None:
    """Improve on ``progress.solution`` until it is time to stop or ``moves`` are made; one thread's work."""
    climb = Climb(problem, seed)
    rng = np.random.default_rng(seed)
    chunk = max(64, WORK_AT_ONCE // problem.num_operations)
    start = _incumbent(problem, progress)
    while not stop.now() and not progress.closed:
        climb.start(start)
        ended = False
        while not ended and not stop.now() and not progress.closed:
            left = chunk if moves is None else min(chunk, moves - climb.moves)
            if left <= 0:
                return
            ended = climb.go_on(left, params.patience, progress.bounds[0] or 0, stop.flag)
            if climb.best < _known(progress):
                progress.offer(JobShopSolution(start=climb.best_graph()[:, HEAD]), "search")
        if stop.now() or climb.best <= (progress.bounds[0] or 0):
            return
        pool.add(climb.best, climb.best_order.copy(), climb.best_graph()[:, AFTER])
        if _known(progress) < pool.members[0][0]:  # found by others
            start = _incumbent(problem, progress)
        else:
            start = pool.next_start(problem, rng)


def _incumbent(problem: JobShop, progress: Progress) -> Order:
    assert progress.solution is not None
    return order_of(problem, progress.solution)


def _known(progress: Progress) -> int:
    return FAR if progress.values is None else progress.values[0]
