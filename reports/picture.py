"""What all pictures have in common: boxes on two named axes, of items that have names and colours.

There are three kinds. A ``Gantt`` chart has rows along time. ``stacks`` are bins filled with shares of resources, and
a ``memory map`` has addresses over time: both are ``Panels``. A family makes one of them of a solution, and brings the
words for what is in it; PNG, SVG and HTML draw it and know nothing of families.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from schedsolve.instances.characters import one_line

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TABLE_ROWS = 1000
"""A table beside a picture has at most so many."""


@dataclass(frozen=True, eq=False)
class Items:
    """The things that are decided on (operations, tasks, pods, buffers), one entry each."""

    name: tuple[str, ...]
    key: Ints
    """The colour key: items of one key (a job, a priority) share a colour and are highlighted together."""


@dataclass(frozen=True)
class Table:
    """The first items, for those who cannot see the picture."""

    texts: tuple[str, ...]
    """Heads of the columns of texts, which come first."""
    numbers: tuple[str, ...]
    """Heads of the columns that are set to the right."""
    lines: Sequence[Sequence[str]]
    """At most ``TABLE_ROWS``."""

    def drawable(self) -> Table:
        """The same with texts of one line, without control characters."""
        lines = [drawable(tuple(line)) for line in self.lines]
        return Table(drawable(self.texts), drawable(self.numbers), lines)


@dataclass(frozen=True, eq=False, kw_only=True)
class Picture:
    """What every picture shows of a solution."""

    title: str
    subtitle: str
    items: Items
    item_noun: str
    """What an item is: "operation"."""
    keys: tuple[str, ...]
    """The names of the colour keys."""
    key_noun: str
    """What a key is: "job"."""

    def drawable(self) -> Self:
        """The same with names that a picture can show: of one line, without control characters."""
        return replace(
            self,
            title=one_line(self.title),
            subtitle=one_line(self.subtitle),
            items=replace(self.items, name=drawable(self.items.name)),
            item_noun=one_line(self.item_noun),
            keys=drawable(self.keys),
            key_noun=one_line(self.key_noun),
        )


def drawable(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of one line, without control characters."""
    return tuple(map(one_line, names))


def short_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names without the words that most of them begin with: "job 3" among jobs is "3".

    All stay as they are where that would make two of them alike.
    """
    short = names
    while True:
        heads = Counter(first for first, _, rest in (name.partition(" ") for name in short) if rest)
        word, count = heads.most_common(1)[0] if heads else ("", 0)
        if 2 * count <= len(names):
            return short if len(set(short)) == len(set(names)) else names
        short = tuple(name.removeprefix(f"{word} ") or name for name in short)
