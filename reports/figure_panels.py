"""Panels as a figure: side by side with common rows, or below one another with a common x axis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.reports.axis import Axis
from schedsolve.reports.colours import ink, palette
from schedsolve.reports.figure_frame import MAX_INCHES, ROW_INCHES, draw_legend, draw_title, legend_of_keys
from schedsolve.reports.figure_style import FAINT, FONT, GROUND, INK, REST, SOFT, USE, Style, Vertices
from schedsolve.reports.figure_text import cut, fitted, text_width
from schedsolve.reports.headline import Headline
from schedsolve.reports.panels import LINES, OF_ITEMS, Boxes, Look, Panel, Panels
from schedsolve.reports.picture import Ints, short_names

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

GAP, HEAD, BELOW, ABOVE = 0.6, 0.3, 0.75, 0.6
"""Inches: between panels, for the title of one, below and above all."""
LANE_FONT = 7.0
THIN_LANE = 4.0
"""Points; boxes in lower lanes are not told apart."""
MOST_NAMES = 50
"""So many of the longest names are measured for the margin."""
ROW_GAP = 0.5
"""Between rows of several lanes, in lanes."""
INSET = 0.11
"""What a box leaves free of its lane, above and below."""
HATCH = {Look.HOLLOW: "xxxx", Look.DOTTED: "....", Look.STRIPED: "////"}
DASHES = (0, (4, 2))


def lane_edges(axis: Axis, low: Ints, high: Ints) -> tuple[Floats, Floats]:
    """Where boxes from ``low`` to ``high`` are drawn: on an axis of rows with a gap between rows of several lanes."""
    lanes = len(axis.lanes)
    if axis.kind != "rows" or lanes == 1:
        return low.astype(np.float64), high.astype(np.float64)
    return low + ROW_GAP * (low // lanes), high + ROW_GAP * ((high - 1) // lanes)


class Place(NamedTuple):
    """Where a panel lies, in inches from the lower left corner."""

    left: float
    bottom: float
    width: float
    height: float


class PanelsDrawing:
    """One figure; lengths in inches."""

    def __init__(self, picture: Panels, headline: Headline):
        from matplotlib.figure import Figure

        self.picture = picture
        self.colours = palette(len(picture.keys))
        self.inks = [ink(colour) for colour in self.colours]
        self.short = short_names(picture.items.name)
        places = self._beside() if picture.beside else self._below()
        self.figure = Figure(figsize=(self.width, self.height))
        draw_title(self.figure, picture, headline, self._note())
        self.overflows = False
        for panel, place in zip(picture.panels, places, strict=True):
            self._draw_panel(panel, place)
        draw_legend(self.figure, self._handles(), self.left, self.width - self.left - 0.3)

    # --- where panels lie -------------------------------------------------------------------------

    def _beside(self) -> list[Place]:
        """Common rows, named on the left."""
        panels = self.picture.panels
        axis = panels[0].y
        lanes = len(axis.rows) * (len(axis.lanes) + (ROW_GAP if len(axis.lanes) > 1 else 0))
        low, high = ROW_INCHES
        self.lane_height = min(high, max(low, 14.0 / lanes)) if lanes else high
        height = max(0.8, min(MAX_INCHES[1], lanes * self.lane_height))
        self.lane_height = height / max(1.0, lanes)
        self.lane_names = max((text_width(name, LANE_FONT) for name in axis.lanes), default=0.0) / 72
        if self.lane_height * 72 < LANE_FONT + 1 or len(axis.lanes) == 1:
            self.lane_names = 0.0
        longest = sorted(map(cut, axis.rows), key=len)[-MOST_NAMES:]
        self.left = 0.35 + self.lane_names + max((text_width(n, FONT) for n in longest), default=0.0) / 72
        busiest = max(_busiest(panel) for panel in panels)
        wide = min((MAX_INCHES[0] - self.left) / len(panels), max(11.6 / len(panels) - GAP, 2.6, 0.12 * busiest))
        self.width = self.left + len(panels) * (wide + GAP) - GAP + 0.3
        self.height = BELOW + height + HEAD + ABOVE
        return [Place(self.left + k * (wide + GAP), BELOW, wide, height) for k in range(len(panels))]

    def _below(self) -> list[Place]:
        """A common x axis, from top to bottom."""
        panels = self.picture.panels
        self.lane_height = self.lane_names = 0.0
        names = [text for panel in panels for _, text in panel.y.marks(*panel.y_range, 6)]
        self.left = 0.4 + max((text_width(name, FONT) for name in names), default=0.0) / 72
        wide = min(MAX_INCHES[0], max(11.0, 0.02 * sum(len(panel.boxes) for panel in panels)))
        heights = [max(0.8, 5.0 * panel.weight) for panel in panels]
        self.width = self.left + wide + 0.3
        below = BELOW + 0.2  # the x axis has its name there
        self.height = below + sum(heights) + HEAD * len(panels) + 0.15 * (len(panels) - 1) + ABOVE
        places, top = [], self.height - ABOVE
        for height in heights:
            top -= HEAD + height
            places.append(Place(self.left, top, wide, height))
            top -= 0.15
        return places

    def _note(self) -> str:
        first = self.picture.panels[0]
        if first.x.dates:
            return f"{first.x.text(first.x_range[0])} to {first.x.text(first.x_range[1])}"
        lanes = first.y.lanes
        return f"above: {lanes[0]}, below: {lanes[1]}" if len(lanes) == 2 else ""

    # --- one panel --------------------------------------------------------------------------------

    def _draw_panel(self, panel: Panel, place: Place) -> None:
        left, bottom = place.left / self.width, place.bottom / self.height
        axes = self.figure.add_axes((left, bottom, place.width / self.width, place.height / self.height))
        axes.set_xlim(*panel.x_range)
        last = panel is self.picture.panels[-1]
        marks = panel.x.marks(*panel.x_range, max(2, int(place.width * (0.8 if panel.x.kind == "bytes" else 1))))
        named = self.picture.beside or last
        axes.set_xticks([x for x, _ in marks], [text if named else "" for _, text in marks])
        axes.tick_params(length=0, labelcolor=INK)
        axes.grid(axis="x", color=FAINT, linewidth=0.6)
        axes.set_axisbelow(True)
        for side in axes.spines.values():
            side.set_color(FAINT)
        axes.set_title(panel.title, loc="left", size=FONT, color=INK, pad=5)
        if panel.y.kind == "rows":
            self._draw_rows(axes, panel, place)
        else:
            axes.set_ylim(panel.y_range[0], panel.y_range[1] * 1.02)
            marks = panel.y.marks(*panel.y_range, max(2, int(place.height / 0.5)))
            axes.set_yticks([y for y, _ in marks], [text for _, text in marks])
            axes.grid(axis="y", color=FAINT, linewidth=0.6)
            if last and not self.picture.beside:
                axes.set_xlabel(panel.x.label, color=SOFT, size=FONT)
        self._draw_boxes(axes, panel, place)

    def _draw_rows(self, axes: Axes, panel: Panel, place: Place) -> None:
        """Names of rows and lanes; only on the first of panels that are side by side."""
        axis, lanes = panel.y, len(panel.y.lanes)
        first = np.arange(len(axis.rows)) * lanes
        top, bottom = lane_edges(axis, first, first + lanes)
        axes.set_ylim(max(1.0, float(bottom.max(initial=0)) + ROW_GAP / 2), -ROW_GAP / 2)
        axes.hlines((top[1:] + bottom[:-1]) / 2, *panel.x_range, color=FAINT, linewidth=0.4)
        if panel is not self.picture.panels[0]:
            axes.set_yticks([])
            return
        row_height = self.lane_height * (lanes + (ROW_GAP if lanes > 1 else 0))
        step = max(1, int(np.ceil((FONT + 1) / 72 / row_height)))  # not every row has room for its name
        middle = (top + bottom) / 2
        axes.set_yticks(middle[::step], [cut(name) for name in axis.rows[::step]])
        if not self.lane_names:
            return
        axes.tick_params(axis="y", pad=72 * self.lane_names + 9)
        where = axes.get_yaxis_transform()
        for y in top.tolist():
            for lane, name in enumerate(axis.lanes):
                at = -0.05 / place.width
                style: Style = {"size": LANE_FONT, "color": SOFT, "ha": "right", "va": "center", "transform": where}
                axes.text(at, y + lane + 0.5, name, **style)

    def _draw_boxes(self, axes: Axes, panel: Panel, place: Place) -> None:
        from matplotlib.collections import LineCollection, PolyCollection

        boxes = panel.boxes.take(panel.boxes.x0 <= panel.x_range[1])
        thin = panel.y.kind == "rows" and 72 * self.lane_height < THIN_LANE
        if thin:
            boxes = _merged(boxes, self.picture.items.key)
        low, high = lane_edges(panel.y, boxes.y0, boxes.y1)
        if panel.y.kind == "rows":
            self._draw_overflow(axes, panel, (low + high)[boxes.x1 > panel.x_range[1]] / 2)
        boxes = replace(boxes, x1=np.minimum(boxes.x1, panel.x_range[1]))
        for number, kind in enumerate(self.picture.kinds):
            chosen = np.flatnonzero(boxes.kind == number)
            if not len(chosen):
                continue
            x0, x1, y0, y1 = boxes.x0[chosen], boxes.x1[chosen], low[chosen], high[chosen]
            order = 3 + number / 10
            if kind.look in LINES:
                ends: Vertices = np.stack([np.column_stack([x0, y0]), np.column_stack([x1, y1])], axis=1)
                axes.add_collection(LineCollection(ends, zorder=order, clip_on=False, **_line(kind.look)))
                continue
            if panel.y.kind == "rows":
                y0, y1 = y0 + INSET / 2, y1 - INSET / 2
                if kind.look in OF_ITEMS:
                    y0, y1 = y0 + INSET / 2, y1 - INSET / 2
            sides = [np.column_stack(corner) for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
            corners: Vertices = np.stack(sides, axis=1)
            colours: list[str] = []
            if kind.look in OF_ITEMS:
                colours = np.array(self.colours)[self.picture.items.key[boxes.item[chosen]]].tolist()
            style = _style(kind.look, colours, fine=len(chosen) > 3000)
            if thin:
                style["hatch"] = None
                style["linewidth"] = 0.0 if kind.look is Look.SOLID else 0.3
            axes.add_collection(PolyCollection(corners, zorder=order, **style))
        if not thin:
            self._draw_captions(axes, panel, place, boxes, low, high)

    def _draw_overflow(self, axes: Axes, panel: Panel, beyond: Floats) -> None:
        """An arrow where a lane goes on beyond the panel."""
        middle = np.unique(beyond)
        if len(middle):
            self.overflows = True
            end = np.full(len(middle), panel.x_range[1])
            axes.scatter(end, middle, marker=">", s=16, color=INK, linewidths=0, clip_on=False, zorder=6)

    def _draw_captions(self, axes: Axes, panel: Panel, place: Place, boxes: Boxes, low: Floats, high: Floats) -> None:
        """Names of items in boxes that have room for them."""
        looks = np.array([kind.look in OF_ITEMS for kind in self.picture.kinds])
        plain = [kind.look is Look.SOLID for kind in self.picture.kinds]
        points = 72 * place.width / (panel.x_range[1] - panel.x_range[0])
        height = self.lane_height if panel.y.kind == "rows" else place.height / (panel.y_range[1] * 1.02)
        room, tall = (boxes.x1 - boxes.x0) * points - 4, (high - low) * height * 72
        size = np.minimum(FONT, tall * 0.55)
        for i in np.flatnonzero(looks[boxes.kind] & (size >= 4) & (room > size * 0.5)).tolist():
            item, colour = int(boxes.item[i]), self.colours[self.picture.items.key[boxes.item[i]]]
            text = self._caption(item, float(size[i]), float(room[i]))
            if not text:
                continue
            hollow = self.picture.kinds[boxes.kind[i]].look is Look.HOLLOW
            style: Style = {"size": float(size[i]), "ha": "center", "va": "center_baseline", "zorder": 5}
            style["color"] = INK if hollow else self.inks[self.picture.items.key[item]]
            if not plain[boxes.kind[i]]:
                ground = GROUND if hollow else colour
                style["bbox"] = {"facecolor": ground, "edgecolor": "none", "pad": 0.8}
            axes.text((boxes.x0[i] + boxes.x1[i]) / 2, (low[i] + high[i]) / 2, text, **style)

    def _caption(self, item: int, size: float, room: float) -> str:
        for text in (self.picture.items.name[item], self.short[item]):
            if text_width(text, size) <= room:
                return text
        return fitted(self.short[item], size, room)

    # --- the legend -------------------------------------------------------------------------------

    def _handles(self) -> list[Artist]:
        """Entries for keys and for the kinds of box that are there; what is solid needs no word by itself."""
        from matplotlib.lines import Line2D

        handles = legend_of_keys(self.picture, self.colours)
        present = set(np.concatenate([panel.boxes.kind for panel in self.picture.panels]).tolist())
        kinds = [kind for number, kind in enumerate(self.picture.kinds) if number in present]
        alone = sum(kind.look in OF_ITEMS for kind in kinds) == 1
        handles += [_handle(kind.look, kind.word) for kind in kinds if not (alone and kind.look is Look.SOLID)]
        if self.overflows:
            handles.append(Line2D([], [], color=INK, marker=">", markersize=4, linewidth=0, label="goes on"))
        return handles


def _busiest(panel: Panel) -> int:
    """The number of boxes in the lane that has the most."""
    inside = panel.boxes.take(panel.boxes.x0 < panel.x_range[1])
    return int(np.bincount(inside.y0[inside.item >= 0]).max(initial=0)) if len(inside) else 0


def _merged(boxes: Boxes, key: Ints) -> Boxes:
    """Neighbours in a lane joined where kind and key are the same: too thin to be told apart."""
    boxes = boxes.take(np.lexsort((boxes.x0, boxes.kind, boxes.y0)))
    colour = np.where(boxes.item >= 0, key[boxes.item], -1)
    same = (boxes.x0[1:] == boxes.x1[:-1]) & (boxes.item[1:] >= 0)
    for column in (boxes.y0, boxes.kind, colour):
        same &= column[1:] == column[:-1]
    first = np.flatnonzero(np.append(True, ~same))
    last = np.append(first[1:], len(boxes)) - 1
    return replace(boxes.take(first), x1=boxes.x1[last])


def _style(look: Look, colours: list[str] | str, *, fine: bool) -> Style:
    """How polygons of a look are drawn; ``fine`` where they are so many that their edges would hide them."""
    if look is Look.GROUND:
        return {"facecolor": REST, "edgecolor": "none"}
    if look is Look.AREA:
        return {"facecolor": USE, "edgecolor": USE, "linewidth": 0.2}
    if look is Look.SOLID:
        return {"facecolor": colours, "edgecolor": GROUND, "linewidth": 0.15 if fine else 0.5}
    if look is Look.HOLLOW:
        return {"facecolor": GROUND, "edgecolor": colours, "linewidth": 0.7, "hatch": HATCH[look]}
    return {"facecolor": colours, "edgecolor": INK, "linewidth": 0.3 if fine else 0.8, "hatch": HATCH[look]}


def _line(look: Look) -> Style:
    if look is Look.DASHED:
        return {"color": INK, "linewidth": 1.1, "linestyle": DASHES}
    return {"color": INK, "linewidth": 1.5}


def _handle(look: Look, word: str) -> Artist:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if look in LINES:
        return Line2D([], [], label=word, **_line(look))
    return Patch(label=word, **_style(look, SOFT, fine=False))
