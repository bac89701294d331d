"""Cheap lower bounds for project scheduling, one for each objective.

From heads and tails (``heads_tails``), the energy of renewable resources between heads and tails, and one-machine
relaxations of tasks that exclude one another. All hold unconditionally, hence also for the lower levels of a
lexicographic objective.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.rcpsp.objectives import discounted
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.one_machine import jackson
from schedsolve.solvers.bounds.rcpsp.cliques import cliques
from schedsolve.solvers.bounds.rcpsp.heads_tails import HeadsTails, allowed_modes, heads_tails

Ints = npt.NDArray[np.int64]

MANY = 2_000
"""Tasks above which energy is looked at between few heads and tails."""


def bound(problem: RCPSP) -> list[int | None]:
    """A lower bound for each of ``problem.objective``; None where the links leave no solution to bound."""
    w = heads_tails(problem)
    return [None if w is None else _BOUNDS[name](problem, w) for name in problem.objective]


def _makespan(problem: RCPSP, w: HeadsTails) -> int:
    best = w.longest_path
    for tasks in chain(exclusive(problem, w), cliques(problem, w)):
        heads, work, tails = (x[tasks].tolist() for x in (w.head, w.length, w.tail))
        best = max(best, jackson(heads, work, tails))
    for resource in range(problem.num_resources):
        best = max(best, energy(problem, w, resource))
    return best


def exclusive(problem: RCPSP, w: HeadsTails) -> Iterator[Ints]:
    """Sets of tasks no two of which can overlap: disjunctive groups, and tasks that ask for more than half of a
    renewable resource in every mode (in order of demand, as far as each two together ask for too much). Of tasks that
    are done, which are held to no rule among themselves, one at most."""
    takes_time = w.sure & (w.length > 0)
    for group in problem.groups():
        tasks = np.array(group)
        tasks = _one_done(problem, tasks[takes_time[tasks]])
        if len(tasks) > 1:
            yield tasks
    for resource in range(problem.num_resources):
        most = int(problem.greatest_capacity[resource])
        demand = np.minimum.reduceat(problem.demand[:, resource], problem.mode_ptr[:-1])
        tasks = np.flatnonzero(takes_time & (2 * demand > most))
        below = np.flatnonzero(takes_time & (2 * demand <= most) & (demand > 0))
        if len(tasks) and len(below):  # one smaller task may still exclude all the large ones
            largest = below[demand[below].argmax()]
            if demand[largest] + demand[tasks].min() > most:
                tasks = np.append(tasks, largest)
        tasks = _one_done(problem, tasks)
        if len(tasks) > 1 and most < FAR:
            yield tasks


def _one_done(problem: RCPSP, tasks: Ints) -> Ints:
    """Without the tasks that are done, but for the first."""
    kept: Ints = tasks[~problem.done[tasks] | (np.cumsum(problem.done[tasks]) == 1)]
    return kept


def energy(problem: RCPSP, w: HeadsTails, resource: int) -> int:
    """max over (h, t) of h + t + the time in which the resource can do the work of all tasks that start at h or later
    and have t or more after their end."""
    most = int(problem.greatest_capacity[resource])
    if most in (0, FAR):
        return 0  # no solution at all, but that is not for a bound to say, or no limit
    work = np.minimum.reduceat(problem.duration * problem.demand[:, resource], problem.mode_ptr[:-1])
    tasks = np.flatnonzero(w.sure & (work > 0) & (~problem.done | past_is_kept(problem, resource)))
    if not len(tasks):
        return 0
    changes = problem.changes(resource)
    if len(changes):
        total = int(work[tasks].sum())
        head, tail = int(w.head[tasks].min()), int(w.tail[tasks].min())
        return _time_for(total, head, int(problem.capacity[resource]), changes) + tail
    tails = np.unique(w.tail[tasks])[-MANY:] if len(tasks) > MANY else np.unique(w.tail[tasks])
    best = 0
    order = tasks[np.argsort(w.head[tasks], kind="stable")]
    for t in tails.tolist():
        mine = order[w.tail[order] >= t]
        amount = np.cumsum(work[mine][::-1])[::-1]  # of those with a head as great or greater
        best = max(best, int((w.head[mine] + -(-amount // most)).max()) + t)
    return best


def past_is_kept(problem: RCPSP, resource: int) -> bool:
    """Have tasks that are done, in whatever modes, never used more of a renewable resource than there was at that time?
    Else not all of their work counts."""
    done, allowed, first = problem.done, allowed_modes(problem), problem.mode_ptr[:-1]
    units = np.maximum.reduceat(np.where(allowed, problem.demand[:, resource], 0), first)[done]
    length = np.maximum.reduceat(np.where(allowed, problem.duration, 0), first)[done]
    start, changes = problem.fixed_start[done], problem.changes(resource)
    # Use rises where a task starts, and the limit falls where a change starts or ends.
    times = np.unique(np.concatenate([start, changes[:, :2].ravel()]))
    use = _sum_up_to(times, start, units) - _sum_up_to(times, start + length, units)
    return bool(np.all(use <= _capacity_at(times, int(problem.capacity[resource]), changes)))


def _sum_up_to(times: Ints, at: Ints, units: Ints) -> Ints:
    """For each of ``times``: the sum of ``units`` that come ``at`` that time or before."""
    order = np.argsort(at)
    total = np.concatenate([[0], np.cumsum(units[order])])
    return total[np.searchsorted(at[order], times, side="right")]


def _capacity_at(times: Ints, base: int, changes: Ints) -> Ints:
    """For each of ``times``: the units that there are; ``changes`` as in ``RCPSP.changes``."""
    capacity = np.full(len(times), base)
    for low, high, units in changes.tolist():
        capacity[(low <= times) & (times < high)] = units
    return capacity


def _time_for(work: int, start: int, base: int, changes: Ints) -> int:
    """The earliest time by which a resource can have done ``work`` from ``start`` on; FAR where it never can."""
    time = start
    steps: list[list[int]] = [*changes.tolist(), [FAR, FAR, base]]
    for low, high, units in steps:
        if high <= time and high < FAR:
            continue
        if low > time:
            if base and -(-work // base) <= low - time:
                return time + -(-work // base)
            work -= base * (low - time)
            time = low
        if units and -(-work // units) <= high - time:
            return time + -(-work // units)
        work -= units * (high - time)
        time = high
    return FAR


def _ends(problem: RCPSP, w: HeadsTails, weight: Ints) -> int:
    return sum(c * e for c, e, sure in zip(weight.tolist(), w.end.tolist(), w.sure.tolist(), strict=True) if sure)


def _late(problem: RCPSP, w: HeadsTails) -> Ints:
    return np.where(w.sure & (problem.due < FAR), np.maximum(0, w.end - problem.due), 0)


def _tardiness(problem: RCPSP, w: HeadsTails, weight: Ints) -> int:
    return sum(c * late for c, late in zip(weight.tolist(), _late(problem, w).tolist(), strict=True))


def _maximum_lateness(problem: RCPSP, w: HeadsTails) -> int:
    """Where all tasks with due dates may be left out, what one of them alone may be early by, or 0 without them."""
    dated = problem.due < FAR
    late = w.end - problem.due
    sure = dated & w.sure
    return int(late[sure].max()) if np.any(sure) else int(late[dated].min(initial=0))


def _tardy(problem: RCPSP, w: HeadsTails, weight: Ints) -> int:
    return sum(weight[_late(problem, w) > 0].tolist())


def _net_present_value(problem: RCPSP, w: HeadsTails) -> int:
    """Income as early as can be; payments, where there is interest, as late as one likes, which makes them nothing."""
    total = 0
    for flow, end, sure in zip(problem.cash_flow.tolist(), w.end.tolist(), w.sure.tolist(), strict=True):
        if flow > 0:
            total += discounted(flow, problem.discount_rate, end if sure else 0)
        elif sure and problem.discount_rate == 0:
            total += discounted(flow, 0, end)
    return -total


def _least_of_modes(problem: RCPSP, amount: Ints) -> list[int]:
    least: list[int] = np.minimum.reduceat(amount, problem.mode_ptr[:-1]).tolist()
    return least


def _total_cost(problem: RCPSP, w: HeadsTails) -> int:
    least = _least_of_modes(problem, problem.cost)
    return sum(cost if sure else min(0, cost) for cost, sure in zip(least, w.sure.tolist(), strict=True))


def _levelling(problem: RCPSP, w: HeadsTails) -> int:
    """Squares of sums are not less than sums of squares."""
    total = 0
    for resource, cost in enumerate(problem.resource_cost.tolist()):
        squares = _least_of_modes(problem, problem.duration * problem.demand[:, resource] ** 2)
        total += cost * sum(s for s, sure in zip(squares, w.sure.tolist(), strict=True) if sure)
    return total


def _overload(problem: RCPSP, w: HeadsTails) -> int:
    """What a task alone is beyond the target."""
    total = 0
    for resource, cost in enumerate(problem.resource_cost.tolist()):
        beyond = problem.duration * np.maximum(0, problem.demand[:, resource] - problem.resource_target[resource])
        alone = np.array(_least_of_modes(problem, beyond))[w.sure]
        total += cost * int(alone.max(initial=0))
    return total


def _investment(problem: RCPSP, w: HeadsTails) -> int:
    total = 0
    for resource, cost in enumerate(problem.resource_cost.tolist()):
        alone = np.array(_least_of_modes(problem, np.where(problem.duration > 0, problem.demand[:, resource], 0)))
        total += cost * int(alone[w.sure].max(initial=0))
    return total


def _ones(problem: RCPSP) -> Ints:
    return np.ones(problem.num_tasks, dtype=np.int64)


_BOUNDS: dict[str, Callable[[RCPSP, HeadsTails], int]] = {
    "makespan": _makespan,
    "total_completion_time": lambda problem, w: _ends(problem, w, _ones(problem)),
    "total_weighted_completion_time": lambda problem, w: _ends(problem, w, problem.weight),
    "total_tardiness": lambda problem, w: _tardiness(problem, w, _ones(problem)),
    "total_weighted_tardiness": lambda problem, w: _tardiness(problem, w, problem.weight),
    "maximum_lateness": _maximum_lateness,
    "tardy_tasks": lambda problem, w: _tardy(problem, w, _ones(problem)),
    "weighted_tardy_tasks": lambda problem, w: _tardy(problem, w, problem.weight),
    "net_present_value": _net_present_value,
    "resource_levelling": _levelling,
    "resource_overload": _overload,
    "resource_investment": _investment,
    "total_cost": _total_cost,
}
