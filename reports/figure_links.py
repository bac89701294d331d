"""What lies before the bars of a Gantt chart: milestones, links between items, and what is critical."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from schedsolve.reports.figure_style import GROUND, INK, SOFT, Style
from schedsolve.reports.gantt import Kind
from schedsolve.reports.picture import Ints

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from schedsolve.reports.figure_gantt import GanttDrawing

MOST_LINKS = 150
"""With more links than this only those between critical items are drawn."""
MOST_ROWS = 80
"""The same holds with more rows."""


def draw_links(drawing: GanttDrawing) -> None:
    """All of it; nothing where the chart has none."""
    _draw_milestones(drawing)
    _draw_critical(drawing)
    _draw_links(drawing)


def _draw_milestones(drawing: GanttDrawing) -> None:
    """Events as diamonds, with their name beside them where the row is not called so."""
    if not drawing.chart.milestones:
        return
    work = drawing.view.bars.of(Kind.WORK)
    events = work.take(work.end == work.start)
    if not len(events):
        return
    colours = np.array(drawing.colours)[drawing.chart.items.key[events.item]].tolist()
    size = min(9.0, 72 * drawing.row_height * 0.62)
    if events.start.min() == drawing.chart.start:
        drawing.axes.tick_params(axis="y", pad=size)  # half of it lies over the names of the rows
    drawing.axes.scatter(
        events.start,
        drawing.top[events.row] + events.lane + 0.5,
        s=size**2,
        marker="D",
        c=colours,
        edgecolors=INK,
        linewidths=0.8,
        zorder=4.5,
        clip_on=False,
    )


def _draw_critical(drawing: GanttDrawing) -> None:
    """A dark outline around the work of what is critical."""
    from matplotlib.collections import PolyCollection

    work = drawing.view.bars.of(Kind.WORK)
    chosen = work.take(np.isin(work.item, drawing.chart.critical) & (work.end > work.start))
    if len(chosen):
        width = min(1.3, 40 * drawing.row_height / 10)
        corners = drawing.corners(chosen, 0.78)
        drawing.axes.add_collection(
            PolyCollection(corners, facecolor="none", edgecolor=INK, linewidth=width, zorder=2.9)
        )


def _places(drawing: GanttDrawing) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """For each item its start, its end and the middle of its row."""
    items = len(drawing.chart.items.name)
    start, end, y = np.zeros(items, dtype=np.int64), np.zeros(items, dtype=np.int64), np.zeros(items)
    work = drawing.view.bars.of(Kind.WORK)
    end[work.item] = work.end  # sorted: the last piece of an item wins
    y[work.item] = drawing.top[work.row] + work.lane + 0.5
    start[work.item[::-1]] = work.start[::-1]
    return start, end, y


def _draw_links(drawing: GanttDrawing) -> None:
    """Arrows: along the row of the one item, then down or up to the other."""
    from matplotlib.collections import LineCollection

    links, chart = drawing.view.links, drawing.chart
    if links is None or not len(links):
        return
    steps = set(zip(chart.critical[:-1], chart.critical[1:], strict=True))
    critical = np.array([(a, b) in steps for a, b in zip(links.before.tolist(), links.after.tolist(), strict=True)])
    many = len(links) > MOST_LINKS or len(drawing.names) > MOST_ROWS
    start, end, y = _places(drawing)
    inset = 3.5 / drawing.points
    for chosen, colour, width, order in ((~critical, SOFT, 0.6, 1.8), (critical, INK, 1.3, 3.5)):
        rows = np.flatnonzero(chosen & (critical | (not many)))
        if not len(rows):
            continue
        before, after = links.before[rows], links.after[rows]
        x0 = np.where(links.from_end[rows], end[before], start[before])
        x1 = np.where(links.to_end[rows], end[after], start[after]).astype(np.float64)
        room = (end[after] - start[after]) > 2 * inset
        x1 = x1 + np.where(room, np.where(links.to_end[rows], -inset, inset), 0)
        half = np.where(room, 0.39, 0.3)
        down = y[after] > y[before]
        y1 = y[after] + np.where(down, -half, half)
        paths = [[(a, p), (b, p), (b, q)] for a, b, p, q in zip(x0, x1, y[before], y1, strict=True)]
        drawing.axes.add_collection(LineCollection(paths, colors=colour, linewidths=width, zorder=order))
        for mark, some in (("v", down), ("^", ~down)):
            drawing.axes.scatter(
                x1[some],
                y1[some] + np.where(mark == "v", -0.06, 0.06),
                s=min(14.0, (72 * drawing.row_height * 0.3) ** 2),
                marker=mark,
                color=colour,
                linewidths=0,
                zorder=order,
            )


def legend_of_links(drawing: GanttDrawing) -> list[Artist]:
    """Entries for what this module has drawn."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    chart = drawing.chart
    handles: list[Artist] = []
    work = drawing.view.bars.of(Kind.WORK)
    if chart.milestones and np.any(work.end == work.start):
        diamond: Style = {"marker": "D", "markersize": 5, "markeredgecolor": INK, "markerfacecolor": SOFT}
        handles.append(Line2D([], [], linewidth=0, label="milestone", **diamond))
    if len(chart.critical) > 1:
        handles.append(Patch(facecolor=GROUND, edgecolor=INK, linewidth=1.3, label="critical path"))
    return handles
