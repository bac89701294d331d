"""Projects as a planner's table (CSV), and schedules as a table.

::

    # origin: 2026-03-30T08:00
    # calendar: office = mon-fri 08:00-12:00 13:00-17:00; 2026-04-03 off
    # resource: crew = 2
    id,name,duration,predecessors,resources,due,pause
    1,Dig,3d,,crew:2,,
    2,Pour,4h,1FS+2h,crew,,no
    3,Walls,2d,1;2SS,crew;crane,2026-04-06T17:00,

* ``id``, ``duration``: needed. ``name``: by default the id.
* ``predecessors``: ids with commas or semicolons between them, each with the kind of its link (``FS`` where none is
  given, ``SS``, ``FF``, ``SF``) and a lag: ``3``, ``5SS``, ``3FS+2d``, ``4FF-1h``, ``3FS+50%`` (of its duration).
* ``resources``: what the task occupies, ``crew:2;crane``; one unit where no number is given; ``Anna:50%``.
* ``release``, ``due``, ``deadline``, ``start`` (a start that is fixed): dates, or ticks from time 0. ``weight``.
* ``calendar``: a name; by default the first one, which is the project's, ``none`` for none. ``pause``: no, where the
  task must not pause in breaks of its calendars; by default it does.

Lengths of time are ``30m``, ``4h``, ``2d``, ``1w`` of working time, ``2ed`` and so on of elapsed time, or numbers of
ticks. Lags in working time are in the calendar of the task that they are before, or the project's; a lag in ticks is
elapsed time. Comment lines above the column names:

* ``# calendar: NAME = mon-fri 08:00-17:00; sat 08:00-12:00; 2026-04-03 off; 2026-12-24..2026-12-31 off``
* ``# resource: NAME = UNITS``, or ``NAME = UNITS, CALENDAR``; UNITS may be ``unlimited``; one unit where there is no
  such line
* ``# day: 8h`` and ``# week: 40h``, the work in "d" and "w": 8 and 40 hours in a project with calendars, else all
* ``# origin:``, the date of time 0, ``# tick:``, the seconds in one unit of time (60, or, where nothing is given in
  ticks, what fits the data), and all other settings and the objective.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from schedsolve.instances import table
from schedsolve.instances.calendars import text as calendar_text
from schedsolve.instances.calendars.clock import Clock
from schedsolve.instances.calendars.text import Length, Units
from schedsolve.instances.calendars.worktime import DAY, MOST_SPECIAL_DAYS, WorkCalendar
from schedsolve.instances.rcpsp import lags
from schedsolve.instances.rcpsp.dated import (
    MOST_LINKS,
    SHARES,
    DatedLink,
    DatedProject,
    DatedResource,
    DatedTask,
    build,
)
from schedsolve.instances.source import Source
from schedsolve.instances.table import Cells, Head
from schedsolve.models.errors import InvalidProblem, UnknownName, suggestion
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule
from schedsolve.models.record import FAR

REQUIRED = ("id", "duration")
OPTIONAL = ("release", "due", "deadline", "start", "weight", "calendar", "pause")
COLUMNS = (*REQUIRED, "name", "predecessors", "resources", *OPTIONAL)
SPELLINGS = {"duedate": "due", "releasedate": "release", "predecessor": "predecessors", "taskname": "name"}
SETTINGS = ("objective", *(setting.name for setting in RCPSP.settings))
COMMENTS = (*SETTINGS, "calendar", "resource", "day", "week")
NO_CALENDAR = "none"
UNLIMITED = "unlimited"
YES, NO = {"", "yes", "true", "1", "y"}, {"no", "false", "0", "n"}
PREDECESSOR = re.compile(r"(.+?)\s*(?:(FS|SS|FF|SF)\s*(?:([+-])\s*([0-9].*))?)?", re.IGNORECASE)
LONGEST_PART = 1000
"""Characters of a predecessor with its kind and lag."""
SHARE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,4})?)\s*%")
SOME_MONDAY = datetime(2000, 1, 3)
"""Stands for the date of time 0 where none is given."""
OFFICE = Units(8 * 3600, 40 * 3600)


# --- reading ----------------------------------------------------------------------------------


def recognise(source: Source) -> bool:
    """The column name ``id`` or ``predecessors``, and not ``job``, in the first line that is no comment."""
    names = table.head(source, SPELLINGS).names
    return "job" not in names and ("predecessors" in names or {"id", "duration"} <= set(names))


def read(source: Source) -> RCPSP:
    """The project in ``source``; the caller's ``origin`` and ``tick`` win over those in its comments."""
    head = table.head(source, SPELLINGS)
    table.check_columns(source, head, required=REQUIRED, columns=COLUMNS, comments=COMMENTS)
    rows = list(table.rows(source, head))
    if not rows:
        raise source.error("expected rows below the column names, found none", head.line)
    tasks = _Tasks(source, head, rows)
    problem = build(tasks.dated(), source)
    plain = "name" not in head.names and [row.text("id") for row in rows] == [str(k + 1) for k in range(len(rows))]
    if plain and problem.num_tasks == len(rows):
        problem = replace(problem, task_names=())
    problem = replace(problem, origin=tasks.origin)
    for name, (value, line) in head.comments.items():
        if name in SETTINGS and name not in ("origin", "tick"):
            try:
                problem = problem.with_settings(**{name: value})
            except (InvalidProblem, UnknownName) as error:
                raise source.error(str(error), line) from None
    return problem


class _Tasks:
    """The rows turned into a dated project."""

    def __init__(self, source: Source, head: Head, rows: list[Cells]):
        self.source = source
        self.head = head
        self.rows = rows
        self.clock = table.clock(source, head)
        self.origin = "" if self.clock.origin is None else self.clock.origin.isoformat(timespec="minutes")
        if self.clock.origin is not None and self.clock.origin.second:
            self.origin = self.clock.origin.isoformat()
        self.start = SOME_MONDAY if self.clock.origin is None else self.clock.origin.replace(tzinfo=None)
        self.ticks_used = "tick" in head.comments or "tick" in source.settings
        self.tick = round(self.clock.tick.total_seconds())
        self.calendars = self._calendars()
        self.calendar_of = {calendar.name: k for k, calendar in enumerate(self.calendars)}
        self.units = self._units()
        self.resources = self._resources()
        self.defined = set(self.resources)
        self.place = {name: k for k, name in enumerate(self.resources)}
        self.index: dict[str, int] = {}
        for k, row in enumerate(rows):
            if self.index.setdefault(row.needed("id"), k) != k:
                line = rows[self.index[row.text("id")]].line
                raise row.error("id", f'"{row.text("id")}" is given twice, first in line {line}')

    def dated(self) -> DatedProject:
        tasks = [self._task(row) for row in self.rows]
        links: list[DatedLink] = []
        for row in self.rows:
            links += self._links(row, tasks)
            if len(links) > MOST_LINKS:
                raise row.error("predecessors", f"with these there are more than {MOST_LINKS:,} links")
        tick = self.tick if self.ticks_used else None
        resources = list(self.resources.values())
        return DatedProject(self.source.name, self.start, tasks, links, resources, self.calendars, tick, self.units.day)

    # --- comments -----------------------------------------------------------------------------

    def _definitions(self, name: str) -> Iterator[tuple[str, str, int]]:
        """The comments ``# name: KEY = VALUE``: key, value and line."""
        for found, text, line in self.head.lines:
            if found == name:
                key, mark, value = (part.strip() for part in text.partition("="))
                if not key or not mark or not value:
                    raise self.source.error(f'expected "# {name}: NAME = …", found "{text[:40]}"', line)
                yield key, value, line

    def _calendars(self) -> list[WorkCalendar]:
        found: dict[str, WorkCalendar] = {}
        days = 0
        for name, text, line in self._definitions("calendar"):
            if name in found:
                raise self.source.error(f'calendar "{name}" is given twice', line)
            try:
                found[name] = calendar_text.calendar(name, text)
            except ValueError as error:
                raise self.source.error(f"calendar: {error}", line) from None
            days += len(found[name].special)
            if days > MOST_SPECIAL_DAYS:
                raise self.source.error(f"calendar: with it there are more than {MOST_SPECIAL_DAYS:,} days", line)
            if self.clock.origin is None:
                text = 'calendars need the date of time 0: a line like "# origin: 2026-01-05T06:00"'
                raise self.source.error(text, line)
        return list(found.values())

    def _calendar(self, name: str) -> int:
        """Raises ``ValueError``."""
        if name not in self.calendar_of:
            raise ValueError(f'no calendar "{name[:40]}"{suggestion(name, list(self.calendar_of))}')
        return self.calendar_of[name]

    def _units(self) -> Units:
        usual = OFFICE if self.calendars else Units(DAY, 7 * DAY)
        found = []
        for name, seconds in zip(("day", "week"), usual, strict=True):
            text, line = self.head.comments.get(name, ("", 0))
            given = calendar_text.length(text, usual) if text else Length(seconds, False)
            if given is None or not given.seconds:
                raise self.source.error(f'{name}: expected hours like 8h, found "{text[:40]}"', line)
            found.append(given.seconds)
        return Units(*found)

    def _resources(self) -> dict[str, DatedResource]:
        found: dict[str, DatedResource] = {}
        for name, text, line in self._definitions("resource"):
            units, _, calendar = (part.strip() for part in text.partition(","))
            try:
                its = self._calendar(calendar) if calendar else None
                found[name] = DatedResource(name, Fraction(FAR) if units == UNLIMITED else _share(units), its)
            except ValueError as error:
                raise self.source.error(f"resource: {error}", line) from None
        return found

    # --- cells --------------------------------------------------------------------------------

    def _length(self, row: Cells, column: str, text: str) -> tuple[Length, bool]:
        """A length of time, and whether it was given in ticks."""
        given = calendar_text.length(text, self.units)
        if given is not None:
            return given, False
        if not table.INTEGER.fullmatch(text):
            raise row.error(
                column, f'expected a length of time like 4h or 2d, or a number of ticks, found "{text[:40]}"'
            )
        if int(text) < 0:
            raise row.error(column, f"expected a length of at least 0, found {text}")
        self.ticks_used |= int(text) > 0
        return Length(int(text) * self.tick, True), True

    def _date(self, row: Cells, column: str) -> datetime | None:
        text = row.text(column)
        if not text:
            return None
        if table.INTEGER.fullmatch(text):
            self.ticks_used |= int(text) > 0
            seconds = row.number(column) * self.tick
        else:
            seconds = row.time(column, Clock(self.clock.origin, timedelta(seconds=1)))
        try:
            return self.start + timedelta(seconds=seconds)
        except OverflowError:
            raise row.error(column, f"{text} lies beyond the calendar") from None

    def _task(self, row: Cells) -> DatedTask:
        length, ticks = self._length(row, "duration", row.needed("duration"))
        own_time = length.elapsed and not ticks
        try:
            calendar = self._of_task(row.text("calendar"))
        except ValueError as error:
            raise row.error("calendar", str(error)) from None
        pause = row.text("pause").lower()
        if pause not in YES | NO:
            raise row.error("pause", f'expected yes or no, found "{pause[:40]}"')
        return DatedTask(
            row.text("id"),
            row.text("name") or row.text("id"),
            length.seconds,
            row.line,
            calendar=None if own_time else calendar,
            lag_calendar=calendar if calendar is not None or not self.calendars else 0,
            own_time=own_time,
            pause=pause in YES,
            demand=self._demand(row),
            start_from=self._date(row, "release"),
            due=self._date(row, "due"),
            end_by=self._date(row, "deadline"),
            start_at=self._date(row, "start"),
            weight=row.number("weight") if row.text("weight") else 1,
        )

    def _of_task(self, name: str) -> int | None:
        if name == NO_CALENDAR or not (name or self.calendars):
            return None
        return self._calendar(name) if name else 0

    def _demand(self, row: Cells) -> dict[int, Fraction]:
        demand: dict[int, Fraction] = {}
        for part in _parts(row.text("resources")):
            name, mark, units = (piece.strip() for piece in part.rpartition(":"))
            if not mark:
                name, units = part, "1"
            try:
                share = _share(units)
            except ValueError as error:
                raise row.error("resources", str(error)) from None
            resource = self.resources.setdefault(name, DatedResource(name))
            k = self.place.setdefault(name, len(self.place))
            if name not in self.defined and share > resource.units:
                text = f'{units} of "{name}" asked for: say how many there are, "# resource: {name} = {units}"'
                raise row.error("resources", text)
            if k in demand:
                raise row.error("resources", f'"{name}" is given twice')
            if share:
                demand[k] = share
        return demand

    # --- links --------------------------------------------------------------------------------

    def _links(self, row: Cells, tasks: list[DatedTask]) -> Iterator[DatedLink]:
        after = self.index[row.text("id")]
        for part in _parts(row.text("predecessors")):
            found = PREDECESSOR.fullmatch(part) if part not in self.index and len(part) <= LONGEST_PART else None
            name, kind, sign, text = found.groups() if found else (part, None, None, None)
            if name not in self.index:
                raise row.error("predecessors", f'no task "{name[:40]}"{suggestion(name, list(self.index))}')
            before = self.index[name]
            if before == after:
                raise row.error("predecessors", f"task {name} is linked with itself")
            lag = self._lag(row, text, tasks[before]) if text else Length(0, False)
            seconds = -lag.seconds if sign == "-" else lag.seconds
            yield DatedLink(before, after, LINK_KINDS.index((kind or "FS").upper()), seconds, lag.elapsed)

    def _lag(self, row: Cells, text: str, before: DatedTask) -> Length:
        percent = SHARE.fullmatch(text)
        if percent:
            return Length(round(Fraction(percent[1]) * before.duration / 100), False)
        return self._length(row, "predecessors", text)[0]


def _parts(text: str) -> list[str]:
    return [part for part in (part.strip() for part in re.split("[;,]", text)) if part]


def _share(text: str) -> Fraction:
    """``2`` or ``50%``. Raises ``ValueError``."""
    percent = SHARE.fullmatch(text)
    if percent:
        return Fraction(round(Fraction(percent[1])), 100)
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise ValueError(f'expected a number of units like 2 or 50%, found "{text[:40]}"')
    return Fraction(int(text))


# --- schedules --------------------------------------------------------------------------------


class _Columns(NamedTuple):
    """Which columns a schedule's table has."""

    mode: bool
    resources: bool
    dates: bool
    due: bool


def schedule_rows(problem: RCPSP, solution: RCPSPSolution) -> tuple[list[str], Iterator[list[object]]]:
    """Column names and rows of a schedule, by start; tasks that are left out or stand for lags have none.

    With several modes the ``mode``, counted from 1; with an ``origin``, ``start_date`` and ``end_date``; with due
    dates, these and the tardiness. Raises ``InvalidProblem`` where the solution has another shape than the problem.
    """
    if len(solution.start) != problem.num_tasks:
        raise InvalidProblem("start", f"{len(solution.start)} starts given for {problem.num_tasks} tasks")
    wrong = np.flatnonzero((solution.mode < 0) | (solution.mode >= np.diff(problem.mode_ptr)))
    if len(wrong):
        raise InvalidProblem("mode", f"{problem.task_name(int(wrong[0]))} has no such mode")
    has = _Columns(
        problem.is_multi_mode, problem.num_resources > 0, bool(problem.origin), bool(np.any(problem.due != FAR))
    )
    columns = ["task", *["mode"] * has.mode, "start", "end", "duration", *["resources"] * has.resources]
    columns += ["start_date", "end_date"] * has.dates + ["due", "tardiness"] * has.due
    return columns, _schedule_rows(problem, Schedule(problem, solution), has)


def _schedule_rows(problem: RCPSP, s: Schedule, has: _Columns) -> Iterator[list[object]]:
    clock = Clock.of(problem.origin, problem.tick)
    shown = s.present & ~lags.is_lag(problem)
    for i in np.lexsort((s.end, s.start)).tolist():
        if not shown[i]:
            continue
        start, end, mode, due = int(s.start[i]), int(s.end[i]), int(s.mode[i]), int(problem.due[i])
        row: list[object] = [problem.task_name(i)]
        row += [mode - int(problem.mode_ptr[i]) + 1] * has.mode
        row += [start, end, int(s.duration[i])]
        if has.resources:
            row.append(spelt_demand(problem, mode, np.flatnonzero(problem.demand[mode]).tolist()))
        if has.dates:
            row += [clock.date(start), clock.date(end)]
        if has.due:
            row += ["", ""] if due == FAR else [due, max(0, end - due)]
        yield row


def spelt_units(name: str, units: int) -> str:
    """Units of a resource, which are hundredths where its name says so: ``2``, ``50%``."""
    if units == FAR:
        return UNLIMITED
    return f"{units}%" if name.endswith(SHARES) else str(units)


def spelt_demand(problem: RCPSP, mode: int, uses: list[int]) -> str:
    """What a mode uses of some resources: ``crew:2;crane``."""
    parts = []
    for r in uses:
        name, units = problem.resource_name(r), int(problem.demand[mode, r])
        one = units == 1 and not name.endswith(SHARES)
        parts.append(name if one else f"{name.removesuffix(SHARES)}:{spelt_units(name, units)}")
    return ";".join(parts)
