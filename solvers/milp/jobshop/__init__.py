"""The job shop by mixed-integer programming: which problems, in which steps; the model is ``model``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR
from schedsolve.solvers.features import missing
from schedsolve.solvers.milp import levels
from schedsolve.solvers.milp.horizon import shortened
from schedsolve.solvers.milp.levels import check_solver, prove_levels
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

LONGEST = 10**6
"""Horizon up to which big-M constraints hold: solvers take a binary of 1e-6 for 0."""

FORMULATION = "schedsolve.solvers.milp.jobshop.model:formulate"


MODELLED = frozenset(
    {
        "alternative machines", "release dates", "due dates", "deadlines", "downtime", "pausing operations",
        "setup times", "transport times", "open_shop", "permutation", "no_wait", "blocking=swap", "blocking=no_swap",
        "fixed starts", "fixed machines", "done operations",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning of the MILP engine."""

    solver: str = "highs"
    """"highs" (through highspy) or "cbc" (the one that comes with PuLP)."""

    def __post_init__(self) -> None:
        check_solver(self.solver)


def supports(problem: JobShop) -> list[str]:
    """What the formulation does not cover."""
    lacking = missing(problem, MODELLED)
    if problem.blocking != "none":
        if problem.open_shop and problem.blocking == "no_swap":
            lacking.append("blocking=no_swap with open_shop")
        last = np.isin(np.arange(problem.num_operations), problem.job_ptr[1:] - 1)
        if not problem.open_shop and np.any((problem.duration == 0) & ~last[problem.operation_of]):
            lacking.append("blocking with operations of length 0")
    if horizon(problem) > LONGEST:
        lacking.append(f"times beyond {LONGEST}")
    return lacking


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Solve level by level; each level asks for solutions better than the incumbent only.

    That strict cut-off stands in for a warm start, which PuLP passes on to CBC alone.
    """
    latest = horizon(problem)
    prove_levels(
        problem,
        progress,
        stop,
        formulation=FORMULATION,
        arguments=lambda values, cutoff: {"horizon": shortened(problem, latest, values, cutoff)},
        solver=params.solver,
        threads=threads,
        seed=seed,
    )


def write_model(problem: JobShop, path: Path) -> None:
    """Write the model of the first objective to ``path``, as ``.lp`` or ``.mps``."""
    levels.write_model(problem, path, formulation=FORMULATION, arguments=lambda *_: {"horizon": horizon(problem)})


def horizon(problem: JobShop) -> int:
    """A time by which, if there is a solution, some best one has ended.

    With all sequences kept, start everything as early as they allow (no objective grows): each start
    is then a release date, an initial setup, a fixed start or the end of a downtime, plus the lengths
    and gaps along a path that meets each operation once.
    """
    fixed = problem.fixed_start[problem.fixed_start != FAR]
    bases = (problem.release, problem.initial_setup.ravel(), fixed, problem.downtime_end)
    latest = max((int(base.max()) for base in bases if base.size), default=0)
    longest = np.maximum.reduceat(problem.duration, problem.alt_ptr[:-1])
    gap = max(int(problem.setup.max(initial=0)), int(problem.transport.max(initial=0)))
    return max(0, latest) + int(longest.sum()) + gap * problem.num_operations
