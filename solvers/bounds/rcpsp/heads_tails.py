"""When tasks of a project can start and end at the earliest, and how much must follow them: the temporal relaxation.

Links become arcs "start of j >= start or end of i + lag"; the longest paths are found by relaxation until nothing
changes (R. Bellman, Quarterly of Applied Mathematics 16 (1958) 87-90), which a positive cycle prevents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.breaks import paused_end
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class HeadsTails:
    """Lower bounds for the tasks that are done in every solution; all arrays are indexed by task (n)."""

    sure: npt.NDArray[np.bool_]
    """Is the task done in every solution?"""
    head: Ints
    """Earliest start."""
    end: Ints
    """Earliest end."""
    length: Ints
    """Least duration."""
    tail: Ints
    """Least time from the task's end to the end of the project."""

    @property
    def longest_path(self) -> int:
        """A lower bound on the makespan, from links, dates and calendars alone."""
        return max(0, int((self.end + self.tail)[self.sure].max(initial=0)))


@dataclass(frozen=True)
class Arcs:
    """One each per arc: ``to`` starts at least ``lag`` after the start of ``of``, or after its end."""

    of: Ints
    to: Ints
    lag: Ints
    after_end: npt.NDArray[np.bool_]
    link: Ints
    """The link that it comes from, ..."""
    greatest: npt.NDArray[np.bool_]
    """... and whether from its greatest lag."""


def heads_tails(problem: RCPSP) -> HeadsTails | None:
    """Heads and tails; None where links form a positive cycle, so that there is no solution."""
    sure = problem.mandatory
    shortest, longest = lengths(problem)
    found = arcs(problem, sure, shortest, longest)
    calendars = _sure_breaks(problem, sure)
    head = np.where(problem.done, problem.fixed_start, problem.release)
    head = np.where(problem.fixed_start != FAR, np.maximum(head, problem.fixed_start), head)
    for _ in range(problem.num_tasks + 1):
        head, end = _pushed(problem, head, shortest, calendars)
        later = head.copy()
        np.maximum.at(later, found.to, np.where(found.after_end, end[found.of], head[found.of]) + found.lag)
        later = np.where(problem.done, head, later)
        if np.array_equal(later, head):
            tail = _tails(problem, found, shortest)
            return None if tail is None else HeadsTails(sure, head, end, shortest, tail)
        head = later
    return None


def allowed_modes(problem: RCPSP) -> npt.NDArray[np.bool_]:
    """M: may its task be done in the mode?"""
    local = np.arange(len(problem.duration)) - problem.mode_ptr[problem.task_of]
    wanted = problem.fixed_mode[problem.task_of]
    allowed: npt.NDArray[np.bool_] = (wanted < 0) | (wanted == local)
    return allowed


def lengths(problem: RCPSP) -> tuple[Ints, Ints]:
    """n each: the least duration of a task over the modes that it may have, and the greatest with all pauses, FAR
    where these have no limit."""
    allowed, first = allowed_modes(problem), problem.mode_ptr[:-1]
    shortest = np.minimum.reduceat(np.where(allowed, problem.duration, FAR), first)
    longest = np.maximum.reduceat(np.where(allowed, problem.duration, 0), first)
    if problem.num_calendars:
        follows = np.array([bool(problem.calendars_of(mode)) for mode in range(len(problem.duration))])
        pauses = np.logical_or.reduceat(follows & allowed, first) & problem.pause & ~problem.done
        longest = np.where(pauses, FAR, longest)
    return shortest, longest


def arcs(problem: RCPSP, sure: npt.NDArray[np.bool_], shortest: Ints, longest: Ints) -> Arcs:
    """The arcs of all links between tasks that are surely done; a greatest lag is an arc back."""
    a, b, kind = problem.link_from, problem.link_to, problem.link_kind
    counts = sure[a] & sure[b] & ~(problem.done[a] & problem.done[b])
    from_end, to_end = (kind == 0) | (kind == 2), (kind == 2) | (kind == 3)
    parts = []
    for greatest, of, to, lag, after, before in (
        (False, a, b, problem.min_lag, from_end, to_end),
        (True, b, a, -problem.max_lag, to_end, from_end),
    ):
        taken = np.where(before, longest[to], 0)
        kept = np.flatnonzero(counts & (lag > -FAR) & (taken < FAR))
        columns = (of[kept], to[kept], (lag - taken)[kept], after[kept], kept, np.full(len(kept), greatest))
        parts.append(columns)
    return Arcs(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _tails(problem: RCPSP, found: Arcs, length: Ints) -> Ints | None:
    """n: longest path from the end of each task to the end of all; None where there is a positive cycle."""
    rest = length.copy()
    lag = found.lag + np.where(found.after_end, length[found.of], 0)
    for _ in range(problem.num_tasks + 1):
        longer = rest.copy()
        np.maximum.at(longer, found.of, lag + rest[found.to])
        if np.array_equal(longer, rest):
            return rest - length
        rest = longer
    return None


def _sure_breaks(problem: RCPSP, sure: npt.NDArray[np.bool_]) -> dict[int, Ints]:
    """The breaks that a task follows in every mode, for tasks that have some."""
    found: dict[int, Ints] = {}
    if problem.num_calendars:
        for task in np.flatnonzero(sure & ~problem.done).tolist():
            modes = range(problem.mode_ptr[task], problem.mode_ptr[task + 1])
            if problem.duration[modes.start : modes.stop].min() > 0:
                common = set.intersection(*(set(problem.calendars_of(mode)) for mode in modes))
                breaks = problem.breaks(*sorted(common)) if common else np.zeros((0, 2), dtype=np.int64)
                if len(breaks):
                    found[task] = breaks
    return found


def _pushed(problem: RCPSP, head: Ints, length: Ints, calendars: dict[int, Ints]) -> tuple[Ints, Ints]:
    """Earliest starts clear of breaks from ``head`` on, and the earliest ends."""
    head = head.copy()
    end = head + length
    for task, breaks in calendars.items():
        if problem.fixed_start[task] != FAR:
            continue
        needed = 1 if problem.pause[task] else int(length[task])
        for low, high in breaks[np.searchsorted(breaks[:, 1], head[task], side="right") :].tolist():
            if low >= head[task] + needed:
                break
            head[task] = high
        if problem.pause[task]:
            end[task] = paused_end(breaks, head[[task]], length[[task]])[0]
        else:
            end[task] = head[task] + length[task]
    return head, end
