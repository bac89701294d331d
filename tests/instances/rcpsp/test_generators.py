from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from schedsolve.instances.generators import GENERATORS, generator
from schedsolve.instances.generators.rcpsp.constraint_levels import CONTRADICTIONS
from schedsolve.instances.generators.rcpsp.hidden_schedule import hidden_schedule, random_order
from schedsolve.instances.generators.rcpsp.partial_order import PartialOrder, bits
from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.rcpsp import LINK_KINDS, OBJECTIVES, RCPSP, violations
from schedsolve.models.record import FAR

SIDE_CONDITIONS: list[dict[str, Any]] = [
    {},
    {"modes": 3, "nonrenewable": 2, "nonrenewable_strength": 0.0},
    {"lag_share": 0.6},
    {"working_time": 5, "pause_share": 0.3},
    {"change_share": 0.4},
    {"window_share": 1.0, "window_slack": 0},
    {"modes": 2, "lag_share": 0.4, "working_time": 6, "change_share": 0.2, "window_share": 0.5, "nonrenewable": 1},
]


def make(name: str, **values: Any) -> RCPSP:
    problem = GENERATORS[name](**values)
    assert isinstance(problem, RCPSP)
    return problem


def arcs(problem: RCPSP) -> list[tuple[int, int]]:
    return list(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True))


def closure(n: int, pairs: list[tuple[int, int]]) -> np.ndarray:
    """n x n: does the second come after the first, by Warshall's algorithm."""
    reach = np.zeros((n, n), dtype=bool)
    for i, j in pairs:
        reach[i, j] = True
    for k in range(n):
        reach |= reach[:, [k]] & reach[[k]]
    return reach


def hidden_solutions(monkeypatch: pytest.MonkeyPatch, module: str) -> list[Any]:
    """Collects the hidden schedule of every project that is generated from now on."""
    found: list[Any] = []

    def watch(*arguments: Any) -> Any:
        found.append(hidden_schedule(*arguments))
        return found[-1]

    monkeypatch.setattr(f"schedsolve.instances.generators.rcpsp.{module}.hidden_schedule", watch)
    return found


# --- the partial order ----------------------------------------------------------------------------


def test_partial_order_knows_what_follows_and_which_arcs_are_redundant():
    rng = np.random.default_rng(3)
    for _ in range(20):
        order, chosen = PartialOrder(12), []
        for i, j in rng.integers(0, 12, size=(40, 2)).tolist():
            if i < j and not order.ordered(i, j):
                to = closure(12, chosen) | np.eye(12, dtype=bool)
                assert order.makes_redundant(i, j) == any(to[a, i] and to[j, b] for a, b in chosen)
                order.add(i, j)
                chosen.append((i, j))
        reach = closure(12, chosen)
        assert [list(bits(mask)) for mask in order.after] == [np.flatnonzero(row).tolist() for row in reach]
        assert [list(bits(mask)) for mask in order.before] == [np.flatnonzero(row).tolist() for row in reach.T]
        assert order.pairs() == reach.sum()
        assert np.array_equal(closure(12, order.reduced()), reach)


# --- projects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("conditions", SIDE_CONDITIONS, ids=str)
def test_a_hidden_schedule_keeps_all_rules_of_a_project(conditions, monkeypatch):
    found = hidden_solutions(monkeypatch, "random")
    for seed in range(8):
        problem = make("project", tasks=20, seed=seed, **conditions)
        assert violations(problem, found[-1].solution()) == []
    if conditions.get("window_slack") == 0:
        assert np.array_equal(problem.release, np.where(problem.deadline < FAR, found[-1].start, 0))


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.7, 1.0])
def test_order_strength_and_no_redundant_arcs(strength):
    problem = make("project", tasks=25, order_strength=strength, seed=5)
    inner = [(i, j) for i, j in arcs(problem) if i > 0 and j < 26]
    reach = closure(27, inner)
    assert reach.sum() / (25 * 24 / 2) == pytest.approx(strength, abs=0.05)
    for i, j in inner:
        assert not np.any(reach[i] & reach[:, j]), "an arc that a path goes around"
    whole = closure(27, arcs(problem))
    assert whole[0, 1:].all()
    assert whole[:-1, 26].all()


def test_resource_factor_and_strength():
    problem = make("project", tasks=40, resources=5, resource_factor=0.4, seed=1)
    assert np.count_nonzero(problem.demand) == 0.4 * 40 * 5
    tight = make("project", tasks=40, resource_strength=0.0, seed=1)
    assert np.array_equal(tight.capacity, np.maximum(1, tight.demand.max(axis=0)))
    loose = make("project", tasks=40, resource_strength=1.0, seed=1)
    start = np.zeros(42, dtype=int)
    for i, j in sorted(arcs(loose)):
        start[j] = max(start[j], start[i] + loose.duration[i])
    for time in range(start[-1]):
        running = (start <= time) & (time < start + loose.duration)
        assert np.all(loose.demand[running].sum(axis=0) <= loose.capacity)


def test_shorter_modes_ask_for_more():
    problem = make("project", tasks=30, modes=4, nonrenewable=2, seed=2)
    for first, last in zip(problem.mode_ptr[:-1], problem.mode_ptr[1:], strict=True):
        assert np.all(np.diff(problem.duration[first:last]) >= 0)
        assert np.all(np.diff(problem.demand[first:last], axis=0) <= 0)
        assert np.all(np.diff(problem.consumption[first:last], axis=0) <= 0)
    assert np.diff(problem.mode_ptr).tolist() == [1, *[4] * 30, 1]


def test_lags_are_of_all_kinds_and_the_sink_follows_every_end():
    problem = make("project", tasks=60, lag_share=0.8, seed=4)
    assert set(problem.link_kind.tolist()) == set(range(len(LINK_KINDS)))
    assert 0.7 < np.mean(problem.max_lag[(problem.link_from > 0) & (problem.link_to < 61)] < FAR) <= 0.81
    assert np.all(problem.max_lag >= problem.min_lag)
    plain = set(problem.link_from[problem.link_kind == 0].tolist())
    assert set(range(61)) <= plain | set(problem.link_from[problem.link_to == 61].tolist())


def test_breaks_are_a_week_and_long_tasks_pause():
    problem = make("project", working_time=5, break_time=2, pause_share=0.0)
    assert problem.break_start[:3].tolist() == [5, 12, 19]
    assert problem.break_end[:3].tolist() == [7, 14, 21]
    assert np.array_equal(problem.pause, problem.duration > 5)
    assert make("project", working_time=5, pause_share=1.0).pause.all()


def test_each_quantity_is_drawn_from_its_own_stream():
    plain = make("project", seed=3).to_builtins()
    for conditions, fields in (
        ({"window_share": 0.5}, {"release", "deadline"}),
        ({"due_factor": 1.5}, {"due"}),
        ({"max_weight": 5}, {"weight"}),
        ({"change_share": 0.2}, {"change_resource", "change_start", "change_end", "change_capacity"}),
    ):
        other = make("project", seed=3, **conditions).to_builtins()
        assert {f for f in other if other[f] != plain.get(f)} == fields


# --- levels ---------------------------------------------------------------------------------------

ALL = {"downtime": 1.0, "windows": 1.0, "disjunctive": 1.0}


def test_levels_are_possible_and_build_upon_each_other(monkeypatch):
    found = hidden_solutions(monkeypatch, "constraint_levels")
    for seed in (0, 1):
        below: set[tuple[int, int]] = set()
        for level in (1, 7, 20, 38, 60):
            problem = make("levels", level=level, seed=seed, **ALL)
            assert violations(problem, found[-1].solution()) == []
            pairs = arcs(problem)
            assert len(pairs) == level
            assert below <= set(pairs)
            below = set(pairs)
            reach = closure(20, pairs)
            assert not any(np.any(reach[i] & reach[:, j]) for i, j in pairs)
            layer = np.arange(20) // 4
            assert all(layer[i] < layer[j] for i, j in pairs)
            assert len(problem.change_start)
            assert np.all(problem.change_capacity == 0)
            assert np.all(problem.deadline < FAR)
            assert len(list(problem.groups())) == max(1, level // 3)


@pytest.mark.parametrize("layers", [2, 3, 5, 6, 8, 10, 20])
def test_there_is_room_for_all_levels_in_any_number_of_layers(layers):
    for seed in range(6):
        assert len(arcs(make("levels", level=60, layers=layers, seed=seed))) == 60


def test_windows_get_tighter():
    widths = [np.mean(p.deadline - p.release - p.duration) for p in (make("levels", level=k, **ALL) for k in (1, 60))]
    assert widths[0] > 10
    assert widths[1] < 4


def test_probabilities_of_the_three_axes():
    none = make("levels", downtime=0.0, windows=0.0, disjunctive=0.0)
    assert not len(none.change_start)
    assert np.all(none.deadline == FAR)
    assert not len(none.group_task)
    some = [make("levels", seed=seed, downtime=0.5, windows=0.0, disjunctive=0.5) for seed in range(40)]
    assert 10 <= sum(len(p.change_start) > 0 for p in some) <= 30
    assert 10 <= sum(len(p.group_task) > 0 for p in some) <= 30


def test_migration_names_its_tasks_and_resources():
    problem = make("levels", flavour="migration")
    assert problem.resource_names == ("crew", "network", "forklift", "dock")
    assert problem.task_names[:5] == (
        "survey rack 1",
        "survey rack 2",
        "survey rack 3",
        "survey rack 4",
        "disconnect rack 1",
    )
    assert make("levels").fingerprint == problem.fingerprint


@pytest.mark.parametrize("kind", CONTRADICTIONS)
def test_a_contradiction_is_the_one_that_is_named(kind, monkeypatch):
    """The same seed without it is possible; with it, no schedule at all is: each kind proves it in its own way."""
    found = hidden_solutions(monkeypatch, "constraint_levels")
    for seed in range(5):
        plain = make("levels", seed=seed, **ALL)
        problem = make("levels", seed=seed, contradiction=kind, **ALL)
        assert violations(plain, found[-1].solution()) == []
        assert problem.name == f"{plain.name}-{kind}"
        assert is_impossible(problem, kind)
        assert not is_impossible(plain, kind)


def heads(problem: RCPSP) -> np.ndarray:
    head = problem.release.copy()
    for i, j in sorted(arcs(problem)):
        head[j] = max(head[j], head[i] + problem.duration[i])
    return head


def is_impossible(problem: RCPSP, kind: str) -> bool:
    match kind:
        case "window":
            return bool(np.any(problem.release + problem.duration > problem.deadline))
        case "chain":
            return bool(np.any(heads(problem) + problem.duration > problem.deadline))
        case "capacity":
            return bool(np.any(problem.demand > problem.capacity))
        case "circle":
            return bool(np.diag(closure(problem.num_tasks, arcs(problem))).any())
        case "pair":
            head, length = heads(problem), problem.duration
            return any(
                head[i] + length[i] + length[j] > problem.deadline[j]
                and head[j] + length[i] + length[j] > problem.deadline[i]
                for i, j in problem.groups()
            )
        case _:
            work = problem.duration @ problem.demand
            return bool(np.any(work > problem.capacity * problem.project_deadline))


# --- both -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "fingerprint"), [("project", "6aa2a6056ab10033"), ("levels", "df3834a0998be847")])
def test_a_seed_gives_the_same_problem_everywhere(name, fingerprint):
    assert make(name).fingerprint == fingerprint


@pytest.mark.parametrize("name", ["project", "levels"])
def test_another_seed_gives_another_problem(name):
    assert make(name, seed=1).fingerprint != make(name, seed=2).fingerprint
    assert generator(name).kind == "rcpsp"


def test_every_objective_can_be_asked_for():
    for objective in OBJECTIVES:
        assert make("project", tasks=3, objective=objective, due_factor=1.5).objective == (objective,)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("project", {"tasks": 0}, "tasks: expected 1 to 20000, got 0"),
        ("project", {"order_strength": 1.5}, "order_strength: expected 0 to 1, got 1.5"),
        ("project", {"min_duration": 0}, "min_duration: expected 1 or more, got 0"),
        ("project", {"min_duration": 9, "max_duration": 4}, "max_duration: expected 9 or more, got 4"),
        ("project", {"resources": -1}, "resources: expected 0 or more, got -1"),
        ("project", {"nonrenewable": -1}, "nonrenewable: expected 0 or more, got -1"),
        ("project", {"resource_strength": -0.1}, "resource_strength: expected 0 to 1, got -0.1"),
        ("project", {"modes": 0}, "modes: expected 1 or more, got 0"),
        ("project", {"working_time": 5, "break_time": 0}, "break_time: expected 1 or more, got 0"),
        ("project", {"change_share": 1.0}, "change_share: expected 0 to 0.95, got 1.0"),
        ("project", {"window_slack": -1}, "window_slack: expected 0 or more, got -1"),
        ("project", {"max_weight": 0}, "max_weight: expected 1 or more, got 0"),
        ("project", {"seed": -1}, "seed: expected 0 or more, got -1"),
        ("levels", {"tasks": 1}, "tasks: expected 2 to 5000, got 1"),
        ("levels", {"layers": 21}, "layers: expected 2 to 20, got 21"),
        ("levels", {"level": 500}, "level: 20 tasks in 5 layers have room for"),
        ("levels", {"flavour": "migration", "layers": 7}, "layers: expected 2 to 6, got 7"),
        ("levels", {"flavour": "migration", "resources": 5}, "resources: expected 1 to 4, got 5"),
        ("levels", {"level": 0, "contradiction": "circle"}, "circle needs a precedence"),
        ("levels", {"level": 0, "contradiction": "chain"}, "chain needs a precedence"),
    ],
)
def test_bad_values_are_refused_by_name(name, values, message):
    with pytest.raises(InvalidProblem, match=message):
        make(name, **values)


def test_unknown_names_get_the_nearest():
    with pytest.raises(UnknownName, match="did you mean circle"):
        make("levels", contradiction="circel")
    with pytest.raises(UnknownName, match="did you mean migration"):
        make("levels", flavour="migraton")


def test_the_options_name_every_contradiction():
    parameter = next(p for p in GENERATORS["levels"].parameters if p.name == "contradiction")
    assert parameter.choices == ("none", *CONTRADICTIONS)


def test_random_orders_keep_the_links():
    problem = make("project", tasks=40, seed=6)
    place = np.argsort(random_order(problem, np.random.default_rng(1)))
    assert np.all(place[problem.link_from] < place[problem.link_to])
