"""Shops whose past broke rules: it makes no schedule infeasible, and every engine, the checker and brute force say
the same of what is left to be done."""

from __future__ import annotations

from functools import cache
from itertools import islice
from types import ModuleType
from typing import Any

import pytest

import schedsolve
from schedsolve.models.jobshop import JobShop, past_violations, violations
from schedsolve.models.jobshop.violations import evaluate
from schedsolve.solvers.bounds.jobshop import bound

FAMILY = "jobshop"
CASES = range(60)
EXACT = [("cpsat", i) for i in CASES] + [("milp", i) for i in CASES[::4]] + [("auto", i) for i in CASES[::10]]

Case = tuple[JobShop, Any]


@pytest.fixture(scope="module")
def case(tiny: ModuleType, oracle: ModuleType) -> Any:
    """``case(i)``: a random tiny shop whose past broke rules, and its optimum, None where it is infeasible."""
    shops = (tiny.tiny(seed) for seed in range(20_000, 30_000))
    broken = list(islice((shop for shop in shops if any(past_violations(shop))), len(CASES)))
    return cache(lambda i: (broken[i], oracle.brute_force(broken[i])))


def solved(problem: JobShop, engine: str, **options: Any) -> Any:
    result = schedsolve.solve(problem, engine, threads=1, time_limit=20, **options)
    assert not any(note.startswith("bug") for note in result.notes), (result.notes, problem.to_json())
    assert any(note.startswith("the past breaks rules: ") for note in result.notes)
    return result


def test_most_of_them_can_go_on(case: Any) -> None:
    cases = [case(i) for i in CASES]
    assert sum(optimum is not None for _, optimum in cases) > len(CASES) / 2
    codes = {violation.code for problem, _ in cases for violation in past_violations(problem)}
    assert codes >= {"precedence", "no_wait", "job_overlap", "machine_overlap", "setup"}


@pytest.mark.parametrize("i", CASES)
def test_checker_and_bounds_agree_with_brute_force(i: int, case: Any) -> None:
    problem, optimum = case(i)
    if optimum is not None:
        assert violations(problem, optimum.solution) == []
        assert tuple(value for _, value in evaluate(problem, optimum.solution)) == optimum.values
        for least, value in zip(bound(problem), optimum.values, strict=True):
            assert least is None or least <= value


@pytest.mark.parametrize(("exact", "i"), EXACT)
def test_exact_engines_agree_with_brute_force(exact: str, i: int, case: Any) -> None:
    problem, optimum = case(i)
    if exact == "milp" and schedsolve.supports(problem, exact):
        return
    result = solved(problem, exact)
    assert result.status == ("INFEASIBLE" if optimum is None else "OPTIMAL")
    if optimum is not None:
        assert tuple(level.value for level in result.objectives) == optimum.values


@pytest.mark.parametrize("heuristic", ["dispatch", "search", "rolling"])
def test_heuristics_find_most_and_nothing_better(heuristic: str, case: Any) -> None:
    found, feasible = 0, 0
    for problem, optimum in map(case, CASES):
        if schedsolve.supports(problem, heuristic):
            continue
        result = solved(problem, heuristic, iterations=None if heuristic == "dispatch" else 50)
        if result.solution is not None:
            assert tuple(level.value for level in result.objectives) >= optimum.values
        found += result.solution is not None
        feasible += optimum is not None
    assert found > 0.85 * feasible
