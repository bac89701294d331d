"""What a family tells beside the objectives is plain JSON of bounded size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from schedsolve.models.details import DEEPEST, MOST, checked_details
from schedsolve.models.errors import InvalidProblem


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_plain_values_come_back_as_json_would_give_them() -> None:
    given = {"moves": 3, "full": (1, 2.5), "pending": [{"pod": "a", "why": None}], "ok": True}
    assert checked_details(given) == given | {"full": [1, 2.5]}
    assert checked_details({"deep": nested(DEEPEST - 1)}) == {"deep": nested(DEEPEST - 1)}


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ([1], "details: expected an object, got list"),
        ({"a": {1: 2}}, "details.a: expected texts as names"),
        ({"a": [0, np.int64(3)]}, "details.a[1]: expected a plain value of JSON, got int64"),
        ({"a": float("nan")}, "details.a: expected a plain value of JSON, got float"),
        ({"a": {"b": {1, 2}}}, "details.a.b: expected a plain value of JSON, got set"),
        ({"a": nested(DEEPEST)}, f"details: expected at most {DEEPEST} lists or objects within each other"),
        ({"a": [0] * MOST}, f"details: expected at most {MOST:,} values"),
    ],
)
def test_anything_else_is_refused(details: Any, message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        checked_details(details)
    assert str(error.value) == message
