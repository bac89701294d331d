"""What two solves of one problem tell each other: the incumbent and the bounds, each only once and never back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from schedsolve.models.contracts import Problem
from schedsolve.solvers.progress import Progress, Snapshot


class Assignment(NamedTuple):
    """What one worker thread is to do; it does it with one thread."""

    problem: Problem
    engine: str
    seed: int
    iterations: int | None
    cutoff: int | None
    params: Mapping[str, Mapping[str, object]]


class Word(NamedTuple):
    """From the calling process to a worker."""

    remaining: float
    """Seconds left, infinite without a limit; 0: it is over."""
    known: Snapshot | None = None
    assignment: Assignment | None = None
    """In the first word of all."""


class Outcome(NamedTuple):
    """How a worker's solve has ended."""

    notes: tuple[str, ...]
    failure: Exception | None = None
    stopped_by: str = "error"


class Report(NamedTuple):
    """From a worker to the calling process; the first one holds nothing but where to send words."""

    part: int
    """Index in the portfolio."""
    attempt: str
    """Another one where a part has moved to another worker."""
    address: str
    known: Snapshot | None = None
    outcome: Outcome | None = None
    """In the last report of all."""

    @property
    def worth(self) -> tuple[int, ...]:
        """Objective values; reports without a solution come behind all others."""
        return (0, *self.known.values) if self.known is not None and self.known.values is not None else (1,)


class Counterpart:
    """What the other side is known to know; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._known: Snapshot | None = None
        self._lock = threading.Lock()

    def heard(self, known: Snapshot) -> None:
        """The other side has said this itself."""
        with self._lock:
            self._known = known if self._known is None else _joined(self._known, known)

    def news(self, progress: Progress) -> Snapshot | None:
        """What ``progress`` has beyond that, which now counts as said; None: nothing."""
        known = progress.known()
        with self._lock:
            old, self._known = self._known, known
        if old is None:
            return known
        if known.values == old.values:
            known = replace(known, solution=None)
            if (known.bounds, known.infeasible_by) == (old.bounds, old.infeasible_by):
                return None
        return known


def _joined(one: Snapshot, other: Snapshot) -> Snapshot:
    """The better solution and the better bound of each level."""
    best = other if one.values is None or (other.values is not None and other.values < one.values) else one
    bounds = tuple(
        max((b for b in pair if b is not None), default=None) for pair in zip(one.bounds, other.bounds, strict=True)
    )
    return replace(best, bounds=bounds, infeasible_by=one.infeasible_by or other.infeasible_by)
