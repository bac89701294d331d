"""Memory as a map: time from left to right, addresses upwards; a box is a buffer, its height is its size.

One panel for each memory, with what is in use of it below::

        address │┌────────┐╌╌╌╌╌╌ capacity
                ││   b    ├──┐
                │└──┬─────┤c │    the highest address in use is dashed
                │ a │     └──┘
                └────────────────▸ time
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from schedsolve.models.record import FAR
from schedsolve.reports.axis import Axis
from schedsolve.reports.panels import Boxes, BoxKind, Look, Panel, Panels, worded
from schedsolve.reports.picture import TABLE_ROWS, Ints, Items, Table
from schedsolve.reports.timeaxis import grouped


class Part(IntEnum):
    """What a box of this picture stands for."""

    IN_USE = 0
    OUTSIDE = 1
    HELD = 2
    COPYING = 3
    LOADED = 4
    PEAK = 5
    CAPACITY = 6


KINDS = {
    Part.IN_USE: BoxKind("in use", Look.AREA),
    Part.OUTSIDE: BoxKind("spilled", Look.HOLLOW),
    Part.HELD: BoxKind("held", Look.SOLID),
    Part.COPYING: BoxKind("being copied", Look.DOTTED),
    Part.LOADED: BoxKind("loaded again", Look.STRIPED),
    Part.PEAK: BoxKind("highest address in use", Look.DASHED),
    Part.CAPACITY: BoxKind("capacity", Look.LINE),
}
"""With the words of the legend where a family brings none of its own."""
FAR_AWAY = 3
"""A capacity above this multiple of what is in use is not shown: the boxes would be flat."""
LEAST_WEIGHT, PROFILE_WEIGHT = 0.3, 0.22
"""Heights relative to the memory with the highest addresses: of another memory at least, and of the profile of use."""


@dataclass(frozen=True)
class Memory:
    """A memory and how many bytes it has; None: no limit."""

    name: str
    capacity: int | None = None


@dataclass(frozen=True, eq=False)
class Segments:
    """k times that a buffer holds addresses ``low`` to ``low + size``; a buffer may have several."""

    item: Ints
    start: Ints
    end: Ints
    low: Ints
    size: Ints
    memory: Ints
    """An index into the memories."""
    part: Ints
    """``HELD``, or another ``Part``: ``LOADED`` came back, ``COPYING`` comes in, ``OUTSIDE`` lies in slow memory."""

    @classmethod
    def held(cls, start: Ints, end: Ints, low: Ints, size: Ints, memory: Ints | int = 0) -> Segments:
        """One segment for each buffer."""
        count = len(start)
        memories = np.broadcast_to(np.asarray(memory, dtype=np.int64), (count,))
        return cls(np.arange(count), start, end, low, size, memories, np.full(count, Part.HELD))


def address_map(
    *,
    title: str,
    subtitle: str,
    items: Items,
    item_noun: str,
    keys: tuple[str, ...],
    key_noun: str,
    time: Axis,
    memories: Sequence[Memory],
    segments: Segments,
    words: Mapping[Part, str] | None = None,
) -> Panels:
    """The picture of n buffers in memories; ``words`` replaces those of ``KINDS``."""
    memories = memories or (Memory("memory"),)
    span = (0, 1)
    if len(segments.start):
        first, last = int(segments.start.min()), int(segments.end.max())
        span = (first, max(first + 1, last))
    panels: list[Panel] = []
    sentences: list[str] = []
    loads = [Load(segments, k) for k in range(len(memories))]
    highest = max(load.top for load in loads)
    for k, (memory, load) in enumerate(zip(memories, loads, strict=True)):
        weight = max(LEAST_WEIGHT, load.top / max(1, highest))
        panels += _panels(k, memory, load, segments, time, span, weight)
        sentences.append(_sentence(memory, load, time))
    shares = [load.most / max(1, memory.capacity or FAR) for memory, load in zip(memories, loads, strict=True)]
    fullest = loads[shares.index(max(shares))]
    place = np.full(len(items.name), -1)
    place[segments.item[::-1]] = segments.memory[::-1]
    return Panels(
        title=title,
        subtitle=subtitle,
        items=items,
        item_noun=item_noun,
        keys=keys,
        key_noun=key_noun,
        kinds=worded(KINDS, words),
        panels=tuple(panels),
        beside=False,
        places=tuple(memory.name for memory in memories),
        place=place,
        marked=fullest.at_peak,
        marked_word="At the peak",
        sentences=tuple(sentences),
        table=_table(items, time, memories, segments),
    )


class Load:
    """How much of a memory is in use over time, and how high."""

    def __init__(self, segments: Segments, memory: int):
        mine = np.flatnonzero((segments.memory == memory) & (segments.end > segments.start) & (segments.size > 0))
        start, end, size = segments.start[mine], segments.end[mine], segments.size[mine]
        self.time, where = np.unique(np.concatenate([start, end]), return_inverse=True)
        change = np.zeros(len(self.time), dtype=np.int64)
        np.add.at(change, where, np.concatenate([size, -size]))
        self.level = np.cumsum(change)
        """From each time on."""
        self.most = int(self.level.max(initial=0))
        self.top = int((segments.low[mine] + size).max(initial=0))
        at = int(self.level.argmax()) if len(self.level) else 0
        self.peak = int(self.time[at]) if len(self.level) else 0
        """When the most is in use for the first time."""
        alive = (start <= self.peak) & (end > self.peak)
        self.at_peak = np.unique(segments.item[mine[alive]])


def _panels(
    index: int, memory: Memory, load: Load, segments: Segments, time: Axis, span: tuple[int, int], weight: float
) -> list[Panel]:
    """The map of one memory, and what is in use of it where that has a limit."""
    mine = np.flatnonzero(segments.memory == index)
    low, high = segments.low[mine], segments.low[mine] + segments.size[mine]
    boxes = [Boxes(segments.start[mine], segments.end[mine], low, high, segments.part[mine], segments.item[mine])]
    used = [Boxes.of(Part.IN_USE, load.time[:-1], load.time[1:], 0, load.level[:-1])]
    top, capacity = max(1, load.top), memory.capacity
    boxes.append(Boxes.of(Part.PEAK, *span, load.top, load.top))
    if capacity is not None and capacity <= FAR_AWAY * top:
        line = Boxes.of(Part.CAPACITY, *span, capacity, capacity)
        boxes.append(line)
        used.append(line)
        top = max(top, capacity)
    of = "" if capacity is None else f" of {Axis.of_bytes('').text(capacity)}"
    address, amount = Axis.of_bytes("address"), Axis.of_bytes("in use")
    title = f"{memory.name}: addresses up to {address.text(load.top)}{of}"
    panels = [Panel(title, time, address, Boxes.joined(boxes), span, (0, top), weight)]
    if capacity is not None:
        below = f"{memory.name}: at most {amount.text(load.most)} in use at once, at {time.at(load.peak)}"
        panels.append(Panel(below, time, amount, Boxes.joined(used), span, (0, top), PROFILE_WEIGHT))
    return panels


# --- in words -------------------------------------------------------------------------------------


def _sentence(memory: Memory, load: Load, time: Axis) -> str:
    text = Axis.of_bytes("").text
    of = "" if memory.capacity is None else f" of {text(memory.capacity)}"
    told = f"{memory.name}: addresses are in use up to {text(load.top)}{of}"
    if not load.most:
        return f"{told}."
    return f"{told}; at most {text(load.most)} are in use at once, at {time.at(load.peak)}."


def _table(items: Items, time: Axis, memories: Sequence[Memory], segments: Segments) -> Table:
    """What is held first."""
    lines = []
    for k in np.lexsort((segments.low, segments.start))[:TABLE_ROWS].tolist():
        names = (items.name[int(segments.item[k])], memories[int(segments.memory[k])].name)
        times = (time.bare(int(segments.start[k])), time.bare(int(segments.end[k])))
        lines.append((*names, *times, grouped(int(segments.low[k])), grouped(int(segments.size[k]))))
    return Table(("name", "memory"), ("start", "end", "address (bytes)", "size (bytes)"), lines)
