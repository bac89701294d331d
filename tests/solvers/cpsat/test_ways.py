"""Modes and horizon against the checker's own reading of downtime."""

from __future__ import annotations

import random

import numpy as np
import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule, violations
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.jobshop.horizon import safe_horizon
from schedsolve.solvers.cpsat.jobshop.ways import ways

HORIZON = 40


def one_operation(seed: int, *, pause: bool) -> JobShop:
    r = random.Random(seed)
    starts = [r.randint(0, 20) for _ in range(r.randint(1, 4))]
    return JobShop.from_jobs(
        [[(0, r.randint(0, 6))]],
        release=[r.randint(0, 3)],
        deadline=[r.choice([FAR, 25])],
        downtime_machine=[0] * len(starts),
        downtime_start=starts,
        downtime_end=[s + r.randint(1, 4) for s in starts],
        pause=pause,
    )


@pytest.mark.parametrize("pause", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_ways_are_the_starts_that_the_checker_accepts(seed: int, pause: bool) -> None:
    problem = one_operation(seed, pause=pause)
    downtimes = {0: [(a, b) for a, b in problem.downtimes(0).tolist()]}
    ends = {
        start: start + way.length
        for way in ways(problem, 0, HORIZON, downtimes)
        for low, high in way.starts
        for start in range(low, high + 1)
    }
    expected = {}
    for start in range(HORIZON + 1):
        solution = JobShopSolution(start=np.array([start]))
        end = int(Schedule(problem, solution).end[0])
        if end <= HORIZON and not violations(problem, solution):
            expected[start] = end
    assert ends == expected


def test_a_done_operation_has_one_way_whatever_the_rules() -> None:
    problem = JobShop.from_jobs(
        [[(0, 3)]],
        release=[5],
        fixed_start=[1],
        done=[True],
        downtime_machine=[0],
        downtime_start=[2],
        downtime_end=[3],
    )
    (way,) = ways(problem, 0, 10, {0: [(2, 3)]})
    assert (way.length, way.starts) == (3, [(1, 1)])


def test_only_downtime_that_work_can_reach_moves_the_horizon() -> None:
    def horizon(*down: tuple[int, int]) -> int:
        return safe_horizon(
            JobShop.from_jobs(
                [[(0, 4)], [(0, 6)]],
                downtime_machine=[0] * len(down),
                downtime_start=[a for a, _ in down],
                downtime_end=[b for _, b in down],
            )
        )

    assert horizon() == 10
    assert horizon((9, 20)) == 30
    assert horizon((10, 20)) == 10
    assert horizon((9, 20), (29, 35)) == 45
    assert horizon((5, FAR)) == 10


def test_the_horizon_holds_releases_fixed_starts_setups_and_transport() -> None:
    problem = JobShop.from_jobs(
        [[(0, 4), (1, 2)], [(0, 6)]],
        release=[3, 7],
        fixed_start=[FAR, FAR, 20],
        setup=[[[1, 5], [0, 0]]] * 2,
        initial_setup=[[2, 3]] * 2,
        transport=[[0, 8], [0, 0]],
    )
    assert safe_horizon(problem) == (20 + 6) + (4 + 2 + 6) + 3 * 8 + 3 * 5
