"""Working time: as planners state it, hours of each weekday and of special days, and as the model has it, breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from schedsolve.models.breaks import merged
from schedsolve.models.errors import InvalidProblem

Hours = tuple[tuple[int, int], ...]
"""The working times of a day: sorted, disjoint intervals in seconds from midnight."""

DAY = 86400
ALL_DAY: Hours = ((0, DAY),)
MOST_DAYS = 400 * 366
"""That breaks reach over, where they are turned into hours of days."""
MOST_SPECIAL_DAYS = 1_000_000
"""Days with hours of their own, or days off, that a file may state in all its calendars."""
LEAST_WEEKS = 2
"""Breaks that cover fewer whole weeks than this are taken for single days, not for a weekly pattern."""


@dataclass(frozen=True)
class WorkCalendar:
    """Those who follow it work at the ``hours`` of a day."""

    name: str
    week: tuple[Hours, ...] = (ALL_DAY,) * 7
    """Monday first."""
    special: dict[date, Hours] = field(default_factory=dict)
    """Days with hours of their own: holidays have none."""

    @property
    def always(self) -> bool:
        """Is there no break at all?"""
        return all(hours == ALL_DAY for hours in (*self.week, *self.special.values()))

    def hours(self, day: date) -> Hours:
        return self.special.get(day, self.week[day.weekday()])

    def edges(self) -> set[int]:
        """The times of day, in seconds, at which work begins or ends on some day."""
        found: set[int] = set()
        for hours in {*self.week, *self.special.values()}:
            for interval in hours:
                found.update(interval)
        return found

    def breaks(self, first: datetime, until: datetime) -> list[tuple[int, int]]:
        """The sorted, disjoint breaks from ``first`` to ``until``, in seconds from ``first``."""
        found: list[tuple[int, int]] = []
        free, end = 0, round((until - first).total_seconds())
        for low, high in self._working(first, until):
            if high <= free:
                continue
            if low > free:
                found.append((free, low))
            free = high
        return [*found, (free, end)] if free < end else found

    def _working(self, first: datetime, until: datetime) -> Iterator[tuple[int, int]]:
        """The hours of all days in question, in seconds from ``first``, cut at ``until``."""
        offset = -round((first - _midnight(first)).total_seconds())
        end = round((until - first).total_seconds())
        day = first.date()
        while offset < end:
            for low, high in self.hours(day):
                if offset + low < end:
                    yield offset + low, min(offset + high, end)
            day += timedelta(days=1)
            offset += DAY

    def end(self, start: datetime, seconds: int) -> datetime:
        """When work of so many seconds that begins at ``start`` ends. Needs a calendar that works on some weekday."""
        day, left = _midnight(start), seconds
        since = round((start - day).total_seconds())
        while left > 0:
            for low, high in self.hours(day.date()):
                share = min(left, max(0, high - max(low, since)))
                left -= share
                if share and not left:
                    return day + timedelta(seconds=max(low, since) + share)
            day, since = day + timedelta(days=1), 0
        return start


def _midnight(date: datetime) -> datetime:
    return date.replace(hour=0, minute=0, second=0, microsecond=0)


def normalised(intervals: Iterable[tuple[int, int]]) -> Hours:
    """Intervals of a day, sorted and merged, empty ones left out."""
    return tuple(merged((low, high) for low, high in intervals if low < high))


def both(a: WorkCalendar, b: WorkCalendar) -> WorkCalendar:
    """The calendar of those who follow two calendars: they work only when both say so."""
    days = {*a.special, *b.special}
    return WorkCalendar(
        f"{a.name} + {b.name}",
        tuple(_overlap(mine, yours) for mine, yours in zip(a.week, b.week, strict=True)),
        {day: _overlap(a.hours(day), b.hours(day)) for day in sorted(days)},
    )


def _overlap(a: Hours, b: Hours) -> Hours:
    shared = []
    for low, high in a:
        shared += [(max(low, other), min(high, end)) for other, end in b]
    return normalised(shared)


def from_breaks(name: str, first: datetime, breaks: Iterable[Sequence[int]]) -> WorkCalendar:
    """A calendar with these breaks (sorted, disjoint, in seconds from ``first``) up to the end of the last one.

    What most days of a weekday have in common becomes its hours, where the breaks cover two weeks or more and
    more than half of those days agree for every weekday; all other days with breaks are special ones.
    """
    rows = [(low, high) for low, high in breaks]
    if not rows:
        return WorkCalendar(name)
    if rows[-1][1] > MOST_DAYS * DAY:
        raise InvalidProblem("break_end", f'the breaks of "{name}" reach over more than {MOST_DAYS} days')
    days = _hours_by_day(first, rows)
    limits: dict[date, tuple[int, int]] = {}
    midnight = -round((first - _midnight(first)).total_seconds())
    for day in days:
        limits[day] = max(0, -midnight), min(DAY, rows[-1][1] - midnight)
        midnight += DAY
    week = _weekly({day: hours for day, hours in days.items() if limits[day] == (0, DAY)})
    special: dict[date, Hours] = {}
    for day, hours in days.items():
        usual, (low, high) = week[day.weekday()], limits[day]
        if _overlap(usual, ((low, high),)) != hours:
            # Hours before the first date are of no account: a holiday on the first day has none of them.
            unknown = _overlap(usual, normalised([(0, low if hours else 0), (high, DAY)]))
            special[day] = normalised([*hours, *unknown])
    return WorkCalendar(name, week, special)


def _hours_by_day(first: datetime, breaks: list[tuple[int, int]]) -> dict[date, Hours]:
    """Day by day the hours between the breaks, as far as these say something."""
    end = breaks[-1][1]
    offset = -round((first - _midnight(first)).total_seconds())
    days: dict[date, list[tuple[int, int]]] = {}
    for k in range(-(-(end - offset) // DAY)):
        days[first.date() + timedelta(days=k)] = []
    free = 0
    for low, high in [*breaks, (end, end)]:
        at = free
        while at < low:
            k = (at - offset) // DAY
            midnight = offset + k * DAY
            stop = min(low, midnight + DAY)
            days[first.date() + timedelta(days=k)].append((at - midnight, stop - midnight))
            at = stop
        free = high
    return {day: normalised(hours) for day, hours in days.items()}


def _weekly(days: dict[date, Hours]) -> tuple[Hours, ...]:
    """The usual hours of each weekday, all day where there is no clear pattern."""
    plain = (ALL_DAY,) * 7
    counts = [Counter(hours for day, hours in days.items() if day.weekday() == k) for k in range(7)]
    usual = [count.most_common(1)[0] if count else (ALL_DAY, 0) for count in counts]
    clear = all(
        count.total() >= LEAST_WEEKS and 2 * most > count.total()
        for count, (_, most) in zip(counts, usual, strict=True)
    )
    return tuple(hours for hours, _ in usual) if clear else plain
