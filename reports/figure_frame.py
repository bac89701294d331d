"""What stands around all figures: title, headline and legend; and how large figures may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedsolve.reports.figure_style import FONT, INK, SOFT
from schedsolve.reports.figure_text import cut
from schedsolve.reports.headline import Headline
from schedsolve.reports.picture import Picture

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

ROW_INCHES = (0.07, 0.42)
MAX_INCHES = (26.0, 80.0)
LEGEND_KEYS = 12
"""With more keys than this the captions alone name them."""


def draw_title(figure: Figure, picture: Picture, headline: Headline, note: str) -> None:
    """Title and subtitle on the left, what the solution is worth and a note on the right."""
    width, height = figure.get_size_inches()
    x, top = 0.2 / width, 1 - 0.12 / height
    figure.text(x, top, picture.title, size=13, weight="bold", color=INK, va="top")
    figure.text(x, top - 0.27 / height, picture.subtitle, size=FONT, color=SOFT, va="top")
    figure.text(1 - 0.3 / width, top, str(headline), size=11, color=INK, ha="right", va="top")
    if note:
        figure.text(1 - 0.3 / width, top - 0.27 / height, note, size=FONT, color=SOFT, ha="right", va="top")


def legend_of_keys(picture: Picture, colours: list[str]) -> list[Artist]:
    """An entry for each key, where they are few."""
    from matplotlib.patches import Patch

    if len(picture.keys) > LEGEND_KEYS:
        return []
    return [Patch(color=colour, label=cut(key)) for key, colour in zip(picture.keys, colours, strict=True)]


def draw_legend(figure: Figure, handles: list[Artist], left: float, plot_width: float) -> None:
    """Entries at the bottom, from ``left`` inches on, in as many columns as ``plot_width`` inches have room for."""
    if not handles:
        return
    width, height = figure.get_size_inches()
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(left / width, 0.05 / height),
        ncols=max(1, int(plot_width / 1.3)),
        frameon=False,
        fontsize=8,
        handlelength=1.4,
        handleheight=1.0,
        borderaxespad=0,
        columnspacing=1.2,
    )
