"""The check of a generator's numbers."""

from __future__ import annotations

from schedsolve.models.errors import InvalidProblem


def check(name: str, value: float, low: float, high: float | None = None) -> None:
    """Raise ``InvalidProblem`` naming the argument unless ``low <= value <= high``."""
    if not low <= value or (high is not None and value > high):
        expected = f"{low} or more" if high is None else f"{low} to {high}"
        raise InvalidProblem(name, f"expected {expected}, got {value}")
