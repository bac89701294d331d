"""An engine's part in ``auto``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from schedsolve.solvers.progress import Progress


class Turn(NamedTuple):
    """All turns are taken at once where the threads suffice, else one after the other."""

    engine: str
    threads: int
    time: float = 1.0
    """One after the other: the share of the time that is left then."""


def while_compiling(turns: list[Turn], progress: Progress, threads: int, is_compiled: Callable[[], bool]) -> list[Turn]:
    """The same, but where nobody would work while the search waits for its kernels, CP-SAT does, beside it or before
    it. A limit by work gives the same turns whether the kernels are there or not."""
    waits = any(turn.engine == "search" for turn in turns) and (len(turns) == 1 or threads == 1)
    if not waits or progress.stop.iterations is not None or is_compiled():
        return turns
    if threads == 1:
        return [Turn("cpsat", 1, 0.5), Turn("search", 1)]
    return [Turn("cpsat", threads - 1), Turn("search", 1)]


def even(progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]:
    """The same for all, whatever the problem."""
    share = max(1, threads // max(1, len(engines)))
    return [Turn(name, share, 1 / (len(engines) - k)) for k, name in enumerate(engines)]
