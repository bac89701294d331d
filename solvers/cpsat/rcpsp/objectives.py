"""The objectives, each as a linear expression to minimise. Tasks that are left out do not count."""

from __future__ import annotations

from collections.abc import Iterator

from schedsolve.models.rcpsp.objectives import OBJECTIVES, discounted
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.driver import Domain, Expression
from schedsolve.solvers.cpsat.rcpsp import resources
from schedsolve.solvers.cpsat.rcpsp.use import Use
from schedsolve.solvers.cpsat.rcpsp.variables import Variables


def objective(v: Variables, name: str) -> Expression:
    """The objective ``name``: its value, or more where the expression may be lowered to it."""
    problem, aim = v.problem, OBJECTIVES[name]
    tasks = range(problem.num_tasks)
    weight = problem.weight.tolist() if aim.weighted else [1] * problem.num_tasks
    match aim.measure:
        case "makespan":
            return _makespan(v)
        case "completion_time":
            return sum(weight[i] * _completion(v, i) for i in tasks)
        case "tardiness":
            return sum(weight[i] * _tardiness(v, i) for i in tasks)
        case "tardy":
            return sum(weight[i] * _tardy(v, i) for i in tasks)
        case "lateness":
            return _maximum_lateness(v)
        case "net_present_value":
            return -sum(_worth(v, i) for i in tasks)
        case "resource_levelling":
            return sum(_squares(v))
        case "resource_overload":
            return sum(_overload(v))
        case "resource_investment":
            return sum(_peaks(v))
        case "cost":
            return v.over_ways(problem.cost)
        case _:
            raise AssertionError(name)


def _makespan(v: Variables) -> Expression:
    makespan = v.model.new_int_var(0, v.span[1], "makespan")
    for task, end in enumerate(v.end):
        v.given(v.model.add(makespan >= end), v.present[task])
    return makespan


def _completion(v: Variables, task: int) -> Expression:
    """The end of the task; 0 where it is left out."""
    if v.present[task] is v.true:
        return v.end[task]
    completion = v.model.new_int_var(0, v.latest[task], "")
    v.given(v.model.add(completion >= v.end[task]), v.present[task])
    return completion


def _tardiness(v: Variables, task: int) -> Expression:
    """max(0, end - due)."""
    due = int(v.problem.due[task])
    if due >= v.latest[task]:
        return 0
    tardiness = v.model.new_int_var(0, v.latest[task] - due, "")
    v.given(v.model.add(tardiness >= v.end[task] - due), v.present[task])
    return tardiness


def _tardy(v: Variables, task: int) -> Expression:
    """1 if end > due."""
    due = int(v.problem.due[task])
    if due >= v.latest[task]:
        return 0
    tardy = v.model.new_bool_var("")
    v.given(v.model.add(v.end[task] <= due), ~tardy, v.present[task])
    return tardy


def _maximum_lateness(v: Variables) -> Expression:
    """max(end - due) over the tasks with a due date that are done; 0 where all are left out."""
    dated = [(task, due) for task, due in enumerate(v.problem.due.tolist()) if due != FAR]
    low = min(v.span[0] - due for _, due in dated)
    high = max(v.span[1] - due for _, due in dated)
    lateness = v.model.new_int_var(min(low, 0), max(high, 0), "")
    for task, due in dated:
        v.given(v.model.add(lateness >= v.end[task] - due), v.present[task])
    if not any(v.present[task] is v.true for task, _ in dated):
        none = v.model.new_bool_var("")
        v.model.add_bool_or([none, *(v.present[task] for task, _ in dated)])
        v.given(v.model.add(lateness >= 0), none)
    return lateness


def _worth(v: Variables, task: int) -> Expression:
    """The task's cash flow, discounted from its end: looked up in a table over all its possible ends."""
    flow, rate = int(v.problem.cash_flow[task]), v.problem.discount_rate
    if flow == 0:
        return 0
    first = v.earliest[task] + min((way.length for way, _ in v.ways[task]), default=0)
    table = [discounted(flow, rate, time) for time in range(first, v.latest[task] + 1)]
    if len(set(table)) == 1:
        return table[0] * v.present[task]
    v.poll()
    worth = v.model.new_int_var_from_domain(Domain.from_values(table), "")
    end = v.model.new_int_var(first, v.latest[task], "")
    v.model.add(end == v.end[task])
    v.model.add_element(end - first, table, worth)
    if v.present[task] is v.true:
        return worth
    counted = v.model.new_int_var(min(0, *table), max(0, *table), "")
    v.given(v.model.add(counted == worth), v.present[task])
    v.given(v.model.add(counted == 0), ~v.present[task])
    return counted


def _squares(v: Variables) -> Iterator[Expression]:
    """Cost times the square of the use, for each resource and time."""
    use = Use(v)
    for resource, cost in _costs(v):
        for _, units, most in use.of(resource):
            level = v.model.new_int_var(0, most, "")
            square = v.model.new_int_var(0, most * most, "")
            v.model.add(level == units)
            v.model.add_multiplication_equality(square, [level, level])
            yield cost * square


def _overload(v: Variables) -> Iterator[Expression]:
    """Cost times the use beyond the target, for each resource and time."""
    use = Use(v)
    for resource, cost in _costs(v):
        target = int(v.problem.resource_target[resource])
        for _, units, most in use.of(resource):
            if most > target:
                beyond = v.model.new_int_var(0, most - target, "")
                v.model.add(beyond >= units - target)
                yield cost * beyond


def _peaks(v: Variables) -> Iterator[Expression]:
    """Cost times the greatest use, for each resource: the capacity that would do."""
    for resource, cost in _costs(v):
        rows = resources.users(v, resource)
        if rows:
            steps = resources.capacity_steps(v.problem, resource, *v.span)
            past = sum(resources.greatest([row for row in rows if v.problem.done[row[0]]]).values())
            peak = v.model.new_int_var(0, max([past, *(units for _, _, units in steps)]), "")
            v.model.add_cumulative([x for _, x, _ in rows], [demand for _, _, demand in rows], peak)
            yield cost * peak


def _costs(v: Variables) -> Iterator[tuple[int, int]]:
    """The renewable resources that cost something."""
    return ((r, cost) for r, cost in enumerate(v.problem.resource_cost.tolist()) if cost)
