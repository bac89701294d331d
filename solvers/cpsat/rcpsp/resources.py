"""Constraints on what tasks share: renewable and non-renewable resources, reservoirs, disjunctive groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.driver import Expression, Interval, Literal
from schedsolve.solvers.cpsat.rcpsp import past
from schedsolve.solvers.cpsat.rcpsp.past import Amount, Steps
from schedsolve.solvers.cpsat.rcpsp.variables import Variables

Event = tuple[Expression, int, Literal]
"""A change of a level: when, by how much, and the literal with which it happens."""

User = tuple[int, Interval, int]
"""Who may occupy a resource, one for each way: task, interval and demand."""


def users(v: Variables, resource: int) -> list[User]:
    """Who may occupy units of a renewable resource."""
    demand = v.problem.demand[:, resource]
    found = []
    for task in range(v.problem.num_tasks):
        for way, interval in v.intervals(task):
            if demand[way.mode] > 0:
                found.append((task, interval, int(demand[way.mode])))
    return found


def renewable(v: Variables) -> None:
    """At no time more units in use than there are. Where there are fewer, or tasks that are done hold some, a fixed
    interval takes up the rest."""
    for resource in range(v.problem.num_resources):
        v.poll()
        rows = [row for row in users(v, resource) if not v.problem.done[row[0]]]
        steps = capacity_steps(v.problem, resource, *v.span)
        most = max((units for _, _, units in steps), default=0)
        fillers = [
            (low, high, Amount(most - units + held.value, most - units + held.low, most - units + held.high))
            for low, high, units, held in past.in_use(v, resource, steps)
            if units < most or held.high
        ]
        if not rows or (not fillers and sum(greatest(rows).values()) <= most):
            continue
        if _exclude_one_another(rows, most):
            least = min(demand for _, _, demand in rows)
            closed = [filler for filler in fillers if most - filler[2].low < least]
            v.model.add_no_overlap([x for _, x, _ in rows] + [_fixed(v, low, high) for low, high, _ in closed])
            if len(closed) == len(fillers) and max(demand for _, _, demand in rows) <= most:
                continue
        intervals = [x for _, x, _ in rows] + [_fixed(v, low, high) for low, high, _ in fillers]
        demands = [demand for _, _, demand in rows] + [units.value for _, _, units in fillers]
        v.model.add_cumulative(intervals, demands, most)


def capacity_steps(problem: RCPSP, resource: int, low: int, high: int) -> Steps:
    """The units of a renewable resource from ``low`` to ``high``; no more than all tasks together can ask for."""
    asked = int(np.maximum.reduceat(problem.demand[:, resource], problem.mode_ptr[:-1]).sum())
    base, time = int(problem.capacity[resource]), low
    steps: Steps = []
    for start, end, units in problem.changes(resource).tolist():
        start, end = max(start, low), min(end, high)
        if start < end:
            steps += [(time, start, base), (start, end, units)]
            time = end
    return [(a, b, min(units, asked)) for a, b, units in [*steps, (time, high, base)] if a < b]


def _fixed(v: Variables, low: int, high: int) -> Interval:
    return v.model.new_fixed_size_interval_var(low, high - low, "")


def greatest(rows: list[User]) -> dict[int, int]:
    """The greatest demand of each task."""
    found: dict[int, int] = {}
    for task, _, demand in rows:
        found[task] = max(found.get(task, 0), demand)
    return found


def _exclude_one_another(rows: list[User], most: int) -> bool:
    """Do any two tasks together ask for more than there is at any time?"""
    least: dict[int, int] = {}
    for task, _, demand in rows:
        least[task] = min(least.get(task, demand), demand)
    return sum(sorted(least.values())[:2]) > most


def nonrenewable(v: Variables) -> None:
    """All chosen modes together use no more than the budget."""
    for resource, budget in enumerate(v.problem.budget.tolist()):
        own = v.over_ways(np.where(v.problem.done[v.problem.task_of], 0, v.problem.consumption[:, resource]))
        v.model.add(own + past.used_up(v, resource).value <= budget)


def reservoirs(v: Variables) -> None:
    """The level, lowered at starts and raised at ends, stays between 0 and the maximum.

    Where what is done alone goes beyond these, it counts for each of the two as if it just kept to it.
    """
    problem = v.problem
    for reservoir, (initial, maximum) in enumerate(
        zip(problem.reservoir_initial.tolist(), problem.reservoir_maximum.tolist(), strict=True)
    ):
        if initial > maximum:
            v.model.add_bool_or([])
            continue
        gone = past.level(v, reservoir)
        own = list(_changes(v, reservoir))
        if all(level.low >= 0 and level.high <= maximum for _, level in gone):
            _keep_level(v, [*past.events(v, initial, gone), *own], initial, maximum - initial)
            continue
        above = [(time, past.at_least(v, level, 0)) for time, level in gone]
        below = [(time, past.at_most(v, level, maximum)) for time, level in gone]
        _keep_level(v, [*past.events(v, initial, above), *own], initial, FAR)
        _keep_level(v, [*past.events(v, initial, below), *own], FAR, maximum - initial)


def _changes(v: Variables, reservoir: int) -> Iterator[Event]:
    """Withdrawals and deliveries by tasks that are not done."""
    problem = v.problem
    for task in np.flatnonzero(~problem.done).tolist():
        v.poll(task)
        for way, literal in v.ways[task]:
            yield v.start[task], -int(problem.withdrawal[way.mode, reservoir]), literal
            yield v.start[task] + way.length, int(problem.delivery[way.mode, reservoir]), literal


def _keep_level(v: Variables, events: list[Event], fall: int, rise: int) -> None:
    """All changes up to any time together are between -``fall`` and ``rise``; no more than they can be."""
    events = [event for event in events if event[1]]
    if events:
        times, changes, actives = zip(*events, strict=True)
        least, most = -sum(c for c in changes if c < 0), sum(c for c in changes if c > 0)
        v.model.add_reservoir_constraint_with_active(times, changes, actives, -min(fall, least), min(rise, most))


def groups(v: Variables) -> None:
    """No two tasks of a group at the same time, except two that are both done."""
    for tasks in v.problem.groups():
        v.poll()
        to_do = [x for task in tasks if not v.problem.done[task] for _, x in v.intervals(task)]
        done = [[x for _, x in v.intervals(task)] for task in tasks if v.problem.done[task]]
        for intervals in done or [[]]:
            v.model.add_no_overlap([*intervals, *to_do])
