"""What lies behind the bars of a Gantt chart: non-working time, and the use of resources against what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from schedsolve.reports.figure_style import INK, REST, THIN, USE
from schedsolve.reports.gantt import Profile
from schedsolve.reports.picture import Ints

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from schedsolve.reports.figure_gantt import GanttDrawing


def draw_profiles(drawing: GanttDrawing) -> None:
    """All of it."""
    _draw_rest(drawing)
    for profile in drawing.view.profiles:
        _draw_profile(drawing, profile)


def _draw_rest(drawing: GanttDrawing) -> None:
    """Non-working time, in one rectangle for all neighbouring rows that share it."""
    from matplotlib.collections import PolyCollection

    view = drawing.view
    if view.rest_of is None or not view.rest:
        return
    edges = np.flatnonzero(np.diff(view.rest_of, prepend=-2, append=-2))
    corners: list[list[tuple[int, int]]] = []
    for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        pattern = int(view.rest_of[first])
        if pattern < 0:
            continue
        breaks = view.rest[pattern]
        for low, high in breaks[(breaks[:, 1] - breaks[:, 0]) * drawing.points >= THIN].tolist():
            y0, y1 = drawing.top[first], drawing.top[stop]
            corners.append([(low, y0), (high, y0), (high, y1), (low, y1)])
    if corners:
        drawing.axes.add_collection(PolyCollection(corners, facecolor=REST, edgecolor="none", zorder=0.3))


def _draw_profile(drawing: GanttDrawing, profile: Profile) -> None:
    """Use as an area, what is there as a line above it."""
    chart = drawing.chart
    low, high = float(drawing.top[profile.row + 1]), float(drawing.top[profile.row])
    scale = (low - high) * 0.86 / profile.top

    def steps(times: Ints, values: Ints, before: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        x = np.concatenate([[chart.start], times, [chart.end]]).astype(np.float64)
        y = low - scale * np.concatenate([[before], values, values[-1:] if len(values) else [before]])
        return np.repeat(x, 2)[1:-1], np.repeat(y[:-1], 2)

    x, y = steps(profile.time, profile.level, 0)
    drawing.axes.fill_between(x, y, low, facecolor=USE, linewidth=0, zorder=1.5)
    x, y = steps(profile.limit_time, profile.limit, int(profile.limit[0]))
    drawing.axes.plot(x, y, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.6)


def legend_of_profiles(drawing: GanttDrawing) -> list[Artist]:
    """Entries for what this module has drawn."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    view = drawing.view
    handles: list[Artist] = []
    if view.rest_of is not None and np.any(view.rest_of >= 0):
        handles.append(Patch(facecolor=REST, label="non-working time"))
    if view.profiles:
        handles.append(Patch(facecolor=USE, label="in use"))
        handles.append(Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (4, 2)), label="capacity"))
    return handles
