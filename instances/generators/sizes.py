"""How large generated problems may be. A larger one is a slip, and would fill the memory."""

from __future__ import annotations

from math import prod

from schedsolve.models.errors import InvalidProblem

MOST_ENTRIES = 10_000_000
"""The entries of the largest array."""


def check_size(name: str, *sizes: int) -> None:
    """Raise ``InvalidProblem`` for an array with more entries. A size of 0 stands for another: it does not count."""
    if prod(max(1, size) for size in sizes) > MOST_ENTRIES:
        shown = " x ".join(f"{size:,}" for size in sizes)
        raise InvalidProblem(name, f"{shown} is more than {MOST_ENTRIES:,}")
