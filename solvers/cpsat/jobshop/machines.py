"""Constraints on machines: one operation at a time, setups, and, for blocking shops and permutations,
the order of every pair.

Blocking is modelled by the alternative graph of A. Mascis and D. Pacciarelli, EJOR 143 (2002) 498-517.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from schedsolve.solvers.cpsat.jobshop.circuit import circuit
from schedsolve.solvers.cpsat.jobshop.jobs import Succession, transfer_times
from schedsolve.solvers.cpsat.jobshop.variables import Literal, Variables, Visit


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
            sure = len(there) == 1 and all(way.length > 0 for way, _ in v.modes[operation])
            v.visits[machine].append(Visit(operation, v.true if sure else v.any_of(literals)))


def _held(v: Variables, operation: int) -> Iterator[tuple[int, Literal]]:
    """With blocking, an operation of length 0 occupies its machine if its job waits there."""
    for way, literal in v.modes[operation]:
        if way.length == 0:
            held = v.model.new_bool_var("")
            v.model.add_implication(held, literal)
            v.given(v.model.add(v.departure[operation] > v.start[operation]), held)
            v.given(v.model.add(v.departure[operation] == v.start[operation]), ~held, literal)
            yield way.machine, held


def machine_no_overlap(v: Variables) -> None:
    """One operation at a time on each machine, and none in its downtime where there is no pausing."""
    problem = v.problem
    for machine in range(problem.num_machines):
        v.poll()
        intervals = [i for visit in v.visits[machine] for k, i in v.intervals(visit.operation) if k == machine]
        if not problem.pause and not any(problem.done[visit.operation] for visit in v.visits[machine]):
            for start, end in problem.downtimes(machine).tolist():
                if start < v.horizon:
                    intervals.append(v.model.new_fixed_size_interval_var(start, min(end, v.horizon) - start, ""))
        v.model.add_no_overlap(intervals)


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
        for (before, after), literal in circuit(v, {visit.operation: visit.literal for visit in there}).items():
            if after is None:
                continue
            if before is None:
                time = int(problem.initial_setup[machine, family[after]])
                if not problem.done[after]:
                    v.given(v.model.add(v.start[after] >= time), literal)
            else:
                time = int(problem.setup[machine, family[before], family[after]])
                gap = 0 if problem.done[before] and problem.done[after] else time
                v.given(v.model.add(v.start[after] >= v.departure[before] + gap), literal)
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
        if v.problem.permutation and 0 in v.problem.duration:
            self._agree()

    def before(self, a: int, b: int) -> Literal:
        """Does ``a`` leave the machine before ``b`` enters it?"""
        problem = self.v.problem
        one_job = problem.job_of[a] == problem.job_of[b] and not problem.open_shop
        if one_job and not (problem.done[a] and problem.done[b]):
            return self.v.true if a < b else self.v.false
        if problem.permutation:
            a, b = int(problem.job_of[a]), int(problem.job_of[b])
        return self._first(a, b)

    def _first(self, a: int, b: int) -> Literal:
        if a > b:
            return ~self._first(b, a)
        if (a, b) not in self._literals:
            self._literals[a, b] = self.v.model.new_bool_var("")
        return self._literals[a, b]

    def _agree(self) -> None:
        """One order of all jobs: pairs alone could go round in a circle where operations have length 0."""
        n = self.v.problem.num_jobs
        place = [self.v.model.new_int_var(0, n - 1, "") for _ in range(n)]
        for i, j in permutations(range(n), 2):
            self.v.given(self.v.model.add(place[j] > place[i]), self._first(i, j))


def disjunctive(v: Variables, orders: Orders) -> None:
    """For each pair on a machine, one enters after the other's departure."""
    for there in v.visits.values():
        for a, b in permutations(there, 2):
            if a.operation == b.operation:
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
        k, m = (v.modes[o][0][0].machine for o in pair)
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
    ways = {way.machine for way, _ in v.modes[operation]}
    return len(ways) == 1 and all(way.length > 0 for way, _ in v.modes[operation]) and not v.problem.done[operation]


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
            for pair in onward.get(a.operation, []):
                move, enters = pair.after, b.operation
                if enters in (move, a.operation) or (problem.done[move] and problem.done[enters]):
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
    for way, literal in v.modes[pair.before]:
        if way.length == 0:
            v.given(v.model.add(moment[pair.after] > moment[pair.before]), literal)  # type: ignore[operator]
