"""Who works on a job shop in ``auto``; the measurements behind this are in docs/families/jobshop.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR
from schedsolve.solvers.portfolio.turn import Turn, even, while_compiling
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop.engine import has_kernel, is_compiled

TINY = 60
"""Operations up to which CP-SAT is done before the search is loaded."""

PROVABLE = 400
"""Operations up to which CP-SAT may close a job shop in minutes; on larger ones search does better with its thread."""

PROVABLE_FLEXIBLE = 120
"""The same in flexible shops, where its proofs end sooner and the bound comes from the assignment of operations."""

MODELLABLE = 10_000
"""Operations up to which CP-SAT's model is worth its time while the search is being compiled."""

FLEXIBLE = 1.5
"""Alternatives for an operation, in the mean, above which a shop counts as flexible in this."""


def turns(progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]:
    """CP-SAT alone on what is tiny, search alone where there is nothing to prove; else CP-SAT, and search on one
    thread in four, but one at least."""
    if set(engines) != {"cpsat", "search"}:
        return even(progress, engines, threads)
    problem = progress.problem
    chosen = _turns(problem, threads)
    if problem.num_operations > MODELLABLE:
        return chosen
    return while_compiling(chosen, progress, threads, lambda: is_compiled(problem))


def _turns(problem: JobShop, threads: int) -> list[Turn]:
    free = len(problem.machine) > FLEXIBLE * problem.num_operations
    large = problem.num_operations > (PROVABLE_FLEXIBLE if free else PROVABLE)
    if large and has_kernel(problem) and not _is_tight(problem):
        return [Turn("search", threads)]
    if problem.num_operations <= TINY or (not large and not has_kernel(problem) and threads > 1):
        return [Turn("cpsat", threads)]
    if threads == 1:
        return [Turn("cpsat", 1, 0.5), Turn("search", 1)]
    searching = max(1, threads // 4)
    return [Turn("cpsat", threads - searching), Turn("search", searching)]


def _is_tight(problem: JobShop) -> bool:
    """Are there deadlines, which may leave no schedule, or downtime, which leaves the search few ways around?"""
    return bool(problem.downtime_start.size or np.any(problem.deadline < FAR))
