"""Times in which no work is done: what they cover together."""

from __future__ import annotations

import numpy as np
import pytest

from schedsolve.models.breaks import merged, merged_for_each


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([], []),
        ([(3, 5), (0, 2)], [(0, 2), (3, 5)]),
        ([(0, 2), (2, 4)], [(0, 4)]),
        ([(0, 9), (1, 2), (8, 10)], [(0, 10)]),
    ],
)
def test_intervals_that_overlap_or_touch_become_one(
    intervals: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert merged(intervals) == expected


def test_those_of_different_owners_stay_apart() -> None:
    owner, start, end = np.array([1, 0, 1, 0]), np.array([4, 0, 0, 1]), np.array([6, 2, 4, 3])
    assert merged_for_each(owner, start, end).tolist() == [[0, 0, 3], [1, 0, 6]]
    nothing = np.zeros(0, dtype=np.int64)
    assert merged_for_each(nothing, nothing, nothing).shape == (0, 3)
