"""The job shop as a mixed-integer program: one binary for each pair of operations that may meet.

A. S. Manne, On the job-shop scheduling problem, Operations Research 8 (1960) 219-223: starts and, for
each pair of operations on a machine, a binary that says which comes first, with big-M constraints from
time windows. Alternatives add a binary each. What depends on *neighbours* in a sequence (setups that
break the triangle inequality, transport in an open shop, total setup time) needs immediate-succession
binaries as well, as in the travelling salesman formulation of C. E. Miller, A. W. Tucker and
R. A. Zemlin, J. ACM 7 (1960) 326-329.

For given binaries all constraints are differences of starts with integer right-hand sides, so that
rounding all starts down keeps a solution feasible: starts need not be integer variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, permutations, product

import numpy as np

from schedsolve.models.jobshop.problem import JobShop
from schedsolve.models.jobshop.solution import JobShopSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.milp.driver import Expression, Model, Values
from schedsolve.solvers.milp.frame import ROUNDING, Time, always, minimise_level, never, relaxation
from schedsolve.solvers.milp.jobshop.objectives import Objectives


def formulate(
    problem: JobShop, *, level: int, horizon: int, values: Sequence[int], cutoff: int | None
) -> tuple[Model, Callable[[Values], JobShopSolution]]:
    """The model that minimises objective ``level``, and how to read a solution from it.

    ``horizon``: a time by which some best solution has ended; ``values`` of the levels above are kept
    to; ``cutoff``: only solutions with a lower value than this are asked for.
    """
    program = Program(problem, horizon)
    objectives = Objectives(program)
    minimise_level(program.model, objectives.value, problem.objective, level, values, cutoff)
    return program.model, program.decode


class Program:
    """Variables and constraints of one problem; ``o``, ``p`` are operations, ``a``, ``b`` alternatives."""

    def __init__(self, problem: JobShop, horizon: int) -> None:
        self.problem = problem
        self.horizon = horizon
        self.model = Model(problem.kind)
        self.machine: list[int] = problem.machine.tolist()
        self.duration: list[int] = problem.duration.tolist()
        self.job: list[int] = problem.job_of.tolist()
        self.done: list[bool] = problem.done.tolist()
        self.fixed: list[int] = problem.fixed_start.tolist()
        self.operations = range(problem.num_operations)
        self.choices = [self._allowed(o) for o in self.operations]
        self.setup_cost: list[Expression] = []
        self.way: dict[int, Expression] = {}
        """Transport time from an operation to the next one of its route."""
        self._orders: dict[tuple[int, int], Expression] = {}
        self._count = 0
        self._variables()
        self._release_dates()
        self._deadlines()
        if problem.open_shop:
            self._open_jobs()
        else:
            self._routes()
        for machine in range(problem.num_machines):
            self._machine(machine)
        self._downtime()
        if problem.permutation:
            self._one_order()

    def decode(self, values: Values) -> JobShopSolution:
        """The schedule of a solution of the model."""
        start = np.floor([values(time.at) + ROUNDING for time in self.start]).astype(np.int64)
        best = []
        for choices in self.choices:
            if len(choices) == 1:  # no variable
                best.append(choices[0])
            else:
                best.append(max(choices, key=lambda a: values(self.chosen[a])))
        return JobShopSolution(start=start, alternative=best - self.problem.alt_ptr[:-1])

    # --- variables ----------------------------------------------------------------------------

    def _allowed(self, o: int) -> list[int]:
        wanted = self.problem.fixed_machine[o]
        alternatives = range(self.problem.alt_ptr[o], self.problem.alt_ptr[o + 1])
        return [a for a in alternatives if wanted in (-1, self.machine[a])]

    def _variables(self) -> None:
        model = self.model
        # Where jobs may not swap, ranks order the moves of one instant: starts must be exact then.
        make = model.integer if self.problem.blocking == "no_swap" else model.continuous
        self.start = [Time(make(f"start_{o}", *window), *window) for o, window in enumerate(self._windows())]
        self.chosen: dict[int, Expression] = {}
        for o, choices in enumerate(self.choices):
            for a in choices:
                self.chosen[a] = 1 if len(choices) == 1 else model.binary(f"chosen_{o}_{a - choices[0]}")
            if len(choices) > 1:
                model.add(model.total(self.chosen[a] for a in choices) == 1)
        self.end = [self._end(o) for o in self.operations]
        self.instant = 1 / (len(self.operations) + 1)
        if self.problem.blocking == "no_swap":
            self.rank = [model.continuous(f"rank_{o}", 0, 1 - 2 * self.instant) for o in self.operations]
        self.departure = list(self.end)
        """When a machine is free again; later than the end where jobs block."""

    def _windows(self) -> list[tuple[int, int]]:
        """Earliest and latest starts by release dates, deadlines, routes and the horizon."""
        shortest = [min(self.duration[a] for a in choices) for choices in self.choices]
        release, deadline = self.problem.release.tolist(), self.problem.deadline.tolist()
        earliest = [release[j] for j in self.job]
        latest = [min(self.horizon, deadline[j]) - shortest[o] for o, j in enumerate(self.job)]
        decided = {o: fixed for o, fixed in enumerate(self.fixed) if fixed != FAR}
        for o, fixed in decided.items():
            earliest[o] = latest[o] = fixed
        route = [] if self.problem.open_shop else self._consecutive()
        route = [(o, p) for o, p in route if not (self.done[o] and self.done[p])]
        for o, p in route:
            earliest[p] = max(earliest[p], earliest[o] + shortest[o])
        for o, p in reversed(route):
            latest[o] = min(latest[o], latest[p] - shortest[o])
        for o, fixed in decided.items():
            earliest[o] = latest[o] = fixed
        # An empty window stays a point: the rows that it breaks make the model infeasible.
        return [(low, max(low, high)) for low, high in zip(earliest, latest, strict=True)]

    def _consecutive(self) -> list[tuple[int, int]]:
        """Neighbours in the jobs' routes, in order."""
        return [(o, o + 1) for o in self.operations[:-1] if self.job[o] == self.job[o + 1]]

    def _end(self, o: int) -> Time:
        start, lengths = self.start[o], [self.duration[a] for a in self.choices[o]]
        length = self.model.total(self.duration[a] * self.chosen[a] for a in self.choices[o])
        if self.problem.pause and not self.done[o]:
            return Time(start.at + length + self._paused(o, length), start.low, max(self.horizon, start.high))
        return Time(start.at + length, start.low + min(lengths), start.high + max(lengths))

    def _paused(self, o: int, length: Expression) -> Expression:
        """Downtime that an operation passes: it starts in one gap between downtimes and ends in another."""
        model, start, paused = self.model, self.start[o], []
        for a in self.choices[o]:
            down = self._down(o, a)
            if not self.duration[a] or not down:
                continue
            opens = [min(0, start.low), *(end for _, end in down)]
            closes = [*(begin for begin, _ in down), max(self.horizon, start.high, down[-1][1]) + 1]
            passed = [sum(end - begin for begin, end in down[:k]) for k in range(len(down) + 1)]
            first = [model.binary(f"starts_{o}_{a}_gap_{k}") for k in range(len(opens))]
            last = [model.binary(f"ends_{o}_{a}_gap_{k}") for k in range(len(opens))]
            lost = self.dot(passed, last) - self.dot(passed, first)
            end = start.at + length + lost
            free = (closes[-1] + passed[-1] + max(self.duration)) * (1 - self.chosen[a])
            model.add(model.total(first) == self.chosen[a])
            model.add(model.total(last) == self.chosen[a])
            model.add(start.at >= self.dot(opens, first) - free)
            model.add(start.at <= self.dot([t - 1 for t in closes], first) + free)
            model.add(end >= self.dot([t + 1 for t in opens], last) - free)
            model.add(end <= self.dot(closes, last) + free)
            paused.append(lost)
        return model.total(paused)

    def _down(self, o: int, a: int) -> list[tuple[int, int]]:
        """The downtimes of alternative a's machine from the earliest start of the operation on.

        What lies before says nothing, and one that began long ago makes numbers that no tolerance is fit for.
        """
        low = self.start[o].low
        down = self.problem.downtimes(self.machine[a]).tolist()
        return [(max(begin, low), end) for begin, end in down if end > low]

    def dot(self, numbers: Iterable[int], variables: Iterable[Expression]) -> Expression:
        """The sum of ``numbers`` times ``variables``."""
        return self.model.total(n * v for n, v in zip(numbers, variables, strict=True))

    def _taken(self, o: int, machine: int | None = None) -> Expression:
        """1 where the operation takes time (on ``machine``); an alternative of length 0 occupies nothing."""
        fitting = self._occupying(o, machine)
        if len(fitting) in (0, len(self.choices[o])):
            return 1 if fitting else 0
        return self.model.total(self.chosen[a] for a in fitting)

    def _occupying(self, o: int, machine: int | None) -> list[int]:
        return [a for a in self.choices[o] if self.duration[a] and machine in (None, self.machine[a])]

    def _before(self, o: int, p: int) -> Expression:
        """1 where o comes before p, 0 where p comes before o: one binary for both."""
        if o > p:
            return 1 - self._before(p, o)
        if self.job[o] == self.job[p]:
            route = slice(self.problem.job_ptr[self.job[o]], self.problem.job_ptr[self.job[o] + 1])
            if not self.problem.open_shop and not any(self.done[route]):
                return 1
        pair = (self.job[o], self.job[p]) if self.problem.permutation else (o, p)
        if pair not in self._orders:
            self._orders[pair] = self.model.binary(f"before_{pair[0]}_{pair[1]}")
        return self._orders[pair]

    def _both_done(self, o: int, p: int) -> bool:
        """Are they facts, between which rules are waived?"""
        return self.done[o] and self.done[p]

    def _extra(self, name: str) -> Expression:
        """A binary of which there may be several for the same things."""
        self._count += 1
        return self.model.binary(f"{name}_{self._count}")

    def _leaves_before(self, o: int, p: int, leave: Sequence[Time]) -> Expression:
        """The same of two that are done and may overlap: which of them one has to ``leave`` first."""
        tie = int((self.fixed[o], o) > (self.fixed[p], p))
        one, other = leave[o], leave[p]
        if one.high + tie <= other.low:
            return 1
        if other.high + 1 - tie <= one.low:
            return 0
        first = self._extra(f"leaves_{o}_before_{p}")
        self._wait(one, other, tie, [first])
        self._wait(other, one, 1 - tie, [1 - first])
        return first

    # --- constraints --------------------------------------------------------------------------

    def _wait(self, earlier: Time, later: Time, gap: int, conditions: Iterable[Expression]) -> None:
        """``later >= earlier + gap`` where all ``conditions`` (binaries) are 1."""
        missing = relaxation(self.model, earlier, later, gap, conditions)
        if missing is not None:
            self.model.add(later.at >= earlier.at + gap - missing)

    def _release_dates(self) -> None:
        for o in self.operations:
            if self.fixed[o] != FAR and not self.done[o]:
                self.model.add(self.start[o].at >= int(self.problem.release[self.job[o]]))

    def _deadlines(self) -> None:
        for o in self.operations:
            deadline = int(self.problem.deadline[self.job[o]])
            if deadline != FAR and not self.done[o]:
                self.model.add(self.end[o].at <= deadline)

    def _routes(self) -> None:
        """Each operation after its predecessor in the job, with transport; where jobs block, departures."""
        problem = self.problem
        for o, p in self._consecutive():
            way = self.way[o] = self._transfer(o, p)
            if not self._both_done(o, p):
                arrival = self.end[o].at + way
                self.model.add(self.start[p].at == arrival if problem.no_wait else self.start[p].at >= arrival)
            if problem.blocking != "none":
                self._leave(o)
                self.model.add(self.departure[o].at >= self.start[p].at - way)
                if self.done[o]:
                    self._leave_at_once(o, p, way)

    def _leave(self, o: int) -> None:
        """A departure of its own, no earlier than the end."""
        low, high = self.end[o].low, max(self.horizon, self.end[o].high)
        self.departure[o] = Time(self.model.continuous(f"departure_{o}", low, high), low, high)
        self.model.add(self.departure[o].at >= self.end[o].at)

    def _leave_at_once(self, o: int, p: int, way: Expression, conditions: Sequence[Expression] = ()) -> None:
        """A departure to ``p`` no later than it has to be, where all ``conditions`` are 1.

        Of operations that are done: the order in which they leave says whom a setup is for.
        """
        departure, end = self.departure[o], self.end[o]
        reach = departure.high - min(end.low, self.start[p].low) + int(self.problem.transport.max(initial=0))
        relaxed = reach * (len(conditions) - self.model.total(conditions))
        stays: Expression = 0
        if self._both_done(o, p):  # p may have begun before o had ended
            stays = self._extra(f"stays_{o}")
            self.model.add(departure.at <= end.at + reach * (1 - stays) + relaxed)
        self.model.add(departure.at <= self.start[p].at - way + reach * stays + relaxed)

    def _transfer(self, o: int, p: int) -> Expression:
        """Transport time from o to p: a number, or the product of their choices made linear."""
        ways = {(a, b): self._way(a, b) for a, b in product(self.choices[o], self.choices[p])}
        if len(set(ways.values())) == 1:
            return next(iter(ways.values()))
        both = {(a, b): self.model.continuous(f"way_{a}_{b}", 0, 1) for a, b in ways}
        for a in self.choices[o]:
            self.model.add(self.model.total(both[a, b] for b in self.choices[p]) == self.chosen[a])
        for b in self.choices[p]:
            self.model.add(self.model.total(both[a, b] for a in self.choices[o]) == self.chosen[b])
        return self.dot(ways.values(), both.values())

    def _way(self, a: int, b: int) -> int:
        transport = self.problem.transport
        return int(transport[self.machine[a], self.machine[b]]) if transport.size else 0

    def _open_jobs(self) -> None:
        """One operation of a job at a time; transport, no-wait and blocking between neighbours."""
        problem = self.problem
        for j in range(problem.num_jobs):
            taken = {o: self._taken(o) for o in range(problem.job_ptr[j], problem.job_ptr[j + 1])}
            for o, p in permutations(taken, 2):
                if not self._both_done(o, p):
                    self._wait(self.end[o], self.start[p], 0, [self._before(o, p), taken[o], taken[p]])
            if problem.no_wait or problem.blocking != "none" or problem.transport.any():
                self._open_neighbours(j, taken)

    def _open_neighbours(self, j: int, taken: dict[int, Expression]) -> None:
        problem = self.problem
        follows, _ = self._succession(f"job_{j}", taken, self.end)
        if problem.blocking != "none":
            for o in taken:
                self._leave(o)
                if self.done[o]:
                    onward = self.model.total(arc for (before, _), arc in follows.items() if before == o)
                    self._wait(self.departure[o], self.end[o], 0, [1 - onward])
        for (o, p), arc in follows.items():
            for a, b in product(self.choices[o], self.choices[p]):
                way, conditions = self._way(a, b), [arc, self.chosen[a], self.chosen[b]]
                if not self._both_done(o, p):
                    self._wait(self.end[o], self.start[p], way, conditions)
                    if problem.no_wait:
                        self._wait(self.start[p], self.end[o], -way, conditions)
                if problem.blocking != "none":
                    self._wait(self.start[p], self.departure[o], -way, conditions)
                    if self.done[o]:
                        self._leave_at_once(o, p, way, conditions)

    def _machine(self, k: int) -> None:
        """One operation at a time on machine k, with setups between them."""
        taken = {o: self._taken(o, k) for o in self.operations if self._occupying(o, k)}
        neighbours = self._setups_need_neighbours(k, list(taken))
        for o, p in permutations(taken, 2):
            if self._both_done(o, p):
                continue
            order = self._before(o, p)
            gap = 0 if neighbours else self._setup(k, o, p)
            conditions = [order, taken[o], taken[p]]
            if not always(order) or gap:
                self._wait(self.departure[o], self.start[p], gap, conditions)
                if self.problem.blocking == "no_swap":
                    self._no_swap(o, p, conditions)
        if neighbours:
            self._sequence(k, taken)
        else:
            for o in (o for o in taken if not self.done[o]):
                self._wait(Time(0, 0, 0), self.start[o], self._initial_setup(k, o), [taken[o]])

    def _sequence(self, k: int, taken: dict[int, Expression]) -> None:
        """Setups between neighbours only, and what they add up to."""
        follows, first = self._succession(f"machine_{k}", taken, self.departure)
        for (o, p), arc in follows.items():
            if not self._both_done(o, p):
                self._wait(self.departure[o], self.start[p], self._setup(k, o, p), [arc])
            self.setup_cost.append(self._setup(k, o, p) * arc)
        for o, arc in first.items():
            if not self.done[o]:
                self._wait(Time(0, 0, 0), self.start[o], self._initial_setup(k, o), [arc])
            self.setup_cost.append(self._initial_setup(k, o) * arc)

    def _succession(
        self, name: str, taken: dict[int, Expression], leave: Sequence[Time]
    ) -> tuple[dict[tuple[int, int], Expression], dict[int, Expression]]:
        """Binaries for "p follows o at once" and "o is the first": a path through all that are taken.

        The path has no circle because it keeps to the order of starts and, of those that are done, to that in which
        they ``leave``.
        """
        model = self.model
        orders: dict[tuple[int, int], Expression] = {}
        for o, p in permutations(taken, 2):
            orders[o, p] = self._leaves_before(o, p, leave) if self._both_done(o, p) else self._before(o, p)
        possible = [pair for pair, order in orders.items() if not never(order)]
        follows = {(o, p): model.binary(f"{name}_{o}_then_{p}") for o, p in possible}
        first = {o: model.binary(f"{name}_first_{o}") for o in taken}
        last = {o: model.binary(f"{name}_last_{o}") for o in taken}
        for o, on in taken.items():
            model.add(last[o] + model.total(follows[o, p] for p in taken if (o, p) in follows) == on)
            model.add(first[o] + model.total(follows[p, o] for p in taken if (p, o) in follows) == on)
        model.add(model.total(first.values()) <= 1)
        for pair, arc in follows.items():
            if not always(orders[pair]):
                model.add(arc <= orders[pair])
        return follows, first

    def _setup(self, k: int, o: int, p: int) -> int:
        problem = self.problem
        return int(problem.setup[k, problem.setup_family[o], problem.setup_family[p]]) if problem.has_setups else 0

    def _initial_setup(self, k: int, o: int) -> int:
        problem = self.problem
        return int(problem.initial_setup[k, problem.setup_family[o]]) if problem.has_setups else 0

    def _setups_need_neighbours(self, k: int, members: list[int]) -> bool:
        """Do setups between operations that are not neighbours ask for more than those in between need?

        If not (the triangle inequality, durations included), they may be kept between all pairs.
        """
        if not self.problem.has_setups:
            return False
        if "total_setup_time" in self.problem.objective or any(self.done[o] for o in members):
            return True
        shortest = {o: min(d for a in self.choices[o] if (d := self.duration[a])) for o in members}
        return any(
            self._initial_setup(k, p) > self._initial_setup(k, o) + shortest[o] + self._setup(k, o, p)
            for o, p in permutations(members, 2)
        ) or any(
            self._setup(k, o, q) > self._setup(k, o, p) + shortest[p] + self._setup(k, p, q)
            for o, p, q in permutations(members, 3)
        )

    def _downtime(self) -> None:
        """Every operation before or after each downtime of its machine (where it may pause: see ``_paused``)."""
        if self.problem.pause:
            return
        for o in self.operations:
            for a in self.choices[o]:
                if not self.duration[a] or self.done[o]:
                    continue
                for k, (begin, end) in enumerate(self._down(o, a)):
                    if begin >= self.end[o].high:
                        continue
                    after = self.model.binary(f"after_downtime_{o}_{a}_{k}")
                    self._wait(Time(end, end, end), self.start[o], 0, [after, self.chosen[a]])
                    self._wait(self.end[o], Time(begin, begin, begin), 0, [1 - after, self.chosen[a]])

    def _one_order(self) -> None:
        """The pairs' orders form one order of all jobs, also of those that meet nowhere (length 0, or done)."""
        first = self.problem.job_ptr.tolist()
        order = {(i, j): self._before(first[i], first[j]) for i, j in combinations(range(self.problem.num_jobs), 2)}
        for i, j, k in combinations(range(self.problem.num_jobs), 3):
            circle = order[i, j] + order[j, k] - order[i, k]
            self.model.add(circle <= 1)
            self.model.add(circle >= 0)

    def _no_swap(self, o: int, p: int, conditions: list[Expression]) -> None:
        """p enters the machine that o leaves after o's job has moved on; a rank says so within one instant.

        Ranks are added to starts as fractions of a unit of time. Transport (twice: an instant less may
        not turn the order around) means that o's job has left earlier than it arrives.
        """
        q = o + 1
        if q == p or q not in self.operations or self.job[q] != self.job[o] or self._both_done(q, p):
            return
        moved = self.start[q].at - 2 * self.way[o] + self.rank[q] + self.instant
        entered = self.start[p].at + self.rank[p]
        self._wait(
            Time(moved, self.start[q].low, self.start[q].high + 1),
            Time(entered, self.start[p].low, self.start[p].high + 1),
            0,
            conditions,
        )
