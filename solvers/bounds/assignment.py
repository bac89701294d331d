"""Workload bounds of flexible shops: operations are shared out among machines.

Every machine k that runs for ``load`` needs C >= head_k + load + tail_k. Weighted by any y >= 0 this gives

    sum(y) C  >=  sum_k y_k (head_k + tail_k) + sum_o min_a y_k(a) d_a

which is weak duality for the linear assignment relaxation, so that any y gives a bound and its best y
the relaxation's value. Good y are found by multiplicative weights (S. Plotkin, D. Shmoys and E. Tardos,
Mathematics of Operations Research 20 (1995) 257-301) here, or by an LP solver (``jobshop_lp``); the bound
is then computed in integers, so that no rounding can spoil it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.bounds.windows import Windows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SCALE = 10**6
"""Weights are rounded to integers of this sum (about)."""

ROUNDS = 200
"""Rounds of multiplicative weights."""


@dataclass(frozen=True, eq=False)
class Workload:
    """Some operations with their alternatives: ``ptr`` where each one's begin, ``machine`` and ``duration``
    of each; ``idle`` (m) the time that a machine has nothing of them to do at the beginning and the end."""

    ptr: Ints
    machine: Ints
    duration: Ints
    idle: Ints

    def bound(self, weights: Floats) -> int:
        """The bound on the makespan that ``weights`` (m) give, exact whatever they are."""
        y = np.maximum(0, np.rint(SCALE * weights / weights.sum())).astype(np.int64)
        least = np.minimum.reduceat(y[self.machine] * self.duration, self.ptr)
        total = int(least.sum()) + int((y * self.idle).sum())
        return -(-total // int(y.sum()))


def workload(problem: JobShop, w: Windows, operations: Ints) -> Workload:
    """The workload of ``operations``, each of which takes time whichever alternative is chosen."""
    chosen = np.zeros(problem.num_operations, dtype=bool)
    chosen[operations] = True
    alternatives = w.alternatives[chosen[problem.operation_of[w.alternatives]]]
    operation = problem.operation_of[alternatives]
    machine = problem.machine[alternatives]
    far = int((w.head + w.work + w.tail).max())
    head = np.full(problem.num_machines, far)
    tail = np.full(problem.num_machines, far)
    np.minimum.at(head, machine, w.head[operation])
    np.minimum.at(tail, machine, w.tail[operation])
    # A machine that none of them can use is left out by weight, not by a head.
    idle = np.where(np.isin(np.arange(problem.num_machines), machine), head + tail, 0)
    ptr = np.flatnonzero(np.concatenate([[True], operation[1:] != operation[:-1]]))
    return Workload(ptr, machine, problem.duration[alternatives], idle)


def assignment_bound(problem: JobShop, w: Windows) -> int:
    """The best workload bound that multiplicative weights find; 0 where there is none."""
    operations = np.flatnonzero(w.work > 0)
    # Sums of weighted durations must fit 64 bits.
    if not len(operations) or float(problem.duration.sum()) * SCALE > 2**62:
        return 0
    load = workload(problem, w, operations)
    used = np.isin(np.arange(problem.num_machines), load.machine)
    counts = np.diff(np.append(load.ptr, len(load.machine)))
    row = np.repeat(np.arange(len(load.ptr)), counts)
    weights = used / used.sum()
    best = load.bound(weights)
    for step in range(ROUNDS):
        cost = weights[load.machine] * load.duration
        least = np.minimum.reduceat(cost, load.ptr)
        # Equal costs are shared, or the weights would swing.
        cheapest = cost <= least[row] * (1 + 1e-3)
        share = cheapest / np.add.reduceat(cheapest, load.ptr)[row]
        loads = load.idle + np.bincount(load.machine, share * load.duration, problem.num_machines)
        weights = weights * np.exp((loads / loads.max() - 1) / (1 + step) ** 0.5) * used
        weights = weights / weights.sum()
        best = max(best, load.bound(weights))
    return best
