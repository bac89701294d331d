"""The disjunctive graph of a job shop with decided machines, as flat arrays.

Nodes are operations; arcs lead from each operation to the next of its job and, once sequences are chosen, to
the next on its machine. A topological order of all operations stands for the sequences: on each machine the
operations follow one another as they do in the order.

E. Balas, Machine sequencing via disjunctive graphs, Operations Research 17 (1969) 941-957.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.search.jobshop.orders import Order

Array = npt.NDArray[np.int64]

LARGEST_TABLE = 2**22
"""Entries of the tabu table; beyond this pairs of operations share entries."""

#     job       o-1 --LAG--> o --LAG--> o+1        JOB_BEFORE, JOB_AFTER: fixed
#     machine     p --------> o --------> s        BEFORE, AFTER: what the search changes
#
#     |<-- HEAD -->|  o  |                 |
#     0            |<------- TAIL -------->|       HEAD + TAIL: the longest path through o

DURATION, JOB_BEFORE, JOB_AFTER, LAG, RELEASE, JOB, MACHINE, PLACE = range(8)
"""What does not change, N x 8, one cache line an operation: its duration; the previous and next operation of its
job, or -1; the transport time to the next; when it may start at the earliest for itself; its job; its machine, -1
for operations of length 0, which occupy none; its number among those of its machine."""

BEFORE, AFTER, HEAD, TAIL, RANK, MARK = range(6)
"""What does, N x 8: the previous and next operation on the machine, or -1; the earliest start; the longest time from
that start to the end of all; the place in the order; a mark for scans, 0 between them."""


def make_shop(problem: JobShop) -> Array:
    """The array of a problem in which every operation has one alternative."""
    size = problem.num_operations
    operation = np.arange(size)
    first, last = problem.job_ptr[:-1], problem.job_ptr[1:] - 1
    shop = np.zeros((size, 8), dtype=np.int64)
    shop[:, DURATION] = problem.duration
    shop[:, JOB_BEFORE], shop[:, JOB_AFTER] = operation - 1, operation + 1
    shop[first, JOB_BEFORE], shop[last, JOB_AFTER] = -1, -1
    shop[first, RELEASE] = problem.release
    shop[:, JOB] = problem.job_of
    shop[:, MACHINE] = np.where(problem.duration > 0, problem.machine, -1)
    for k in range(problem.num_machines):
        on_it = shop[:, MACHINE] == k
        shop[on_it, PLACE] = np.arange(np.count_nonzero(on_it))
    if problem.transport.size:
        between = operation[shop[:, JOB_AFTER] >= 0]
        shop[between, LAG] = problem.transport[problem.machine[between], problem.machine[between + 1]]
    return shop


def widest(shop: Array) -> int:
    """Most operations on one machine."""
    return 1 + int(shop[:, PLACE].max())


def order_of(problem: JobShop, solution: JobShopSolution) -> Order:
    """The topological order that a schedule stands for. Of operations that start together one has length 0,
    or they are on different machines; those of one job stay in its order."""
    return np.lexsort((np.arange(problem.num_operations), solution.start))


def table_size(shop: Array) -> int:
    """A power of two: an entry for each pair of operations on a machine, where that is not too many."""
    pairs = len(shop) * widest(shop)
    return min(LARGEST_TABLE, 1 << max(1, int(pairs - 1).bit_length()))
