"""Sets of tasks no two of which can overlap, across resources, groups and links: cliques of the disjunctive graph.

After A. Mingozzi, V. Maniezzo, S. Ricciardelli and L. Bianco, Management Science 44 (1998) 714-729, whose bound packs
incompatible tasks greedily.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.rcpsp.heads_tails import HeadsTails

Ints = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.bool_]

FEW = 500
"""Tasks up to which pairs are looked at; the time grows with their square."""

FIRSTS = 40
"""So many of the longest tasks are the first of a clique each."""


def cliques(problem: RCPSP, w: HeadsTails) -> Iterator[Ints]:
    """From each of the longest tasks the clique that grows by the longest that still fits; none of many tasks."""
    n = problem.num_tasks
    if n > FEW:
        return
    pairs = disjunctive_pairs(problem, w)
    rivals = [int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little") for row in pairs]
    longest_first = np.argsort(-w.length, kind="stable").tolist()
    found = set()
    for first in longest_first[:FIRSTS]:
        clique, left = 1 << first, rivals[first]
        for task in longest_first:
            if not left:
                break
            if left >> task & 1:
                clique |= 1 << task
                left &= rivals[task]
        if clique != 1 << first and clique not in found:
            found.add(clique)
            yield np.array([task for task in range(n) if clique >> task & 1])


def disjunctive_pairs(problem: RCPSP, w: HeadsTails) -> Pairs:
    """n x n, symmetric: tasks that take time, are surely done, and never at the same time."""
    pairs: Pairs = np.zeros((problem.num_tasks, problem.num_tasks), dtype=bool)
    demand = np.minimum.reduceat(problem.demand, problem.mode_ptr[:-1], axis=0)
    for resource, most in enumerate(problem.greatest_capacity.tolist()):  # all at once they may be too large an array
        asked = demand[:, resource]
        if most < FAR and np.sort(asked)[-2:].sum() > most:
            together = (asked[:, None] > 0) & (asked > 0)
            pairs |= together & (asked[:, None] + asked > most)
    for group in problem.groups():
        pairs[np.ix_(group, group)] = True
    before = _before(problem, w)
    pairs |= before | before.T
    pairs &= ~(problem.done[:, None] & problem.done[None, :])  # two of these are held to no rule
    counts = w.sure & (w.length > 0)
    pairs &= counts[:, None] & counts[None, :]
    np.fill_diagonal(pairs, False)
    return pairs


def _before(problem: RCPSP, w: HeadsTails) -> Pairs:
    """n x n: does the first of two tasks surely end before the second starts? Through links from end to start."""
    a, b = problem.link_from, problem.link_to
    plain = (problem.link_kind == LINK_KINDS.index("FS")) & (problem.min_lag >= 0) & w.sure[a] & w.sure[b]
    plain &= ~(problem.done[a] | problem.done[b])
    before = np.zeros((problem.num_tasks, problem.num_tasks), dtype=bool)
    before[a[plain], b[plain]] = True
    for task in range(problem.num_tasks):  # S. Warshall, Journal of the ACM 9 (1962) 11-12
        before |= before[:, [task]] & before[[task], :]
    return before
