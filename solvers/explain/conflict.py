"""A minimal set of constraints that cannot hold together.

QuickXplain: U. Junker, Preferred explanations and relaxations for over-constrained problems, AAAI 2004, 167-172.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def minimal_conflict(items: Sequence[T], possible: Callable[[list[T]], bool]) -> list[T]:
    """A subset of ``items`` that is not possible, and is without any one of its members.

    ``possible(subset)`` says whether these constraints can hold together; all of ``items`` cannot. Earlier items are
    preferred.
    """
    if not possible([]):
        return []
    return _explain([], False, list(items), possible)


def _explain(kept: list[T], grown: bool, items: list[T], possible: Callable[[list[T]], bool]) -> list[T]:
    """A minimal subset of ``items`` that conflicts with ``kept``; ``grown``: has that changed since it was possible?"""
    if grown and not possible(kept):
        return []
    if len(items) == 1:
        return items
    first, second = items[: len(items) // 2], items[len(items) // 2 :]
    of_second = _explain([*kept, *first], bool(first), second, possible)
    of_first = _explain([*kept, *of_second], bool(of_second), first, possible)
    return [*of_first, *of_second]
