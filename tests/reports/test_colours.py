"""Colours: distinct, stable, with readable text on them."""

from __future__ import annotations

import pytest

from schedsolve.reports.colours import ink, palette


@pytest.mark.parametrize("count", [1, 6, 8, 9, 10, 11, 40, 100])
def test_colours_are_distinct_and_well_formed(count: int) -> None:
    colours = palette(count)
    assert len(set(colours)) == len(colours) == count
    assert all(len(c) == 7 and int(c[1:], 16) >= 0 for c in colours)
    assert palette(count) == colours


def contrast(a: str, b: str) -> float:
    """WCAG 2 contrast, computed from its definition."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("count", [8, 10, 200])
def test_text_has_a_contrast_of_at_least_four_and_a_half(count: int) -> None:
    assert min(contrast(c, ink(c)) for c in palette(count)) >= 4.5
