"""The genetic search over activity lists: valid on every feature, repeatable, no worse than what it is given."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.read import load
from schedsolve.models.rcpsp import RCPSP, Schedule, objective_values, violations
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp.layout import ARC_WIDTH, END_IN, FIRST_IN, ORDERS, OTHER, TASK_WIDTH
from schedsolve.solvers.dispatch.rcpsp.modes import select
from schedsolve.solvers.dispatch.rcpsp.project import make_project
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.rcpsp import Params, run, supports
from schedsolve.solvers.search.rcpsp.genetic import cross
from schedsolve.solvers.search.rcpsp.population import Population, two_sides
from schedsolve.solvers.stop import Stop

FAMILY = "rcpsp"
FLAG = np.zeros(1, dtype=np.uint8)


def search(
    problem: RCPSP,
    iterations: int | None,
    *,
    seed: int = 0,
    threads: int = 1,
    params: Params | None = None,
    **stop: Any,
) -> Progress:
    """The progress after a run of the engine; whatever it offered was valid."""
    limits = Stop(iterations=iterations, **stop)
    progress = Progress(problem, limits)
    run(problem, progress, limits, threads=threads, seed=seed, params=params or Params())
    assert not progress.notes
    return progress


def project(tasks: int, seed: int, **fields: Any) -> RCPSP:
    """Random tasks with random precedence on two resources."""
    rng = np.random.default_rng(seed)
    pairs = [(i, j) for j in range(tasks) for i in range(max(0, j - 6), j) if rng.random() < 0.25]
    given = {
        "mode_ptr": np.arange(tasks + 1),
        "duration": rng.integers(1, 8, tasks),
        "capacity": [4, 5],
        "demand": rng.integers(0, 4, (tasks, 2)),
        "link_from": [i for i, _ in pairs],
        "link_to": [j for _, j in pairs],
    }
    return RCPSP(**(given | fields))


def population(problem: RCPSP, size: int = 10, seed: int = 0) -> Population:
    selection = select(problem, seed)
    assert selection is not None
    tables = make_project(problem, selection.fixed(problem))
    return Population(problem, tables, selection, size, (0.02, 0.03, 0.05, 0.5), seed)


FEATURES: dict[str, dict[str, Any]] = {
    "plain": {},
    "release": {"release": np.arange(20)},
    "lags": {"link_kind": [k % 4 for k in range(31)], "min_lag": [k % 7 - 3 for k in range(31)]},
    "tardiness": {"objective": ("total_weighted_tardiness", "makespan"), "due": np.arange(10, 50, 2)},
    "completion": {"objective": "total_completion_time"},
    "deadline": {"project_deadline": 70},
    "calendar": {
        "num_calendars": 1,
        "break_calendar": [0, 0, 0],
        "break_start": [4, 18, 33],
        "break_end": [6, 21, 34],
        "resource_calendar": [0, -1],
        "pause": [i % 2 for i in range(20)],
    },
    "changes": {"change_resource": [0, 1], "change_start": [3, 9], "change_end": [9, 12], "change_capacity": [3, 4]},
    "group": {"group_ptr": [0, 5], "group_task": [1, 4, 7, 9, 13]},
    "fixed": {"fixed_start": [0] + [FAR] * 19, "done": [True] + [False] * 19},
    "reservoir": {
        "reservoir_initial": [2],
        "withdrawal": [[i % 3 == 0] for i in range(20)],
        "delivery": [[i % 4 == 1] for i in range(20)],
    },
}


@pytest.mark.parametrize("name", FEATURES)
def test_every_individual_is_valid_and_worth_what_it_says(name: str) -> None:
    pairs = len(project(20, 7).link_from)
    fields = {key: value[:pairs] if key in ("link_kind", "min_lag") else value for key, value in FEATURES[name].items()}
    problem = project(20, 7, **fields)
    people = population(problem)
    assert people.two_sides == (name in ("plain", "release", "lags", "group"))
    best = None
    for _ in range(12):
        people.go_on(people.size, FLAG)
        assert people.is_valid
        solution = people.solution()
        assert not violations(problem, solution)
        values = tuple(value for _, value in objective_values(problem, Schedule(problem, solution)))
        assert values == people.objectives
        assert best is None or values <= best
        best = values
        check_lists(people)


def check_lists(people: Population) -> None:
    """Every list has all tasks once, and none before one that it has to wait for."""
    tables = (people.tables, people.mirror)
    for side in range(people.genes.order.shape[0]):
        t = tables[side]
        for p in range(people.size):
            order = people.genes.order[side, p]
            assert sorted(order) == list(range(len(order)))
            rank = np.argsort(order)
            for i in np.flatnonzero(people.genes.mode[side, p] >= 0):
                for k in range(t.tasks[i * TASK_WIDTH + FIRST_IN], t.tasks[i * TASK_WIDTH + END_IN]):
                    if t.arcs[k * ARC_WIDTH + ORDERS]:
                        assert rank[t.arcs[k * ARC_WIDTH + OTHER]] < rank[i]


def test_lists_keep_the_links_where_modes_have_no_room() -> None:
    """Schedules in which tasks are missing are no reason to schedule them in another order."""
    rng = np.random.default_rng(3)
    demand = rng.integers(0, 4, (40, 2))
    demand[1::4] = 9  # beyond the capacity: every other task has a mode in which it can never be done
    problem = project(
        20,
        7,
        mode_ptr=np.arange(0, 41, 2),
        duration=rng.integers(1, 8, 40),
        demand=demand,
        change_resource=[0],
        change_start=[3],
        change_end=[9],
        change_capacity=[3],
    )
    people = population(problem)
    incomplete = 0
    for _ in range(40):
        people.go_on(people.size, FLAG)
        incomplete += np.sum(people.genes.value[0, :, 0] > FAR)
        check_lists(people)
        assert not violations(problem, people.solution())
    assert incomplete > 0


def test_crossover_takes_the_window_from_the_father_and_the_rest_in_the_mothers_order() -> None:
    father, mother, child = np.arange(8), np.array([7, 2, 0, 1, 5, 4, 6, 3]), np.zeros(8, dtype=np.int64)
    cross(father, mother, 3, 6, np.zeros(8, dtype=np.int64), child)
    assert child.tolist() == [2, 0, 1, 3, 4, 5, 7, 6]


def test_two_sides_only_where_time_can_be_shifted_and_reversed() -> None:
    problem = project(8, 0, objective="total_tardiness")
    assert not two_sides(problem, make_project(problem, {}))
    assert two_sides(project(8, 0), make_project(project(8, 0), {}))


@pytest.mark.parametrize("seed", range(100))
def test_random_projects(seed: int, tiny: ModuleType) -> None:
    """All kinds of constraints: what is offered is valid, ``search`` asserts."""
    problem = tiny.tiny(seed)
    if not supports(problem):
        search(problem, 60)


def test_micro_models(micro: Any) -> None:
    if supports(micro.problem):
        pytest.skip("not modelled")
    progress = search(micro.problem, 400)
    if progress.values is not None:
        assert micro.optimum is not None
        assert progress.values >= micro.optimum


def test_small_projects_are_solved(oracle: ModuleType, tiny: ModuleType) -> None:
    solved = compared = 0
    for seed in range(80):
        problem = tiny.tiny(seed)
        optimum = None if supports(problem) else oracle.brute_force(problem)
        if optimum is not None:
            compared += 1
            solved += search(problem, 300).values == tuple(optimum.values)
    assert compared >= 15
    assert solved >= 0.9 * compared


def test_the_same_seed_and_work_give_the_same_schedule() -> None:
    problem = project(40, 2)
    one, same = search(problem, 2000, seed=3), search(problem, 2000, seed=3)
    assert one.solution == same.solution
    assert one.values == same.values


def test_iterations_count_schedules() -> None:
    for fields in ({}, {"objective": "total_tardiness", "due": [30] * 20}):
        people = population(project(20, 1, **fields))
        people.go_on(4, FLAG)
        assert people.made == 4 * (1 if people.two_sides else 3)
        for _ in range(20):
            made = people.made
            people.go_on(1, FLAG)
            assert 1 <= people.made - made <= people.price


def test_more_work_is_no_worse_and_threads_share_it() -> None:
    problem = project(60, 4)
    few, many, shared = search(problem, 200), search(problem, 4000), search(problem, 4000, threads=2)
    assert few.values is not None
    assert many.values is not None
    assert shared.values is not None
    assert many.values <= few.values
    assert shared.values <= few.values


def test_better_schedules_of_others_are_taken_in() -> None:
    problem = project(40, 6)
    best = search(problem, 5000)
    people = population(problem, seed=9)
    people.go_on(people.size, FLAG)
    assert best.values is not None
    assert people.objectives > best.values
    people.adopt(best.solution)
    assert people.objectives == best.values
    assert not violations(problem, people.solution())


def test_unmodelled_features_are_named() -> None:
    assert supports(project(4, 0, objective="net_present_value")) == ["objective net_present_value"]
    assert supports(project(4, 0, optional=[True] * 4)) == ["optional tasks"]
    assert supports(project(4, 0)) == []


@pytest.mark.benchmark_data
def test_a_thousand_schedules_come_near_the_best_known(benchmarks: Any) -> None:
    for name, best_known in (("j12011_1", 171), ("j12036_1", 209), ("j1201_1", 105)):
        values = search(load(benchmarks / "rcpsp" / "j120" / f"{name}.sm"), 1000).values
        assert values is not None
        assert best_known <= values[0] <= 1.1 * best_known
