"""The schedule at hand, its sequences, and how a changed order of jobs becomes a schedule again."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.record import FAR
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.dispatch.jobshop.shop import compiled, make_shop, make_state
from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.jobshop import decoded
from schedsolve.solvers.search.jobshop.decoded import cost

Ints = npt.NDArray[np.int64]


class Plan:
    """A valid schedule, indexed by operation (N) unless said otherwise."""

    def __init__(self, problem: JobShop, solution: JobShopSolution):
        schedule = Schedule(problem, solution)
        self.problem = problem
        self.solution = solution
        self.start, self.end = schedule.start, schedule.end
        self.machine, self.duration = schedule.machine, schedule.duration
        self.completion: Ints = schedule.completion
        """n: when each job ends."""
        self.choice: Ints = problem.alt_ptr[:-1] + solution.alternative
        """The alternative, counted over all operations."""
        self.cost = cost(problem, solution)
        self.order = in_job_order(problem, problem.job_of[np.lexsort((np.arange(len(self.start)), self.start))])
        """The operations by start, those of a job in its order: a topological order."""
        self.rank = np.empty_like(self.order)
        self.rank[self.order] = np.arange(len(self.order))

    @cached_property
    def sequence(self) -> Ints:
        """The operations of positive length, machine by machine, each in its sequence."""
        occupying = self.order[self.duration[self.order] > 0]
        return occupying[np.argsort(self.machine[occupying], kind="stable")]

    @cached_property
    def _keys(self) -> Ints:
        return self.machine[self.sequence] * len(self.order) + self.rank[self.sequence]

    @cached_property
    def _latest(self) -> Ints:
        """For each place of the sequence the last operation to end up to there: those that are done may overlap."""
        latest = self.sequence.copy()
        same = self.machine[latest[1:]] == self.machine[latest[:-1]]
        for place in np.flatnonzero(same & (self.end[latest[1:]] < self.end[latest[:-1]])).tolist():
            following = place + 1
            while following < len(latest) and self._outlasts(latest[place], latest[following]):
                latest[following] = latest[place]
                following += 1
        return latest

    def _outlasts(self, one: int, other: int) -> bool:
        return bool(self.machine[one] == self.machine[other] and self.end[one] > self.end[other])

    def last_before(self, machines: Ints, rank: int) -> Ints:
        """The last operation to end on each of ``machines`` of those that rank before ``rank``, or -1."""
        return self._on(machines, np.searchsorted(self._keys, machines * len(self.order) + rank) - 1, self._latest)

    def first_from(self, machines: Ints, rank: int) -> Ints:
        """The first operation on each of ``machines`` that has at least ``rank``, or -1."""
        return self._on(machines, np.searchsorted(self._keys, machines * len(self.order) + rank), self.sequence)

    def _on(self, machines: Ints, place: Ints, operations: Ints) -> Ints:
        found = np.append(operations, -1)[np.clip(place, -1, len(operations))]
        there: Ints = np.where((found >= 0) & (self.machine[found] == machines), found, -1)
        return there

    def tails(self, last: Ints) -> Ints:
        """The longest time from each operation's start to the end of all, with these sequences and without downtime.

        ``last`` is what follows the end of an operation: -FAR for none.
        """
        problem, size = self.problem, len(self.order)
        successor = np.arange(1, size + 1)
        successor[problem.job_ptr[1:] - 1] = -1
        lag = np.zeros(size, dtype=np.int64)
        if problem.transport.size:
            lag[:-1] = problem.transport[self.machine[:-1], self.machine[1:]]
        before, after = self.sequence[:-1], self.sequence[1:]
        same = self.machine[before] == self.machine[after]
        before, after = before[same], after[same]
        following, gap = np.full(size, -1), np.zeros(size, dtype=np.int64)
        following[before] = after
        if problem.has_setups:
            family = problem.setup_family
            gap[before] = problem.setup[self.machine[after], family[before], family[after]]
        tail = np.full(size, -FAR)
        (longest,) = KERNELS.functions()
        longest(self.order, self.duration, successor, lag, following, gap, last, tail)
        return tail


class Decoder:
    """List scheduling: operations in the order of a plan, each on the machine that is chosen for it."""

    def __init__(self, problem: JobShop):
        shop, _ = make_shop(problem, seed=0)
        size = problem.num_operations
        one_each = shop._replace(alt_ptr=np.arange(size + 1), machine=np.zeros(size), duration=np.zeros(size))
        self.problem = problem
        self.shop = compiled(one_each)
        self.state = make_state(self.shop)
        (self.append,) = decoded.KERNELS.functions()

    def decode(self, jobs: Ints, choice: Ints) -> JobShopSolution | None:
        """The schedule of an order, given as N job indices, with the chosen alternatives (of all operations)."""
        self.shop.machine[:] = self.problem.machine[choice]
        self.shop.duration[:] = self.problem.duration[choice]
        self.append(self.shop, self.state, in_job_order(self.problem, jobs))
        start = self.state.start.copy()
        if start.max() > FAR:
            return None
        return JobShopSolution(start=start, alternative=choice - self.problem.alt_ptr[:-1])


def in_job_order(problem: JobShop, jobs: Ints) -> Ints:
    """The order of the operations in which the jobs' turns come as in ``jobs``, each as often as it has operations."""
    order = np.empty(problem.num_operations, dtype=np.int64)
    order[np.argsort(jobs, kind="stable")] = np.arange(problem.num_operations)
    return order


@kernel
def longest_tails(
    order: Ints, duration: Ints, successor: Ints, lag: Ints, following: Ints, gap: Ints, last: Ints, tail: Ints
) -> None:
    """Fill ``tail``, from the last operation in ``order`` to the first: what follows in the job or on the machine.

    job        o --lag--> successor           tail of o: its duration, and the longer one of the two ways on
    machine    o --gap--> following
    """
    for i in range(len(order) - 1, -1, -1):
        o = order[i]
        longest = last[o]
        if successor[o] >= 0:
            longest = max(longest, lag[o] + tail[successor[o]])
        if following[o] >= 0:
            longest = max(longest, gap[o] + tail[following[o]])
        tail[o] = duration[o] + longest


def _call_each() -> None:
    zero = np.zeros(1, dtype=np.int64)
    Plan(JobShop.from_jobs([[(0, 1)]]), JobShopSolution(start=zero)).tails(zero)


KERNELS = Kernels(__name__, (longest_tails,), _call_each)

NEEDED = (KERNELS, decoded.KERNELS)
"""By a ``Plan`` and a ``Decoder``."""
