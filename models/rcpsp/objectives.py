"""The objectives of project scheduling, all minimised, all exact: sums are Python integers, they may pass 2^63."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from schedsolve.models.objective import Objective, table
from schedsolve.models.record import FAR

if TYPE_CHECKING:
    from schedsolve.models.rcpsp.problem import RCPSP
    from schedsolve.models.rcpsp.schedule import Schedule

NPV_SCALE = 1000
"""Parts of a unit of money in which ``net_present_value`` counts."""

OBJECTIVES = table(
    Objective("makespan", "end of the last task, max C", "makespan", "max"),
    Objective("total_completion_time", "sum of C", "completion_time", "sum"),
    Objective("total_weighted_completion_time", "sum of w C", "completion_time", "sum", weighted=True),
    Objective("total_tardiness", "sum of max(0, C - d)", "tardiness", "sum"),
    Objective("total_weighted_tardiness", "sum of w max(0, C - d)", "tardiness", "sum", weighted=True),
    Objective("maximum_lateness", "max (C - d), over tasks with a due date; 0 where there is none", "lateness", "max"),
    Objective("tardy_tasks", "number of tasks with C > d", "tardy", "count", unit="count"),
    Objective("weighted_tardy_tasks", "sum of w over tasks with C > d", "tardy", "count", weighted=True, unit="count"),
    Objective(
        "net_present_value",
        "sum of cash flows discounted from C to time 0, in thousandths, negated",
        "net_present_value",
        "sum",
        unit="money",
        scale=NPV_SCALE,
    ),
    Objective(
        "resource_levelling",
        "sum over resources and time of cost times the square of use",
        "resource_levelling",
        "sum",
        unit="money",
    ),
    Objective(
        "resource_overload",
        "sum over resources and time of cost times use beyond the target",
        "resource_overload",
        "sum",
        unit="money",
    ),
    Objective(
        "resource_investment",
        "sum over resources of cost times greatest use",
        "resource_investment",
        "sum",
        unit="money",
    ),
    Objective("total_cost", "sum of the costs of the chosen modes", "cost", "sum", unit="money"),
)
"""C completion, d due date, w weight of a task. Tasks that are left out do not count."""

_ONE = 1 << 60
"""1 in the fixed-point arithmetic of ``discount_factor``."""


def objective_values(problem: RCPSP, schedule: Schedule) -> list[tuple[str, int]]:
    """The problem's objectives in order, recomputed from the schedule."""
    return [(objective.name, _value(objective, problem, schedule)) for objective in problem.levels]


def discounted(cash_flow: int, rate: int, time: int) -> int:
    """What a cash flow at ``time`` is worth at time 0, in thousandths, rounded down: a definition in integers alone.

    ``rate`` is in parts per million for one unit of time; powers are taken by squaring, rounded down to 2^-60.
    """
    if rate == 0 or time <= 0:
        return cash_flow * NPV_SCALE
    factor, power, left = _ONE, _ONE * 1_000_000 // (1_000_000 + rate), time
    while left:
        if left & 1:
            factor = factor * power >> 60
        power = power * power >> 60
        left >>= 1
    return cash_flow * NPV_SCALE * factor >> 60


def _value(objective: Objective, problem: RCPSP, schedule: Schedule) -> int:
    done = np.flatnonzero(schedule.present)
    end, due = schedule.end[done], problem.due[done]
    weight = problem.weight[done] if objective.weighted else None
    has_due = due != FAR
    late = np.where(has_due, np.maximum(0, end - due), 0)
    match objective.measure:
        case "makespan":
            return int(end.max(initial=0))
        case "completion_time":
            return _sum(weight, end)
        case "tardiness":
            return _sum(weight, late)
        case "lateness":
            return int((end - due)[has_due].max()) if np.any(has_due) else 0
        case "tardy":
            return _sum(weight, late > 0)
        case "net_present_value":
            flows = zip(problem.cash_flow[done].tolist(), end.tolist(), strict=True)
            return -sum(discounted(flow, problem.discount_rate, time) for flow, time in flows if flow)
        case "cost":
            return sum(problem.cost[schedule.mode[done]].tolist())
        case measure:
            return _of_use(measure, problem, schedule)


def _of_use(measure: str, problem: RCPSP, schedule: Schedule) -> int:
    """The objectives that look at how much of the renewable resources is in use."""
    total = 0
    for resource, cost in enumerate(problem.resource_cost.tolist()):
        times, use = schedule.use(resource)
        spans, levels = np.diff(times).tolist(), use.tolist()[:-1]
        match measure:
            case "resource_levelling":
                total += cost * sum(span * level**2 for span, level in zip(spans, levels, strict=True))
            case "resource_overload":
                target = int(problem.resource_target[resource])
                total += cost * sum(span * max(0, level - target) for span, level in zip(spans, levels, strict=True))
            case "resource_investment":
                total += cost * max(levels, default=0)
            case _:
                raise AssertionError(measure)
    return total


def _sum(weight: npt.NDArray[np.int64] | None, values: npt.NDArray[np.int64 | np.bool_]) -> int:
    """The sum of ``values``, weighted where there is a weight; exact."""
    if weight is None:
        return sum(values.tolist())
    return sum(w * v for w, v in zip(weight.tolist(), values.tolist(), strict=True))
