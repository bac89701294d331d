"""Microsoft Project's XML (MSPDI), read: tasks, links, calendars, resources, assignments, constraints.

Source of the terms: Microsoft, Project XML Data Interchange Schema (mspdi_pj12.xsd). What becomes what:

* **Tasks.** A task's name is the path of its outline, "House / Walls / Plaster". Summary tasks are no tasks of the
  problem: links from their finish go from all tasks within, links to their start to all tasks within; their
  constraints hold for all tasks within. Inactive tasks are left out with their links.
* **Calendars.** A task follows its own calendar and those of its resources; without resources and a calendar of its
  own, the project's. Tasks pause over non-working time, unless the file says so in a flag called "No pause" (an
  extended attribute). A task with elapsed duration, or with IgnoreResourceCalendar, follows no resource's calendar.
* **Constraints.** SNET, SNLT, FNET, FNLT bound start or finish, MSO and MFO fix it, a deadline is a due date; ALAP
  is a wish, not a constraint, and not read. A manual task is fixed at its start, one that has begun at its actual
  start; constraints do not move them. Completed tasks are done. All others start on the project's StartDate at the
  earliest.
* **Lags** are working time of the successor's calendar, or the project's, unless their format is elapsed; those in
  percent are shares of the predecessor's duration.
* **Resources** of type work are renewable, MaxUnits and Units 1 being one unit; where some are fractions the unit is
  one hundredth, and " (%)" is added to the name. Material and cost do not constrain.
* **Priorities** become weights, where not all of them are alike. Costs, baselines, times of other availability of
  resources, splits, and progress short of 100 % are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import numpy as np

from schedsolve.instances.calendars.mspdi import STANDARD, read_calendars
from schedsolve.instances.rcpsp.dated import MOST_LINKS, DatedLink, DatedProject, DatedResource, DatedTask, build, paths
from schedsolve.instances.rcpsp.lags import with_lags
from schedsolve.instances.source import Source
from schedsolve.instances.xml_tree import Element, opens_with, parse
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution

LINK_TYPES = {0: "FF", 1: "FS", 2: "SF", 3: "SS"}
CONSTRAINTS = ("ASAP", "ALAP", "MSO", "MFO", "SNET", "SNLT", "FNET", "FNLT")
"""By ConstraintType."""
OF_SUMMARIES = ("ASAP", "ALAP", "SNET", "FNLT")
"""Those that mean the same for a summary task as for all tasks within it."""
ELAPSED = {4, 6, 8, 10, 12, 20, 36, 38, 40, 42, 44, 52}
"""The LagFormats and DurationFormats that count elapsed time; from 33 on the value is an estimate."""
PERCENT = {19, 20, 51, 52}
WORK = 1
"""The Type of resources that are people and machines; 0 is material, 2 cost."""
NO_PAUSE = "No pause"
"""Alias of the flag of tasks that must not be split over non-working time."""
MOST_LEVELS = 200
"""Levels of an outline; real ones have ten."""
DURATION = re.compile(
    r"P(?:([0-9]{1,12})D)?(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12}(?:\.[0-9]{1,9})?)S)?)?"
)


def recognise(source: Source) -> bool:
    """A root element ``Project``."""
    return opens_with(source, "Project")


def read(source: Source) -> RCPSP:
    """The project in ``source``. Raises ``InvalidFile`` with the line of the element that is wrong."""
    return build(_Reader(parse(source), source).dated(), source)


def read_schedule(source: Source) -> tuple[RCPSP, RCPSPSolution]:
    """The project and the schedule that the file states: the Start of every task.

    The tasks of lags in working time are placed by their links. Raises ``InvalidFile`` where a task has no Start.
    """
    reader = _Reader(parse(source), source)
    project = reader.dated()
    starts = [reader.start(row) for row in reader.leaves]
    problem = build(project, source)
    if any(start % problem.tick for start in starts):
        project.tick = 60
        problem = build(project, source)
    return problem, with_lags(problem, np.array(starts) // problem.tick)


@dataclass
class _Row:
    """A task element, the rows of the outline under it, and its full name."""

    element: Element
    level: int
    name: str = ""
    leaves: list[int] = field(default_factory=list)
    """The tasks that it stands for: itself, or all within a summary task."""
    summary: bool = False


class _Reader:
    """One project element turned into a dated project."""

    def __init__(self, root: Element, source: Source):
        if root.tag != "Project":
            raise root.error('expected the root element "Project"')
        self.root = root
        self.source = source
        calendars = read_calendars(root)
        self.calendar_of = {uid: k for k, uid in enumerate(calendars)}
        self.calendars = list(calendars.values())
        self.project_calendar = self._project_calendar()
        self._read_outline()
        definitions = root.all("ExtendedAttributes", "ExtendedAttribute")
        named = [d for d in definitions if d.string("Alias").lower() == NO_PAUSE.lower()]
        self.no_pause = {definition.integer("FieldID") for definition in named}
        self.tasks = [self._task(row) for row in self.leaves]
        self._constrain()
        self.origin = self._start_project()

    def dated(self) -> DatedProject:
        resources = self._resources()
        self._assign(resources)
        for task, row in zip(self.tasks, self.leaves, strict=True):
            self._follow(task, row.element)
        if len({task.weight for task in self.tasks}) == 1:
            for task in self.tasks:
                task.weight = 1
        name = self.root.string("Title") or self.root.string("Name").removesuffix(".xml") or self.source.name
        day = 60 * self.root.integer("MinutesPerDay", default=480, low=1)
        return DatedProject(name, self.origin, self.tasks, self._links(), resources, self.calendars, day=day)

    def start(self, row: _Row) -> int:
        """The Start that the file states for a task, in seconds from the project's."""
        start = row.element.date("Start")
        if start is None:
            raise row.element.error("the Start of the task is missing")
        return round((start - self.origin).total_seconds())

    def _start_project(self) -> datetime:
        """The date of time 0: the StartDate, or earlier where a task is fixed before it; others wait for it then."""
        start = self.root.date("StartDate")
        fixed = [task.start_at for task in self.tasks if task.start_at is not None and task.done_at is None]
        done = [task.start_at for task in self.tasks if task.start_at is not None]
        known = fixed + ([start] if start is not None else done)
        if not known:
            raise self.root.error("expected the project's StartDate")
        if start is not None and min(known) < start:
            for task in self.tasks:
                if task.start_at is None:
                    task.start_from = max(start, task.start_from or start)
        return min(known)

    # --- calendars ----------------------------------------------------------------------------

    def _project_calendar(self) -> int:
        uid = self.root.integer("CalendarUID", default=-1)
        if uid in self.calendar_of:
            return self.calendar_of[uid]
        if uid != -1 and self.calendars:
            raise self.root.error(f"the project's calendar {uid} is not among the calendars")
        self.calendars.append(STANDARD)
        return len(self.calendars) - 1

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
        elements = [task for task in self.root.all("Tasks", "Task") if not task.flag("IsNull")]
        rows = [_Row(task, task.integer("OutlineLevel", default=1, low=0, high=MOST_LEVELS)) for task in elements]
        rows = [row for row in rows if row.level > 0]
        names = paths(((row.level, row.element.string("Name", default="task")) for row in rows), self.source)
        self.known = {task.integer("UID", default=None) for task in elements}
        self.leaves: list[_Row] = []
        self.rows: dict[int, _Row] = {}
        above: list[_Row] = []
        for k, row in enumerate(rows):
            row.name = names[k]
            row.summary = k + 1 < len(rows) and rows[k + 1].level > row.level
            above = [other for other in above if other.level < row.level]
            if not row.element.flag("Active", default=True):
                continue
            uid = row.element.integer("UID")
            if self.rows.setdefault(uid, row) is not row:
                raise row.element.error(f"UID {uid} is given twice")
            above.append(row)
            if not row.summary:
                for other in above:
                    other.leaves.append(len(self.leaves))
                self.leaves.append(row)
        if not self.leaves:
            raise self.root.error("expected at least one Task, found none")

    def _task(self, row: _Row) -> DatedTask:
        element = row.element
        key = element.string("ID", default=element.string("UID"))
        task = DatedTask(key, row.name, _length(element, "Duration"), element.line)
        task.weight = element.integer("Priority", default=500, low=0)
        task.pause = not any(
            attribute.integer("FieldID") in self.no_pause and attribute.flag("Value")
            for attribute in element.all("ExtendedAttribute")
        )
        started, finished = element.date("ActualStart"), element.date("ActualFinish")
        if started is not None:
            task.start_at, task.begun = started, True
            if finished is not None and element.integer("PercentComplete") == 100:
                task.done_at = finished
            if finished is not None and finished < started:
                raise element.error("expected an ActualFinish after the ActualStart")
        elif element.flag("Manual"):
            task.start_at = element.date("ManualStart") or element.date("Start")
        return task

    def _constrain(self) -> None:
        """Constraints and deadlines, of summary tasks for all tasks within."""
        own_dates = {id(task) for task in self.tasks if task.start_at is not None}
        for row in self.rows.values():
            kind, at = self._constraint(row)
            deadline = row.element.date("Deadline")
            for task in (self.tasks[leaf] for leaf in row.leaves):
                if deadline is not None:
                    task.due = deadline if task.due is None else min(task.due, deadline)
                if at is not None and id(task) not in own_dates:
                    _bound(task, kind, at)

    @staticmethod
    def _constraint(row: _Row) -> tuple[str, datetime | None]:
        """Kind and date; None: there is no constraint."""
        element = row.element
        kind = CONSTRAINTS[element.integer("ConstraintType", low=0, high=len(CONSTRAINTS) - 1)]
        if kind in ("ASAP", "ALAP"):
            return kind, None
        if row.summary and kind not in OF_SUMMARIES:
            raise element.error(f'a constraint {kind} of the summary task "{row.name}" is not read; set it within')
        at = element.date("ConstraintDate")
        if at is None:
            raise element.error(f"the ConstraintDate of a constraint {kind} is missing")
        return kind, at

    def _follow(self, task: DatedTask, element: Element) -> None:
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

    def _resources(self) -> list[DatedResource]:
        self.resource_of: dict[int, int | None] = {}
        found: list[DatedResource] = []
        for element in self.root.all("Resources", "Resource"):
            uid = element.integer("UID", default=None)
            if uid in self.resource_of:
                raise element.error(f"UID {uid} is given twice")
            if element.flag("IsNull") or uid == 0 or element.integer("Type", default=WORK) != WORK:
                self.resource_of[uid] = None
                continue
            self.resource_of[uid] = len(found)
            calendar = self._calendar(element)
            found.append(
                DatedResource(
                    element.string("Name", default=f"resource {uid}"),
                    _units(element, "MaxUnits"),
                    self.project_calendar if calendar is None else calendar,
                )
            )
        return found

    def _assign(self, resources: list[DatedResource]) -> None:
        for element in self.root.all("Assignments", "Assignment"):
            uid, resource = element.integer("TaskUID", default=None), element.integer("ResourceUID", default=-1)
            if uid not in self.known:
                raise element.error(f"task {uid} is not among the tasks")
            if resource < 0 or uid not in self.rows:
                continue  # nobody yet, or to a task that is inactive
            if resource not in self.resource_of:
                raise element.error(f"resource {resource} is not among the resources")
            row, k = self.rows[uid], self.resource_of[resource]
            if k is None:
                continue
            if row.summary:
                raise element.error(f'"{row.name}" is a summary task; assign "{resources[k].name}" to the tasks within')
            demand = self.tasks[row.leaves[0]].demand
            units = _units(element, "Units")
            if units:
                demand[k] = demand.get(k, Fraction(0)) + units

    # --- links --------------------------------------------------------------------------------

    def _links(self) -> list[DatedLink]:
        links: list[DatedLink] = []
        for row in self.rows.values():
            for element in row.element.all("PredecessorLink"):
                uid = element.integer("PredecessorUID", default=-1)
                if uid not in self.known:
                    raise element.error(f"task {uid} is not among the tasks")
                if uid in self.rows:
                    if len(links) + len(self.rows[uid].leaves) * len(row.leaves) > MOST_LINKS:
                        raise element.error(f"with it there are more than {MOST_LINKS:,} links between tasks")
                    links += self._link(element, self.rows[uid], row)
        return links

    def _link(self, element: Element, before: _Row, after: _Row) -> list[DatedLink]:
        number = element.integer("Type", default=1, low=0, high=len(LINK_TYPES) - 1)
        kind = LINK_TYPES[number]
        if before.summary and kind[0] == "S":
            raise element.error(f'a link {kind} from the summary task "{before.name}" is not read; link a task within')
        if after.summary and kind[1] == "F":
            raise element.error(f'a link {kind} to the summary task "{after.name}" is not read; link a task within')
        if set(before.leaves) & set(after.leaves):
            raise element.error(f'"{after.name}" is linked with itself or with a summary task around it')
        lag, layout = element.number("LinkLag"), element.integer("LagFormat", default=7)
        if layout in PERCENT and before.summary and lag:
            raise element.error(f'a lag in percent of the summary task "{before.name}" is not read')
        links: list[DatedLink] = []
        number, elapsed = LINK_KINDS.index(kind), layout in ELAPSED
        for a in before.leaves:
            seconds = round(lag * self.tasks[a].duration / 100 if layout in PERCENT else lag * 6)
            links += [DatedLink(a, b, number, seconds, elapsed) for b in after.leaves]
        return links


# --- parts ------------------------------------------------------------------------------------


def _bound(task: DatedTask, kind: str, at: datetime) -> None:
    """Add a constraint to what is known of a task."""
    if kind == "MSO":  # comes before the constraint of a summary task around it
        task.start_at, task.start_from = at, None
    elif kind == "MFO":
        task.end_at = at
    elif kind == "SNET":
        task.start_from = at if task.start_from is None else max(at, task.start_from)
    elif kind == "SNLT":
        task.start_by = at
    elif kind == "FNET":
        task.end_from = at
    elif kind == "FNLT":
        task.end_by = at if task.end_by is None else min(at, task.end_by)


def _length(element: Element, tag: str) -> int:
    """Seconds, rounded up."""
    text = element.string(tag)
    if not text:
        return 0
    found = DURATION.fullmatch(text)
    if found is None:
        raise next(element.all(tag)).error(f'expected a length like PT16H0M0S, found "{text[:40]}"')
    days, hours, minutes, seconds = (Fraction(part or 0) for part in found.groups())
    return int(-(-(((days * 24 + hours) * 60 + minutes) * 60 + seconds) // 1))


def _units(element: Element, tag: str) -> Fraction:
    """A number of units, to the hundredth."""
    units = element.number(tag, default=1)
    if units < 0:
        raise element.error(f"expected {tag} of at least 0, found {units}")
    return Fraction(round(units * 100), 100)
