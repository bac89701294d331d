"""What a kind of picture puts on its page, beside what all pages have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from schedsolve.reports.axis import Axis
from schedsolve.reports.picture import Table


@dataclass(frozen=True)
class Content:
    """The parts of a page that differ between the kinds of picture."""

    label: str
    """What the picture is, for those who cannot see it."""
    canvas: str
    """The name of the canvas in scripts and styles."""
    button: str
    """HTML of the button ``why``, which points something out."""
    hint: str
    """HTML: how to use the page."""
    scripts: tuple[str, ...]
    sentences: Sequence[str]
    """What the picture shows, in words."""
    table: Table
    data: dict[str, object]
    """What the scripts read."""
    styles: tuple[str, ...] = ("page.css",)


def clock(axis: Axis) -> dict[str, int] | None:
    """For an axis of dates its origin, whose wall-clock time is read as UTC, and its tick, both in milliseconds."""
    if not axis.dates:
        return None
    origin = axis.dates.origin.replace(tzinfo=UTC)
    return {"origin": round(origin.timestamp() * 1000), "tick": axis.dates.tick * 1000}
