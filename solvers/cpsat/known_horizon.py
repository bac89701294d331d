"""The horizon of a model, as far as what is known of the makespan shortens it."""

from __future__ import annotations

from schedsolve.models.contracts import Problem
from schedsolve.solvers.progress import Progress


def known_horizon(problem: Problem, progress: Progress | None, level: int, safe: int) -> int:
    """The incumbent's makespan where nothing longer is asked for at ``level`` or above, else ``safe``, late enough."""
    known = progress.values if progress is not None else None
    horizon = safe
    measures = [objective.measure for objective in problem.levels[: level + 1]]
    if progress is not None and progress.cutoff is not None and measures[0] == "makespan":
        horizon = min(horizon, progress.cutoff - 1)
    if known is not None and "makespan" in measures:
        horizon = min(horizon, known[measures.index("makespan")])
    return horizon
