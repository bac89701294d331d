"""Marks of time axes."""

from __future__ import annotations

import pytest

from schedsolve.reports.timeaxis import DateAxis, grouped, number_marks


@pytest.mark.parametrize(
    ("end", "count", "wanted"),
    [
        (55, 11, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]),
        (3, 10, [0, 1, 2, 3]),
        (0, 5, [0]),
        (5829, 6, [0, 1000, 2000, 3000, 4000, 5000]),
    ],
)
def test_numbers_are_round(end: int, count: int, wanted: list[int]) -> None:
    assert [t for t, _ in number_marks(0, end, count)] == wanted


def test_numbers_before_zero() -> None:
    assert [t for t, _ in number_marks(-7, 6, 3)] == [-5, 0, 5]


def test_long_numbers_are_grouped() -> None:
    assert [grouped(n) for n in (1234, 12345, -1234567)] == ["1234", "12\u2009345", "-1\u2009234\u2009567"]


def axis(origin: str, tick: int, end: int = 100) -> DateAxis:
    found = DateAxis.of(origin, tick, end)
    assert found is not None
    return found


def test_hours_are_round_and_name_the_day_first_and_at_midnight() -> None:
    marks = axis("2026-03-03T21:30", 60).marks(0, 300, 5)
    assert marks == [(30, "03 Mar 22:00"), (90, "23:00"), (150, "04 Mar"), (210, "01:00"), (270, "02:00")]


def test_days_are_named() -> None:
    assert axis("2026-12-30", 3600).marks(0, 72, 4)[:3] == [(0, "30 Dec"), (24, "31 Dec"), (48, "01 Jan")]


def test_years_are_named_where_marks_are_months_apart() -> None:
    assert axis("2026-01-01", 86400).marks(0, 1000, 5)[0] == (0, "Jan 2026")


def test_dates_show_seconds_only_where_there_are_some() -> None:
    assert axis("2026-03-03T06:00", 60).date(95) == "2026-03-03 07:35"
    assert axis("2026-03-03T06:00+01:00", 1).date(95) == "2026-03-03 06:01:35"


def test_times_beyond_the_calendar_are_numbers() -> None:
    assert DateAxis.of("2026-03-03", 86400, 10**7) is None
    assert DateAxis.of("", 60, 10) is None
