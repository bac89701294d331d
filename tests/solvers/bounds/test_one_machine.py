"""One-machine relaxations against all sequences and, with preemption, all unit-time schedules."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from schedsolve.solvers.bounds.one_machine import jackson, mean_busy, moore, shortest_remaining

Numbers = list[int]


def sequences(heads: Numbers, work: Numbers) -> list[dict[int, int]]:
    """The ends of the operations in every sequence."""
    found = []
    for order in permutations(range(len(heads))):
        time, ends = min(heads), {}
        for o in order:
            time = ends[o] = max(time, heads[o]) + work[o]
        found.append(ends)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_never_above_the_best_sequence(seed: int) -> None:
    rng = random.Random(seed)
    n = rng.randint(1, 5)
    heads, work = [rng.randint(-2, 9) for _ in range(n)], [rng.randint(1, 6) for _ in range(n)]
    tails, weights = [rng.randint(-5, 9) for _ in range(n)], [rng.randint(0, 4) for _ in range(n)]
    due = [rng.randint(0, 15) for _ in range(n)]
    found = sequences(heads, work)
    assert jackson(heads, work, tails) <= min(max(ends[o] + tails[o] for o in ends) for ends in found)
    assert mean_busy(heads, work, weights) <= min(sum(weights[o] * ends[o] for o in ends) for ends in found)
    least = shortest_remaining(heads, work)
    assert all(a <= b for ends in found for a, b in zip(least, sorted(ends.values()), strict=True))
    # With one head for all, these are exact.
    together = sequences([3] * n, work)
    assert moore(3, work, due) == min(sum(ends[o] > due[o] for o in ends) for ends in together)
    assert jackson([3] * n, work, tails) == min(max(ends[o] + tails[o] for o in ends) for ends in together)
    assert mean_busy([3] * n, work, weights) == min(sum(weights[o] * ends[o] for o in ends) for ends in together)
    assert sum(shortest_remaining([3] * n, work)) == min(sum(ends.values()) for ends in together)


def test_preemption_helps() -> None:
    # The long tail arrives while the long operation runs.
    assert jackson([0, 2], [6, 1], [0, 9]) == 12
    assert shortest_remaining([0, 2], [6, 1]) == [3, 7]


def test_downtime_comes_first() -> None:
    assert jackson([0], [5], [2]) == 7
    assert jackson([0], [5], [2], [[1, 4], [6, 8]]) == 12
