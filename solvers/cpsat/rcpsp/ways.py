"""The ways to do a task: in which mode, from when, for how long.

Breaks are dealt with here and nowhere else. A task that may not pause can start only where it fits between two
breaks; one that may pause lasts longer by the breaks that it runs into, and all starts from which it lasts
equally long form one way.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.working_time import Intervals, between, clip, pausing


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a task; ``length`` is from start to end, pauses included."""

    mode: int
    """Counted over all tasks."""
    length: int
    starts: Intervals


class Ways:
    """All ways of the tasks of a problem to end by ``horizon``."""

    def __init__(self, problem: RCPSP, horizon: int):
        self.problem = problem
        self.horizon = horizon
        self._breaks: dict[tuple[int, ...], Intervals] = {}

    def of(self, task: int) -> list[Way]:
        """The ways of one task; empty where release, deadline, breaks or what is fixed leave none."""
        problem = self.problem
        first, wanted = int(problem.mode_ptr[task]), int(problem.fixed_mode[task])
        modes = range(first, int(problem.mode_ptr[task + 1])) if wanted < 0 else [first + wanted]
        ways = []
        for mode in modes:
            ways += [Way(mode, length, starts) for length, starts in self._lengths(task, mode) if starts]
        return ways

    def _lengths(self, task: int, mode: int) -> list[tuple[int, Intervals]]:
        """The lengths that a mode can have, each with the starts from which it has it."""
        problem = self.problem
        fixed, duration = int(problem.fixed_start[task]), int(problem.duration[mode])
        if problem.done[task]:
            return [(duration, [(fixed, fixed)])]
        earliest = int(problem.release[task])
        latest_end = min(self.horizon, int(problem.deadline[task]), problem.project_deadline)
        breaks = self._breaks_of(mode)
        if not breaks:
            found = [(duration, [(earliest, latest_end)])]
        elif problem.pause[task]:
            found = pausing(duration, breaks, latest_end)
        else:
            found = [(duration, between(duration, breaks, latest_end))]
        low, high = (earliest, latest_end) if fixed == FAR else (max(earliest, fixed), min(latest_end, fixed))
        return [(length, clip(starts, low, min(high, latest_end - length))) for length, starts in found]

    def _breaks_of(self, mode: int) -> Intervals:
        """The breaks that a mode follows and that begin by the horizon; a mode of length 0 follows none."""
        problem = self.problem
        if not problem.num_calendars or problem.duration[mode] == 0:
            return []
        calendars = problem.calendars_of(mode)
        if calendars not in self._breaks:
            rows = problem.breaks(*calendars).tolist() if calendars else []
            self._breaks[calendars] = [(start, end) for start, end in rows if start < self.horizon]
        return self._breaks[calendars]
