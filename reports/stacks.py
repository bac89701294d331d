"""Bins filled with the shares that items take of several resources, before a change and after it.

One panel for each resource, one row for each bin, in it a bar before and one after::

              cpu                     memory
      node 1  before ██▒▒▒▒░░░|       █▒▒▒▒▒▒░|       | capacity
              after  ██░░░░░░░|       █░░░░░░░|       ▒ moves away
      node 2  before ███░░░░░░|       ██████░░|       ▓ moved here
              after  ███▓▓▓▓░░|       ██████▓▓▓▓▓▓    (this one is too full)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from schedsolve.reports.axis import Axis
from schedsolve.reports.headline import percent
from schedsolve.reports.panels import Boxes, BoxKind, Look, Panel, Panels, counted, worded
from schedsolve.reports.picture import TABLE_ROWS, Bools, Ints, Items, Table


class Part(IntEnum):
    """What a box of this picture stands for."""

    ROOM = 0
    STAYS = 1
    LEAVES = 2
    PLACED = 3
    CAME = 4
    CAPACITY = 5
    TARGET = 6


KINDS = {
    Part.ROOM: BoxKind("free", Look.GROUND),
    Part.STAYS: BoxKind("stays", Look.SOLID),
    Part.LEAVES: BoxKind("moves away", Look.HOLLOW),
    Part.PLACED: BoxKind("newly placed", Look.DOTTED),
    Part.CAME: BoxKind("moved here", Look.STRIPED),
    Part.CAPACITY: BoxKind("capacity", Look.LINE),
    Part.TARGET: BoxKind("target", Look.DASHED),
}
"""With the words of the legend where a family brings none of its own."""
OVERFLOW = 1.25
"""What is left out is cut at this multiple of the fullest bin: it may be more than all bins hold."""


@dataclass(frozen=True, eq=False)
class Resource:
    """What items take of bins: n demands; m capacities and m target levels where there are some."""

    axis: Axis
    """Its name and unit, of kind number or bytes."""
    demand: Ints
    capacity: Ints | None = None
    target: Ints | None = None


def stacks(
    *,
    title: str,
    subtitle: str,
    items: Items,
    item_noun: str,
    keys: tuple[str, ...],
    key_noun: str,
    bins: Axis,
    resources: Sequence[Resource],
    after: Ints,
    before: Ints | None = None,
    left_out: str = "left out",
    words: Mapping[Part, str] | None = None,
) -> Panels:
    """The picture of n items on the m bins that are the rows of ``bins``.

    ``after`` and ``before`` give the bin of each item, -1 for none; without ``before`` there is one
    bar a bin. ``left_out`` is what items in no bin are called ("pending"), ``words`` replaces words
    of ``KINDS``. Without resources the items are counted.
    """
    if not resources:
        resources = (Resource(Axis(f"{item_noun}s"), np.ones(len(after), dtype=np.int64)),)
    states = [after] if before is None else [before, after]
    rows = bins.rows
    if any(np.any(state < 0) for state in states):
        rows = (*rows, left_out)
    y = Axis.of_rows(bins.name, rows, ("",) if before is None else ("before", "after"))
    filling = Filling(len(bins.rows), states)
    changed = np.flatnonzero(filling.changed)
    return Panels(
        title=title,
        subtitle=subtitle,
        items=items,
        item_noun=item_noun,
        keys=keys,
        key_noun=key_noun,
        kinds=worded(KINDS, words),
        panels=tuple(_panel(resource, y, filling, items) for resource in resources),
        beside=True,
        places=rows,
        place=np.where(after < 0, len(bins.rows), after),
        marked=changed,
        marked_word="Changes",
        sentences=(*_sentences(filling, item_noun, bins, left_out), *(_levels(r, bins, filling) for r in resources)),
        table=_table(items, keys, key_noun, y, resources, filling, changed),
    )


class Filling:
    """Where the items are, and what becomes of each."""

    def __init__(self, bins: int, states: Sequence[Ints]):
        self.bins = bins
        self.states = states
        self.after, first = states[-1], states[0]
        self.moved: Bools = (first != self.after) & (first >= 0) & (self.after >= 0)
        self.placed: Bools = (first < 0) & (self.after >= 0)
        self.evicted: Bools = (first >= 0) & (self.after < 0)
        self.changed: Bools = first != self.after

    def parts(self, lane: int) -> Ints:
        """What each item is in one state, as a ``Part``."""
        if len(self.states) > 1 and lane == 0:
            return np.where(self.changed, Part.LEAVES, Part.STAYS)
        return np.select([self.placed, self.changed], [Part.PLACED, Part.CAME], Part.STAYS)

    def load(self, demand: Ints, state: Ints) -> Ints:
        """How much of each bin is taken."""
        taken = np.zeros(self.bins, dtype=np.int64)
        held = state >= 0
        np.add.at(taken, state[held], demand[held])
        return taken


def _panel(resource: Resource, y: Axis, filling: Filling, items: Items) -> Panel:
    bins, lanes = filling.bins, len(y.lanes)
    row = np.arange(bins) * lanes
    boxes = [_stacked(resource.demand, lane, lanes, filling, items) for lane in range(lanes)]
    title = resource.axis.label
    if resource.capacity is not None:
        boxes.append(Boxes.of(Part.ROOM, 0, resource.capacity, row, row + lanes))
        boxes.append(Boxes.of(Part.CAPACITY, resource.capacity, resource.capacity, row, row + lanes))
        title += f": {percent(_share(resource, filling))} in use"
    if resource.target is not None:
        boxes.append(Boxes.of(Part.TARGET, resource.target, resource.target, row, row + lanes))
    joined = Boxes.joined(boxes)
    top = max(1, int(joined.x1[joined.y0 < bins * lanes].max(initial=0)))
    end = max(top, min(int(joined.x1.max(initial=0)), int(OVERFLOW * top)))
    return Panel(title, resource.axis, y, joined, (0, end), (0, len(y.rows) * lanes))


def _share(resource: Resource, filling: Filling) -> float:
    """What is taken of all that the bins have together, or of 1 where that is nothing."""
    there = 0.0 if resource.capacity is None else float(resource.capacity.sum(dtype=np.float64))
    return float(filling.load(resource.demand, filling.after).sum(dtype=np.float64)) / max(1.0, there)


def _stacked(demand: Ints, lane: int, lanes: int, filling: Filling, items: Items) -> Boxes:
    """The boxes of one state, end to end from 0 in each bin: first what stays, so that both states begin alike."""
    part, state = filling.parts(lane), filling.states[lane]
    row = np.where(state < 0, filling.bins, state)
    taking = np.flatnonzero(demand > 0)
    order = taking[np.lexsort((taking, items.key[taking], part[taking], row[taking]))]
    end = np.cumsum(demand[order])
    first = np.flatnonzero(np.diff(row[order], prepend=-1))
    base = np.repeat(end[first] - demand[order[first]], np.diff(np.append(first, len(order))))
    y0 = row[order] * lanes + lane
    return Boxes(end - base - demand[order], end - base, y0, y0 + 1, part[order], order)


# --- in words -------------------------------------------------------------------------------------


def _sentences(filling: Filling, noun: str, bins: Axis, left_out: str) -> list[str]:
    after = filling.after
    placed, used = int((after >= 0).sum()), len(np.unique(after[after >= 0]))
    told = [f"{placed} of {counted(len(after), noun)} are on {used} of {counted(filling.bins, bins.name)}."]
    if len(filling.states) > 1:
        numbers = {"moved": filling.moved, "newly placed": filling.placed, "taken out": filling.evicted}
        changes = [f"{int(some.sum())} {word}" for word, some in numbers.items() if some.any()]
        told.append(f"Changes: {', '.join(changes) or 'none'}.")
    missing = int((after < 0).sum())
    if missing:
        told.append(f"{counted(missing, noun)} {left_out}.")
    return told


def _levels(resource: Resource, bins: Axis, filling: Filling) -> str:
    """How full the bins are, as a sentence."""
    load, name = filling.load(resource.demand, filling.after), resource.axis.name
    if resource.capacity is None:
        return f"Of {name} {resource.axis.text(int(load.sum()))} are in use."
    told = f"Of {name} {percent(_share(resource, filling))} is in use"
    if not filling.bins:
        return f"{told}."
    share = load / np.maximum(1, resource.capacity)
    fullest = int(share.argmax())
    told += f"; the fullest {bins.name} is {bins.rows[fullest]} with {percent(float(share[fullest]))}"
    over = int((load > resource.capacity).sum())
    return f"{told}; {counted(over, bins.name)} above capacity." if over else f"{told}."


def _table(
    items: Items,
    keys: tuple[str, ...],
    key_noun: str,
    y: Axis,
    resources: Sequence[Resource],
    filling: Filling,
    changed: Ints,
) -> Table:
    """The items with their bins and demands, changed ones first."""
    rest = np.setdiff1d(np.arange(len(items.name)), changed)
    lines = []
    for item in np.concatenate([changed, rest])[:TABLE_ROWS].tolist():
        places = (y.rows[int(state[item])] for state in filling.states)  # the last row is for -1
        amounts = (resource.axis.text(int(resource.demand[item])) for resource in resources)
        lines.append((items.name[item], keys[int(items.key[item])], *places, *amounts))
    heads = (y.name,) if len(filling.states) == 1 else ("before", "after")
    return Table(("name", key_noun, *heads), tuple(resource.axis.name for resource in resources), lines)
