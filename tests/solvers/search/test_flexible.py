from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.generators.jobshop.random import flexible as flexible_jobshop
from schedsolve.instances.generators.jobshop.sd2 import sd2
from schedsolve.instances.read import load
from schedsolve.models.jobshop import JobShop, JobShopSolution, violations
from schedsolve.solvers.bounds.jobshop import bound
from schedsolve.solvers.dispatch import jobshop as dispatch
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import flexible, flexible_kernel
from schedsolve.solvers.search.jobshop.flexible_graph import (
    CHOICE,
    DIRTY,
    FINISH,
    LENGTH,
    MAKESPAN,
    ORDER,
    RANDOM,
    RANK,
    SPREAD,
    TAIL,
    TENURE,
    make_graph,
    read_solution,
    useful_alternatives,
)
from schedsolve.solvers.search.jobshop.flexible_pool import Elite, ElitePool, make_elite
from schedsolve.solvers.stop import Stop

FAMILY = "jobshop"


def started(problem: JobShop, **limits: Any) -> Progress:
    """A progress that has the bounds and the dispatch rules' best."""
    progress = Progress(problem, Stop(**limits))
    progress.raise_standing_bounds(bound(problem), "bound")
    dispatch.run(problem, progress, Stop(), threads=1, seed=0, params=dispatch.Params())
    return progress


def searched(problem: JobShop, moves: int, *, seed: int = 0, **tuning: Any) -> Progress:
    progress = started(problem)
    flexible.run(problem, progress, progress.stop, seed=seed, tuning=flexible.Tuning(**tuning), moves=moves)
    assert not progress.notes  # a schedule that breaks rules would be noted
    return progress


def random_shop(seed: int) -> JobShop:
    """Small, with re-entrant jobs, lengths of 0, machines that occur twice in an operation, and release dates."""
    rng = np.random.default_rng(seed)
    machines = int(rng.integers(1, 4))
    jobs = [
        [
            [(int(rng.integers(machines)), int(rng.integers(0, 7))) for _ in range(rng.integers(1, 3))]
            for _ in range(operations)
        ]
        for operations in ((3, 2), (2, 1, 2), (2, 2), (4, 1))[rng.integers(4)]
    ]
    return JobShop.from_jobs(jobs, num_machines=machines, release=rng.integers(0, 9, len(jobs)))


@pytest.mark.parametrize("seed", range(60))
def test_finds_the_optimum_of_small_shops(seed, oracle):
    problem = random_shop(seed)
    progress = searched(problem, 2000, seed=seed, patience=100)
    assert progress.values == oracle.brute_force(problem).values


@pytest.mark.parametrize(("seed", "zeros"), [(0, False), (1, False), (2, True), (3, True)])
def test_each_move_keeps_the_graph_right(seed, zeros):
    problem = flexible_jobshop(
        jobs=7, machines=4, operations=6, min_duration=0 if zeros else 1, max_duration=9, seed=seed, release_spread=0.5
    )
    graph, kept = make_graph(problem)
    start = started(problem).solution
    assert start is not None
    nodes, numbers, size = graph.nodes, graph.numbers, graph.none
    nodes[CHOICE, :size], nodes[ORDER, :size] = read_solution(problem, graph, kept, start)
    numbers[[RANDOM, TENURE, SPREAD]] = 1 + seed, 5, 5
    flexible_kernel.load(graph)
    never = np.zeros(1, dtype=np.uint8)
    made = 0
    for _ in range(300):  # in plain Python
        made += flexible_kernel.search(graph, False, 1, 1000, never)
        assert sorted(nodes[ORDER, :size]) == list(range(size))
        assert np.array_equal(nodes[ORDER, nodes[RANK, :size]], np.arange(size))
        assert not nodes[DIRTY].any()
        schedule = JobShopSolution(
            start=nodes[FINISH, :size] - nodes[LENGTH, :size],
            alternative=kept[nodes[CHOICE, :size]] - problem.alt_ptr[:-1],
        )
        assert not violations(problem, schedule)
        through = nodes[FINISH, :size] + nodes[TAIL, :size] - nodes[LENGTH, :size]
        assert through.max() == nodes[FINISH, :size].max() == numbers[MAKESPAN]
    assert made > 200


def test_the_same_seed_and_moves_give_the_same_schedule():
    problem = sd2(jobs=10, machines=5, operations=10)
    one, two, other = (searched(problem, 8000, seed=seed, patience=500) for seed in (5, 5, 6))
    assert one.solution == two.solution
    assert [point.objective for point in one.trace] == [point.objective for point in two.trace]
    assert one.solution != other.solution


def test_slices_do_not_change_the_way(monkeypatch):
    problem = sd2(jobs=8, machines=5, operations=8)
    whole = searched(problem, 5000, patience=500)
    sliced = searched(problem, 5000, patience=500, slice_seconds=1e-9)
    assert whole.solution == sliced.solution


def test_iterations_of_the_stop_count_moves():
    problem = sd2(jobs=8, machines=5, operations=8)
    progress = started(problem, iterations=0)
    before = progress.values
    flexible.run(problem, progress, progress.stop, seed=0, tuning=flexible.Tuning())
    assert progress.values == before
    progress = started(problem, iterations=3000)
    flexible.run(problem, progress, progress.stop, seed=0, tuning=flexible.Tuning())
    assert progress.values == searched(problem, 3000).values
    assert progress.values is not None
    assert before is not None
    assert progress.values < before


def test_threads_share_a_pool_and_one_incumbent():
    problem = sd2(jobs=8, machines=5, operations=8)
    progress = started(problem)
    assert progress.values is not None
    before = progress.values
    tuning = flexible.Tuning(patience=300)
    pool = ElitePool(tuning.elites, tuning.similar, tuning.mutation)

    def work(seed: int) -> None:
        flexible.run(problem, progress, progress.stop, seed=seed, tuning=tuning, moves=5000, pool=pool)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, [1, 2]))  # raises what a thread raised
    assert not progress.notes
    assert progress.values < before
    assert progress.values == (pool.members[0].makespan,)


def test_stops_when_asked():
    problem = sd2(jobs=8, machines=5, operations=8)
    progress = started(problem)
    before = progress.values
    progress.stop.request("interrupt")
    flexible.run(problem, progress, progress.stop, seed=0, tuning=flexible.Tuning())
    assert progress.values == before


def test_stops_at_the_bound():
    problem = JobShop.from_jobs([[[(0, 4), (1, 4)], (2, 3)], [[(0, 4), (1, 4)]]])
    progress = searched(problem, 10**9)
    assert progress.closed


def test_a_schedule_without_a_move_ends_its_run():
    problem = JobShop.from_jobs([[(0, 4), (1, 2)]])
    progress = Progress(problem, Stop())
    progress.offer(JobShopSolution(start=[0, 4]), "test")
    flexible.run(problem, progress, progress.stop, seed=0, tuning=flexible.Tuning(), moves=50)
    assert progress.values == (6,)


def test_keeps_of_twins_the_shorter_and_of_instant_alternatives_one():
    problem = JobShop.from_jobs([[[(0, 5), (1, 2), (0, 3)], [(1, 4), (0, 0), (1, 0)], (0, 1)]])
    assert useful_alternatives(problem).tolist() == [2, 1, 4, 6]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"objective": "total_flow_time"}, "objective total_flow_time"),
        ({"objective": "makespan,total_flow_time"}, "objective total_flow_time"),
        ({"no_wait": True}, "no_wait"),
        ({"open_shop": True}, "open_shop"),
        ({"blocking": "swap"}, "blocking=swap"),
        ({"setup": np.ones((2, 2, 2), dtype=int)}, "setup times"),
        ({"transport": [[0, 1], [1, 0]]}, "transport times"),
        ({"downtime_machine": [0], "downtime_start": [3], "downtime_end": [5]}, "downtime"),
        ({"deadline": [90, 90]}, "deadlines"),
        ({"fixed_start": [0, 2**53, 2**53]}, "fixed starts"),
        ({"fixed_machine": [0, -1, -1]}, "fixed machines"),
    ],
)
def test_names_what_it_does_not_model(fields, named):
    problem = JobShop.from_jobs([[[(0, 2), (1, 3)], (1, 2)], [(0, 4)]], **fields)
    assert flexible.supports(problem) == [named]


def test_models_release_dates_and_any_number_of_alternatives():
    problem = JobShop.from_jobs([[[(0, 2), (1, 3)], (1, 2)], [(0, 4)]], release=[3, 0], due=[4, 4], weight=[2, 1])
    assert flexible.supports(problem) == []


# --- the pool ---------------------------------------------------------------------------------


def elite(makespan: int, choice: list[int], order: list[int]) -> Elite:
    """On two machines, of which each operation has the alternatives 2 o and 2 o + 1."""
    return make_elite(makespan, np.array(choice), np.array(order), np.tile([0, 1], len(choice)))


def test_elites_are_alike_by_alternatives_and_predecessors():
    one = elite(9, [0, 2, 5, 6], [0, 1, 2, 3])
    assert one.similarity(elite(9, [0, 2, 5, 6], [2, 0, 1, 3])) == 1.0  # another order, the same sequences
    assert one.similarity(elite(9, [0, 2, 5, 6], [1, 0, 2, 3])) == 0.25  # three predecessors on machine 0 change
    assert one.similarity(elite(9, [0, 2, 5, 7], [0, 1, 2, 3])) == 0.75


def test_the_pool_prefers_the_better_and_keeps_those_that_differ():
    pool = ElitePool(size=2, similar=0.9, mutation=0.2)
    first, second, third = ([0, 2], [0, 1]), ([1, 2], [0, 1]), ([1, 3], [0, 1])
    pool.add(elite(9, *first))
    pool.add(elite(8, *first))
    assert [member.makespan for member in pool.members] == [8]
    pool.add(elite(7, *second))
    pool.add(elite(9, *third))
    assert [member.makespan for member in pool.members] == [7, 8]
    pool.add(elite(6, *third))
    assert [member.makespan for member in pool.members] == [6, 7]
    for _ in range(3):  # refused more often than the pool has members
        pool.add(elite(6, *third))
    assert [member.makespan for member in pool.members] == [6]


def test_new_starts_keep_the_order_of_the_jobs():
    random = np.random.default_rng(0)
    pool = ElitePool(size=2, similar=0.9, mutation=1.0)
    first_alternative, job_of = np.arange(0, 9, 2), np.array([0, 0, 1, 1])
    pool.add(elite(9, [0, 2, 4, 6], [0, 1, 2, 3]))
    starts = [pool.start(random, first_alternative, job_of) for _ in range(20)]
    pool.add(elite(9, [1, 3, 5, 7], [2, 3, 0, 1]))
    starts += [pool.start(random, first_alternative, job_of) for _ in range(20)]
    for choice, order in starts:
        assert np.array_equal(choice // 2, np.arange(4))
        place = np.argsort(order)
        assert place[0] < place[1]
        assert place[2] < place[3]
    assert len({(*choice, *order) for choice, order in starts}) > 10


@pytest.mark.benchmark_data
@pytest.mark.parametrize(
    ("name", "moves", "worst"),
    [("brandimarte/mk01", 20_000, 40), ("brandimarte/mk04", 40_000, 62), ("hurink_rdata/la01_rdata", 40_000, 575)],
)
def test_public_instances(name, moves, worst, benchmarks):
    problem = load(benchmarks / "fjsp" / f"{name}.txt")
    assert searched(problem, moves, patience=5000).values <= (worst,)
