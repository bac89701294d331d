"""The problem and its solution: two frozen dataclasses of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.objective import Objective, table
from schedsolve.models.record import (
    BASIC,
    IntArray,
    IntMatrix,
    Record,
    check_range,
    filled,
    int_array,
    label,
    objective_names,
)

UNPACKED = Objective("unpacked", "items in no bin", measure="unpacked", aggregation="count", unit="count")
BINS_USED = Objective("bins_used", "bins that hold an item", measure="bins", aggregation="count", unit="count")


@dataclass(frozen=True, eq=False, kw_only=True)
class Packing(Record):
    """n items onto m bins with R resources."""

    kind: ClassVar[str] = "packing.bins"
    known_objectives = table(UNPACKED, BINS_USED)
    easiest = "unpacked"

    capacity: IntMatrix
    """m x R: what each bin has of each resource."""
    demand: IntMatrix
    """n x R: what each item takes."""
    priority: IntArray = filled(0, BASIC)
    """n: items of a higher one come first, whatever that costs the others."""
    fixed_bin: IntArray = filled(-1, "fixed bins")
    """n: the only bin that an item may be in, if in any; -1 where all are allowed."""
    objective: tuple[str, ...] = ("unpacked", "bins_used")
    name: str = label()

    def __post_init__(self) -> None:
        for field in ("capacity", "demand"):
            self._freeze(field, int_array(field, getattr(self, field), dimensions=2))
            check_range(field, getattr(self, field), 0, 2**40, "row")
        if self.capacity.shape[1] != self.demand.shape[1]:
            raise InvalidProblem("demand", f"expected {self.capacity.shape[1]} resources, as bins have")
        self._fill("priority", (self.num_items,), "items")
        self._fill("fixed_bin", (self.num_items,), "items")
        check_range("fixed_bin", self.fixed_bin, -1, self.num_bins - 1, "item")
        self._freeze("objective", objective_names(self.objective, tuple(self.known_objectives)))

    @property
    def num_items(self) -> int:
        return len(self.demand)

    @property
    def num_bins(self) -> int:
        return len(self.capacity)

    @property
    def tiers(self) -> list[int]:
        """The priorities that there are, the highest first."""
        return sorted(set(self.priority.tolist()), reverse=True)

    @property
    def levels(self) -> tuple[Objective, ...]:
        """One level for each tier of what is unpacked."""
        found: list[Objective] = []
        for name in self.objective:
            if name == UNPACKED.name:
                found += [UNPACKED.tier(tier) for tier in self.tiers]
            else:
                found.append(BINS_USED)
        return tuple(found)


@dataclass(frozen=True, eq=False, kw_only=True)
class PackingSolution(Record):
    """In which bin each item is."""

    kind: ClassVar[str] = "packing.bins"
    role: ClassVar[str] = "solution"

    bin: IntArray
    """n: 0 to m - 1, -1 for none."""

    def __post_init__(self) -> None:
        self._freeze("bin", int_array("bin", self.bin))


def example() -> tuple[Packing, PackingSolution]:
    """Five items of three priorities, of which one has no room."""
    demand = [[3, 2], [2, 2], [2, 1], [2, 3], [1, 3]]
    problem = Packing(capacity=[[5, 4], [4, 4]], demand=demand, priority=[9, 9, 5, 5, 1], name="two bins")
    return problem, PackingSolution(bin=np.array([0, 0, 1, 1, -1]))
