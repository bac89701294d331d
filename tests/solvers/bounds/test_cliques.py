"""Sets of tasks that exclude one another, on projects where they can be seen."""

from __future__ import annotations

import numpy as np

from schedsolve.instances.generators.rcpsp.random import project as random_project
from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.bounds.rcpsp import bound
from schedsolve.solvers.bounds.rcpsp.cliques import cliques, disjunctive_pairs
from schedsolve.solvers.bounds.rcpsp.heads_tails import heads_tails

FOUR = RCPSP(
    mode_ptr=np.arange(6),
    duration=[4, 3, 2, 5, 0],
    capacity=[4, 4],
    demand=[[3, 0], [2, 2], [0, 3], [0, 2], [4, 4]],
    link_from=[0, 2],
    link_to=[2, 3],
)
"""0 and 1 by the first resource, 1 and 2 by the second, 0 before 2 before 3; 1 and 3 may overlap, 4 takes no time."""


def pairs_of(problem: RCPSP) -> set[tuple[int, int]]:
    w = heads_tails(problem)
    assert w is not None
    pairs = disjunctive_pairs(problem, w)
    assert np.array_equal(pairs, pairs.T)
    return {(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(pairs)), strict=True)}


def test_pairs_by_resources_and_paths() -> None:
    assert pairs_of(FOUR) == {(0, 1), (1, 2), (0, 2), (2, 3), (0, 3)}


def test_cliques_grow_by_the_longest_that_fits() -> None:
    w = heads_tails(FOUR)
    assert w is not None
    found = [clique.tolist() for clique in cliques(FOUR, w)]
    assert found == [[0, 2, 3], [0, 1, 2]]
    assert bound(FOUR) == [11]  # 0, 2, 3 one after the other


def test_a_clique_across_resources_bounds_what_neither_resource_does() -> None:
    problem = RCPSP(
        mode_ptr=np.arange(4), duration=[5, 5, 5], capacity=[3, 3, 3], demand=[[2, 2, 0], [2, 0, 2], [0, 2, 2]]
    )
    assert bound(problem) == [15]


def test_tasks_that_may_be_left_out_and_pairs_that_are_done_do_not_count() -> None:
    done = RCPSP(
        mode_ptr=np.arange(4),
        duration=[4, 3, 2],
        capacity=[],
        group_ptr=[0, 3],
        group_task=[0, 1, 2],
        done=[True, True, False],
        fixed_start=[0, 0, 2**53],
    )
    assert pairs_of(done) == {(0, 2), (1, 2)}
    optional = RCPSP(
        mode_ptr=np.arange(4), duration=[4, 3, 2], capacity=[], group_ptr=[0, 3], group_task=[0, 1, 2],
        optional=[False, True, False],
    )  # fmt: skip
    assert pairs_of(optional) == {(0, 2)}


def test_pairs_never_overlap_in_a_schedule() -> None:
    from schedsolve.solvers.solve import solve

    for seed in range(5):
        problem = random_project(tasks=12, seed=seed)
        result = solve(problem, "dispatch", time_limit=None)
        start = result.solution.start
        end = start + problem.duration[problem.mode_ptr[:-1] + result.solution.mode]
        for i, j in pairs_of(problem):
            assert end[i] <= start[j] or end[j] <= start[i]
