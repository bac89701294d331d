"""A picture as PNG or SVG, drawn with matplotlib."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from schedsolve.reports.figure_gantt import GanttDrawing
from schedsolve.reports.figure_panels import PanelsDrawing
from schedsolve.reports.figure_style import FONT, GROUND, drawing
from schedsolve.reports.gantt import Gantt
from schedsolve.reports.headline import Headline
from schedsolve.reports.panels import Panels
from schedsolve.reports.picture import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 150

SETTINGS = {
    "font.family": ["DejaVu Sans"],
    "font.size": FONT,
    "text.parse_math": False,  # a "$" in a name is a dollar
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "schedsolve",
    "path.simplify": False,
}


def figure(picture: Picture, headline: Headline, view: str | None, file_format: str) -> bytes:
    """The picture, of a Gantt chart one view (the first by default); ``file_format`` is png or svg.

    The same input gives the same bytes.
    """
    with drawing(SETTINGS):
        out = BytesIO()
        metadata = {"Date": None, "Creator": "schedsolve"} if file_format == "svg" else {"Software": "schedsolve"}
        drawn = _drawn(picture, headline, view)
        drawn.savefig(out, format=file_format, dpi=DPI, metadata=metadata, facecolor=GROUND)
        return out.getvalue()


def _drawn(picture: Picture, headline: Headline, view: str | None) -> Figure:
    if isinstance(picture, Gantt):
        return GanttDrawing(picture, headline, picture.view(view)).figure
    assert isinstance(picture, Panels)
    return PanelsDrawing(picture, headline).figure
