"""Rolling horizons: windows say what the whole schedule says, answers are valid, never worse, and repeat themselves."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import schedsolve
from schedsolve.instances.generators.jobshop.random import flexible, jobshop
from schedsolve.models.jobshop import JobShop, JobShopSolution, past_violations, violations
from schedsolve.models.jobshop.objectives import objective_values
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat import driver
from schedsolve.solvers.rolling.jobshop import supports
from schedsolve.solvers.rolling.jobshop.formulation import WindowModel
from schedsolve.solvers.rolling.jobshop.plan import Decoder, Plan
from schedsolve.solvers.rolling.jobshop.window import Span, Window, put_in
from schedsolve.solvers.stop import Stop

FAMILY = "jobshop"
SEEDS = range(0, 220, 2)

MAXIMA = {
    "job shop": jobshop(jobs=8, machines=5, seed=1),
    "setups": jobshop(jobs=8, machines=4, seed=2, max_setup=30, release_spread=0.5),
    "lateness": jobshop(jobs=7, machines=5, seed=3, max_transport=20, due_factor=1.3, objective="maximum_lateness"),
    "flexible": flexible(jobs=6, machines=5, seed=5, max_setup=20, max_transport=20),
    "length 0": flexible(jobs=6, machines=4, seed=7, min_duration=0, max_duration=5),
}

LARGER = {
    "flexible": flexible(jobs=20, machines=6, seed=1),
    "tardiness": jobshop(
        jobs=20, machines=6, seed=2, due_factor=1.3, max_weight=9, max_setup=30, objective="total_weighted_tardiness"
    ),
    "downtime": flexible(
        jobs=16, machines=6, seed=3, due_factor=1.2, downtime_share=0.2, objective="total_tardiness,makespan"
    ),
    "pause": jobshop(jobs=15, machines=6, seed=5, downtime_share=0.2, pause=True, max_transport=10),
    "setup time": jobshop(jobs=15, machines=5, seed=5, max_setup=30, objective="total_setup_time"),
}


def with_past(problem: JobShop) -> JobShop:
    """With the first operation of each job done, two at a time on each machine."""
    first = problem.job_ptr[:-1]
    done = np.isin(np.arange(problem.num_operations), first)
    start = np.full(problem.num_operations, FAR)
    for k in range(problem.num_machines):
        here = first[problem.machine[first] == k]
        start[here] = 9 * (np.arange(len(here)) // 2) + np.arange(len(here)) % 2
    shop = replace(problem, done=done, fixed_start=start)
    assert any(past_violations(shop))
    return shop


PASTS = {
    "past": with_past(jobshop(jobs=9, machines=4, seed=2)),
    "past and setups": with_past(jobshop(jobs=9, machines=3, seed=2, max_setup=30, objective="total_completion_time")),
}


def random_plan(problem: JobShop, rng: np.random.Generator) -> Plan:
    choice = problem.alt_ptr[:-1] + rng.integers(0, np.diff(problem.alt_ptr))
    solution = Decoder(problem).decode(rng.permutation(problem.job_of), choice)
    assert solution is not None
    assert violations(problem, solution) == []
    return Plan(problem, solution)


def random_window(plan: Plan, rng: np.random.Generator, behind: int = 0) -> Window:
    """A window of up to 12 operations, now and then with some machines left as they are."""
    size, m = len(plan.order), plan.problem.num_machines
    first = int(rng.integers(size))
    end = min(size, first + int(rng.integers(1, 13)))
    machines = rng.random(m) < rng.choice([0.6, 1.0])
    return Window(plan, Span(first, end, min(size, end + behind), machines), plan.problem.objective)


def values_of(result: schedsolve.Result) -> tuple[int, ...]:
    assert not any(note.startswith("bug") for note in result.notes), result.notes
    assert result.solution is not None
    return tuple(level.value for level in result.objectives if level.value is not None)


def solve(problem: JobShop, iterations: int, **options: Any) -> schedsolve.Result:
    return schedsolve.solve(problem, "rolling", threads=1, iterations=iterations, time_limit=None, **options)


def test_the_last_operation_to_end_on_a_machine_need_not_be_the_last_to_start() -> None:
    problem = JobShop.from_jobs([[(0, 9)], [(0, 2)], [(0, 1)]], done=[True, True, False], fixed_start=[0, 1, None])
    plan = Plan(problem, JobShopSolution(start=[0, 1, 9]))
    assert [plan.last_before(np.array([0]), rank).tolist() for rank in range(4)] == [[-1], [0], [0], [2]]


# --- windows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAXIMA)
def test_the_value_of_a_window_is_that_of_the_whole_schedule(name: str) -> None:
    problem, rng = MAXIMA[name], np.random.default_rng(0)
    decoder, improved = Decoder(problem), 0
    for _ in range(15):
        plan = random_plan(problem, rng)
        model = WindowModel(random_window(plan, rng), Stop())
        aim = model.aims[-1]
        assert max(aim.value, aim.floor) == plan.cost[1]
        if not model.possible:
            continue
        part = driver.solve_part(model.variables.model, "num_workers: 1 linearization_level: 0", stop=Stop())
        assert part.read is not None
        assert part.proved
        found = model.decode(part.read)
        ((_, value),) = objective_values(aim.problem, Schedule(aim.problem, found))
        solution = decoder.decode(*put_in(plan, model.window, found))
        assert solution is not None
        assert violations(problem, solution) == []
        assert Plan(problem, solution).cost[1] == max(aim.floor, value)
        improved += value < aim.value
    assert improved > 3


@pytest.mark.parametrize("name", [*MAXIMA, *LARGER, *PASTS])
@pytest.mark.parametrize("behind", [0, 20])
def test_the_plan_is_a_solution_of_each_of_its_windows(name: str, behind: int) -> None:
    problem, rng = (MAXIMA | LARGER | PASTS)[name], np.random.default_rng(1)
    for _ in range(8):
        window = random_window(random_plan(problem, rng), rng, behind)
        assert violations(window.problem, window.incumbent) == []
        model = WindowModel(window, Stop())
        if model.possible:
            fixed = "num_workers: 1 fix_variables_to_their_hinted_value: true"
            assert driver.solve_part(model.variables.model, fixed, stop=Stop()).read is not None


def test_what_a_window_keeps_stays_in_its_sequence() -> None:
    problem, rng = MAXIMA["flexible"], np.random.default_rng(2)
    plan = random_plan(problem, rng)
    machines = np.arange(problem.num_machines) < 2
    window = Window(plan, Span(5, 20, 20, machines), problem.objective)
    model = WindowModel(window, Stop())
    part = driver.solve_part(model.variables.model, "num_workers: 1", stop=Stop(), seconds=10)
    assert part.read is not None
    solution = Decoder(problem).decode(*put_in(plan, window, model.decode(part.read)))
    assert solution is not None
    new = Plan(problem, solution)
    for k in np.flatnonzero(~machines):
        sequences = [p.sequence[p.machine[p.sequence] == k].tolist() for p in (plan, new)]
        assert sequences[0] == sequences[1]


def test_part_of_a_problem_that_has_no_solution() -> None:
    model = driver.Model()
    model.add(model.new_int_var(0, 1, "x") == 2)
    part = driver.solve_part(model, "num_workers: 1", stop=Stop())
    assert part.read is None
    assert part.proved


# --- the engine -------------------------------------------------------------------------------------


def test_micro_models(micro: Any) -> None:
    if missing := supports(micro.problem):
        with pytest.raises(schedsolve.Unsupported, match=missing[0]):
            schedsolve.solve(micro.problem, "rolling")
        return
    result = solve(micro.problem, 4)
    if micro.optimum is None:
        assert result.solution is None
    elif result.solution is not None:  # it starts from rules, which may find nothing
        assert values_of(result) >= micro.optimum, micro.sentence
        if not micro.problem.done.any():  # dispatchers keep the order of jobs also where the past did not
            assert values_of(result) == micro.optimum, micro.sentence


@pytest.mark.parametrize("seed", SEEDS)
def test_tiny_instances_never_below_the_optimum(seed: int, tiny: Any, oracle: Any) -> None:
    problem = tiny.tiny(seed)
    if supports(problem):
        return
    result = solve(problem, 4)
    if result.solution is not None:
        optimum = oracle.brute_force(problem)
        assert values_of(result) == optimum.values
        assert violations(problem, result.solution) == []


@pytest.mark.parametrize("name", LARGER)
def test_windows_improve_on_the_rules(name: str) -> None:
    problem = LARGER[name]
    rules = schedsolve.solve(problem, "dispatch", threads=1)
    result = solve(problem, 8)
    assert result.engine == "rolling"
    assert values_of(result) < values_of(rules)


def test_same_seed_same_windows_same_answer() -> None:
    problem = LARGER["flexible"]
    results = [solve(problem, 6, seed=3) for _ in range(2)]
    assert results[0].solution == results[1].solution
    assert results[0].engine == "rolling"


def test_two_threads_take_turns_at_one_plan() -> None:
    problem = LARGER["tardiness"]
    result = schedsolve.solve(problem, "rolling", threads=2, iterations=10, time_limit=60)
    assert values_of(result) < values_of(schedsolve.solve(problem, "dispatch", threads=1))


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 7, 16, 33, 64])
def test_more_threads_than_windows(threads: int, tiny: Any, oracle: Any) -> None:
    for seed in range(threads, 200, 23):
        problem = tiny.tiny(seed)
        if supports(problem):
            continue
        result = schedsolve.solve(problem, "rolling", threads=threads, iterations=2 * threads, time_limit=60)
        assert not [note for note in result.notes if not note.startswith("the past breaks rules")]
        if result.solution is not None:
            assert values_of(result) == oracle.brute_force(problem).values


def test_threads_end_with_the_last_open_level() -> None:
    """Each window of so small a shop is the whole: the first proof of a level takes the work from all others."""
    problem = jobshop(jobs=4, machines=4, seed=1, due_factor=1.1, objective="makespan,total_tardiness")
    for seed in range(5):
        result = schedsolve.solve(problem, "rolling", threads=16, seed=seed, time_limit=60)
        assert (result.notes, result.stopped_by) == ((), "iterations")


def test_it_goes_on_from_the_hint() -> None:
    problem = LARGER["pause"]
    first = solve(problem, 3)
    assert values_of(solve(problem, 3, seed=1, hint=first)) <= values_of(first)


def test_it_stops_when_asked() -> None:
    stop = Stop(time_limit=120)
    threading.Timer(1.5, stop.request, args=("interrupt",)).start()
    began = time.perf_counter()
    result = schedsolve.solve(LARGER["tardiness"], "rolling", threads=2, stop=stop)
    assert result.stopped_by == "interrupt"
    assert time.perf_counter() - began < 60


def test_it_names_what_it_does_not_model() -> None:
    assert supports(jobshop(jobs=2, machines=2, seed=0, blocking="swap")) == ["blocking=swap"]
    assert supports(jobshop(jobs=2, machines=2, seed=0, no_wait=True)) == ["no_wait"]
    assert supports(LARGER["pause"]) == []
