"""A named axis of a picture: rows, numbers, dates or bytes, with round marks and with its values in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from schedsolve.instances.characters import one_line
from schedsolve.reports.timeaxis import DateAxis, grouped, number_marks

AxisKind = Literal["rows", "number", "dates", "bytes"]

BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


@dataclass(frozen=True)
class Axis:
    """What a direction of a picture means.

    On an axis of rows, lane ``l`` of row ``r`` lies from ``r * len(lanes) + l`` to 1 more; the first row is on top.
    On the others values are integers, in ticks where the kind is dates.
    """

    name: str
    """What is measured, or what a row is: "time", "address", "machine"."""
    unit: str = ""
    """Stands behind numbers: "m", "steps"."""
    kind: AxisKind = "number"
    rows: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ("",)
    """What each row is divided into: "before", "after"."""
    dates: DateAxis | None = None

    @classmethod
    def of_rows(cls, name: str, rows: tuple[str, ...], lanes: tuple[str, ...] = ("",)) -> Axis:
        return cls(name, kind="rows", rows=rows, lanes=lanes)

    @classmethod
    def of_time(cls, dates: DateAxis | None, unit: str = "") -> Axis:
        """Time as dates, as numbers where there are none."""
        return cls("time", kind="dates", dates=dates) if dates else cls("time", unit)

    @classmethod
    def of_bytes(cls, name: str) -> Axis:
        return cls(name, kind="bytes")

    def drawable(self) -> Axis:
        """The same with names of one line, without control characters."""
        rows, lanes = tuple(map(one_line, self.rows)), tuple(map(one_line, self.lanes))
        return replace(self, name=one_line(self.name), unit=one_line(self.unit), rows=rows, lanes=lanes)

    @property
    def label(self) -> str:
        """The name, with the unit where the marks do not show it."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    def marks(self, start: int, end: int, count: int) -> list[tuple[float, str]]:
        """About ``count`` round values from ``start`` to ``end``: (value, text)."""
        if self.dates:
            return self.dates.marks(start, end, count)
        return byte_marks(start, end, count) if self.kind == "bytes" else number_marks(start, end, count)

    def text(self, value: int) -> str:
        """A value in words."""
        if self.dates:
            return self.dates.date(value)
        if self.kind == "bytes":
            return byte_text(value)
        return f"{grouped(value)} {self.unit}" if self.unit else grouped(value)

    def bare(self, value: int) -> str:
        """The same without its unit, bytes as a number."""
        return self.dates.date(value) if self.dates else grouped(value)

    def at(self, value: int) -> str:
        """A place on the axis in words: "step 7", or the date."""
        return self.dates.date(value) if self.dates else f"{self.name} {grouped(value)}"


def byte_marks(start: int, end: int, count: int) -> list[tuple[float, str]]:
    """About ``count`` multiples of a power of two from ``start`` to ``end``."""
    wanted = max(1, -(-(end - start) // max(1, count)))
    step = 1 << (wanted - 1).bit_length()
    return [(value, _mark_text(value)) for value in range(-(-start // step) * step, end + 1, step)]


def _mark_text(value: int) -> str:
    """Exactly, in the largest unit of which it has quarters: "1.25 MiB", but "1152 KiB"."""
    power = len(BYTE_UNITS) - 1
    while power and (abs(value) < 1024**power or value % (1024**power // 4)):
        power -= 1
    return f"{value / 1024**power:g} {BYTE_UNITS[power]}"


def byte_text(value: int) -> str:
    """Bytes in the largest unit that they fill, to three decimals: "1.25 MiB"."""
    power = min(len(BYTE_UNITS) - 1, max(0, (abs(value).bit_length() - 1) // 10))
    shown = f"{value / 1024**power:.3f}".rstrip("0").rstrip(".")
    return f"{shown} {BYTE_UNITS[power]}"
