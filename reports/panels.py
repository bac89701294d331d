"""A picture of panels: boxes on two axes each, beside or below one another, and all of the same items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum, StrEnum
from typing import Self, TypeVar

import numpy as np

from schedsolve.instances.characters import one_line
from schedsolve.reports.axis import Axis
from schedsolve.reports.picture import Bools, Ints, Picture, Table, drawable


class Look(StrEnum):
    """How boxes of a kind are drawn; each has a shape of its own, so that none is told by colour alone."""

    GROUND = "ground"
    """A faint area behind all others: what there is."""
    AREA = "area"
    """A grey area: what is in use."""
    HOLLOW = "hollow"
    """Only an outline in the colour of the key, crossed lines inside."""
    SOLID = "solid"
    """Filled with the colour of the key."""
    DOTTED = "dotted"
    """Filled, with dots and a dark outline."""
    STRIPED = "striped"
    """Filled, with stripes and a dark outline."""
    DASHED = "dashed"
    """A dashed line: the box has no width or no height."""
    LINE = "line"
    """A solid one."""


LINES = (Look.DASHED, Look.LINE)
OF_ITEMS = (Look.HOLLOW, Look.SOLID, Look.DOTTED, Look.STRIPED)


@dataclass(frozen=True)
class BoxKind:
    """What a box stands for."""

    word: str
    """What legends call it."""
    look: Look


Part = TypeVar("Part", bound=IntEnum)


def worded(kinds: Mapping[Part, BoxKind], words: Mapping[Part, str] | None) -> tuple[BoxKind, ...]:
    """The kinds of box in their order, some of them called by the ``words`` of a family."""
    own = words or {}
    return tuple(replace(kind, word=own.get(part, kind.word)) for part, kind in kinds.items())


@dataclass(frozen=True, eq=False)
class Boxes:
    """B boxes as columns, each from ``x0`` to ``x1`` and from ``y0`` to ``y1``."""

    x0: Ints
    x1: Ints
    y0: Ints
    y1: Ints
    kind: Ints
    """An index into the kinds of the picture."""
    item: Ints
    """What the box belongs to, an index into ``Items``; -1 for what belongs to none."""

    @classmethod
    def of(cls, kind: int, x0: Ints | int, x1: Ints | int, y0: Ints | int, y1: Ints | int) -> Boxes:
        """Boxes of one kind that belong to no item; numbers stand for columns of one value."""
        columns = np.broadcast_arrays(*(np.asarray(column, dtype=np.int64) for column in (x0, x1, y0, y1, kind, -1)))
        return cls(*(np.atleast_1d(column) for column in columns))

    @classmethod
    def joined(cls, parts: Sequence[Boxes]) -> Boxes:
        """All of several."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    def take(self, which: Ints | Bools) -> Boxes:
        """Some of the boxes: a mask or indices."""
        return Boxes(*(getattr(self, f.name)[which] for f in fields(self)))

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, eq=False)
class Panel:
    """Boxes on two axes."""

    title: str
    x: Axis
    y: Axis
    boxes: Boxes
    x_range: tuple[int, int]
    y_range: tuple[int, int]
    """What of the axes is shown."""
    weight: float = 1.0
    """Its share of the room, against those of the others."""

    def drawable(self) -> Panel:
        """The same with names of one line, without control characters."""
        return replace(self, title=one_line(self.title), x=self.x.drawable(), y=self.y.drawable())


@dataclass(frozen=True, eq=False, kw_only=True)
class Panels(Picture):
    """Panels beside one another that share their rows, or below one another that share their x axis."""

    kinds: tuple[BoxKind, ...]
    panels: tuple[Panel, ...]
    beside: bool
    places: tuple[str, ...]
    """Names of the places where items are: bins, memories."""
    place: Ints
    """The place of each item, -1 for none."""
    marked: Ints
    """Items to point out."""
    marked_word: str
    """What they have in common: "Changes"."""
    sentences: tuple[str, ...]
    """What is seen, in words."""
    table: Table

    def drawable(self) -> Self:
        return replace(
            super().drawable(),
            kinds=tuple(BoxKind(one_line(kind.word), kind.look) for kind in self.kinds),
            panels=tuple(panel.drawable() for panel in self.panels),
            places=drawable(self.places),
            marked_word=one_line(self.marked_word),
            sentences=drawable(self.sentences),
            table=self.table.drawable(),
        )


def counted(count: int, noun: str) -> str:
    """A number of things: "1 pod", "2 pods"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
