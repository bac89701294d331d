"""Microsoft Project's XML (MSPDI), written: a project, and with a schedule its dates.

What ``mspdi.read`` reads comes back the same. Elements stand in the order of Microsoft's schema (mspdi_pj12.xsd).
A schedule's starts are kept by leveling delays: how long each task waits beyond what its links, constraints and
calendar ask for; so that the program that opens the file shows these dates and still knows why no task is earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from schedsolve.instances.calendars.worktime import DAY, Hours, WorkCalendar, from_breaks
from schedsolve.instances.characters import plain
from schedsolve.instances.rcpsp.dated import PATH, SHARES
from schedsolve.instances.rcpsp.lags import FF, FS, SF, SS, Link, is_lag, links, project_calendar
from schedsolve.instances.rcpsp.mspdi import CONSTRAINTS, LINK_TYPES, NO_PAUSE
from schedsolve.instances.rcpsp.network import check_limited
from schedsolve.instances.rcpsp.task_times import TaskTimes
from schedsolve.models.dates import date_of, read_date
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule
from schedsolve.models.record import FAR

NAMESPACE = "http://schemas.microsoft.com/project"
FLAG1 = 188743752
"""FieldID of the first of the flags that files may give a meaning to."""
TYPE_OF = {kind: number for number, kind in LINK_TYPES.items()}
DAYS, ELAPSED_DAYS = 7, 8
"""Formats of durations and lags."""
DEFAULT_PRIORITY, HIGHEST_PRIORITY = 500, 1000
ALWAYS = "24 Hours"


def write(problem: RCPSP) -> str:
    """The project without dates. Raises ``InvalidProblem`` for what the format has no place for."""
    return _Writer(problem, None).document()


def write_schedule(problem: RCPSP, solution: RCPSPSolution) -> str:
    """The project with the dates of a schedule."""
    return _Writer(problem, solution).document()


class _Line(NamedTuple):
    """A line of the outline: a task, or a summary task with the tasks ``within``; ``level`` from 1."""

    level: int
    name: str
    task: int | None
    within: list[int]


class _Writer:
    """Lines of XML; ``schedule`` is None where there are no dates."""

    def __init__(self, problem: RCPSP, solution: RCPSPSolution | None):
        _check(problem)
        self.problem = problem
        self.task_times = TaskTimes(problem)
        self.origin = read_date(problem.origin).replace(tzinfo=None)
        self.schedule = None if solution is None else Schedule(problem, solution)
        self.lag = is_lag(problem)
        self.tasks: list[int] = np.flatnonzero(~self.lag).tolist()
        self.links_to: dict[int, list[Link]] = {task: [] for task in self.tasks}
        for link in links(problem):
            self.links_to[link.after].append(link)
        could_pause = [i for i in self.tasks if not problem.done[i] and problem.calendars_of(i)]
        self.no_pause = {i for i in could_pause if not problem.pause[i]}
        self.has_weights = bool(np.any(problem.weight[self.tasks] != 1))
        self.calendars = [*(self._calendar(c) for c in range(problem.num_calendars)), WorkCalendar(ALWAYS)]
        # Tasks without any calendar are in elapsed time, where the project's calendar would have breaks.
        plain = [i for i in self.tasks if problem.duration[i] and not problem.calendars_of(i)]
        project = project_calendar(problem)
        self.project = project if project >= 0 else problem.num_calendars
        self.plain = {i for i in plain if self.project != problem.num_calendars and not problem.done[i]}
        self.uid: dict[int, int] = {}
        self.lines: list[str] = []

    def document(self) -> str:
        self.lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', f'<Project xmlns="{NAMESPACE}">']
        self._put(1, Name=f"{self.problem.name or 'project'}.xml", Title=self.problem.name or "project")
        self._put(
            1, ScheduleFromStart=1, StartDate=self.origin, FinishDate=self._finish(), CalendarUID=self.project + 1
        )
        self._put(1, MinutesPerDay=480, MinutesPerWeek=2400, DaysPerMonth=20)
        if self.no_pause:
            flag = {"FieldID": FLAG1, "FieldName": "Flag1", "Alias": NO_PAUSE}
            self._wrap(1, "ExtendedAttributes", partial(self._element, 2, "ExtendedAttribute", flag))
        self._wrap(1, "Calendars", self._write_calendars)
        self._wrap(1, "Tasks", self._write_tasks)
        self._wrap(1, "Resources", self._write_resources)
        self._wrap(1, "Assignments", self._write_assignments)
        return "\n".join([*self.lines, "</Project>", ""])

    # --- lines --------------------------------------------------------------------------------

    def _put(self, depth: int, **values: object) -> None:
        self.lines += [f"{'  ' * depth}<{tag}>{_text(value)}</{tag}>" for tag, value in values.items()]

    def _wrap(self, depth: int, tag: str, body: Callable[[], None]) -> None:
        self.lines.append(f"{'  ' * depth}<{tag}>")
        body()
        self.lines.append(f"{'  ' * depth}</{tag}>")

    def _element(self, depth: int, tag: str, values: Mapping[str, object]) -> None:
        self._wrap(depth, tag, lambda: self._put(depth + 1, **values))

    def _date(self, tick: int) -> datetime:
        date = date_of(self.origin, self.problem.tick, int(tick))
        if date is None:
            raise InvalidProblem("tick", f"time {tick} lies beyond the calendar")
        return date

    def _finish(self) -> datetime:
        s = self.schedule
        return self.origin if s is None else self._date(int(s.end[s.present].max(initial=0)))

    # --- calendars ----------------------------------------------------------------------------

    def _calendar(self, calendar: int) -> WorkCalendar:
        breaks = (self.problem.breaks(calendar).astype(object) * self.problem.tick).tolist()
        return from_breaks(self.problem.calendar_name(calendar), self.origin, breaks)

    def _write_calendars(self) -> None:
        for k, calendar in enumerate(self.calendars):
            self._wrap(2, "Calendar", partial(self._write_calendar, k, calendar))

    def _write_calendar(self, number: int, calendar: WorkCalendar) -> None:
        self._put(3, UID=number + 1, Name=calendar.name, IsBaseCalendar=1, BaseCalendarUID=-1)
        self._wrap(3, "WeekDays", lambda: self._write_week(calendar))
        if calendar.special:
            self._wrap(3, "Exceptions", lambda: self._write_exceptions(calendar))

    def _write_week(self, calendar: WorkCalendar) -> None:
        for day in range(1, 8):  # from Sunday
            self.lines.append("        <WeekDay>")
            self._put(5, DayType=day)
            self._write_times(5, calendar.week[(day - 2) % 7])
            self.lines.append("        </WeekDay>")

    def _write_exceptions(self, calendar: WorkCalendar) -> None:
        for date, hours in sorted(calendar.special.items()):
            day = datetime(date.year, date.month, date.day)
            self.lines.append("        <Exception>")
            self._put(5, EnteredByOccurrences=0)
            self._element(5, "TimePeriod", {"FromDate": day, "ToDate": day.replace(hour=23, minute=59)})
            self._put(5, Occurrences=1, Name=f"{day:%Y-%m-%d}", Type=1)
            self._write_times(5, hours)
            self.lines.append("        </Exception>")

    def _write_times(self, depth: int, hours: Hours) -> None:
        self._put(depth, DayWorking=int(bool(hours)))
        if not hours:
            return
        self.lines.append(f"{'  ' * depth}<WorkingTimes>")
        for low, high in hours:
            self._element(depth + 1, "WorkingTime", {"FromTime": _clock(low), "ToTime": _clock(high)})
        self.lines.append(f"{'  ' * depth}</WorkingTimes>")

    # --- tasks --------------------------------------------------------------------------------

    def _outline(self) -> list[_Line]:
        """Tasks in their order, summary tasks where their names call for them."""
        lines: list[_Line] = []
        above: list[str] = []
        open_lines: list[_Line] = []
        for task in self.tasks:
            *path, name = self.problem.task_name(task).split(PATH)
            same = 0
            while same < min(len(above), len(path)) and above[same] == path[same]:
                same += 1
            above, open_lines = path, open_lines[:same]
            for summary in path[same:]:
                open_lines.append(_Line(len(open_lines) + 1, summary, None, []))
                lines.append(open_lines[-1])
            for line in open_lines:
                line.within.append(task)
            lines.append(_Line(len(path) + 1, name, task, [task]))
        return lines

    def _write_tasks(self) -> None:
        lines = self._outline()
        self.uid = {line.task: number for number, line in enumerate(lines, start=1) if line.task is not None}
        delays = self._delays()
        for number, line in enumerate(lines, start=1):
            head = {"UID": number, "ID": number, "Name": line.name, "OutlineLevel": line.level}
            self.lines.append("    <Task>")
            if line.task is None:
                self._put(3, **head, **self._summary(line.within))
            else:
                self._write_task(line.task, head, delays)
            self.lines.append("    </Task>")

    def _summary(self, tasks: list[int]) -> dict[str, object]:
        s = self.schedule
        present = [] if s is None else [i for i in tasks if s.present[i]]
        if s is None or not present:
            return {"Summary": 1}
        start, end = self._date(int(s.start[present].min())), self._date(int(s.end[present].max()))
        return {"Start": start, "Finish": end, "Milestone": 0, "Summary": 1}

    def _write_task(self, task: int, head: dict[str, object], delays: dict[int, int]) -> None:
        problem, duration = self.problem, int(self.problem.duration[task])
        values: dict[str, object] = head | {"Manual": 0, "Priority": DEFAULT_PRIORITY}
        if self.has_weights:
            values["Priority"] = int(problem.weight[task])
        if self.schedule is not None:
            values["Start"] = self._date(int(self.schedule.start[task]))
            values["Finish"] = self._date(int(self.schedule.end[task]))
        elapsed = task in self.plain or problem.done[task]
        values["Duration"] = _length(duration * problem.tick)
        values["DurationFormat"] = ELAPSED_DAYS if elapsed else DAYS
        values |= {"Milestone": int(duration == 0), "Summary": 0}
        values["PercentComplete"] = 100 * int(problem.done[task])
        if problem.done[task]:
            start = int(problem.fixed_start[task])
            values |= {"ActualStart": self._date(start), "ActualFinish": self._date(start + duration)}
        kind, at = self._constraint(task)
        own = int(problem.task_calendar[task])
        values |= {"ConstraintType": CONSTRAINTS.index(kind), "CalendarUID": own + 1 if own >= 0 else -1}
        if at is not None:
            values["ConstraintDate"] = self._date(at)
        if problem.due[task] != FAR:
            values["Deadline"] = self._date(int(problem.due[task]))
        if delays.get(task):
            delay = delays[task] * problem.tick // 6
            values |= {"LevelingDelay": delay, "LevelingDelayFormat": ELAPSED_DAYS}
        self._put(3, **values)
        for link in self.links_to[task]:
            self._write_link(link)
        if task in self.no_pause:
            self._element(3, "ExtendedAttribute", {"FieldID": FLAG1, "Value": 1})

    def _write_link(self, link: Link) -> None:
        lag = Fraction((link.lag or 0) * self.problem.tick, 6)
        values = {"PredecessorUID": self.uid[link.before], "Type": TYPE_OF[LINK_KINDS[link.kind]], "CrossProject": 0}
        layout = ELAPSED_DAYS if link.elapsed and lag else DAYS
        self._element(3, "PredecessorLink", values | {"LinkLag": int(lag), "LagFormat": layout})

    def _constraint(self, task: int) -> tuple[str, int | None]:
        """One constraint that says what release, deadline and fixed start say together."""
        problem = self.problem
        release, deadline = int(problem.release[task]), int(problem.deadline[task])
        fixed = int(problem.fixed_start[task])
        if problem.done[task]:
            return "ASAP", None
        time = self.task_times.of(task)
        fixed_end = time.end_at(deadline) == deadline and time.first_start_to_end_at(deadline) == release
        if release and deadline != FAR and fixed == FAR and fixed_end:
            return "MFO", deadline
        given: dict[str, tuple[str, int | None]] = {}
        if fixed != FAR:
            given["a fixed start"] = ("MSO", fixed)
        if release:
            given["a release"] = ("SNET", release)
        if deadline != FAR:
            given["a deadline"] = ("FNLT", deadline)
        if len(given) > 1:
            what = " and ".join(given)
            text = f"{problem.task_name(task)} has {what}; the format holds one: use .json"
            raise InvalidProblem("mspdi", text)
        return next(iter(given.values()), ("ASAP", None))

    def _delays(self) -> dict[int, int]:
        """By task how much later it starts than its links, constraint and calendar ask for, in ticks."""
        s, problem = self.schedule, self.problem
        if s is None:
            return {}
        ready = problem.release.copy()
        rows = zip(problem.link_from, problem.link_to, problem.link_kind, problem.min_lag, strict=True)
        for before, after, kind, lag in (tuple(map(int, row)) for row in rows):
            if self.lag[after]:
                continue
            at = int(s.start[before] if kind in (SS, SF) else s.end[before]) + lag
            if self.lag[before]:  # as early as it can be, which need not be where the schedule has it
                at = self._lag_allows(before, kind) + lag
            if kind in (FF, SF):
                at = self.task_times.of(after).first_start_to_end_at(at)
            ready[after] = max(int(ready[after]), at)
        free = [i for i in self.tasks if problem.fixed_start[i] == FAR and s.present[i]]
        delays = {}
        for i in free:
            earliest = self.task_times.of(i).next_start(int(ready[i]))
            delays[i] = max(0, int(s.start[i]) - earliest)
        return delays

    def _lag_allows(self, lag: int, out: int) -> int:
        """When the lag's task lets its successor start or end, at the earliest."""
        s, problem = self.schedule, self.problem
        assert s is not None
        link = int(np.flatnonzero(problem.link_to == lag)[0])
        before, kind = int(problem.link_from[link]), int(problem.link_kind[link])
        at = int((s.start if kind in (SS, SF) else s.end)[before] + problem.min_lag[link])
        time = self.task_times.of(lag)
        if kind in (FS, SS):
            start = time.next_start(at)
            return start if out in (SS, SF) else time.last_end_from(start)
        return max(0, time.first_start_to_end_at(at))

    # --- resources ----------------------------------------------------------------------------

    def _write_resources(self) -> None:
        for r, capacity in enumerate(self.problem.capacity.tolist()):
            name, calendar = self.problem.resource_name(r), int(self.problem.resource_calendar[r])
            values = {"UID": r + 1, "ID": r + 1, "Name": name.removesuffix(SHARES), "Type": 1}
            uid = (calendar if calendar >= 0 else self.problem.num_calendars) + 1
            self._element(2, "Resource", values | {"MaxUnits": _units(name, capacity), "CalendarUID": uid})

    def _write_assignments(self) -> None:
        number = 0
        for task in self.tasks:
            for r in np.flatnonzero(self.problem.demand[task]).tolist():
                number += 1
                units = _units(self.problem.resource_name(r), int(self.problem.demand[task, r]))
                ids = {"UID": number, "TaskUID": self.uid[task], "ResourceUID": r + 1}
                self._element(2, "Assignment", ids | {"Units": units})


# --- parts ------------------------------------------------------------------------------------


def _check(problem: RCPSP) -> None:
    """Refuse what the format cannot say."""
    check_limited(problem, "mspdi")
    if not problem.origin:
        raise InvalidProblem("mspdi", "needs the date of time 0: --set origin=2026-01-05T08:00")
    if problem.is_multi_mode:
        raise InvalidProblem("mspdi", "cannot carry tasks with several modes: use .json")
    if np.any(problem.max_lag != FAR) or np.any(problem.min_lag == -FAR):
        raise InvalidProblem("mspdi", "cannot carry maximum lags: use .json")
    weights = problem.weight[~is_lag(problem)]
    if np.any(weights != 1) and (weights.max() > HIGHEST_PRIORITY or np.all(weights == weights[0])):
        raise InvalidProblem("mspdi", f"cannot carry these weights: they become priorities of 0 to {HIGHEST_PRIORITY}")
    uneven = [int(lag) for lag in problem.min_lag if lag * problem.tick % 6]
    if uneven:
        raise InvalidProblem("mspdi", f"a lag of {uneven[0] * problem.tick} s is no whole tenth of a minute")


def _units(name: str, units: int) -> str:
    """Units as the format counts them: 1 is a whole one."""
    return str(units) if not name.endswith(SHARES) else f"{units / 100:.2f}"


def _length(seconds: int) -> str:
    return f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S"


def _clock(seconds: int) -> str:
    seconds %= DAY
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return escape(plain(str(value)), {"\r": "&#13;"})  # a bare one would be read as a line feed
