"""When work can start, and how long it then takes, around breaks in which nothing is done.

Breaks and starts are sorted disjoint intervals: breaks [start, end), starts [first, last].
"""

from __future__ import annotations

from schedsolve.models.breaks import merged

Intervals = list[tuple[int, int]]


def between(duration: int, breaks: Intervals, latest_end: int) -> Intervals:
    """Starts from which work of ``duration`` fits between breaks."""
    gaps = zip([0, *(end for _, end in breaks)], [*(start for start, _ in breaks), latest_end], strict=True)
    return [(low, high - duration) for low, high in gaps if low <= high - duration]


def pausing(duration: int, breaks: Intervals, latest_end: int) -> list[tuple[int, Intervals]]:
    """Starts outside breaks, by the length that pausing in them leads to.

    From a start in the gap before break ``first``, the work runs into the breaks ``first`` to ``k - 1`` where
    what is left of it at the start of each of them is positive.
    """
    by_length: dict[int, Intervals] = {}
    for first in range(len(breaks) + 1):
        low = breaks[first - 1][1] if first else 0
        gap_end = breaks[first][0] if first < len(breaks) else latest_end
        paused = 0
        for k in range(first, len(breaks) + 1):
            # Starts from which the work is over before break k, having paused in those before.
            high = gap_end - 1 if k == len(breaks) else min(gap_end - 1, breaks[k][0] - paused - duration)
            if low <= high:
                by_length.setdefault(duration + paused, []).append((low, high))
                low = high + 1
            if k == len(breaks) or low >= gap_end or low > latest_end:
                break
            paused += breaks[k][1] - breaks[k][0]
    return sorted(by_length.items())


def clip(intervals: Intervals, low: int, high: int) -> Intervals:
    """The parts of ``intervals`` within [low, high]."""
    return [(max(a, low), min(b, high)) for a, b in intervals if max(a, low) <= min(b, high)]


def union(parts: list[Intervals]) -> Intervals:
    """Sorted disjoint intervals that cover what any of ``parts`` covers."""
    if len(parts) == 1:
        return parts[0]
    half_open = [(low, high + 1) for part in parts for low, high in part]
    return [(low, end - 1) for low, end in merged(half_open)]
