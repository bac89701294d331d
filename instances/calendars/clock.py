"""Times as dates: which date a tick has, and which tick a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schedsolve.models.dates import date_of, read_date


@dataclass(frozen=True)
class Clock:
    """Turns dates into ticks and back; ``origin`` is the date of time 0, None where there is none."""

    origin: datetime | None
    tick: timedelta

    @classmethod
    def of(cls, origin: str, tick: int) -> Clock:
        return cls(read_date(origin) if origin else None, timedelta(seconds=tick))

    def ticks(self, text: str, *, up: bool) -> int:
        """The time of a date; one between two ticks is rounded. Raises ``ValueError``."""
        try:
            date = read_date(text)
        except ValueError:
            raise ValueError(f'expected a whole number or an ISO date, found "{text[:40]}"') from None
        if self.origin is None:
            raise ValueError(
                f'"{text}" needs the date of time 0: a line like "# origin: 2026-01-05T06:00", or --set origin=…'
            )
        try:
            passed = date - self.origin
        except TypeError:
            raise ValueError(f'"{text}" and the origin need both a time zone, or none') from None
        return -(-passed // self.tick) if up else passed // self.tick

    def date(self, ticks: int) -> str:
        """The date of a time, ISO 8601; "" where it lies beyond the calendar. Needs an origin."""
        assert self.origin is not None
        date = date_of(self.origin, round(self.tick.total_seconds()), ticks)
        if date is None:
            return ""
        return date.isoformat(timespec="auto" if date.second or date.microsecond else "minutes")
