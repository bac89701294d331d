"""Who works on a project in ``auto``; the measurements behind this are in docs/families/rcpsp.md."""

from __future__ import annotations

from collections.abc import Sequence

from schedsolve.solvers.portfolio.turn import Turn, even
from schedsolve.solvers.progress import Progress

TINY = 25
"""Tasks up to which CP-SAT is done before the search is loaded."""

PROVABLE = 70
"""Tasks up to which CP-SAT proves most projects, so that with one thread it gets most of the time."""

HOPELESS = 0.2
"""Gap that the rules leave above which projects of more tasks than ``PROVABLE`` stay open for minutes and longer."""


def turns(progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]:
    """CP-SAT proves, and search, on one thread in four but one at least, finds what it proves; where a proof is not to
    be hoped for, most threads search."""
    if set(engines) != {"cpsat", "search"}:
        return even(progress, engines, threads)
    tasks = progress.problem.num_tasks
    if tasks <= TINY:
        return [Turn("cpsat", threads)]
    if tasks > PROVABLE and _gap(progress) > HOPELESS:
        return [Turn("search", threads)] if threads <= 2 else [Turn("cpsat", 1), Turn("search", threads - 1)]
    if threads == 1:
        return [Turn("search", 1, 0.2 if tasks <= PROVABLE else 0.5), Turn("cpsat", 1)]
    searching = max(1, threads // 4)
    return [Turn("cpsat", threads - searching), Turn("search", searching)]


def _gap(progress: Progress) -> float:
    """Of the first objective, relative to its bound; 0 where one of the two is not known."""
    value, bound = (progress.values or (None,))[0], progress.bounds[0]
    return 0.0 if value is None or bound is None else (value - bound) / max(1, abs(bound))
