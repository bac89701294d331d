"""Why job shops are infeasible: conflicts are conflicts, minimal ones, and the changes that are said to help do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from schedsolve.instances.generators.jobshop.random import flexible, jobshop, openshop
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.explain.explain import explain
from schedsolve.solvers.explain.jobshop import explainer
from schedsolve.solvers.solve import solve

TIGHT = {
    "plain": jobshop(jobs=3, machines=3, seed=1, deadline_factor=1.0),
    "released": jobshop(jobs=3, machines=3, seed=2, deadline_factor=1.2, release_spread=0.5),
    "setups": jobshop(jobs=3, machines=2, seed=3, deadline_factor=1.1, max_setup=20),
    "downtime": jobshop(jobs=3, machines=2, seed=4, deadline_factor=1.05, downtime_share=0.3),
    "transport": flexible(jobs=3, machines=3, seed=5, deadline_factor=0.9, max_transport=30),
    "blocking": jobshop(jobs=3, machines=3, seed=6, deadline_factor=1.1, blocking="no_swap"),
    "no wait": jobshop(jobs=3, machines=3, seed=7, deadline_factor=1.1, no_wait=True),
    "open": openshop(jobs=3, machines=3, seed=8, deadline_factor=1.0),
}


def is_possible(problem: JobShop) -> bool:
    result = solve(replace(problem, objective=("makespan",)), time_limit=20, threads=1, target=2**53)
    assert result.status in ("OPTIMAL", "FEASIBLE", "INFEASIBLE")
    return result.solution is not None


@pytest.mark.parametrize("name", TIGHT)
def test_conflicts_are_minimal_and_changes_help(name: str) -> None:
    problem = TIGHT[name]
    assert not is_possible(problem), "the example is to have no solution"
    found = explain(problem, threads=1)
    assert (found.feasible, found.minimal, found.notes) == (False, True, ())
    shop = explainer(problem)
    conflict = list(found.conflict)
    universe = [item for item in shop.items() if item.code != "machine"]
    universe += shop.refined([item for item in shop.items() if item.code == "machine"])
    others = [item for item in universe if item not in conflict]
    assert not is_possible(shop.without(others))
    for item in conflict:
        assert is_possible(shop.without([*others, item])), item.words
    for change in found.relaxations:
        if change.amount is None:
            assert is_possible(shop.without([change.item]))
            continue
        step = shop.change(change.item)
        assert step is not None
        assert is_possible(step.problem(change.amount))
        assert change.amount == 1 or not is_possible(step.problem(change.amount - 1))


def test_giving_up_everything_leaves_a_solution() -> None:
    for problem in TIGHT.values():
        shop = explainer(problem)
        assert is_possible(shop.without(shop.items()))


def test_a_solvable_shop_is_said_to_be_solvable() -> None:
    found = explain(jobshop(jobs=3, machines=3, seed=1))
    assert found.feasible is True
    assert found.conflict == ()


def test_without_time_nothing_is_said() -> None:
    found = explain(jobshop(jobs=30, machines=15, seed=1, deadline_factor=0.5), time_limit=0.0)
    assert found.feasible is None


def test_a_job_that_is_too_long_for_its_dates_is_all_there_is_to_say() -> None:
    problem = JobShop.from_jobs(
        [[(0, 3), (1, 2)], [(1, 4), (0, 1)]], deadline=[6, 100], release=[2, 0], job_names=("A", "B")
    )
    found = explain(problem)
    assert [item.words for item in found.conflict] == [
        "A ends by 6",
        "A starts at 2 or later",
        "A does its operations in order",
    ]
    assert [(change.words, change.amount) for change in found.relaxations] == [
        ("the deadline of A: 1 later", 1),
        ("the release of A: 1 earlier", 1),
    ]


def test_a_decided_start_may_be_the_reason() -> None:
    problem = JobShop.from_jobs([[(0, 3), (1, 2)]], fixed_start=np.array([4, 5]))
    found = explain(problem)
    assert {item.code for item in found.conflict} == {"fixed_start", "job_order"}
