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


def even(progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]:
    """The same for all, whatever the problem."""
    share = max(1, threads // max(1, len(engines)))
    return [Turn(name, share, 1 / (len(engines) - k)) for k, name in enumerate(engines)]
