"""Optima of tiny job shops by enumeration, sharing no code with the solvers or the checker.

``brute_force`` tries all alternatives, orders within open jobs and sequences on machines. For each
the rules are monotone (each one only ever pushes a start to the right), so that starting from the
earliest times and pushing until nothing moves gives the least of all schedules; all objectives are
regular, so it is the best one. What limits from above (deadlines, fixed starts) is looked at last.

``enumerate_starts`` knows even less: it tries all start vectors and asks a checker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise, permutations, product
from typing import Any, NamedTuple

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import FAR

Orders = dict[int, tuple[int, ...]]
"""Operations in order: by job, or by machine."""


class Optimum(NamedTuple):
    """Objective values in the order of ``problem.objective``, and a schedule that has them."""

    values: tuple[int, ...]
    solution: JobShopSolution


def brute_force(problem: JobShop) -> Optimum | None:
    """The best schedule of all; None where none is feasible."""
    found = (optimum for choice in choices(problem) for optimum in Choice(problem, choice).schedules())
    return min(found, key=lambda optimum: optimum.values, default=None)


def enumerate_starts(
    problem: JobShop,
    accepts: Callable[[JobShop, JobShopSolution], bool],
    evaluate: Callable[[JobShop, JobShopSolution], tuple[int, ...]],
    latest: int,
) -> tuple[int, ...] | None:
    """The least objective values over all schedules that ``accepts`` and that start by ``latest``."""
    windows = [range(latest + 1) if t == FAR else [t] for t in problem.fixed_start.tolist()]
    best = None
    for choice in choices(problem):
        for start in product(*windows):
            solution = JobShopSolution(start=start, alternative=choice - problem.alt_ptr[:-1])
            if accepts(problem, solution):
                values = evaluate(problem, solution)
                best = values if best is None else min(best, values)
    return best


def choices(problem: JobShop) -> Iterator[tuple[int, ...]]:
    """One alternative for each operation, in all ways that fixed machines leave."""
    pointer, wanted = problem.alt_ptr.tolist(), problem.fixed_machine.tolist()
    allowed = [
        [a for a in range(first, after) if wanted[o] in (-1, problem.machine[a])]
        for o, (first, after) in enumerate(pairwise(pointer))
    ]
    return product(*allowed)


class Choice:
    """A problem with its alternatives chosen."""

    def __init__(self, problem: JobShop, choice: tuple[int, ...]) -> None:
        self.problem = problem
        self.choice = choice
        self.machine = [int(problem.machine[a]) for a in choice]
        self.length = [int(problem.duration[a]) for a in choice]
        self.ops = range(problem.num_operations)
        self.job = [j for j in range(problem.num_jobs) for _ in range(problem.job_ptr[j], problem.job_ptr[j + 1])]
        self.done = problem.done.tolist()
        self.fixed = problem.fixed_start.tolist()
        self.down = [
            sorted(
                (s, e)
                for m, s, e in zip(
                    problem.downtime_machine.tolist(),
                    problem.downtime_start.tolist(),
                    problem.downtime_end.tolist(),
                    strict=True,
                )
                if m == self.machine[o]
            )
            for o in self.ops
        ]

    def schedules(self) -> Iterator[Optimum]:
        """The least schedule of every combination of orders that has one."""
        for jobs in self.job_orders():
            after = {o: p for order in jobs.values() for o, p in pairwise(order)}
            for waiting in self.waiting_zeros(after):
                for machines in self.machine_orders(jobs, waiting):
                    schedule = Sequenced(self, jobs, after, machines, waiting)
                    if schedule.settle() and schedule.holds():
                        yield Optimum(schedule.objective_values(), schedule.solution())

    def job_orders(self) -> Iterator[Orders]:
        ops_of = {j: tuple(o for o in self.ops if self.job[o] == j) for j in set(self.job)}
        if not self.problem.open_shop:
            yield ops_of
            return
        ways = [
            [order for order in permutations(o for o in ops if self.length[o]) if self._keeps_the_past(order)]
            for ops in ops_of.values()
        ]
        for orders in product(*ways):
            yield dict(zip(ops_of, orders, strict=True))

    def _keeps_the_past(self, order: tuple[int, ...]) -> bool:
        past = [(self.fixed[o] + self.length[o], self.fixed[o], o) for o in order if self.done[o]]
        return past == sorted(past)

    def waiting_zeros(self, after: dict[int, int]) -> Iterator[frozenset[int]]:
        """Which operations of length 0 hold their machine while their job waits (only where jobs block)."""
        can = [o for o in after if not self.length[o]] if self.problem.blocking != "none" else []
        for bits in product([False, True], repeat=len(can)):
            yield frozenset(o for o, bit in zip(can, bits, strict=True) if bit)

    def machine_orders(self, jobs: Orders, waiting: frozenset[int]) -> Iterator[Orders]:
        on = {
            m: [o for o in self.ops if self.machine[o] == m and (self.length[o] or o in waiting)]
            for m in sorted(set(self.machine))
        }
        ways = [[order for order in permutations(ops) if self._keeps_jobs(order, jobs)] for ops in on.values()]
        for orders in product(*ways):
            if not self.problem.permutation or self._one_job_order(orders):
                yield dict(zip(on, orders, strict=True))

    def _keeps_jobs(self, order: tuple[int, ...], jobs: Orders) -> bool:
        """Only to save time: a sequence against the order within a job settles nowhere."""
        place = {o: i for ops in jobs.values() for i, o in enumerate(ops)}
        return all(
            self.job[o] != self.job[p]
            or place[o] < place[p]
            or any(self.done[q] for q in self.ops if self.job[q] == self.job[o])
            for o, p in combinations(order, 2)
        )

    def _one_job_order(self, orders: Iterable[tuple[int, ...]]) -> bool:
        pairs = {
            (self.job[o], self.job[p])
            for order in orders
            for o, p in combinations(order, 2)
            if not (self.done[o] and self.done[p])
        }
        return any(
            all(order.index(i) < order.index(j) for i, j in pairs)
            for order in permutations(range(self.problem.num_jobs))
        )

    def way(self, o: int, p: int) -> int:
        transport = self.problem.transport
        return int(transport[self.machine[o], self.machine[p]]) if transport.size else 0

    def setup(self, o: int | None, p: int) -> int:
        """Setup time between neighbours; ``None``: before the first."""
        problem, m = self.problem, self.machine[p]
        if not problem.setup.size:
            return 0
        family = problem.setup_family.tolist()
        return int(problem.initial_setup[m, family[p]] if o is None else problem.setup[m, family[o], family[p]])

    def end(self, o: int, start: int) -> int:
        """When an operation ends, stepping over downtime where it may pause."""
        left, time = self.length[o], start
        if not self.problem.pause or self.done[o]:
            return start + left
        for begin, over in self.down[o]:
            if time + left <= begin or left == 0:
                break
            if time < over:
                left -= max(0, begin - time)
                time = over
        return time + left

    def clear(self, o: int, start: int) -> int:
        """The first time from ``start`` on at which downtime lets the operation start."""
        if self.length[o] == 0 or self.done[o]:
            return start
        for begin, over in self.down[o]:
            reach = start + 1 if self.problem.pause else start + self.length[o]
            if begin < reach and start < over:
                start = over
        return start


class Sequenced:
    """All sequences chosen: what is left is time."""

    def __init__(
        self, choice: Choice, jobs: Orders, after: dict[int, int], machines: Orders, waiting: frozenset[int]
    ) -> None:
        self.choice = choice
        self.problem = choice.problem
        self.jobs, self.after, self.machines, self.waiting = jobs, after, machines, waiting
        self.start = [
            choice.fixed[o] if choice.fixed[o] != FAR else int(self.problem.release[choice.job[o]]) for o in choice.ops
        ]

    def both_done(self, o: int, p: int) -> bool:
        return self.choice.done[o] and self.choice.done[p]

    def end(self, o: int) -> int:
        return self.choice.end(o, self.start[o])

    def departure(self, o: int) -> int:
        if self.problem.blocking == "none" or o not in self.after:
            return self.end(o)
        p = self.after[o]
        return max(self.end(o), self.start[p] - self.choice.way(o, p))

    def settle(self) -> bool:
        """Push starts to the right until every rule holds; False where that never ends."""
        problem = self.problem
        numbers = (problem.duration, problem.release, problem.setup, problem.initial_setup, problem.transport)
        fixed = [abs(t) for t in self.choice.fixed if t != FAR]
        limit = sum(int(x.sum()) for x in (*numbers, problem.downtime_end)) * 4 + sum(fixed) + 10
        while True:
            before = list(self.start)
            for o, time in self.pushes():
                self.start[o] = max(self.start[o], time)
            if self.start == before:
                return True
            if max(self.start) > limit or any(self.start[o] > t for o, t in enumerate(self.choice.fixed) if t != FAR):
                return False

    def pushes(self) -> Iterator[tuple[int, int]]:
        """(operation, least start) by every rule at the present starts."""
        for o in self.choice.ops:
            if not self.choice.done[o]:
                yield o, int(self.problem.release[self.choice.job[o]])
            yield o, self.choice.clear(o, self.start[o])
        for order in self.jobs.values():
            yield from self.job_pushes(order)
        for order in self.machines.values():
            yield from self.machine_pushes(order)

    def job_pushes(self, order: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        if self.problem.open_shop:
            for o, p in combinations(order, 2):
                if not self.both_done(o, p):
                    yield p, self.end(o)
        for o, p in pairwise(order):
            way = self.choice.way(o, p)
            if self.problem.blocking != "none" and not self.choice.length[o]:
                if o in self.waiting:
                    yield p, self.start[o] + way + 1
                else:
                    yield o, self.start[p] - way
            if self.both_done(o, p):
                continue
            yield p, self.end(o) + way
            if self.problem.no_wait:
                late = self.start[o]
                while self.choice.end(o, late) < self.start[p] - way:
                    late += 1
                yield o, late

    def machine_pushes(self, order: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        if order and not self.choice.done[order[0]]:
            yield order[0], self.choice.setup(None, order[0])
        for o, p in pairwise(order):
            if not self.both_done(o, p):
                yield p, self.departure(o) + self.choice.setup(o, p)
        for o, p in combinations(order, 2):
            if not self.both_done(o, p):
                yield p, self.departure(o)
            elif p in self.after and self.leaving(p) < self.leaving(o):  # the order is that in which they leave
                tie = int((self.start[o], o) > (self.start[p], p))
                yield self.after[p], self.departure(o) + tie + self.choice.way(p, self.after[p])

    def leaving(self, o: int) -> tuple[int, int, int]:
        return self.departure(o), self.start[o], o

    def holds(self) -> bool:
        """The rules that limit from above, and the moves of one instant."""
        choice, problem = self.choice, self.problem
        for o in choice.ops:
            if choice.fixed[o] != FAR and self.start[o] != choice.fixed[o]:
                return False
            if not choice.done[o] and self.end(o) > problem.deadline[choice.job[o]]:
                return False
        for order in self.machines.values():
            past = [self.leaving(o) for o in order if choice.done[o]]
            if past != sorted(past):
                return False
        return problem.blocking != "no_swap" or self.moves_can_be_ordered()

    def moves_can_be_ordered(self) -> bool:
        """Is there an order of all starts, by time, in which each job enters a machine that has been left?"""
        first: set[tuple[int, int]] = set()
        for order in self.machines.values():
            for o, p in combinations(order, 2):
                q = self.after.get(o)
                if q in (None, p) or self.start[q] != self.start[p]:
                    continue
                if self.both_done(o, p) or self.both_done(q, p):
                    continue
                if self.departure(o) == self.start[p]:
                    first.add((q, p))
        for o, p in self.after.items():
            if self.start[o] == self.start[p] and self.departure(o) == self.start[o]:
                first.add((o, p))
        left = {o for pair in first for o in pair}
        while left:
            free = {p for p in left if not any((q, p) in first for q in left)}
            if not free:
                return False
            left -= free
        return True

    def solution(self) -> JobShopSolution:
        alternative = self.choice.choice - self.problem.alt_ptr[:-1]
        return JobShopSolution(start=self.start, alternative=alternative)

    def objective_values(self) -> tuple[int, ...]:
        problem, choice = self.problem, self.choice
        jobs = range(problem.num_jobs)
        completion = [max(self.end(o) for o in choice.ops if choice.job[o] == j) for j in jobs]
        weight, due, release = problem.weight.tolist(), problem.due.tolist(), problem.release.tolist()
        late = [max(0, c - d) for c, d in zip(completion, due, strict=True)]
        values: dict[str, Any] = {
            "makespan": max(completion),
            "total_completion_time": sum(completion),
            "total_weighted_completion_time": sum(weight[j] * completion[j] for j in jobs),
            "total_flow_time": sum(completion[j] - release[j] for j in jobs),
            "total_weighted_flow_time": sum(weight[j] * (completion[j] - release[j]) for j in jobs),
            "total_tardiness": sum(late),
            "total_weighted_tardiness": sum(weight[j] * late[j] for j in jobs),
            "maximum_lateness": max((completion[j] - due[j] for j in jobs if due[j] != FAR), default=None),
            "tardy_jobs": sum(t > 0 for t in late),
            "weighted_tardy_jobs": sum(weight[j] for j in jobs if late[j] > 0),
            "total_setup_time": sum(
                choice.setup(o, p)
                for order in self.machines.values()
                for o, p in zip((None, *order), order, strict=False)
            ),
        }
        return tuple(values[name] for name in problem.objective)
