"""What a page says and knows of panels; ``panels.js`` draws them."""

from __future__ import annotations

from html import escape

import numpy as np

from schedsolve.reports.axis import Axis
from schedsolve.reports.colours import ink, palette
from schedsolve.reports.page_content import Content, clock
from schedsolve.reports.panels import Boxes, Panel, Panels
from schedsolve.reports.picture import short_names
from schedsolve.reports.timeaxis import grouped

MOST_BOXES = 500_000
"""Of more boxes of items only the largest are drawn."""
SCRIPTS = ("timeaxis.js", "constants.js", "axis.js", "canvas.js", "panels.js", "trace.js", "page.js")
LISTENING = ("focus.js", "tip.js", "panels_tip.js", "input.js", "legend.js", "panels_page.js")
ROWS_HINT = "<b>Wheel</b> scrolls the rows, <kbd>Ctrl</kbd> and <b>wheel</b> or <kbd>+</kbd> <kbd>−</kbd> zooms, "
MAP_HINT = "<b>Wheel</b> or <kbd>+</kbd> <kbd>−</kbd> zooms, "
HINT = (
    "<b>drag</b> or <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> moves, <b>click</b> highlights, "
    "<kbd>0</kbd> shows all, <kbd>Esc</kbd> clears."
)


def content(picture: Panels) -> Content:
    """What is on the page."""
    sentences, count = list(picture.sentences), sum(int((panel.boxes.item >= 0).sum()) for panel in picture.panels)
    if count > MOST_BOXES:
        sentences.append(f"Only the {grouped(MOST_BOXES)} largest of {grouped(count)} boxes are drawn.")
    return Content(
        label=f"Picture of {escape(picture.item_noun)}s",
        canvas="panels",
        button=f'<button id="why" type="button" title="Point them out (c)">{escape(picture.marked_word)}</button>',
        hint=(ROWS_HINT if picture.beside else MAP_HINT) + HINT,
        scripts=(*SCRIPTS, *LISTENING),
        sentences=sentences,
        table=picture.table,
        data=_data(picture),
        styles=("page.css", "panels.css"),
    )


def _data(picture: Panels) -> dict[str, object]:
    colours = palette(len(picture.keys))
    items = picture.items
    view = {"noun": picture.panels[0].y.name, "captions": picture.places, "caption": picture.place.tolist()}
    return {
        "noun": picture.item_noun,
        "keyNoun": picture.key_noun,
        "keys": picture.keys,
        "colours": colours,
        "inks": [ink(colour) for colour in colours],
        "items": {"name": items.name, "key": items.key.tolist()},
        "short": short_names(items.name),
        "kinds": [{"word": kind.word, "look": kind.look} for kind in picture.kinds],
        "beside": picture.beside,
        "marked": picture.marked.tolist(),
        "views": [view],
        "panels": [_panel(panel, boxes) for panel, boxes in zip(picture.panels, _largest(picture), strict=True)],
    }


def _largest(picture: Panels) -> list[Boxes]:
    """The boxes of each panel, of items no more than ``MOST_BOXES`` in all."""
    shares = []
    for panel in picture.panels:
        boxes, (left, right), (low, high) = panel.boxes, panel.x_range, panel.y_range
        share = (boxes.x1 - boxes.x0) / (right - left) * (boxes.y1 - boxes.y0) / max(1, high - low) * panel.weight
        shares.append(np.where(boxes.item >= 0, share, np.inf))  # what belongs to no item stays
    share = np.concatenate(shares)
    others = int(np.isinf(share).sum())
    kept = np.zeros(len(share), dtype=np.bool_)
    kept[np.argsort(-share, kind="stable")[: others + MOST_BOXES]] = True
    ends = np.cumsum([len(panel.boxes) for panel in picture.panels])[:-1]
    return [panel.boxes.take(some) for panel, some in zip(picture.panels, np.split(kept, ends), strict=True)]


def _panel(panel: Panel, boxes: Boxes) -> dict[str, object]:
    columns = {name: getattr(boxes, name).tolist() for name in ("x0", "x1", "y0", "y1", "kind", "item")}
    return columns | {
        "title": panel.title,
        "x": _axis(panel.x),
        "y": _axis(panel.y),
        "xRange": panel.x_range,
        "yRange": panel.y_range,
        "weight": panel.weight,
    }


def _axis(axis: Axis) -> dict[str, object]:
    known = {"name": axis.name, "unit": axis.unit, "kind": axis.kind, "rows": axis.rows, "lanes": axis.lanes}
    return known | {"clock": clock(axis)}
