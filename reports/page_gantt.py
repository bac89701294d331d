"""What a page says and knows of a Gantt chart; ``gantt.js`` draws it, ``gantt_links.js`` what only projects have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from schedsolve.models.record import FAR
from schedsolve.reports.colours import ink, palette
from schedsolve.reports.gantt import Bars, Gantt, Kind, Links, Profile, View
from schedsolve.reports.headline import percent
from schedsolve.reports.page_content import Content, clock
from schedsolve.reports.picture import TABLE_ROWS, Ints, Table, short_names

MOST_BARS = 200_000
"""A chart with a view of more bars shows only how much of the time each row is in use."""
MOST_CELLS = 1_000_000
MOST_STEPS = 1000
"""Such a view has at most so many cells, and steps of time."""
SCRIPTS = ("constants.js", "bars.js", "canvas.js", "gantt.js", "gantt_links.js", "trace.js", "page.js", "gantt_page.js")
LISTENING = ("focus.js", "tip.js", "gantt_tip.js", "input.js", "legend.js", "gantt_legend.js")
BUTTON = '<button id="why" type="button" title="What the end of the schedule waited for (c)">Critical path</button>'
HINT = (
    "<b>Wheel</b> or <kbd>+</kbd> <kbd>−</kbd> zooms, "
    "<b>drag</b> or <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> moves,\n"
    "      <b>click</b> highlights, <kbd>v</kbd> changes the rows, <kbd>c</kbd> shows the critical path, "
    "<kbd>0</kbd> shows all, <kbd>Esc</kbd> clears."
)


def content(chart: Gantt, view: str | None) -> Content:
    """What is on the page; it opens with the rows called ``view``, by default those of the first view."""
    return Content(
        label="Gantt chart",
        canvas="gantt",
        button=BUTTON,
        hint=HINT,
        scripts=("timeaxis.js", *SCRIPTS, *LISTENING),
        sentences=_sentences(chart),
        table=_table(chart),
        data=_data(chart, view),
    )


def _sentences(chart: Gantt) -> list[str]:
    noun, rows, busy = _busy(chart)
    sentences = [f"It runs from {chart.time.text(chart.start)} to {chart.time.text(chart.end)}."]
    if len(rows) > 1:
        high, low = int(busy.argmax()), int(busy.argmin())
        sentences.append(
            f"The busiest {noun} is {rows[high]}, at work {percent(float(busy[high]))} of that time; "
            f"the least busy is {rows[low]} with {percent(float(busy[low]))}."
        )
    late, count, what = _late(chart)
    if late:
        sentences.append(f"{late} of {count} {what}s end after their due date.")
    return sentences


def _busy(chart: Gantt) -> tuple[str, Sequence[str], npt.NDArray[np.float64]]:
    """What is busy, by name, and for each the share of the whole time, or of what there is then, that it works."""
    view, span = chart.views[0], max(1, chart.end - chart.start)
    if view.profiles:
        names = [view.rows[profile.row] for profile in view.profiles]
        return "resource", names, np.array([_used(profile, chart) for profile in view.profiles])
    rows = view.rows if not chart.milestones else ()  # rows of tasks are not busy
    work = view.bars.of(Kind.WORK)
    total = np.bincount(work.row, work.end - work.start, minlength=len(view.rows))
    return view.noun, rows, np.asarray(total / (view.lanes * span))


def _used(profile: Profile, chart: Gantt) -> float:
    """The share of all units, over the whole time, that is in use."""
    used = float((np.diff(profile.time) * profile.level[:-1]).sum()) if len(profile.time) else 0.0
    limits = np.diff(np.minimum(np.append(profile.limit_time, chart.end), chart.end)) * profile.limit
    return used / max(1.0, float(limits.sum()))


def _late(chart: Gantt) -> tuple[int, int, str]:
    """How many end after their due date, of how many: jobs, or tasks where each has a date of its own."""
    late = chart.items.late
    if chart.milestones:
        return int(late.sum()), len(late), chart.item_noun
    return len(np.unique(chart.items.key[late])), len(chart.keys), chart.key_noun


def _table(chart: Gantt) -> Table:
    """What starts first, with a column for each view."""
    count = len(chart.items.name)
    start, end = np.full(count, FAR), np.full(count, -FAR)
    rows: list[Ints] = []
    for view in chart.views:
        work = view.bars.of(Kind.WORK)
        np.minimum.at(start, work.item, work.start)
        np.maximum.at(end, work.item, work.end)
        rows.append(np.full(count, -1))
        rows[-1][work.item] = work.row
    shown = list(zip(chart.views, rows, strict=True))
    lines = []
    for item in np.argsort(start, kind="stable")[:TABLE_ROWS].tolist():
        places = (v.rows[row[item]] if row[item] >= 0 else "" for v, row in shown)
        times = (chart.time.text(int(start[item])), chart.time.text(int(end[item])))
        lines.append((chart.items.name[item], *places, *times))
    return Table(("name", *(v.noun for v in chart.views)), ("start", "end"), lines)


# --- for the script -------------------------------------------------------------------------------


def _data(chart: Gantt, view: str | None) -> dict[str, object]:
    crowded = max(len(v.bars) for v in chart.views) > MOST_BARS
    items = chart.items
    colours = palette(len(chart.keys))
    return {
        "span": [chart.start, chart.end],
        "clock": clock(chart.time),
        "opens": chart.views.index(chart.view(view)),
        "meanings": [chart.meanings[kind] for kind in Kind],
        "noun": chart.item_noun,
        "milestones": chart.milestones,
        "critical": [] if crowded else chart.critical,
        "keys": chart.keys,
        "colours": colours,
        "inks": [ink(colour) for colour in colours],
        "items": {
            "name": () if crowded else items.name,
            "key": [] if crowded else items.key.tolist(),
            "late": [] if crowded else np.flatnonzero(items.late).tolist(),
            "cause": [] if crowded else items.cause.tolist(),
        },
        "views": [_crowded_view(v, chart) if crowded else _view(v) for v in chart.views],
    }


def _view(view: View) -> dict[str, object]:
    """Columns: starts as differences within their row, lengths instead of ends; lanes only where there are some."""
    bars = view.bars
    step = np.diff(bars.start, prepend=0)
    new_row = np.diff(bars.row, prepend=-1) != 0
    step[new_row] = bars.start[new_row]
    laned = bool(bars.lane.any() or view.profiles)
    return _columns(view, bars) | {
        "start": step.tolist(),
        "length": (bars.end - bars.start).tolist(),
        "kind": bars.kind.tolist(),
        "item": bars.item.tolist(),
        "lane": bars.lane.tolist() if laned else None,
        "lanes": view.lanes.tolist() if laned else None,
        "captions": view.captions,
        "short": short_names(view.captions),
        "caption": view.caption.tolist(),
        "due": None if view.due is None else [None if t == FAR else t for t in view.due.tolist()],
        "occupancy": None,
        "profiles": [_profile(profile) for profile in view.profiles],
        "rest": [[breaks[:, 0].tolist(), breaks[:, 1].tolist()] for breaks in view.rest],
        "restOf": None if view.rest_of is None else view.rest_of.tolist(),
        "links": None if view.links is None else {f.name: getattr(view.links, f.name).tolist() for f in fields(Links)},
    }


def _profile(profile: Profile) -> dict[str, object]:
    columns = {name: getattr(profile, name).tolist() for name in ("time", "level", "limit_time", "limit")}
    return {"row": profile.row, "top": profile.top} | columns


def _crowded_view(view: View, chart: Gantt) -> dict[str, object]:
    """No bars, but for each row and step of time the percentage in use."""
    empty: dict[str, object] = dict.fromkeys(("start", "length", "kind", "item", "captions", "short", "caption"), ())
    none = view.bars.take(np.zeros(len(view.bars), dtype=np.bool_))
    return (
        _columns(view, none)
        | empty
        | {"lane": None, "lanes": None, "due": None, "occupancy": occupancy(view, chart)}
        | {"profiles": [], "rest": [], "restOf": None, "links": None}
    )


def _columns(view: View, bars: Bars) -> dict[str, object]:
    first = np.searchsorted(bars.row, np.arange(len(view.rows) + 1))
    return {"noun": view.noun, "rows": view.rows, "first": first.tolist()}


def occupancy(view: View, chart: Gantt) -> list[list[int]]:
    """For each row the percentage of work in equal steps of the chart's time.

    The work done until t is the sum of t - s over starts s < t less that of t - e over ends e < t, so
    sorted starts and ends with their running sums give it for all steps at once.
    """
    steps = max(1, min(MOST_STEPS, MOST_CELLS // len(view.rows)))
    edges = np.linspace(chart.start, max(chart.end, chart.start + 1), steps + 1)
    work = view.bars.of(Kind.WORK)
    first = np.searchsorted(work.row, np.arange(len(view.rows) + 1))
    out = []
    for row, lanes in enumerate(view.lanes.tolist()):
        mine = slice(first[row], first[row + 1])
        done = _passed(work.start[mine], edges) - _passed(np.sort(work.end[mine]), edges)
        share = np.diff(done) / (np.diff(edges) * lanes)
        out.append(np.rint(100 * share).astype(np.int64).tolist())
    return out


def _passed(times: Ints, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For each edge the sum of (edge - t) over the sorted times t before it."""
    count = np.searchsorted(times, edges)
    sums = np.concatenate([[0], np.cumsum(times)])
    return np.asarray(edges * count - sums[count])
