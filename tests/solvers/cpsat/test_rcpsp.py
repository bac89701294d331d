"""CP-SAT on projects: known optima, what is special to the formulation, horizons, hints, stops, determinism."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import schedsolve
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution, Schedule, violations
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat import rcpsp as cpsat
from schedsolve.solvers.cpsat.driver import OutOfTime
from schedsolve.solvers.cpsat.rcpsp.formulation import formulate
from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon, worthless_from
from schedsolve.solvers.cpsat.rcpsp.links import implied_links
from schedsolve.solvers.cpsat.rcpsp.variables import Variables
from schedsolve.solvers.cpsat.rcpsp.ways import Ways
from schedsolve.solvers.result import Result
from schedsolve.solvers.stop import Stop

FAMILY = "rcpsp"


def project(duration: list[int], **fields: Any) -> RCPSP:
    """Tasks of one mode each."""
    return RCPSP(mode_ptr=range(len(duration) + 1), duration=duration, **({"capacity": []} | fields))


def random_project(tasks: int, seed: int = 5, **fields: Any) -> RCPSP:
    """30 tasks on scarce resources keep every solver busy for a while."""
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for b in range(1, tasks) for a in rng.choice(b, min(b, 2), replace=False)]
    demand = rng.integers(0, 6, (tasks, 3))
    return project(
        rng.integers(1, 10, tasks).tolist(),
        capacity=[9, 9, 9],
        demand=demand,
        link_from=[a for a, _ in pairs],
        link_to=[b for _, b in pairs],
        **fields,
    )


def solve(problem: RCPSP, **options: Any) -> Result:
    result = schedsolve.solve(problem, engine="cpsat", **({"threads": 1, "time_limit": 60} | options))
    assert not any(note.startswith("bug") for note in result.notes), result.notes
    return result


def optimum(problem: RCPSP, **options: Any) -> tuple[int | None, ...]:
    result = solve(problem, **options)
    assert result.status == "OPTIMAL", str(result)
    return tuple(level.value for level in result.objectives)


# --- known optima -------------------------------------------------------------------------------------


@pytest.mark.benchmark_data
@pytest.mark.parametrize(
    ("path", "value"),
    [("j30/j301_1.sm", 43), ("j60/j601_1.sm", 77), ("mm_j10/j102_9.mm", 17), ("mm_j10/j1020_4.mm", 17)],
)
def test_psplib(benchmarks: Path, path: str, value: int) -> None:
    assert optimum(schedsolve.load(benchmarks / "rcpsp" / path), threads=2) == (value,)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_agree(threads: int) -> None:
    problem = random_project(12)
    assert optimum(problem, threads=threads) == optimum(problem, params={"cpsat": {"start_from_rules": False}})


def test_a_single_thread_goes_on_where_the_prover_gives_up() -> None:
    problem = random_project(14)
    assert optimum(problem, params={"cpsat": {"prover_work": 1e-6}}) == optimum(problem)


# --- the formulation ------------------------------------------------------------------------------------


def test_precedences_that_follow_from_others_are_left_out() -> None:
    problem = project(
        [1, 1, 1, 1],
        link_from=[0, 1, 0, 0, 2],
        link_to=[1, 2, 2, 1, 3],
        min_lag=[0, 0, 0, 0, 2],
    )
    assert implied_links(problem).tolist() == [False, False, True, True, False]
    by_the_optional = replace(problem, optional=[False, True, False, False])
    assert not implied_links(by_the_optional).any()


def test_a_plain_project_is_fixed_intervals_and_cumulatives(tmp_path: Path) -> None:
    problem = project([2, 3, 0], capacity=[3, 1, 9], demand=[[2, 1, 1], [2, 1, 1], [2, 1, 1]])
    path = tmp_path / "project.pbtxt"
    cpsat.write_model(problem, path)
    text = path.read_text()
    assert text.count("interval {") == 2  # the task of length 0 has none
    assert text.count("no_overlap {") == 2  # both on 3 units and on 1 unit one task excludes the other
    assert text.count("cumulative {") == 0  # and 9 units are enough for all


def one_task(seed: int, *, pause: bool) -> RCPSP:
    r = random.Random(seed)
    starts = [r.randint(0, 20) for _ in range(r.randint(1, 4))]
    return RCPSP(
        mode_ptr=[0, 2],
        duration=[r.randint(0, 6), r.randint(0, 6)],
        capacity=[1],
        demand=[[r.randint(0, 1)], [1]],
        num_calendars=2,
        break_calendar=[r.randint(0, 1) for _ in starts],
        break_start=starts,
        break_end=[s + r.randint(1, 4) for s in starts],
        task_calendar=[r.choice([-1, 0])],
        resource_calendar=[1],
        pause=[pause],
        release=[r.randint(0, 3)],
        deadline=[r.choice([FAR, 25])],
    )


@pytest.mark.parametrize("pause", [True, False])
@pytest.mark.parametrize("seed", range(30))
def test_ways_are_what_the_checker_accepts(seed: int, pause: bool) -> None:
    problem, horizon = one_task(seed, pause=pause), 40
    found = {
        (way.mode, start, start + way.length)
        for way in Ways(problem, horizon).of(0)
        for first, last in way.starts
        for start in range(first, last + 1)
    }
    expected = set()
    for mode in (0, 1):
        for start in range(horizon + 1):
            solution = RCPSPSolution(start=[start], mode=[mode])
            end = int(Schedule(problem, solution).end[0])
            if end <= horizon and not {v.code for v in violations(problem, solution)} - {"capacity"}:
                expected.add((mode, start, end))
    assert found == expected


# --- horizon --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "horizon"),
    [
        ({}, 5),
        ({"release": [4, 0]}, 9),
        ({"link_from": [0], "link_to": [1], "min_lag": [3]}, 8),
        ({"link_from": [0], "link_to": [1], "min_lag": [-FAR], "max_lag": [-2]}, 7),
        ({"fixed_start": [10, FAR]}, 17),
        ({"change_resource": [0], "change_start": [3], "change_end": [9], "change_capacity": [0]}, 14),
        ({"change_resource": [0], "change_start": [7], "change_end": [9], "change_capacity": [0]}, 5),
        ({"change_resource": [0], "change_start": [7], "change_end": [9], "change_capacity": [3]}, 14),
        ({"change_resource": [0], "change_start": [3], "change_end": [FAR], "change_capacity": [0]}, 8),
        ({"project_deadline": 4}, 4),
    ],
)
def test_horizon(fields: dict[str, Any], horizon: int) -> None:
    assert safe_horizon(project([2, 3], **({"capacity": [1]} | fields))) == horizon


def test_far_breaks_count_where_pausing_in_them_may_be_wanted() -> None:
    fields = {
        "num_calendars": 1,
        "break_calendar": [0],
        "break_start": [90],
        "break_end": [99],
        "task_calendar": [0, 0],
    }
    assert safe_horizon(project([2, 3], pause=[False, True], **fields)) == 5
    linked = fields | {"link_from": [0], "link_to": [1], "link_kind": [2]}
    assert safe_horizon(project([2, 3], pause=[False, True], **linked)) == 104
    assert safe_horizon(project([2, 3], **linked)) == 5


def test_payments_may_wait_until_they_are_worth_nothing() -> None:
    fields = {"cash_flow": [-5, 5], "discount_rate": 1_000_000, "objective": "net_present_value"}
    assert worthless_from(1_000_000) == 61
    assert safe_horizon(project([2, 3], **fields)) == 61 + 5
    assert safe_horizon(project([2, 3], deadline=[9, FAR], **fields)) == 9 + 5


# --- hints, stops, determinism --------------------------------------------------------------------------


def test_the_answer_is_never_worse_than_the_hint() -> None:
    problem = random_project(10)
    hint = solve(problem)
    result = solve(problem, hint=hint, iterations=0)
    assert (result.objective, result.solution, result.engine) == (hint.objective, hint.solution, "hint")


def test_every_decision_of_the_hint_reaches_the_model(hidden: ModuleType) -> None:
    """The solver takes a hint that is complete and feasible as its first solution."""
    for seed in range(40):
        problem, solution = hidden.case(seed)
        variables = Variables(problem, safe_horizon(problem), Stop())
        if Schedule(problem, solution).end.max() > variables.horizon:
            continue
        variables.hint(solution)
        hint = variables.model.proto.solution_hint
        values = dict(zip(hint.vars, hint.values, strict=True)) | {variables.true.index: 1}
        decoded = variables.decode(lambda variable, values=values: values[variable.index])
        present = ~solution.left_out
        assert np.array_equal(decoded.left_out, solution.left_out)
        assert np.array_equal(decoded.start[present], solution.start[present])
        assert np.array_equal(decoded.mode[present], solution.mode[present])


def test_the_same_work_gives_the_same_answer() -> None:
    problem = random_project(40)
    first, second = (solve(problem, iterations=100, seed=3, time_limit=None) for _ in range(2))
    assert first.solution == second.solution
    assert (first.objective, first.bound, first.status) == (second.objective, second.bound, second.status)


def test_a_callback_can_end_the_search() -> None:
    stop = Stop(time_limit=60)
    result = solve(
        random_project(60),
        stop=stop,
        params={"cpsat": {"start_from_rules": False}},
        on_improvement=lambda *_: stop.request("interrupt"),
    )
    assert (result.status, result.stopped_by) == ("FEASIBLE", "interrupt")


def test_building_a_model_stops_when_asked() -> None:
    stop = Stop()
    stop.request("interrupt")
    with pytest.raises(OutOfTime):
        formulate(random_project(5), stop)


# --- what it refuses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"release": [2**53]}, "times that add up to more than 2^53"),
        ({"weight": [2**53], "objective": "total_weighted_tardiness"}, "total_weighted_tardiness of more than 2^53"),
        ({"budget": [1], "consumption": [[2**53], [2**53]], "mode_ptr": [0, 2], "duration": [1, 1]}, "amounts that"),
        (
            {"release": [400_000], "capacity": [1], "demand": [[1]], "objective": "resource_levelling"},
            "resource_levelling over",
        ),
        (
            {"release": [400_000], "cash_flow": [1], "discount_rate": 1, "objective": "net_present_value"},
            "net_present_value over",
        ),
    ],
)
def test_numbers_beyond_exact_arithmetic_and_tables_are_refused_by_name(fields: dict[str, Any], name: str) -> None:
    problem = RCPSP(**({"mode_ptr": [0, 1], "duration": [3], "capacity": []} | fields))
    assert any(missing.startswith(name) for missing in cpsat.supports(problem))
    with pytest.raises(schedsolve.Unsupported, match=name.replace("^", r"\^")):
        schedsolve.solve(problem, engine="cpsat")
