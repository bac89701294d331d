"""The MILP engine on projects: which formulation it takes, what it refuses, and that limits hold."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schedsolve
from schedsolve.models.errors import UnknownName
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.milp import rcpsp

FAMILY = "rcpsp"
LONG = 150_000
"""A release date from which the time-indexed formulation of two tasks is too large."""


def project(duration: list[int], **fields: Any) -> RCPSP:
    """Tasks of one mode each, on one unit."""
    given = {"capacity": [1], "demand": [[1]] * len(duration)}
    return RCPSP(mode_ptr=range(len(duration) + 1), duration=duration, **(given | fields))


def solve(problem: RCPSP, **params: Any) -> schedsolve.Result:
    return schedsolve.solve(problem, "milp", threads=1, time_limit=60, params={"milp": params})


# --- formulations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("formulation", ["time-indexed", "event-based"])
def test_both_formulations_through_the_engine(formulation: str, solver: str) -> None:
    problem = project([3, 2, 2], objective="total_completion_time,makespan", release=[0, 1, 0])
    result = solve(problem, formulation=formulation, solver=solver)
    assert (result.status, [level.value for level in result.objectives]) == ("OPTIMAL", [13, 7])


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_far_more_units_than_anything_asks_for(solver: str) -> None:
    much = 10**13
    changes = {
        "change_resource": [0, 0],
        "change_start": [1, 7],
        "change_end": [6, 12],
        "change_capacity": [0, 1],
    }
    problem = project([3, 3], capacity=[much], **changes)
    result = solve(problem, formulation="event-based", solver=solver)
    assert (result.status, result.objective, result.notes) == ("OPTIMAL", 12, ())
    levels = {"withdrawal": [[0], [3]], "delivery": [[2], [2]]}
    problem = project([3, 2], reservoir_initial=[much], reservoir_maximum=[much + 1], **levels)
    result = solve(problem, formulation="time-indexed", solver=solver)
    assert (result.status, result.objective, result.notes) == ("OPTIMAL", 5, ())


def test_the_formulation_goes_by_the_length_of_the_horizon() -> None:
    short, long = project([3, 2]), project([3, 2], release=[LONG, 0])
    assert rcpsp.choose(short, 5, rcpsp.Params()) == "time-indexed"
    assert rcpsp.choose(long, LONG + 5, rcpsp.Params()) == "event-based"
    result = solve(long)
    assert (result.status, result.objective) == ("OPTIMAL", LONG + 3)


@pytest.mark.parametrize(("formulation", "name"), [("time-indexed", "start_0_0_2"), ("event-based", "on_task_0_0_1")])
@pytest.mark.parametrize("suffix", ["lp", "mps"])
def test_writes_the_model(formulation: str, name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"model.{suffix}"
    release = LONG if formulation == "event-based" else 0
    rcpsp.write_model(project([3, 2], release=[0, release]), path)
    assert name in path.read_text()


# --- what it refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "features"),
    [
        ({"release": [2_000_000]}, ["times beyond 1000000"]),
        ({"weight": [2**40]}, ["a weight of more than 1000000000"]),
        (
            {"capacity": [1], "demand": [[2_000_000]], "done": [True], "fixed_start": [0]},
            ["amounts of more than 1000000 beside a past that exceeded limits"],
        ),
        ({"release": [LONG * 2], "reservoir_initial": [1]}, ["reservoirs over so long a horizon"]),
        (
            {"release": [LONG * 2], "num_calendars": 1, "break_calendar": [0], "break_start": [1], "break_end": [2]},
            ["calendars over so long a horizon"],
        ),
        ({"release": [LONG * 2], "objective": "resource_levelling"}, ["resource_levelling over so long a horizon"]),
    ],
)
def test_refuses_by_name(fields: dict[str, Any], features: list[str]) -> None:
    problem = project([1], **fields)
    assert set(features) <= set(schedsolve.supports(problem, "milp"))
    with pytest.raises(schedsolve.Unsupported, match=features[0]):
        schedsolve.solve(problem, engine="milp")


def test_a_formulation_asked_for_by_name_is_refused_by_name() -> None:
    problem = project([1], reservoir_initial=[1])
    with pytest.raises(schedsolve.Unsupported, match="does not model reservoirs"):
        solve(problem, formulation="event-based")
    with pytest.raises(UnknownName, match='no MILP formulation "flow"'):
        solve(problem, formulation="flow")


# --- how it ends ------------------------------------------------------------------------------------


def test_infeasible() -> None:
    result = solve(project([3, 3], project_deadline=5))
    assert (result.status, result.proved_by) == ("INFEASIBLE", "milp")


def test_a_hint_is_the_cutoff_and_can_be_proved_optimal() -> None:
    problem = project([3, 2, 4], objective="total_completion_time")
    best = solve(problem)
    again = schedsolve.solve(problem, "milp", time_limit=60, hint=best)
    assert (again.status, again.objective, again.engine) == ("OPTIMAL", best.objective, "hint")


def test_limits_by_nodes_are_not_called_optimal() -> None:
    rng = np.random.default_rng(3)
    problem = RCPSP(
        mode_ptr=range(13),
        duration=rng.integers(1, 9, 12),
        capacity=[5],
        demand=rng.integers(1, 5, (12, 1)),
        due=rng.integers(1, 20, 12),
        objective="total_weighted_tardiness",
        weight=rng.integers(1, 9, 12),
    )
    result = schedsolve.solve(
        problem, "milp", threads=1, time_limit=60, iterations=1, params={"milp": {"formulation": "event-based"}}
    )
    assert result.status in ("FEASIBLE", "UNKNOWN")
    assert result.bound is not None
    assert result.objective is None or result.bound <= result.objective


def test_solver_packages_stay_out_of_this_process() -> None:
    code = f"""
        import sys
        from schedsolve.models.rcpsp import RCPSP
        from schedsolve.solvers.milp import rcpsp
        from schedsolve.solvers.progress import Progress
        from schedsolve.solvers.stop import Stop
        problem = RCPSP(mode_ptr=[0, 1, 2], duration=[3, 2], capacity=[1], demand=[[1], [1]], deadline=[{FAR}, 2])
        stop = Stop()
        progress = Progress(problem, stop)
        rcpsp.run(problem, progress, stop, threads=1, seed=0, params=rcpsp.Params())
        print(progress.values, progress.closed, sorted({{"pulp", "highspy", "ortools"}} & set(sys.modules)))
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "(5,) True []"
