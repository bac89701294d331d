"""Bounds of projects: hand-made cases, and never above an optimum (tests/solvers/test_agreement.py)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.bounds.rcpsp import bound
from schedsolve.solvers.bounds.rcpsp.heads_tails import heads_tails
from schedsolve.solvers.bounds.rcpsp.objectives import past_is_kept


def project(durations: list[int], **fields: Any) -> RCPSP:
    fields = {"capacity": [], **fields}
    return RCPSP(mode_ptr=np.arange(len(durations) + 1), duration=durations, **fields)


def links(*rows: tuple[int, int, int, int]) -> dict[str, list[int]]:
    """From, to, kind, least lag."""
    names = ("link_from", "link_to", "link_kind", "min_lag")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


@pytest.mark.parametrize(
    ("rows", "makespan"),
    [
        ([(0, 1, 0, 0)], 7),
        ([(0, 1, 0, 2)], 9),
        ([(0, 1, 1, 2)], 6),
        ([(0, 1, 2, 3)], 6),
        ([(0, 1, 3, 6)], 6),
        ([(0, 1, 0, 0), (1, 2, 0, -1)], 11),
    ],
)
def test_the_longest_path_through_all_kinds_of_links(rows: list[tuple[int, int, int, int]], makespan: int) -> None:
    durations = [3, 4] if len(rows) == 1 else [3, 4, 5]
    assert bound(project(durations, **links(*rows))) == [makespan]


def test_a_greatest_lag_is_an_arc_back() -> None:
    problem = project([3, 4, 5], release=[0, 10, 0], **links((0, 1, 0, 0)), max_lag=[2])
    w = heads_tails(problem)
    assert w is not None
    assert w.head.tolist() == [5, 10, 0]


def test_a_circle_of_positive_length_has_no_bound() -> None:
    assert bound(project([3, 4], **links((0, 1, 0, 0), (1, 0, 0, -6)))) == [None]
    assert bound(project([3, 4], **links((0, 1, 0, 0), (1, 0, 0, -7)))) == [7]


def test_breaks_push_tasks_and_lengthen_those_that_pause() -> None:
    calendar = {"num_calendars": 1, "break_calendar": [0, 0], "break_start": [2, 8], "break_end": [5, 9]}
    problem = project([3, 3, 4], task_calendar=[0, 0, 0], pause=[False, True, True], **calendar, **links((1, 2, 0, 0)))
    w = heads_tails(problem)
    assert w is not None
    assert w.head.tolist() == [5, 0, 6]
    assert w.end.tolist() == [8, 6, 11]


def test_energy_between_heads_and_tails() -> None:
    """Three times 2 units for 6 keep 4 units busy for 9, behind a head of 1 and before a tail of 2."""
    problem = project(
        [1, 6, 6, 6, 2],
        capacity=[4],
        demand=[[0], [2], [2], [2], [0]],
        **links(*[(0, i, 0, 0) for i in (1, 2, 3)], *[(i, 4, 0, 0) for i in (1, 2, 3)]),
    )
    assert bound(problem) == [1 + 9 + 2]


def test_energy_of_a_resource_that_is_away_for_a_while() -> None:
    away = {"change_resource": [0], "change_start": [2], "change_end": [10], "change_capacity": [0]}
    assert bound(project([2, 2], capacity=[2], demand=[[2], [2]], **away)) == [12]


def test_tasks_that_exclude_one_another_queue() -> None:
    assert bound(project([3, 4, 5], group_ptr=[0, 3], group_task=[0, 1, 2])) == [12]
    assert bound(project([3, 4, 5], capacity=[3], demand=[[2], [2], [2]])) == [12]
    assert bound(project([3, 4, 5], capacity=[3], demand=[[3], [2], [1]])) == [8]


def test_modes_count_with_their_least() -> None:
    problem = RCPSP(
        mode_ptr=[0, 2, 3],
        duration=[5, 3, 4],
        capacity=[1],
        demand=[[0], [1], [1]],
        cost=[2, 7, 1],
        objective="makespan,total_cost",
    )
    assert bound(problem) == [4, 3]


def test_optional_tasks_do_not_count() -> None:
    assert bound(project([9, 2], optional=[True, False])) == [2]


@pytest.mark.parametrize(
    ("objective", "fields", "value"),
    [
        ("total_completion_time", {}, 10),
        ("total_weighted_completion_time", {"weight": [2, 1]}, 13),
        ("total_tardiness", {"due": [1, 9]}, 2),
        ("maximum_lateness", {"due": [1, 9]}, 2),
        ("tardy_tasks", {"due": [1, 9]}, 1),
        ("net_present_value", {"cash_flow": [5, -2]}, -3000),
        ("net_present_value", {"cash_flow": [5, -2], "discount_rate": 1_000_000}, -625),
        ("resource_levelling", {"capacity": [3], "demand": [[2], [1]]}, 16),
        ("resource_overload", {"capacity": [3], "demand": [[2], [1]], "resource_target": [1]}, 3),
        ("resource_investment", {"capacity": [3], "demand": [[2], [1]], "resource_cost": [4]}, 8),
    ],
)
def test_other_objectives(objective: str, fields: dict[str, Any], value: int) -> None:
    assert bound(project([3, 4], objective=objective, **links((0, 1, 0, 0)), **fields)) == [value]


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, False),
        ({"change_resource": [0], "change_start": [0], "change_end": [4], "change_capacity": [2]}, True),
        ({"change_resource": [0], "change_start": [0], "change_end": [2], "change_capacity": [2]}, False),
        ({"fixed_start": [0, 3]}, True),
    ],
)
def test_the_past_is_held_to_what_there_was_at_its_time(fields: dict[str, Any], kept: bool) -> None:
    """Two tasks of three units of time, with one unit of the resource each, of which there is one."""
    given = {"fixed_start": [0, 1], **fields}
    problem = project([3, 3], capacity=[1], demand=[[1], [1]], done=[True, True], **given)
    assert past_is_kept(problem, 0) == kept
