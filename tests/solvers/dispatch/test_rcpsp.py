"""Schedule generation schemes and rules of project scheduling: always valid, active or non-delay, exact dates."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from schedsolve.models.errors import UnknownName
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule, violations
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp import RULES, Params, Spec, run, supports
from schedsolve.solvers.dispatch.rcpsp.builder import Builder
from schedsolve.solvers.dispatch.rcpsp.compiling import PLAIN, Schemes, compiled_schemes
from schedsolve.solvers.dispatch.rcpsp.justification import latest_ends
from schedsolve.solvers.dispatch.rcpsp.modes import select
from schedsolve.solvers.dispatch.rcpsp.priority import Network
from schedsolve.solvers.dispatch.rcpsp.project import make_project
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

FAMILY = "rcpsp"
SPECS = [name + scheme for name in RULES for scheme in ("", ":parallel")]
ONCE = Params(justify=False)


def dispatch(problem: RCPSP, rule: str | None = None, *, seed: int = 0, params: Params = ONCE, **stop: Any) -> Progress:
    """The progress after a run of the engine; whatever it offered was valid."""
    limits = Stop(**stop)
    progress = Progress(problem, limits)
    run(problem, progress, limits, threads=1, seed=seed, params=params, rule=rule)
    assert not progress.notes
    return progress


def starts(problem: RCPSP, rule: str, **options: Any) -> list[int]:
    solution = dispatch(problem, rule, **options).solution
    assert solution is not None
    return solution.start.tolist()  # type: ignore[no-any-return]


def project(tasks: int, seed: int, **fields: Any) -> RCPSP:
    """Random tasks with random precedence on two resources."""
    rng = np.random.default_rng(seed)
    pairs = [(i, j) for j in range(tasks) for i in range(max(0, j - 6), j) if rng.random() < 0.25]
    ends = {"link_from": [i for i, _ in pairs], "link_to": [j for _, j in pairs]} if pairs else {}
    given = {
        "mode_ptr": np.arange(tasks + 1),
        "duration": rng.integers(0, 8, tasks),
        "capacity": [4, 5],
        "demand": rng.integers(0, 4, (tasks, 2)),
    }
    return RCPSP(**(given | ends | fields))


def builder(problem: RCPSP, schemes: Schemes = PLAIN) -> tuple[Builder, Network]:
    selection = select(problem, 0)
    assert selection is not None
    tables = make_project(problem, selection.fixed(problem))
    network = Network(problem, tables, selection.free(problem), 0)
    return Builder(problem, tables, selection, schemes, 0), network


# --- every rule on every feature ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_every_rule_gives_a_valid_schedule_or_none(seed: int, tiny: ModuleType) -> None:
    problem = tiny.tiny(seed)
    assert supports(problem) == []
    for spec in SPECS[seed % 3 :: 3]:
        dispatch(problem, spec)


def test_some_rule_solves_nearly_all_that_can_be_solved(tiny: ModuleType, oracle: ModuleType) -> None:
    problems = [tiny.tiny(seed) for seed in range(60)]
    unsolved = [problem for problem in problems if dispatch(problem).solution is None]
    assert sum(oracle.brute_force(problem) is not None for problem in unsolved) <= 1


@pytest.mark.parametrize("spec", SPECS)
def test_plain_projects_are_always_scheduled(spec: str) -> None:
    for seed in range(4):
        assert dispatch(project(25, seed), spec).solution is not None


def test_micro_models_are_solved_or_left(micro: Any) -> None:
    progress = dispatch(micro.problem, params=Params())
    if progress.values is not None:
        assert micro.optimum is not None
        assert progress.values >= micro.optimum


# --- what the schemes promise ---------------------------------------------------------------------


def fits_earlier(problem: RCPSP, start: list[int], task: int, time: int) -> bool:
    moved = [time if i == task else t for i, t in enumerate(start)]
    return not violations(problem, RCPSPSolution(start=moved))


@pytest.mark.parametrize("seed", range(6))
def test_serial_schedules_are_active(seed: int) -> None:
    problem = project(12, seed)
    start = starts(problem, "lft")
    for task in range(12):
        assert not any(fits_earlier(problem, start, task, time) for time in range(start[task]))


@pytest.mark.parametrize("seed", range(6))
def test_parallel_schedules_are_non_delay(seed: int) -> None:
    """No task could start before it does without regard to those that start later."""
    problem = project(12, seed)
    start = starts(problem, "mts:parallel")
    for task in range(12):
        for time in range(start[task]):
            begun = [i for i in range(12) if start[i] <= time or i == task]
            kept = [i for i in begun if i != task] + [task]
            index = {i: k for k, i in enumerate(kept)}
            pairs = zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)
            before = [i for i, j in pairs if j == task]
            if any(i not in index or start[i] + int(problem.duration[i]) > time for i in before):
                continue
            part = RCPSP(
                mode_ptr=np.arange(len(kept) + 1),
                duration=problem.duration[kept],
                capacity=problem.capacity,
                demand=problem.demand[kept],
            )
            moved = RCPSPSolution(start=[time if i == task else start[i] for i in kept])
            assert violations(part, moved)


@pytest.mark.parametrize("objective", ["makespan", "total_weighted_tardiness", "maximum_lateness", "tardy_tasks"])
def test_justification_never_harms(objective: str) -> None:
    rng = np.random.default_rng(1)
    better = 0
    for seed in range(25):
        due = rng.integers(5, 40, 20)
        problem = project(20, seed, objective=objective, due=due, release=rng.integers(0, 9, 20))
        make, network = builder(problem)
        order = make.order(network.values("random"))
        assert order is not None
        first = make.serial(order)
        assert first is not None
        latest = latest_ends(problem, first)
        assert latest is not None
        second = make.justified(first, latest)
        assert second is not None
        values = []
        for placed in (first, second):
            solution = make.solution(placed)
            assert not violations(problem, solution)
            values.append(family_value(problem, solution))
        assert values[1] <= values[0]
        better += values[1] < values[0]
    assert better > 5


def family_value(problem: RCPSP, solution: RCPSPSolution) -> int:
    from schedsolve.models.rcpsp import objective_values

    return objective_values(problem, Schedule(problem, solution))[0][1]


@pytest.mark.parametrize("seed", range(40))
def test_compiled_and_plain_schemes_agree(seed: int, tiny: ModuleType) -> None:
    problem = tiny.tiny(seed) if seed % 4 else project(40, seed)
    if select(problem, 0) is None:
        return
    (plain, network), (compiled, _) = builder(problem), builder(problem, compiled_schemes())
    for rule in ("lft", "random", "wrup"):
        key = network.values(rule)
        orders = plain.order(key), compiled.order(key)
        assert (orders[0] is None) == (orders[1] is None)
        if orders[0] is None:
            continue
        assert orders[0] == orders[1].tolist()
        assert placed_of(plain.serial(orders[0])) == placed_of(compiled.serial(orders[1]))
        if not plain.project.cyclic:
            worst_case = rule == "lft"
            assert placed_of(plain.parallel(key, worst_case=worst_case)) == placed_of(
                compiled.parallel(key, worst_case=worst_case)
            )


def placed_of(placed: Any) -> list[list[int]] | None:
    """Starts, ends and modes; the rest is working data."""
    return None if placed is None else np.array(placed).reshape(-1, 5)[:, :3].tolist()


def test_samples_repeat_themselves_by_seed() -> None:
    problem = project(30, 3)
    one, same, other = (dispatch(problem, seed=seed, iterations=100, params=Params()) for seed in (1, 1, 2))
    assert one.solution == same.solution
    assert one.values is not None
    assert other.values is not None


def test_iterations_count_schedules() -> None:
    progress = dispatch(project(30, 3), iterations=1, params=Params())
    assert len(progress.trace) == 1


def test_large_projects_have_a_first_answer_in_plain_python() -> None:
    problem = project(60, 5)
    progress = dispatch(problem, params=replace(ONCE, plain_tasks=10), iterations=1)
    assert progress.engine == "dispatch lft:onward"


@pytest.mark.parametrize("text", ["nope", "lft:active"])
def test_unknown_rules_and_schemes_are_named(text: str) -> None:
    with pytest.raises(UnknownName):
        Spec.parse(text)


# --- dates that a person would compute ------------------------------------------------------------


def line(*duration: int, **fields: Any) -> RCPSP:
    """Tasks one after the other."""
    n = len(duration)
    given = {"link_from": list(range(n - 1)), "link_to": list(range(1, n))} if n > 1 else {}
    return RCPSP(**({"mode_ptr": list(range(n + 1)), "duration": duration, "capacity": []} | given | fields))


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [("FS", 2, 6), ("FS", -1, 3), ("SS", 3, 3), ("FF", 1, 3), ("SF", 5, 3), ("SF", 1, 0)],
)
def test_least_lags_of_all_kinds(kind: str, lag: int, start: int) -> None:
    problem = line(4, 2, link_kind=[LINK_KINDS.index(kind)], min_lag=[lag])
    assert starts(problem, "lft") == starts(problem, "lft:parallel") == [0, start]


def test_breaks_stop_some_tasks_and_push_others() -> None:
    """Five days of work, a weekend, again; a task of 3 after one of 4."""
    week = {"num_calendars": 1, "break_calendar": [0, 0], "break_start": [5, 12], "break_end": [7, 14]}
    pausing = line(4, 3, task_calendar=[0, 0], pause=[True, True], **week)
    solution = dispatch(pausing, "lft").solution
    assert solution is not None
    assert Schedule(pausing, solution).end.tolist() == [4, 9]
    assert starts(line(4, 3, task_calendar=[0, 0], **week), "lft") == [0, 7]
    assert starts(line(5, 2, task_calendar=[0, -1], **week), "lft") == [0, 5]


def test_changes_of_capacity() -> None:
    """Two units, one in [3, 6): the two tasks that fit beside one another before must not reach into it."""
    problem = RCPSP(
        mode_ptr=[0, 1, 2],
        duration=[3, 4],
        capacity=[2],
        demand=[[1], [2]],
        change_resource=[0],
        change_start=[3],
        change_end=[6],
        change_capacity=[1],
    )
    assert starts(problem, "lft") == [0, 6]


@pytest.mark.parametrize("spec", ["fifo", "fifo:parallel"])
def test_nothing_comes_behind_what_has_no_end(spec: str) -> None:
    fields: dict[str, Any] = {"mode_ptr": [0, 1, 2], "duration": [2, 2], "capacity": [1], "demand": [[1], [1]]}
    fields |= {"link_from": [0], "link_to": [1], "min_lag": [1]}
    never: dict[str, Any] = {"change_resource": [0], "change_start": [3], "change_end": [FAR], "change_capacity": [0]}
    gone = RCPSP(**fields, **never)
    closed = RCPSP(
        **fields, num_calendars=1, break_calendar=[0], break_start=[3], break_end=[FAR], task_calendar=[0, 0]
    )
    assert dispatch(gone, spec).solution is dispatch(closed, spec).solution is None
    full = RCPSP(**fields, reservoir_initial=[0], reservoir_maximum=[1], delivery=[[2], [0]], **never)
    assert dispatch(full, spec).solution is None
    pausing = replace(closed, pause=[False, True])
    assert dispatch(pausing, spec).solution is None
    assert starts(replace(gone, change_start=[5]), spec) == [0, 3]


def test_disjunctive_groups() -> None:
    problem = RCPSP(mode_ptr=[0, 1, 2], duration=[3, 4], capacity=[], group_ptr=[0, 2], group_task=[0, 1])
    assert starts(problem, "fifo") == [0, 3]


def test_modes_end_first_and_keep_budgets() -> None:
    """Both tasks would be done in 1 if the budget allowed two fast ones."""
    problem = RCPSP(
        mode_ptr=[0, 2, 4], duration=[1, 4, 1, 3], capacity=[], budget=[5], consumption=[[4], [1], [4], [1]]
    )
    progress = dispatch(problem)
    assert progress.values == (3,)


def test_fixed_and_done_tasks_stay() -> None:
    problem = RCPSP(
        mode_ptr=[0, 1, 2, 3],
        duration=[4, 3, 2],
        capacity=[1],
        demand=[[1], [1], [1]],
        fixed_start=[-2, 4, FAR],
        done=[True, False, False],
    )
    assert starts(problem, "lft") == [-2, 4, 2]


def test_maximum_lags_push_earlier_tasks_back() -> None:
    """The second task waits for the resource; the first may start at most 5 before it."""
    problem = RCPSP(
        mode_ptr=[0, 1, 2, 3],
        duration=[2, 3, 8],
        capacity=[1],
        demand=[[0], [1], [1]],
        link_from=[0],
        link_to=[1],
        link_kind=[LINK_KINDS.index("SS")],
        max_lag=[5],
    )
    assert starts(problem, "lpt") == [3, 8, 0]


def test_a_missed_deadline_moves_a_task_forward() -> None:
    problem = RCPSP(mode_ptr=[0, 1, 2], duration=[3, 3], capacity=[1], demand=[[1], [1]], deadline=[FAR, 3])
    assert starts(problem, "fifo") == [3, 0]


def test_reservoirs_are_filled_before_they_are_emptied() -> None:
    problem = RCPSP(
        mode_ptr=[0, 1, 2],
        duration=[2, 3],
        capacity=[],
        reservoir_initial=[0],
        reservoir_maximum=[5],
        withdrawal=[[2], [0]],
        delivery=[[0], [2]],
    )
    assert starts(problem, "fifo") == starts(problem, "fifo:parallel") == [3, 0]


def test_a_task_of_no_length_takes_and_gives_at_once() -> None:
    problem = RCPSP(
        mode_ptr=[0, 1, 2],
        duration=[2, 0],
        capacity=[],
        link_from=[0],
        link_to=[1],
        reservoir_initial=[1],
        withdrawal=[[0], [2]],
        delivery=[[0], [1]],
    )
    assert starts(problem, "fifo") == starts(problem, "fifo:parallel") == [0, 2]


def test_optional_tasks_are_left_out_and_choices_met() -> None:
    problem = RCPSP(
        mode_ptr=[0, 1, 2, 3],
        duration=[5, 2, 4],
        capacity=[],
        optional=[True, True, True],
        choice_ptr=[0, 2],
        choice_task=[0, 1],
    )
    solution = dispatch(problem, "lft").solution
    assert solution is not None
    assert solution.left_out.tolist() == [True, False, True]
