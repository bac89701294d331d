"""Compiled kernels stay within their arrays, and give valid schedules, on random problems with every feature.

Without bounds checks numba reads and writes wherever an index points, and the process may die much later. ``.ci/run``
repeats this file with them and with five times as many problems: ``NUMBA_BOUNDSCHECK=1 SCHEDSOLVE_TEST_SCALE=5`` and a
``NUMBA_CACHE_DIR`` of its own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from schedsolve.instances.generators.random_jobshop import flexible, flowshop, jobshop, openshop
from schedsolve.instances.generators.random_rcpsp import project
from schedsolve.models.jobshop import JobShop
from schedsolve.models.jobshop.objectives import OBJECTIVES
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.registry import family
from schedsolve.solvers.compiling.kernels import KNOWN
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.jobshop import completion, sequence
from schedsolve.solvers.search.jobshop import flexible as flexible_search
from schedsolve.solvers.stop import Stop

SEEDS = range(60 * int(os.environ.get("SCHEDSOLVE_TEST_SCALE", "1")))


def run(problem: Any, engine: str, iterations: int, seed: int, **params: Any) -> None:
    """One run of an engine; an index out of bounds is an IndexError, an invalid schedule a note."""
    module = family(problem.kind).load(f"engine:{engine}")
    stop = Stop(iterations=iterations)
    progress = Progress(problem, stop)
    module.run(problem, progress, stop, threads=1, seed=seed, params=module.Params(**params))
    assert not [note for note in progress.notes if "bug" in note], (seed, progress.notes)


def size(rng: random.Random) -> dict[str, int]:
    """Of a random shop; now and then of length 0, of one job, of one machine."""
    return {
        "jobs": rng.choice([1, 2, 3, 5, 8, 12]),
        "machines": rng.choice([1, 2, 3, 4, 6]),
        "min_duration": rng.choice([0, 1]),
        "max_duration": rng.choice([1, 2, 9, 99]),
        "seed": rng.randrange(2**30),
    }


def conditions(rng: random.Random) -> dict[str, Any]:
    """Release dates, deadlines, downtime, setups, transport, and objectives that follow from completion times."""
    return {
        "release_spread": rng.choice([0, 0, 0.5]),
        "due_factor": rng.choice([1.0, 1.3]),
        "deadline_factor": rng.choice([0, 0, 3]),
        "max_weight": rng.choice([1, 5]),
        "downtime_share": rng.choice([0, 0, 0.2]),
        "pause": rng.random() < 0.5,
        "max_setup": rng.choice([0, 0, 4, 30]),
        "max_transport": rng.choice([0, 0, 5]),
        "objective": ",".join(rng.sample(list(OBJECTIVES), rng.choice([1, 1, 2]))),
    }


def plain_shop(rng: random.Random) -> JobShop:
    return jobshop(
        operations=rng.choice([0, 3, 7]),
        min_operations=1,
        release_spread=rng.choice([0, 0.5]),
        max_transport=rng.choice([0, 4]),
        **size(rng),
    )


def flexible_shop(rng: random.Random) -> JobShop:
    return flexible(
        operations=rng.choice([0, 1, 5]),
        min_operations=1,
        same_duration=rng.random() < 0.3,
        release_spread=rng.choice([0, 0.5]),
        **size(rng),
    )


def any_objective(rng: random.Random) -> JobShop:
    return rng.choice([jobshop, flexible])(**size(rng), **conditions(rng))


def any_shop(rng: random.Random) -> JobShop:
    make = rng.choice([jobshop, flexible, flowshop, openshop])
    return make(**size(rng), **conditions(rng), no_wait=make is jobshop and rng.random() < 0.2)


SHOPS: dict[str, tuple[Callable[[random.Random], JobShop], Any, str]] = {
    "sequence": (plain_shop, sequence, "search"),
    "flexible": (flexible_shop, flexible_search, "search"),
    "completion": (any_objective, completion, "search"),
    "search": (any_shop, None, "search"),
    "dispatch": (any_shop, None, "dispatch"),
    "rolling": (any_objective, None, "rolling"),
}
"""What draws the problems, the kernel that must take them, the engine."""

WORK = {"search": 400, "dispatch": 12, "rolling": 2}
"""Iterations of each engine: moves, schedules, windows."""


@pytest.mark.parametrize("name", SHOPS)
def test_shops(name: str) -> None:
    draw, kernel, engine = SHOPS[name]
    for seed in SEEDS:
        problem = draw(random.Random(seed))
        assert kernel is None or not kernel.supports(problem)
        params = {"plain_operations": 0} if engine == "dispatch" else {}
        run(problem, engine, WORK[engine], seed, **params)


def any_project(tiny: ModuleType, seed: int) -> RCPSP:
    """With every feature at random; every third one of the generator's larger projects."""
    rng = random.Random(seed)
    if seed % 3:
        made: RCPSP = tiny.tiny(seed, schedules=10**60, tasks=rng.choice([4, 7, 15, 30]))
        return made
    return project(
        tasks=rng.choice([1, 5, 25]),
        modes=rng.choice([1, 2, 3]),
        nonrenewable=rng.choice([0, 1]),
        lag_share=rng.choice([0, 0.4]),
        working_time=rng.choice([0, 5]),
        change_share=rng.choice([0, 0.2]),
        window_share=rng.choice([0, 0.3]),
        seed=seed,
    )


PROJECTS: dict[str, tuple[int, dict[str, Any]]] = {
    "search": (400, {"population": 10}),
    "dispatch": (30, {"plain_tasks": 0}),
}
"""Engine to its iterations, schedules, and parameters with which it runs compiled."""


@pytest.mark.parametrize("kind", ["rcpsp"], indirect=True)
@pytest.mark.parametrize("name", PROJECTS)
def test_projects(name: str, tiny: ModuleType) -> None:
    iterations, params = PROJECTS[name]
    module = family("rcpsp").load(f"engine:{name}")
    for seed in SEEDS:
        problem = any_project(tiny, seed)
        if not module.supports(problem):
            run(problem, name, iterations, seed, **params)


@pytest.fixture(scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nothing_was_compiled_in_the_middle_of_a_search() -> None:
    """All calls above had arguments of the types that kernels are compiled for ahead of them."""
    here = [kernels for kernels in KNOWN.values() if kernels.is_here]
    if not here:
        pytest.skip("the tests above were not run")
    for kernels in here:
        for function in kernels.functions():
            assert len(function.signatures) == 1, (kernels.name, function.signatures)
