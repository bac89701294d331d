"""The tabu search over sequences: the graph it keeps is exact, its answers are valid, and repeat themselves."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import schedsolve
from schedsolve.instances.generators.jobshop.random import jobshop
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.search.jobshop import sequence, tabu
from schedsolve.solvers.search.jobshop.graph import (
    AFTER,
    BEFORE,
    DURATION,
    HEAD,
    JOB_AFTER,
    JOB_BEFORE,
    LAG,
    RANK,
    RELEASE,
    TAIL,
    Array,
    order_of,
)
from schedsolve.solvers.search.jobshop.orders import mixed, random_order


def longest_paths(shop: Array, graph: Array) -> tuple[list[int], list[int]]:
    """Heads and tails from the sequences alone, by repeated relaxation."""
    n = len(shop)
    head, tail = [int(r) for r in shop[:, RELEASE]], [int(d) for d in shop[:, DURATION]]
    for _ in range(n + 1):
        changed = False
        for o in range(n):
            for p, lag in ((shop[o, JOB_BEFORE], True), (graph[o, BEFORE], False)):
                if p >= 0:
                    value = head[p] + int(shop[p, DURATION]) + (int(shop[p, LAG]) if lag else 0)
                    changed |= value > head[o]
                    head[o] = max(head[o], value)
            for s, lag in ((shop[o, JOB_AFTER], True), (graph[o, AFTER], False)):
                if s >= 0:
                    value = tail[s] + int(shop[o, DURATION]) + (int(shop[o, LAG]) if lag else 0)
                    changed |= value > tail[o]
                    tail[o] = max(tail[o], value)
        if not changed:
            return head, tail
    raise AssertionError("the sequences have a cycle")


def started(problem: JobShop, seed: int = 0) -> sequence.Climb:
    climb = sequence.Climb(problem, seed)
    climb.start(random_order(problem.job_of, np.random.default_rng(seed)))
    return climb


SHOPS = {
    "plain": JobShop.from_jobs([[(0, 3), (1, 2), (2, 2)], [(0, 2), (2, 1), (1, 4)], [(1, 4), (2, 3)]]),
    "random": jobshop(jobs=8, machines=5, seed=3),
    "released": jobshop(jobs=7, machines=4, seed=5, release_spread=1.0),
    "transport": jobshop(jobs=6, machines=5, seed=6, max_transport=40),
    "re-entrant": jobshop(jobs=6, machines=3, operations=9, seed=7),
    "zero": jobshop(jobs=7, machines=4, seed=8, min_duration=0, max_duration=3),
}


@pytest.mark.parametrize("name", SHOPS)
def test_heads_tails_and_order_stay_exact(name: str) -> None:
    problem = SHOPS[name]
    for seed in range(3):
        climb = started(problem, seed)
        for _ in range(40):
            climb.go_on(7, 10**6, 0, np.zeros(1, dtype=np.uint8))
            head, tail = longest_paths(climb.shop, climb.graph)
            assert climb.graph[:, HEAD].tolist() == head
            assert climb.graph[:, TAIL].tolist() == tail
            rank = climb.graph[:, RANK]
            assert climb.order[rank].tolist() == list(range(problem.num_operations))
            for column in (climb.shop[:, JOB_AFTER], climb.graph[:, AFTER]):
                follows = column >= 0
                assert np.all(rank[follows] < rank[column[follows]])
            latest = max(h + int(d) for h, d in zip(head, climb.shop[:, DURATION], strict=True))
            assert climb.status[tabu.CURRENT] == latest
            assert climb.best <= latest


@pytest.mark.parametrize("name", SHOPS)
def test_the_optimum_is_found(name: str) -> None:
    problem = SHOPS[name]
    optimum = schedsolve.solve(problem, "cpsat", threads=1, time_limit=20)
    assert optimum.status == "OPTIMAL"
    result = schedsolve.solve(problem, "search", threads=2, iterations=60_000, time_limit=20)
    assert result.notes == ()
    assert result.objective == optimum.objective


@pytest.mark.parametrize("name", ["ft06", "la05", "la10", "la31", "ta51"])
def test_bounds_that_are_met_prove(name: str) -> None:
    problem = schedsolve.load(name)
    result = schedsolve.solve(problem, "search", threads=1, time_limit=20, iterations=200_000)
    known = {"ft06": 55, "la05": 593, "la10": 958, "la31": 1784, "ta51": 2760}
    assert result.objective == known[name]
    assert (result.status == "OPTIMAL") == (name != "ft06")


def test_same_seed_same_moves_same_answer() -> None:
    problem = jobshop(jobs=12, machines=8, seed=1)

    def solved(seed: int) -> schedsolve.Result:
        return schedsolve.solve(problem, "search", threads=1, iterations=30_000, seed=seed, time_limit=None)

    first, second, other = solved(1), solved(1), solved(2)
    assert first.solution == second.solution
    assert [t.objective for t in first.trace] == [t.objective for t in second.trace]
    assert first.solution != other.solution
    assert first.stopped_by == "iterations"


def test_auto_repeats_itself_on_one_thread() -> None:
    problem = jobshop(jobs=12, machines=8, seed=2)
    results = [schedsolve.solve(problem, threads=1, iterations=300, time_limit=None) for _ in range(2)]
    assert results[0].solution == results[1].solution


def test_a_mixed_order_is_topological_and_may_be_either() -> None:
    problem = SHOPS["random"]
    rng = np.random.default_rng(0)
    first, second = random_order(problem.job_of, rng), random_order(problem.job_of, rng)
    assert mixed(first, second, 0.0).tolist() == first.tolist()
    assert mixed(first, second, 1.0).tolist() == second.tolist()
    rank = np.argsort(mixed(first, second, 0.4))
    inside = np.diff(problem.job_of) == 0
    assert np.all(np.diff(rank)[inside] > 0)


def test_the_order_of_a_schedule_gives_it_back() -> None:
    problem = SHOPS["zero"]
    solution = schedsolve.solve(problem, "cpsat", threads=1, time_limit=20).solution
    climb = sequence.Climb(problem, 0)
    climb.start(order_of(problem, solution))
    assert np.all(climb.graph[:, HEAD] <= solution.start)


def test_a_pool_keeps_good_orders_that_differ() -> None:
    pool = sequence.OrderPool(2, 0.9)
    rows = [np.array(row) for row in ([1, 2, 3, -1], [3, 2, 1, -1], [2, 1, 3, 0])]
    pool.add(10, rows[0], rows[0])
    pool.add(9, rows[0], rows[0])
    assert [member[0] for member in pool.members] == [9]
    pool.add(12, rows[1], rows[1])
    pool.add(11, rows[2], rows[2])
    assert [member[0] for member in pool.members] == [9, 11]
    for _ in range(3):
        pool.add(9, rows[0], rows[0])
    assert [member[0] for member in pool.members] == [9]


@pytest.mark.parametrize(
    ("problem", "feature"),
    [
        (JobShop.from_jobs([[(0, 1)]], no_wait=True), "no_wait"),
        (JobShop.from_jobs([[(0, 1)]], blocking="swap"), "blocking=swap"),
        (JobShop.from_jobs([[(0, 1)]], open_shop=True), "open_shop"),
        (JobShop.from_jobs([[(0, 1)]], deadline=[4]), "deadlines"),
        (JobShop.from_jobs([[(0, 1)]], downtime_machine=[0], downtime_start=[4], downtime_end=[5]), "downtime"),
        (JobShop.from_jobs([[(0, 1)]], fixed_start=[4]), "fixed starts"),
        (JobShop.from_jobs([[(0, 1)]], objective="total_tardiness"), "objective total_tardiness"),
        (JobShop.from_jobs([[(0, 1), (1, 1)]] * 99, transport=[[0, 2**53], [0, 0]]), "times beyond 2^60"),
        (JobShop.from_jobs([[(0, 1)]], objective="makespan,total_tardiness"), "objective makespan,total_tardiness"),
    ],
)
def test_names_what_the_graph_does_not_hold(problem: JobShop, feature: str) -> None:
    assert sequence.supports(problem) == [feature]


def test_stop_is_heard_at_once() -> None:
    stop = schedsolve.Stop(time_limit=60)
    threading.Timer(0.5, stop.request, args=("interrupt",)).start()
    result = schedsolve.solve(schedsolve.load("ta41"), "search", threads=2, stop=stop)
    assert result.stopped_by == "interrupt"
    assert result.notes == ()
    assert result.seconds < 50
