"""GanttProject's ``.gan``, read: nested tasks, dependencies, days off, resources and who works on what.

Source of the terms: GanttProject (biz.ganttproject), its file format version 2 and 3. What becomes what:

* Time is in whole days: a day of work is a whole day, and the week's days off and holidays are breaks, over which
  tasks pause; where days off are only shown, they are worked. Days off of a resource are in a calendar of its own.
  Holidays of a calendar that comes with the program are not in the file.
* A task with tasks within is a summary task: its links hold for all tasks within; it is no task of the problem.
  ``<depend id="4" type="2" difference="1"/>`` within a task says that task 4 depends on it: type 1 is start-start,
  2 finish-start, 3 finish-finish, 4 start-finish, ``difference`` counts days of work. Hard links and soft ones
  (``hardness``) both say how long the later task waits at least.
* An earliest begin is a release date. A finished task (100 %) is done, where the file has it. The dates of other
  tasks are not read: they are what is asked for; the earliest of them is the start of the project.
* ``load`` 100 is one unit of a resource, of which there is one.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, timedelta
from fractions import Fraction

from schedsolve.instances.calendars.worktime import ALL_DAY, DAY, MOST_SPECIAL_DAYS, Hours, WorkCalendar
from schedsolve.instances.rcpsp.dated import MOST_LINKS, DatedLink, DatedProject, DatedResource, DatedTask, build, paths
from schedsolve.instances.source import Source
from schedsolve.instances.xml_tree import Element, opens_with, parse
from schedsolve.models.dates import read_date
from schedsolve.models.numerals import decimal, integer
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP

LINK_TYPES = {1: "SS", 2: "FS", 3: "FF", 4: "SF"}
DAY_TYPES: dict[str, Hours | None] = {"HOLIDAY": (), "WORKING_DAY": ALL_DAY, "NEUTRAL": None}
"""The working hours of dates with a name; None: those of their weekday."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = 30
"""A holiday without a year is in each year from that of the project's start on, for so many."""
MOST_DAYS = 3660
"""Of one time off."""
MOST_LOAD = 10**9
"""Percent of a resource."""
LONGEST = 100 * 366
"""Days of a task at most."""


def recognise(source: Source) -> bool:
    """A root element ``project``, in small letters."""
    return opens_with(source, "project")


def read(source: Source) -> RCPSP:
    """The project in ``source``. Raises ``InvalidFile`` with the line of the element that is wrong."""
    return build(_Reader(parse(source), source).dated(), source)


@dataclass
class _Row:
    element: Element
    name: str
    leaves: list[int] = field(default_factory=list)
    summary: bool = False


class _Reader:
    """One project element turned into a dated project."""

    def __init__(self, root: Element, source: Source):
        if root.tag != "project":
            raise root.error('expected the root element "project"')
        self.root = root
        self.source = source
        self.rows: dict[int, _Row] = {}
        self.leaves: list[_Row] = []
        top = root.first("tasks")
        elements = list(_outline(top, 1)) if top is not None else []
        names = paths(((level, element.attribute("name", "task")) for level, element in elements), source)
        above: list[tuple[int, _Row]] = []
        for (level, element), name in zip(elements, names, strict=True):
            above = [(depth, row) for depth, row in above if depth < level]
            row = _Row(element, name, summary=element.first("task") is not None)
            if self.rows.setdefault(_integer(element, "id"), row) is not row:
                raise element.error(f"the id {element.attribute('id')} is given twice")
            above.append((level, row))
            if not row.summary:
                for _, other in above:
                    other.leaves.append(len(self.leaves))
                self.leaves.append(row)
        if not self.leaves:
            raise root.error("expected at least one task, found none")
        starts = [(_is_done(row.element), _date(row.element, "start")) for row in self.leaves]
        self.origin = min(start for done, start in starts if not done or all(done for done, _ in starts))
        self.calendars = [self._calendar()]

    def dated(self) -> DatedProject:
        tasks = [self._task(row) for row in self.leaves]
        resources = self._resources()
        self._assign(tasks, resources)
        name = self.root.attribute("name", "") or self.source.name
        return DatedProject(name, self.origin, tasks, self._links(), list(resources.values()), self.calendars, day=DAY)

    def _task(self, row: _Row) -> DatedTask:
        element = row.element
        days = 0 if element.attribute("meeting", "false") == "true" else _integer(element, "duration", 1)
        if not 0 <= days <= LONGEST:
            expected = "at least 0" if days < 0 else f"at most {LONGEST}"
            raise element.error(f"expected a duration of {expected}, found {days}")
        task = DatedTask(
            element.attribute("id"), row.name, days * DAY, element.line, calendar=0 if days else None, lag_calendar=0
        )
        if _is_done(element):
            task.start_at, task.begun = _date(element, "start"), True
            try:
                task.done_at = self.calendars[0].end(task.start_at, task.duration)
            except OverflowError:
                raise element.error("its end lies beyond the calendar") from None
        elif element.attribute("thirdDate-constraint", "0") == "1":
            task.start_from = _date(element, "thirdDate")
        return task

    # --- calendars ----------------------------------------------------------------------------

    def _calendar(self) -> WorkCalendar:
        week: tuple[Hours, ...] = (ALL_DAY,) * 7
        types = self.root.first("calendars", "day-types")
        for element in [] if types is None else [types, *types.all("calendar")]:  # within "calendar" in old files
            weekdays, shown = element.first("default-week"), element.first("only-show-weekends")
            if weekdays is None or (shown is not None and shown.attribute("value", "false") == "true"):
                continue
            off = [weekdays.attribute(day, "0") == "1" for day in WEEK]
            if all(off):
                raise weekdays.error("all days of the week are days off")
            week = tuple(() if day else ALL_DAY for day in off)
        special: dict[date, Hours] = {}
        for element in self.root.all("calendars", "date"):
            kind = element.attribute("type", "HOLIDAY")
            if kind not in DAY_TYPES:
                raise element.error(f'expected a type {", ".join(DAY_TYPES)}, found "{kind[:40]}"')
            hours = DAY_TYPES[kind]
            if hours is not None:
                special |= dict.fromkeys(self._days(element), hours)
        return WorkCalendar("days of work", week, special)

    def _days(self, element: Element) -> list[date]:
        first = self.origin.year
        month, day = _integer(element, "month"), _integer(element, "date")
        year = _integer(element, "year") if element.attribute("year", "") else None
        try:
            if year is not None:
                return [date(year, month, day)]
            years = range(first, min(first + YEARS, MAXYEAR + 1))
            return [date(y, month, day) for y in years if (month, day) != (2, 29) or isleap(y)]
        except ValueError:
            raise element.error(f"there is no day {day} in month {month}") from None

    # --- resources ----------------------------------------------------------------------------

    def _resources(self) -> dict[int, DatedResource]:
        """By id; those with days off have a calendar of their own."""
        found: dict[int, DatedResource] = {}
        for element in self.root.all("resources", "resource"):
            number = _integer(element, "id")
            if number in found:
                raise element.error(f"the id {number} is given twice")
            found[number] = DatedResource(element.attribute("name", f"resource {number}"))
        for number, off in self._days_off(found).items():
            resource = found[number]
            resource.calendar = len(self.calendars)
            self.calendars.append(WorkCalendar(f"days of {resource.name}", special=dict.fromkeys(off, ())))
        return found

    def _days_off(self, resources: dict[int, DatedResource]) -> dict[int, list[date]]:
        """By the id of a resource."""
        found: dict[int, list[date]] = {}
        total = 0
        for element in self.root.all("vacations", "vacation"):
            number = _integer(element, "resourceid")
            if number not in resources:
                raise element.error(f"there is no resource with the id {number}")
            first, last = _date(element, "start"), _date(element, "end")
            count = (last.date() - first.date()).days + 1
            if not 0 < count <= MOST_DAYS:
                raise element.error(f"expected an end after the start, at most {MOST_DAYS} days later")
            total += count
            if total > MOST_SPECIAL_DAYS:
                raise element.error(f"with it there are more than {MOST_SPECIAL_DAYS:,} days off")
            found.setdefault(number, []).extend(first.date() + timedelta(days=k) for k in range(count))
        return found

    def _assign(self, tasks: list[DatedTask], resources: dict[int, DatedResource]) -> None:
        index = {number: k for k, number in enumerate(resources)}
        for element in self.root.all("allocations", "allocation"):
            row, number = self._row(element, "task-id"), _integer(element, "resource-id")
            if number not in index:
                raise element.error(f"there is no resource with the id {number}")
            if row.summary:
                name = resources[number].name
                raise element.error(f'"{row.name}" has tasks within; assign "{name}" to these')
            demand, k = tasks[row.leaves[0]].demand, index[number]
            if load := _load(element):
                demand[k] = demand.get(k, Fraction(0)) + load

    # --- links --------------------------------------------------------------------------------

    def _row(self, element: Element, name: str) -> _Row:
        number = _integer(element, name)
        if number not in self.rows:
            raise element.error(f"there is no task with the id {number}")
        return self.rows[number]

    def _links(self) -> list[DatedLink]:
        links: list[DatedLink] = []
        for before in self.rows.values():
            for element in before.element.all("depend"):
                after = self._row(element, "id")
                if len(links) + len(before.leaves) * len(after.leaves) > MOST_LINKS:
                    raise element.error(f"with it there are more than {MOST_LINKS:,} links between tasks")
                links += self._link(element, before, after)
        return links

    def _link(self, element: Element, before: _Row, after: _Row) -> list[DatedLink]:
        number = _integer(element, "type", 2)
        if number not in LINK_TYPES:
            raise element.error(f"expected a type from 1 to 4, found {number}")
        kind = LINK_TYPES[number]
        if (before.summary and kind[0] == "S") or (after.summary and kind[1] == "F"):
            raise element.error(f'a link {kind} from "{before.name}" to "{after.name}" is not read; link tasks within')
        if set(before.leaves) & set(after.leaves):
            raise element.error(f'"{after.name}" is linked with itself or with a task around it')
        lag = _integer(element, "difference", 0) * DAY
        links = []
        for a in before.leaves:
            links += [DatedLink(a, b, LINK_KINDS.index(kind), lag) for b in after.leaves]
        return links


def _outline(element: Element, level: int) -> list[tuple[int, Element]]:
    """The tasks within an element, with their levels, in the order of the file."""
    found: list[tuple[int, Element]] = []
    waiting = [(level, task) for task in reversed(list(element.all("task")))]
    while waiting:
        depth, task = waiting.pop()
        found.append((depth, task))
        waiting += [(depth + 1, within) for within in reversed(list(task.all("task")))]
    return found


def _is_done(element: Element) -> bool:
    return element.attribute("complete", "0") == "100"


def _load(element: Element) -> Fraction:
    """Units of a resource."""
    text = element.attribute("load", "100")
    try:
        percent = decimal(text)
    except ValueError:
        percent = -1
    if not 0 <= percent <= MOST_LOAD:
        raise element.error(f'expected a load like 100.0, found "{text[:40]}"')
    return Fraction(round(percent), 100)


def _integer(element: Element, name: str, default: int | None = None) -> int:
    text = element.attribute(name, None if default is None else str(default))
    try:
        value = integer(text)
        if not abs(value) < 2**31:
            raise ValueError
    except ValueError:
        raise element.error(f'expected a whole number for {name}, found "{text[:40]}"') from None
    return value


def _date(element: Element, name: str) -> datetime:
    text = element.attribute(name)
    try:
        return read_date(text).replace(tzinfo=None)
    except ValueError:
        raise element.error(f'expected a date like 2026-01-05 for {name}, found "{text[:40]}"') from None
