"""What follows from the decisions: ends, and the use of resources over time.

Read by the checker, reports and writers. Solvers compute their own, so that a mistake here or there shows as a
disagreement.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import numpy as np
import numpy.typing as npt

from schedsolve.models.breaks import paused_end
from schedsolve.models.rcpsp.problem import RCPSP
from schedsolve.models.rcpsp.solution import RCPSPSolution

Ints = npt.NDArray[np.int64]


class Schedule:
    """A solution placed on its problem; every array is indexed by task (n) unless said otherwise.

    Expects as many starts as the problem has tasks, and modes that exist.
    """

    def __init__(self, problem: RCPSP, solution: RCPSPSolution):
        self.problem = problem
        self.start: Ints = solution.start
        self.present: npt.NDArray[np.bool_] = ~solution.left_out
        self.mode: Ints = problem.mode_ptr[:-1] + solution.mode
        """The chosen mode, counted over all tasks."""
        self.duration: Ints = problem.duration[self.mode]
        self.works: npt.NDArray[np.bool_] = self.present & (self.duration > 0)
        """Does it take any time?"""

    @cached_property
    def by_calendars(self) -> dict[tuple[int, ...], Ints]:
        """The tasks that follow each set of calendars, those that take no time and those done left out."""
        found: dict[tuple[int, ...], list[int]] = defaultdict(list)
        if self.problem.num_calendars:
            for task in np.flatnonzero(self.works & ~self.problem.done).tolist():
                calendars = self.problem.calendars_of(int(self.mode[task]))
                if calendars:
                    found[calendars].append(task)
        return {calendars: np.array(tasks) for calendars, tasks in found.items()}

    @cached_property
    def end(self) -> Ints:
        """When each task ends, pauses included."""
        end: Ints = self.start + self.duration
        for calendars, tasks in self.by_calendars.items():
            breaks = self.problem.breaks(*calendars)
            pausing = tasks[self.problem.pause[tasks]]
            if len(breaks) and len(pausing):
                end[pausing] = paused_end(breaks, self.start[pausing], self.duration[pausing])
        return end

    def use(self, resource: int) -> tuple[Ints, Ints]:
        """Use of a renewable resource over time: times (k, sorted) and the units in use from each time on (k).

        The last one is 0; both are empty where it is not used.
        """
        demand = self.problem.demand[self.mode, resource]
        users = np.flatnonzero(self.works & (demand > 0))
        return _level(
            np.concatenate([self.start[users], self.end[users]]), np.concatenate([demand[users], -demand[users]])
        )

    def level(self, reservoir: int) -> tuple[Ints, Ints]:
        """Level of a reservoir over time: times (k, sorted) and the level from each time on (k); before the first it
        is the initial one."""
        problem, tasks = self.problem, np.flatnonzero(self.present)
        taken = problem.withdrawal[self.mode[tasks], reservoir]
        given = problem.delivery[self.mode[tasks], reservoir]
        times, level = _level(np.concatenate([self.start[tasks], self.end[tasks]]), np.concatenate([-taken, given]))
        return times, level + problem.reservoir_initial[reservoir]


def _level(times: Ints, change: Ints) -> tuple[Ints, Ints]:
    """The distinct times at which something changes, and the sum of all changes up to each."""
    moments, index = np.unique(times[change != 0], return_inverse=True)
    total = np.zeros(len(moments), dtype=np.int64)
    np.add.at(total, index, change[change != 0])
    return moments, np.cumsum(total)
