"""Times as dates: what is one, and which date a time has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schedsolve.models.errors import InvalidProblem

LONGEST_TICK = 366 * 24 * 3600
"""Seconds in one unit of time, at most."""


def read_date(text: str) -> datetime:
    """The date and time in a text, ISO 8601. Raises ``ValueError``."""
    if not text.isascii():
        raise ValueError(f"no ISO 8601 date: {text!r}")
    return datetime.fromisoformat(text)


def date_of(origin: datetime, tick: int, time: int) -> datetime | None:
    """The date of a time in ticks from ``origin``; None where it is before the year 1 or after the year 9999."""
    try:
        date = origin + timedelta(seconds=time * tick)
        if date.tzinfo is not None:
            date.astimezone(UTC)  # must lie in these years, too
    except OverflowError:
        return None
    return date


def check_dates(origin: str, tick: int) -> None:
    """Raise ``InvalidProblem`` where the date of time 0 is none, or a unit of time is out of range."""
    if origin:
        try:
            known = date_of(read_date(origin), 1, 0) is not None
        except ValueError:
            known = False
        if not known:
            raise InvalidProblem("origin", f'expected an ISO 8601 date, got "{origin}"')
    if not 1 <= tick <= LONGEST_TICK:
        raise InvalidProblem("tick", f"expected a number of seconds from 1 to {LONGEST_TICK}, got {tick}")
