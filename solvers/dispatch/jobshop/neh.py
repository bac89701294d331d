"""NEH: job orders for permutation flow shops and other shops where jobs are placed as a whole.

Jobs by decreasing total work, each inserted into the order where the makespan of those so far is smallest,
the first such place. M. Nawaz, E. Enscore and I. Ham, Omega 11 (1983) 91-95; all places of one job at once:
E. Taillard, EJOR 47 (1990) 65-74.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.dispatch.jobshop.jobwise import Placer
from schedsolve.solvers.dispatch.jobshop.shop import NEVER, Shop, Vector

Ints = npt.NDArray[np.int64]


def neh_order(problem: JobShop) -> list[int]:
    """The order of a permutation flow shop's jobs. Only processing times count; placing honours the rest."""
    work = problem.duration.reshape(problem.num_jobs, -1)
    order: list[int] = []
    for j in np.argsort(-work.sum(axis=1), kind="stable").tolist():
        order.insert(int(_makespans(work[order], work[j]).argmin()), j)
    return order


def insertion_order(problem: JobShop, shop: Shop, flag: Vector) -> list[int]:
    """The order in which jobs are best placed into the gaps of a no-wait or blocking shop.

    Once ``flag[0]`` is set, the jobs that are left come last.
    """
    work = np.add.reduceat(np.asarray(shop.work), problem.job_ptr[:-1])
    order: list[int] = []
    for j in np.argsort(-work, kind="stable").tolist():
        if flag[0]:
            order.append(j)
            continue
        orders = [[*order[:place], j, *order[place:]] for place in range(len(order) + 1)]
        order = min(orders, key=lambda some: _makespan_placed(problem, shop, some))
    return order


def _makespan_placed(problem: JobShop, shop: Shop, order: list[int]) -> int:
    placer = Placer(problem, shop, insert=True)
    longest = 0
    for j in order:
        visits = placer.place(j)
        if visits is None:
            return NEVER
        longest = max(longest, *(visit.end for visit in visits))
    return longest


def _makespans(work: Ints, job: Ints) -> Ints:
    """Makespan with ``job`` (m) inserted at each of the r + 1 places among the r jobs of ``work`` (r x m)."""
    heads, tails = _completions(work), _completions(work[::-1, ::-1])[::-1, ::-1]
    none = np.zeros((1, len(job)), dtype=np.int64)
    heads, tails = np.concatenate([none, heads]), np.concatenate([tails, none])
    end = np.zeros(len(heads), dtype=np.int64)
    longest = np.zeros(len(heads), dtype=np.int64)
    for k, duration in enumerate(job.tolist()):
        end = np.maximum(end, heads[:, k]) + duration
        longest = np.maximum(longest, end + tails[:, k])
    return longest


def _completions(work: Ints) -> Ints:
    """r x m: completion times of jobs processed in order; on one machine a running maximum over the jobs."""
    ends = np.zeros_like(work)
    arrival = np.zeros(len(work), dtype=np.int64)
    for k in range(work.shape[1]):
        done = np.cumsum(work[:, k])
        arrival = ends[:, k] = done + np.maximum.accumulate(arrival - (done - work[:, k]))
    return ends
