"""The engine ``search``: dispatch rules for a start, then tabu search in every thread, from one pool of elites."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from schedsolve.models.jobshop import JobShop
from schedsolve.models.registry import family
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import sequence
from schedsolve.solvers.search.jobshop.compiling import wait_for
from schedsolve.solvers.stop import Stop


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen by measurement on two cores."""

    elites: int = 8
    """Schedules in the pool from which new starts are made."""
    patience: int = 5_000
    """Moves without improvement after which a search ends."""
    similar: float = 0.9
    """Share of equal neighbours on machines from which on two schedules count as one."""


def supports(problem: JobShop) -> list[str]:
    """What the search does not model."""
    return sequence.supports(problem)


def warmup() -> None:
    """Compile the kernels, or load them from the cache."""
    sequence.compile_kernels()


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Improve on what is known until it is time to stop; ``iterations`` counts moves, shared by the threads."""
    if progress.solution is None:
        rules = family(problem.kind).load("engine:dispatch")
        rules.run(problem, progress, stop, threads=threads, seed=seed, params=rules.Params(), rule=None)
    if progress.solution is None or progress.closed or stop.now() or wait_for(sequence.compile_kernels, stop) is None:
        return
    pool = sequence.Pool(params.elites, params.similar)
    moves = None if stop.iterations is None else -(-stop.iterations // threads)
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            sequence.run(problem, progress, stop, seed=seed + number, params=params, pool=pool, moves=moves)
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(k,), name=f"search {k}") for k in range(1, threads)]
    for worker in workers:
        worker.start()
    work(0)
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
