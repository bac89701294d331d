"""Local search for flexible job shops with makespan: tabu searches (``flexible_kernel``) from a pool of elites.

A run of tabu search ends after a number of moves without a new best. Its best schedule enters the pool
(``flexible_pool``), and the next run starts between two of the pool.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.compiling.kernels import Kernels, MachineCode
from schedsolve.solvers.features import missing
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import flexible_kernel as kernel
from schedsolve.solvers.search.jobshop.flexible_graph import (
    BEST,
    BEST_CHOICE,
    BEST_ORDER,
    BEST_START,
    CHOICE,
    FIRST_ALTERNATIVE,
    IDLE,
    MACHINE,
    ORDER,
    RANDOM,
    SPREAD,
    TENURE,
    Ints,
    make_graph,
    read_solution,
)
from schedsolve.solvers.search.jobshop.flexible_pool import ElitePool, make_elite
from schedsolve.solvers.stop import Stop

MODELLED = frozenset({"alternative machines", "release dates", "due dates", "pausing operations"})


@dataclass(frozen=True)
class Tuning:
    """Tuning numbers of the search in flexible shops."""

    patience: int = 20_000
    """A run of tabu search ends after so many moves without a new best."""
    tenure: int = 4
    """A return is forbidden for at least so many moves, ..."""
    tenure_spread: int = 4
    """... and at random for fewer than so many more; both plus an eighth of the critical path's operations."""
    elites: int = 8
    """Schedules in the pool."""
    similar: float = 0.9
    """No two of them have the same machine and predecessor for so large a share of the operations."""
    mutation: float = 0.2
    """How far at most, from 0 to 1, first starts lie from the best schedule on the way to a random one."""
    slice_seconds: float = 0.2
    """About how long the kernel works between two looks at the clock."""


def supports(problem: JobShop) -> list[str]:
    """Machine choice, release dates and makespan; nothing else."""
    objectives = [f"objective {name}" for name in problem.objective if name != "makespan"]
    return objectives + missing(problem, MODELLED)


def run(
    problem: JobShop,
    progress: Progress,
    stop: Stop,
    *,
    seed: int,
    tuning: Tuning,
    moves: int | None = None,
    pool: ElitePool | None = None,
) -> None:
    """Improve on ``progress.solution`` in this thread until all is closed, ``stop``, or ``moves`` moves
    (default: ``stop.iterations``) are made. Several threads, each with its own ``seed``, may share a ``pool``."""
    moves = stop.iterations if moves is None else moves
    if progress.solution is not None:
        pool = ElitePool(tuning.elites, tuning.similar, tuning.mutation) if pool is None else pool
        thread = _Thread(problem, progress, stop, seed, tuning, pool, moves)
        thread.search(*KERNELS.functions())


def _call_each() -> None:
    (search,) = KERNELS.functions()
    search(make_graph(JobShop.from_jobs([[(0, 1)]]))[0], False, 0, 0, np.ones(1, dtype=np.uint8))


KERNELS = Kernels(__name__, (kernel.search,), _call_each)


class _Thread:
    """One thread's graph and random numbers."""

    def __init__(
        self,
        problem: JobShop,
        progress: Progress,
        stop: Stop,
        seed: int,
        tuning: Tuning,
        pool: ElitePool,
        moves: int | None,
    ):
        self.problem, self.progress, self.stop, self.tuning = problem, progress, stop, tuning
        self.random = np.random.default_rng(seed)
        self.graph, self.alternatives = make_graph(problem)
        start = self.random.integers(1, 2**31 - 1)
        self.graph.numbers[[RANDOM, TENURE, SPREAD]] = start, tuning.tenure, tuning.tenure_spread
        self.left = 2**62 if moves is None else moves
        self.slice = 1000
        self.pool = pool

    def search(self, search: MachineCode) -> None:
        """Runs from the incumbent and then from children of the pool, until it is over."""
        graph, problem = self.graph, self.problem
        while not self.over():
            known = self.progress.known()
            assert known.values is not None  # there is a solution to begin with
            assert known.solution is not None
            if not self.pool.members or known.values[0] < self.pool.members[0].makespan:  # found by others
                start = read_solution(problem, graph, self.alternatives, known.solution)
            else:
                start = self.pool.start(self.random, graph.nodes[FIRST_ALTERNATIVE, : graph.none + 1], problem.job_of)
            self.improve(search, *start)

    def over(self) -> bool:
        return bool(self.left <= 0 or self.progress.closed or self.stop.now())

    def improve(self, search: MachineCode, choice: Ints, order: Ints) -> None:
        """One run of tabu search; its best schedule enters the pool."""
        graph, patience = self.graph, self.tuning.patience
        nodes, numbers = graph.nodes[:, : graph.none], graph.numbers
        nodes[CHOICE], nodes[ORDER] = choice, order
        begins = True
        while begins or (numbers[IDLE] < patience and not self.over()):
            began = time.perf_counter()
            moves = min(self.slice, self.left)
            made = search(graph, begins, moves, patience, self.stop.flag)
            begins = False
            self.left -= max(1, made)
            self.offer()
            if made == moves:
                scale = self.tuning.slice_seconds / max(time.perf_counter() - began, 1e-6)
                self.slice = max(256, int(self.slice * min(2.0, scale)))
        machine = graph.alternatives[MACHINE]
        self.pool.add(make_elite(int(numbers[BEST]), nodes[BEST_CHOICE].copy(), nodes[BEST_ORDER].copy(), machine))

    def offer(self) -> None:
        """Offer this run's best schedule where it is better than the incumbent."""
        nodes, numbers = self.graph.nodes[:, : self.graph.none], self.graph.numbers
        values = self.progress.values
        if values is None or numbers[BEST] < values[0]:
            alternative = self.alternatives[nodes[BEST_CHOICE]] - self.problem.alt_ptr[:-1]
            self.progress.offer(JobShopSolution(start=nodes[BEST_START].copy(), alternative=alternative), "search")
