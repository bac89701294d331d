"""The type size and the colours that all parts of a figure share, and how matplotlib is set to draw them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

FONT = 9.0
INK, SOFT, FAINT, GROUND = "#1F2328", "#57606A", "#D0D7DE", "#FFFFFF"
LATE = "#B00020"
REST = "#EEF0F2"
USE = "#8FA3B8"
Style = dict[str, Any]
"""Keywords that matplotlib draws with."""
Vertices = Any
"""An array of polygons or lines, n x points x 2. For matplotlib's types these are a sequence, which an array is not."""
THIN = 6.0
"""Points; breaks that would be thinner are not drawn, nor the pauses in them: nights in a picture of a year."""


@contextmanager
def drawing(settings: Mapping[str, object]) -> Iterator[None]:
    """Inside, matplotlib draws with ``settings`` and is silent about letters that its font lacks: names have them."""
    import matplotlib

    with matplotlib.rc_context(dict(settings)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield
