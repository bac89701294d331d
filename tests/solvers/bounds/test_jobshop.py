from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.bundled import bundled
from schedsolve.instances.read import load
from schedsolve.models.jobshop import OBJECTIVES, JobShop
from schedsolve.models.jobshop.violations import evaluate
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.jobshop import bound
from schedsolve.solvers.lp_bound import jobshop as lp_bound
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

FAMILY = "jobshop"


def every_objective(problem: JobShop) -> JobShop:
    names = [name for name in OBJECTIVES if name != "maximum_lateness" or np.any(problem.due < FAR)]
    return problem.with_settings(objective=names)


def lp_bounds(problem: JobShop) -> list[int]:
    """What the LP engine raises the bound to, one after another."""
    limits = Stop()
    progress = Progress(problem, limits)
    lp_bound.run(problem, progress, limits, threads=1, seed=0, params=lp_bound.Params())
    return [point.bound for point in progress.trace if point.bound is not None]


@pytest.mark.parametrize("seed", range(2000, 2150))
def test_never_above_the_optimum(seed: int, tiny: ModuleType, oracle: ModuleType) -> None:
    problem = tiny.tiny(seed, combinations=400)
    optimum = oracle.brute_force(problem)
    if optimum is None:
        return
    assert all(low <= value for low, value in zip(bound(problem), optimum.values, strict=True))
    # Any feasible schedule is above the bounds of all objectives.
    every = every_objective(problem)
    for low, (name, value) in zip(bound(every), evaluate(every, optimum.solution), strict=True):
        assert low is not None
        assert low <= value, name
    if problem.is_flexible and problem.objective[0] == "makespan":
        assert all(low <= optimum.values[0] for low in lp_bounds(problem))


@pytest.mark.parametrize(
    ("name", "value"),
    [("la05", 593), ("ft10", 808), ("swv10", 1560), ("ta31", 1764), ("ta41", 1850), ("ta51", 2760), ("ta71", 5464)],
)
def test_published_machine_bounds(name: str, value: int) -> None:
    assert bound(bundled(name)) == [value]


CASES: list[tuple[str, dict[str, Any], int, str]] = [
    ("job", {"jobs": [[(0, 4), (1, 3), (0, 2)]], "release": [5]}, 14, "release 5 and 9 of work"),
    ("machine", {"jobs": [[(0, 4)], [(0, 5)], [(0, 1), (1, 3)]], "release": [2, 2, 2]}, 12, "2 + 4 + 5 + 1"),
    ("transport", {"jobs": [[(0, 4), (1, 3)]], "transport": [[0, 2], [2, 0]]}, 9, "4 + 2 + 3"),
    ("open", {"jobs": [[(0, 4), (1, 3), (2, 5)], [(0, 1)]], "open_shop": True}, 12, "the job's work"),
    (
        "open with transport",
        {"jobs": [[(0, 4), (1, 3)]], "open_shop": True, "transport": [[0, 2], [3, 0]]},
        9,
        "the shorter way of the two",
    ),
    (
        "downtime",
        {"jobs": [[(0, 4)], [(0, 5)]], "downtime_machine": [0], "downtime_start": [4], "downtime_end": [7]},
        12,
        "9 of work around 3 of downtime",
    ),
    (
        "pause",
        {
            "jobs": [[(0, 4), (1, 1)]],
            "downtime_machine": [0],
            "downtime_start": [2],
            "downtime_end": [5],
            "pause": True,
        },
        8,
        "7, then 1",
    ),
    ("setup", {"jobs": [[(0, 4)], [(0, 5)]], "setup": [[[0, 3], [2, 0]]]}, 11, "9 and the cheaper setup"),
    ("fixed", {"jobs": [[(0, 4), (1, 3)]], "fixed_start": [FAR, 20]}, 23, "from the fixed start on"),
    ("flexible", {"jobs": [[[(0, 4), (1, 4)]]] * 3}, 6, "12 on two machines"),
    ("weights", {"jobs": [[[(0, 2), (1, 4)]]] * 3}, 4, "two on the first machine, one on the second"),
    ("total_completion_time", {"jobs": [[(0, 4)], [(0, 2)], [(0, 1)]]}, 11, "1 + 3 + 7"),
    ("total_weighted_completion_time", {"jobs": [[(0, 4)], [(0, 2)]], "weight": [6, 1]}, 30, "6 * 4 + 6"),
    ("total_flow_time", {"jobs": [[(0, 4)], [(0, 2)]], "release": [3, 3]}, 8, "2 + 6"),
    ("total_tardiness", {"jobs": [[(0, 4)], [(0, 2)]], "due": [3, 3]}, 3, "ends at 2 and 6"),
    ("total_weighted_tardiness", {"jobs": [[(0, 4)], [(0, 2)]], "due": [4, 4], "weight": [2, 3]}, 4, "2 * 2"),
    ("maximum_lateness", {"jobs": [[(0, 4)], [(0, 2)]], "due": [3, 1]}, 3, "ends at 2 and 6"),
    ("tardy_jobs", {"jobs": [[(0, 4)], [(0, 2)], [(0, 3)]], "due": [5, 5, 5]}, 1, "the longest is late"),
    ("weighted_tardy_jobs", {"jobs": [[(0, 4)], [(0, 4)]], "due": [5, 5], "weight": [3, 2]}, 2, "the lighter"),
    ("total_setup_time", {"jobs": [[(0, 4)], [(0, 5)]], "setup": [[[0, 3], [2, 0]]]}, 0, "either may be the first"),
    (
        "total_setup_time",
        {"jobs": [[(0, 4)], [(0, 5)]], "setup": [[[9, 3], [2, 9]]], "initial_setup": [[4, 4]]},
        5,
        "at least 2 and 3",
    ),
]


@pytest.mark.parametrize(("name", "fields", "value", "sentence"), CASES, ids=[f"{c[0]}: {c[3]}" for c in CASES])
def test_small_cases(name: str, fields: dict[str, Any], value: int, sentence: str) -> None:
    problem = JobShop.from_jobs(**fields)
    if name in OBJECTIVES:
        problem = problem.with_settings(objective=name)
    assert bound(problem) == [value]


def test_done_operations_are_exempt() -> None:
    # The past began before the release date and in a downtime.
    past: dict[str, Any] = {
        "fixed_start": [0, FAR],
        "done": [True, False],
        "release": [10],
        "downtime_machine": [0],
        "downtime_start": [0],
        "downtime_end": [8],
    }
    assert bound(JobShop.from_jobs([[(0, 4), (0, 3)]], **past)) == [13]


def test_one_bound_for_each_objective() -> None:
    problem = replace(bundled("ft06"), due=[30] * 6, objective=("total_tardiness", "makespan"))
    assert bound(problem)[1] == bound(bundled("ft06"))[0]


def test_large_numbers_do_not_overflow() -> None:
    big = 2**50
    problem = JobShop.from_jobs([[[(0, big), (1, big)]], [(0, big)]], weight=[2**40, 2**40], due=[0, 0])
    problem = every_objective(problem)
    values = dict(zip(problem.objective, bound(problem), strict=True))
    assert values["makespan"] == big
    assert values["total_weighted_tardiness"] == 2**91


# --- flexible shops -------------------------------------------------------------------------------


def test_lp_engine_supports_flexible_makespan_only() -> None:
    flexible = JobShop.from_jobs([[[(0, 4), (1, 4)]]] * 3)
    assert lp_bound.supports(flexible) == []
    assert lp_bound.supports(flexible.with_settings(objective="total_flow_time")) == ["objective total_flow_time"]
    assert lp_bound.supports(bundled("ft06")) == ["problems without alternative machines"]


def test_lp_bound_shares_out_the_work() -> None:
    # 7 on the first machine or 14 on the second, three times: y = (2, 1) / 3 gives 14.
    problem = JobShop.from_jobs([[[(0, 7), (1, 14)]]] * 3)
    assert lp_bounds(problem)[-1] == 14


def test_lp_bound_listens_to_stop() -> None:
    problem = JobShop.from_jobs([[[(0, 7), (1, 14)]]] * 3)
    limits = Stop(time_limit=0.0)
    progress = Progress(problem, limits)
    lp_bound.run(problem, progress, limits, threads=1, seed=0, params=lp_bound.Params())
    assert progress.bounds == [None]


@pytest.mark.benchmark_data
@pytest.mark.parametrize(
    ("name", "value"), [("mk02", 26), ("mk03", 204), ("mk05", 172), ("mk08", 523), ("mk09", 307), ("mk12", 508)]
)
def test_closed_without_search(name: str, value: int, benchmarks: Path) -> None:
    assert bound(load(benchmarks / "fjsp" / "brandimarte" / f"{name}.txt")) == [value]


@pytest.mark.benchmark_data
def test_assignment_relaxation_of_large_flexible_shops(benchmarks: Path) -> None:
    problem = load(benchmarks / "fjsp" / "lrho" / "lrho_20x10x30_500.txt")
    assert bound(problem) == [1217]
    assert lp_bounds(problem)[-1] == 1217


def test_open_shop_job_that_is_done_before_time_0() -> None:
    problem = JobShop.from_jobs(
        [[(0, 2)], [(0, 3)]],
        open_shop=True,
        done=[True, False],
        fixed_start=[-3, FAR],
        objective="total_completion_time",
    )
    assert bound(problem) == [2]  # -1 and 3


@pytest.mark.parametrize("starts", [[-3001, -2000, -2990], [-5, -4, -3]])
def test_flexible_shop_that_is_all_done_before_time_0(starts: list[int]) -> None:
    done = {"done": [True] * 3, "fixed_start": starts, "fixed_machine": [0, 1, 0]}
    problem = JobShop.from_jobs([[[(0, 1), (1, 1)]]] * 3, **done)
    assert bound(problem) == [max(starts) + 1]


@pytest.mark.filterwarnings("error")
def test_flexible_shop_whose_past_is_far_longer_than_its_work() -> None:
    problem = JobShop.from_jobs(
        [[(0, 1), [(0, 1), (1, 2)]], [(1, 1), [(0, 1), (1, 2)]]],
        done=[True, False, True, False],
        fixed_start=[-3000, FAR, -2990, FAR],
    )
    assert bound(problem) == [1]
