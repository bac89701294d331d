"""The objectives of machine scheduling, all minimised, all exact: sums are Python integers, they may pass 2^63."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from schedsolve.models.objective import Objective, table
from schedsolve.models.record import FAR

if TYPE_CHECKING:
    from schedsolve.models.jobshop.problem import JobShop
    from schedsolve.models.jobshop.schedule import Schedule

OBJECTIVES = table(
    Objective("makespan", "completion of the last operation, max C", "makespan", "max"),
    Objective("total_completion_time", "sum of C", "completion_time", "sum"),
    Objective("total_weighted_completion_time", "sum of w C", "completion_time", "sum", weighted=True),
    Objective("total_flow_time", "sum of (C - r)", "flow_time", "sum"),
    Objective("total_weighted_flow_time", "sum of w (C - r)", "flow_time", "sum", weighted=True),
    Objective("total_tardiness", "sum of max(0, C - d)", "tardiness", "sum"),
    Objective("total_weighted_tardiness", "sum of w max(0, C - d)", "tardiness", "sum", weighted=True),
    Objective("maximum_lateness", "max (C - d), over jobs with a due date", "lateness", "max"),
    Objective("tardy_jobs", "number of jobs with C > d", "tardy", "count", unit="count"),
    Objective("weighted_tardy_jobs", "sum of w over jobs with C > d", "tardy", "count", weighted=True, unit="count"),
    Objective("total_setup_time", "sum of setup times on all machines, initial setups included", "setup_time", "sum"),
)
"""C completion, r release, d due date, w weight of a job."""


def objective_values(problem: JobShop, schedule: Schedule) -> list[tuple[str, int]]:
    """The problem's objectives in order, recomputed from the schedule."""
    return [(objective.name, _value(objective, problem, schedule)) for objective in problem.levels]


def _value(objective: Objective, problem: JobShop, schedule: Schedule) -> int:
    completion = schedule.completion
    has_due = problem.due != FAR
    late = np.where(has_due, np.maximum(0, completion - problem.due), 0)
    weight = problem.weight if objective.weighted else None
    match objective.measure:
        case "makespan":
            return int(schedule.end.max())
        case "completion_time":
            return _sum(weight, completion)
        case "flow_time":
            return _sum(weight, completion - problem.release)
        case "tardiness":
            return _sum(weight, late)
        case "lateness":
            return int((completion - problem.due)[has_due].max())
        case "tardy":
            return _sum(weight, late > 0)
        case "setup_time":
            return schedule.total_setup_time
        case _:
            raise AssertionError(objective.name)


def _sum(weight: npt.NDArray[np.int64] | None, values: npt.NDArray[np.int64 | np.bool_]) -> int:
    """The sum of ``values``, weighted where there is a weight; exact."""
    if weight is None:
        return sum(values.tolist())
    return sum(w * v for w, v in zip(weight.tolist(), values.tolist(), strict=True))
