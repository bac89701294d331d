"""Topological orders of the operations: random ones, and those between two.

Of two topological orders any mix of the ranks is one again, for both keep the jobs' own order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Order = npt.NDArray[np.int64]
"""N: the operations in a topological order."""


def mixed(first: Order, second: Order, share: float) -> Order:
    """The order between two whose ranks are ``share`` of the second's and the rest of the first's."""
    rank = np.empty(len(first))
    rank[first] = (1 - share) * np.arange(len(first))
    rank[second] += share * np.arange(len(first))
    return np.argsort(rank, kind="stable")


def random_order(job_of: npt.NDArray[np.int64], rng: np.random.Generator) -> Order:
    """The operations of each job (``job_of``, N) at random times, in their sequence."""
    time = rng.random(len(job_of))
    return np.argsort(time[np.lexsort((time, job_of))], kind="stable")
