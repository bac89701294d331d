"""The engine ``first-fit``: each item into the first bin with room, the most important and largest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packing.problem import Packing, PackingSolution
from schedsolve.solvers.features import missing
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


@dataclass(frozen=True)
class Params:
    """It has nothing to tune."""


def supports(problem: Packing) -> list[str]:
    """All of the model is built."""
    return missing(problem, {"fixed bins"})


def run(problem: Packing, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Offer one packing."""
    left = problem.capacity.copy()
    chosen = np.full(problem.num_items, -1)
    for i in np.lexsort((-problem.demand.sum(axis=1), -problem.priority)):
        for b in range(problem.num_bins):
            if problem.fixed_bin[i] in (-1, b) and np.all(problem.demand[i] <= left[b]):
                left[b] -= problem.demand[i]
                chosen[i] = b
                break
    progress.offer(PackingSolution(bin=chosen), "first-fit")
