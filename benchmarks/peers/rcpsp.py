"""Other solvers on projects."""

from __future__ import annotations

import math
import time
from importlib import metadata
from typing import TYPE_CHECKING

from schedsolve.benchmarks.peers.answer import Answer, listener, refuse, rounded_up
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution
from schedsolve.models.record import FAR, int_array
from schedsolve.solvers.options import fold
from schedsolve.solvers.result import TracePoint

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LiteralT

PLAIN = frozenset(
    {
        "mode_ptr",
        "duration",
        "capacity",
        "demand",
        "budget",
        "consumption",
        "link_from",
        "link_to",
        "link_kind",
        "min_lag",
        "max_lag",
    }
)
"""The fields of a project that peers take; all others are optional features."""


def cpsat(problem: RCPSP, *, threads: int, seed: int, time_limit: float | None) -> Answer:
    """The textbook model in OR-Tools CP-SAT, all settings at their defaults but for threads, seed and time.

    An interval for each task, with several modes an optional copy for each; a cumulative for each resource.
    """
    refuse("peer:cpsat", problem, PLAIN)
    started = time.perf_counter()

    from ortools.sat.python import cp_model

    trace: list[TracePoint] = []
    model = cp_model.CpModel()
    starts, chosen = _textbook(model, problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = fold(seed)
    if time_limit is not None:
        solver.parameters.max_time_in_seconds = max(0.0, time_limit - (time.perf_counter() - started))
    status = solver.solve(model, listener(trace, started))
    solution = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        modes = [next(k for k, literal in enumerate(literals) if solver.value(literal)) for literals in chosen]
        solution = _solution([solver.value(start) for start in starts], modes)
    return Answer(solution, rounded_up(solver.best_objective_bound), time.perf_counter() - started, trace)


def _textbook(model: CpModel, problem: RCPSP) -> tuple[list[IntVar], list[list[LiteralT]]]:
    """Build the model; returns the start of each task and the literals of its modes."""
    horizon = int(problem.duration.sum() + abs(problem.min_lag[problem.min_lag > -FAR]).sum())
    makespan = model.new_int_var(0, horizon, "makespan")
    starts, ends, chosen, intervals = [], [], [], []
    for first, last in zip(problem.mode_ptr[:-1].tolist(), problem.mode_ptr[1:].tolist(), strict=True):
        start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
        literals = [model.new_bool_var("") for _ in range(first, last)]
        model.add_exactly_one(literals)
        for mode, literal in enumerate(literals, start=first):
            duration = int(problem.duration[mode])
            intervals.append((mode, model.new_optional_interval_var(start, duration, end, literal, "")))
        model.add(makespan >= end)
        starts.append(start)
        ends.append(end)
        chosen.append(literals)
    for resource, units in enumerate(problem.capacity.tolist()):
        users = [(interval, int(problem.demand[mode, resource])) for mode, interval in intervals]
        users = [(interval, demand) for interval, demand in users if demand]
        model.add_cumulative([interval for interval, _ in users], [demand for _, demand in users], units)
    literals = [literal for of_task in chosen for literal in of_task]
    for resource, units in enumerate(problem.budget.tolist()):
        model.add(sum(u * x for u, x in zip(problem.consumption[:, resource].tolist(), literals, strict=True)) <= units)
    for link, (a, b) in enumerate(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)):
        kind = LINK_KINDS[problem.link_kind[link]]
        gap = (starts if kind[1] == "S" else ends)[b] - (starts if kind[0] == "S" else ends)[a]
        if problem.min_lag[link] > -FAR:
            model.add(gap >= int(problem.min_lag[link]))
        if problem.max_lag[link] < FAR:
            model.add(gap <= int(problem.max_lag[link]))
    model.minimize(makespan)
    return starts, chosen


def _solution(start: list[int], mode: list[int]) -> RCPSPSolution:
    return RCPSPSolution(start=int_array("start", start), mode=int_array("mode", mode))


def pyjobshop(problem: RCPSP, *, threads: int, seed: int, time_limit: float | None) -> Answer:
    """PyJobShop (L. Lan and J. Berkhout, on CP-SAT): tasks, modes, renewable and consumable resources.

    It tells its solutions only at its end: the trace holds the last one.
    """
    refuse("peer:pyjobshop", problem, PLAIN)
    started = time.perf_counter()

    from pyjobshop import Model

    model = Model()
    resources = [model.add_renewable(capacity=units) for units in problem.capacity.tolist()]
    resources += [model.add_consumable(capacity=units) for units in problem.budget.tolist()]
    tasks = [model.add_task() for _ in range(problem.num_tasks)]
    for mode, task in enumerate(problem.task_of.tolist()):
        demands = [*problem.demand[mode].tolist(), *problem.consumption[mode].tolist()]
        model.add_mode(tasks[task], resources, int(problem.duration[mode]), demands=demands)
    ends = {"S": "start", "F": "end"}
    for link, (a, b) in enumerate(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)):
        first, second = (ends[letter] for letter in LINK_KINDS[problem.link_kind[link]])
        least, greatest = int(problem.min_lag[link]), int(problem.max_lag[link])
        if least > -FAR:
            getattr(model, f"add_{first}_before_{second}")(tasks[a], tasks[b], least)
        if greatest < FAR:
            getattr(model, f"add_{second}_before_{first}")(tasks[b], tasks[a], -greatest)
    limit = math.inf if time_limit is None else max(0.0, time_limit - (time.perf_counter() - started))
    result = model.solve(time_limit=limit, num_workers=threads, display=False, random_seed=fold(seed))
    seconds = time.perf_counter() - started
    found, versions = result.best.tasks, {"pyjobshop": metadata.version("pyjobshop")}
    if not found:
        return Answer(None, None, seconds, versions=versions)
    # Modes are counted over all tasks, in the order in which they were added.
    modes = [task.mode - first for task, first in zip(found, problem.mode_ptr[:-1].tolist(), strict=True)]
    bound = rounded_up(result.lower_bound)
    point = TracePoint(seconds, round(result.objective), bound, "peer:pyjobshop", "makespan")
    return Answer(_solution([task.start for task in found], modes), bound, seconds, [point], versions)
