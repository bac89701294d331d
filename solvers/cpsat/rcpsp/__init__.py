"""Projects by constraint programming: intervals on cumulative resources, in OR-Tools CP-SAT.

All of the model is covered; what looks at each single time is refused where there is too much of it. The
objectives of a lexicographic list are proved one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.registry import family
from schedsolve.solvers.cpsat.rcpsp.limits import missing
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

RULES_SHARE = 0.1
"""Share of the time that dispatch rules may have: with maximum lags they may try for long and in vain."""


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen by measurement on two cores."""

    linearization_level: int = 0
    """CP-SAT's use of linear programming: none proves sooner, and the bounds it would find are posted."""
    start_from_rules: bool = True
    """Where there is no solution yet, let the dispatch rules make one: hint and horizon of the search."""
    restart_gain: float = 0.005
    """Start again where others have improved on the search's own best by this share."""
    settings: str = ""
    """Further CP-SAT parameters in protobuf's text format; they overrule the others."""


def supports(problem: RCPSP) -> list[str]:
    """Nothing of the model is left out; only what is too large for exact arithmetic or tables is."""
    return list(missing(problem))


def run(problem: RCPSP, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Prove level after level, starting each from the incumbent, until all is proved or it is time to stop."""
    from schedsolve.solvers.cpsat import driver
    from schedsolve.solvers.cpsat.rcpsp.formulation import formulate

    if params.start_from_rules and progress.solution is None:
        _run_rules(problem, progress, stop, threads=threads, seed=seed)
    work = driver.Work(stop.iterations)
    settings = search_settings(problem, threads, params)
    while not progress.closed and not stop.now():
        level, known = progress.level, progress.values
        try:
            model = formulate(problem, stop, progress, level)
        except driver.OutOfTime:
            return
        outcome = driver.minimise(
            model.variables.model,
            settings,
            decode=model.variables.decode,
            progress=progress,
            stop=stop,
            known=known,
            level=level,
            seed=seed,
            restart_gain=params.restart_gain,
            work=work,
        )
        if outcome is driver.Outcome.STOPPED or (outcome is driver.Outcome.PROVED and progress.level == level):
            return


def _run_rules(problem: RCPSP, progress: Progress, stop: Stop, *, threads: int, seed: int) -> None:
    rules = family(problem.kind).load("engine:dispatch")
    if not rules.supports(problem):
        stage = stop.within(RULES_SHARE * stop.remaining())
        rules.run(problem, progress, stage, threads=threads, seed=seed, params=rules.Params(), rule=None)


def search_settings(problem: RCPSP, threads: int, params: Params) -> str:
    """CP-SAT's parameters: a worker that proves, and what the other threads do."""
    prover = f"linearization_level: {params.linearization_level}"
    if threads == 1:
        return f"num_workers: 1 {prover} {params.settings}"
    settings = [
        f"num_workers: {threads}",
        'extra_subsolvers: "prover"',
        f'subsolver_params {{ name: "prover" {prover} }}',
    ]
    return " ".join([*settings, params.settings])


def write_model(problem: RCPSP, path: Path | str) -> None:
    """Write the model of the first objective, without bounds or hints; the suffix decides on text or binary."""
    from schedsolve.solvers.cpsat import driver
    from schedsolve.solvers.cpsat.rcpsp.formulation import formulate

    driver.write(formulate(problem, Stop()).variables.model, path)
