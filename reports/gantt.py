"""A Gantt chart as data: bars in rows along time, seen from several sides.

Times are the problem's integer ticks, intervals half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from heapq import heappop, heappush
from typing import Self

import numpy as np

from schedsolve.reports.axis import Axis
from schedsolve.reports.picture import Bools, Ints, Items, Picture, drawable


class Kind(IntEnum):
    """What a bar stands for; each kind has a shape of its own, so that none is told by colour alone."""

    WORK = 0
    SETUP = 1
    BLOCKED = 2
    PAUSE = 3
    TRANSPORT = 4
    DOWNTIME = 5


MEANING: dict[Kind, str] = {
    Kind.WORK: "work",
    Kind.SETUP: "setup",
    Kind.BLOCKED: "blocked: done, cannot leave",
    Kind.PAUSE: "paused over downtime",
    Kind.TRANSPORT: "transport",
    Kind.DOWNTIME: "downtime",
}
"""The words of the legends."""


@dataclass(frozen=True, eq=False)
class Bars:
    """B bars as columns, sorted by row and start."""

    row: Ints
    start: Ints
    end: Ints
    kind: Ints
    item: Ints
    """What the bar belongs to, an index into ``Items``; -1 for downtime."""
    lane: Ints
    """Where items overlap in a row they lie in lanes, 0 on top."""

    @classmethod
    def sorted(cls, **columns: Ints) -> Bars:
        """The bars of unsorted columns."""
        order = np.lexsort((columns["kind"], columns["end"], columns["start"], columns["row"]))
        return cls(**{name: column[order] for name, column in columns.items()})

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: Ints | Bools) -> Bars:
        """Some of the bars: a mask or indices."""
        return replace(self, **{f.name: getattr(self, f.name)[which] for f in fields(self)})

    def of(self, kind: Kind) -> Bars:
        """The bars of one kind."""
        return self.take(self.kind == kind)

    def bridged(self, gap: float) -> Bars:
        """The same with pieces of work joined where the pause between them is shorter than ``gap``."""
        bars = self.take(np.lexsort((self.start, self.item, self.row)))
        short = (bars.kind == Kind.PAUSE) & (bars.end - bars.start < gap)
        joined = short.copy()
        joined[1:] |= short[:-1]  # the pause and the work after it go with the work before
        first = np.flatnonzero(~joined)
        end = np.maximum.reduceat(bars.end, first) if len(first) else bars.end[:0]
        return Bars.sorted(**{f.name: getattr(bars, f.name)[first] for f in fields(bars)} | {"end": end})


@dataclass(frozen=True, eq=False)
class Activities(Items):
    """The things that are scheduled (operations, tasks), one entry each."""

    late: Bools
    """Does it end after its due date? Drawn with a thick outline."""
    cause: Ints
    """The item whose end or move lets this one start when it does; -1 where none does."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A row that shows how much of something is in use, against how much there is: two step functions."""

    row: int
    time: Ints
    level: Ints
    """Units in use from each time on; none before the first time."""
    limit_time: Ints
    limit: Ints
    """Units that there are from each time on; the first time is the chart's start."""

    @property
    def top(self) -> int:
        """The highest value of both."""
        return max(1, int(self.level.max(initial=0)), int(self.limit.max(initial=0)))


@dataclass(frozen=True, eq=False)
class Links:
    """Arrows between items: each from the start or the end of one to the start or the end of another."""

    before: Ints
    after: Ints
    from_end: Bools
    to_end: Bools

    def __len__(self) -> int:
        return len(self.before)


@dataclass(frozen=True, eq=False)
class View:
    """One way to lay the bars out in rows."""

    y: Axis
    """Of rows: what one is ("machine", "job") and the name of each."""
    bars: Bars
    captions: tuple[str, ...]
    """Texts to write into bars, as far as they fit."""
    caption: Ints
    """For each item the index of its caption."""
    due: Ints | None = None
    """A due date for each row, ``FAR`` for none; None where rows have no due dates."""
    profiles: tuple[Profile, ...] = ()
    """The rows that show a profile instead of bars."""
    profile_lanes: int = 2
    """The height of such a row."""
    rest: tuple[Ints, ...] = ()
    """Patterns of non-working time, k x 2 each, shaded behind the bars."""
    rest_of: Ints | None = None
    """For each row the index of its pattern, -1 for none."""
    links: Links | None = None

    @property
    def noun(self) -> str:
        """What a row is."""
        return self.y.name

    @property
    def rows(self) -> tuple[str, ...]:
        """The name of each row."""
        return self.y.rows

    @property
    def lanes(self) -> Ints:
        """For each row the number of its lanes, at least 1."""
        count = np.ones(len(self.rows), dtype=np.int64)
        np.maximum.at(count, self.bars.row, self.bars.lane + 1)
        count[[profile.row for profile in self.profiles]] = self.profile_lanes
        return count


@dataclass(frozen=True, eq=False, kw_only=True)
class Gantt(Picture):
    """All that a Gantt chart shows of a schedule."""

    items: Activities
    time: Axis
    start: int
    end: int
    """The span of time in which something happens."""
    views: tuple[View, ...]
    meanings: dict[Kind, str] = field(default_factory=lambda: MEANING)
    milestones: bool = False
    """Is work of length 0 an event, shown as a diamond?"""
    critical: tuple[int, ...] = ()
    """The items of a chain to point out, first to last: each waits for the one before."""

    def view(self, noun: str | None = None) -> View:
        """The view whose rows are called ``noun``; the first one by default."""
        return next((v for v in self.views if v.noun == noun), self.views[0])

    def drawable(self) -> Self:
        views = tuple(replace(v, y=v.y.drawable(), captions=drawable(v.captions)) for v in self.views)
        return replace(super().drawable(), time=self.time.drawable(), views=views)


def pack_lanes(row: Ints, start: Ints, end: Ints) -> Ints:
    """For each interval the first lane of its row that is free from its start on.

    Where no intervals of a row overlap all lanes are 0. Empty intervals need no place: lane 0.
    """
    lane = np.zeros(len(row), dtype=np.int64)
    full = np.flatnonzero(end > start)
    order = full[np.lexsort((start[full], row[full]))]
    crowded = np.unique(row[order[1:]][(row[order[1:]] == row[order[:-1]]) & (start[order[1:]] < end[order[:-1]])])
    for r in crowded.tolist():
        busy: list[tuple[int, int]] = []
        free: list[int] = []
        opened = 0
        for i in order[row[order] == r].tolist():
            while busy and busy[0][0] <= start[i]:
                heappush(free, heappop(busy)[1])
            if not free:
                heappush(free, opened)
                opened += 1
            lane[i] = heappop(free)
            heappush(busy, (int(end[i]), int(lane[i])))
    return lane
