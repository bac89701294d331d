"""A project as planners' files state it, and the problem that follows from it.

Files of planning programs speak of dates, working days and weekly calendars; the model of integer ticks and breaks:

* **Time.** Time 0 is the project's start. The tick is the greatest common divisor of all durations, lags, dates and
  calendar edges, in whole minutes; times with seconds are rounded to the safe side.
* **Calendars** become breaks up to a horizon, beyond which there are none. The horizon is the end of a week. Before it
  and after the last date there is room for all elapsed lags and all work, done one task after the other, in the
  scarcest combination of calendars that some task follows. Tasks that must not pause count twice.
* **Working-time lags.** The model's lags are elapsed time. A lag in working time becomes a task of that length in the
  successor's calendar, between the two tasks (``LagTask``).
* **Dates of starts and ends.** The model bounds starts from below and ends from above. "Finish no earlier than" and
  "start no later than" are turned into these by way of the task's calendar, which is exact: a later start means a
  later end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, datetime, timedelta
from fractions import Fraction
from itertools import chain
from math import gcd

import numpy as np
import numpy.typing as npt

from schedsolve.instances.calendars.worktime import DAY, WorkCalendar, both
from schedsolve.instances.rcpsp.lags import LagTask, lag_name, spelt
from schedsolve.instances.rcpsp.task_times import TaskTime, TaskTimes
from schedsolve.instances.source import Source
from schedsolve.models.breaks import paused_end
from schedsolve.models.errors import InvalidFile
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR, MOST_FILLED

Ints = npt.NDArray[np.int64]

PATH = " / "
"""Stands in task names between a summary task and what is in it."""
SHARES = " (%)"
"""Ends the name of a resource whose units are hundredths."""

WEEK_FROM = 28
"""Days that calendars are spread over at least."""
MOST_NAMES = 50_000_000
"""Characters of all full names."""
MOST_LINKS = 1_000_000
"""Links of phases are links of all tasks within."""
MOST_CALENDARS = 5000
MOST_BREAKS = 2_000_000
LATEST = 100 * 366
"""Days of work after which calendars are given up that leave too little time; no date, length or lag lies beyond."""


@dataclass
class DatedTask:
    """One task; times in seconds. ``key`` is its identity in the file, ``line`` where it stands."""

    key: str
    name: str
    duration: int
    line: int
    calendar: int | None = None
    """Index of the calendar that it follows besides those of its resources; None: none."""
    lag_calendar: int | None = None
    """That of the working time in lags before it."""
    own_time: bool = False
    """Does it ignore the calendars of its resources?"""
    pause: bool = True
    demand: dict[int, Fraction] = field(default_factory=dict)
    start_from: datetime | None = None
    start_by: datetime | None = None
    end_from: datetime | None = None
    end_by: datetime | None = None
    end_at: datetime | None = None
    """An end that is fixed; one within non-working time is that of the work before it."""
    due: datetime | None = None
    start_at: datetime | None = None
    """A start that is fixed; one within non-working time is moved to its end."""
    done_at: datetime | None = None
    """End of a task that is done; ``start_at`` is then its start, and it runs through without calendars."""
    begun: bool = False
    """Has it begun at ``start_at``? Then it waits for nothing: links to it hold among tasks that are done only."""
    weight: int = 1

    @property
    def dates(self) -> list[datetime]:
        starts = [self.start_from, self.start_by, self.start_at]
        ends = [self.end_from, self.end_by, self.end_at, self.done_at]
        return [date for date in (*starts, *ends, self.due) if date is not None]


@dataclass
class DatedLink:
    """``lag`` in seconds, of working time unless ``elapsed``; tasks by index."""

    before: int
    after: int
    kind: int = LINK_KINDS.index("FS")
    lag: int = 0
    elapsed: bool = False


@dataclass
class DatedResource:
    """``units`` of a renewable resource; ``calendar`` is an index, None for none."""

    name: str
    units: Fraction = Fraction(1)
    """``FAR``: no limit."""
    calendar: int | None = None


@dataclass
class DatedProject:
    """A project. ``tick`` in seconds; None: to be chosen."""

    name: str
    origin: datetime
    tasks: list[DatedTask]
    links: list[DatedLink]
    resources: list[DatedResource]
    calendars: list[WorkCalendar]
    tick: int | None = None
    day: int = DAY // 3
    """Seconds of work in a day, for the names of lags."""

    @property
    def dates(self) -> Iterator[datetime]:
        """All dates of its tasks."""
        return chain.from_iterable(task.dates for task in self.tasks)


def build(project: DatedProject, source: Source) -> RCPSP:
    """The problem of a dated project.

    Raises ``InvalidFile`` where a calendar never works, or never long enough for a task, and where a project with
    calendars reaches over more than a hundred years.
    """
    return _Builder(project, source).problem()


class _Builder:
    """Turns a dated project into arrays."""

    def __init__(self, project: DatedProject, source: Source):
        self.project = project
        self.source = source
        if len(project.tasks) * len(project.resources) > MOST_FILLED:
            raise source.error(f"{len(project.tasks)} tasks x {len(project.resources)} resources are too many")
        for task in project.tasks:
            if task.start_at is not None and task.done_at is not None:
                task.duration, task.calendar = round((task.done_at - task.start_at).total_seconds()), None
        self._separate_own_times()
        self.links = [link for link in project.links if self._holds(link)]
        self.tick = project.tick or self._tick()
        self.lags: list[DatedLink] = []
        """The lags that become tasks: those in working time, of calendars with breaks."""
        for link in self.links:
            if link.lag and not link.elapsed and not self._always(project.tasks[link.after].lag_calendar):
                self.lags.append(link)
        self.used = self._calendars_in_use()

    def problem(self) -> RCPSP:
        """Calendars without breaks and those that nobody follows are left out."""
        if not self.used:
            return self._with_dates(self._problem(self.project.origin))
        self._check_reach()
        if len(self.used) > MOST_CALENDARS:
            raise self.source.error(f"{len(self.used):,} calendars are followed, more than {MOST_CALENDARS:,}")
        days = WEEK_FROM
        while True:
            horizon = self._end_of_week(days)
            problem = self._problem(horizon)
            short = self._too_short(problem, self._ticks(horizon))
            if short is None:
                break
            days = days * 3 // 2
            if days > LATEST:
                raise self._error(short, "follows calendars that leave no time to work")
        self._check_stretches(problem)
        return self._with_dates(problem)

    def _error(self, task: DatedTask, message: str) -> InvalidFile:
        return self.source.error(f'task "{task.name}" {message}', task.line)

    # --- preparing ----------------------------------------------------------------------------

    def _holds(self, link: DatedLink) -> bool:
        before, after = self.project.tasks[link.before], self.project.tasks[link.after]
        return not after.begun or (before.done_at is not None and after.done_at is not None)

    def _check_reach(self) -> None:
        """Raise for what is so long or so far away that calendars cannot be spread over it."""
        project, most = self.project, timedelta(days=LATEST)
        for task in project.tasks:
            for date in task.dates:
                if abs(date - project.origin) > most:
                    raise self._error(task, f"has the date {date}, a hundred years from the start, {project.origin}")
            if task.duration > most.total_seconds():
                raise self._error(task, "takes more than a hundred years")
        for link in self.links:
            if abs(link.lag) > most.total_seconds():
                raise self._error(project.tasks[link.after], "comes after a lag of more than a hundred years")

    def _always(self, calendar: int | None) -> bool:
        return calendar is None or self.project.calendars[calendar].always

    def _separate_own_times(self) -> None:
        """Where some task ignores the calendar of a resource, the resource has none, and its other users follow
        their calendars and its calendar as one."""
        project = self.project
        # Tasks without length and those that are done follow no calendar.
        working = [task for task in project.tasks if task.duration and task.done_at is None]
        shared: set[int] = set()
        for task in working:
            if task.own_time:
                shared.update(task.demand)
        for r in sorted(r for r in shared if not self._always(project.resources[r].calendar)):
            its = project.resources[r].calendar
            assert its is not None
            for task in working:
                if r in task.demand and not task.own_time:
                    task.calendar = its if task.calendar is None else self._joint(task.calendar, its)
            project.resources[r].calendar = None

    def _joint(self, a: int, b: int) -> int:
        if a == b:
            return a
        joint = both(self.project.calendars[a], self.project.calendars[b])
        if joint not in self.project.calendars:
            self.project.calendars.append(joint)
        return self.project.calendars.index(joint)

    def _tick(self) -> int:
        """The greatest whole number of minutes, at most a day, that divides all times (rounded up to minutes)."""
        project = self.project
        midnight = project.origin.replace(hour=0, minute=0, second=0, microsecond=0)
        since = round((project.origin - midnight).total_seconds())
        times = [DAY, *(task.duration for task in project.tasks), *(link.lag for link in self.links)]
        times += [round((date - project.origin).total_seconds()) for date in project.dates]
        for calendar in project.calendars:
            if not calendar.always:
                times += [edge - since for edge in calendar.edges()]
        return gcd(*(-(-time // 60) for time in times)) * 60

    def _calendars_in_use(self) -> dict[int, int]:
        """The calendar of the dated project to that of the problem."""
        project = self.project
        wanted = {resource.calendar for resource in project.resources}
        wanted |= {task.calendar for task in project.tasks if task.duration}
        wanted |= {project.tasks[link.after].lag_calendar for link in self.lags}
        kept = sorted(c for c in wanted if c is not None and not project.calendars[c].always)
        return {c: k for k, c in enumerate(kept)}

    # --- arrays -------------------------------------------------------------------------------

    def _up(self, seconds: int) -> int:
        return -(-seconds // self.tick)

    def _end_of_week(self, days: int) -> datetime:
        """The Monday after so many days of work from the last date on."""
        origin = self.project.origin
        last = max([origin, *self.project.dates])
        elapsed = sum(abs(link.lag) for link in self.links if link.elapsed)
        if (last - origin).days + days + elapsed // DAY > 3 * LATEST or last.year + 3 * LATEST // 365 > MAXYEAR:
            raise self.source.error("its dates, lags and work reach over too many years")
        end = last + timedelta(days=days, seconds=elapsed)
        monday = end.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=end.weekday())
        return monday + timedelta(days=7)

    def _check_breaks(self, horizon: datetime) -> None:
        """Raise where there would be too many breaks up to the horizon."""
        weeks = (horizon - self.project.origin).days // 7 + 1
        count = 0
        for c in self.used:
            calendar = self.project.calendars[c]
            count += weeks * sum(map(len, calendar.week)) + sum(map(len, calendar.special.values()))
        if count > MOST_BREAKS:
            raise self.source.error(f"its calendars have more than {MOST_BREAKS:,} breaks until {horizon.date()}")

    def _problem(self, horizon: datetime) -> RCPSP:
        self._check_breaks(horizon)
        project, n, lags = self.project, len(self.project.tasks), len(self.lags)
        scale = [self._scale(r) for r in range(len(project.resources))]
        demand = np.zeros((n + lags, len(scale)), dtype=np.int64)
        for i, task in enumerate(project.tasks):
            for r, units in task.demand.items():
                demand[i, r] = -(-units * scale[r] // 1)
        duration = [self._up(task.duration) for task in project.tasks]
        duration += [self._lag_task(link).length for link in self.lags]
        task_calendar = [self._calendar_of(task) for task in project.tasks]
        task_calendar += [self._number(project.tasks[link.after].lag_calendar) for link in self.lags]
        names = [task.name for task in project.tasks] + [self._lag_name(link) for link in self.lags]
        capacity = [min(FAR, int(r.units * s)) for r, s in zip(project.resources, scale, strict=True)]
        shares = [SHARES * (s > 1) for s in scale]
        breaks: list[tuple[int, int, int]] = []
        for c, k in self.used.items():
            for low, high in project.calendars[c].breaks(project.origin, horizon):
                breaks.append((k, low // self.tick, self._up(high)))
        link_from, link_to, link_kind, min_lag = self._links()
        return RCPSP(
            mode_ptr=np.arange(n + lags + 1),
            duration=np.array(duration),
            capacity=np.array(capacity),
            demand=demand,
            weight=np.array([task.weight for task in project.tasks] + [0] * lags),
            num_calendars=len(self.used),
            break_calendar=np.array([calendar for calendar, _, _ in breaks]),
            break_start=np.array([start for _, start, _ in breaks]),
            break_end=np.array([end for _, _, end in breaks]),
            task_calendar=np.array(task_calendar),
            resource_calendar=np.array([self._number(resource.calendar) for resource in project.resources]),
            link_from=link_from,
            link_to=link_to,
            link_kind=link_kind,
            min_lag=min_lag,
            name=project.name,
            task_names=tuple(names),
            resource_names=tuple(r.name + share for r, share in zip(project.resources, shares, strict=True)),
            calendar_names=tuple(project.calendars[c].name for c in self.used),
            origin=project.origin.isoformat(timespec="seconds" if project.origin.second else "minutes"),
            tick=self.tick,
        )

    def _number(self, calendar: int | None) -> int:
        """The number in the problem of a calendar of the dated project; -1 where there is none, or no break in it."""
        return -1 if calendar is None else self.used.get(calendar, -1)

    def _calendar_of(self, task: DatedTask) -> int:
        """That of the problem which the task follows; -1 also for one that takes no time."""
        return self._number(task.calendar if task.duration else None)

    def _scale(self, resource: int) -> int:
        """1 where all units are whole numbers, else 100."""
        asked = [task.demand[resource] for task in self.project.tasks if resource in task.demand]
        whole = all(units.denominator == 1 for units in (self.project.resources[resource].units, *asked))
        return 1 if whole else 100

    def _links(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The two tasks of each link, its kind and its least lag; those of a lag with a task of its own are two."""
        rows: list[tuple[int, int, int, int]] = []
        between = {id(link): len(self.project.tasks) + k for k, link in enumerate(self.lags)}
        for link in self.links:
            if id(link) in between:
                lag = self._lag_task(link)
                rows.append((link.before, between[id(link)], *lag.into))
                rows.append((between[id(link)], link.after, *lag.out))
            else:
                rows.append((link.before, link.after, link.kind, self._up(link.lag)))
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        before, after, kind, least = table.T.copy()
        return before, after, kind, least

    def _lag_task(self, link: DatedLink) -> LagTask:
        return LagTask.of(link.kind, self._up(link.lag))

    def _lag_name(self, link: DatedLink) -> str:
        before, after = (self.project.tasks[task].key for task in (link.before, link.after))
        return lag_name(before, link.kind, after, link.lag, self.project.day)

    # --- calendars ----------------------------------------------------------------------------

    def _too_short(self, problem: RCPSP, horizon: int) -> DatedTask | None:
        """A task whose calendars leave too little time before the horizon (in ticks) for all work there is."""
        last = max([0, *map(self._ticks, self.project.dates)])
        mine = np.arange(problem.num_tasks) < len(self.project.tasks)
        pausing = np.array([task.pause for task in self.project.tasks] + [True] * len(self.lags))
        work = int((problem.duration * np.where(pausing, 1, 2)).sum())
        # Once the elapsed lags have passed as well, all of the work must fit.
        last += self._up(sum(abs(link.lag) for link in self.links if link.elapsed))
        seen: set[tuple[int, ...]] = set()
        for task in np.flatnonzero((problem.duration > 0) & (mine | (problem.task_calendar >= 0))).tolist():
            calendars = problem.calendars_of(task)
            if not calendars or calendars in seen:
                continue
            seen.add(calendars)
            breaks = problem.breaks(*calendars)
            if not len(breaks):
                continue
            end = int(paused_end(breaks, np.array([last]), np.array([work]))[0])
            if end > (int(breaks[-1, 0]) if breaks[-1, 1] >= horizon else horizon):
                return self.project.tasks[min(task, len(self.project.tasks) - 1)]
        return None

    def _check_stretches(self, problem: RCPSP) -> None:
        """Raise for a task that must not pause and is longer than all times between breaks."""
        task_times = TaskTimes(problem)
        for i, task in enumerate(self.project.tasks):
            calendars = problem.calendars_of(i)
            if task.pause or not calendars or task.done_at is not None:
                continue
            breaks = task_times.breaks(i)
            longest = int(np.diff(np.concatenate([[0], breaks.ravel()]))[::2].max())
            if int(problem.duration[i]) > longest:
                names = ", ".join(problem.calendar_name(c) for c in calendars)
                have = spelt(longest * self.tick, DAY)
                want = spelt(int(problem.duration[i]) * self.tick, DAY)
                raise self._error(task, f"must not pause and takes {want}; {names} never works longer than {have}")

    # --- dates --------------------------------------------------------------------------------

    def _ticks(self, date: datetime, *, up: bool = False) -> int:
        seconds = (date - self.project.origin).total_seconds()
        return int(-(-seconds // self.tick) if up else seconds // self.tick)

    def _with_dates(self, problem: RCPSP) -> RCPSP:
        lags = len(self.lags)
        pauses = [task.pause and bool(problem.calendars_of(i)) for i, task in enumerate(self.project.tasks)]
        problem = replace(problem, pause=np.array(pauses + [True] * lags))
        task_times = TaskTimes(problem)
        release, due, deadline, fixed = [], [], [], []
        for i, task in enumerate(self.project.tasks):
            time = task_times.of(i)
            release.append(max(0, self._release(task, time)))
            deadline.append(self._deadline(task, time))
            due.append(FAR if task.due is None else self._ticks(task.due))
            if task.start_at is None:
                fixed.append(FAR)
            else:
                at = self._ticks(task.start_at)
                fixed.append(at if task.done_at is not None else time.next_start(at))
        return replace(
            problem,
            release=np.array(release + [0] * lags),
            due=np.array(due + [FAR] * lags),
            deadline=np.array(deadline + [FAR] * lags),
            fixed_start=np.array(fixed + [FAR] * lags),
            done=np.array([task.done_at is not None for task in self.project.tasks] + [False] * lags),
        )

    def _release(self, task: DatedTask, time: TaskTime) -> int:
        times = [0]
        if task.start_from is not None:
            times.append(self._ticks(task.start_from, up=True))
        if task.end_from is not None:
            times.append(time.first_start_to_end_at(self._ticks(task.end_from, up=True)))
        if task.end_at is not None:
            times.append(time.first_start_to_end_at(time.end_at(self._ticks(task.end_at))))
        return max(times)

    def _deadline(self, task: DatedTask, time: TaskTime) -> int:
        times = [FAR]
        if task.end_by is not None:
            times.append(self._ticks(task.end_by))
        if task.end_at is not None:
            times.append(time.end_at(self._ticks(task.end_at)))
        if task.start_by is not None:
            times.append(time.last_end_from(self._ticks(task.start_by)))
        return min(times)


def paths(names: Iterable[tuple[int, str]], source: Source) -> list[str]:
    """The full names of tasks given by level (from 1) and own name, in the order of the outline.

    Raises ``InvalidFile`` where outline and names are so deep and long that their paths would fill the memory.
    """
    above: list[str] = []
    found: list[str] = []
    left = MOST_NAMES
    for level, name in names:
        above = [*above[: max(0, level - 1)], name.strip().replace(PATH, "/")]
        found.append(PATH.join(above))
        left -= len(found[-1])
        if left < 0:
            raise source.error(f"the full names of its tasks have more than {MOST_NAMES:,} characters")
    return found
