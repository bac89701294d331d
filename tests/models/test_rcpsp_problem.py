"""Projects: what the constructor refuses, what it makes equal, the builder, JSON."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.rcpsp.example import problem_and_solution
from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.rcpsp import RCPSP, ProjectBuilder, RCPSPSolution, Schedule, objective_values, violations
from schedsolve.models.rcpsp.objectives import discounted
from schedsolve.models.record import FAR

PLAIN: dict[str, Any] = {"mode_ptr": [0, 1, 3], "duration": [3, 4, 2], "capacity": [2], "demand": [[1], [1], [2]]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mode_ptr": [0]}, "mode_ptr: expected at least one task"),
        ({"mode_ptr": [0, 1, 2]}, "mode_ptr: must go from 0 to 3, the number of modes; goes 0 to 2"),
        ({"mode_ptr": [0, 0, 3]}, "mode_ptr: task 0 has no modes"),
        ({"duration": [3, -4, 2]}, "duration: mode 1: -4 is not 0 or more"),
        ({"duration": [3, 1.5, 2]}, "duration: index 1: 1.5 is no integer"),
        ({"capacity": [-1]}, "capacity: resource 0: -1 is not 0 or more"),
        ({"demand": [[1], [1]]}, "demand: expected shape (3, 1) (modes x renewable resources), got (2, 1)"),
        ({"demand": [[1], [1], [-2]]}, "demand: mode, resource 2, 0: -2 is not 0 or more"),
        ({"consumption": [[1], [1], [2]]}, "consumption: expected shape (3, 0)"),
        ({"budget": [-1]}, "budget: index 0: -1 is not 0 to"),
        ({"link_from": [0], "link_to": [2]}, "link_to: link 0: 2 is not 0 to 1"),
        ({"link_from": [0], "link_to": [0]}, "link_to: link 0: task 0 is linked with itself"),
        ({"link_from": [0], "link_to": [1], "link_kind": [4]}, "link_kind: link 0: 4 is not 0 to 3"),
        ({"link_from": [0], "link_to": [1, 0]}, "link_to: expected shape (1,) (links), got (2,)"),
        ({"release": [0, -1]}, "release: task 1: -1 is not 0 or more"),
        ({"change_resource": [1]}, "change_resource: change 0: 1 is not 0 to 0"),
        (
            {"change_resource": [0], "change_start": [4], "change_end": [4]},
            "change_end: change 0: ends at 4, not after",
        ),
        ({"group_ptr": [0, 2], "group_task": [1, 1]}, "group_task: group 0 names a task twice"),
        ({"group_ptr": [0, 3], "group_task": [0, 1]}, "group_ptr: must rise from 0 to 2"),
        ({"choice_ptr": [0, 2], "choice_task": [0, 1]}, "choice_task: task 0 is in a choice and not optional"),
        ({"task_calendar": [0, -1]}, "task_calendar: task 0: 0 is not -1 to -1"),
        ({"num_calendars": -1}, "num_calendars: expected 0 to 100,000"),
        ({"fixed_start": [-1, None]}, "fixed_start: task 0: -1 is negative"),
        ({"done": [True, False]}, "done: task 0 is done and needs a fixed start"),
        ({"fixed_mode": [1, -1]}, "fixed_mode: task 0 has 1 mode, none with index 1"),
        ({"fixed_mode": [-1, 2]}, "fixed_mode: task 1 has 2 modes, none with index 2"),
        ({"pause": [0, 2]}, "pause: task 1: 2 is not 0 to 1"),
        ({"project_deadline": -1}, "project_deadline: expected 0 or more, got -1"),
        ({"discount_rate": 0.1}, "discount_rate: expected 0 or more, got 0.1"),
        ({"task_names": ("a",)}, "task_names: expected 2 names, got 1"),
        ({"origin": "soon"}, 'origin: expected an ISO 8601 date, got "soon"'),
        ({"objective": "maximum_lateness"}, "objective: maximum_lateness needs at least one due date"),
    ],
)
def test_malformed_data_is_refused_by_name_and_index(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidProblem) as error:
        RCPSP(**PLAIN | fields)
    assert str(error.value).startswith(message)


def test_an_unknown_objective_gets_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean makespan"):
        RCPSP(**PLAIN, objective="makespam")


def test_what_cannot_be_done_can_be_stated() -> None:
    RCPSP(**PLAIN | {"capacity": [0]}, deadline=[1, 1], link_from=[0, 1], link_to=[1, 0])


def test_changes_of_capacity_are_sorted_disjoint_and_the_least() -> None:
    problem = RCPSP(
        **PLAIN,
        change_resource=[0, 0, 0, 0],
        change_start=[10, 0, 3, 20],
        change_end=[12, 5, 8, 30],
        change_capacity=[1, 1, 0, 2],
    )
    assert problem.changes(0).tolist() == [[0, 3, 1], [3, 8, 0], [10, 12, 1]]


def test_breaks_are_sorted_and_merged() -> None:
    problem = RCPSP(
        **PLAIN, num_calendars=2, break_calendar=[1, 0, 0, 0], break_start=[1, 9, 0, 2], break_end=[2, 10, 2, 4]
    )
    assert problem.breaks(0).tolist() == [[0, 4], [9, 10]]
    assert problem.breaks(0, 1).tolist() == [[0, 4], [9, 10]]
    assert problem.breaks(-1).tolist() == []


def test_value_semantics_and_json() -> None:
    problem, solution = problem_and_solution()
    for record in (problem, solution):
        assert type(record).from_json(record.to_json()) == record
        assert pickle.loads(pickle.dumps(record)) == record
        assert hash(record) == hash(type(record).from_json(record.to_json()))
    other = problem.with_settings(objective="total_cost", project_deadline=20)
    assert (other.objective, other.project_deadline) == (("total_cost",), 20)
    assert other.data_fingerprint != problem.data_fingerprint
    assert problem.with_settings(objective="total_cost").data_fingerprint == problem.data_fingerprint


def test_the_builder_says_all_of_the_model() -> None:
    plan = ProjectBuilder("all")
    plan.resource("crew", 3, calendar="week").change("crew", 4, 6, 1).budget("money", 9).reservoir("sand", 2, maximum=5)
    plan.calendar("week", [(5, 7)]).apart("bridge", "a", "b").one_of("b", "c")
    plan.task("a", 2, {"crew": 1, "money": 4, "sand": 2}, due=7, pause=True, calendar="week")
    plan.task("b").mode(3, {"crew": 2}, delivers={"sand": 1}, cost=8).mode(1, {"money": 5}).after(
        "a", lag=-1, at_most=4
    )
    plan.task("c", 1, fixed_start=2).after("a", kind="SF", lag=None, at_most=3)
    problem = plan.build(objective="total_tardiness,total_cost")
    assert problem.demand.tolist() == [[1], [2], [0], [0]]
    assert problem.consumption.tolist() == [[4], [0], [5], [0]]
    assert problem.withdrawal.tolist() == [[2], [0], [0], [0]]
    assert problem.delivery.tolist() == [[0], [1], [0], [0]]
    assert problem.cost.tolist() == [0, 8, 0, 0]
    assert problem.optional.tolist() == [False, True, True]
    assert (problem.min_lag.tolist(), problem.max_lag.tolist()) == ([-1, -FAR], [4, 3])
    assert problem.link_kind.tolist() == [0, 3]
    assert list(problem.groups()) == [[0, 1]]
    assert list(problem.choices()) == [[1, 2]]
    assert problem.calendars_of(0) == (0,)
    assert problem.task_calendar.tolist() == [0, -1, -1]
    assert problem.resource_calendar.tolist() == [0]
    assert problem.fixed_start.tolist() == [FAR, FAR, 2]


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        (lambda p: p.task("a", 1, {"crew": 1}), UnknownName, 'no resource "crew"'),
        (lambda p: p.task("a", 1).after("b"), UnknownName, 'no task "b"'),
        (lambda p: p.task("a", 1, calendar="x"), UnknownName, 'no calendar "x"'),
        (lambda p: p.task("a", 1, begin=3), UnknownName, 'no field of a task "begin"'),
        (lambda p: p.task("a", 1).after("a", kind="XX"), UnknownName, 'no kind of link "XX"'),
        (lambda p: p.task("a"), InvalidProblem, 'duration: task "a" has no mode'),
        (lambda p: (p.task("a", 1), p.task("a", 1)), InvalidProblem, 'task: "a" exists already'),
        (lambda p: p.resource("r", 1).budget("r", 1), InvalidProblem, 'resource: "r" exists already'),
    ],
)
def test_the_builder_refuses_unknown_names(state: Any, error: type[Exception], message: str) -> None:
    plan = ProjectBuilder()
    with pytest.raises(error) as raised:
        _ = state(plan), plan.build()
    assert message in str(raised.value)


def test_the_example_is_valid_and_lasts_twelve_days() -> None:
    problem, solution = problem_and_solution()
    assert violations(problem, solution) == []
    assert objective_values(problem, Schedule(problem, solution)) == [("makespan", 12)]


def test_discounting_is_exact_where_it_can_be() -> None:
    assert discounted(5, 0, 7) == 5000
    assert discounted(8, 1_000_000, 3) == 1000
    assert discounted(-8, 1_000_000, 3) == -1000
    values = [discounted(1000, 500, t) for t in range(0, 2000, 7)]
    exact = [1_000_000 / 1.0005**t for t in range(0, 2000, 7)]
    assert np.allclose(values, exact, atol=1.01)
    assert values == sorted(values, reverse=True)


def test_a_solution_of_another_length_is_told() -> None:
    problem, _ = problem_and_solution()
    (violation,) = violations(problem, RCPSPSolution(start=[0, 1]))
    assert (violation.code, violation.message) == ("shape", "2 starts given for 4 tasks")


def test_the_least_units_count_where_many_changes_overlap():
    rng = np.random.default_rng(7)
    for _ in range(200):
        count = int(rng.integers(1, 9))
        resource, start = rng.integers(0, 2, count), rng.integers(0, 15, count)
        end, units = start + rng.integers(1, 9, count), rng.integers(0, 5, count)
        problem = RCPSP(
            mode_ptr=[0, 1], duration=[1], capacity=[4, 3],
            change_resource=resource, change_start=start, change_end=end, change_capacity=units,
        )  # fmt: skip
        for r in range(2):
            mine = resource == r
            for time in range(25):
                given = units[mine & (start <= time) & (time < end)]
                known = [units for low, high, units in problem.changes(r).tolist() if low <= time < high]
                assert (known or [problem.capacity[r]])[0] == (given.min() if given.size else problem.capacity[r])


def test_a_matrix_that_is_left_out_is_not_made_where_it_would_fill_the_memory():
    with pytest.raises(InvalidProblem, match=r"demand: 9000 x 9000 \(modes x renewable resources\) is more than"):
        RCPSP(mode_ptr=[0, 9000], duration=[1] * 9000, capacity=[1] * 9000)


def test_each_task_that_overlaps_in_a_group_is_reported_once_with_the_one_that_reaches_furthest():
    problem = RCPSP(
        mode_ptr=np.arange(5), duration=[9, 2, 5, 1], capacity=[], group_ptr=[0, 4], group_task=[0, 1, 2, 3],
        done=[True, True, False, False], fixed_start=[0, 1, FAR, FAR],
    )  # fmt: skip
    found = violations(problem, RCPSPSolution(start=[0, 1, 2, 10]))
    assert [(v.things["task"], v.interval) for v in found if v.code == "overlap"] == [([0, 2], (2, 7))]
    many = 3000
    crowd = RCPSP(
        mode_ptr=np.arange(many + 1), duration=[1] * many, capacity=[], group_ptr=[0, many], group_task=np.arange(many)
    )
    assert len(violations(crowd, RCPSPSolution(start=[0] * many))) == many - 1
