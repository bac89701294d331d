"""The feasible schedule that generators hide in their problems: windows drawn around it cannot make them impossible.

A serial schedule generation scheme: each task in turn at the earliest time that the tasks before it, the calendars and
the capacities leave it. Not meant to be quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hidden:
    """A schedule that keeps all rules: n starts, ends and modes (counted within each task)."""

    start: Ints
    end: Ints
    mode: Ints

    def solution(self) -> RCPSPSolution:
        """The same as a solution of the problem."""
        return RCPSPSolution(start=self.start, mode=self.mode)


def hidden_schedule(problem: RCPSP, mode: Ints, order: Sequence[int]) -> Hidden:
    """Schedule the tasks of ``order``, each after those it is linked to, in their modes.

    Keeps minimum lags of all kinds, changes of capacity and calendars; budgets are a matter of the modes alone. For
    problems without maximum lags, windows, groups, reservoirs and optional tasks.
    """
    n = problem.num_tasks
    chosen = problem.mode_ptr[:-1] + mode
    horizon = _horizon(problem, chosen)
    left = np.repeat(problem.capacity[:, None], horizon, axis=1)
    for r in range(problem.num_resources):
        for low, high, units in problem.changes(r).tolist():
            left[r, low:high] = units
    incoming: list[list[int]] = [[] for _ in range(n)]
    for k, j in enumerate(problem.link_to.tolist()):
        incoming[j].append(k)
    start, end = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for i in order:
        earliest, earliest_end = _after_others(problem, incoming[i], start, end)
        m = int(chosen[i])
        worked = _worked(problem, m, horizon)
        time = earliest
        while True:
            stop, wait = _attempt(problem, m, time, worked, left)
            if not wait and stop >= earliest_end:
                break
            time += max(1, wait)
        start[i], end[i] = time, stop
        if problem.duration[m]:
            left[:, time:stop] -= problem.demand[m][:, None]
    return Hidden(start, end, mode)


def random_order(problem: RCPSP, rng: np.random.Generator) -> list[int]:
    """The tasks in a random order that keeps the direction of all links."""
    n = problem.num_tasks
    waiting = np.bincount(problem.link_to, minlength=n)
    following: list[list[int]] = [[] for _ in range(n)]
    for i, j in zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True):
        following[i].append(j)
    ready = np.flatnonzero(waiting == 0).tolist()
    order: list[int] = []
    while ready:
        i = ready.pop(int(rng.integers(len(ready))))
        order.append(i)
        for j in following[i]:
            waiting[j] -= 1
            if not waiting[j]:
                ready.append(j)
    return order


def _horizon(problem: RCPSP, chosen: Ints) -> int:
    """A time by which everything is done even if one task follows the other after all breaks and changes."""
    last = max([0, *problem.change_end.tolist(), *problem.break_end.tolist()])
    lags = problem.min_lag[problem.min_lag > 0]
    return int(last + problem.duration[chosen].sum() + lags.sum() + problem.duration[chosen].max()) + 1


def _after_others(problem: RCPSP, links: list[int], start: Ints, end: Ints) -> tuple[int, int]:
    """The earliest start and the earliest end that the links to a task allow."""
    times = [0, 0]
    for k in links:
        kind = LINK_KINDS[problem.link_kind[k]]
        if problem.min_lag[k] == -FAR:
            continue
        earlier = end if kind[0] == "F" else start
        side = 0 if kind[1] == "S" else 1
        times[side] = max(times[side], int(earlier[problem.link_from[k]] + problem.min_lag[k]))
    return times[0], times[1]


def _worked(problem: RCPSP, mode: int, horizon: int) -> Ints:
    """horizon + 1: how much of the time before each moment is working time for a task in this mode."""
    works = np.ones(horizon, dtype=np.int64)
    for low, high in problem.breaks(*problem.calendars_of(mode)).tolist():
        works[low:high] = 0
    return np.concatenate([[0], np.cumsum(works)])


def _attempt(problem: RCPSP, mode: int, time: int, worked: Ints, left: Ints) -> tuple[int, int]:
    """The end of a task that starts at ``time``, and how much later it must be tried again, 0 if it fits."""
    duration = int(problem.duration[mode])
    if not duration:
        return time, 0
    if worked[time + 1] == worked[time]:
        return time, 1
    end = int(np.searchsorted(worked, worked[time] + duration))
    if end != time + duration and not problem.pause[problem.task_of[mode]]:
        return end, 1
    lacks = np.any(left[:, time:end] < problem.demand[mode][:, None], axis=0)
    return (end, int(np.flatnonzero(lacks)[-1]) + 1) if lacks.any() else (end, 0)
