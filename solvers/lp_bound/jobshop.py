"""The linear relaxation of the assignment problem in flexible shops, as an engine that only raises the bound.

    min C   s.t.   sum_a x_oa = 1                                           each operation o
                   head_k + sum_(a on k) d_a x_a + tail_k <= C              each machine and each job k

first for all operations, then for those in the middle: with heads and tails above some thresholds. Solved by
OR-Tools' GLOP; the bound is recomputed from the dual values in integers (see ``assignment``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers import native
from schedsolve.solvers.bounds.jobshop.assignment import Workload, loading, workload
from schedsolve.solvers.bounds.jobshop.heads_tails import HeadsTails, heads_tails
from schedsolve.solvers.features import missing
from schedsolve.solvers.options import check_ranges
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

MODELLED = frozenset(
    {
        "alternative machines", "release dates", "due dates", "deadlines", "downtime", "pausing operations",
        "setup times", "transport times", "open_shop", "permutation", "no_wait", "blocking=swap", "blocking=no_swap",
        "fixed starts", "fixed machines", "done operations",
    }
)  # fmt: skip
"""What the relaxation leaves out of these only lowers the bound."""


@dataclass(frozen=True)
class Params:
    """Tuning numbers of the LP bound."""

    thresholds: int = 4
    """So many thresholds on heads and as many on tails, at even shares of the operations."""
    alternatives: int = 200_000
    """Problems with more alternatives are left alone: one LP would take too long."""

    def __post_init__(self) -> None:
        check_ranges(self, thresholds=1, alternatives=0)


def supports(problem: JobShop) -> list[str]:
    """Only flexible shops with the makespan as first objective."""
    lacking = missing(problem, MODELLED)
    if not problem.is_flexible:
        lacking.append("problems without alternative machines")
    first = problem.levels[0]
    if first.measure != "makespan":
        lacking.append(f"objective {first.name}")
    return lacking


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Raise the bound of the first objective by one LP after another, until ``stop``."""
    if len(problem.machine) > params.alternatives:
        progress.note(f"lp-bound left the problem alone: more than {params.alternatives} alternatives")
        return
    w = heads_tails(problem)
    for operations in _subsets(loading(problem, w), w, params.thresholds):
        if stop.now() or progress.closed:
            return
        load = workload(problem, w, operations)
        weights = _dual_weights(load, stop)
        if weights is not None:
            progress.raise_bound(load.bound(weights), "lp-bound")


def _subsets(operations: npt.NDArray[np.int64], w: HeadsTails, thresholds: int) -> Iterator[npt.NDArray[np.int64]]:
    """All operations first; then those with head and tail at or above thresholds."""
    if not len(operations):
        return
    shares = np.linspace(0, 1, thresholds, endpoint=False)
    seen = set()
    for low in np.quantile(w.head[operations], shares, method="lower"):
        for high in np.quantile(w.tail[operations], shares, method="lower"):
            some = operations[(w.head[operations] >= low) & (w.tail[operations] >= high)]
            if len(some) and some.tobytes() not in seen:
                seen.add(some.tobytes())
                yield some


def _dual_weights(load: Workload, stop: Stop) -> npt.NDArray[np.float64] | None:
    """The dual values of the machines' and jobs' constraints; None where the LP was not solved in time."""
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("GLOP")
    if stop.remaining() < float("inf"):
        solver.SetTimeLimit(max(1, int(1000 * stop.remaining())))
    infinity = solver.infinity()
    makespan = solver.NumVar(0, infinity, "C")
    loaded = {k: solver.Constraint(float(load.idle[k]), infinity) for k in np.flatnonzero(load.used).tolist()}
    for constraint in loaded.values():
        constraint.SetCoefficient(makespan, 1)
    one = [solver.Constraint(1, 1) for _ in load.ptr]
    columns = (load.operation, load.machine, load.job, load.duration)
    for o, k, j, d in zip(*(column.tolist() for column in columns), strict=True):
        share = solver.NumVar(0, infinity, "")
        one[o].SetCoefficient(share, 1)
        for resource in (k, j):
            if resource in loaded:
                loaded[resource].SetCoefficient(share, -float(d))
    solver.Minimize(makespan)
    with native.running(solver.InterruptSolve):
        status = solver.Solve()
    if status != pywraplp.Solver.OPTIMAL:
        return None
    weights = np.zeros(len(load.idle))
    for k, constraint in loaded.items():
        weights[k] = max(0.0, constraint.dual_value())
    return weights if weights.sum() > 0 else None
