"""The objectives in a window: what the sub-problem has to minimise for the whole schedule to get better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schedsolve.models.jobshop import JobShop
from schedsolve.models.jobshop.objectives import OBJECTIVES, objective_values
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.objective import Objective
from schedsolve.models.record import FAR
from schedsolve.solvers.rolling.jobshop.plan import Ints
from schedsolve.solvers.rolling.jobshop.window import MAXIMA, Window


@dataclass(frozen=True)
class Aim:
    """An objective of the sub-problem, stated by its due dates and weights."""

    problem: JobShop
    name: str
    """What it is in the sub-problem."""
    value: int
    """The plan's."""
    floor: int
    """What cannot be undercut."""


def make_aim(window: Window, name: str) -> Aim:
    """The objective ``name`` of the whole problem in the sub-problem."""
    whole = window.plan.problem
    if name == "total_setup_time":
        return Aim(window.problem, name, _setup_time(window), 0)
    if name in MAXIMA:
        due, floor = _due_of_maximum(window, name)
        if np.all(due == FAR):  # nothing here counts
            return Aim(window.problem, "makespan", window.latest, window.latest)
        return _stated(window, "maximum_lateness", floor, due=due)
    objective = OBJECTIVES[name]
    weight = (whole.weight if objective.weighted else np.ones_like(whole.weight))[window.job]
    weight[window.num_jobs :] = 0
    return _stated(window, _weighted(objective), 0, due=window.shifted(whole.due), weight=weight)


def _weighted(objective: Objective) -> str:
    """The name of the objective of the same measure in which weights count."""
    return next(x.name for x in OBJECTIVES.values() if x.measure == objective.measure and x.weighted)


def _stated(window: Window, name: str, floor: int, **fields: Ints) -> Aim:
    problem = window.problem.with_fields(objective=(name,), **fields)
    ((_, value),) = objective_values(problem, Schedule(problem, window.incumbent))
    return Aim(problem, name, value, floor)


def _due_of_maximum(window: Window, name: str) -> tuple[Ints, int]:
    """Due dates whose lateness is the end of all by way of each job, and the longest way past the window."""
    whole, plan = window.plan.problem, window.plan
    final = whole.job_ptr[1:] - 1
    after = np.full(whole.num_operations, -FAR)
    after[final] = 0 if OBJECTIVES[name].measure == "makespan" else np.where(whole.due < FAR, -whole.due, -FAR)
    tail = plan.tails(after)
    last = window.last
    behind = plan.rank[last] >= window.span.horizon
    rest = np.where(behind, tail[last] - plan.duration[last], after[last])
    rest[window.num_jobs :][~behind[window.num_jobs :]] = -FAR
    return np.where(rest > -FAR // 2, -rest, FAR), max(
        _floor_of_jobs(window, tail, after), _floor_of_machines(window, tail)
    )


def _floor_of_jobs(window: Window, tail: Ints, after: Ints) -> int:
    """The longest way by jobs that have no operation in the span."""
    whole, plan = window.plan.problem, window.plan
    passed = np.bincount(whole.job_of[plan.order[: window.span.first]], minlength=whole.num_jobs)
    elsewhere = np.ones(whole.num_jobs, dtype=bool)
    elsewhere[window.job[: window.num_jobs]] = False
    following = whole.job_ptr[:-1] + passed
    over = following == whole.job_ptr[1:]
    ended = following[elsewhere & over] - 1
    jobs = np.flatnonzero(elsewhere & ~over)
    following, begun = following[jobs], passed[jobs] > 0
    head = np.where(begun, plan.end[following - 1], whole.release[jobs])
    if whole.transport.size:
        head += np.where(begun, whole.transport[plan.machine[following - 1], plan.machine[following]], 0)
    return int(np.concatenate([plan.end[ended] + after[ended], head + tail[following]]).max(initial=-FAR))


def _floor_of_machines(window: Window, tail: Ints) -> int:
    """The longest way by machines that no operation of the span can be on."""
    whole, plan, span = window.plan.problem, window.plan, window.span
    others = np.setdiff1d(np.arange(whole.num_machines), window.machines)
    behind = plan.first_from(others, span.horizon)
    others, behind = others[behind >= 0], behind[behind >= 0]
    before = plan.last_before(others, span.first)
    ready = np.where(before >= 0, plan.end[before], 0)
    if whole.has_setups:
        family = whole.setup_family
        between = whole.setup[others, family[before], family[behind]]
        ready += np.where(before >= 0, between, whole.initial_setup[others, family[behind]])
    return int((ready + tail[behind]).max(initial=-FAR))


def _setup_time(window: Window) -> int:
    """Setup times of the open sequences in the plan."""
    problem, total = window.problem, 0
    for machine, row, _ in window.sequences:
        if row and problem.has_setups:
            family = problem.setup_family[row]
            between = problem.setup[machine, family[:-1], family[1:]]
            total += int(problem.initial_setup[machine, family[0]] + between.sum())
    return total
