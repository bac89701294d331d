"""What all random generators share: the check of their numbers, and a stream of random numbers for each quantity."""

from __future__ import annotations

import numpy as np

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.record import FAR


def check(name: str, value: float, low: float, high: float = FAR) -> None:
    """Raise ``InvalidProblem`` naming the argument unless ``low <= value <= high``."""
    if not low <= value <= high:
        expected = f"{low} or more" if high == FAR and not value > high else f"{low} to {high}"
        raise InvalidProblem(name, f"expected {expected}, got {value}")


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Random numbers that depend on the seed and the purpose only."""
    if seed < 0:
        raise InvalidProblem("seed", f"expected 0 or more, got {seed}")
    return np.random.Generator(np.random.PCG64([seed, *purpose.encode()]))
