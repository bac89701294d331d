"""Destructive improvement of the bound on a project's makespan, as an engine that only raises the bound.

Can all be done by the time of the bound? Where CP-SAT refutes that within little work, the bound is one more. The short
horizon makes the windows of tasks narrow, which is what its reasoning about energy and edges needs.

After R. Klein and A. Scholl, European Journal of Operational Research 112 (1999) 322-346.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.cpsat.rcpsp import MODELLED
from schedsolve.solvers.cpsat.rcpsp.limits import too_large
from schedsolve.solvers.cpsat.settings import check_settings
from schedsolve.solvers.features import missing
from schedsolve.solvers.options import check_ranges
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

ENGINE = "destructive"


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen on PSPLIB's j60 and j120."""

    work: float = 0.02
    """Deterministic time in which a horizon is refuted, or else given up with all later ones; tenths of a second."""
    settings: str = "use_timetable_edge_finding_in_cumulative: true use_overload_checker_in_cumulative: true"
    """CP-SAT parameters in protobuf's text format, beside one worker without linear programming or probing."""

    def __post_init__(self) -> None:
        check_ranges(self, work=0)
        if self.settings != Params.settings:
            check_settings(self.settings)


def supports(problem: RCPSP) -> list[str]:
    """Only projects with the makespan as first objective."""
    first = problem.levels[0]
    lacking = [*missing(problem, MODELLED), *too_large(problem)]
    return lacking if first.measure == "makespan" else [*lacking, f"objective {first.name}"]


def run(problem: RCPSP, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Raise the bound of the first objective, a unit at a time, towards the incumbent; without one there is no end."""
    from schedsolve.solvers.cpsat.driver import OutOfTime, solve_part
    from schedsolve.solvers.cpsat.rcpsp.formulation import constraints
    from schedsolve.solvers.cpsat.rcpsp.variables import Variables

    settings = f"num_workers: 1 linearization_level: 0 cp_model_probing_level: 0 {params.settings}"
    while progress.values is not None and progress.level == 0 and not progress.closed and not stop.now():
        bound = progress.bounds[0]
        if bound is None:
            return
        try:
            variables = Variables(problem, bound, stop)
            constraints(variables)
        except OutOfTime:
            return
        part = solve_part(variables.model, settings, stop=stop, work=params.work, seed=seed)
        if part.read is not None:
            progress.offer(variables.decode(part.read), ENGINE)
        if part.read is not None or not part.proved:
            return
        progress.raise_bound(bound + 1, ENGINE)
