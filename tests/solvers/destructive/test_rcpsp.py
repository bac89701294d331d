"""Destructive improvement: never above an optimum, and above what closed forms say where that is not tight."""

from __future__ import annotations

import numpy as np

from schedsolve.instances.generators.rcpsp.random import project
from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.bounds.rcpsp import bound
from schedsolve.solvers.destructive.rcpsp import Params, run, supports
from schedsolve.solvers.dispatch import rcpsp as rules
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.solve import solve
from schedsolve.solvers.stop import Stop


def improved(problem: RCPSP, *, rule: str | None = "lft", stop: Stop | None = None) -> Progress:
    stop = stop or Stop()
    progress = Progress(problem, stop)
    progress.raise_standing_bounds(bound(problem), "bound")
    if rule is not None:
        rules.run(problem, progress, Stop(), threads=1, seed=0, params=rules.Params(justify=False), rule=rule)
    run(problem, progress, stop, threads=1, seed=0, params=Params(work=1.0))
    return progress


def test_bounds_rise_to_the_optimum_and_no_further() -> None:
    raised = 0
    for seed in range(12):
        problem = project(tasks=18, order_strength=0.3, resource_strength=0.2, seed=seed)
        before, optimum = bound(problem)[0], solve(problem, "cpsat", time_limit=None, threads=1).objective
        after = improved(problem)
        assert before is not None
        assert after.bounds[0] == optimum
        assert after.values == (optimum,)  # found at the last horizon, or by the rule before
        raised += optimum > before
    assert raised >= 3


def test_without_a_schedule_there_is_no_end_to_the_bounds() -> None:
    problem = RCPSP(mode_ptr=np.arange(4), duration=[3, 3, 3], capacity=[1], demand=[[1], [1], [1]], deadline=[5, 5, 5])
    assert improved(problem, rule=None).bounds == bound(problem)


def test_it_stops_when_told_to() -> None:
    problem = project(tasks=30, resource_strength=0.1, seed=1)
    stop = Stop(time_limit=0.0)
    assert improved(problem, stop=stop).bounds == bound(problem)


def test_only_the_makespan() -> None:
    assert supports(RCPSP(mode_ptr=[0, 1], duration=[1], capacity=[], objective=("total_completion_time",)))
    assert not supports(RCPSP(mode_ptr=[0, 1], duration=[1], capacity=[], objective=("makespan", "total_cost")))
