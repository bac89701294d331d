"""A flexible job shop and its schedule as the few flat arrays that the tabu search works on.

Nodes: 0..N-1 are the operations, N stands for "none", N + 1 + j for the release of job j.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop, JobShopSolution

Ints = npt.NDArray[np.int64]

#     nodes        0 1 2 ... N-1 | N    | N+1 ... N+n
#                  operations    | none | releases of the jobs, FINISH only
#
#     sequence     | a c f . . | b d . . . | e g h .  |     A: room on each machine for all that may come to it
#     machines       ^ ROW       ^           ^
#                    <- COUNT ->

# Rows of ``Graph.nodes``: what an operation has, ...
JOB_BEFORE = 0
"""The job's previous operation; for the first one the node of its release."""
JOB_AFTER = 1
FIRST_ALTERNATIVE = 2
"""Where its alternatives begin; the next column says where they end."""
CHOICE = 3
"""The alternative in use, ..."""
LENGTH = 4
"""... its duration, ..."""
ON = 5
"""... and machine."""
PLACE = 6
"""Index in the machine's sequence."""
BEFORE = 7
"""Previous operation on the machine."""
AFTER = 8
FINISH = 9
"""Longest path that ends with the operation, included."""
TAIL = 10
"""Longest path that begins with it, included."""
RANK = 11
"""Index in the topological order."""
DIRTY = 12
"""A mark; 0 between moves."""
BEST_CHOICE = 13
BEST_START = 14
# ... and lists of operations or numbers.
ORDER = 15
"""A topological order."""
BEST_ORDER = 16
PATH = 17
"""A critical path, from its end back."""
HEADS = 18
"""Longest paths to the places of a sequence that are looked at, and from them."""
TAILS = 19
NODE_ROWS = 20

# Rows of ``Graph.alternatives`` and ``Graph.machines``.
MACHINE, DURATION, TABU = range(3)
"""TABU: no return to the alternative before this move."""
ROW, COUNT = range(2)
"""Where a machine's part of ``Graph.sequence`` begins, and its number of operations."""

NOW, MAKESPAN, BEST, IDLE, RANDOM, TENURE, SPREAD = range(7)
"""``Graph.numbers``: moves made, makespan, best of this run, moves since it, state of the random generator;
TENURE and SPREAD: for how long a return is forbidden at least, and how much of that is random."""

MOST_ARCS = 20
"""log2 of the longest table of forbidden arcs."""


class Graph(NamedTuple):
    """Problem, schedule and memory; all arrays of 64-bit integers. Few arrays compile fast and are passed fast."""

    none: int
    """N."""
    nodes: Ints
    """NODE_ROWS x (N + 1 + n)."""
    alternatives: Ints
    """3 x A, those alternatives that are worth a look."""
    machines: Ints
    """2 x m."""
    last: Ints
    """n: the last operation of each job."""
    sequence: Ints
    """A: the operations of each machine in order, with room for all that may come."""
    arcs: Ints
    """A hash table of pairs (x, y): x does not get before y again until this move. The length is a power of two."""
    numbers: Ints


def make_graph(problem: JobShop) -> tuple[Graph, Ints]:
    """The arrays, without a schedule yet, and the original (global) index of each alternative that is left."""
    size, jobs = problem.num_operations, problem.num_jobs
    kept = useful_alternatives(problem)
    nodes = np.zeros((NODE_ROWS, size + 1 + jobs), dtype=np.int64)
    nodes[JOB_BEFORE, :size] = np.arange(-1, size - 1)
    nodes[JOB_BEFORE, problem.job_ptr[:-1]] = size + 1 + np.arange(jobs)
    nodes[JOB_AFTER, :size] = np.arange(1, size + 1)
    nodes[JOB_AFTER, problem.job_ptr[1:] - 1] = size
    nodes[FIRST_ALTERNATIVE, : size + 1] = np.searchsorted(problem.operation_of[kept], np.arange(size + 1))
    nodes[FINISH, size + 1 :] = problem.release
    alternatives = np.zeros((3, len(kept)), dtype=np.int64)
    alternatives[MACHINE], alternatives[DURATION] = problem.machine[kept], problem.duration[kept]
    machines = np.zeros((2, problem.num_machines), dtype=np.int64)
    room = np.bincount(alternatives[MACHINE], minlength=problem.num_machines)
    machines[ROW, 1:] = np.cumsum(room)[:-1]
    graph = Graph(
        none=size,
        nodes=nodes,
        alternatives=alternatives,
        machines=machines,
        last=problem.job_ptr[1:] - 1,
        sequence=np.zeros(len(kept), dtype=np.int64),
        arcs=np.zeros(1 << min(MOST_ARCS, (size * size).bit_length()), dtype=np.int64),
        numbers=np.zeros(7, dtype=np.int64),
    )
    return graph, kept


def useful_alternatives(problem: JobShop) -> Ints:
    """Of an operation's alternatives on one machine the shortest; where one has length 0, only that, for it
    takes neither time nor a machine."""
    operation = problem.operation_of
    instant = np.minimum.reduceat(problem.duration, problem.alt_ptr[:-1])[operation] == 0
    place = np.where(instant, 0, problem.machine)
    ranked = np.lexsort((problem.duration, place, operation))
    new = (np.diff(operation[ranked], prepend=-1) != 0) | (np.diff(place[ranked], prepend=-1) != 0)
    kept: Ints = ranked[new]
    return kept


def read_solution(problem: JobShop, graph: Graph, kept: Ints, solution: JobShopSolution) -> tuple[Ints, Ints]:
    """Alternatives of ``graph`` and a topological order from a solution."""
    chosen = problem.alt_ptr[:-1] + solution.alternative
    choice = graph.nodes[FIRST_ALTERNATIVE, :-1][: graph.none].copy()
    same = np.flatnonzero(problem.machine[kept] == problem.machine[chosen][problem.operation_of[kept]])
    choice[problem.operation_of[kept[same]]] = same
    order = np.lexsort((np.arange(graph.none), problem.duration[chosen], solution.start))
    return choice, order
