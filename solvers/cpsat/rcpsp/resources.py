"""Constraints on what tasks share: renewable and non-renewable resources, reservoirs, disjunctive groups."""

from __future__ import annotations

from typing import Any

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.rcpsp.variables import Variables

Steps = list[tuple[int, int, int]]
"""Units of a resource over time: (from, to, units), one after the other."""


def users(v: Variables, resource: int) -> list[tuple[int, Any, int]]:
    """Who may occupy units of a renewable resource: task, interval and demand, one for each way."""
    demand = v.problem.demand[:, resource]
    return [
        (task, interval, int(demand[way.mode]))
        for task in range(v.problem.num_tasks)
        for way, interval in v.intervals(task)
        if demand[way.mode] > 0
    ]


def renewable(v: Variables) -> None:
    """At no time more units in use than there are. Where there are fewer, a fixed interval takes up the rest."""
    for resource in range(v.problem.num_resources):
        v.poll()
        rows = users(v, resource)
        steps = capacity_steps(v.problem, resource, *v.span)
        most = max((units for _, _, units in steps), default=0)
        fillers = [(low, high, most - units) for low, high, units in steps if units < most]
        if not rows or (not fillers and sum(_greatest(rows).values()) <= most):
            continue
        if _exclude_one_another(rows, most):
            least = min(demand for _, _, demand in rows)
            closed = [filler for filler in fillers if most - filler[2] < least]
            v.model.add_no_overlap([x for _, x, _ in rows] + [_fixed(v, low, high) for low, high, _ in closed])
            if len(closed) == len(fillers) and max(demand for _, _, demand in rows) <= most:
                continue
        intervals = [x for _, x, _ in rows] + [_fixed(v, low, high) for low, high, _ in fillers]
        demands = [demand for _, _, demand in rows] + [units for _, _, units in fillers]
        v.model.add_cumulative(intervals, demands, most)


def capacity_steps(problem: RCPSP, resource: int, low: int, high: int) -> Steps:
    """The units of a renewable resource from ``low`` to ``high``."""
    base, time = int(problem.capacity[resource]), low
    steps: Steps = []
    for start, end, units in problem.changes(resource).tolist():
        start, end = max(start, low), min(end, high)
        if start < end:
            steps += [(time, start, base), (start, end, units)]
            time = end
    return [(a, b, units) for a, b, units in [*steps, (time, high, base)] if a < b]


def _fixed(v: Variables, low: int, high: int) -> Any:
    return v.model.new_fixed_size_interval_var(low, high - low, "")


def _greatest(rows: list[tuple[int, Any, int]]) -> dict[int, int]:
    """The greatest demand of each task."""
    found: dict[int, int] = {}
    for task, _, demand in rows:
        found[task] = max(found.get(task, 0), demand)
    return found


def _exclude_one_another(rows: list[tuple[int, Any, int]], most: int) -> bool:
    """Do any two tasks together ask for more than there is at any time?"""
    least: dict[int, int] = {}
    for task, _, demand in rows:
        least[task] = min(least.get(task, demand), demand)
    return sum(sorted(least.values())[:2]) > most


def nonrenewable(v: Variables) -> None:
    """All chosen modes together use no more than the budget."""
    for resource, budget in enumerate(v.problem.budget.tolist()):
        v.model.add(v.over_ways(v.problem.consumption[:, resource]) <= budget)


def reservoirs(v: Variables) -> None:
    """The level, lowered at starts and raised at ends, stays between 0 and the maximum."""
    problem = v.problem
    for reservoir, (initial, maximum) in enumerate(
        zip(problem.reservoir_initial.tolist(), problem.reservoir_maximum.tolist(), strict=True)
    ):
        if initial > maximum:
            v.model.add_bool_or([])
            continue
        times, changes, actives = [], [], []
        for task in range(problem.num_tasks):
            v.poll(task)
            for way, literal in v.ways[task]:
                taken, given = (int(x[way.mode, reservoir]) for x in (problem.withdrawal, problem.delivery))
                for time, change in ((0, -taken), (way.length, given)):
                    if change:
                        times.append(v.start[task] + time)
                        changes.append(change)
                        actives.append(literal)
        if times:
            room = (maximum if maximum < FAR else initial + sum(c for c in changes if c > 0)) - initial
            v.model.add_reservoir_constraint_with_active(times, changes, actives, -initial, room)


def groups(v: Variables) -> None:
    """No two tasks of a group at the same time, except two that are both done."""
    for tasks in v.problem.groups():
        v.poll()
        to_do = [x for task in tasks if not v.problem.done[task] for _, x in v.intervals(task)]
        done = [[x for _, x in v.intervals(task)] for task in tasks if v.problem.done[task]]
        for intervals in done or [[]]:
            v.model.add_no_overlap([*intervals, *to_do])
