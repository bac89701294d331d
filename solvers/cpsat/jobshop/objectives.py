"""The objectives, each as a linear expression to minimise."""

from __future__ import annotations

from schedsolve.models.jobshop.objectives import OBJECTIVES
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.driver import Expression, Literal
from schedsolve.solvers.cpsat.frame import Aim
from schedsolve.solvers.cpsat.jobshop.variables import Variables


def objective(v: Variables, name: str, setups: list[tuple[int, Literal]]) -> Aim:
    """The objective ``name``; ``setups`` are the setup times with the literals that they are incurred."""
    problem, aim = v.problem, OBJECTIVES[name]
    weight = problem.weight.tolist() if aim.weighted else [1] * problem.num_jobs
    match aim.measure:
        case "makespan":
            return Aim(_makespan(v))
        case "completion_time":
            return Aim(_weighted_sum(weight, [completion(v, j) for j in range(problem.num_jobs)]))
        case "flow_time":
            released = sum(w * r for w, r in zip(weight, problem.release.tolist(), strict=True))
            return Aim(_weighted_sum(weight, [completion(v, j) for j in range(problem.num_jobs)]), -released)
        case "tardiness":
            return Aim(_weighted_sum(weight, [_tardiness(v, j) for j in range(problem.num_jobs)]))
        case "tardy":
            return Aim(_weighted_sum(weight, [_tardy(v, j) for j in range(problem.num_jobs)]))
        case "lateness":
            return Aim(_maximum_lateness(v))
        case "setup_time":
            return Aim(_weighted_sum([time for time, _ in setups], [literal for _, literal in setups]))
        case _:
            raise AssertionError(name)


def _weighted_sum(weights: list[int], terms: list[Expression]) -> Expression:
    return sum(weight * term for weight, term in zip(weights, terms, strict=True))


def closing(v: Variables, job: int) -> list[int]:
    """The operations that can be the last of a job to end: in an open shop all; else the last of its
    route, and, since their order is not checked, those that are done."""
    first, last = int(v.problem.job_ptr[job]), int(v.problem.job_ptr[job + 1]) - 1
    if v.problem.open_shop:
        return list(range(first, last + 1))
    return [o for o in range(first, last) if v.problem.done[o]] + [last]


def completion(v: Variables, job: int) -> Expression:
    """The end of the job."""
    v.poll(job)
    ends = [v.end[o] for o in closing(v, job)]
    if len(ends) == 1:
        return ends[0]
    latest = v.model.new_int_var(min(0, int(v.problem.fixed_start.min())), v.horizon, "")
    for end in ends:
        v.model.add(latest >= end)
    return latest


def _makespan(v: Variables) -> Expression:
    """At least each job's completion and, where operations have a choice, each machine's load."""
    problem, model = v.problem, v.model
    makespan = model.new_int_var(min(0, int(problem.fixed_start.min())), v.horizon, "makespan")
    for job in range(problem.num_jobs):
        v.poll(job)
        for operation in closing(v, job):
            model.add(makespan >= v.end[operation])
    if problem.is_flexible:
        load: dict[int, list[Expression]] = {}
        for operation, ways in enumerate(v.ways):
            if not problem.done[operation]:
                for way, literal in ways:
                    load.setdefault(way.machine, []).append(way.length * literal)
        for terms in load.values():
            model.add(makespan >= sum(terms))
    return makespan


def _tardiness(v: Variables, job: int) -> Expression:
    """max(0, completion - due)."""
    due = int(v.problem.due[job])
    if due == FAR:
        return 0
    tardiness = v.model.new_int_var(0, max(0, v.horizon - due), "")
    v.model.add(tardiness >= completion(v, job) - due)
    return tardiness


def _tardy(v: Variables, job: int) -> Expression:
    """1 if completion > due."""
    due = int(v.problem.due[job])
    if due == FAR:
        return 0
    tardy = v.model.new_bool_var("")
    v.given(v.model.add(completion(v, job) <= due), ~tardy)
    return tardy


def _maximum_lateness(v: Variables) -> Expression:
    """max(completion - due) over the jobs with a due date."""
    dated = [(job, due) for job, due in enumerate(v.problem.due.tolist()) if due != FAR]
    dues = [due for _, due in dated]
    earliest = min(0, int(v.problem.fixed_start.min()))
    lateness = v.model.new_int_var(earliest - max(dues), v.horizon - min(dues), "")
    for job, due in dated:
        v.model.add(lateness >= completion(v, job) - due)
    return lateness
