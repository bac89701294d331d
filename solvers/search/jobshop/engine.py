"""The engine ``search``: dispatch rules for a start, then in every thread the search that suits the problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import ModuleType

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.compiling.obtain import ask_for, obtain
from schedsolve.solvers.features import missing
from schedsolve.solvers.first import first_solution
from schedsolve.solvers.options import check_ranges, check_shares
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import completion, decoded, flexible, flexible_pool, sequence
from schedsolve.solvers.stop import Stop
from schedsolve.solvers.threads import in_threads

MODELLED = frozenset(
    {
        "alternative machines", "release dates", "due dates", "deadlines", "downtime", "pausing operations",
        "setup times", "transport times", "open_shop", "permutation", "no_wait", "blocking=swap", "blocking=no_swap",
        "fixed starts", "fixed machines", "done operations",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen by measurement on two cores."""

    elites: int = 8
    """Schedules in the pool from which new starts are made."""
    patience: int = 5_000
    """Moves without improvement after which a search ends."""
    flexible_patience: int = 20_000
    """The same in flexible shops, where each move decides on less."""
    history: int = 200
    """Steps after which late acceptance compares, where orders are decoded by a dispatcher."""
    similar: float = 0.9
    """Share of equal neighbours on machines from which on two schedules count as one."""
    walk_history: float = 10
    """Steps, for each operation, after which late acceptance compares where completion times are computed exactly."""
    walk_patience: int = 10
    """Such a walk ends after so many times its history without improvement."""
    perturbation: float = 0.2
    """Largest share of a random order in the start of a walk, times the walks made in vain before it."""

    def __post_init__(self) -> None:
        check_ranges(self, elites=1, patience=1, flexible_patience=1, history=1, walk_history=0, walk_patience=1)
        check_shares(self, "similar", "perturbation")


def supports(problem: JobShop) -> list[str]:
    """Every feature of the model is searched, by one kernel or another."""
    return missing(problem, MODELLED)


def has_kernel(problem: JobShop) -> bool:
    """Is there a compiled search for the problem, or is it searched by decoding orders?"""
    return any(not kind.supports(problem) for kind in (sequence, flexible, completion))


def is_compiled(problem: JobShop) -> bool:
    """Is the search that suits the problem compiled? If not, it is about to be."""
    return ask_for(_suited(problem, solved=True).KERNELS)


def _suited(problem: JobShop, *, solved: bool) -> ModuleType:
    """The kind of search for a problem; some of them need a schedule to start from."""
    kinds = (sequence, flexible, completion) if solved else (completion,)
    return next((kind for kind in kinds if not kind.supports(problem)), decoded)


def warmup() -> None:
    """Compile the kernels, or load them where they are kept."""
    for kind in (sequence, flexible, completion, decoded):
        kind.KERNELS.compile()


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Improve on what is known until it is time to stop; ``iterations`` counts moves, shared by the threads."""
    first_solution(progress, stop, threads=threads, seed=seed)
    if progress.closed or stop.now():
        return
    moves = None if stop.iterations is None else -(-stop.iterations // threads)
    search = _suited(problem, solved=progress.solution is not None)
    work: Callable[..., None]
    if search is sequence:
        pool = sequence.OrderPool(params.elites, params.similar)
        work = partial(sequence.run, params=params, pool=pool)
    elif search is flexible:
        own = flexible.Tuning(patience=params.flexible_patience, elites=params.elites, similar=params.similar)
        elites = flexible_pool.ElitePool(own.elites, own.similar, own.mutation)
        work = partial(flexible.run, tuning=own, pool=elites)
    else:
        work = partial(search.run, params=params)
    if obtain(search.KERNELS, stop=stop, progress=progress):
        in_threads(threads, lambda number: work(problem, progress, stop, moves=moves, seed=seed + number))
