"""How far the tasks of a schedule may move back before one of its objectives gets worse."""

from __future__ import annotations

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp.layout import END, NEVER, PLACED_WIDTH, START, Vector


def latest_ends(problem: RCPSP, placed: Vector) -> list[int] | None:
    """n: the latest end of each task at which no objective is worse; None where a later end may always cost.

    The makespan lets all tasks end where the last one does, tardiness lets each end when it is due.
    """
    ends = [0] * problem.num_tasks
    for task, start in enumerate(placed[START::PLACED_WIDTH]):
        if start < NEVER:
            ends[task] = int(placed[task * PLACED_WIDTH + END])
    latest = [NEVER] * len(ends)
    due = problem.due.tolist()
    for objective in problem.levels:
        limits = _limits(objective.measure, ends, due)
        if limits is None:
            return None
        latest = [min(pair) for pair in zip(latest, limits, strict=True)]
    return [min(time, max(ends)) for time in latest]


def _limits(measure: str, ends: list[int], due: list[int]) -> list[int] | None:
    match measure:
        case "makespan":
            return [max(ends)] * len(ends)
        case "tardiness":
            return [max(e, d) for e, d in zip(ends, due, strict=True)]
        case "tardy":
            return [d if e <= d else NEVER for e, d in zip(ends, due, strict=True)]
        case "lateness":
            worst = max(e - d for e, d in zip(ends, due, strict=True) if d < FAR)
            return [d + worst if d < FAR else NEVER for d in due]
        case "cost":
            return [NEVER] * len(ends)
        case _:
            return None
