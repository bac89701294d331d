"""Which date a time has, and where it has none."""

from __future__ import annotations

import pytest

from schedsolve.models.dates import LONGEST_TICK, date_of, read_date
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.jobshop import JobShop


def test_a_time_within_the_calendar_has_a_date():
    origin = read_date("2026-01-05T06:00")
    assert date_of(origin, 60, 90) == read_date("2026-01-05T07:30")
    assert date_of(origin, 60, -90) == read_date("2026-01-05T04:30")


@pytest.mark.parametrize("time", [2**53, -(2**53), 10**7])
def test_a_time_beyond_the_calendar_has_none(time):
    assert date_of(read_date("2026-01-05"), LONGEST_TICK, time) is None


def test_a_date_whose_time_in_utc_lies_beyond_the_calendar_is_none():
    assert date_of(read_date("9999-12-31T20:00-03:00"), 60, 30) is not None
    assert date_of(read_date("9999-12-31T20:00-03:00"), 60, 90) is None


@pytest.mark.parametrize("text", ["2026-01-05é08:00", "２０２６-01-05", "tomorrow", ""])
def test_what_is_no_date(text):
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        read_date(text)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tick": LONGEST_TICK + 1}, "tick: expected a number of seconds from 1 to 31622400"),
        ({"tick": 2**70}, "tick"),
        ({"origin": "0001-01-01T00:00+14:00"}, "origin: expected an ISO 8601 date"),
        ({"origin": "9999-12-31T23:00-05:00"}, "origin"),
    ],
)
def test_problems_refuse_dates_and_ticks_that_there_are_not(fields, message):
    with pytest.raises(InvalidProblem, match=message):
        JobShop.from_jobs([[(0, 1)]], **fields)
