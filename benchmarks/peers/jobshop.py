"""Other solvers on job shops."""

from __future__ import annotations

import itertools
import math
import time
from importlib import metadata
from typing import TYPE_CHECKING

from schedsolve.benchmarks.peers.answer import Answer, listener, refuse, rounded_up
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import int_array
from schedsolve.solvers.options import fold
from schedsolve.solvers.result import TracePoint

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntervalVar, IntVar, LiteralT

PLAIN = frozenset({"num_machines", "job_ptr", "alt_ptr", "machine", "duration"})
"""The fields of a job shop that make it; all others are optional features."""


def cpsat(problem: JobShop, *, threads: int, seed: int, time_limit: float | None) -> Answer:
    """The textbook model in OR-Tools CP-SAT, all settings at their defaults but for threads, seed and time.

    An interval for each operation, with alternatives an optional copy for each of them; ``no_overlap`` on
    machines; precedences in jobs, or ``no_overlap`` where the shop is open.
    """
    refuse("peer:cpsat", problem, PLAIN | {"open_shop"})
    started = time.perf_counter()

    from ortools.sat.python import cp_model

    trace: list[TracePoint] = []
    model = cp_model.CpModel()
    operations = _textbook(model, problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = fold(seed)
    if time_limit is not None:
        solver.parameters.max_time_in_seconds = max(0.0, time_limit - (time.perf_counter() - started))
    status = solver.solve(model, listener(trace, started))
    solution = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        solution = JobShopSolution(
            start=int_array("start", [solver.value(start) for start, _ in operations]),
            alternative=int_array("alternative", [_chosen(solver, literals) for _, literals in operations]),
        )
    return Answer(solution, rounded_up(solver.best_objective_bound), time.perf_counter() - started, trace)


def _textbook(model: CpModel, problem: JobShop) -> list[tuple[IntVar, list[LiteralT]]]:
    """Build the model; returns the start of each operation and the literals of its alternatives."""
    alternatives = [list(_alternatives(problem, o)) for o in range(problem.num_operations)]
    horizon = sum(max(duration for _, duration in choice) for choice in alternatives)
    makespan = model.new_int_var(0, horizon, "makespan")
    machines: list[list[IntervalVar]] = [[] for _ in range(problem.num_machines)]
    operations, intervals = [], []
    for choice in alternatives:
        start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
        chosen = [model.new_bool_var("") for _ in choice] if len(choice) > 1 else [True]
        for (machine, duration), literal in zip(choice, chosen, strict=True):
            copy = model.new_optional_interval_var(start, duration, end, literal, "")
            if duration > 0:
                machines[machine].append(copy)
        if len(choice) > 1:
            model.add_exactly_one(chosen)
        model.add(makespan >= end)
        operations.append((start, chosen))
        intervals.append(model.new_interval_var(start, model.new_int_var(0, horizon, ""), end, ""))
    for machine_intervals in machines:
        model.add_no_overlap(machine_intervals)
    for first, last in itertools.pairwise(problem.job_ptr.tolist()):
        if problem.open_shop:
            model.add_no_overlap(intervals[first:last])
        else:
            for before, after in itertools.pairwise(intervals[first:last]):
                model.add(after.start_expr() >= before.end_expr())
    model.minimize(makespan)
    return operations


def _chosen(solver: CpSolver, literals: list[LiteralT]) -> int:
    return next(k for k, literal in enumerate(literals) if solver.value(literal))


def pyjobshop(problem: JobShop, *, threads: int, seed: int, time_limit: float | None) -> Answer:
    """PyJobShop (L. Lan and J. Berkhout, on CP-SAT): a task for each operation, a mode for each alternative.

    It tells its solutions only at its end: the trace holds the last one.
    """
    refuse("peer:pyjobshop", problem, PLAIN)
    started = time.perf_counter()

    from pyjobshop import Model

    model = Model()
    machines = [model.add_machine() for _ in range(problem.num_machines)]
    for first, last in itertools.pairwise(problem.job_ptr.tolist()):
        job, before = model.add_job(), None
        for operation in range(first, last):
            task = model.add_task(job)
            for machine, duration in _alternatives(problem, operation):
                model.add_mode(task, machines[machine], duration)
            if before is not None:
                model.add_end_before_start(before, task)
            before = task
    limit = math.inf if time_limit is None else max(0.0, time_limit - (time.perf_counter() - started))
    result = model.solve(time_limit=limit, num_workers=threads, display=False, random_seed=fold(seed))
    seconds = time.perf_counter() - started
    tasks = result.best.tasks
    versions = {"pyjobshop": metadata.version("pyjobshop")}
    if not tasks:
        return Answer(None, None, seconds, versions=versions)
    # Modes are counted over all tasks, in the order in which they were added.
    alternative = [task.mode - first for task, first in zip(tasks, problem.alt_ptr[:-1].tolist(), strict=True)]
    solution = JobShopSolution(
        start=int_array("start", [task.start for task in tasks]), alternative=int_array("alternative", alternative)
    )
    bound = rounded_up(result.lower_bound)
    point = TracePoint(seconds, round(result.objective), bound, "peer:pyjobshop", "makespan")
    return Answer(solution, bound, seconds, [point], versions)


def _alternatives(problem: JobShop, operation: int) -> list[tuple[int, int]]:
    """Machine and duration of each alternative."""
    of = slice(*problem.alt_ptr[operation : operation + 2].tolist())
    return list(zip(problem.machine[of].tolist(), problem.duration[of].tolist(), strict=True))
