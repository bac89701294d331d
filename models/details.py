"""What a family tells people of a solution beside its objectives: names and plain values, of bounded size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from schedsolve.models.errors import InvalidProblem

MOST, DEEPEST = 100_000, 8
"""Values in all, and lists or objects within each other."""


def checked_details(details: Any) -> dict[str, Any]:
    """``details``, an object of JSON. Raises ``InvalidProblem`` where it is none, or too large."""
    if not isinstance(details, Mapping):
        raise InvalidProblem("details", f"expected an object, got {type(details).__name__}")
    left = MOST
    open_values: list[tuple[str, Any, int]] = [("details", details, 0)]
    while open_values:
        path, value, depth = open_values.pop()
        left -= 1
        if left < 0:
            raise InvalidProblem("details", f"expected at most {MOST:,} values")
        if depth > DEEPEST:
            raise InvalidProblem("details", f"expected at most {DEEPEST} levels of lists and objects")
        if isinstance(value, Mapping):
            if not all(isinstance(name, str) for name in value):
                raise InvalidProblem(path, "expected texts as names")
            open_values += [(f"{path}.{name}", item, depth + 1) for name, item in value.items()]
        elif isinstance(value, list | tuple):
            open_values += [(f"{path}[{place}]", item, depth + 1) for place, item in enumerate(value)]
        elif not _is_plain(value):
            raise InvalidProblem(path, f"expected a plain value of JSON, got {type(value).__name__}")
    return dict(details)


def _is_plain(value: Any) -> bool:
    return value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value))
