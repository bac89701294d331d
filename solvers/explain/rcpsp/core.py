"""A conflict of a project's constraints by CP-SAT's assumptions: one literal for each, all assumed to hold.

Quick, and not minimal: a conflict to begin with. The model omits what it has no literals for: breaks, reservoirs, and
what tasks that are done use of a resource where that is too much. So it may miss a conflict, but each that it finds is
one of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.rcpsp.objectives import past_is_kept
from schedsolve.solvers.explain.explanation import Item
from schedsolve.solvers.stop import Stop

if TYPE_CHECKING:
    from schedsolve.solvers.cpsat.driver import Constraint, Expression, Interval, Literal


def core(problem: RCPSP, items: Sequence[Item], stop: Stop, seconds: float) -> list[Item] | None:
    """Some of ``items`` that cannot hold together; None where none were found in time."""
    from schedsolve.solvers.cpsat.driver import conflicting
    from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon

    model = _Model(problem, safe_horizon(problem))
    literals = [model.literal(item) for item in items]
    model.share()
    found = conflicting(model.model, literals, stop=stop, seconds=seconds)
    return None if found is None else [items[k] for k in found]


class _Model:
    """The project with a literal for each constraint, which enforces it; tasks that may be left out are left out."""

    def __init__(self, problem: RCPSP, horizon: int):
        from schedsolve.solvers.cpsat.driver import Model

        self.problem, self.horizon, self.model = problem, horizon, Model()
        self.there = problem.mandatory
        self.modes: list[list[Literal]] = []
        self.start: list[Expression] = []
        self.end: list[Expression] = []
        self.demands: dict[int, list[tuple[int, Literal, int]]] = {r: [] for r in range(problem.num_resources)}
        """Of each renewable resource: the mode, the literal that says that it counts, and the units."""
        self.past_is_kept = [past_is_kept(problem, r) for r in range(problem.num_resources)]
        for task in range(problem.num_tasks):
            self._add_task(task)

    def _add_task(self, task: int) -> None:
        p, model = self.problem, self.model
        low = int(min(0, p.fixed_start[task]))
        start = model.new_int_var(low, self.horizon, "")
        first, last = int(p.mode_ptr[task]), int(p.mode_ptr[task + 1])
        literals = [model.new_bool_var("") for _ in range(first, last)]
        model.add_exactly_one(literals)
        length = sum(int(p.duration[mode]) * x for mode, x in zip(range(first, last), literals, strict=True))
        end = model.new_int_var(low, 2 * self.horizon, "")
        if p.num_calendars and p.pause[task] and not p.done[task]:
            model.add(end >= start + length)  # later by breaks, which have no literals here
        else:
            model.add(end == start + length)
        if p.done[task]:
            model.add(start == int(p.fixed_start[task]))
        self.modes.append(literals)
        self.start.append(start)
        self.end.append(end)

    def literal(self, item: Item) -> Literal:
        """A literal that enforces the constraint."""
        holds = self.model.new_bool_var("")
        enforce = getattr(self, f"_{item.code}", None)
        if enforce is not None:
            for constraint in enforce(holds, **item.things):
                constraint.only_enforce_if(holds)
        return holds

    def _fixed_start(self, holds: Literal, task: int) -> list[Constraint]:
        return [self.model.add(self.start[task] == int(self.problem.fixed_start[task]))]

    def _fixed_mode(self, holds: Literal, task: int) -> list[Constraint]:
        return [self.model.add_bool_and([self.modes[task][int(self.problem.fixed_mode[task])]])]

    def _project_deadline(self, holds: Literal) -> list[Constraint]:
        tasks = np.flatnonzero(self.there & ~self.problem.done).tolist()
        return [self.model.add(self.end[task] <= self.problem.project_deadline) for task in tasks]

    def _deadline(self, holds: Literal, task: int) -> list[Constraint]:
        return [self.model.add(self.end[task] <= int(self.problem.deadline[task]))] if self.there[task] else []

    def _release(self, holds: Literal, task: int) -> list[Constraint]:
        return [self.model.add(self.start[task] >= int(self.problem.release[task]))]

    def _min_lag(self, holds: Literal, link: int) -> list[Constraint]:
        gap = self._gap(link)
        return [] if gap is None else [self.model.add(gap >= int(self.problem.min_lag[link]))]

    def _max_lag(self, holds: Literal, link: int) -> list[Constraint]:
        gap = self._gap(link)
        return [] if gap is None else [self.model.add(gap <= int(self.problem.max_lag[link]))]

    def _gap(self, link: int) -> Expression | None:
        p = self.problem
        a, b = int(p.link_from[link]), int(p.link_to[link])
        if not (self.there[a] and self.there[b]) or (p.done[a] and p.done[b]):
            return None
        kind = LINK_KINDS[p.link_kind[link]]
        return (self.start if kind[1] == "S" else self.end)[b] - (self.start if kind[0] == "S" else self.end)[a]

    def _budget(self, holds: Literal, nonrenewable: int) -> list[Constraint]:
        p = self.problem
        units, budget = p.consumption[:, nonrenewable], int(p.budget[nonrenewable])
        past = np.maximum.reduceat(units, p.mode_ptr[:-1])[p.done].sum()
        counts = self.there & ~p.done if past > budget else self.there
        used = [u * x for u, x, task in self._all_modes(units.tolist()) if counts[task]]
        return [self.model.add(sum(used) <= budget)] if used else []

    def _all_modes(self, values: list[int]) -> list[tuple[int, Literal, int]]:
        literals = [x for of_task in self.modes for x in of_task]
        return list(zip(values, literals, self.problem.task_of.tolist(), strict=True))

    def _group(self, holds: Literal, group: int) -> list[Constraint]:
        tasks = [
            task for task in list(self.problem.groups())[group] if self.there[task] and not self.problem.done[task]
        ]
        self.model.add_no_overlap([self._interval(task, holds) for task in tasks])
        return []

    def _capacity(self, holds: Literal, resource: int) -> list[Constraint]:
        for task in range(self.problem.num_tasks):
            self._demand(holds, resource, task)
        return []

    def _demand(self, holds: Literal, resource: int, task: int) -> list[Constraint]:
        """Each mode of the task that asks for the resource counts where it is chosen and the constraint holds."""
        p = self.problem
        if self.there[task] and (not p.done[task] or self.past_is_kept[resource]):
            first = int(p.mode_ptr[task])
            for mode, chosen in enumerate(self.modes[task], start=first):
                units = int(p.demand[mode, resource])
                if units and p.duration[mode]:
                    self.demands[resource].append((mode, self._both(holds, chosen), units))
        return []

    def _both(self, one: Literal, other: Literal) -> Literal:
        """A literal that holds where both do."""
        both = self.model.new_bool_var("")
        self.model.add_bool_or([both, ~one, ~other])
        return both

    def _interval(self, task: int, literal: Literal) -> Interval:
        size = self.model.new_int_var(0, 3 * self.horizon, "")
        return self.model.new_optional_interval_var(self.start[task], size, self.end[task], literal, "")

    def share(self) -> None:
        """The capacities, once all demands on them are known; at times with fewer units, a filler takes the rest."""
        p = self.problem
        for resource, rows in self.demands.items():
            changes = p.changes(resource).tolist()
            most = min(int(p.greatest_capacity[resource]), sum(u for *_, u in rows))
            intervals = [self._interval(int(p.task_of[mode]), literal) for mode, literal, _ in rows]
            units = [u for *_, u in rows]
            for low, high, there in _steps(int(p.capacity[resource]), changes, 3 * self.horizon):
                if there < most:
                    intervals.append(self.model.new_fixed_size_interval_var(low, high - low, ""))
                    units.append(most - there)
            if rows:
                self.model.add_cumulative(intervals, units, most)


def _steps(base: int, changes: list[list[int]], horizon: int) -> list[tuple[int, int, int]]:
    """Start, end and units of the stretches between and within the changes, up to ``horizon``."""
    steps, time = [], -FAR // 2
    for low, high, units in changes:
        steps += [(time, low, base), (low, high, units)]
        time = high
    return [step for step in [*steps, (time, max(time, horizon), base)] if step[0] < step[1]]
