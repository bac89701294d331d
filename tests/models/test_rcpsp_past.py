"""What is reported of tasks that are done, and that no rule hides another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import schedsolve
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution, past_violations, violations
from schedsolve.models.record import FAR


def texts(found: list[Any]) -> set[str]:
    return {str(violation) for violation in found}


def past(**fields: Any) -> RCPSP:
    """Two tasks that were done at once, from 0 to 3 and from 1 to 3, before a third that takes 1."""
    return RCPSP(
        **{
            "mode_ptr": [0, 1, 2, 3],
            "duration": [3, 2, 1],
            "capacity": [1],
            "demand": [[1], [1], [1]],
            "fixed_start": [0, 1, None],
            "done": [True, True, False],
            "task_names": ("dig", "pour", "roof"),
            "resource_names": ("crew",),
        }
        | fields
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "capacity: crew holds 1, dig and pour ask for 2 in [1, 3)"),
        (
            {"budget": [3], "consumption": [[2], [2], [0]]},
            "budget: non-renewable resource 0 has a budget of 3, 4 are used up",
        ),
        (
            {"reservoir_initial": [1], "withdrawal": [[2], [0], [0]], "delivery": [[2], [0], [0]]},
            "reservoir_empty: reservoir 0 is at -1 in [0, 3), at least 0 allowed",
        ),
        (
            {"reservoir_initial": [1], "reservoir_maximum": [2], "delivery": [[2], [0], [0]]},
            f"reservoir_full: reservoir 0 is at 3 in [3, {FAR}), at most 2 allowed",
        ),
        (
            {"group_ptr": [0, 2], "group_task": [0, 1]},
            "overlap: dig and pour of group 0 overlap in [1, 3)",
        ),
        (
            {"link_from": [0], "link_to": [1]},
            "min_lag: pour starts at 1, dig ends at 3: -2 after it, at least 0 allowed",
        ),
        (
            {"optional": [True, True, False], "choice_ptr": [0, 2], "choice_task": [0, 1]},
            "choice: exactly one of dig and pour is to be done, 2 are",
        ),
    ],
)
def test_what_the_past_broke_is_told_and_no_solution_is_held_to_it(fields: dict[str, Any], told: str) -> None:
    problem = past(**fields)
    assert told in texts(past_violations(problem))
    assert violations(problem, RCPSPSolution(start=[0, 1, 4])) == []
    undone = replace(problem, done=[False] * 3)
    assert told in texts(violations(undone, RCPSPSolution(start=[0, 1, 4])))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"release": [2, 0, 0]}, "release: dig starts at 0, it is released at 2"),
        ({"deadline": [FAR, 2, FAR]}, "deadline: pour ends at 3, after its deadline 2"),
        (
            {"num_calendars": 1, "break_calendar": [0], "break_start": [2], "break_end": [4], "task_calendar": [0] * 3},
            "break: dig works in [0, 3), calendar 0 has a break in [2, 4)",
        ),
    ],
)
def test_windows_and_breaks_do_not_apply_to_what_is_done(fields: dict[str, Any], told: str) -> None:
    problem = past(capacity=[2], **fields)
    assert past_violations(problem) == []
    assert violations(problem, RCPSPSolution(start=[0, 1, 4])) == []
    undone = replace(problem, done=[False] * 3)
    assert told in texts(violations(undone, RCPSPSolution(start=[0, 1, 4])))


def test_a_past_that_kept_the_rules_or_that_is_not_known_is_not_told_of() -> None:
    assert past_violations(past(capacity=[2])) == []
    assert past_violations(past(done=[False] * 3)) == []
    modes = {"mode_ptr": [0, 2, 3, 4], "duration": [3, 3, 2, 1], "demand": [[1], [1], [1], [1]]}
    assert past_violations(past(**modes)) == []
    assert past_violations(past(**modes, fixed_mode=[0, -1, -1])) != []


def test_a_note_tells_the_first_case_of_each_rule() -> None:
    result = schedsolve.solve(past(link_from=[0], link_to=[1]), "dispatch")
    assert result.notes == (
        "the past breaks rules: min_lag: pour starts at 1, dig ends at 3: -2 after it, at least 0 allowed",
        "the past breaks rules: capacity: crew holds 1, dig and pour ask for 2 in [1, 3)",
    )
    assert schedsolve.solve(past(capacity=[2]), "dispatch").notes == ()


def test_who_is_not_done_is_held_to_what_the_past_exceeded() -> None:
    problem = past()
    assert texts(violations(problem, RCPSPSolution(start=[0, 1, 2]))) == {
        "capacity: crew holds 1, dig, pour and roof ask for 3 in [2, 3)"
    }


def test_a_task_under_way_makes_up_for_the_past() -> None:
    """What was delivered would not have fitted, had not what is under way taken as much before."""
    problem = past(
        reservoir_initial=[2], reservoir_maximum=[2], withdrawal=[[0], [0], [2]], delivery=[[2], [0], [0]],
        demand=[[0]] * 3, fixed_start=[0, 1, 1],
    )  # fmt: skip
    assert [broken.code for broken in past_violations(problem)] == ["reservoir_full"]
    assert violations(problem, RCPSPSolution(start=[0, 1, 1])) == []


def test_an_unknown_mode_hides_nothing_that_is_broken_all_the_same() -> None:
    problem = past(
        done=None,
        fixed_mode=[-1, -1, 0],
        release=[1, 0, 5],
        optional=[True, True, False],
        choice_ptr=[0, 2],
        choice_task=[0, 1],
        reservoir_initial=[0],
        withdrawal=[[0], [1], [0]],
        link_from=[1, 2],
        link_to=[2, 0],
        min_lag=[2, 9],
    )
    codes = [v.code for v in violations(problem, RCPSPSolution(start=[0, 1, 4], mode=[0, 0, 7]))]
    assert sorted(codes) == ["capacity", "choice", "fixed", "min_lag", "mode", "release", "release"]


def test_each_deadline_and_each_calendar_is_told_of() -> None:
    problem = RCPSP(
        mode_ptr=[0, 1],
        duration=[4],
        capacity=[1],
        demand=[[1]],
        deadline=[3],
        project_deadline=2,
        num_calendars=2,
        break_calendar=[0, 1],
        break_start=[1, 2],
        break_end=[2, 3],
        task_calendar=[0],
        resource_calendar=[1],
    )
    assert texts(violations(problem, RCPSPSolution(start=[0]))) == {
        "deadline: task 0 ends at 4, after its deadline 3",
        "deadline: task 0 ends at 4, after the project's deadline 2",
        "break: task 0 works in [0, 4), calendar 0 has a break in [1, 2)",
        "break: task 0 works in [0, 4), calendar 1 has a break in [2, 3)",
    }


def test_resources_without_limit() -> None:
    fields: dict[str, Any] = {"mode_ptr": [0, 1, 2], "duration": [2, 2], "demand": [[2, 9], [3, 9]]}
    problem = RCPSP(capacity=[3, None], **fields)
    assert problem.to_builtins()["capacity"] == [3, None]
    assert RCPSP.from_json(problem.to_json()) == problem
    assert problem.fingerprint == RCPSP(capacity=[3, FAR], **fields).fingerprint
    assert problem.fingerprint != RCPSP(capacity=[3, 18], **fields).fingerprint
    assert texts(violations(problem, RCPSPSolution(start=[0, 1]))) == {
        "capacity: resource 0 holds 3, task 0 and task 1 ask for 5 in [1, 2)"
    }
    limited = replace(problem, change_resource=[1], change_start=[1], change_end=[2], change_capacity=[17])
    assert "capacity: resource 1 holds 17, task 0 and task 1 ask for 18 in [1, 2)" in texts(
        violations(limited, RCPSPSolution(start=[0, 1]))
    )
