"""Who works on a project in ``auto``; the measurements behind this are in docs/families/rcpsp.md."""

from __future__ import annotations

from collections.abc import Sequence

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.portfolio.turn import Turn, even


def turns(problem: RCPSP, engines: Sequence[str], threads: int) -> list[Turn]:
    """CP-SAT proves, and search, on one thread in four but one at least, finds what it proves."""
    if set(engines) != {"cpsat", "search"}:
        return even(problem, engines, threads)
    if threads == 1:
        return [Turn("search", 1, 0.5), Turn("cpsat", 1)]
    searching = max(1, threads // 4)
    return [Turn("cpsat", threads - searching), Turn("search", searching)]
