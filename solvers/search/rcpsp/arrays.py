"""The arrays that the compiled search works on: handed on as a whole once a schedule, which costs little."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from schedsolve.solvers.dispatch.rcpsp.layout import PLACED_WIDTH

Array = Any
"""An int64 array, but for what is said to be of floats."""


class Genes(NamedTuple):
    """S populations of P individuals each."""

    order: Array
    """S x P x n: the list of each, that of its schedule by ``time``."""
    time: Array
    """S x P x n: ends where there are two populations, starts where there is one; NEVER for absent tasks."""
    mode: Array
    """S x P x n: modes of all; -1 for tasks that are absent or fixed."""
    scheme: Array
    """S x P: 1 for the parallel scheme, 0 for the serial one."""
    value: Array
    """S x P x levels."""


class Goal(NamedTuple):
    """What is minimised."""

    aims: Array
    """2 x levels pairs: what a level counts, and whether tasks are weighted (``aims``)."""
    due: Array
    weight: Array
    budget: Array


class Rooms(NamedTuple):
    """Working space."""

    eligible: Array
    waiting: Array
    when: Array
    part: Array
    order: Array
    mode: Array
    time: Array
    latest: Array
    key: Array
    """Floats."""
    value: Array
    spare: Array
    placed: Array
    bounds: Array
    profile: Array
    level: Array
    random: Array


def make_genes(sides: int, size: int, n: int, levels: int) -> Genes:
    """Populations without individuals in them."""
    order, time, mode = (np.zeros((sides, size, n), dtype=np.int64) for _ in range(3))
    scheme = np.zeros((sides, size), dtype=np.int64)
    return Genes(order, time, mode, scheme, np.zeros((sides, size, levels), dtype=np.int64))


def make_rooms(n: int, budgets: int, levels: int, bounds: int, profile: int, width: int, seed: int) -> Rooms:
    """Working space for n tasks."""
    per_task = [np.zeros(n, dtype=np.int64) for _ in range(8)]
    rest = [np.zeros(size, dtype=np.int64) for size in (levels, budgets, PLACED_WIDTH * n, bounds, profile, width)]
    rooms: list[Array] = [*per_task, np.zeros(n), *rest, np.array([1 + seed % 2147483646])]
    return Rooms(*rooms)
