"""The calendars of Microsoft Project's XML: weekdays, working weeks, and exceptions that recur or do not.

The hours of a day are those of an exception, else of a working week (hours of weekdays that hold for a time), else of
the weekday. For each of the three, what a calendar says comes before what the calendar says that it is derived from.

Source: Microsoft, Project XML Data Interchange Schema (mspdi_pj12.xsd).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import NamedTuple

from schedsolve.instances.calendars.worktime import DAY, MOST_SPECIAL_DAYS, Hours, WorkCalendar, normalised
from schedsolve.instances.xml_tree import Element

OFFICE_HOURS: Hours = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
"""Of working days for which no hours are given."""
STANDARD = WorkCalendar("Standard", (OFFICE_HOURS,) * 5 + ((),) * 2)
"""What a project without calendars follows."""
LONGEST = 100 * 366
"""Days of a working week or an exception at most."""
MOST_PERIOD_DAYS = 3_000_000
"""Days in all the periods that special days are given by."""
DAILY, YEARLY, YEARLY_BY_POSITION, MONTHLY, MONTHLY_BY_POSITION, WEEKLY, BY_DAY_COUNT = range(1, 8)
"""The Types of exceptions."""
MONTH_ITEMS = (range(7), range(5), range(5, 7), *(range(day, day + 1) for day in (6, 0, 1, 2, 3, 4, 5)))
"""By MonthItem: which weekdays, from Monday, are meant: any day, working days, the weekend, Sunday, Monday, …"""
LAST = 4
"""The MonthPosition that is counted from the end of the month."""


class _Days(NamedTuple):
    """What a calendar says, together with what it takes from its base."""

    week: tuple[Hours, ...]
    periods: dict[date, Hours]
    """The days in working weeks."""
    exceptions: dict[date, Hours]


def read_calendars(root: Element) -> dict[int, WorkCalendar]:
    """The calendars of a project by UID. Raises ``InvalidFile``."""
    elements: dict[int, Element] = {}
    for element in root.all("Calendars", "Calendar"):
        uid = element.integer("UID", default=None)
        if elements.setdefault(uid, element) is not element:
            raise element.error(f"UID {uid} is given twice")
    _check_periods(elements.values())
    found: dict[int, _Days] = {}
    total = 0
    for uid in elements:
        for derived, base in reversed(_chain(uid, elements, found)):
            found[derived] = _days(elements[derived], None if base is None else found[base])
            total += len(found[derived].periods) + len(found[derived].exceptions)
            if total > MOST_SPECIAL_DAYS:
                most = f"{MOST_SPECIAL_DAYS:,} special days"
                raise elements[derived].error(f"with it the calendars have more than {most}")
    calendars = {}
    for uid, days in found.items():
        name = elements[uid].string("Name", default=f"calendar {uid}")
        calendars[uid] = WorkCalendar(name, days.week, days.periods | days.exceptions)
    return calendars


def _chain(uid: int, elements: dict[int, Element], known: dict[int, _Days]) -> list[tuple[int, int | None]]:
    """A calendar and its base, that one and its own base, and so on as far as they are not known yet."""
    chain: list[tuple[int, int | None]] = []
    at: int | None = uid
    while at is not None and at not in known:
        base = _base(elements[at], elements)
        chain.append((at, base))
        if base in {derived for derived, _ in chain}:
            raise elements[at].error(f"BaseCalendarUID {base} is not another calendar")
        at = base
    return chain


def _check_periods(calendars: Iterable[Element]) -> None:
    """Raise where periods are so many and so long that going through their days takes too long."""
    total = 0
    for calendar in calendars:
        old = (day for day in calendar.all("WeekDays", "WeekDay") if not _day_type(day))
        for element in (*old, *calendar.all("WorkWeeks", "WorkWeek"), *calendar.all("Exceptions", "Exception")):
            total += _span(element)[1]
            if total > MOST_PERIOD_DAYS:
                raise element.error(f"with it the calendars have periods of more than {MOST_PERIOD_DAYS:,} days")


def _base(element: Element, elements: dict[int, Element]) -> int | None:
    """The calendar that it is derived from; base calendars give none, -1, or, in some files, 0."""
    uid = element.integer("BaseCalendarUID", default=-1)
    if uid < 0 or (uid == 0 and (0 not in elements or element.flag("IsBaseCalendar"))):
        return None
    if uid not in elements:
        raise element.error(f"BaseCalendarUID {uid} is not another calendar")
    return uid


def _days(element: Element, base: _Days | None) -> _Days:
    weekdays = [(_day_type(day), day) for day in element.all("WeekDays", "WeekDay")]
    if base is not None:
        week, periods, exceptions = list(base.week), dict(base.periods), dict(base.exceptions)
    else:
        said = any(kind for kind, _ in weekdays)
        week, periods, exceptions = [()] * 7 if said else list(STANDARD.week), {}, {}
    for kind, day in weekdays:
        if kind:
            week[_weekday(kind)] = _hours(day)
        else:  # an exception as files had them before there were elements for these
            exceptions |= dict.fromkeys(_occurrences(day), _hours(day))
    for working in element.all("WorkWeeks", "WorkWeek"):
        hours = {_weekday(_day_type(day, 1)): _hours(day) for day in working.all("WeekDays", "WeekDay")}
        periods |= {day: hours[day.weekday()] for day in _period(working) if day.weekday() in hours}
    for exception in element.all("Exceptions", "Exception"):
        exceptions |= dict.fromkeys(_occurrences(exception), _hours(exception))
    return _Days(tuple(week), periods, exceptions)


def _day_type(element: Element, low: int = 0) -> int:
    """1 is Sunday, 0 an exception."""
    return element.integer("DayType", default=None, low=low, high=7)


def _weekday(day_type: int) -> int:
    """From Monday on, as Python counts them."""
    return (day_type - 2) % 7


# --- hours ------------------------------------------------------------------------------------


def _hours(element: Element) -> Hours:
    """The working times of a weekday or an exception."""
    given = list(element.all("WorkingTimes", "WorkingTime"))
    if not element.flag("DayWorking", default=bool(given)):
        return ()
    return normalised(_interval(working) for working in given) if given else OFFICE_HOURS


def _interval(element: Element) -> tuple[int, int]:
    """Seconds of the day; 00:00 ends the day as well as it begins it."""
    low, high = _clock(element, "FromTime"), _clock(element, "ToTime") or DAY
    if high <= low:
        raise element.error("expected ToTime after FromTime")
    return low, high


def _clock(element: Element, tag: str) -> int:
    """A time of day in seconds."""
    text = element.string(tag)
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise element.error(f'expected {tag} like 08:00:00, found "{text[:40]}"') from None
    return (found.hour * 60 + found.minute) * 60 + found.second


# --- days -------------------------------------------------------------------------------------


def _period(element: Element) -> list[date]:
    """All days from the FromDate to the ToDate."""
    first, count = _span(element)
    return [first + timedelta(days=k) for k in range(count)]


def _span(element: Element) -> tuple[date, int]:
    """The day of the FromDate, and how many there are from it to the ToDate."""
    first, last = element.date("TimePeriod", "FromDate"), element.date("TimePeriod", "ToDate")
    if first is None or last is None:
        raise element.error("expected a TimePeriod with FromDate and ToDate")
    count = (last.date() - first.date()).days + 1
    if not 0 < count <= LONGEST:
        raise element.error("expected a ToDate after the FromDate, at most a hundred years later")
    return first.date(), count


def _occurrences(element: Element) -> list[date]:
    """The days of an exception: all in its period, or those on which it recurs."""
    kind = element.integer("Type", default=DAILY)
    if not DAILY <= kind <= BY_DAY_COUNT:
        raise element.error(f"recurring exceptions of type {kind} are not read; give their days one by one")
    days = _period(element)
    every = max(1, element.integer("Period", default=1))
    if kind in (DAILY, BY_DAY_COUNT):
        return days[::every]
    if kind == WEEKLY:
        wanted = element.integer("DaysOfWeek")  # bits, from Sunday on
        sunday = days[0].toordinal() // 7
        days = [day for day in days if (day.toordinal() // 7 - sunday) % every == 0]
        return [day for day in days if wanted >> day.isoweekday() % 7 & 1]
    if kind in (YEARLY, YEARLY_BY_POSITION):
        month = element.integer("Month", low=0, high=11) + 1
        days = [day for day in days if day.month == month]
    else:
        start = _months(days[0])
        days = [day for day in days if (_months(day) - start) % every == 0]
    if kind in (YEARLY, MONTHLY):
        number = element.integer("MonthDay")
        return [day for day in days if day.day == number]
    weekdays = MONTH_ITEMS[element.integer("MonthItem", low=0, high=len(MONTH_ITEMS) - 1)]
    position = element.integer("MonthPosition", low=0, high=LAST)
    return [day for day in days if day.weekday() in weekdays and _at_position(day, weekdays, position)]


def _months(day: date) -> int:
    return 12 * day.year + day.month


def _at_position(day: date, weekdays: range, position: int) -> bool:
    """Is it, of such days in its month, the first (0), the second, … or the last?"""
    every = range(1, monthrange(day.year, day.month)[1] + 1)
    such = [number for number in every if day.replace(day=number).weekday() in weekdays]
    return such[-1 if position == LAST else position] == day.day
