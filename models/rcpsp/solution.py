"""The decisions of a project schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.record import BoolArray, IntArray, Record, check_range, filled, int_array


@dataclass(frozen=True, eq=False, kw_only=True)
class RCPSPSolution(Record):
    """When each task starts, in which of its modes, and whether it is done at all; nothing else."""

    kind: ClassVar[str] = "rcpsp"
    role: ClassVar[str] = "solution"

    start: IntArray
    """n: start of each task; without meaning for one that is left out."""
    mode: IntArray = filled(0)
    """n: the chosen mode of each task, counted from 0 within the task."""
    left_out: BoolArray = filled(False)
    """n: is the task, an optional one, left out?"""

    def __post_init__(self) -> None:
        self._freeze("start", int_array("start", self.start))
        for name in ("mode", "left_out"):
            given = np.zeros_like(self.start) if getattr(self, name) is None else getattr(self, name)
            self._freeze(name, int_array(name, given))
            if len(getattr(self, name)) != len(self.start):
                raise InvalidProblem(name, f"expected {len(self.start)} values, got {len(getattr(self, name))}")
        check_range("left_out", self.left_out, 0, 1, "task")
        self._freeze("left_out", self.left_out.astype(np.bool_))
