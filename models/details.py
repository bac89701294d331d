"""What a family tells people of a solution beside its objectives: names and plain values, of bounded size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from schedsolve.models.errors import InvalidProblem

MOST, DEEPEST = 100_000, 8
"""Values in all, and lists or objects within each other."""


def checked_details(details: Any) -> dict[str, Any]:
    """A copy of ``details`` as JSON would give it back. Raises ``InvalidProblem`` where that cannot be, or is too
    large."""
    if not isinstance(details, Mapping):
        raise InvalidProblem("details", f"expected an object, got {type(details).__name__}")
    copy: dict[str, Any] = _copied(details, "details", 0, iter(range(MOST)))
    return copy


def _copied(value: Any, path: str, depth: int, left: Iterator[int]) -> Any:
    if next(left, None) is None:
        raise InvalidProblem("details", f"expected at most {MOST:,} values")
    if depth > DEEPEST:
        raise InvalidProblem("details", f"expected at most {DEEPEST} lists or objects within each other")
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise InvalidProblem(path, "expected texts as names")
        return {name: _copied(item, f"{path}.{name}", depth + 1, left) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(item, f"{path}[{place}]", depth + 1, left) for place, item in enumerate(value)]
    if value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value)):
        return value
    raise InvalidProblem(path, f"expected a plain value of JSON, got {type(value).__name__}")
