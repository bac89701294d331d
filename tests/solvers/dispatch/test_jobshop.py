from __future__ import annotations

from dataclasses import replace
from statistics import mean
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.best_known import best_known
from schedsolve.instances.bundled import bundled
from schedsolve.models.errors import UnknownName, Unsupported
from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule, violations
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.jobshop import RULES, Params, Spec, kernel, run, supports
from schedsolve.solvers.dispatch.jobshop.compiling import compiled_dispatch
from schedsolve.solvers.dispatch.jobshop.shop import compiled, make_shop, make_state, plain
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

FAMILY = "jobshop"
SPECS = [name + mode for name in RULES for mode in ("", ":active")]


def dispatch(
    problem: JobShop, rule: str | None = None, *, seed: int = 0, params: Params | None = None, **stop: Any
) -> Any:
    """The progress after a run of the engine; whatever it offered was valid."""
    limits = Stop(**stop)
    progress = Progress(problem, limits)
    run(problem, progress, limits, threads=1, seed=seed, params=params or Params(), rule=rule)
    assert not progress.notes
    return progress


def makespan(problem: JobShop, rule: str, **options: Any) -> int:
    values = dispatch(problem, rule, **options).values
    assert values is not None
    return int(values[0])


def starts(problem: JobShop, rule: str, **options: Any) -> list[int]:
    return dispatch(problem, rule, **options).solution.start.tolist()  # type: ignore[no-any-return]


# --- every rule on every feature ------------------------------------------------------------------


def works_for_sure(problem: JobShop) -> bool:
    """Nothing is decided that might not be met, and no job needs a setup where it may not wait for one."""
    free = bool(np.all(problem.fixed_start == FAR) and np.all(problem.deadline == FAR))
    return free and not (problem.has_setups and (problem.no_wait or problem.blocking != "none"))


@pytest.mark.parametrize("seed", range(120))
def test_every_rule_makes_a_valid_schedule_of_any_problem(seed: int, tiny: ModuleType) -> None:
    problem = tiny.tiny(seed)
    assert supports(problem) == []
    jobwise = problem.permutation or problem.no_wait or problem.blocking != "none"
    for spec in SPECS:
        if jobwise or RULES[spec.split(":")[0]].needs != "jobs":
            progress = dispatch(problem, spec)
            assert progress.solution is not None or not works_for_sure(problem), spec


FEATURES: dict[str, dict[str, Any]] = {
    "plain": {},
    "no_wait": {"no_wait": True},
    "no_swap": {"blocking": "no_swap"},
    "swap": {"blocking": "swap"},
    "no_wait no_swap": {"no_wait": True, "blocking": "no_swap"},
    "open": {"open_shop": True},
    "open no_wait": {"open_shop": True, "no_wait": True},
    "open no_swap": {"open_shop": True, "blocking": "no_swap"},
}


@pytest.mark.parametrize("timed", [False, True], ids=["", "with times"])
@pytest.mark.parametrize("features", FEATURES.values(), ids=FEATURES)
def test_larger_shops(features: dict[str, Any], timed: bool) -> None:
    problem = bundled("la01").with_settings(**features)
    if timed:
        rng = np.random.default_rng(1)
        transport = rng.integers(0, 9, (5, 5))
        start = np.arange(0, 1500, 100)
        problem = replace(
            problem,
            release=rng.integers(0, 200, 10),
            transport=transport,
            downtime_machine=np.arange(15) % 5,
            downtime_start=start,
            downtime_end=start + 30,
            pause=True,
        )
    for spec in ("mwkr", "mwkr:active", "spt", "random:active"):
        assert dispatch(problem, spec).solution is not None


@pytest.mark.parametrize("seed", range(40))
def test_goes_on_from_a_frozen_past(seed: int, tiny: ModuleType) -> None:
    problem = replace(tiny.tiny(seed), fixed_start=None, fixed_machine=None, done=None, deadline=None)
    solution = dispatch(problem, "mwkr").solution
    if solution is None:
        assert not works_for_sure(problem)
        return
    schedule = Schedule(problem, solution)
    past = schedule.start < np.median(schedule.start)
    decided = {
        "fixed_start": np.where(past, schedule.start, FAR),
        "fixed_machine": np.where(past, schedule.machine, -1),
        "done": past,
    }
    again = dispatch(replace(problem, **decided))
    assert again.solution is not None
    assert np.all(again.solution.start[past] == solution.start[past])


# --- what the rules do ----------------------------------------------------------------------------


def test_published_and_known_values() -> None:
    assert makespan(bundled("ta71"), "spt") == 6232
    assert makespan(bundled("ta71"), "mwkr") == 6036
    assert makespan(bundled("ta71"), "mor") == 5938
    assert makespan(bundled("ta001"), "neh") == 1286


def test_mean_gap_of_most_work_remaining_on_taillards_instances() -> None:
    problems = [bundled(f"ta{i:02d}") for i in range(1, 81)]
    known = [best_known(problem) for problem in problems]
    gaps = [100 * (makespan(p, "mwkr") / k.upper - 1) for p, k in zip(problems, known, strict=True) if k is not None]
    assert len(gaps) == 80
    assert mean(gaps) == pytest.approx(19.6, abs=0.05)


ONE_MACHINE = JobShop.from_jobs(
    [[(0, 4)], [(0, 2)], [(0, 6)], [(0, 1)]], due=[9, 30, 12, 40], weight=[8, 1, 6, 1], release=[0, 0, 0, 0]
)


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("spt", [3, 1, 0, 2]),
        ("lpt", [2, 0, 1, 3]),
        ("mwkr", [2, 0, 1, 3]),
        ("lwkr", [3, 1, 0, 2]),
        ("mor", [0, 1, 2, 3]),
        ("lor", [0, 1, 2, 3]),
        ("fifo", [0, 1, 2, 3]),
        ("edd", [0, 2, 1, 3]),
        ("mdd", [0, 2, 1, 3]),
        ("slack", [0, 2, 1, 3]),
        ("s/ro", [0, 2, 1, 3]),
        # (9-0)/4 and 12/6: job 2; then (9-6)/4, 24/2, 34/1.
        ("cr", [2, 0, 1, 3]),
        ("wspt", [0, 2, 3, 1]),
        ("wsrpt", [0, 2, 3, 1]),
        # p/w is 1/2, 2, 1, 1 and P 3.25: logarithms plus slack/9.75 are -.18, 3.56, .62, 4; later 2 before 1.
        ("atc", [0, 2, 1, 3]),
        # w/p (1 - slack / 4p): 2 (1 - 5/16), 0, 1 (1 - 6/24), 0; what is left has 0 and goes by index.
        ("covert", [0, 2, 1, 3]),
    ],
)
def test_order_on_one_machine(rule: str, order: list[int]) -> None:
    assert np.argsort(starts(ONE_MACHINE, rule)).tolist() == order


def test_random_follows_the_seed() -> None:
    problem = bundled("la01")
    assert starts(problem, "random", seed=1) == starts(problem, "random", seed=1)
    assert starts(problem, "random", seed=1) != starts(problem, "random", seed=2)


def test_active_schedules_may_keep_a_machine_waiting() -> None:
    # Machine 1 could start job 1 at once; most work remaining waits for job 0, which comes before job 1 would end.
    problem = JobShop.from_jobs([[(0, 2), (1, 3), (0, 9)], [(1, 5)]])
    assert starts(problem, "mwkr") == [0, 5, 8, 0]
    assert starts(problem, "mwkr:active") == [0, 2, 5, 5]


def test_machine_choice_by_completion_then_by_duration() -> None:
    problem = JobShop.from_jobs([[[(0, 9), (1, 5)]], [[(1, 4), (0, 8)]]], num_machines=2)
    assert dispatch(problem, "fifo").solution == JobShopSolution(start=[0, 0], alternative=[1, 1])
    tie = JobShop.from_jobs([[(0, 3)], [[(0, 2), (1, 5)]]], num_machines=2)
    assert dispatch(tie, "fifo").solution == JobShopSolution(start=[0, 3], alternative=[0, 0])


def test_fits_between_downtimes_or_pauses() -> None:
    problem = JobShop.from_jobs([[(0, 4)]], downtime_machine=[0, 0], downtime_start=[2, 7], downtime_end=[4, 9])
    assert starts(problem, "spt") == [9]
    assert starts(problem.with_settings(pause=True), "spt") == [0]


def test_setups_count_from_the_neighbour_and_at_first() -> None:
    problem = JobShop.from_jobs(
        [[(0, 2)], [(0, 2)]], setup=[[[0, 5], [1, 0]]], initial_setup=[[3, 3]], objective=("total_setup_time",)
    )
    assert starts(problem, "fifo") == [3, 10]


def test_jobs_are_inserted_into_gaps_or_appended() -> None:
    problem = JobShop.from_jobs([[(0, 5), (1, 5)], [(1, 2)]], no_wait=True)
    assert starts(problem, "mwkr") == [0, 5, 10]
    assert starts(problem, "mwkr:active") == [0, 5, 0]


def test_blocking_jobs_hold_their_machines() -> None:
    # Job 1 would swap machines with job 0; the only way without it is one after the other.
    problem = JobShop.from_jobs([[(0, 3), (1, 3)], [(1, 3), (0, 3)]])
    swap, no_swap = (problem.with_settings(blocking=mode) for mode in ("swap", "no_swap"))
    assert makespan(swap, "neh") == 6
    assert makespan(no_swap, "neh") == 12


# --- the engine -----------------------------------------------------------------------------------


def test_best_is_no_worse_than_any_rule() -> None:
    problem = bundled("la16")
    best = dispatch(problem).values
    assert dispatch(problem, "best").values == best
    assert best == min(dispatch(problem, spec).values for spec in SPECS if not spec.startswith("neh"))


def test_names() -> None:
    assert str(Spec.parse("MWKR:active")) == "mwkr:active"
    with pytest.raises(UnknownName, match='no rule "mwk"; did you mean mwkr'):
        dispatch(bundled("ft06"), "mwk")
    with pytest.raises(UnknownName, match='"delay"'):
        dispatch(bundled("ft06"), "mwkr:delay")
    with pytest.raises(Unsupported, match="neh"):
        dispatch(bundled("ft06"), "neh")
    assert dispatch(bundled("ft06"), "mor").engine == "dispatch mor"


def test_the_first_schedule_is_finished_even_without_time() -> None:
    progress = dispatch(bundled("ta01"), time_limit=0.0)
    assert progress.solution is not None
    assert len(progress.trace) == 1


def test_iterations_count_schedules() -> None:
    first, more = (dispatch(bundled("ft10"), iterations=count) for count in (1, 5))
    assert first.values == dispatch(bundled("ft10"), "atc").values
    assert more.values == min(
        dispatch(bundled("ft10"), s).values for s in ("atc", "mwkr", "mwkr:active", "mor", "fifo")
    )


def test_deadlines_are_met_or_nothing_is_offered() -> None:
    problem = JobShop.from_jobs([[(0, 5)], [(0, 5)]], deadline=[FAR, 5])
    assert dispatch(problem, "fifo").solution is None
    assert starts(problem, "edd") == [5, 0]
    assert dispatch(problem).solution is not None


# --- plain and compiled ---------------------------------------------------------------------------

KERNEL_RULES = [rule for rule in RULES.values() if rule.needs != "jobs"]


@pytest.fixture(scope="module")
def machine_code() -> Any:
    return compiled_dispatch()


def operationwise(tiny: ModuleType, count: int) -> list[JobShop]:
    problems = (tiny.tiny(seed) for seed in range(10 * count))
    return [p for p in problems if not p.permutation and not p.no_wait and p.blocking == "none"][:count]


def test_plain_and_compiled_kernel_agree(machine_code: Any, tiny: ModuleType) -> None:
    problems = [*operationwise(tiny, 40), bundled("la16"), bundled("la01").with_settings(open_shop=True)]
    for problem in problems:
        shop, _ = make_shop(problem, 0)
        lists, arrays = plain(shop), compiled(shop)
        for rule in KERNEL_RULES:
            for active in (False, True):
                slow, fast = make_state(lists), make_state(arrays)
                assert kernel.dispatch(lists, slow, rule.code, active, [0])
                assert machine_code(arrays, fast, rule.code, active, np.zeros(1, dtype=np.uint8))
                assert slow.start == fast.start.tolist(), rule.name
                assert slow.choice == fast.choice.tolist(), rule.name


def test_large_problems_take_the_compiled_path_to_the_same_end(machine_code: Any) -> None:
    problem = bundled("la31")
    small = dispatch(problem)
    for plain_work in (0, 10**9):
        large = dispatch(problem, params=Params(plain_operations=10, plain_work=plain_work))
        assert large.values == small.values
        assert large.trace[0].who == "dispatch list"


def test_the_kernel_stops_when_asked(machine_code: Any) -> None:
    shop, _ = make_shop(bundled("ta71"), 0)
    arrays = compiled(shop)
    assert not machine_code(arrays, make_state(arrays), 0, False, np.ones(1, dtype=np.uint8))
    lists = plain(shop)
    assert not kernel.dispatch(lists, make_state(lists), 0, False, [1])


def test_checker_and_engine_share_the_objective() -> None:
    problem = bundled("ft06")
    solution = dispatch(problem, "mwkr").solution
    assert violations(problem, solution) == []
    assert Schedule(problem, solution).end.max() == makespan(problem, "mwkr") == 61
