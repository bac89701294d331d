"""Relaxations to one machine, on lists of operations with heads (or releases), lengths and tails.

J. Jackson (1955), J. Carlier and E. Pinson, Annals of OR 26 (1990) 269-287 (preemption with tails); L. Schrage,
Operations Research 16 (1968) 687-690 (shortest remaining time); M. Goemans, SODA 1997 (mean busy times);
C. Chu, Naval Research Logistics 39 (1992) 859-875 (tardiness); J. Moore, Management Science 15 (1968) 102-109.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush, heapreplace
from math import ceil, inf

Ints = Sequence[int]


def jackson(heads: Ints, work: Ints, tails: Ints, downtimes: Sequence[Sequence[int]] = ()) -> int:
    """Least max(end + tail) with preemption: always the longest tail first. Downtimes come before all."""
    heads = [*heads, *(low for low, _ in downtimes)]
    work = [*work, *(high - low for low, high in downtimes)]
    keys = [*(-tail for tail in tails), *(-inf for _ in downtimes)]
    return max(end + tails[o] for o, _, end in _preemptive(heads, work, keys) if o < len(tails))


def mean_busy(heads: Ints, work: Ints, weights: Ints) -> int:
    """A bound on the weighted sum of ends: w (mean busy time + p / 2), by weight over work, preemptive."""
    keys = [-w / p for w, p in zip(weights, work, strict=True)]
    double = 0.0
    for o, start, end in _preemptive(heads, work, keys):
        double += weights[o] / work[o] * (end - start) * (end + start)
    double += sum(w * p for w, p in zip(weights, work, strict=True))
    return ceil(double / 2 - 1e-9 * max(1.0, abs(double)))


def shortest_remaining(heads: Ints, work: Ints) -> list[int]:
    """Ends in the preemptive shortest-remaining-time schedule, sorted: the i-th is the least possible i-th end."""
    order = sorted(range(len(heads)), key=heads.__getitem__)
    ends: list[int] = []
    left: list[int] = []
    time, i = heads[order[0]], 0
    while i < len(order) or left:
        if not left:
            time = max(time, heads[order[i]])
        while i < len(order) and heads[order[i]] <= time:
            heappush(left, work[order[i]])
            i += 1
        if i < len(order) and time + left[0] > heads[order[i]]:
            heapreplace(left, left[0] - (heads[order[i]] - time))
            time = heads[order[i]]
        else:
            time += heappop(left)
            ends.append(time)
    return ends


def moore(start: int, work: Ints, due: Ints) -> int:
    """The least number of late operations where all could start at ``start``."""
    time, late = start, 0
    longest: list[int] = []
    for d, p in sorted(zip(due, work, strict=True)):
        heappush(longest, -p)
        time += p
        if time > d:
            time += heappop(longest)
            late += 1
    return late


def _preemptive(heads: Ints, work: Ints, keys: Sequence[float]) -> list[tuple[int, int, int]]:
    """(operation, start, end) of each piece where the available operation with the smallest key is worked on."""
    order = sorted(range(len(heads)), key=heads.__getitem__)
    left = list(work)
    pieces = []
    ready: list[tuple[float, int]] = []
    time, i = heads[order[0]], 0
    while i < len(order) or ready:
        if not ready:
            time = max(time, heads[order[i]])
        while i < len(order) and heads[order[i]] <= time:
            heappush(ready, (keys[order[i]], order[i]))
            i += 1
        o = ready[0][1]
        until = time + left[o]
        if i < len(order):
            until = min(until, heads[order[i]])
        pieces.append((o, time, until))
        left[o] -= until - time
        if left[o] == 0:
            heappop(ready)
        time = until
    return pieces
