"""Can a search have left this trace? It is played again, from knowing nothing to what is claimed at the end.

Each point names the objective whose value or bound has just become better, with both as they were then. A schedule
is only replaced by a better one, in the order of the list: objectives further down may become worse by it. A bound only
rises, unless a schedule below it shows that it was false: then it falls, and with it those further down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from schedsolve.models.level import Level


class Point(TypedDict):
    """A point of a trace as it is stated."""

    seconds: float
    objective: int | None
    bound: int | None
    who: str
    stage: str


def fault(points: Sequence[Point], levels: Sequence[Level], seconds: float) -> str | None:
    """The first thing in ``points`` that cannot be, or None; ``seconds`` is how long the search took."""
    replay = _Replay([level.name for level in levels])
    at = 0.0
    for number, point in enumerate(points, start=1):
        if not at <= point["seconds"] <= seconds:
            return f"point {number} is at {point['seconds']} s, not in {at} to {seconds}"
        at = point["seconds"]
        wrong = replay.take(point["stage"], point["objective"], point["bound"])
        if wrong:
            return f"point {number} {wrong}"
    return replay.end(levels)


class _Replay:
    """What is known after some points. A value is missing in ``values`` where it may have changed unseen."""

    def __init__(self, names: Sequence[str]):
        self.names = names
        self.values: dict[int, int] = {}
        self.bounds: dict[int, int] = {}
        self.solved = False

    def take(self, stage: str, value: int | None, bound: int | None) -> str | None:
        """Take in one point; what is wrong with it, or None."""
        if stage not in self.names:
            return "speaks of no objective of the list"
        level = self.names.index(stage)
        if level and not self.solved:
            return f"speaks of {stage} before there is a solution"
        if value is None and self.solved:
            return f"has lost the value of {stage}"
        if value is not None:
            known = self.values.get(level)
            if known is not None and value > known:
                return f"raises {stage} from {known} to {value}"
            if bound is not None and bound > value:
                return f"has the bound {bound} above {stage} {value}"
            self._improve(level, value)
        known = self.bounds.get(level)
        if known is not None and (bound is None or bound < known):
            return f"lowers the bound of {stage} from {known}"
        if bound is not None:
            self.bounds[level] = bound
        return None

    def _improve(self, level: int, value: int) -> None:
        self.solved = True
        if self.values.get(level) != value:
            self.values = {k: v for k, v in self.values.items() if k < level} | {level: value}
        if level in self.bounds and value < self.bounds[level]:
            self.bounds = {k: v for k, v in self.bounds.items() if k < level}

    def end(self, levels: Sequence[Level]) -> str | None:
        """Does it end at what is claimed?"""
        if self.solved != any(level.value is not None for level in levels):
            return "ends with a solution, none is stated" if self.solved else "ends without a solution, one is stated"
        for k, level in enumerate(levels):
            if self.values.get(k, level.value) != level.value:
                return f"ends at {level.name} {self.values[k]}, not at {level.value}"
            if self.bounds.get(k) != level.bound:
                known = "no bound" if k not in self.bounds else f"the bound {self.bounds[k]}"
                return f"ends at {known} of {level.name}, not at {'none' if level.bound is None else level.bound}"
        return None
