"""CP-SAT on job shops: known optima, features beyond the micro-models, hints, stops, determinism."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schedsolve
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.cpsat import jobshop as cpsat
from schedsolve.solvers.cpsat.driver import OutOfTime
from schedsolve.solvers.cpsat.jobshop.formulation import formulate
from schedsolve.solvers.cpsat.jobshop.variables import Variables
from schedsolve.solvers.result import Result
from schedsolve.solvers.stop import Stop

ROTATION = [[(0, 1), (1, 1)], [(1, 1), (2, 1)], [(2, 1), (0, 1)]]
"""Three jobs that each go to the next one's machine."""

WITHOUT_RULES = {"cpsat": {"start_from_rules": False}}


def solve(problem: JobShop, **options: Any) -> Result:
    result = schedsolve.solve(problem, engine="cpsat", **({"threads": 1, "time_limit": 60} | options))
    assert not any(note.startswith("bug") for note in result.notes), result.notes
    return result


def optimum(problem: JobShop, **options: Any) -> tuple[int | None, ...]:
    result = solve(problem, **options)
    assert result.status == "OPTIMAL", str(result)
    return tuple(level.value for level in result.objectives)


# --- known optima -------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize(("name", "value"), [("ft06", 55), ("la05", 593)])
def test_classics(name: str, value: int, threads: int) -> None:
    assert optimum(schedsolve.load(name), threads=threads, params=WITHOUT_RULES) == (value,)


@pytest.mark.parametrize(("blocking", "value"), [("none", 55), ("swap", 63), ("no_swap", 69)])
def test_ft06_by_kind_of_blocking(blocking: str, value: int) -> None:
    assert optimum(schedsolve.load("ft06").with_settings(blocking=blocking)) == (value,)


@pytest.mark.parametrize(("blocking", "value"), [("swap", 793), ("no_swap", 881)])
def test_la01_with_blocking(blocking: str, value: int) -> None:
    assert optimum(schedsolve.load("la01").with_settings(blocking=blocking)) == (value,)


def test_open_shop_meets_the_largest_load() -> None:
    duration = np.array([[34, 2, 54, 61], [15, 89, 70, 9], [38, 19, 28, 87], [95, 7, 34, 29]])
    problem = JobShop.from_jobs([list(enumerate(row)) for row in duration.tolist()], open_shop=True)
    assert optimum(problem) == (193,)  # Taillard's tai4_4_1


@pytest.mark.benchmark_data
@pytest.mark.parametrize(("path", "value"), [("brandimarte/mk01", 40), ("kacem/kacem1", 11), ("fattahi/fattahi5", 119)])
def test_flexible_shops(benchmarks: Path, path: str, value: int) -> None:
    assert optimum(schedsolve.load(benchmarks / "fjsp" / f"{path}.txt"), threads=2) == (value,)


# --- what single features do not show -------------------------------------------------------------------


def test_three_jobs_rotate_only_where_they_may_swap() -> None:
    problem = JobShop.from_jobs(ROTATION)
    assert optimum(problem.with_settings(blocking="swap")) == (2,)
    # One job has to wait until another has left its first machine, at 2, and then takes 2.
    assert optimum(problem.with_settings(blocking="no_swap")) == (4,)


def test_transport_makes_room_for_a_rotation_without_swap() -> None:
    away = [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    problem = JobShop.from_jobs(ROTATION, transport=away, blocking="no_swap")
    assert optimum(problem) == (3,)


def test_setups_bind_neighbours_only() -> None:
    # From 0 to 2 directly takes 9, but 1 + 1 by way of 1: the triangle inequality does not hold.
    setup = [[[0, 1, 9], [9, 0, 1], [9, 9, 0]]]
    problem = JobShop.from_jobs([[(0, 1)], [(0, 1)], [(0, 1)]], setup=setup)
    assert optimum(problem) == (5,)
    assert optimum(problem.with_settings(objective="total_setup_time,makespan")) == (2, 5)


def test_levels_are_proved_one_after_the_other() -> None:
    ft06 = schedsolve.load("ft06")
    assert optimum(ft06.with_settings(objective="total_completion_time")) == (265,)
    with_deadlines = replace(ft06, deadline=np.full(6, 55), objective=("total_completion_time",))
    (total,) = optimum(with_deadlines)
    assert optimum(ft06.with_settings(objective="makespan,total_completion_time")) == (55, total)


def test_an_operation_without_any_mode_is_proved_infeasible() -> None:
    problem = JobShop.from_jobs([[(0, 5)], [(0, 5)]], deadline=[4, 20])
    assert solve(problem).status == "INFEASIBLE"


def test_too_little_time_for_all_is_proved_infeasible() -> None:
    problem = JobShop.from_jobs([[(0, 5)], [(0, 5)]], deadline=[9, 9])
    assert solve(problem).status == "INFEASIBLE"


# --- hints, stops, determinism --------------------------------------------------------------------------


def test_the_answer_is_never_worse_than_the_hint() -> None:
    problem = schedsolve.load("ft06")
    hint = solve(problem).solution
    result = solve(problem, hint=hint, iterations=0)
    assert result.objective == 55
    assert result.solution == hint
    assert result.engine == "hint"


def test_every_decision_of_the_hint_reaches_the_model() -> None:
    """The solver takes a hint that is complete and feasible as its first solution."""
    problem = JobShop.from_jobs(
        [[[(0, 3), (1, 2)], [(1, 4), (0, 4)]], [[(0, 2), (1, 5)], [(1, 1)]]],
        downtime_machine=[0, 1],
        downtime_start=[4, 3],
        downtime_end=[5, 6],
        pause=True,
        release=[1, 0],
    )
    solution = JobShopSolution(start=np.array([1, 7, 5, 11]), alternative=np.array([0, 0, 0, 0]))
    schedsolve.validate(problem, solution)
    variables = Variables(problem, 100, Stop())
    variables.hint(solution)
    hint = variables.model.proto.solution_hint
    values = dict(zip(hint.vars, hint.values, strict=True))
    decoded = variables.decode(lambda variable: values[variable.index])
    assert decoded == solution


def test_the_same_work_gives_the_same_answer() -> None:
    problem = schedsolve.load("la21")
    first, second = (solve(problem, iterations=200, seed=3, time_limit=None) for _ in range(2))
    assert first.status == "FEASIBLE"
    assert first.stopped_by == "iterations"
    assert first.solution == second.solution
    assert (first.objective, first.bound) == (second.objective, second.bound)


def test_a_callback_can_end_the_search() -> None:
    stop = Stop(time_limit=60)
    result = solve(
        schedsolve.load("ta21"), stop=stop, params=WITHOUT_RULES, on_improvement=lambda *_: stop.request("interrupt")
    )
    assert result.status == "FEASIBLE"
    assert result.stopped_by == "interrupt"


def test_building_a_model_stops_when_asked() -> None:
    stop = Stop()
    stop.request("interrupt")
    with pytest.raises(OutOfTime):
        formulate(schedsolve.load("ft06"), stop)


def test_running_out_of_time_while_building_keeps_the_incumbent() -> None:
    stop = Stop()
    problem = schedsolve.load("ft06")
    progress_at: list[int] = []

    def improved(point: Any, _: JobShopSolution) -> None:
        progress_at.append(point.objective)
        stop.request("time")

    result = solve(problem, stop=stop, on_improvement=improved)
    assert result.status == "FEASIBLE"
    assert result.objective == progress_at[0]


# --- what it refuses, and the model as a file -------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"release": [2**53]}, "times that add up to more than 2^53"),
        ({"weight": [2**53], "objective": ("total_weighted_tardiness",)}, "weighted times"),
        ({"release": [2**52], "blocking": "no_swap"}, "blocking=no_swap with times that large"),
    ],
)
def test_numbers_beyond_exact_arithmetic_are_refused_by_name(fields: dict[str, Any], name: str) -> None:
    problem = JobShop.from_jobs([[(0, 3), (1, 2)]], **fields)
    assert any(missing.startswith(name) for missing in cpsat.supports(problem))
    with pytest.raises(schedsolve.Unsupported, match=name.replace("^", r"\^")):
        schedsolve.solve(problem, engine="cpsat")


def test_a_plain_job_shop_is_fixed_intervals_and_no_overlap(tmp_path: Path) -> None:
    path = tmp_path / "ft06.pbtxt"
    cpsat.write_model(schedsolve.load("ft06"), path)
    text = path.read_text()
    assert text.count("no_overlap {") == 6
    assert text.count("interval {") == 36
    assert text.count("variables {") == 36 + 1 + 1  # starts, the makespan, the constant 1
