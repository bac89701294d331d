"""Who works on a project in ``auto``; the measurements behind this are in docs/families/rcpsp.md."""

from __future__ import annotations

from collections.abc import Sequence

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.portfolio.turn import Turn, even

TINY = 25
"""Tasks up to which CP-SAT is done before the search is loaded."""

PROVABLE = 70
"""Tasks up to which CP-SAT proves most projects, so that with one thread it gets most of the time."""


def turns(problem: RCPSP, engines: Sequence[str], threads: int) -> list[Turn]:
    """CP-SAT proves, and search, on one thread in four but one at least, finds what it proves."""
    if set(engines) != {"cpsat", "search"}:
        return even(problem, engines, threads)
    if problem.num_tasks <= TINY:
        return [Turn("cpsat", threads)]
    if threads == 1:
        return [Turn("search", 1, 0.2 if problem.num_tasks <= PROVABLE else 0.5), Turn("cpsat", 1)]
    searching = max(1, threads // 4)
    return [Turn("cpsat", threads - searching), Turn("search", searching)]
