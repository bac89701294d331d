"""How wide texts are in figures, and how they are made to fit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

MAX_NAME = 28


def cut(name: str) -> str:
    """A name no longer than the margin can hold."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def fitted(text: str, size: float, room: float) -> str:
    """The beginning of a text that fits; nothing where that is less than three letters."""
    length = min(len(text) - 1, int(room / (0.35 * size)))
    while length >= 3 and text_width(text[:length] + "…", size) > room:
        length -= 1
    return text[:length] + "…" if length >= 3 else ""


def text_width(text: str, size: float) -> float:
    """Width of a text in points."""
    return _unit_width(text) * size


@cache
def _measure() -> Callable[[str], float]:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    measure, font = TextToPath(), FontProperties(family=["DejaVu Sans"], size=100)
    return lambda text: float(measure.get_text_width_height_descent(text, font, ismath=False)[0]) / 100


@cache
def _unit_width(text: str) -> float:
    """Width of a text in multiples of the font size."""
    return _measure()(text)
