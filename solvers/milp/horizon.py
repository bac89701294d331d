"""A horizon, as far as what is known of the makespan shortens it."""

from __future__ import annotations

from collections.abc import Sequence

from schedsolve.models.contracts import Problem


def shortened(problem: Problem, horizon: int, values: Sequence[int] | None, cutoff: int | None) -> int:
    """No later than the incumbent's makespan, or the cut-off, where that is what is minimised first."""
    if problem.levels[0].measure != "makespan":
        return horizon
    known = cutoff if values is None else values[0]
    return horizon if known is None else min(horizon, known)
