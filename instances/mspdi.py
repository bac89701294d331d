"""Microsoft Project's XML (MSPDI), read: tasks, links, calendars, resources, assignments, constraints.

Source of the terms: Microsoft, Project XML Data Interchange Schema (mspdi_pj12.xsd). What becomes what:

* **Tasks.** A task's name is the path of its outline, "House / Walls / Plaster". Summary tasks are no tasks of the
  problem: links from their finish go from all tasks within, links to them to all tasks within; their constraints
  hold for all tasks within. Inactive tasks are left out with their links.
* **Calendars.** A task follows its own calendar and those of its resources; without resources and a calendar of its
  own, the project's. Tasks pause over non-working time, unless the file says so in a flag called "No pause" (an
  extended attribute). A task with elapsed duration, or with IgnoreResourceCalendar, follows no resource's calendar.
* **Constraints.** SNET, SNLT, FNET, FNLT bound start or finish, MSO and MFO fix it, a deadline is a due date; ALAP
  is a wish, not a constraint, and not read. A manual task is fixed at its start. Completed tasks are done.
* **Lags** are working time of the successor's calendar, or the project's, unless their format is elapsed.
* **Resources** of type work are renewable, MaxUnits and Units 1 being one unit; where some are fractions the unit is
  one hundredth, and " (%)" is added to the name. Material and cost do not constrain.
* **Priorities** become weights, where not all of them are alike. Costs, baselines and progress short of 100 % are not
  read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction

import numpy as np

from schedsolve.instances.lags import with_lags
from schedsolve.instances.plan import Plan, PlanLink, PlanResource, PlanTask, build, paths
from schedsolve.instances.source import Source
from schedsolve.instances.worktime import DAY, Hours, WorkCalendar, normalised
from schedsolve.instances.xml_tree import Element, opens_with, parse
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution

LINK_TYPES = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}
CONSTRAINTS = ("ASAP", "ALAP", "MSO", "MFO", "SNET", "SNLT", "FNET", "FNLT")
"""By ConstraintType."""
ELAPSED = {4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52}
"""The LagFormats and DurationFormats that count elapsed time; from 33 on the value is an estimate."""
PERCENT = {19, 20, 51, 52}
WORK = 1
"""The Type of resources that are people and machines; 0 is material, 2 cost."""
NO_PAUSE = "No pause"
"""Alias of the flag of tasks that must not be split over non-working time."""
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def recognise(source: Source) -> bool:
    """A root element ``Project``."""
    return opens_with(source, "Project")


def read(source: Source) -> RCPSP:
    """The project in ``source``. Raises ``InvalidFile`` with the line of the element that is wrong."""
    return build(_Reader(parse(source), source).plan(), source)


def read_schedule(source: Source) -> tuple[RCPSP, RCPSPSolution]:
    """The project and the schedule that the file states: the Start of every task.

    Raises ``InvalidFile`` where a task has none. Lags in working time begin as late or early as their tasks let them.
    """
    reader = _Reader(parse(source), source)
    plan = reader.plan()
    starts = [reader.start(row) for row in reader.leaves]
    problem = build(plan, source)
    if any(start % problem.tick for start in starts):
        plan.tick = 60
        problem = build(plan, source)
    return problem, with_lags(problem, np.array(starts) // problem.tick)


@dataclass
class _Row:
    """A task element, the rows of the outline under it, and its full name."""

    element: Element
    level: int
    name: str = ""
    leaves: list[int] = field(default_factory=list)
    """The tasks of the plan that it stands for: itself, or all within a summary task."""
    summary: bool = False


class _Reader:
    """One project element turned into a plan."""

    def __init__(self, root: Element, source: Source):
        if root.tag != "Project":
            raise root.error('expected the root element "Project"')
        self.root = root
        self.source = source
        self.day = self._minutes("MinutesPerDay", 480)
        self._read_calendars()
        self._read_outline()
        self.origin = self._origin()

    def _minutes(self, tag: str, default: int) -> int:
        minutes = self.root.integer(tag, default=default)
        if minutes < 1:
            raise self.root.error(f"expected {tag} of at least 1, found {minutes}")
        return minutes * 60

    def _origin(self) -> datetime:
        start = self.root.date("StartDate")
        begun = [d for row in self.leaves if (d := row.element.date("ActualStart")) is not None]
        if start is None and not begun:
            raise self.root.error("expected the project's StartDate")
        return min([*begun, *([start] if start is not None else [])])

    def start(self, row: _Row) -> int:
        """The Start that the file states for a task, in seconds from the project's."""
        start = row.element.date("Start")
        if start is None:
            raise row.element.error("the Start of the task is missing")
        return round((start - self.origin).total_seconds())

    def plan(self) -> Plan:
        resources = self._resources()
        tasks = [self._task(row) for row in self.leaves]
        self._constrain(tasks)
        self._assign(tasks, resources)
        for task, row in zip(tasks, self.leaves, strict=True):
            self._follow(task, row.element)
        weights = {task.weight for task in tasks}
        if len(weights) == 1:
            for task in tasks:
                task.weight = 1
        name = self.root.string("Title") or self.root.string("Name").removesuffix(".xml") or self.source.name
        return Plan(name, self.origin, tasks, self._links(tasks), resources, self.calendars, day=self.day)

    # --- calendars ----------------------------------------------------------------------------

    def _read_calendars(self) -> None:
        """All calendars by UID; derived ones take from their base what they do not say."""
        elements = {c.integer("UID"): c for c in self.root.all("Calendars", "Calendar")}
        self.calendar_of: dict[int, int] = {}
        self.calendars: list[WorkCalendar] = []
        for uid in elements:
            self._read_calendar(uid, elements, ())
        project = self.root.integer("CalendarUID", default=-1)
        if project not in self.calendar_of:
            if project != -1 and elements:
                raise self.root.error(f"the project's calendar {project} is not among the calendars")
            self.calendar_of[project] = len(self.calendars)
            self.calendars.append(_standard())
        self.project_calendar = self.calendar_of[project]

    def _read_calendar(self, uid: int, elements: dict[int, Element], above: tuple[int, ...]) -> WorkCalendar:
        if uid in self.calendar_of:
            return self.calendars[self.calendar_of[uid]]
        element = elements[uid]
        base_uid = element.integer("BaseCalendarUID", default=-1)
        base = WorkCalendar("", ((),) * 7)
        if base_uid > 0 or (base_uid == 0 and 0 in elements and not element.flag("IsBaseCalendar")):
            if base_uid not in elements or base_uid in (*above, uid):
                raise element.error(f"BaseCalendarUID {base_uid} is not another calendar")
            base = self._read_calendar(base_uid, elements, (*above, uid))
        week, special = list(base.week), dict(base.special)
        for day in element.all("WeekDays", "WeekDay"):
            kind = day.integer("DayType")
            if not 0 <= kind <= 7:
                raise day.error(f"expected DayType from 0 to 7, found {kind}")
            if kind == 0:
                special.update(_exception(day, _hours(day)))
            else:
                week[(kind - 2) % 7] = _hours(day)  # 1 is Sunday
        for exception in element.all("Exceptions", "Exception"):
            special.update(_exception(exception, _hours(exception)))
        name = element.string("Name", default=f"calendar {uid}")
        self.calendar_of[uid] = len(self.calendars)
        self.calendars.append(WorkCalendar(name, tuple(week), special))
        return self.calendars[-1]

    def _calendar(self, element: Element) -> int | None:
        uid = element.integer("CalendarUID", default=-1)
        if uid == -1:
            return None
        if uid not in self.calendar_of:
            raise element.error(f"calendar {uid} is not among the calendars")
        return self.calendar_of[uid]

    # --- tasks --------------------------------------------------------------------------------

    def _read_outline(self) -> None:
        """The rows of the outline, without the project's own (UID 0 on level 0) and those that are inactive."""
        rows = [
            _Row(task, task.integer("OutlineLevel", default=1))
            for task in self.root.all("Tasks", "Task")
            if not task.flag("IsNull") and task.flag("Active", default=True)
        ]
        rows = [row for row in rows if row.level > 0]
        names = paths((row.level, row.element.string("Name", default="task")) for row in rows)
        self.leaves: list[_Row] = []
        above: list[_Row] = []
        for k, (row, name) in enumerate(zip(rows, names, strict=True)):
            row.name = name
            above = [other for other in above if other.level < row.level]
            row.summary = k + 1 < len(rows) and rows[k + 1].level > row.level
            if row.summary:
                above.append(row)
                continue
            for other in (*above, row):
                other.leaves.append(len(self.leaves))
            self.leaves.append(row)
        if not self.leaves:
            raise self.root.error("expected at least one Task, found none")
        self.rows: dict[int, _Row] = {}
        for row in rows:
            if "UID" not in {child.tag for child in row.element.children}:
                raise row.element.error("the UID of the task is missing")
            if self.rows.setdefault(row.element.integer("UID"), row) is not row:
                raise row.element.error(f"UID {row.element.integer('UID')} is given twice")

    def _task(self, row: _Row) -> PlanTask:
        element = row.element
        task = PlanTask(
            element.string("ID", default=element.string("UID")), row.name, self._duration(row), element.line
        )
        task.weight = element.integer("Priority", default=500)
        task.pause = not any(
            attribute.integer("FieldID") in self._no_pause() and attribute.flag("Value")
            for attribute in element.all("ExtendedAttribute")
        )
        started, finished = element.date("ActualStart"), element.date("ActualFinish")
        if element.integer("PercentComplete") == 100 and started is not None and finished is not None:
            task.start_at, task.done_at = started, finished
        elif started is not None:
            task.start_at = started
        elif element.flag("Manual"):
            task.start_at = element.date("ManualStart") or element.date("Start")
        return task

    def _no_pause(self) -> set[int]:
        definitions = self.root.all("ExtendedAttributes", "ExtendedAttribute")
        return {d.integer("FieldID") for d in definitions if d.string("Alias").lower() == NO_PAUSE.lower()}

    def _duration(self, row: _Row) -> int:
        return self._length(row.element, "Duration")

    @staticmethod
    def _length(element: Element, tag: str) -> int:
        """Seconds, rounded up."""
        text = element.string(tag)
        if not text:
            return 0
        found = DURATION.fullmatch(text)
        if found is None:
            raise element.error(f'expected {tag} like PT16H0M0S, found "{text[:40]}"')
        days, hours, minutes, seconds = (Fraction(part or 0) for part in found.groups())
        return int(-(-(((days * 24 + hours) * 60 + minutes) * 60 + seconds) // 1))

    def _constrain(self, tasks: list[PlanTask]) -> None:
        """Constraints and deadlines, of summary tasks for all tasks within."""
        for row in self.rows.values():
            kind, at = self._constraint(row.element)
            deadline = row.element.date("Deadline")
            for task in (tasks[leaf] for leaf in row.leaves):
                if deadline is not None:
                    task.due = deadline if task.due is None else min(task.due, deadline)
                if kind in ("SNET", "MSO") and at is not None:
                    task.start_from = at if task.start_from is None else max(at, task.start_from)
                if kind == "SNLT" and at is not None:
                    task.start_by = at if task.start_by is None else min(at, task.start_by)
                if kind in ("FNET", "MFO") and at is not None:
                    task.end_from = at if task.end_from is None else max(at, task.end_from)
                if kind in ("FNLT", "MFO") and at is not None:
                    task.end_by = at if task.end_by is None else min(at, task.end_by)
                if kind == "MSO" and not row.summary and task.start_at is None:
                    task.start_at, task.start_from = at, None

    @staticmethod
    def _constraint(element: Element) -> tuple[str, datetime | None]:
        kind = element.integer("ConstraintType")
        if not 0 <= kind < len(CONSTRAINTS):
            raise element.error(f"expected ConstraintType from 0 to {len(CONSTRAINTS) - 1}, found {kind}")
        at = element.date("ConstraintDate")
        if kind >= CONSTRAINTS.index("MSO") and at is None:
            raise element.error(f"the ConstraintDate of a constraint {CONSTRAINTS[kind]} is missing")
        return CONSTRAINTS[kind], at

    def _follow(self, task: PlanTask, element: Element) -> None:
        """Which calendars the task and the lags before it follow."""
        own = self._calendar(element)
        task.lag_calendar = self.project_calendar if own is None else own
        if element.integer("DurationFormat", default=7) in ELAPSED:
            task.own_time = True
            return
        ignores = own is not None and element.flag("IgnoreResourceCalendar")
        task.own_time = ignores
        task.calendar = own if own is not None or task.demand else self.project_calendar

    # --- resources ----------------------------------------------------------------------------

    def _resources(self) -> list[PlanResource]:
        self.resource_of: dict[int, int | None] = {}
        found: list[PlanResource] = []
        for element in self.root.all("Resources", "Resource"):
            uid = element.integer("UID")
            if element.flag("IsNull") or uid == 0 or element.integer("Type", default=WORK) != WORK:
                self.resource_of[uid] = None
                continue
            self.resource_of[uid] = len(found)
            calendar = self._calendar(element)
            found.append(
                PlanResource(
                    element.string("Name", default=f"resource {uid}"),
                    _units(element, "MaxUnits"),
                    self.project_calendar if calendar is None else calendar,
                )
            )
        return found

    def _assign(self, tasks: list[PlanTask], resources: list[PlanResource]) -> None:
        for element in self.root.all("Assignments", "Assignment"):
            uid, resource = element.integer("TaskUID"), element.integer("ResourceUID", default=-1)
            if resource < 0 or uid not in self.rows:
                continue  # nobody yet, or to a task that is inactive
            if resource not in self.resource_of:
                raise element.error(f"resource {resource} is not among the resources")
            row, k = self.rows[uid], self.resource_of[resource]
            if k is None:
                continue
            if row.summary:
                raise element.error(f'"{row.name}" is a summary task; assign "{resources[k].name}" to the tasks within')
            demand = tasks[row.leaves[0]].demand
            units = _units(element, "Units")
            if units:
                demand[k] = demand.get(k, Fraction(0)) + units

    # --- links --------------------------------------------------------------------------------

    def _links(self, tasks: list[PlanTask]) -> list[PlanLink]:
        known = {t.integer("UID") for t in self.root.all("Tasks", "Task")}
        links: list[PlanLink] = []
        for row in self.rows.values():
            for element in row.element.all("PredecessorLink"):
                uid = element.integer("PredecessorUID", default=-1)
                if uid not in known:
                    raise element.error(f"task {uid} is not among the tasks")
                if uid in self.rows:
                    links += self._link(element, self.rows[uid], row, tasks)
        return links

    def _link(self, element: Element, before: _Row, after: _Row, tasks: list[PlanTask]) -> list[PlanLink]:
        number = element.integer("Type", default=1)
        if number not in LINK_TYPES:
            raise element.error(f"expected Type from 0 to 3, found {number}")
        kind = LINK_TYPES[number]
        if before.summary and kind[0] == "S":
            raise element.error(f'a link {kind} from the summary task "{before.name}" is not read; link a task within')
        if after.summary and kind[1] == "F":
            raise element.error(f'a link {kind} to the summary task "{after.name}" is not read; link a task within')
        if set(before.leaves) & set(after.leaves):
            raise element.error(f'"{after.name}" is linked with itself or with a summary task around it')
        lag, layout = element.number("LinkLag"), element.integer("LagFormat", default=7)
        return [
            PlanLink(
                a,
                b,
                LINK_KINDS.index(kind),
                round(lag * tasks[a].duration / 100) if layout in PERCENT else round(lag * 6),
                elapsed=layout in ELAPSED,
            )
            for a in before.leaves
            for b in after.leaves
        ]


# --- parts ------------------------------------------------------------------------------------


def _standard() -> WorkCalendar:
    """What a project without calendars follows: Monday to Friday, 8 to 12 and 13 to 17."""
    day: Hours = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
    return WorkCalendar("Standard", (day,) * 5 + ((),) * 2)


def _units(element: Element, tag: str) -> Fraction:
    """A number of units, to the hundredth."""
    units = element.number(tag, default=1)
    if units < 0:
        raise element.error(f"expected {tag} of at least 0, found {units}")
    return Fraction(round(units * 100), 100)


def _hours(element: Element) -> Hours:
    """The working times of a week day or exception."""
    if not element.flag("DayWorking"):
        return ()
    intervals = []
    for working in element.all("WorkingTimes", "WorkingTime"):
        low, high = _clock(working, "FromTime"), _clock(working, "ToTime")
        intervals.append((low, high if high > low else high + DAY if high == 0 else high))
        if intervals[-1][1] <= low:
            raise working.error("expected ToTime after FromTime")
    return normalised(intervals)


def _clock(element: Element, tag: str) -> int:
    """A time of day in seconds."""
    text = element.string(tag)
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise element.error(f'expected {tag} like 08:00:00, found "{text[:40]}"') from None
    return (found.hour * 60 + found.minute) * 60 + found.second


def _exception(element: Element, hours: Hours) -> dict[date, Hours]:
    """The days of an exception: all in its period, or every so many of them."""
    kind, every = element.integer("Type", default=1), max(1, element.integer("Period", default=1))
    first, last = element.date("TimePeriod", "FromDate"), element.date("TimePeriod", "ToDate")
    if first is None or last is None:
        raise element.error("expected a TimePeriod with FromDate and ToDate")
    count = (last.date() - first.date()).days + 1
    if not 0 < count <= 100 * 366:
        raise element.error("expected a ToDate after the FromDate, at most a hundred years later")
    days = [first.date() + timedelta(days=k) for k in range(count)]
    if kind == 2:  # once a year
        month, number = element.integer("Month") + 1, element.integer("MonthDay")
        return {day: hours for day in days if (day.month, day.day) == (month, number)}
    if kind not in (1, 7):
        raise element.error(f"recurring exceptions of type {kind} are not read; give their days one by one")
    return dict.fromkeys(days[::every], hours)
