"""What the formulation does not cover: numbers too large for exact arithmetic, and tables too long."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.rcpsp.objectives import NPV_SCALE, OBJECTIVES
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon

LARGEST = 2**53
"""Sums are exact up to here."""

MOST_TIMES = 400_000
"""Pairs of a mode and a time up to which models are made that look at each time."""


def too_large(problem: RCPSP) -> Iterator[str]:
    """Names of what is too large."""
    horizon = safe_horizon(problem) + int(problem.duration.max())
    if horizon > LARGEST:
        yield "times that add up to more than 2^53"
        return
    amounts = (problem.demand, problem.consumption, problem.withdrawal, problem.delivery)
    if any(_sum(amount) > LARGEST for amount in amounts):
        yield "amounts that add up to more than 2^53"
    for name in problem.objective:
        if _greatest(problem, name, horizon) > LARGEST:
            yield f"{name} of more than 2^53"
        times = _times(problem, name, horizon)
        if times > MOST_TIMES:
            yield f"{name} over so many times ({times} pairs of a mode and a time, of {MOST_TIMES})"


def _greatest(problem: RCPSP, name: str, horizon: int) -> int:
    """A limit that the objective's absolute value does not pass in any schedule that ends by ``horizon``."""
    aim = OBJECTIVES[name]
    weight = _sum(problem.weight) if aim.weighted else problem.num_tasks
    dues = horizon + max((abs(due) for due in problem.due.tolist() if due != FAR), default=0)
    use = [_sum(column) for column in problem.demand.T]
    cost = problem.resource_cost.tolist()
    match aim.measure:
        case "makespan":
            return horizon
        case "completion_time":
            return weight * horizon
        case "tardiness":
            return weight * dues
        case "tardy":
            return weight
        case "lateness":
            return dues
        case "net_present_value":
            return NPV_SCALE * _sum(np.abs(problem.cash_flow))
        case "resource_levelling":
            return sum(c * u * u * horizon for c, u in zip(cost, use, strict=True))
        case "resource_overload":
            return sum(c * u * horizon for c, u in zip(cost, use, strict=True))
        case "resource_investment":
            return sum(c * u for c, u in zip(cost, use, strict=True))
        case "cost":
            return _sum(np.abs(problem.cost))
        case _:
            raise AssertionError(name)


def _times(problem: RCPSP, name: str, horizon: int) -> int:
    """Pairs of a mode and a time that the model of the objective needs."""
    if name in ("resource_levelling", "resource_overload"):
        used = problem.demand[:, problem.resource_cost > 0].any(axis=1) & (problem.duration > 0)
        return int(used.sum()) * horizon
    if name == "net_present_value" and problem.discount_rate:
        return int((problem.cash_flow != 0).sum()) * horizon
    return 0


def _sum(amounts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> int:
    return sum(amounts.ravel().tolist())
