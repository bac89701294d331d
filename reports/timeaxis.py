"""Time axes: round marks, as numbers or as dates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from schedsolve.models.dates import date_of, read_date

MINUTE, HOUR, DAY = 60, 3600, 86400
STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE * k for k in (1, 2, 5, 10, 15, 30)),
    *(HOUR * k for k in (1, 2, 3, 6, 12)),
    *(DAY * k for k in (1, 2, 7, 14, 28, 91, 182, 364)),
)
"""Distances between marks of a date axis, in seconds."""


@dataclass(frozen=True)
class DateAxis:
    """Turns the problem's integer time into dates: time t is ``origin`` + t ticks of ``tick`` seconds.

    Wall-clock time of the origin's zone; a change to daylight saving time is not followed.
    """

    origin: datetime
    tick: int

    @classmethod
    def of(cls, origin: str, tick: int, *times: int) -> DateAxis | None:
        """From a problem's fields; None without an origin, or where one of the times lies beyond the calendar."""
        if not origin:
            return None
        first = read_date(origin).replace(tzinfo=None)
        return None if any(date_of(first, tick, time) is None for time in times) else cls(first, tick)

    def date(self, time: int) -> str:
        """The date of a time, to the minute, or to the second where ticks are that fine; the time where it has none."""
        date = date_of(self.origin, self.tick, time)
        return str(time) if date is None else str(date.isoformat(" ", self._precision))

    @property
    def _precision(self) -> str:
        whole_minutes = self.tick % MINUTE == 0 and self.origin.second == 0
        return "minutes" if whole_minutes else "seconds"

    def marks(self, start: int, end: int, count: int) -> list[tuple[float, str]]:
        """About ``count`` round dates from ``start`` to ``end``: (time, text)."""
        wanted = (end - start) * self.tick / max(1, count)
        step = next((s for s in STEPS if s >= wanted), DAY * 364 * math.ceil(wanted / (DAY * 364)))
        midnight = self.origin.replace(hour=0, minute=0, second=0, microsecond=0)
        offset = (self.origin - midnight).total_seconds()
        first = math.ceil((start * self.tick + offset) / step) * step
        marks: list[tuple[float, str]] = []
        while first <= end * self.tick + offset:
            date = midnight + timedelta(seconds=first)
            text = _date_text(date, step)
            marks.append(((first - offset) / self.tick, text if marks or ":" not in text else f"{date:%d %b} {text}"))
            first += step
        return marks


def _date_text(date: datetime, step: int) -> str:
    """The part of a date that changes at this step; days are named where they begin."""
    if step >= DAY:
        return f"{date:%d %b}" if step < 91 * DAY else f"{date:%b %Y}"
    if date.hour == date.minute == date.second == 0:
        return f"{date:%d %b}"
    return f"{date:%H:%M}" if step >= MINUTE else f"{date:%H:%M:%S}"


def number_marks(start: int, end: int, count: int) -> list[tuple[float, str]]:
    """About ``count`` round numbers (1, 2 or 5 times a power of ten) from ``start`` to ``end``."""
    wanted = max(1.0, (end - start) / max(1, count))
    power = 10 ** math.floor(math.log10(wanted))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= wanted)
    return [(t, grouped(t)) for t in range(math.ceil(start / step) * step, end + 1, step)]


def grouped(number: int) -> str:
    """An integer with thin spaces between thousands, from five digits on."""
    return f"{number:,}".replace(",", "\u2009") if abs(number) >= 10_000 else str(number)
