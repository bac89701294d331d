"""A chart as one self-contained HTML page: it loads nothing, and works from a disk or a mail.

The bars travel as columns of numbers in a JSON block and are drawn on a canvas: ``page.html`` is the
skeleton, ``gantt.js`` draws (``project.js`` what only projects have), ``trace.js`` shows how the answer
was found, ``page.js`` listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from schedsolve.models.objective import spoken
from schedsolve.models.record import FAR
from schedsolve.reports.bars import Bars, Chart, Ints, Kind, Links, Profile, View, short_names
from schedsolve.reports.colours import ink, palette
from schedsolve.reports.headline import Headline, percent, shown
from schedsolve.reports.timeaxis import grouped

MOST_BARS = 200_000
"""A chart with a view of more bars shows only how much of the time each row is in use."""
MOST_CELLS = 1_000_000
MOST_STEPS = 1000
"""Such a view has at most so many cells, and steps of time."""
TABLE_ROWS = 1000
SCRIPTS = ("timeaxis.js", "gantt.js", "project.js", "trace.js", "page.js")


def page(chart: Chart, headline: Headline, view: str | None = None) -> str:
    """The page as text; it opens with the rows called ``view``, by default those of the first view."""
    count = len(chart.items.name)
    return Template(_resource("page.html")).substitute(
        title=escape(chart.title),
        subtitle=escape(chart.subtitle),
        facts=_facts(headline),
        style=_resource("page.css"),
        script="\n".join(_resource(name) for name in SCRIPTS),
        summary=escape(_summary(chart, headline)),
        table_title=f"The first {TABLE_ROWS} of {grouped(count)} as a table" if count > TABLE_ROWS else "As a table",
        table=_table(chart),
        data=_json(_data(chart, headline, view)),
    )


def _resource(name: str) -> str:
    return files("schedsolve.reports").joinpath(name).read_text(encoding="utf-8")


def _json(values: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return msgspec.json.encode(values).decode().replace("<", "\\u003c")


# --- for readers ----------------------------------------------------------------------------------


def _facts(headline: Headline) -> str:
    """The figures at the top, as entries of a description list."""
    facts = [("status", headline.status)] if headline.status else []
    for level in headline.levels:
        facts.append((spoken(level.name), shown(level, level.value)))
        if level.bound is not None:
            facts.append(("bound", shown(level, level.bound)))
    if headline.gap is not None:
        facts.append(("gap", percent(headline.gap)))
    if headline.engine:
        facts.append(("found by", headline.engine))
    if headline.seconds is not None:
        facts.append(("time", f"{headline.seconds:.3g} s"))
    return "".join(
        f'<div class="{escape(text) if term == "status" else ""}"><dt>{escape(term)}</dt><dd>{escape(text)}</dd></div>'
        for term, text in facts
    )


def _summary(chart: Chart, headline: Headline) -> str:
    """The schedule in a few sentences, also for those who cannot see the chart."""
    noun, rows, busy = _busy(chart)
    sentences = [f"{chart.title}: {chart.subtitle}."]
    if headline.status:
        sentences.append(f"{headline}.".replace("  ·  ", ", "))
    sentences.append(f"It runs from {_time(chart, chart.start)} to {_time(chart, chart.end)}.")
    if len(rows) > 1:
        high, low = int(busy.argmax()), int(busy.argmin())
        sentences.append(
            f"The busiest {noun} is {rows[high]}, at work {percent(float(busy[high]))} of that time; "
            f"the least busy is {rows[low]} with {percent(float(busy[low]))}."
        )
    late, count, what = _late(chart)
    if late:
        sentences.append(f"{late} of {count} {what}s end after their due date.")
    return " ".join(sentences)


def _busy(chart: Chart) -> tuple[str, Sequence[str], npt.NDArray[np.float64]]:
    """What is busy, by name, and for each the share of the whole time, or of what there is then, that it works."""
    view, span = chart.views[0], max(1, chart.end - chart.start)
    if view.profiles:
        names = [view.rows[profile.row] for profile in view.profiles]
        return "resource", names, np.array([_used(profile, chart) for profile in view.profiles])
    rows = view.rows if not chart.milestones else ()  # rows of tasks are not busy
    work = view.bars.of(Kind.WORK)
    total = np.bincount(work.row, work.end - work.start, minlength=len(view.rows))
    return view.noun, rows, np.asarray(total / (view.lanes * span))


def _used(profile: Profile, chart: Chart) -> float:
    """The share of all units, over the whole time, that is in use."""
    used = float((np.diff(profile.time) * profile.level[:-1]).sum()) if len(profile.time) else 0.0
    limits = np.diff(np.minimum(np.append(profile.limit_time, chart.end), chart.end)) * profile.limit
    return used / max(1.0, float(limits.sum()))


def _late(chart: Chart) -> tuple[int, int, str]:
    """How many end after their due date, of how many: jobs, or tasks where each has a date of its own."""
    late = chart.items.late
    if chart.milestones:
        return int(late.sum()), len(late), chart.item_noun
    return len(np.unique(chart.items.key[late])), len(chart.keys), chart.key_noun


def _time(chart: Chart, time: int) -> str:
    return chart.dates.date(time) if chart.dates else grouped(time)


def _table(chart: Chart) -> str:
    """What starts first, as an HTML table with a column for each view."""
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
        names = [chart.items.name[item], *(v.rows[row[item]] if row[item] >= 0 else "" for v, row in shown)]
        times = [_time(chart, int(start[item])), _time(chart, int(end[item]))]
        cells = [f"<td>{escape(x)}</td>" for x in names] + [f'<td class="number">{x}</td>' for x in times]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    heads = [f'<th scope="col">{escape(x)}</th>' for x in ("name", *(v.noun for v in chart.views))]
    heads += [f'<th scope="col" class="number">{x}</th>' for x in ("start", "end")]
    return f"<div><table><thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"


# --- for the script -------------------------------------------------------------------------------


def _data(chart: Chart, headline: Headline, view: str | None) -> dict[str, Any]:
    crowded = max(len(v.bars) for v in chart.views) > MOST_BARS
    items = chart.items
    colours = palette(len(chart.keys))
    return {
        "span": [chart.start, chart.end],
        "clock": _clock(chart),
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
        "seconds": headline.seconds,
        "trace": [
            {"seconds": p.seconds, "objective": p.objective, "bound": p.bound, "who": p.who, "stage": p.stage}
            for p in headline.trace
        ],
    }


def _clock(chart: Chart) -> dict[str, int] | None:
    """Milliseconds: of the origin's wall-clock time read as UTC, and of a tick."""
    if not chart.dates:
        return None
    origin = chart.dates.origin.replace(tzinfo=UTC)
    return {"origin": round(origin.timestamp() * 1000), "tick": chart.dates.tick * 1000}


def _view(view: View) -> dict[str, Any]:
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


def _profile(profile: Profile) -> dict[str, Any]:
    columns = {name: getattr(profile, name).tolist() for name in ("time", "level", "limit_time", "limit")}
    return {"row": profile.row, "top": profile.top} | columns


def _crowded_view(view: View, chart: Chart) -> dict[str, Any]:
    """No bars, but for each row and step of time the percentage in use."""
    empty: dict[str, Any] = dict.fromkeys(("start", "length", "kind", "item", "captions", "short", "caption"), ())
    none = view.bars.take(np.zeros(len(view.bars), dtype=np.bool_))
    return (
        _columns(view, none)
        | empty
        | {"lane": None, "lanes": None, "due": None, "occupancy": occupancy(view, chart)}
        | {"profiles": [], "rest": [], "restOf": None, "links": None}
    )


def _columns(view: View, bars: Bars) -> dict[str, Any]:
    first = np.searchsorted(bars.row, np.arange(len(view.rows) + 1))
    return {"noun": view.noun, "rows": view.rows, "first": first.tolist()}


def occupancy(view: View, chart: Chart) -> list[list[int]]:
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
