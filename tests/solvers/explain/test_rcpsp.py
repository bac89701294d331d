"""Why projects are infeasible: conflicts are conflicts, minimal ones, and the changes that are said to help do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.generators.rcpsp.constraint_levels import CONTRADICTIONS, levels
from schedsolve.models.rcpsp import RCPSP, ProjectBuilder
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat import driver
from schedsolve.solvers.explain.explain import explain
from schedsolve.solvers.explain.explanation import Explanation, Item
from schedsolve.solvers.explain.rcpsp.constraints import explainer
from schedsolve.solvers.solve import solve
from schedsolve.solvers.stop import Stop


def is_possible(problem: RCPSP) -> bool:
    result = solve(replace(problem, objective=("makespan",)), "cpsat", time_limit=20, threads=1, target=2**53)
    assert result.status in ("OPTIMAL", "FEASIBLE", "INFEASIBLE")
    return result.solution is not None


def check(problem: RCPSP, found: Explanation) -> None:
    """The conflict cannot hold, without any one of its items it can, and the changes are the least that help."""
    assert (found.feasible, found.minimal, found.notes) == (False, True, ())
    project, conflict = explainer(problem), list(found.conflict)
    universe = project.refined(project.items())
    assert set(conflict) <= set(universe)
    others = [item for item in universe if item not in conflict]
    assert not is_possible(project.without(others))
    for item in conflict:
        assert is_possible(project.without([*others, item])), item.words
    for change in found.relaxations:
        if change.amount is None:
            assert is_possible(project.without([change.item]))
            continue
        step = project.change(change.item)
        assert step is not None
        assert is_possible(step.problem(change.amount))
        assert change.amount == 1 or not is_possible(step.problem(change.amount - 1))


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_each_injected_contradiction_is_explained(contradiction: str) -> None:
    problem = levels(level=25, seed=3, contradiction=contradiction)
    found = explain(problem, threads=1)
    check(problem, found)
    assert len(found.conflict) <= 12


def project(**fields: Any) -> RCPSP:
    """Three tasks in a row of 2, 3 and 4 with a crew of 2."""
    plan = ProjectBuilder("three")
    plan.resource("crew", 2).budget("money", 5).reservoir("sand", 1)
    plan.task("dig", 2, {"crew": 1}).after("order", lag=None, at_most=None)
    plan.task("order", 1)
    plan.task("pour", 3, {"crew": 2, "money": 2}).after("dig")
    plan.task("roof", 4, {"crew": 1, "money": 3}).after("pour", at_most=5)
    return replace(plan.build(), **fields)


@pytest.mark.parametrize(
    ("fields", "conflict", "changes"),
    [
        (
            {"project_deadline": 8},
            {"all ends by 8", "pour starts after dig has ended", "roof starts after pour has ended"},
            {"the end of all later by 1, at 9"},
        ),
        (
            {"deadline": [5, None, 4, None]},
            {"pour ends by 4", "pour starts after dig has ended"},
            {"the deadline of pour: 1 later"},
        ),
        (
            {"release": [0, 0, 0, 20], "deadline": [None, None, 12, None]},
            {"pour ends by 12", "roof starts at 20 or later", "roof starts at most 5 after pour ends"},
            {
                "the deadline of pour: 3 later",
                "the release of roof: 3 earlier",
                'the lag in "roof starts at most 5 after pour ends": 3 more',
            },
        ),
        (
            {"capacity": [1]},
            {"pour needs 2 of crew, which has 1"},
            {"1 more of crew, at all times"},
        ),
        (
            {"budget": [4]},
            {"money has a budget of 4"},
            {"the budget of money: 1 more"},
        ),
        (
            {"fixed_start": [None, None, 1, None]},
            {"pour starts at 1", "pour starts after dig has ended"},
            {'give up "pour starts at 1"', 'give up "pour starts after dig has ended"'},
        ),
    ],
)
def test_conflicts_in_words(fields: dict[str, Any], conflict: set[str], changes: set[str]) -> None:
    problem = project(**fields)
    found = explain(problem, threads=1)
    check(problem, found)
    assert {item.words for item in found.conflict} == conflict
    assert {change.words for change in found.relaxations} == changes


def test_links_in_a_circle() -> None:
    plan = ProjectBuilder()
    plan.task("a", 2).after("c", kind="SS", lag=-3)
    plan.task("b", 2).after("a")
    plan.task("c", 2).after("b")
    plan.task("d", 2).after("c")
    found = explain(plan.build(), threads=1)
    check(plan.build(), found)
    assert {item.words for item in found.conflict} == {
        "c starts at most 3 after a starts",
        "b starts after a has ended",
        "c starts after b has ended",
    }


def test_links_in_a_circle_of_length_0_before_a_deadline() -> None:
    plan = ProjectBuilder()
    plan.task("x", 4, release=1)
    plan.task("a", 2).after("b", kind="SS", lag=-3).after("x")
    plan.task("b", 2, deadline=9).after("a", kind="SS", lag=3)
    found = explain(plan.build(), threads=1)
    check(plan.build(), found)
    assert {item.words for item in found.conflict} == {
        "b ends by 9",
        "x starts at 1 or later",
        "a starts after x has ended",
        "b starts at least 3 after a starts",
    }


def test_more_work_between_two_dates_than_can_be_done() -> None:
    plan = ProjectBuilder()
    plan.resource("crew", 2)
    for name, release in (("a", 2), ("b", 2), ("c", 3), ("late", 0)):
        plan.task(name, 3, {"crew": 1}, release=release, deadline=7 if name < "late" else None)
    plan.task("d", 2, {"crew": 2}, release=4, deadline=6)
    problem = replace(plan.build(), change_resource=[0], change_start=[0], change_end=[3], change_capacity=[1])
    items = {item.words for check in explainer(problem).checks() for item in check}
    assert items == {
        "crew has a capacity of 2, other at times",
        *(f"{name} ends by {deadline}" for name, deadline in (("d", 6), ("a", 7), ("b", 7))),
        *(f"{name} starts at {release} or later" for name, release in (("d", 4), ("a", 2), ("b", 2))),
    }
    found = explain(problem, threads=1)
    check(problem, found)


def test_a_reservoir_that_holds_too_much_at_the_outset() -> None:
    problem = project(reservoir_maximum=[0])
    found = explain(problem, threads=1)
    check(problem, found)
    assert [item.words for item in found.conflict] == ["sand, 1 at the outset, stays between 0 and 0"]


def test_what_was_done_takes_part_in_conflicts() -> None:
    without_links: dict[str, Any] = {f"link_{name}": [] for name in ("from", "to", "kind")}
    without_links |= {"min_lag": [], "max_lag": []}
    problem = project(fixed_start=[0, None, 1, None], done=[True, False, False, False], **without_links)
    found = explain(problem, threads=1)
    check(problem, found)
    assert {item.words for item in found.conflict} == {
        "dig needs 1 of crew, which has 2",
        "pour needs 2 of crew, which has 2",
        "pour starts at 1",
    }
    assert [change.words for change in found.relaxations] == ["1 more of crew, at all times"]
    assert explain(replace(problem, done=[True, False, True, False]), threads=1).feasible


def test_a_resource_without_limit_is_in_no_conflict() -> None:
    problem = project(capacity=[None], project_deadline=8)
    assert not any(item.code == "capacity" for item in explain(problem, threads=1).conflict)
    changed = {"change_resource": [0], "change_start": [0], "change_end": [4], "change_capacity": [1]}
    found = explain(project(capacity=[None], deadline=[None, None, 6, None], **changed), threads=1)
    assert "pour needs 2 of crew, which has no limit but at times" in {item.words for item in found.conflict}


def test_a_later_end_does_not_help_where_a_resource_goes_for_ever() -> None:
    never = {"change_resource": [0], "change_start": [5], "change_end": [FAR], "change_capacity": [0]}
    problem = project(project_deadline=20, **never)
    found = explain(problem, threads=1)
    check(problem, found)
    assert "1 more of crew, at all times" in {change.words for change in found.relaxations}
    assert "project_deadline" not in {change.item.code for change in found.relaxations}


def test_breaks_reservoirs_choices_and_groups_take_part() -> None:
    plan = ProjectBuilder()
    plan.reservoir("sand", 1).calendar("week", [(2, 9)]).apart("bridge", "long", "other")
    plan.task("long", 3, calendar="week", deadline=11)
    plan.task("other", 3, calendar="week", deadline=12)
    problem = plan.build()
    found = explain(problem, threads=1)
    check(problem, found)
    assert {item.code for item in found.conflict} == {"calendar", "deadline"}
    plan = ProjectBuilder()
    plan.reservoir("sand", 1)
    plan.task("x").mode(1, {"sand": 1})
    plan.task("y").mode(1, {"sand": 1})
    plan.task("z").mode(1, delivers={"sand": 1}).after("x").after("y")
    found = explain(plan.build(), threads=1)
    check(plan.build(), found)
    assert "reservoir" in {item.code for item in found.conflict}


def test_giving_up_everything_leaves_a_solution() -> None:
    for contradiction in CONTRADICTIONS:
        problem = explainer(levels(level=25, seed=4, contradiction=contradiction))
        assert is_possible(problem.without(problem.items()))


def test_a_core_is_a_conflict() -> None:
    for seed in range(5):
        problem = levels(level=30, seed=seed, contradiction="chain")
        this = explainer(problem)
        items = this.refined(this.items())
        core = this.core(items, Stop(), 20.0)
        assert core is not None
        assert not is_possible(this.without([item for item in items if item not in core]))


def test_without_memory_for_a_core_there_is_a_conflict_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError("CP-SAT was stopped")

    monkeypatch.setattr(driver, "conflicting", fail)
    problem = levels(level=30, seed=1, contradiction="chain")
    check(problem, explain(problem))


def test_a_solvable_project_is_said_to_be_solvable() -> None:
    assert explain(levels(level=25, seed=3)).feasible is True


def test_items_compare_by_what_they_are_about() -> None:
    assert Item("link", {"link": 1}, "a") == Item("link", {"link": 1}, "b")
    assert len(np.unique([hash(Item("link", {"link": 1}, words)) for words in "ab"])) == 1
