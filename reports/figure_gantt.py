"""A Gantt chart as a figure: one collection of polygons for each kind of bar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from schedsolve.models.record import FAR
from schedsolve.reports.colours import ink, palette
from schedsolve.reports.figure_frame import LEGEND_KEYS, MAX_INCHES, ROW_INCHES, draw_legend, draw_title, legend_of_keys
from schedsolve.reports.figure_links import draw_links, legend_of_links
from schedsolve.reports.figure_profiles import draw_profiles, legend_of_profiles
from schedsolve.reports.figure_style import FAINT, FONT, GROUND, INK, LATE, SOFT, THIN, Style, Vertices
from schedsolve.reports.figure_text import cut, fitted, text_width
from schedsolve.reports.gantt import Bars, Gantt, Kind, View
from schedsolve.reports.headline import Headline
from schedsolve.reports.picture import short_names

HEIGHT = {Kind.SETUP: 0.36, Kind.PAUSE: 0.10, Kind.TRANSPORT: 0.22, Kind.DOWNTIME: 1.0}
"""Share of a lane's height that a kind of bar takes, 0.78 where not named."""
STYLE: dict[Kind, Style] = {
    Kind.DOWNTIME: {"facecolor": "#EEF0F2", "edgecolor": "#9AA4AF", "hatch": "////", "linewidth": 0.0},
    Kind.SETUP: {"facecolor": "#5B6570", "edgecolor": GROUND, "linewidth": 0.4},
}
"""Looks of the kinds that do not take the colour of their key."""
HOLLOW: dict[Kind, str | None] = {Kind.BLOCKED: "xxxx", Kind.TRANSPORT: None}
"""Kinds drawn as an outline in the colour of their key, with this hatch."""
DRAWN = (Kind.DOWNTIME, Kind.TRANSPORT, Kind.PAUSE, Kind.BLOCKED, Kind.WORK, Kind.SETUP)
"""From back to front."""


class GanttDrawing:
    """One figure; lengths in inches until axes exist, then in data: x is time, y is rows, downwards."""

    def __init__(self, chart: Gantt, headline: Headline, view: View):
        from matplotlib.figure import Figure

        self.chart = chart
        self.view = view
        self.colours = palette(len(chart.keys))
        self.names = [cut(name) for name in view.rows]
        self.lanes = view.lanes
        self.top = np.concatenate([[0], np.cumsum(self.lanes)])  # of each row, in lanes
        self._set_sizes()
        if chart.milestones:
            self.view = replace(view, bars=view.bars.bridged(THIN / self.points))
        self.figure = Figure(figsize=(self.width, self.height))
        self.axes = self.figure.add_axes(
            (
                self.left / self.width,
                self.below / self.height,
                self.plot_width / self.width,
                self.plot_height / self.height,
            )
        )
        self._draw_axes()
        draw_profiles(self)
        self._draw_bars()
        self._draw_late()
        draw_links(self)
        self._draw_due()
        self._draw_captions()
        span = ""
        if chart.time.dates:
            span = f"{chart.time.text(chart.start)} to {chart.time.text(chart.end)}"
        draw_title(self.figure, chart, headline, span)
        self._draw_legend()

    def _set_sizes(self) -> None:
        rows = int(self.top[-1])
        busiest = int(np.bincount(self.view.bars.row).max()) if len(self.view.bars) else 0
        self.left = 0.25 + max(text_width(name, FONT) for name in self.names) / 72
        self.plot_width = min(MAX_INCHES[0], max(11.0, 0.17 * busiest))
        low, high = ROW_INCHES
        self.row_height = min(high, max(low, min(14.0 / rows, MAX_INCHES[1] / rows)))
        self.plot_height = max(0.8, rows * self.row_height)
        self.below = 0.7 if len(self.chart.keys) <= LEGEND_KEYS else 0.6
        self.width = self.left + self.plot_width + 0.3
        self.height = self.plot_height + self.below + 0.8
        self.span = max(1, self.chart.end - self.chart.start)
        self.points = 72 * self.plot_width / self.span  # a unit of time in points

    def _draw_axes(self) -> None:
        axes, chart = self.axes, self.chart
        axes.set_xlim(chart.start, chart.start + self.span * 1.005)
        axes.set_ylim(int(self.top[-1]), 0)
        marks = chart.time.marks(chart.start, chart.end, int(self.plot_width))
        axes.set_xticks([t for t, _ in marks], [text for _, text in marks])
        step = max(1, int(np.ceil((FONT + 1) / 72 / self.row_height)))  # not every row has room for its name
        middle = (self.top[:-1] + self.top[1:]) / 2
        high = {profile.row for profile in self.view.profiles} if step > 1 else set()
        below = min(high, default=FAR)
        named = [
            r for r in range(len(self.names)) if r in high or (r % step == 0 and (r < below - step / 2 or r > below))
        ]
        axes.set_yticks(middle[named], [self.names[row] for row in named])
        axes.tick_params(length=0, labelcolor=INK)
        axes.grid(axis="x", color=FAINT, linewidth=0.6)
        axes.hlines(self.top[1:-1], *axes.get_xlim(), color=FAINT, linewidth=0.4 if step == 1 else 0.0)
        axes.set_axisbelow(True)
        for side in axes.spines.values():
            side.set_color(FAINT)

    def _draw_bars(self) -> None:
        from matplotlib.collections import PolyCollection

        key = self.chart.items.key
        for layer, kind in enumerate(DRAWN):
            bars = self.view.bars.of(kind)
            if kind is Kind.WORK and self.chart.milestones:
                bars = bars.take(bars.end > bars.start)
            if not len(bars):
                continue
            style: Style = STYLE.get(kind, {})
            if not style:
                colours = np.array(self.colours)[key[bars.item]].tolist()
                edge = 0.5 if not self.chart.milestones else 0.0 if kind is Kind.PAUSE else min(0.5, self.row_height)
                style = {"facecolor": colours, "edgecolor": GROUND, "linewidth": edge}
            if kind in HOLLOW:
                style = {"facecolor": GROUND, "edgecolor": colours, "linewidth": 0.7, "hatch": HOLLOW[kind]}
            corners = self.corners(bars, HEIGHT.get(kind, 0.78))
            self.axes.add_collection(PolyCollection(corners, zorder=2 + layer / 10, **style))

    def corners(self, bars: Bars, height: float) -> Vertices:
        """B x 4 x 2: rectangles as high as a share of their lane; downtime takes its row's whole height."""
        down = bars.kind == Kind.DOWNTIME
        high = np.where(down, self.lanes[bars.row], height)
        middle = self.top[bars.row] + np.where(down, high / 2, bars.lane + 0.5)
        # Setups stand on the line that their operations stand on.
        middle = np.where(bars.kind == Kind.SETUP, middle + (0.78 - height) / 2, middle)
        low, top = middle - high / 2, middle + high / 2
        thin = 0.6 / self.points  # operations of length 0 are a line
        x0, x1 = bars.start, np.maximum(bars.end, bars.start + thin)
        return np.stack([np.column_stack(p) for p in ((x0, low), (x1, low), (x1, top), (x0, top))], axis=1)

    def _draw_late(self) -> None:
        """A thick outline around what ends after its due date."""
        from matplotlib.collections import PolyCollection

        work = self.view.bars.of(Kind.WORK)
        late = work.take(self.chart.items.late[work.item])
        if len(late):
            width = min(1.6, 40 * self.row_height / 10)
            corners = self.corners(late, 0.72)
            self.axes.add_collection(
                PolyCollection(corners, facecolor="none", edgecolor=LATE, linewidth=width, zorder=3)
            )

    def _draw_due(self) -> None:
        """Where rows are jobs: a mark at the due date."""
        due = self.view.due
        if due is None:
            return
        rows = np.flatnonzero((due != FAR) & (due <= self.chart.end))
        self.axes.vlines(due[rows], self.top[rows], self.top[rows + 1], color=LATE, linewidth=1.2, zorder=4)

    def _draw_captions(self) -> None:
        """Names in the bars that have room for them; a short form where only that fits."""
        size = min(FONT, 72 * self.row_height * 0.55)
        if size < 4:
            return
        work = self.view.bars.of(Kind.WORK)
        captions, short = self.view.captions, short_names(self.view.captions)
        inks = [ink(colour) for colour in self.colours]
        room = (work.end - work.start) * self.points - 3
        y = self.top[work.row] + work.lane + 0.5
        for i in np.flatnonzero(room > size * 0.5).tolist():
            item = work.item[i]
            which = self.view.caption[item]
            text = next((t for t in (captions[which], short[which]) if text_width(t, size) <= room[i]), "")
            text = text or fitted(short[which], size, room[i])
            if text:
                self.axes.text(
                    (work.start[i] + work.end[i]) / 2,
                    y[i],
                    text,
                    size=size,
                    color=inks[self.chart.items.key[item]],
                    ha="center",
                    va="center_baseline",
                    zorder=5,
                )

    def _draw_legend(self) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        handles = legend_of_keys(self.chart, self.colours)
        present = np.unique(self.view.bars.kind).tolist()
        for kind in (k for k in DRAWN if k in present and k is not Kind.WORK):
            if kind is Kind.PAUSE:
                handles.append(Line2D([], [], color=SOFT, linewidth=2, label=self.chart.meanings[kind]))
                continue
            hollow = {"facecolor": GROUND, "edgecolor": SOFT, "hatch": HOLLOW.get(kind)}
            handles.append(Patch(label=self.chart.meanings[kind], **STYLE.get(kind, hollow)))
        if self.view.due is not None:
            handles.append(Line2D([], [], color=LATE, marker="|", markersize=9, linewidth=0, label="due date"))
        if np.any(self.chart.items.late):
            handles.append(Patch(facecolor=GROUND, edgecolor=LATE, linewidth=1.6, label="ends after its due date"))
        handles += [*legend_of_links(self), *legend_of_profiles(self)]
        draw_legend(self.figure, handles, self.left, self.plot_width)
