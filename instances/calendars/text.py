"""Calendars and lengths of time as planners type them: "mon-fri 08:00-12:00 13:00-17:00; 2026-04-03 off", "2d"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from schedsolve.instances.calendars.worktime import ALL_DAY, DAY, MOST_SPECIAL_DAYS, Hours, WorkCalendar, normalised

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFF = "off"
LENGTH = re.compile(
    r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(e?)(m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)", re.IGNORECASE
)
HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?-([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


class Units(NamedTuple):
    """Seconds of work in a day and in a week."""

    day: int
    week: int


class Length(NamedTuple):
    """A length of time in seconds: working time, or elapsed."""

    seconds: int
    elapsed: bool


def length(text: str, units: Units) -> Length | None:
    """``2d``, ``90 min``, ``1.5h``, ``1w``; with an "e" before the unit elapsed: ``2ed``. None for other texts."""
    found = LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    elapsed, unit = bool(found[2]), found[3][0].lower()
    days = Units(DAY, 7 * DAY) if elapsed else units
    seconds = {"m": 60, "h": 3600, "d": days.day, "w": days.week}[unit]
    return Length(int(-(-Fraction(found[1]) * seconds // 1)), elapsed)


def calendar(name: str, text: str) -> WorkCalendar:
    """A calendar from parts with semicolons between: days and their hours, or "off".

    Days are ``mon``, ``mon-fri``, ``2026-04-03`` or ``2026-12-24..2026-12-31``. Weekdays that are not named are off,
    unless none is. Raises ``ValueError`` for a part that is none.
    """
    week: list[Hours] = [()] * 7
    named, spelt = False, 0
    special: dict[date, Hours] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, _, rest = part.partition(" ")
        hours = _hours(rest, part)
        first, _, last = days.partition("..")
        if days[0].isdigit():
            span = _span(first, last or first, part)
            spelt += len(span)
            if spelt > MOST_SPECIAL_DAYS:
                raise ValueError(f"has spans of more than {MOST_SPECIAL_DAYS:,} days")
            special.update(dict.fromkeys(span, hours))
            continue
        named = True
        for k in _weekdays(days.lower(), part):
            week[k] = hours
    return WorkCalendar(name, tuple(week) if named else (ALL_DAY,) * 7, special)


def _weekdays(days: str, part: str) -> list[int]:
    first, _, last = days.partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        raise ValueError(f'expected days like mon-fri or 2026-04-03, found "{part[:40]}"')
    low, high = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [k % 7 for k in range(low, (high if high >= low else high + 7) + 1)]


def _span(first: str, last: str, part: str) -> list[date]:
    try:
        low, high = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise ValueError(f'expected days like mon-fri or 2026-04-03, found "{part[:40]}"') from None
    if not 0 <= (high - low).days <= 3660:
        raise ValueError(f'expected a span of at most ten years, found "{part[:40]}"')
    return [low + timedelta(days=k) for k in range((high - low).days + 1)]


def _hours(text: str, part: str) -> Hours:
    if text.strip().lower() == OFF:
        return ()
    intervals = []
    for piece in text.split():
        found = HOURS.fullmatch(piece)
        low = high = 0
        if found:
            numbers = [int(number or 0) for number in found.groups()]
            low, high = _seconds(*numbers[:3]), _seconds(*numbers[3:])
        if not 0 <= low < high <= DAY:
            raise ValueError(f'expected hours like 08:00-12:00, or off, found "{part[:40]}"')
        intervals.append((low, high))
    if not intervals:
        raise ValueError(f'expected hours like 08:00-12:00, or off, found "{part[:40]}"')
    return normalised(intervals)


def _seconds(hour: int, minute: int, second: int) -> int:
    return 3600 * hour + 60 * minute + second


def spelt_calendar(given: WorkCalendar) -> str:
    """The text that ``calendar`` reads back."""
    parts = []
    k = 0
    while k < 7:
        last = next((d for d in range(k, 7) if d == 6 or given.week[d + 1] != given.week[k]), k)
        days = WEEKDAYS[k] if last == k else f"{WEEKDAYS[k]}-{WEEKDAYS[last]}"
        if given.week[k]:
            parts.append(f"{days} {_spelt_hours(given.week[k])}")
        k = last + 1
    if not parts:
        parts.append(f"mon-sun {OFF}")
    if set(given.week) == {ALL_DAY} and given.special:
        parts = []
    parts += [f"{day.isoformat()} {_spelt_hours(hours)}" for day, hours in sorted(given.special.items())]
    return "; ".join(parts)


def _spelt_hours(hours: Hours) -> str:
    return " ".join(f"{_clock(low)}-{_clock(high)}" for low, high in hours) or OFF


def _clock(seconds: int) -> str:
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text
