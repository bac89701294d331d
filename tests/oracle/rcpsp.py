"""Optima of tiny projects by enumeration, sharing no code with the solvers or the checker.

``brute_force`` tries all tasks to leave out, all modes and all starts up to a time that is late enough. It counts
ticks: a task is the set of ticks at which it works and those at which it holds its resources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, log2
from typing import NamedTuple

from schedsolve.models.rcpsp import RCPSP, RCPSPSolution
from schedsolve.models.record import FAR


class Optimum(NamedTuple):
    """Objective values in the order of ``problem.objective``, and a schedule that has them."""

    values: tuple[int, ...]
    solution: RCPSPSolution


@dataclass(frozen=True)
class Placed:
    """A task with its mode (counted over all) and its times."""

    task: int
    mode: int
    start: int
    end: int

    @property
    def held(self) -> range:
        return range(self.start, self.end)


def brute_force(problem: RCPSP) -> Optimum | None:
    """The best schedule of all; None where none is feasible."""
    return Enumeration(problem).best()


def is_feasible(problem: RCPSP) -> bool:
    """Is there any schedule? That does not hang on the objective, of which some have much later times to try."""
    return next(Enumeration(replace(problem, objective=("makespan",))).schedules([]), None) is not None


def last_time(problem: RCPSP) -> int:
    """Late enough: after every date all durations and lags one after the other (that far tasks are worth waiting
    for); with interest, until no cash flow is worth anything any more."""
    p = problem
    dates = [0, *p.release.tolist(), *(abs(t) for t in p.fixed_start.tolist() if t != FAR)]
    for starts, ends in ((p.change_start, p.change_end), (p.break_start, p.break_end)):
        dates += [low if high == FAR else high for low, high in zip(starts.tolist(), ends.tolist(), strict=True)]
    if "net_present_value" in p.objective and p.discount_rate and (p.cash_flow < 0).any():
        dates.append(int(60 / log2(1 + p.discount_rate / 1_000_000)) + 2)
    lags = [lag for lag in p.min_lag.tolist() if lag > 0] + [-lag for lag in p.max_lag.tolist() if lag < 0]
    longest = [max(p.duration[a:b].tolist()) for a, b in pairwise(p.mode_ptr.tolist())]
    return min(max(dates) + sum(lags) + sum(longest), p.project_deadline)


class Enumeration:
    """All schedules of one problem, task by task, each branch left as soon as it breaks a rule."""

    def __init__(self, problem: RCPSP) -> None:
        self.p = problem
        self.latest = last_time(problem)
        self.breaks = {
            c: {
                t
                for k, low, high in zip(
                    problem.break_calendar.tolist(),
                    problem.break_start.tolist(),
                    problem.break_end.tolist(),
                    strict=True,
                )
                for t in range(low, min(high, self.latest + 1))
                if k == c
            }
            for c in range(problem.num_calendars)
        }
        self.units = [dict(self._units(r)) for r in range(problem.num_resources)]
        self.options = [list(self._options(task)) for task in range(problem.num_tasks)]
        self.found: Optimum | None = None

    def best(self) -> Optimum | None:
        for placed in self.schedules([]):
            values = tuple(self.value(name, [x for x in placed if x]) for name in self.p.objective)
            if self.found is None or values < self.found.values:
                self.found = Optimum(values, self._solution(placed))
        return self.found

    def schedules(self, placed: list[Placed | None]) -> Iterator[list[Placed | None]]:
        """All that begin with ``placed`` and whose first objective may be as good as that of the best found."""
        if self.found is not None and self._promise(placed) > self.found.values[0]:
            return
        if not (placed or self._reservoirs(placed)) or not self._budgets(placed):
            return
        if len(placed) == self.p.num_tasks:
            if self._choices(placed) and self._reservoirs(placed):
                yield placed
            return
        for option in self.options[len(placed)]:
            extended = [*placed, option]
            if option is None or (self._links(extended) and self._groups(extended) and self._renewable(extended)):
                yield from self.schedules(extended)

    def _units(self, resource: int) -> Iterator[tuple[int, int]]:
        """Changes of a renewable resource: the fewest units, where several hold."""
        p = self.p
        for r, low, high, units in zip(
            p.change_resource.tolist(),
            p.change_start.tolist(),
            p.change_end.tolist(),
            p.change_capacity.tolist(),
            strict=True,
        ):
            if r == resource:
                for t in range(low, min(high, self.latest + 1)):
                    yield t, units

    # --- what one task can do -------------------------------------------------------------------

    def _options(self, task: int) -> Iterator[Placed | None]:
        p = self.p
        fixed = int(p.fixed_start[task])
        if p.optional[task] and fixed == FAR:
            yield None
        for mode in range(int(p.mode_ptr[task]), int(p.mode_ptr[task + 1])):
            if p.fixed_mode[task] not in (-1, mode - p.mode_ptr[task]):
                continue
            for start in [fixed] if fixed != FAR else range(int(p.release[task]), self.latest + 1):
                placed = self._place(task, mode, start)
                if placed is not None:
                    yield placed

    def _place(self, task: int, mode: int, start: int) -> Placed | None:
        """The task from ``start`` on; None where windows or breaks do not allow it."""
        p, duration = self.p, int(self.p.duration[mode])
        if p.done[task]:
            return Placed(task, mode, start, start + duration)
        calendars = {int(p.task_calendar[task])}
        calendars |= {int(c) for c, units in zip(p.resource_calendar, p.demand[mode], strict=True) if units}
        closed = set().union(*(self.breaks[c] for c in calendars if c >= 0)) if duration else set()
        time, left = start, duration
        while left:
            if time in closed and (time == start or not p.pause[task]):
                return None
            left -= time not in closed
            time += 1
            if time > self.latest:
                return None
        if start < p.release[task] or time > min(p.deadline[task], p.project_deadline):
            return None
        return Placed(task, mode, start, time)

    # --- what tasks can do together -------------------------------------------------------------

    def _promise(self, placed: list[Placed | None]) -> int:
        """The first objective gets no better than this: what is left only adds to it, but for payments."""
        name, tasks = self.p.objective[0], [x for x in placed if x]
        if name == "maximum_lateness" and not any(self.p.due[x.task] != FAR for x in tasks):
            return -FAR
        rest = 0
        if name == "net_present_value":
            rest = sum(max(0, flow) for flow in self.p.cash_flow[len(placed) :].tolist()) * 1000
        if name == "total_cost":
            rest = sum(max(0, -cost) for cost in self.p.cost[self.p.mode_ptr[len(placed)] :].tolist())
        return self.value(name, tasks) - rest

    def _links(self, placed: list[Placed | None]) -> bool:
        """The links of the last task with those before it."""
        p, last = self.p, len(placed) - 1
        columns = (p.link_from, p.link_to, p.link_kind, p.min_lag, p.max_lag)
        for a, b, kind, least, most in zip(*(column.tolist() for column in columns), strict=True):
            if last not in (a, b) or max(a, b) > last or (p.done[a] and p.done[b]):
                continue
            first, second = placed[a], placed[b]
            if first is None or second is None:
                continue
            gap = (second.start, second.start, second.end, second.end)[kind]
            gap -= (first.end, first.start, first.end, first.start)[kind]
            if gap < least or (gap > most and most != FAR):
                return False
        return True

    def _groups(self, placed: list[Placed | None]) -> bool:
        last = placed[-1]
        assert last is not None
        for g in range(len(self.p.group_ptr) - 1):
            members = self.p.group_task[self.p.group_ptr[g] : self.p.group_ptr[g + 1]].tolist()
            for x in placed[:-1]:
                if x is None or {x.task, last.task} - set(members) or (self.p.done[x.task] and self.p.done[last.task]):
                    continue
                if set(x.held) & set(last.held):
                    return False
        return True

    def _renewable(self, placed: list[Placed | None]) -> bool:
        """Where the last task is in work."""
        last = placed[-1]
        assert last is not None
        for resource, base in enumerate(self.p.capacity.tolist()):
            demand = self.p.demand[:, resource]
            if demand[last.mode]:
                for t in last.held:
                    at_work = [x for x in placed if x and t in x.held]
                    if self._exceeds([(x, int(demand[x.mode])) for x in at_work], self.units[resource].get(t, base)):
                        return False
        return True

    def _exceeds(self, amounts: list[tuple[Placed, int]], limit: int) -> bool:
        """Is it more than the limit, by what tasks that are not done add to it?"""
        added = sum(amount for x, amount in amounts if not self.p.done[x.task])
        return limit != FAR and added > 0 and sum(amount for _, amount in amounts) > limit

    def _budgets(self, placed: list[Placed | None]) -> bool:
        return not any(
            self._exceeds([(x, int(self.p.consumption[x.mode, k])) for x in placed if x], budget)
            for k, budget in enumerate(self.p.budget.tolist())
        )

    def _choices(self, placed: list[Placed | None]) -> bool:
        ptr = self.p.choice_ptr.tolist()
        for a, b in pairwise(ptr):
            chosen = [task for task in self.p.choice_task[a:b].tolist() if placed[task] is not None]
            if len(chosen) != 1 and not (chosen and all(self.p.done[task] for task in chosen)):
                return False
        return True

    def _reservoirs(self, placed: list[Placed | None]) -> bool:
        tasks = [x for x in placed if x]
        for v, initial in enumerate(self.p.reservoir_initial.tolist()):
            if initial > self.p.reservoir_maximum[v]:
                return False
            for t in {*(x.start for x in tasks), *(x.end for x in tasks)}:
                change = {True: 0, False: 0}
                for x in tasks:
                    done = bool(self.p.done[x.task])
                    change[done] -= int(self.p.withdrawal[x.mode, v]) if x.start <= t else 0
                    change[done] += int(self.p.delivery[x.mode, v]) if x.end <= t else 0
                level = initial + change[True] + change[False]
                if (level < 0 and change[False] < 0) or (level > self.p.reservoir_maximum[v] and change[False] > 0):
                    return False
        return True

    # --- values -----------------------------------------------------------------------------------

    def value(self, name: str, tasks: list[Placed]) -> int:
        """One objective of the tasks that are done."""
        p = self.p
        late = [max(0, x.end - int(p.due[x.task])) for x in tasks]
        weight = [int(p.weight[x.task]) if "weighted" in name else 1 for x in tasks]
        match name.replace("weighted_", ""):
            case "makespan":
                return max([0, *(x.end for x in tasks)])
            case "total_completion_time":
                return sum(w * x.end for w, x in zip(weight, tasks, strict=True))
            case "total_tardiness":
                return sum(w * t for w, t in zip(weight, late, strict=True))
            case "tardy_tasks":
                return sum(w for w, t in zip(weight, late, strict=True) if t)
            case "maximum_lateness":
                return max((x.end - int(p.due[x.task]) for x in tasks if p.due[x.task] != FAR), default=0)
            case "net_present_value":
                return -sum(self._discounted(int(p.cash_flow[x.task]), x.end) for x in tasks)
            case "total_cost":
                return sum(int(p.cost[x.mode]) for x in tasks)
            case _:
                return sum(cost * self._of_use(name, r, tasks) for r, cost in enumerate(p.resource_cost.tolist()))

    def _discounted(self, flow: int, time: int) -> int:
        """Thousandths, rounded down, by exact fractions. The problem's arithmetic rounds the factor down as well, if
        only a little: to nothing below 2^-60, and so whole numbers of thousandths to just below them, unless the
        factor is a binary fraction."""
        factor = Fraction(1_000_000, 1_000_000 + self.p.discount_rate) ** max(0, time)
        if flow == 0 or factor < Fraction(1, 2**60):
            return 0
        exact = factor.denominator & (factor.denominator - 1) == 0
        return floor(1000 * flow * factor) if exact or flow < 0 else ceil(1000 * flow * factor) - 1

    def _of_use(self, name: str, resource: int, tasks: list[Placed]) -> int:
        times = {t for x in tasks for t in x.held}
        use = [sum(int(self.p.demand[x.mode, resource]) for x in tasks if t in x.held) for t in times]
        match name:
            case "resource_levelling":
                return sum(u * u for u in use)
            case "resource_overload":
                return sum(max(0, u - int(self.p.resource_target[resource])) for u in use)
            case "resource_investment":
                return max(use, default=0)
        raise AssertionError(name)

    def _solution(self, placed: list[Placed | None]) -> RCPSPSolution:
        first = self.p.mode_ptr.tolist()
        return RCPSPSolution(
            start=[x.start if x else 0 for x in placed],
            mode=[x.mode - first[task] if x else 0 for task, x in enumerate(placed)],
            left_out=[x is None for x in placed],
        )
