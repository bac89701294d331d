"""Constraints on machines: one operation at a time, setups, and, for blocking shops and permutations,
the order of every pair.

Blocking is modelled by the alternative graph of A. Mascis and D. Pacciarelli, EJOR 143 (2002) 498-517.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappush, heapreplace
from itertools import combinations, permutations

import numpy as np

from schedsolve.models.breaks import merged
from schedsolve.solvers.cpsat.driver import Literal
from schedsolve.solvers.cpsat.jobshop.circuit import circuit
from schedsolve.solvers.cpsat.jobshop.jobs import Succession, transfer_times
from schedsolve.solvers.cpsat.jobshop.variables import Variables, Visit
from schedsolve.solvers.cpsat.working_time import Intervals


def visits(v: Variables) -> None:
    """Who may occupy each machine for a positive time."""
    problem = v.problem
    for operation in range(problem.num_operations):
        v.poll(operation)
        there = v.literals_by_machine(operation, working=True)
        if problem.blocking != "none" and v.departure[operation] is not v.end[operation]:
            for machine, held in _held(v, operation):
                there[machine].append(held)
        for machine, literals in there.items():
            sure = len(there) == 1 and all(way.length > 0 for way, _ in v.ways[operation])
            v.visits[machine].append(Visit(operation, v.true if sure else v.any_of(literals)))


def _held(v: Variables, operation: int) -> Iterator[tuple[int, Literal]]:
    """With blocking, an operation of length 0 occupies its machine if its job waits there."""
    for way, literal in v.ways[operation]:
        if way.length == 0:
            held = v.model.new_bool_var("")
            v.model.add_implication(held, literal)
            v.given(v.model.add(v.departure[operation] > v.start[operation]), held)
            v.given(v.model.add(v.departure[operation] == v.start[operation]), ~held, literal)
            yield way.machine, held


def machine_no_overlap(v: Variables) -> None:
    """One operation at a time on each machine, but for those that are done; no other one while it is down, where
    there is no pausing."""
    problem = v.problem
    for machine in range(problem.num_machines):
        v.poll()
        visiting = [visit.operation for visit in v.visits[machine]]
        there = {o: [i for k, i in v.intervals(o) if k == machine] for o in visiting}
        to_do = [i for o in visiting if not problem.done[o] for i in there[o]]
        closed = [v.model.new_fixed_size_interval_var(start, end - start, "") for start, end in _closed(v, machine)]
        perhaps = [o for o in visiting if problem.done[o] and len(v.ways[o]) > 1]
        v.model.add_no_overlap([*to_do, *closed])
        for group in _apart(v, perhaps):
            v.model.add_no_overlap([*to_do, *(i for o in group for i in there[o])])


def _closed(v: Variables, machine: int) -> Intervals:
    """When a machine is taken by what is done, or down where there is no pausing: merged."""
    problem = v.problem
    taken = []
    for visit in v.visits[machine]:
        if problem.done[visit.operation] and len(v.ways[visit.operation]) == 1:
            start = int(problem.fixed_start[visit.operation])
            taken.append((start, start + v.ways[visit.operation][0][0].length))
    if not problem.pause:
        downtimes = problem.downtimes(machine).tolist()
        taken += [(start, min(end, v.horizon)) for start, end in downtimes if start < v.horizon]
    return merged(taken)


def _apart(v: Variables, done: list[int]) -> list[list[int]]:
    """Groups of operations that are done, somewhere, such that those of one group overlap nowhere."""
    groups: list[list[int]] = []
    free: list[tuple[int, int]] = []
    for operation in sorted(done, key=v.problem.fixed_start.__getitem__):
        start = int(v.problem.fixed_start[operation])
        end = start + max(way.length for way, _ in v.ways[operation])
        if free and free[0][0] <= start:
            _, group = heapreplace(free, (end, free[0][1]))
            groups[group].append(operation)
        else:
            heappush(free, (end, len(groups)))
            groups.append([operation])
    return groups


def setups(v: Variables) -> list[tuple[int, Literal]]:
    """Between neighbours on a machine, start(after) >= departure(before) + setup; initially, start >= setup.

    Returns all setup times with the literals that say that they are incurred.
    """
    problem = v.problem
    incurred: list[tuple[int, Literal]] = []
    if not problem.has_setups:
        return incurred
    family = problem.setup_family
    for machine, there in v.visits.items():
        v.poll()
        nodes = {visit.operation: visit.literal for visit in there}
        for (before, after), literal in circuit(v, nodes, v.departure).items():
            if after is None:
                continue
            if before is None:
                time = int(problem.initial_setup[machine, family[after]])
                if not problem.done[after]:
                    v.given(v.model.add(v.start[after] >= time), literal)
            else:
                time = int(problem.setup[machine, family[before], family[after]])
                if not v.both_done(before, after):
                    v.given(v.model.add(v.start[after] >= v.departure[before] + time), literal)
            if time:
                incurred.append((time, literal))
    return incurred


class Orders:
    """Which of two operations on one machine is first: a literal for each pair, made when first asked for.

    In a permutation flow shop all pairs of operations of two jobs share one literal.
    """

    def __init__(self, v: Variables):
        self.v = v
        self._literals: dict[tuple[int, int], Literal] = {}
        done = v.problem.done
        self._waived = [0, *np.cumsum(done[:-1] & done[1:]).tolist()]
        """How often before each operation one that is done follows another."""
        if v.problem.permutation and (0 in v.problem.duration or v.problem.done.any()):
            self._agree()

    def before(self, a: int, b: int) -> Literal:
        """Does ``a`` leave the machine before ``b`` enters it? One of them is not done."""
        problem = self.v.problem
        if problem.job_of[a] == problem.job_of[b] and self._follow(min(a, b), max(a, b)):
            return self.v.true if a < b else self.v.false
        if problem.permutation:
            a, b = int(problem.job_of[a]), int(problem.job_of[b])
        return self._first(a, b)

    def _follow(self, first: int, last: int) -> bool:
        """Does the job's order bind from one operation to the next, all the way?"""
        return not self.v.problem.open_shop and self._waived[first] == self._waived[last]

    def _first(self, a: int, b: int) -> Literal:
        if a > b:
            return ~self._first(b, a)
        if (a, b) not in self._literals:
            self._literals[a, b] = self.v.model.new_bool_var("")
        return self._literals[a, b]

    def _agree(self) -> None:
        """One order of all jobs: pairs alone could go round in a circle where some do not meet, for their operations
        have length 0 or are done."""
        n = self.v.problem.num_jobs
        place = [self.v.model.new_int_var(0, n - 1, "") for _ in range(n)]
        for i, j in permutations(range(n), 2):
            self.v.given(self.v.model.add(place[j] > place[i]), self._first(i, j))


def disjunctive(v: Variables, orders: Orders) -> None:
    """For each pair on a machine of which not both are done, one enters after the other's departure."""
    for there in v.visits.values():
        for a, b in permutations(there, 2):
            if a.operation == b.operation or v.both_done(a.operation, b.operation):
                continue
            v.poll()
            first = orders.before(a.operation, b.operation)
            if first is v.false:
                continue
            enters = v.model.add(v.start[b.operation] >= v.departure[a.operation])
            v.given(enters, first, a.literal, b.literal)


def implied_orders(v: Variables, orders: Orders) -> None:
    """Blocking jobs cannot overtake: where two go from machine k to machine m, their order stays; where one
    goes from m to k instead, and may not swap, the one who is first on k is the one who is first on m."""
    problem = v.problem
    moves: dict[tuple[int, int], list[int]] = {}
    for operation in range(problem.num_operations - 1):
        pair = operation, operation + 1
        if problem.job_of[operation] != problem.job_of[operation + 1] or not all(_plain(v, o) for o in pair):
            continue
        k, m = (v.ways[o][0][0].machine for o in pair)
        if k != m:
            moves.setdefault((k, m), []).append(operation)
    for (k, m), same in moves.items():
        v.poll()
        for a, b in combinations(same, 2):
            if problem.job_of[a] != problem.job_of[b]:
                v.model.add(orders.before(a, b) == orders.before(a + 1, b + 1))
        away = problem.transport.size and (problem.transport[k, m] or problem.transport[m, k])
        if problem.blocking == "no_swap" and k < m and not away:
            for a in same:
                for b in moves.get((m, k), []):
                    if problem.job_of[a] != problem.job_of[b]:
                        v.model.add(orders.before(a, b + 1) == orders.before(a + 1, b))


def _plain(v: Variables, operation: int) -> bool:
    """One machine, some time on it, still to be done."""
    ways = {way.machine for way, _ in v.ways[operation]}
    return len(ways) == 1 and all(way.length > 0 for way, _ in v.ways[operation]) and not v.problem.done[operation]


def no_swap(v: Variables, pairs: list[Succession], orders: Orders) -> None:
    """Moves that happen in one instant must be orderable: an operation that enters a machine does so after
    the move by which the machine was left. ``rank`` orders the moves of one instant, and
    moment = (N + 1) start + rank orders all of them."""
    problem, model = v.problem, v.model
    scale = problem.num_operations + 1
    moment = [scale * start + model.new_int_var(0, scale - 1, "") for start in v.start]
    onward: dict[int, list[Succession]] = {}
    for pair in pairs:
        onward.setdefault(pair.before, []).append(pair)
    for there in v.visits.values():
        for a, b in permutations(there, 2):
            v.poll()
            if a.operation == b.operation or v.both_done(a.operation, b.operation):
                continue
            for pair in onward.get(a.operation, []):
                move, enters = pair.after, b.operation
                if enters == move or v.both_done(move, enters):
                    continue
                first = orders.before(a.operation, enters)
                if first is v.false:
                    continue
                for time, literals in transfer_times(v, pair):
                    if time == 0:
                        after = model.add(moment[enters] > moment[move])
                        v.given(after, first, a.literal, b.literal, pair.literal, *literals)
    if not problem.open_shop:
        for pair in pairs:
            _passing(v, pair, moment)


def _passing(v: Variables, pair: Succession, moment: list[object]) -> None:
    """An operation of length 0 that is left in the instant it is entered: the job's next move comes after."""
    fixed, done = v.problem.fixed_start, v.problem.done
    if done[pair.before] and done[pair.after] and fixed[pair.before] != fixed[pair.after]:
        return
    for way, literal in v.ways[pair.before]:
        if way.length == 0:
            v.given(v.model.add(moment[pair.after] > moment[pair.before]), literal)  # type: ignore[operator]
