"""What a family tells people of a solution beside its objectives: names and plain values, of bounded size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.plain import Json

MOST, DEEPEST = 100_000, 8
"""Values in all, and lists or objects within each other."""


def checked_details(details: object) -> dict[str, Json]:
    """A copy of ``details`` as JSON would give it back. Raises ``InvalidProblem`` where that cannot be, or is too
    large."""
    if not isinstance(details, Mapping):
        raise InvalidProblem("details", f"expected an object, got {type(details).__name__}")
    return _object(details, "details", 0, iter(range(MOST - 1)))  # the object itself counts, too


def _object(value: Mapping[object, object], path: str, depth: int, left: Iterator[int]) -> dict[str, Json]:
    copy: dict[str, Json] = {}
    for name, item in value.items():
        if not isinstance(name, str) or not _is_text(name):
            raise InvalidProblem(path, "expected texts as names")
        copy[name] = _copied(item, f"{path}.{name}", depth + 1, left)
    return copy


def _is_text(value: str) -> bool:
    """Can it be written as UTF-8?"""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _copied(value: object, path: str, depth: int, left: Iterator[int]) -> Json:
    if next(left, None) is None:
        raise InvalidProblem("details", f"expected at most {MOST:,} values")
    if depth > DEEPEST:
        raise InvalidProblem("details", f"expected at most {DEEPEST} lists or objects within each other")
    if isinstance(value, Mapping):
        return _object(value, path, depth, left)
    if isinstance(value, list | tuple):
        return [_copied(item, f"{path}[{place}]", depth + 1, left) for place, item in enumerate(value)]
    if isinstance(value, str) and not _is_text(value):
        raise InvalidProblem(path, "expected text, got half of a character")
    if value is None or (isinstance(value, bool | int | str) and type(value) in (bool, int, str)):
        return value
    if isinstance(value, float) and type(value) is float and math.isfinite(value):
        return value
    raise InvalidProblem(path, f"expected a plain value of JSON, got {type(value).__name__}")
