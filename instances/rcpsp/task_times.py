"""When tasks may start and end between the breaks that they follow: bounds of starts turned into bounds of ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.breaks import paused_end
from schedsolve.models.rcpsp import RCPSP

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TaskTime:
    """A task of some duration between the breaks that it follows."""

    duration: int
    breaks: Ints
    """k x 2: sorted and disjoint."""
    pause: bool

    @property
    def pauses(self) -> bool:
        return self.pause and len(self.breaks) > 0

    def next_start(self, time: int) -> int:
        """The first time from ``time`` on that lies in no break."""
        k = int(np.searchsorted(self.breaks[:, 1], time, side="right"))
        return int(self.breaks[k, 1]) if self._in_break(k, time) else time

    def first_start_to_end_at(self, time: int) -> int:
        """The earliest start with an end at ``time`` or later."""
        if not self.pauses or not self.duration:
            return time - self.duration
        k = int(np.searchsorted(self.breaks[:, 0], time, side="left"))  # breaks before k begin before the time
        passed = int(np.minimum(self.breaks[:k, 1], time).sum() - self.breaks[:k, 0].sum())
        inside = k > 0 and time <= self.breaks[k - 1, 1]
        worked = time - passed + inside - self.duration
        if worked <= 0:
            return 0
        return self.next_start(int(paused_end(self.breaks, np.array([0]), np.array([worked]))[0]))

    def end_at(self, time: int) -> int:
        """The same end in working time: the start of the break, for a time within a break or at its end."""
        k = int(np.searchsorted(self.breaks[:, 0], time, side="left"))  # breaks before k begin before the time
        return int(self.breaks[k - 1, 0]) if k and time <= self.breaks[k - 1, 1] else time

    def last_end_from(self, time: int) -> int:
        """The end with the latest start at ``time`` or earlier; negative where there is none."""
        k = int(np.searchsorted(self.breaks[:, 1], time, side="right"))
        start = int(self.breaks[k, 0]) - 1 if self.duration and self._in_break(k, time) else time
        if not self.pauses or start < 0:
            return start + self.duration if start >= 0 else 0
        return int(paused_end(self.breaks, np.array([start]), np.array([self.duration]))[0])

    def _in_break(self, k: int, time: int) -> bool:
        return k < len(self.breaks) and bool(self.breaks[k, 0] <= time)


class TaskTimes:
    """The times of all tasks of a problem; breaks are looked up once for all tasks that follow the same calendars."""

    def __init__(self, problem: RCPSP):
        self.problem = problem
        self._breaks: dict[tuple[int, ...], Ints] = {}

    def of(self, task: int, mode: int | None = None) -> TaskTime:
        """A task in a mode (of all), by default its first."""
        mode = int(self.problem.mode_ptr[task]) if mode is None else mode
        return TaskTime(int(self.problem.duration[mode]), self.breaks(mode), bool(self.problem.pause[task]))

    def breaks(self, mode: int) -> Ints:
        """k x 2: the breaks that the task of a mode follows in it."""
        calendars = self.problem.calendars_of(mode)
        if calendars not in self._breaks:
            self._breaks[calendars] = self.problem.breaks(*calendars)
        return self._breaks[calendars]
