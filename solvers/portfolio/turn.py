"""An engine's part in ``auto``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schedsolve.solvers.progress import Progress


class Turn(NamedTuple):
    """All turns are taken at once where the threads suffice, else one after the other."""

    engine: str
    threads: int
    time: float = 1.0
    """One after the other: the share of the time that is left then."""


def beside_a_compiler(threads: int) -> list[Turn]:
    """The search has to wait for its kernels: CP-SAT works meanwhile, beside it or before it."""
    if threads == 1:
        return [Turn("cpsat", 1, 0.5), Turn("search", 1)]
    return [Turn("cpsat", threads - 1), Turn("search", 1)]


def would_wait(turns: Sequence[Turn], threads: int) -> bool:
    """Would nobody work while the search waits for its kernels?"""
    return any(turn.engine == "search" for turn in turns) and (len(turns) == 1 or threads == 1)


def even(progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]:
    """The same for all, whatever the problem."""
    share = max(1, threads // max(1, len(engines)))
    return [Turn(name, share, 1 / (len(engines) - k)) for k, name in enumerate(engines)]
