"""When to stop: a deadline, an amount of work, a target, a gap, or somebody's word."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from schedsolve.models import arguments
from schedsolve.solvers.options import LARGEST, checked_value

Flag = npt.NDArray[np.uint8]
"""One entry, not 0 once it is time to stop."""

FOREVER = 1e9
"""Seconds, three decades: numbers of this size overflow in some solvers' clocks."""


class Stop:
    """The one object that every engine asks.

    ``flag`` is shared memory: a kernel polls ``flag[0]`` every so many iterations and leaves when it
    is not 0. ``time_limit`` in seconds counts from ``started`` (a ``time.perf_counter()`` value; now,
    where not given). ``iterations`` counts what the engine's field counts and is the engine's to honour.
    A time limit of more than ``FOREVER`` seconds is none. Raises ``InvalidOption`` for a limit that is none: below 0,
    NaN, of another type; a target beyond 2^53.
    """

    def __init__(
        self,
        *,
        time_limit: float | None = None,
        iterations: int | None = None,
        target: int | None = None,
        gap: float | None = None,
        started: float | None = None,
    ):
        seconds = math.inf if time_limit is None else arguments.number("time_limit", time_limit, 0)
        self.started = time.perf_counter() if started is None else arguments.number("started", started)
        self.time_limit: float | None = None if seconds > FOREVER else seconds
        self.iterations = None if iterations is None else arguments.integer("iterations", iterations, 0, LARGEST)
        self.target = checked_value("target", target)
        self.gap = None if gap is None else arguments.number("gap", gap, 0)
        self.flag: Flag = np.zeros(1, dtype=np.uint8)
        self.reason: str | None = None
        self._stages: list[Stop] = []
        self._whole: Stop | None = None
        """Of a stage that has all the time that is left: what it is a stage of."""

    def elapsed(self) -> float:
        return time.perf_counter() - self.started

    def remaining(self) -> float:
        """Seconds left; infinite without a time limit, never negative."""
        if self.time_limit is None:
            return float("inf")
        return max(0.0, self.time_limit - self.elapsed())

    def request(self, reason: str) -> None:
        """Ask all engines to come to an end; the first reason is kept."""
        self.reason = self.reason or reason
        self.flag[0] = 1
        for stage in self._stages:
            stage.request(reason)
        if reason == "time" and self._whole is not None and not self._whole.flag[0]:
            self._whole.request("time")

    def within(self, seconds: float) -> Stop:
        """A stop for one stage: at most ``seconds`` from now, and whenever this one is asked to stop."""
        remaining = self.remaining()
        stage = Stop(time_limit=min(seconds, remaining), iterations=self.iterations)
        stage._whole = self if seconds >= remaining else None
        self._stages.append(stage)
        if self.flag[0]:
            stage.request(self.reason or "time")
        return stage

    def now(self) -> bool:
        """Is it time to stop? Sets the flag when the deadline has passed."""
        if not self.flag[0] and self.remaining() <= 0:
            self.request("time")
        return bool(self.flag[0])

    def reached(self, values: Sequence[int], bounds: Sequence[int | None]) -> str | None:
        """``target`` where the first objective is good enough, ``gap`` where the first that is not proved is."""
        if self.target is not None and values[0] <= self.target:
            return "target"
        level = min(closed_levels(values, bounds), len(values) - 1)
        bound = bounds[level]
        if self.gap is not None and bound is not None and relative_gap(values[level], bound) <= self.gap:
            return "gap"
        return None


def relative_gap(objective: int, bound: int) -> float:
    """(objective - bound) / max(1, abs(objective))."""
    return (objective - bound) / max(1, abs(objective))


def closed_levels(values: Sequence[int], bounds: Sequence[int | None]) -> int:
    """How many levels of a lexicographic objective are proved, from the first on."""
    count = 0
    for value, bound in zip(values, bounds, strict=True):
        if bound is None or bound < value:
            break
        count += 1
    return count
