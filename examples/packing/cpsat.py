"""The engine ``cpsat``: a literal for each item and bin, in OR-Tools CP-SAT.

x_ib = 1: item i is in bin b;  y_b = 1: bin b is used

sum_b x_ib <= 1                     each item i
sum_i d_ir x_ib <= c_br y_b         each bin b and resource r
x_ib <= y_b
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from packing.problem import UNPACKED, Packing, PackingSolution
from schedsolve.solvers.features import missing
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

if TYPE_CHECKING:
    from schedsolve.solvers.cpsat.driver import Read
    from schedsolve.solvers.cpsat.frame import Formulation


@dataclass(frozen=True)
class Params:
    """It has nothing to tune."""


def supports(problem: Packing) -> list[str]:
    """All of the model is covered."""
    return missing(problem, {"fixed bins"})


def run(problem: Packing, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Prove level after level."""
    from schedsolve.solvers.cpsat.frame import prove_levels

    stages = [(f"num_workers: {threads}", math.inf)]
    prove_levels(progress, stop, partial(formulate, problem), lambda level: stages, seed=seed)


def formulate(problem: Packing, level: int) -> Formulation[PackingSolution]:
    """The model, with all levels as aims."""
    from schedsolve.solvers.cpsat.driver import Model
    from schedsolve.solvers.cpsat.frame import Aim, Formulation

    model = Model()
    items, bins = range(problem.num_items), range(problem.num_bins)
    x = [[model.new_bool_var(f"x_{i}_{b}") for b in bins] for i in items]
    y = [model.new_bool_var(f"y_{b}") for b in bins]
    for i in items:
        model.add_at_most_one(x[i])
        for b in bins:
            model.add_implication(x[i][b], y[b])
            if problem.fixed_bin[i] not in (-1, b):
                model.add(x[i][b] == 0)
    for b in bins:
        for r, holds in enumerate(problem.capacity[b].tolist()):
            model.add(sum(int(problem.demand[i, r]) * x[i][b] for i in items) <= holds * y[b])

    aims = []
    for name in problem.objective:
        if name != UNPACKED.name:
            aims.append(Aim(sum(y)))
            continue
        for tier in problem.tiers:
            mine = [i for i in items if problem.priority[i] == tier]
            aims.append(Aim(-sum(sum(x[i]) for i in mine), len(mine)))

    def decode(read: Read) -> PackingSolution:
        chosen = [-1] * len(items)
        for i in items:
            for b in bins:
                if read(x[i][b]):
                    chosen[i] = b
        return PackingSolution(bin=chosen)

    def hint(solution: PackingSolution) -> None:
        for i in items:
            for b in bins:
                model.add_hint(x[i][b], int(solution.bin[i] == b))

    return Formulation(model, aims, decode, hint)
