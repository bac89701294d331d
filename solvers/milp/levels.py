"""The objectives of a lexicographic list by mixed-integer programming, one after the other, for every family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from schedsolve.models.contracts import Problem
from schedsolve.models.errors import UnknownName
from schedsolve.models.plain import Json
from schedsolve.models.registry import family
from schedsolve.solvers.milp.process import Task, messages
from schedsolve.solvers.options import fold
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop, closed_levels

SOLVERS = ("highs", "cbc")

Arguments = Callable[[Sequence[int] | None, int | None], dict[str, Json]]
"""What a formulation is called with beside level, values and cut-off: a family's own, from the values of the incumbent
and the cut-off for the first level, as far as there are any."""


def check_solver(name: str) -> None:
    """Raise ``UnknownName`` for a solver that is none of ``SOLVERS``."""
    if name not in SOLVERS:
        raise UnknownName("MILP solver", name, SOLVERS)


def prove_levels(
    problem: Problem,
    progress: Progress,
    stop: Stop,
    *,
    formulation: str,
    arguments: Arguments,
    solver: str,
    threads: int,
    seed: int,
) -> None:
    """Solve level by level; each level asks for solutions better than the incumbent only.

    That strict cut-off stands in for a warm start, which PuLP passes on to CBC alone. ``formulation`` is the dotted
    path of what builds the model.
    """
    for level in range(len(problem.levels)):
        values, bound = progress.values, progress.bounds[level]
        if values is None or bound is None or bound < values[level]:
            cutoff = progress.cutoff if values is None else values[level]
            known: dict[str, Json] = {"level": level, "values": list(values or ())[:level], "cutoff": cutoff}
            task = _task(problem, formulation, arguments(values, progress.cutoff) | known)
            task["solver"] = solver
            task["limits"] = {
                "seconds": None if stop.time_limit is None else stop.remaining(),
                "nodes": stop.iterations,
                "threads": threads,
                "seed": fold(seed),
            }
            _listen(task, progress, stop, level, cutoff)
        if stop.now() or progress.values is None or closed_levels(progress.values, progress.bounds) <= level:
            return


def write_model(problem: Problem, path: Path, *, formulation: str, arguments: Arguments) -> None:
    """Write the model of the first objective to ``path``, as ``.lp`` or ``.mps``."""
    known: dict[str, Json] = {"level": 0, "values": [], "cutoff": None}
    task = _task(problem, formulation, arguments(None, None) | known)
    task["write"] = str(path.absolute())
    for _ in messages(task, Stop()):
        pass


def _listen(task: Task, progress: Progress, stop: Stop, level: int, cutoff: int | None) -> None:
    """Take in what the worker finds and proves for one level, below ``cutoff``."""
    solution_of = family(progress.problem.kind).load("solution").from_builtins
    for message in messages(task, stop):
        match message:
            case {"solution": solution}:
                progress.offer(solution_of(solution), "milp")
            case {"bound": int(value)}:
                # Below the cut-off all is bounded; above it nothing is known.
                progress.raise_bound(value if cutoff is None else min(value, cutoff), "milp", level)
            case {"infeasible": True} if cutoff is None:
                progress.prove_infeasible("milp")
            case {"infeasible": True}:
                progress.raise_bound(cutoff, "milp", level)
            case {"out_of_time": True}:  # a moment before the time of ``stop`` itself
                stop.request("time")


def _task(problem: Problem, formulation: str, arguments: dict[str, Json]) -> Task:
    return {
        "kind": problem.kind,
        "problem": problem.to_builtins(),
        "formulation": formulation,
        "arguments": arguments,
    }
