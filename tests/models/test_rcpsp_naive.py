"""The vectorised checker of projects against a naive one that follows the problem's docstrings word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from types import ModuleType

import numpy as np

from schedsolve.models.rcpsp import LINK_KINDS, OBJECTIVES, RCPSP, RCPSPSolution, Schedule, objective_values, violations
from schedsolve.models.record import FAR

FAMILY = "rcpsp"


class Naive:
    """One schedule, in plain Python: loops over ticks and pairs."""

    def __init__(self, problem: RCPSP, solution: RCPSPSolution):
        self.p = problem
        self.tasks = [i for i in range(problem.num_tasks) if not solution.left_out[i]]
        self.start = [int(t) for t in solution.start]
        self.local = [int(m) for m in solution.mode]
        self.mode = [int(problem.mode_ptr[i]) + m for i, m in enumerate(self.local)]
        self.length = [int(problem.duration[m]) for m in self.mode]
        breaks = zip(problem.break_calendar, problem.break_start, problem.break_end, strict=True)
        self.breaks = {(int(c), t) for c, low, high in breaks for t in range(low, high)}
        self.end = [self.end_of(i) for i in range(problem.num_tasks)]

    def rests(self, i: int, t: int) -> bool:
        """Is there a break at ``t`` that the task follows?"""
        p = self.p
        if self.length[i] == 0 or p.done[i]:
            return False
        used = [r for r in range(p.num_resources) if p.demand[self.mode[i], r] > 0]
        return any((int(c), t) in self.breaks for c in [p.task_calendar[i], *p.resource_calendar[used]])

    def end_of(self, i: int) -> int:
        if not self.p.pause[i]:
            return self.start[i] + self.length[i]
        t, left = self.start[i], self.length[i]
        while left:
            left -= not self.rests(i, t)
            t += 1
        return t

    def holds(self, i: int, t: int) -> bool:
        return self.start[i] <= t < self.end[i]

    def codes(self) -> set[str]:
        return {code for rule in (self.of_tasks, self.of_links, self.of_resources, self.of_sets) for code in rule()}

    def of_tasks(self) -> Iterator[str]:
        p = self.p
        for i in range(p.num_tasks):
            if i not in self.tasks:
                if not p.optional[i] or p.fixed_start[i] != FAR:
                    yield "left_out"
                continue
            if p.fixed_start[i] not in (FAR, self.start[i]) or p.fixed_mode[i] not in (-1, self.local[i]):
                yield "fixed"
            if p.done[i]:
                continue
            if self.start[i] < p.release[i]:
                yield "release"
            if self.end[i] > p.deadline[i] or self.end[i] > p.project_deadline:
                yield "deadline"
            ticks = range(self.start[i], self.end[i])[: 1 if p.pause[i] else None]
            if any(self.rests(i, t) for t in ticks):
                yield "break"

    def of_links(self) -> Iterator[str]:
        p = self.p
        for k in range(len(p.link_from)):
            a, b, kind = int(p.link_from[k]), int(p.link_to[k]), LINK_KINDS[p.link_kind[k]]
            if a not in self.tasks or b not in self.tasks or (p.done[a] and p.done[b]):
                continue
            first = self.start[a] if kind[0] == "S" else self.end[a]
            second = self.start[b] if kind[1] == "S" else self.end[b]
            if p.min_lag[k] != -FAR and second < first + p.min_lag[k]:
                yield "min_lag"
            if p.max_lag[k] != FAR and second > first + p.max_lag[k]:
                yield "max_lag"

    def of_resources(self) -> Iterator[str]:
        p = self.p
        for r in range(p.num_resources):
            if any(self.beside_the_past(self.users(r, t), p.demand[:, r], self.units(r, t)) for t in self.ticks()):
                yield "capacity"
        for k, budget in enumerate(p.budget):
            if self.beside_the_past(self.tasks, p.consumption[:, k], int(budget)):
                yield "budget"
        for v in range(len(p.reservoir_initial)):
            if p.reservoir_initial[v] > p.reservoir_maximum[v]:
                yield "reservoir_full"
            for t in [*self.ticks(), *self.start, *self.end, -100]:
                past, own = self.change(v, t, done=True), self.change(v, t, done=False)
                level = int(p.reservoir_initial[v]) + past + own
                if level < 0 and own < 0:
                    yield "reservoir_empty"
                if level > p.reservoir_maximum[v] and own > 0:
                    yield "reservoir_full"

    def beside_the_past(self, tasks: list[int], amount: np.ndarray, limit: int) -> bool:
        """Do these ask for more than the limit, where what is done counts no further than that?"""
        of = {i: int(amount[self.mode[i]]) for i in tasks}
        past = min(limit, sum(units for i, units in of.items() if self.p.done[i]))
        return limit != FAR and past + sum(units for i, units in of.items() if not self.p.done[i]) > limit

    def ticks(self) -> list[int]:
        return sorted({t for i in self.tasks for t in range(self.start[i], self.end[i])})

    def users(self, r: int, t: int) -> list[int]:
        return [i for i in self.tasks if self.holds(i, t)]

    def use(self, r: int, t: int) -> int:
        return sum(int(self.p.demand[self.mode[i], r]) for i in self.users(r, t))

    def units(self, r: int, t: int) -> int:
        p = self.p
        rows = zip(p.change_resource, p.change_start, p.change_end, p.change_capacity, strict=True)
        return min((int(u) for q, low, high, u in rows if q == r and low <= t < high), default=int(p.capacity[r]))

    def change(self, v: int, t: int, *, done: bool) -> int:
        p = self.p
        tasks = [i for i in self.tasks if p.done[i] == done]
        taken = sum(int(p.withdrawal[self.mode[i], v]) for i in tasks if self.start[i] <= t)
        return sum(int(p.delivery[self.mode[i], v]) for i in tasks if self.end[i] <= t) - taken

    def of_sets(self) -> Iterator[str]:
        p = self.p
        for group in p.groups():
            for a, b in combinations([i for i in group if i in self.tasks], 2):
                both = any(self.holds(a, t) and self.holds(b, t) for t in range(self.start[a], self.end[a]))
                if both and not (p.done[a] and p.done[b]):
                    yield "overlap"
        for choice in p.choices():
            chosen = [i for i in choice if i in self.tasks]
            if not chosen or (len(chosen) > 1 and not all(p.done[i] for i in chosen)):
                yield "choice"

    def objective(self, name: str) -> int:
        p, plain = self.p, name.replace("weighted_", "")
        weight = {i: int(p.weight[i]) if name != plain else 1 for i in self.tasks}
        late = {i: max(0, self.end[i] - int(p.due[i])) for i in self.tasks}
        of_use = {
            "resource_levelling": lambda r: sum(self.use(r, t) ** 2 for t in self.ticks()),
            "resource_overload": lambda r: sum(max(0, self.use(r, t) - p.resource_target[r]) for t in self.ticks()),
            "resource_investment": lambda r: max((self.use(r, t) for t in self.ticks()), default=0),
        }
        if name in of_use:
            return sum(int(p.resource_cost[r] * of_use[name](r)) for r in range(p.num_resources))
        if name == "maximum_lateness":
            return max((self.end[i] - int(p.due[i]) for i in self.tasks if p.due[i] != FAR), default=0)
        values = {
            "makespan": max((self.end[i] for i in self.tasks), default=0),
            "total_completion_time": sum(weight[i] * self.end[i] for i in self.tasks),
            "total_tardiness": sum(weight[i] * late[i] for i in self.tasks),
            "tardy_tasks": sum(weight[i] for i in self.tasks if late[i]),
            "total_cost": sum(int(p.cost[self.mode[i]]) for i in self.tasks),
        }
        return max(0, values[plain]) if plain == "makespan" else values[plain]


def disturbed(problem: RCPSP, solution: RCPSPSolution, rng: np.random.Generator) -> RCPSPSolution:
    """The schedule with some starts moved, exchanged or drawn anew, and perhaps other modes or tasks."""
    start, mode, left_out = solution.start.copy(), solution.mode.copy(), solution.left_out.copy()
    n = problem.num_tasks
    match rng.integers(4):
        case 0:
            start = rng.integers(-1, 20, n)
        case 1:
            start[rng.integers(n)] += rng.integers(-4, 5)
        case 2:
            a, b = rng.integers(n, size=2)
            start[a], start[b] = start[b], start[a]
        case 3:
            start += rng.integers(-1, 2, n)
    i = rng.integers(n)
    if rng.random() < 0.3:
        mode[i] = rng.integers(problem.mode_ptr[i + 1] - problem.mode_ptr[i])
    if rng.random() < 0.2:
        left_out[i] = not left_out[i]
    return RCPSPSolution(start=start, mode=mode, left_out=left_out)


def with_a_past(problem: RCPSP, solution: RCPSPSolution, rng: np.random.Generator) -> RCPSP:
    """The project with some tasks done at random times, in whatever order, and some resources without limit."""
    done = ~solution.left_out & (rng.random(problem.num_tasks) < 0.5)
    start = np.where(rng.random(problem.num_tasks) < 0.5, solution.start, rng.integers(-4, 12, problem.num_tasks))
    unlimited = rng.random(problem.num_resources) < 0.2
    return replace(
        problem,
        done=problem.done | done,
        fixed_start=np.where(problem.done | ~done, problem.fixed_start, start),
        capacity=np.where(unlimited, FAR, problem.capacity),
    )


def at_its_time(problem: RCPSP, solution: RCPSPSolution) -> RCPSPSolution:
    return replace(solution, start=np.where(problem.done, problem.fixed_start, solution.start))


def test_same_codes_and_values_as_the_naive_checker(hidden: ModuleType) -> None:
    seen: Counter[str] = Counter()
    cases = [hidden.case(seed) for seed in range(300)]
    for seed in range(300):
        problem, valid = cases[seed]
        problem = with_a_past(problem, valid, np.random.default_rng(20_000 + seed))
        cases.append((problem, at_its_time(problem, valid)))
    for seed, (problem, valid) in enumerate(cases):
        rng = np.random.default_rng(10_000 + seed)
        moved = [disturbed(problem, valid, rng) for _ in range(4)]
        for solution in [valid, *moved, *(at_its_time(problem, s) for s in moved if seed >= 300)]:
            naive = Naive(problem, solution)
            want = naive.codes()
            assert {v.code for v in violations(problem, solution)} == want, (
                seed,
                problem.to_json(),
                solution.to_json(),
            )
            seen.update(want or {"valid"})
            compare_values(problem, solution, naive)
    assert seen["valid"] >= 330
    assert sum(seen.values()) >= 3000
    rules = "left_out choice release deadline fixed min_lag max_lag capacity budget reservoir_empty reservoir_full"
    assert all(seen[code] >= 20 for code in [*rules.split(), "overlap", "break"]), seen


def compare_values(problem: RCPSP, solution: RCPSPSolution, naive: Naive) -> None:
    names = [n for n in OBJECTIVES if n != "maximum_lateness" or np.any(problem.due != FAR)]
    names.remove("net_present_value")
    schedule = Schedule(problem.with_settings(objective=names), solution)
    assert objective_values(schedule.problem, schedule) == [(n, naive.objective(n)) for n in names]
    worth = sum(
        1000 * int(problem.cash_flow[i]) / (1 + Fraction(problem.discount_rate, 10**6)) ** max(0, naive.end[i])
        for i in naive.tasks
    )
    ((_, value),) = objective_values(problem.with_settings(objective="net_present_value"), schedule)
    assert -worth <= value <= -worth + len(naive.tasks) + Fraction(1, 10**6)  # each flow rounded down
