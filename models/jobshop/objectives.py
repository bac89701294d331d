"""The objectives of machine scheduling, all minimised, all exact: sums are Python integers, they may pass 2^63."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from schedsolve.models.record import FAR

if TYPE_CHECKING:
    from schedsolve.models.jobshop.problem import JobShop
    from schedsolve.models.jobshop.schedule import Schedule

OBJECTIVES: dict[str, str] = {
    "makespan": "completion of the last operation, max C",
    "total_completion_time": "sum of C",
    "total_weighted_completion_time": "sum of w C",
    "total_flow_time": "sum of (C - r)",
    "total_weighted_flow_time": "sum of w (C - r)",
    "total_tardiness": "sum of max(0, C - d)",
    "total_weighted_tardiness": "sum of w max(0, C - d)",
    "maximum_lateness": "max (C - d), over jobs with a due date",
    "tardy_jobs": "number of jobs with C > d",
    "weighted_tardy_jobs": "sum of w over jobs with C > d",
    "total_setup_time": "sum of setup times on all machines, initial setups included",
}
"""Name to definition; C completion, r release, d due date, w weight of a job."""


def objective_values(problem: JobShop, schedule: Schedule) -> list[tuple[str, int]]:
    """The problem's objectives in order, recomputed from the schedule."""
    return [(name, _value(name, problem, schedule)) for name in problem.objective]


def _value(name: str, problem: JobShop, schedule: Schedule) -> int:
    completion = schedule.completion
    has_due = problem.due != FAR
    late = np.where(has_due, np.maximum(0, completion - problem.due), 0)
    weight = problem.weight
    match name:
        case "makespan":
            return int(schedule.end.max())
        case "total_completion_time":
            return sum(completion.tolist())
        case "total_weighted_completion_time":
            return _product(weight, completion)
        case "total_flow_time":
            return sum((completion - problem.release).tolist())
        case "total_weighted_flow_time":
            return _product(weight, completion - problem.release)
        case "total_tardiness":
            return sum(late.tolist())
        case "total_weighted_tardiness":
            return _product(weight, late)
        case "maximum_lateness":
            return int((completion - problem.due)[has_due].max())
        case "tardy_jobs":
            return int((late > 0).sum())
        case "weighted_tardy_jobs":
            return sum(weight[late > 0].tolist())
        case "total_setup_time":
            return schedule.total_setup_time
        case _:
            raise AssertionError(name)


def _product(weight: npt.NDArray[np.int64], value: npt.NDArray[np.int64]) -> int:
    return sum(w * v for w, v in zip(weight.tolist(), value.tolist(), strict=True))
