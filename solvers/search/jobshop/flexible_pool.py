"""The elites of a search in a flexible job shop: good schedules that differ, and new starts between two of them.

A schedule is a choice of alternatives and a topological order of the operations. Any mix of two choices with
a mix of the ranks in two orders is a schedule again, for the jobs' own order is the same in both. So there is
nothing to repair, where path relinking (M. Gonzalez, C. Vela and R. Varela, EJOR 245 (2015) 35-45) goes by steps.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from schedsolve.solvers.search.jobshop.flexible_graph import Ints
from schedsolve.solvers.search.jobshop.orders import mixed, random_order


@dataclass(frozen=True, eq=False)
class Elite:
    """A schedule; ``pairs`` (N) has one number for each operation's alternative and predecessor on the machine."""

    makespan: int
    choice: Ints
    order: Ints
    pairs: Ints

    def similarity(self, other: Elite) -> float:
        """Share of the operations that have the same alternative and predecessor."""
        return float(np.mean(self.pairs == other.pairs))


def make_elite(makespan: int, choice: Ints, order: Ints, machine: Ints) -> Elite:
    """``machine`` (A) is that of each alternative."""
    place = machine[choice][order]
    row = order[np.argsort(place, kind="stable")]
    before = np.full(len(order), len(order))
    same = machine[choice][row[1:]] == machine[choice][row[:-1]]
    before[row[1:][same]] = row[:-1][same]
    return Elite(makespan, choice, order, choice * (len(order) + 1) + before)


class ElitePool:
    """At most ``size`` elites, none ``similar`` to another; threads may share one."""

    def __init__(self, size: int, similar: float, mutation: float):
        self.size, self.similar, self.mutation = size, similar, mutation
        self.members: list[Elite] = []
        """The best first."""
        self.refused = 0
        self._lock = threading.Lock()

    def add(self, elite: Elite) -> None:
        """Take ``elite`` in, in place of worse ones that are similar or of the worst. When as many in succession as
        the pool holds were refused, it has nothing more to give: all but the best are given up."""
        with self._lock:
            near = [member for member in self.members if member.similarity(elite) >= self.similar]
            full = len(self.members) >= self.size
            if any(member.makespan <= elite.makespan for member in near) or (
                full and not near and self.members[-1].makespan <= elite.makespan
            ):
                self.refused += 1
                if self.refused > self.size:
                    self.members, self.refused = self.members[:1], 0
                return
            self.refused = 0
            kept = [member for member in self.members if member not in near]
            self.members = sorted([*kept, elite], key=lambda member: member.makespan)[: self.size]

    def start(self, random: np.random.Generator, first_alternative: Ints, job_of: Ints) -> tuple[Ints, Ints]:
        """Choice and order between two elites; while there are few, a way off the best towards random ones.

        ``first_alternative`` (N + 1): where the alternatives of each operation begin; ``job_of`` (N): its job.
        """
        with self._lock:
            if len(self.members) >= self.size:
                i, j = random.choice(len(self.members), 2, replace=False)
                one, two = self.members[i], self.members[j]
                return _mixed(one.choice, one.order, two.choice, two.order, random.uniform(0.3, 0.7), random)
            best = self.members[0]
        choice = random.integers(first_alternative[:-1], first_alternative[1:])
        share = self.mutation * random.random()
        return _mixed(best.choice, best.order, choice, random_order(job_of, random), share, random)


def _mixed(
    choice: Ints, order: Ints, other_choice: Ints, other_order: Ints, share: float, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """``share`` of the other one's alternatives, drawn at random, and its ranks with that weight."""
    drawn = random.random(len(choice)) < share
    return np.where(drawn, other_choice, choice), mixed(order, other_order, share)
