"""The search with exact completion times: its state stays exact, its answers are valid, good, and repeat themselves."""

from __future__ import annotations

import numpy as np
import pytest

import schedsolve
from schedsolve.instances.generators.jobshop.random import flexible, jobshop, openshop
from schedsolve.models.jobshop import JobShop, JobShopSolution, violations
from schedsolve.models.jobshop.objectives import objective_values
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.record import FAR
from schedsolve.solvers.search.jobshop import completion
from schedsolve.solvers.search.jobshop import completion_graph as graph
from schedsolve.solvers.search.jobshop import completion_kernel as kernel
from schedsolve.solvers.search.jobshop.orders import random_order

SHOPS = {
    "tardiness": jobshop(jobs=6, machines=4, seed=1, due_factor=1.3, objective="total_weighted_tardiness"),
    "lexicographic": jobshop(jobs=5, machines=3, seed=2, due_factor=1.2, objective="tardy_jobs,makespan"),
    "lateness": jobshop(jobs=5, machines=4, seed=3, due_factor=1.2, objective="maximum_lateness"),
    "setups": jobshop(jobs=5, machines=3, seed=3, max_setup=30),
    "setup time": jobshop(jobs=5, machines=3, seed=4, max_setup=30, objective="total_setup_time,makespan"),
    "downtime": jobshop(jobs=5, machines=3, seed=4, downtime_share=0.2, objective="total_flow_time"),
    "pause": jobshop(jobs=5, machines=3, seed=4, downtime_share=0.2, pause=True),
    "transport": flexible(jobs=5, machines=3, seed=5, max_transport=40, objective="total_completion_time"),
    "flexible": flexible(jobs=5, machines=4, seed=9, max_setup=20, objective="total_completion_time"),
    "released": flexible(jobs=5, machines=4, seed=9, release_spread=1.0, downtime_share=0.2, max_transport=20),
    "re-entrant": jobshop(jobs=5, machines=3, operations=6, seed=7, objective="total_flow_time"),
    "zero": jobshop(jobs=6, machines=4, seed=8, min_duration=0, max_duration=3, objective="total_flow_time"),
    "deadlines": jobshop(jobs=5, machines=4, seed=2, deadline_factor=2.5, objective="total_completion_time"),
}


def walking(problem: JobShop, seed: int) -> completion.Walk:
    walk = completion.Walk(problem, seed, history=20)
    rng = np.random.default_rng(seed)
    choice = problem.alt_ptr[:-1] + rng.integers(np.diff(problem.alt_ptr))
    walk.start(random_order(problem.job_of, rng), choice)
    return walk


@pytest.mark.parametrize("name", SHOPS)
def test_the_state_stays_exact_through_moves_taken_and_taken_back(name: str) -> None:
    problem = SHOPS[name]
    assert completion.supports(problem) == []
    for seed in range(2):
        walk = walking(problem, seed)
        again = walking(problem, seed)
        for _ in range(30):
            walk.go_on(13, 10**6, np.zeros(1, dtype=np.uint8))
            solution = JobShopSolution(start=walk.graph[:, graph.START], alternative=walk.choice - problem.alt_ptr[:-1])
            assert [v for v in violations(problem, solution) if v.code != "deadline"] == []
            again.start(walk.order, walk.choice)
            assert np.array_equal(walk.graph, again.graph)
            assert walk.value[kernel.CURRENT].tolist() == again.value[kernel.CURRENT].tolist()
            assert walk.value[kernel.CURRENT].tolist() == expected(problem, solution)


def expected(problem: JobShop, solution: JobShopSolution) -> list[int]:
    """The levels, from the model's own definitions."""
    schedule = Schedule(problem, solution)
    released = int(problem.release.sum())
    values = [v + released * (name == "total_flow_time") for name, v in objective_values(problem, schedule)]
    late = np.maximum(0, schedule.completion - problem.deadline)
    return [int(late.sum()), *values] if np.any(problem.deadline < FAR) else values


@pytest.mark.parametrize("name", SHOPS)
def test_search_comes_near_the_optimum(name: str) -> None:
    problem = SHOPS[name]
    optimum = schedsolve.solve(problem, "cpsat", threads=2, time_limit=30)
    result = schedsolve.solve(problem, "search", threads=1, iterations=100_000, time_limit=None)
    assert optimum.status == "OPTIMAL"
    assert result.notes == ()
    assert [level.value for level in optimum.objectives] <= [level.value for level in result.objectives]
    assert result.objectives[0].value <= 1.05 * optimum.objectives[0].value


def test_same_seed_same_moves_same_answer() -> None:
    results = [
        schedsolve.solve(SHOPS["flexible"], "search", threads=1, iterations=5_000, seed=4, time_limit=None)
        for _ in range(2)
    ]
    assert results[0].solution == results[1].solution


def test_search_finds_a_schedule_where_no_rule_does() -> None:
    problem = JobShop.from_jobs([[(0, 4), (1, 4)], [(0, 3), (1, 1)], [(0, 2), (1, 3)]], deadline=[8, 15, 15])
    result = schedsolve.solve(problem, "search", threads=1, iterations=2_000, time_limit=None)
    assert result.solution is not None
    assert violations(problem, result.solution) == []


def test_several_threads_search_at_once() -> None:
    result = schedsolve.solve(SHOPS["tardiness"], "search", threads=2, iterations=50_000, time_limit=None)
    assert result.notes == ()
    assert result.solution is not None


def test_what_it_does_not_model_it_names() -> None:
    problem = openshop(jobs=3, machines=2, seed=1, no_wait=True)
    assert completion.supports(problem) == ["open_shop", "no_wait"]


def test_sums_that_might_not_fit_into_64_bits_are_left_to_others() -> None:
    far = {"transport": [[0, 2**50], [0, 0]], "objective": "total_completion_time"}
    assert completion.supports(JobShop.from_jobs([[(0, 1), (1, 1)]] * 9, **far)) == []
    assert completion.supports(JobShop.from_jobs([[(0, 1), (1, 1)]] * 99, **far)) == ["sums of times beyond 2^60"]
