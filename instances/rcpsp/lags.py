"""Lags in working time: the model has tasks for them, which are recognised here and turned back into lags.

The model's own lags are elapsed time. For a lag in working time it has a task of that length between the two tasks.
This task follows the successor's calendar, uses no resource, may pause, and is called "lag 3FS5+1d". Tables, pictures
and written files leave it out and show the link that it stands for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.instances.rcpsp.task_times import TaskTimes
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]

KIND, SIGN = re.compile("FS|SS|FF|SF"), re.compile("[+-]")
FS, SS, FF, SF = range(4)
_LAG_LINKS = {
    # With Z the lag's task:      predecessor --(into)--> Z --(out)--> successor
    #
    # A lag: Z begins with the predecessor's date, and the successor waits for Z's end. A lead: Z ends with the
    # predecessor's date, and the successor waits for Z's start.
    (FS, 1): (FS, FS), (SS, 1): (SS, FS), (FF, 1): (FS, FF), (SF, 1): (SS, FF),
    (FS, -1): (FF, SS), (SS, -1): (SF, SS), (FF, -1): (FF, SF), (SF, -1): (SF, SF),
}  # fmt: skip
_LAG_OF = {links: lag for lag, links in _LAG_LINKS.items()}


class LagTask(NamedTuple):
    """The task of a lag in working time: its length, and the kinds and least lags of its two links.

    In working time, a moment right before a break and one right after it are the same. An end is the one before the
    break, a start the one after it. A lead from the predecessor's start has to end at a start, and a lead to the
    successor's end has to start at an end. In both cases the task is one tick longer, so that it covers a tick of
    work there: the first one of the predecessor, or the last one of the successor.
    """

    length: int
    into: tuple[int, int]
    out: tuple[int, int]

    @classmethod
    def of(cls, kind: int, lag: int) -> LagTask:
        """The task of a lag of so many ticks, negative for a lead."""
        into, out = _LAG_LINKS[kind, 1 if lag > 0 else -1]
        return cls(abs(lag) + (into == SF) + (out == SF), (into, int(into == SF)), (out, int(out == SF)))


def _lag_of(into: int, out: int, length: int) -> tuple[int, int]:
    """The inverse of ``LagTask.of``: kind and lag of a task of this length with these kinds of links."""
    kind, sign = _LAG_OF[into, out]
    return kind, sign * (length - (into == SF) - (out == SF))


class Link(NamedTuple):
    """A link as people state it; ``lag`` in ticks, None: there is no least lag."""

    before: int
    after: int
    kind: int
    lag: int | None
    elapsed: bool
    max_lag: int = FAR


def spelt(seconds: int, day: int) -> str:
    """A length of time as a whole number of the largest unit that divides it: "2d", "3h", "90m"."""
    if not seconds:
        return "0"
    for unit, length in (("d", day), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def lag_name(before: str, kind: int, after: str, lag: int, day: int) -> str:
    """The name of a lag's task; ``lag`` and ``day`` (of work) in seconds."""
    return f"lag {before}{LINK_KINDS[kind]}{after}{'+' if lag > 0 else '-'}{spelt(abs(lag), day)}"


def _is_lag_name(name: str) -> bool:
    """Is this the name of a lag's task? A regular expression would take time quadratic in the name's length."""
    kind = KIND.search(name, len("lag ") + 1)
    if kind is None or name.split() != ["lag", name.removeprefix("lag ")]:
        return False
    return SIGN.search(name, kind.end() + 1, len(name) - 1) is not None


def is_lag(problem: RCPSP) -> npt.NDArray[np.bool_]:
    """n: does a task stand for a lag? It has such a name, one link to it and one from it."""
    marked = np.zeros(problem.num_tasks, dtype=np.bool_)
    marked[[i for i, name in enumerate(problem.task_names) if _is_lag_name(name)]] = True
    into = np.bincount(problem.link_to, minlength=problem.num_tasks) == 1
    out = np.bincount(problem.link_from, minlength=problem.num_tasks) == 1
    return np.asarray(marked & into & out)


def links(problem: RCPSP) -> list[Link]:
    """All links between tasks that are no lags; two links by way of a lag's task are one. For single-mode problems."""
    lag = is_lag(problem)
    into = {int(problem.link_to[k]): k for k in np.flatnonzero(lag[problem.link_to]).tolist()}
    found = []
    for before, after, kind, least, most in _rows(problem):
        if lag[after]:
            continue
        if lag[before]:
            first = into[before]
            its_kind, ticks = _lag_of(int(problem.link_kind[first]), kind, int(problem.duration[before]))
            found.append(Link(int(problem.link_from[first]), after, its_kind, ticks, False))
        else:
            found.append(Link(before, after, kind, None if least == -FAR else least, True, most))
    return found


def _rows(problem: RCPSP) -> list[tuple[int, ...]]:
    columns = (problem.link_from, problem.link_to, problem.link_kind, problem.min_lag, problem.max_lag)
    return [tuple(row) for row in np.column_stack(columns).tolist()]


def project_calendar(problem: RCPSP) -> int:
    """The calendar that a planning program would call the project's; -1 where there is none.

    It is the one that lags follow before tasks without a calendar. Where there are no such lags it is the one that
    most tasks follow. Raises ``InvalidProblem`` for a lag that follows neither its successor's calendar nor this one:
    files of planning programs cannot say that.
    """
    lag = is_lag(problem)
    of_lag = {i: int(problem.task_calendar[i]) for i in np.flatnonzero(lag).tolist()}
    own = {int(a): int(problem.task_calendar[b]) for a, b in zip(problem.link_from, problem.link_to, strict=True)}
    others = {calendar for task, calendar in of_lag.items() if own[task] == -1}
    odd = [task for task, calendar in of_lag.items() if own[task] not in (-1, calendar)]
    if len(others) > 1 or odd:
        name = problem.task_names[odd[0] if odd else next(iter(of_lag))]
        raise InvalidProblem("task_calendar", f'"{name}" is in another calendar than its successor: use .json')
    counts = np.bincount(problem.task_calendar[~lag] + 1, minlength=2)[1:]
    return others.pop() if others else int(counts.argmax()) if counts.any() else -1


def with_lags(problem: RCPSP, start: Ints) -> RCPSPSolution:
    """The solution with these starts, in which the tasks of lags are placed by their links.

    ``start`` has an entry for each task (those of lags are not looked at), or one for each task that is no lag.
    """
    lag = is_lag(problem)
    starts = np.zeros(problem.num_tasks, dtype=np.int64)
    starts[~lag] = start if len(start) < problem.num_tasks else start[~lag]
    end = Schedule(problem, RCPSPSolution(start=starts)).end
    into = {int(problem.link_to[k]): k for k in np.flatnonzero(lag[problem.link_to]).tolist()}
    task_times = TaskTimes(problem)
    for task in np.flatnonzero(lag).tolist():
        link = into[task]
        kind, before = int(problem.link_kind[link]), int(problem.link_from[link])
        at = int((starts if kind in (SS, SF) else end)[before] + problem.min_lag[link])
        time = task_times.of(task)
        if kind in (FS, SS):
            starts[task] = time.next_start(at)
        else:
            starts[task] = max(0, time.first_start_to_end_at(at))
    return RCPSPSolution(start=starts)
