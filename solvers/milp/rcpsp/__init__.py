"""Projects by mixed-integer programming: which problems, in which steps, by which of two formulations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from schedsolve.models.errors import UnknownName, Unsupported
from schedsolve.models.plain import Json
from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.bounds.rcpsp.objectives import past_is_kept
from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon
from schedsolve.solvers.features import missing
from schedsolve.solvers.milp import levels
from schedsolve.solvers.milp.horizon import shortened
from schedsolve.solvers.milp.levels import check_solver, prove_levels
from schedsolve.solvers.options import check_ranges
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

LONGEST = 10**6
"""Horizon up to which big-M constraints hold: solvers take a binary of 1e-6 for 0."""

LARGEST = 10**9
"""Amounts and objectives up to which floating-point sums are taken for exact."""

MOST_TIMES = 200_000
"""Binaries (a mode and a time at which it starts) up to which the time-indexed formulation is built."""

FORMULATIONS = ("auto", "time-indexed", "event-based")

FORMULATE = "schedsolve.solvers.milp.rcpsp.model:formulate"


MODELLED = frozenset(
    {
        "several modes", "time lags", "unlimited resources", "changes of capacity", "budgets", "reservoirs",
        "release dates", "due dates", "deadlines", "disjunctive groups", "optional tasks", "calendars",
        "pausing tasks", "fixed tasks", "done tasks",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning of the MILP engine."""

    solver: str = "highs"
    """"highs" (through highspy) or "cbc" (the one that comes with PuLP)."""
    formulation: str = "auto"
    """"time-indexed", "event-based", or the one that fits the length of the horizon."""
    times: int = 30_000
    """Binaries up to which "auto" takes the time-indexed formulation, where both cover the problem."""

    def __post_init__(self) -> None:
        check_solver(self.solver)
        check_ranges(self, times=0)
        if self.formulation not in FORMULATIONS:
            raise UnknownName("MILP formulation", self.formulation, FORMULATIONS)


def supports(problem: RCPSP) -> list[str]:
    """What neither formulation covers."""
    by_time = uncovered(problem, "time-indexed")
    by_event = uncovered(problem, "event-based")
    return [] if not by_time or not by_event else [*by_time, *(name for name in by_event if name not in by_time)]


def uncovered(problem: RCPSP, formulation: str) -> list[str]:
    """What ``formulation`` does not cover."""
    names = missing(problem, MODELLED) + _too_much(problem)
    if _unsure_past(problem) and _largest(problem) > LONGEST:
        names.append(f"amounts of more than {LONGEST} beside a past that exceeded limits")
    if formulation == "time-indexed":
        if binaries(problem, safe_horizon(problem)) > MOST_TIMES:
            names.append(f"a horizon of {safe_horizon(problem)} (more than {MOST_TIMES} starts)")
        return names
    if len(problem.reservoir_initial):
        names.append("reservoirs over so long a horizon")
    if len(problem.break_start):
        names.append("calendars over so long a horizon")
    for name in problem.objective:
        discounts = name == "net_present_value" and problem.discount_rate
        if name in ("resource_levelling", "resource_overload") or discounts:
            names.append(f"{name} over so long a horizon")
    return names


def _too_much(problem: RCPSP) -> list[str]:
    names = []
    if safe_horizon(problem) > LONGEST:
        names.append(f"times beyond {LONGEST}")
    fields = ("demand", "consumption", "withdrawal", "delivery", "cost", "cash_flow", "weight", "resource_cost")
    large = [name for name in fields if np.abs(getattr(problem, name)).astype(float).sum() > LARGEST]
    return [*names, *(f"a {name} of more than {LARGEST}" for name in large)]


def _largest(problem: RCPSP) -> int:
    """Of all that tasks use, take and give together."""
    amounts = (problem.demand, problem.consumption, problem.withdrawal, problem.delivery)
    return max(int(amount.sum(axis=0).max(initial=0)) for amount in amounts)


def _unsure_past(problem: RCPSP) -> bool:
    """May tasks that are done, in modes that are not known, or beyond capacities, need big-M constraints?"""
    unknown = problem.done & (problem.fixed_mode < 0) & (np.diff(problem.mode_ptr) > 1)
    return bool(np.any(unknown)) or not all(past_is_kept(problem, r) for r in range(problem.num_resources))


def binaries(problem: RCPSP, horizon: int) -> int:
    """The binaries of the time-indexed formulation."""
    return len(problem.duration) * (horizon + 1)


def run(problem: RCPSP, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Solve level by level; each level asks for solutions better than the incumbent only.

    That strict cut-off stands in for a warm start, which PuLP passes on to CBC alone. Raises ``Unsupported``
    where ``params`` ask for a formulation that does not cover the problem.
    """
    if params.formulation != "auto" and (names := uncovered(problem, params.formulation)):
        raise Unsupported(f"milp ({params.formulation})", names)
    prove_levels(
        problem,
        progress,
        stop,
        formulation=FORMULATE,
        arguments=partial(_arguments, problem, params),
        solver=params.solver,
        threads=threads,
        seed=seed,
    )


def write_model(problem: RCPSP, path: Path) -> None:
    """Write the model of the first objective to ``path``, as ``.lp`` or ``.mps``."""
    levels.write_model(problem, path, formulation=FORMULATE, arguments=partial(_arguments, problem, Params()))


def _arguments(problem: RCPSP, params: Params, values: Sequence[int] | None, cutoff: int | None) -> dict[str, Json]:
    """What a formulation needs to know beside the level: how long the schedule may be, which makes the choice."""
    horizon = shortened(problem, safe_horizon(problem), values, cutoff)
    return {"horizon": horizon, "formulation": choose(problem, horizon, params)}


def choose(problem: RCPSP, horizon: int, params: Params) -> str:
    """The formulation for a horizon."""
    if params.formulation != "auto":
        return params.formulation
    short = binaries(problem, horizon) <= params.times and not uncovered(problem, "time-indexed")
    return "time-indexed" if short or uncovered(problem, "event-based") else "event-based"
