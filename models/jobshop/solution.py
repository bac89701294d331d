"""The decisions of a job-shop schedule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.record import IntArray, Record, filled, int_array


@dataclass(frozen=True, eq=False, kw_only=True)
class JobShopSolution(Record):
    """When each operation starts and which of its alternatives it uses; nothing else."""

    kind: ClassVar[str] = "jobshop"
    role: ClassVar[str] = "solution"

    start: IntArray
    """N: start of each operation."""
    alternative: IntArray = filled(0)
    """N: the chosen alternative of each operation, counted from 0 within the operation."""

    def __post_init__(self) -> None:
        self._freeze("start", int_array("start", self.start))
        given = np.zeros_like(self.start) if self.alternative is None else self.alternative
        self._freeze("alternative", int_array("alternative", given))
        if len(self.alternative) != len(self.start):
            raise InvalidProblem("alternative", f"expected {len(self.start)} values, got {len(self.alternative)}")
