"""What the search minimises: the levels of a lexicographic objective, and what must be 0 first; compiled."""

from __future__ import annotations

from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp.layout import (
    ARC_WIDTH,
    BOUND_WIDTH,
    END,
    END_IN,
    FIRST_IN,
    LAG,
    LATEST_END,
    LATEST_START,
    LEAST_END,
    LEAST_START,
    NEVER,
    OTHER,
    OTHER_END,
    OWN_END,
    PLACED_WIDTH,
    START,
    TASK_WIDTH,
    Vector,
)
from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.rcpsp.arrays import Goal

#     aims    | aim, weighted | aim, weighted | ...      pairs, one for each level
#     value   | level 0       | level 1       | ...      compared from the left

LACKING, TOO_LATE, MAKESPAN, COMPLETION, TARDINESS, LATENESS, TARDY = range(7)
"""What a level counts: units beyond budgets, time beyond deadlines and maximum lags, and the objectives."""

AIMS = {
    "makespan": MAKESPAN,
    "completion_time": COMPLETION,
    "tardiness": TARDINESS,
    "lateness": LATENESS,
    "tardy": TARDY,
}
"""What an objective measures to what a level counts."""


@kernel
def cost(
    tasks: Vector,
    arcs: Vector,
    bounds: Vector,
    placed: Vector,
    mode: Vector,
    spare: Vector,
    goal: Goal,
    value: Vector,
) -> bool:
    """The levels of a schedule; False, and no value at all, where a task has no place in it."""
    aims, due, weight, n = goal.aims, goal.due, goal.weight, len(mode)
    if not is_complete(placed, mode):
        for level in range(len(value)):
            value[level] = NEVER
        return False
    for level in range(len(value)):
        aim, weighted = aims[2 * level], aims[2 * level + 1]
        total = -FAR if aim == LATENESS else 0
        if aim == LACKING:
            for k in range(len(spare)):
                total += max(0, -spare[k])
        elif aim == TOO_LATE:
            total = lateness(tasks, arcs, bounds, placed, n)
        else:
            for i in range(n):
                end = placed[i * PLACED_WIDTH + END]
                if placed[i * PLACED_WIDTH + START] >= NEVER:
                    continue
                factor = weight[i] if weighted else 1
                if aim == MAKESPAN:
                    total = max(total, end)
                elif aim == COMPLETION:
                    total += factor * end
                elif due[i] < FAR:
                    if aim == LATENESS:
                        total = max(total, end - due[i])
                    elif aim == TARDINESS:
                        total += factor * max(0, end - due[i])
                    elif end > due[i]:
                        total += factor
        value[level] = total
    return True


@kernel
def is_complete(placed: Vector, mode: Vector) -> bool:
    """Has every task that is to be done a place?"""
    missing = 0
    for i in range(len(mode)):
        missing += mode[i] >= 0 and placed[i * PLACED_WIDTH + START] >= NEVER
    return missing == 0


@kernel
def lateness(tasks: Vector, arcs: Vector, bounds: Vector, placed: Vector, n: int) -> int:
    """Time by which tasks are later than their bounds, or than links allow, in all."""
    total = 0
    for i in range(n):
        row = i * PLACED_WIDTH
        if placed[row + START] >= NEVER:
            continue
        total += max(0, placed[row + START] - bounds[i * BOUND_WIDTH + LATEST_START])
        total += max(0, placed[row + END] - bounds[i * BOUND_WIDTH + LATEST_END])
        for k in range(
            tasks[i * TASK_WIDTH + FIRST_IN] * ARC_WIDTH, tasks[i * TASK_WIDTH + END_IN] * ARC_WIDTH, ARC_WIDTH
        ):
            other = arcs[k + OTHER] * PLACED_WIDTH
            if placed[other + START] < NEVER:
                total += max(0, placed[other + arcs[k + OTHER_END]] + arcs[k + LAG] - placed[row + arcs[k + OWN_END]])
    return total


@kernel
def push_back(tasks: Vector, arcs: Vector, placed: Vector, bounds: Vector) -> bool:
    """Raise the bounds of tasks that others, placed later, came too late for; says whether there are such."""
    pushed = False
    for i in range(len(bounds) // BOUND_WIDTH):
        row = i * PLACED_WIDTH
        if placed[row + START] >= NEVER:
            continue
        for k in range(
            tasks[i * TASK_WIDTH + FIRST_IN] * ARC_WIDTH, tasks[i * TASK_WIDTH + END_IN] * ARC_WIDTH, ARC_WIDTH
        ):
            other = arcs[k + OTHER] * PLACED_WIDTH
            if placed[other + START] >= NEVER:
                continue
            least = placed[other + arcs[k + OTHER_END]] + arcs[k + LAG]
            if placed[row + arcs[k + OWN_END]] < least:
                bound = i * BOUND_WIDTH + (LEAST_START if arcs[k + OWN_END] == START else LEAST_END)
                bounds[bound] = max(bounds[bound], least)
                pushed = True
    return pushed


@kernel
def span(bounds: Vector, placed: Vector, n: int) -> int:
    """Makespan of a schedule made backwards: the least shift in time after which no task starts before it may."""
    least = 0
    for i in range(n):
        if placed[i * PLACED_WIDTH + START] < NEVER:
            least = max(least, placed[i * PLACED_WIDTH + END] + bounds[i * BOUND_WIDTH + LEAST_START])
    return least


@kernel
def latest_ends(placed: Vector, due: Vector, aims: Vector, latest: Vector) -> None:
    """The latest end of each task at which no level gets worse (``dispatch.rcpsp.justification``)."""
    n, last, worst = len(due), 0, -FAR
    for i in range(n):
        if placed[i * PLACED_WIDTH + START] < NEVER:
            last = max(last, placed[i * PLACED_WIDTH + END])
            if due[i] < FAR:
                worst = max(worst, placed[i * PLACED_WIDTH + END] - due[i])
    for i in range(n):
        latest[i] = last
        end = placed[i * PLACED_WIDTH + END]
        for level in range(len(aims) // 2):
            aim = aims[2 * level]
            if aim == COMPLETION:
                latest[i] = min(latest[i], end)
            elif due[i] < FAR:
                if aim == TARDINESS:
                    latest[i] = min(latest[i], max(end, due[i]))
                elif aim == LATENESS:
                    latest[i] = min(latest[i], due[i] + worst)
                elif aim == TARDY and end <= due[i]:
                    latest[i] = min(latest[i], due[i])


@kernel
def better(first: Vector, second: Vector) -> int:
    """1: the first list of levels is smaller, -1: the second one, 0: they are equal."""
    for level in range(len(first)):
        if first[level] != second[level]:
            return 1 if first[level] < second[level] else -1
    return 0
