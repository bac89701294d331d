"""Who works on a project in ``auto``; the measurements behind this are in docs/families/rcpsp.md."""

from __future__ import annotations

from collections.abc import Sequence

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.bounds.rcpsp.heads_tails import heads_tails
from schedsolve.solvers.bounds.rcpsp.objectives import energy
from schedsolve.solvers.portfolio.turn import Turn, even, while_compiling
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.rcpsp.engine import is_compiled

TINY = 25
"""Tasks up to which CP-SAT is done before the search is loaded."""

PROVABLE = 70
"""Tasks up to which CP-SAT proves most projects, so that with one thread it gets most of the time."""

SCARCE = 1.2
"""The bound from energy over the longest path, from which scarce resources decide: with more tasks than ``PROVABLE``
all such projects of PSPLIB are open."""


def turns(progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]:
    """CP-SAT proves, and search, on one thread in four but one at least, finds what it proves; where a proof is not
    likely, most threads search."""
    if set(engines) != {"cpsat", "search"}:
        return even(progress, engines, threads)
    problem: RCPSP = progress.problem
    return while_compiling(_turns(problem, threads), progress, threads, lambda: is_compiled(problem))


def _turns(problem: RCPSP, threads: int) -> list[Turn]:
    tasks = problem.num_tasks
    if tasks <= TINY:
        return [Turn("cpsat", threads)]
    if tasks > PROVABLE and _scarcity(problem) > SCARCE:
        return [Turn("search", threads)] if threads <= 2 else [Turn("cpsat", 1), Turn("search", threads - 1)]
    if threads == 1:
        return [Turn("search", 1, 0.2 if tasks <= PROVABLE else 0.5), Turn("cpsat", 1)]
    searching = max(1, threads // 4)
    return [Turn("cpsat", threads - searching), Turn("search", searching)]


def _scarcity(problem: RCPSP) -> float:
    """How much longer resources make the project than its links do; 1 where the makespan is not what counts."""
    w = heads_tails(problem) if problem.levels[0].measure == "makespan" else None
    if w is None:
        return 1.0
    most = max((energy(problem, w, resource) for resource in range(problem.num_resources)), default=0)
    return most / max(1, w.longest_path)
