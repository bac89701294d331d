"""Calendars of Microsoft Project's XML: the hours of each day are those that its dialogs would show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schedsolve.instances.calendars.mspdi import OFFICE_HOURS, STANDARD, read_calendars
from schedsolve.instances.calendars.worktime import ALL_DAY, WorkCalendar
from schedsolve.instances.source import Source
from schedsolve.instances.xml_tree import parse
from schedsolve.models.errors import InvalidFile

EARLY = ((7 * 3600, 11 * 3600),)


def calendars(text: str) -> dict[int, WorkCalendar]:
    return read_calendars(parse(Source(f"<Project><Calendars>{text}</Calendars></Project>", "plan.xml")))


def calendar(body: str) -> WorkCalendar:
    return calendars(f"<Calendar><UID>1</UID>{body}</Calendar>")[1]


def times(*intervals: tuple[str, str]) -> str:
    inner = "".join(f"<WorkingTime><FromTime>{a}</FromTime><ToTime>{b}</ToTime></WorkingTime>" for a, b in intervals)
    return f"<DayWorking>1</DayWorking><WorkingTimes>{inner}</WorkingTimes>"


def weekday(number: int, more: str = "<DayWorking>0</DayWorking>") -> str:
    return f"<WeekDay><DayType>{number}</DayType>{more}</WeekDay>"


def period(first: str, last: str) -> str:
    return f"<TimePeriod><FromDate>{first}T00:00:00</FromDate><ToDate>{last}T23:59:00</ToDate></TimePeriod>"


def exception(first: str, last: str, more: str) -> str:
    return f"<Exceptions><Exception>{period(first, last)}{more}<DayWorking>0</DayWorking></Exception></Exceptions>"


def test_a_base_calendar_without_weekdays_is_the_standard_one():
    assert calendar("").week == STANDARD.week
    assert calendar(f"<WeekDays>{weekday(2, times(('07:00:00', '11:00:00')))}</WeekDays>").week == (EARLY, *[()] * 6)


def test_working_days_without_times_have_office_hours():
    week = calendar(f"<WeekDays>{weekday(1, '<DayWorking>1</DayWorking>')}{weekday(3)}</WeekDays>").week
    assert week == (*[()] * 6, OFFICE_HOURS)


def test_midnight_ends_a_day():
    week = calendar(f"<WeekDays>{weekday(2, times(('00:00:00', '00:00:00')))}</WeekDays>").week
    assert week[0] == ALL_DAY
    night = times(("23:00:00", "00:00:00"), ("00:00:00", "03:00:00"))
    assert calendar(f"<WeekDays>{weekday(2, night)}</WeekDays>").week[0] == ((0, 3 * 3600), (23 * 3600, 86400))


def test_derived_calendars_take_what_they_do_not_say_from_their_base():
    base = f"<Calendar><UID>1</UID>{exception('2026-04-03', '2026-04-03', '<Type>1</Type>')}</Calendar>"
    derived = (
        "<Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID><WeekDays>"
        f"{weekday(6, times(('07:00:00', '11:00:00')))}</WeekDays></Calendar>"
    )
    for text in (base + derived, derived + base):
        found = calendars(text)[2]
        assert found.hours(date(2026, 4, 2)) == OFFICE_HOURS
        assert found.hours(date(2026, 4, 3)) == ()
        assert found.hours(date(2026, 4, 10)) == EARLY


def test_a_long_chain_of_calendars_is_read():
    text = "".join(
        f"<Calendar><UID>{k}</UID><BaseCalendarUID>{k + 1}</BaseCalendarUID></Calendar>" for k in range(1, 3000)
    )
    assert calendars(f"{text}<Calendar><UID>3000</UID></Calendar>")[1].week == STANDARD.week


def test_working_weeks_hold_for_their_time_and_give_way_to_exceptions():
    working = (
        f"<WorkWeeks><WorkWeek>{period('2026-04-06', '2026-04-12')}<Name>early</Name><WeekDays>"
        f"{weekday(2, times(('07:00:00', '11:00:00')))}{weekday(3, times(('07:00:00', '11:00:00')))}{weekday(4)}"
        f"{weekday(7, times(('07:00:00', '11:00:00')))}</WeekDays></WorkWeek></WorkWeeks>"
    )
    found = calendar(working + exception("2026-04-07", "2026-04-07", "<Type>1</Type>"))
    assert [found.hours(date(2026, 4, 5) + timedelta(days=k)) for k in range(9)] == [
        (), EARLY, (), (), OFFICE_HOURS, OFFICE_HOURS, EARLY, (), OFFICE_HOURS,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "more", "days"),
    [
        ("2026-03-30", "2026-04-02", "", ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"]),
        ("2026-03-30", "2026-04-06", "<Type>1</Type><Period>3</Period>", ["2026-03-30", "2026-04-02", "2026-04-05"]),
        ("2026-03-30", "2026-04-06", "<Type>7</Type><Period>4</Period>", ["2026-03-30", "2026-04-03"]),
        (
            "2025-01-01",
            "2026-12-31",
            "<Type>2</Type><Month>4</Month><MonthDay>1</MonthDay>",
            ["2025-05-01", "2026-05-01"],
        ),
        (  # the fourth Thursday of November
            "2026-01-01",
            "2027-12-31",
            "<Type>3</Type><Month>10</Month><MonthItem>7</MonthItem><MonthPosition>3</MonthPosition>",
            ["2026-11-26", "2027-11-25"],
        ),
        (  # the last working day of December
            "2026-01-01",
            "2027-12-31",
            "<Type>3</Type><Month>11</Month><MonthItem>1</MonthItem><MonthPosition>4</MonthPosition>",
            ["2026-12-31", "2027-12-31"],
        ),
        ("2026-01-01", "2026-04-30", "<Type>4</Type><MonthDay>31</MonthDay>", ["2026-01-31", "2026-03-31"]),
        (
            "2026-01-01",
            "2026-06-30",
            "<Type>4</Type><MonthDay>15</MonthDay><Period>3</Period>",
            ["2026-01-15", "2026-04-15"],
        ),
        (  # the first Monday
            "2026-01-01",
            "2026-03-31",
            "<Type>5</Type><MonthItem>4</MonthItem><MonthPosition>0</MonthPosition>",
            ["2026-01-05", "2026-02-02", "2026-03-02"],
        ),
        (  # the last Friday
            "2026-01-01",
            "2026-03-31",
            "<Type>5</Type><MonthItem>8</MonthItem><MonthPosition>4</MonthPosition>",
            ["2026-01-30", "2026-02-27", "2026-03-27"],
        ),
        (  # Monday and Friday of every other week
            "2026-03-30",
            "2026-04-30",
            "<Type>6</Type><DaysOfWeek>34</DaysOfWeek><Period>2</Period>",
            ["2026-03-30", "2026-04-03", "2026-04-13", "2026-04-17", "2026-04-27"],
        ),
    ],
)  # fmt: skip
def test_exceptions_recur(first, last, more, days):
    found = calendar(exception(first, last, more)).special
    assert [day.isoformat() for day in found] == days
    assert set(found.values()) == {()}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<Calendar><Name>x</Name></Calendar>", "line 1: Project/Calendars/Calendar: the UID is missing"),
        ("<Calendar><UID>1</UID></Calendar>" * 2, "UID 1 is given twice"),
        ("<Calendar><UID>1</UID><BaseCalendarUID>7</BaseCalendarUID></Calendar>", "BaseCalendarUID 7 is not another"),
        (
            "<Calendar><UID>1</UID><BaseCalendarUID>2</BaseCalendarUID></Calendar>"
            "<Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar>",
            "BaseCalendarUID 1 is not another calendar",
        ),
        (f"<Calendar><UID>1</UID><WeekDays>{weekday(8)}</WeekDays></Calendar>", "DayType from 0 to 7, found 8"),
        (
            f"<Calendar><UID>1</UID><WeekDays>{weekday(2, times(('17:00:00', '08:00:00')))}</WeekDays></Calendar>",
            "expected ToTime after FromTime",
        ),
        (
            f"<Calendar><UID>1</UID><WeekDays>{weekday(2, times(('8', '17:00:00')))}</WeekDays></Calendar>",
            'expected FromTime like 08:00:00, found "8"',
        ),
        (
            f"<Calendar><UID>1</UID>{exception('2026-01-01', '2026-02-01', '<Type>8</Type>')}</Calendar>",
            "recurring exceptions of type 8 are not read",
        ),
        (
            f"<Calendar><UID>1</UID>{exception('2026-01-01', '2025-02-01', '<Type>1</Type>')}</Calendar>",
            "expected a ToDate after the FromDate",
        ),
        (
            f"<Calendar><UID>1</UID>{exception('2026-01-01', '2026-02-01', '<Type>2</Type><Month>12</Month>')}"
            "</Calendar>",
            "expected Month from 0 to 11, found 12",
        ),
        (
            "<Calendar><UID>1</UID><Exceptions><Exception><Type>1</Type></Exception></Exceptions></Calendar>",
            "expected a TimePeriod with FromDate and ToDate",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, says):
    with pytest.raises(InvalidFile, match=says) as caught:
        calendars(text)
    assert caught.value.line == 1
