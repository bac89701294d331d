"""Schedules as iCalendar files (RFC 5545), for calendars of people and teams: an event for each task.

A task that takes time is an event from its start to its end, pauses included; a milestone is an event without an end.
Times are wall-clock times without a zone ("floating"), or UTC where the problem's origin has one. The time stamp that
the format asks for is the date of time 0, so that the same schedule gives the same text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from schedsolve.instances.characters import plain
from schedsolve.instances.rcpsp.dated import PATH
from schedsolve.instances.rcpsp.lags import is_lag
from schedsolve.models.dates import date_of, read_date
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution, Schedule

LINE_ENDS = dict.fromkeys(map(ord, "\r\u2028\u2029"), "\n")
LONGEST = 75
"""Octets of a line, its end excluded (RFC 5545, 3.1)."""


def write_schedule(problem: RCPSP, solution: RCPSPSolution) -> str:
    """The schedule's events by start. Raises ``InvalidProblem`` where no origin says which date time 0 is."""
    if not problem.origin:
        raise InvalidProblem("ics", "needs the date of time 0: --set origin=2026-01-05T08:00")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//schedsolve//schedsolve//EN", "CALSCALE:GREGORIAN"]
    if problem.name:
        lines.append(f"X-WR-CALNAME:{_escaped(problem.name)}")
    lines += [*_events(problem, Schedule(problem, solution)), "END:VCALENDAR"]
    return "".join(_folded(line) for line in lines)


def _events(problem: RCPSP, s: Schedule) -> Iterator[str]:
    origin = read_date(problem.origin)
    stamp = _stamp(origin).rstrip("Z") + "Z"
    shown = s.present & ~is_lag(problem)
    for i in np.lexsort((s.end, s.start)).tolist():
        if not shown[i]:
            continue
        *above, name = problem.task_name(i).split(PATH)
        uses: list[int] = np.flatnonzero(problem.demand[s.mode[i]]).tolist() if s.works[i] else []
        yield "BEGIN:VEVENT"
        yield f"UID:{problem.fingerprint}-{i}@schedsolve"
        yield f"DTSTAMP:{stamp}"
        start, end = (date_of(origin, problem.tick, int(time)) for time in (s.start[i], s.end[i]))
        if start is None or end is None:
            raise InvalidProblem("tick", f"time {s.end[i]} lies beyond the calendar")
        yield f"DTSTART:{_stamp(start)}"
        if s.works[i]:
            yield f"DTEND:{_stamp(end)}"
        yield f"SUMMARY:{_escaped(name)}"
        if above:
            yield f"CATEGORIES:{_escaped(PATH.join(above))}"
        if uses:
            units = (f"{problem.resource_name(r)}: {problem.demand[s.mode[i], r]}" for r in uses)
            yield f"DESCRIPTION:{_escaped(chr(10).join(units))}"
        yield "END:VEVENT"


def _stamp(date: datetime) -> str:
    """A date-time value; UTC where the date has a zone."""
    return f"{date:%Y%m%dT%H%M%S}" if date.tzinfo is None else f"{date.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """A text value (RFC 5545, 3.3.11): no control characters, and no ends of lines of any kind."""
    for mark in "\\;,":
        text = text.replace(mark, "\\" + mark)
    return "\\n".join(plain(text).replace("\r\n", "\n").translate(LINE_ENDS).split("\n"))


def _folded(line: str) -> str:
    """The line with its end, in pieces of at most 75 octets that never cut a character."""
    pieces, size = [""], 0
    for c in line:
        octets = len(c.encode())
        if size + octets > LONGEST:
            pieces.append(" ")
            size = 1
        pieces[-1] += c
        size += octets
    return "\r\n".join(pieces) + "\r\n"
