"""The job shop by mixed-integer programming: which problems, in which steps; the model is ``jobshop_model``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from schedsolve.models.errors import UnknownName
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.milp.process import messages
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop, closed_levels

LONGEST = 10**6
"""Horizon up to which big-M constraints hold: solvers take a binary of 1e-6 for 0."""

SOLVERS = ("highs", "cbc")

FORMULATION = "schedsolve.solvers.milp.jobshop_model:formulate"


@dataclass(frozen=True)
class Params:
    """Tuning of the MILP engine."""

    solver: str = "highs"
    """"highs" (through highspy) or "cbc" (the one that comes with PuLP)."""

    def __post_init__(self) -> None:
        if self.solver not in SOLVERS:
            raise UnknownName("MILP solver", self.solver, SOLVERS)


def supports(problem: JobShop) -> list[str]:
    """What the formulation does not cover."""
    missing = []
    if problem.blocking != "none":
        if problem.open_shop and problem.blocking == "no_swap":
            missing.append("blocking=no_swap with open_shop")
        last = np.isin(np.arange(problem.num_operations), problem.job_ptr[1:] - 1)
        if not problem.open_shop and np.any((problem.duration == 0) & ~last[problem.operation_of]):
            missing.append("blocking with operations of length 0")
    if horizon(problem) > LONGEST:
        missing.append(f"times beyond {LONGEST}")
    return missing


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Solve level by level; each level asks for solutions better than the incumbent only.

    That strict cut-off stands in for a warm start, which PuLP passes on to CBC alone.
    """
    for level in range(len(problem.objective)):
        _solve_level(problem, progress, stop, level, threads, seed, params)
        if stop.now() or progress.values is None or closed_levels(progress.values, progress.bounds) <= level:
            return


def write_model(problem: JobShop, path: Path) -> None:
    """Write the model of the first objective to ``path``, as ``.lp`` or ``.mps``."""
    arguments = {"level": 0, "horizon": horizon(problem), "values": [], "cutoff": None}
    for _ in messages(_task(problem, arguments) | {"write": str(path.absolute())}, Stop()):
        pass


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


def _solve_level(
    problem: JobShop, progress: Progress, stop: Stop, level: int, threads: int, seed: int, params: Params
) -> None:
    values, bound = progress.values, progress.bounds[level]
    if values is not None and bound is not None and bound >= values[level]:
        return
    cutoff = progress.cutoff if values is None else values[level]
    end = horizon(problem)
    if cutoff is not None and problem.objective[0] == "makespan":
        end = min(end, cutoff if values is None else values[0])
    arguments = {
        "level": level,
        "horizon": end,
        "values": [] if values is None else values[:level],
        "cutoff": cutoff,
    }
    limits = {
        "seconds": None if stop.time_limit is None else stop.remaining(),
        "nodes": stop.iterations,
        "threads": threads,
        "seed": seed,
    }
    task = _task(problem, arguments) | {"solver": params.solver, "limits": limits}
    for message in messages(task, stop):
        match message:
            case {"solution": solution}:
                progress.offer(JobShopSolution.from_builtins(solution), "milp")
            case {"bound": value}:
                # Below the cut-off all is bounded; above it nothing is known.
                progress.raise_bound(value if cutoff is None else min(value, cutoff), "milp", level)
            case {"infeasible": True} if cutoff is None:
                progress.prove_infeasible("milp")
            case {"infeasible": True}:
                progress.raise_bound(cutoff, "milp", level)


def _task(problem: JobShop, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "problem": problem.to_builtins(),
        "formulation": FORMULATION,
        "arguments": arguments,
    }
