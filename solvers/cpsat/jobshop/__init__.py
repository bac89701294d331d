"""Job shops by constraint programming: intervals on unary machines, in OR-Tools CP-SAT.

The objectives of a lexicographic list are proved one after the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.cpsat.jobshop.horizon import safe_horizon
from schedsolve.solvers.cpsat.settings import check_settings
from schedsolve.solvers.features import missing
from schedsolve.solvers.first import first_solution
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


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen by measurement on two cores."""

    linearization_level: int = 0
    """CP-SAT's use of linear programming: none proves sooner, and the bounds it would find are posted."""
    strong_propagation: bool = True
    """Strong disjunctive propagation: what makes proofs of ten-by-ten job shops take seconds."""
    neighbourhoods_from: int = 120
    """Operations of a flexible shop from which on a second worker searches large neighbourhoods."""
    start_from_rules: bool = True
    """Where there is no solution yet, let the dispatch rules make one: hint and horizon of the search."""
    restart_gain: float = 0.005
    """Start again where others have improved on the search's own best by this share."""
    settings: str = ""
    """Further CP-SAT parameters in protobuf's text format; they overrule the others."""

    def __post_init__(self) -> None:
        check_ranges(self, linearization_level=0, neighbourhoods_from=0, restart_gain=0)
        check_settings(self.settings)


def supports(problem: JobShop) -> list[str]:
    """Nothing of the model is left out; only numbers too large for 64-bit arithmetic are."""
    limit = 2**53
    lacking = missing(problem, MODELLED)
    horizon = safe_horizon(problem)
    weights = sum(problem.weight.tolist())
    if horizon > limit:
        lacking.append("times that add up to more than 2^53")
    if horizon * weights > limit and any(level.weighted for level in problem.levels):
        lacking.append("weighted times that add up to more than 2^53")
    if horizon * problem.num_jobs > limit and any(level.aggregation == "sum" for level in problem.levels):
        lacking.append("totals of more than 2^53")
    if problem.blocking == "no_swap" and horizon * (problem.num_operations + 1) > limit:
        lacking.append("blocking=no_swap with times that large")
    return lacking


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Prove level after level, starting each from the incumbent, until all is proved or it is time to stop."""
    if params.start_from_rules:
        first_solution(progress, stop, threads=threads, seed=seed)

    from schedsolve.solvers.cpsat.frame import prove_levels  # by now there is an answer, should memory be short
    from schedsolve.solvers.cpsat.jobshop.formulation import formulate

    settings = search_settings(problem, threads, params)
    prove_levels(
        progress,
        stop,
        partial(formulate, problem, stop, progress),
        lambda level: [(settings, math.inf)],
        seed=seed,
        restart_gain=params.restart_gain,
    )


def search_settings(problem: JobShop, threads: int, params: Params) -> str:
    """CP-SAT's parameters: a worker that proves, and what the other threads do.

    On two threads the second worker is a plain one without linear programming; in larger shops where
    operations have a choice of machines, where proofs are far, it is large neighbourhood search. More
    threads get CP-SAT's own portfolio.
    """
    strong = str(params.strong_propagation).lower()
    prover = f"linearization_level: {params.linearization_level} use_strong_propagation_in_disjunctive: {strong}"
    if threads == 1:
        return f"num_workers: 1 {prover} {params.settings}"
    settings = [
        f"num_workers: {threads}",
        'extra_subsolvers: "prover"',
        f'subsolver_params {{ name: "prover" {prover} }}',
    ]
    if not problem.is_flexible or problem.num_operations < params.neighbourhoods_from:
        settings.append('extra_subsolvers: "no_lp"')
        if threads == 2:
            settings.append("num_full_subsolvers: 2")
    return " ".join([*settings, params.settings])


def write_model(problem: JobShop, path: Path | str) -> None:
    """Write the model of the first objective, without bounds or hints; the suffix decides on text or binary."""
    from schedsolve.solvers.cpsat import frame
    from schedsolve.solvers.cpsat.jobshop.formulation import formulate

    frame.write_model(formulate(problem, Stop()), path)
