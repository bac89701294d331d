"""Whatever numbers a solution holds, the checker answers: it lists violations, and values where they are defined."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import pytest

from schedsolve.models.check import check
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.models.registry import family

NUMBERS = (-FAR, 1 - FAR, -1, 0, 0, 1, 2, 3, 7, 50, 2**31, 2**52, FAR - 1, FAR)
CHOICES = {"jobshop": "alternative", "rcpsp": "mode"}


@pytest.fixture(scope="module", params=list(CHOICES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.filterwarnings("error")
def test_any_numbers(kind: str, tiny: ModuleType) -> None:
    solution = family(kind).load("solution")
    answered = {True: 0, False: 0}
    for seed in range(150):
        rng = random.Random(seed)
        problem = tiny.tiny(seed)
        size = problem.num_operations if kind == "jobshop" else problem.num_tasks
        for case in range(12):
            length = size if case % 6 else rng.choice([0, 1, size + 1])
            fields: dict[str, Any] = {"start": [rng.choice(NUMBERS) for _ in range(length)]}
            if case % 3:
                fields[CHOICES[kind]] = [rng.choice(NUMBERS if case % 2 else (0, 0, 1)) for _ in range(length)]
            if kind == "rcpsp" and case % 2:
                fields["left_out"] = [rng.choice([0, 1]) for _ in range(length)]
            verdict = check(problem, solution(**fields))
            names = [name for name, _ in verdict.objectives]
            assert names in ([], list(problem.objective))
            assert names or verdict.broken
            answered[bool(names)] += 1
    assert min(answered.values()) > 300, answered


def test_a_reservoir_that_is_used_at_the_end_of_all_time() -> None:
    problem = RCPSP(mode_ptr=[0, 1], duration=[1], capacity=[], reservoir_initial=[1], withdrawal=[[2]])
    texts = [str(v) for v in check(problem, RCPSPSolution(start=[FAR])).broken]
    assert f"reservoir_empty: reservoir 0 is at -1 in [{FAR}, {FAR + 1}), at least 0 allowed" in texts


def test_sums_beyond_64_bits() -> None:
    n, much = 2048, 2**53
    problem = RCPSP(
        mode_ptr=list(range(n + 1)),
        duration=[1] * n,
        capacity=[5],
        demand=[[much]] * n,
        reservoir_initial=[0],
        reservoir_maximum=[5],
        delivery=[[much]] * n,
        objective="resource_levelling",
    )
    verdict = check(problem, RCPSPSolution(start=[0] * n))
    assert [(v.code, v.amount) for v in verdict.broken] == [
        ("capacity", n * much - 5),
        ("reservoir_full", n * much - 5),
    ]
    assert verdict.objectives == [("resource_levelling", (n * much) ** 2)]
