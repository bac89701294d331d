"""Workload bounds of flexible shops: operations are shared out among machines.

A machine that runs for some ``load`` needs C >= head + load + tail, and so does a job, whose operations
follow one another. With weights y >= 0 on these machines and jobs k,

    sum_k y_k C  >=  sum_k y_k (head_k + tail_k) + sum_o min_a (y_machine(a) + y_job(o)) d_a

which is weak duality for the linear relaxation of the assignment problem: every y gives a bound, the best y
the relaxation's value. Good y come from multiplicative weights here (S. Plotkin, D. Shmoys and E. Tardos,
Mathematics of Operations Research 20 (1995) 257-301), or from an LP solver (``solvers.lp_bound.jobshop``); the bound
is then computed in integers, so that no rounding can spoil it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.bounds.jobshop.heads_tails import HeadsTails

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SCALE = 10**6
"""Weights are rounded to integers with about this sum."""

ROUNDS = 200
"""Rounds of multiplicative weights."""


@dataclass(frozen=True, eq=False)
class Workload:
    """Some operations and what they load: machines 0..m-1 and, as m + j, jobs j.

    ``ptr`` says where each operation's alternatives begin; ``machine``, ``job`` and ``duration`` belong to
    alternatives, ``idle`` (m + n) is head + tail of each machine and job, ``used`` (m + n) says which count.
    """

    ptr: Ints
    machine: Ints
    job: Ints
    duration: Ints
    idle: Ints
    used: npt.NDArray[np.bool_]

    @property
    def operation(self) -> Ints:
        """The operation of each alternative, counted among those of this workload."""
        return np.repeat(np.arange(len(self.ptr)), np.diff(np.append(self.ptr, len(self.machine))))

    def bound(self, weights: Floats) -> int:
        """The bound on the makespan that ``weights`` (m + n, not negative) give, exact whatever they are."""
        y = np.rint(SCALE * weights / weights.sum()).astype(np.int64)
        least = np.minimum.reduceat((y[self.machine] + y[self.job]) * self.duration, self.ptr)
        total = int(least.sum()) + int((y * self.idle).sum())
        return -(-total // int(y.sum()))


def workload(problem: JobShop, w: HeadsTails, operations: Ints) -> Workload:
    """The workload of ``operations``, each of which takes time whichever alternative is chosen."""
    chosen = np.zeros(problem.num_operations, dtype=bool)
    chosen[operations] = True
    alternatives = w.alternatives[chosen[problem.operation_of[w.alternatives]]]
    operation = problem.operation_of[alternatives]
    machine, job = problem.machine[alternatives], problem.num_machines + problem.job_of[operation]
    head = np.full(problem.num_machines + problem.num_jobs, np.iinfo(np.int64).max)
    tail = head.copy()
    for loaded in (machine, job):
        np.minimum.at(head, loaded, w.head[operation])
        np.minimum.at(tail, loaded, w.tail[operation])
    used = np.zeros(len(head), dtype=bool)
    used[machine] = used[job] = True
    idle = np.where(used, head, 0) + np.where(used, tail, 0)
    # Done operations of one job may have overlapped.
    used[problem.num_machines :] &= ~np.logical_or.reduceat(problem.done, problem.job_ptr[:-1])
    ptr = np.flatnonzero(np.concatenate([[True], operation[1:] != operation[:-1]]))
    duration = np.where(problem.done[operation], w.work[operation], problem.duration[alternatives])
    return Workload(ptr, machine, job, duration, np.where(used, idle, 0), used)


def loading(problem: JobShop, w: HeadsTails) -> Ints:
    """The operations that workload bounds count; none where weighted sums would pass 64 bits.

    Of those that are done only those on a machine that is known: the others may have overlapped anywhere.
    """
    if float(problem.duration.sum()) * SCALE > 2**61:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero((w.work > 0) & ~(problem.done & (w.machine < 0)))


def assignment_bound(problem: JobShop, w: HeadsTails) -> int:
    """The best workload bound that multiplicative weights find; 0 where there is none."""
    operations = loading(problem, w)
    if not len(operations):
        return 0
    load = workload(problem, w, operations)
    row = load.operation
    weights = load.used / load.used.sum()
    weights[: problem.num_machines] *= problem.num_jobs
    best = 0
    for step in range(ROUNDS):
        best = max(best, load.bound(weights))
        cost = (weights[load.machine] + weights[load.job]) * load.duration
        # Equal costs are shared, or the weights would swing.
        cheapest = cost <= np.minimum.reduceat(cost, load.ptr)[row] * (1 + 1e-3)
        time = cheapest / np.add.reduceat(cheapest, load.ptr)[row] * load.duration
        loads = load.idle + np.bincount(load.machine, time, len(weights)) + np.bincount(load.job, time, len(weights))
        weights = weights * np.exp((loads / loads.max() - 1) / (1 + step) ** 0.5)
        if not weights.any():  # all that counts has been idle for far longer than there is work
            break
        weights = weights / weights.sum()
    return best
