"""The check of a generator's numbers."""

from __future__ import annotations

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.record import FAR


def check(name: str, value: float, low: float, high: float = FAR) -> None:
    """Raise ``InvalidProblem`` naming the argument unless ``low <= value <= high``."""
    if not low <= value <= high:
        expected = f"{low} or more" if high == FAR and not value > high else f"{low} to {high}"
        raise InvalidProblem(name, f"expected {expected}, got {value}")
