"""The table of bars: lanes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schedsolve.reports.gantt import pack_lanes

INTERVALS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(0, 6)), max_size=25)


@given(INTERVALS)
def test_intervals_of_one_lane_never_overlap_and_no_lane_is_wasted(intervals: list[tuple[int, int, int]]) -> None:
    row, start, length = np.array(intervals, dtype=np.int64).reshape(-1, 3).T
    end = start + length
    lane = pack_lanes(row, start, end)
    for r in range(3):
        for t in range(27):
            lanes = lane[(row == r) & (start <= t) & (t < end)].tolist()
            assert len(set(lanes)) == len(lanes)
        crowd = max((int(np.sum((row == r) & (start <= t) & (t < end))) for t in range(27)), default=0)
        assert lane[row == r].max(initial=0) == max(0, crowd - 1)
