"""Times in which no work is done, as half-open intervals: what they cover together, and when work that pauses ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same times in sorted, disjoint intervals that do not touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def merged_for_each(owner: Ints, start: Ints, end: Ints) -> Ints:
    """K x 3 rows (owner, start, end), sorted: the intervals of each owner, as a machine is one, ``merged``."""
    intervals: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for who, low, high in zip(owner.tolist(), start.tolist(), end.tolist(), strict=True):
        intervals[who].append((low, high))
    rows = [(who, low, high) for who in sorted(intervals) for low, high in merged(intervals[who])]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def paused_end(breaks: Ints, start: Ints, duration: Ints) -> Ints:
    """Ends of pieces of work (start and duration of each) that pause in ``breaks`` (k x 2, sorted, disjoint, k >= 1).

    ``worked[k]`` is the working time before break k, so work w done since time 0 ends after all breaks with
    ``worked[k] < w``.
    """
    length = breaks[:, 1] - breaks[:, 0]
    passed = np.concatenate([[0], np.cumsum(length)])
    worked = breaks[:, 0] - passed[:-1]
    before = np.searchsorted(breaks[:, 1], start, side="right")
    inside = np.minimum(before, len(breaks) - 1)
    lost = np.where(before < len(breaks), np.maximum(0, start - breaks[inside, 0]), 0)
    done: Ints = start - passed[before] - lost + duration
    end: Ints = done + passed[np.searchsorted(worked, done, side="left")]
    return end
