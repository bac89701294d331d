"""What solutions are measured by: an objective as a record, of which its name is only a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from schedsolve.models.level import Level


@dataclass(frozen=True)
class Objective:
    """Something to be minimised; its values are integers."""

    name: str
    """By which people ask for it; it stands in JSON."""
    meaning: str
    """Its definition."""
    measure: str
    """What is measured, whatever becomes of it: ``total_tardiness`` and ``total_weighted_tardiness`` are both
    of the measure ``tardiness``."""
    aggregation: str
    """How the measures of all things become one value: ``sum``, ``max`` or ``count``."""
    weighted: bool = False
    """Do the weights of things count?"""
    unit: str = "time"
    """Of what ``value / scale`` is an amount: ``time``, ``money``, ``count``, ``share``, ``bytes``."""
    scale: int = 1
    """Parts of a unit that the value counts, a power of ten: 1000 where it counts thousandths."""

    def __post_init__(self) -> None:
        self.level()  # which refuses a scale that is none

    @property
    def spoken(self) -> str:
        """Its name in words."""
        return spoken(self.name)

    def tier(self, tier: int | str) -> Objective:
        """The same of one tier alone: ``unplaced[1000]`` of ``unplaced``, for things of priority 1000."""
        return replace(self, name=f"{self.name}[{tier}]", meaning=f"{self.meaning}, of tier {tier}")

    def level(self, value: int | None = None, bound: int | None = None) -> Level:
        """The objective in a list, with what is known of it."""
        return Level(self.name, value, bound, self.unit, self.scale)

    def shown(self, value: int) -> str:
        """A value as people read it."""
        return self.level(value).shown(value)


def table(*objectives: Objective) -> Mapping[str, Objective]:
    """Name to objective."""
    return {objective.name: objective for objective in objectives}


def spoken(name: str) -> str:
    """The name of an objective in words."""
    return name.replace("_", " ")
