"""Projects by constraint programming: intervals on cumulative resources, in OR-Tools CP-SAT.

All of the model is covered; what looks at each single time is refused where there is too much of it. The
objectives of a lexicographic list are proved one after the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.cpsat.rcpsp.limits import too_large
from schedsolve.solvers.cpsat.settings import check_settings
from schedsolve.solvers.features import missing
from schedsolve.solvers.first import first_solution
from schedsolve.solvers.options import check_ranges
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

RULES_SHARE = 0.1
"""Share of the time that dispatch rules may have: with maximum lags they may try for long and find nothing."""

OVER_TIME = ("resource_levelling", "resource_overload", "net_present_value")
"""What objectives measure whose models look at each time: there only linear programming finds bounds."""


MODELLED = frozenset(
    {
        "several modes", "time lags", "unlimited resources", "changes of capacity", "budgets", "reservoirs",
        "release dates", "due dates", "deadlines", "disjunctive groups", "optional tasks", "calendars",
        "pausing tasks", "fixed tasks", "done tasks",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen by measurement on two cores."""

    linearization_level: int = 0
    """CP-SAT's use of linear programming: none proves sooner, and the bounds it would find are posted."""
    linearization_over_time: int = 2
    """The same for ``OVER_TIME``."""
    prover_work: float = 3.0
    """Deterministic time (about seconds) after which the only thread turns from proving to raising the bound."""
    start_from_rules: bool = True
    """Where there is no solution yet, let the dispatch rules make one: hint and horizon of the search."""
    restart_gain: float = 0.005
    """Start again where others have improved on the search's own best by this share."""
    settings: str = ""
    """Further CP-SAT parameters in protobuf's text format; they overrule the others."""

    def __post_init__(self) -> None:
        check_ranges(self, linearization_level=0, linearization_over_time=0, prover_work=0, restart_gain=0)
        check_settings(self.settings)


def supports(problem: RCPSP) -> list[str]:
    """Nothing of the model is left out; only what is too large for exact arithmetic or tables is."""
    return [*missing(problem, MODELLED), *too_large(problem)]


def run(problem: RCPSP, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Prove level after level, starting each from the incumbent, until all is proved or it is time to stop."""
    if params.start_from_rules:
        first_solution(progress, stop.within(RULES_SHARE * stop.remaining()), threads=threads, seed=seed)

    from schedsolve.solvers.cpsat.frame import prove_levels  # by now there is an answer, should memory be short
    from schedsolve.solvers.cpsat.rcpsp.formulation import formulate

    prove_levels(
        progress,
        stop,
        partial(formulate, problem, stop, progress),
        lambda level: stages(problem.levels[level].measure, threads, params),
        seed=seed,
        restart_gain=params.restart_gain,
    )


def stages(measure: str, threads: int, params: Params) -> list[tuple[str, float]]:
    """How a level is solved: CP-SAT's parameters, and for how much deterministic time, one after the other.

    Where the makespan is hard to prove, a worker that raises the bound step by step gets much further than the one
    that proves by looking for better schedules, but is slower where it is not: a single thread turns to it after a
    while, of two it has one. More threads get CP-SAT's own portfolio beside these.
    """
    level = params.linearization_over_time if measure in OVER_TIME else params.linearization_level
    prover = f"linearization_level: {level}"
    bounding = f"{prover} use_objective_lb_search: true"
    if threads == 1:
        alone = [(f"num_workers: 1 {prover} {params.settings}", math.inf)]
        if measure != "makespan":
            return alone
        return [(alone[0][0], params.prover_work), (f"num_workers: 1 {bounding} {params.settings}", math.inf)]
    settings = [f'num_workers: {threads} extra_subsolvers: "prover" subsolver_params {{ name: "prover" {prover} }}']
    if measure == "makespan":
        settings.append(f'extra_subsolvers: "bounding" subsolver_params {{ name: "bounding" {bounding} }}')
        if threads == 2:
            settings.append("num_full_subsolvers: 2")
    return [(" ".join([*settings, params.settings]), math.inf)]


def write_model(problem: RCPSP, path: Path | str) -> None:
    """Write the model of the first objective, without bounds or hints; the suffix decides on text or binary."""
    from schedsolve.solvers.cpsat import frame
    from schedsolve.solvers.cpsat.rcpsp.formulation import formulate

    frame.write_model(formulate(problem, Stop()), path)
