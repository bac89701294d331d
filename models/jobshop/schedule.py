"""What follows from the decisions: ends, machines, the order on machines and in jobs.

Read by the checker, reports and writers. Solvers compute their own, so that a mistake here
or there shows as a disagreement.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from schedsolve.models.breaks import paused_end
from schedsolve.models.jobshop.problem import JobShop
from schedsolve.models.jobshop.solution import JobShopSolution

Ints = npt.NDArray[np.int64]


class Schedule:
    """A solution placed on its problem; every array is indexed by operation (N) unless said otherwise.

    Expects as many starts as the problem has operations and alternatives that exist.
    """

    def __init__(self, problem: JobShop, solution: JobShopSolution):
        self.problem = problem
        self.start: Ints = solution.start
        chosen = problem.alt_ptr[:-1] + solution.alternative
        self.machine: Ints = problem.machine[chosen]
        self.duration: Ints = problem.duration[chosen]
        self.exempt: npt.NDArray[np.bool_] = problem.done
        """Rules between two such operations are waived: they are facts."""
        self.counted: npt.NDArray[np.bool_] = np.ones(problem.num_operations, dtype=bool)
        """The operations that are in the schedule: all but in a ``Past``."""

    def binds(self, one: Ints, other: Ints) -> npt.NDArray[np.bool_]:
        """For pairs of operations: does a rule between them count?"""
        return ~(self.exempt[one] & self.exempt[other])

    @cached_property
    def end(self) -> Ints:
        """When processing ends; with ``pause``, downtime passed on the way included."""
        end = self.start + self.duration
        problem = self.problem
        if problem.pause:
            working = (self.duration > 0) & ~problem.done
            for machine in np.unique(problem.downtime_machine).tolist():
                ops = np.flatnonzero(working & (self.machine == machine))
                end[ops] = paused_end(problem.downtimes(machine), self.start[ops], self.duration[ops])
        return end

    @cached_property
    def successor(self) -> Ints:
        """The operation that follows in the same job, -1 for the last. In an open shop the order of
        ends decides, and operations of length 0 have no place in it."""
        problem = self.problem
        successor = np.full(problem.num_operations, -1)
        if not problem.open_shop:
            inner = np.ones(problem.num_operations, dtype=bool)
            inner[problem.job_ptr[1:] - 1] = False
            inner[:-1] &= self.counted[:-1] & self.counted[1:]
            successor[inner] = np.flatnonzero(inner) + 1
            return successor
        ops = np.flatnonzero((self.duration > 0) & self.counted)
        ops = ops[np.lexsort((self.start[ops], self.end[ops], problem.job_of[ops]))]
        same = problem.job_of[ops[1:]] == problem.job_of[ops[:-1]]
        successor[ops[:-1][same]] = ops[1:][same]
        return successor

    @cached_property
    def transfer(self) -> Ints:
        """Transport time to the successor's machine; 0 where there is none."""
        if not self.problem.transport.size:
            return np.zeros_like(self.start)
        return np.where(self.successor >= 0, self.problem.transport[self.machine, self.machine[self.successor]], 0)

    @cached_property
    def departure(self) -> Ints:
        """When the job leaves the machine: the end, or, where jobs block, when it goes on to the next one."""
        if self.problem.blocking == "none":
            return self.end
        leave = self.start[self.successor] - self.transfer
        return np.where(self.successor >= 0, np.maximum(self.end, leave), self.end)

    @cached_property
    def completion(self) -> Ints:
        """n: completion time of each job."""
        completion: Ints = np.maximum.reduceat(self.end, self.problem.job_ptr[:-1])
        return completion

    @cached_property
    def machine_order(self) -> Ints:
        """The operations that occupy a machine for a positive time, machine by machine, by start."""
        ops = np.flatnonzero((self.departure > self.start) & self.counted)
        return ops[np.lexsort((self.start[ops], self.machine[ops]))]

    @cached_property
    def leaving_order(self) -> Ints:
        """The same, machine by machine as they leave it: another order only where operations overlap."""
        ops = self.machine_order
        return ops[np.lexsort((ops, self.start[ops], self.departure[ops], self.machine[ops]))]

    @cached_property
    def machine_pairs(self) -> tuple[Ints, Ints]:
        """Neighbours (earlier, later) in the sequences of the machines: one leaves next after the other."""
        order = self.leaving_order
        same = self.machine[order[1:]] == self.machine[order[:-1]]
        return order[:-1][same], order[1:][same]

    @cached_property
    def machine_first(self) -> Ints:
        """The first operation of each machine that has one."""
        order = self.leaving_order
        if not len(order):
            return order
        first: Ints = order[np.concatenate([[True], self.machine[order[1:]] != self.machine[order[:-1]]])]
        return first

    @cached_property
    def setup_before(self) -> Ints:
        """Setup time that each operation needs after its neighbour on the machine (or as the first there)."""
        gap = np.zeros_like(self.start)
        problem = self.problem
        if problem.has_setups:
            before, after = self.machine_pairs
            family, first = problem.setup_family, self.machine_first
            gap[after] = problem.setup[self.machine[after], family[before], family[after]]
            gap[first] = problem.initial_setup[self.machine[first], family[first]]
        return gap

    @property
    def total_setup_time(self) -> int:
        return sum(self.setup_before.tolist())
