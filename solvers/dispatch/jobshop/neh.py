"""NEH: job orders for permutation flow shops.

Jobs by decreasing total work, each inserted where the makespan of those so far is smallest, the first
such place. M. Nawaz, E. Enscore and I. Ham, Omega 11 (1983) 91-95; all places of one job at once:
E. Taillard, EJOR 47 (1990) 65-74. Only processing times count here; placing the jobs honours the rest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop

Ints = npt.NDArray[np.int64]


def neh_order(problem: JobShop) -> list[int]:
    """The order of the jobs of a permutation flow shop."""
    work = problem.duration.reshape(problem.num_jobs, -1)
    order: list[int] = []
    for j in np.argsort(-work.sum(axis=1), kind="stable").tolist():
        order.insert(int(_makespans(work[order], work[j]).argmin()), j)
    return order


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
