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
Flags = npt.NDArray[np.bool_]

LARGEST_SUM = 2**62


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
        """The tasks that follow each set of calendars; those that take no time follow none."""
        found: dict[tuple[int, ...], list[int]] = defaultdict(list)
        if self.problem.num_calendars:
            for task in np.flatnonzero(self.works).tolist():
                calendars = self.problem.calendars_of(int(self.mode[task]))
                if calendars:
                    found[calendars].append(task)
        return {calendars: np.array(tasks) for calendars, tasks in found.items()}

    @cached_property
    def end(self) -> Ints:
        """When each task ends, pauses included; those done take their plain duration."""
        end: Ints = self.start + self.duration
        for calendars, tasks in self.by_calendars.items():
            breaks = self.problem.breaks(*calendars)
            pausing = tasks[self.problem.pause[tasks] & ~self.problem.done[tasks]]
            if len(breaks) and len(pausing):
                end[pausing] = paused_end(breaks, self.start[pausing], self.duration[pausing])
        return end

    def use(self, resource: int, among: Flags | None = None) -> tuple[Ints, Ints]:
        """Use of a renewable resource over time: times (k, sorted) and the units in use from each time on (k), by all
        tasks or those ``among`` them.

        The last one is 0; both are empty where it is not used.
        """
        demand = self.problem.demand[self.mode, resource]
        users = np.flatnonzero(self.works & (demand > 0) & (True if among is None else among))
        return _level(
            np.concatenate([self.start[users], self.end[users]]), np.concatenate([demand[users], -demand[users]])
        )

    def level(self, reservoir: int) -> tuple[Ints, Ints]:
        """Level of a reservoir over time: times (k, sorted) and the level from each time on (k); before the first it
        is the initial one."""
        times, change = self.change(reservoir)
        return times, change + self.problem.reservoir_initial[reservoir]

    def change(self, reservoir: int, among: Flags | None = None) -> tuple[Ints, Ints]:
        """What all tasks, or those ``among`` them, do to a reservoir: times (k, sorted), and deliveries minus
        withdrawals up to each (k)."""
        problem, tasks = self.problem, np.flatnonzero(self.present & (True if among is None else among))
        taken = problem.withdrawal[self.mode[tasks], reservoir]
        given = problem.delivery[self.mode[tasks], reservoir]
        return _level(np.concatenate([self.start[tasks], self.end[tasks]]), np.concatenate([-taken, given]))


def _level(times: Ints, change: Ints) -> tuple[Ints, Ints]:
    """The distinct times at which something changes, and the sum of all changes up to each.

    Sums that may not fit into 64 bits are made of Python's integers.
    """
    exact = object if np.abs(change).astype(np.float64).sum() > LARGEST_SUM else np.int64
    moments, index = np.unique(times[change != 0], return_inverse=True)
    total = np.zeros(len(moments), dtype=exact)
    np.add.at(total, index, change[change != 0])
    return moments, np.cumsum(total)
