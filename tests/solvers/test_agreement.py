"""CP-SAT, MILP, dispatch rules, bounds, the checker and brute force say the same of small problems.

The families' micro-models and random tiny instances; the MILP formulations run on all of the latter in
one process, since a process for each is most of its time, and on a few through the library.

``SCHEDSOLVE_TEST_SCALE=5 pytest tests/solvers/test_agreement.py`` takes five times as many random instances.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import schedsolve
from schedsolve.models.registry import FAMILIES, family
from schedsolve.solvers.explain.explain import explain

SEEDS = range(220 * int(os.environ.get("SCHEDSOLVE_TEST_SCALE", "1")))

Values = tuple[int, ...] | None


@pytest.fixture(scope="module", params=list(FAMILIES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def case(tiny: ModuleType, oracle: ModuleType) -> Any:
    """``case(seed)``: a random tiny problem and its optimum, None where it is infeasible."""

    @cache
    def make(seed: int) -> tuple[Any, Any]:
        problem = tiny.tiny(seed)
        return problem, oracle.brute_force(problem)

    return make


def values_of(result: Any) -> Values:
    assert not any(note.startswith("bug") for note in result.notes), result.notes
    if result.status == "INFEASIBLE":
        return None
    assert result.status == "OPTIMAL", str(result)
    return tuple(level.value for level in result.objectives)


def violations(problem: Any, solution: Any) -> list[Any]:
    return list(family(problem.kind).load("violations")(problem, solution))


# --- micro-models -----------------------------------------------------------------------------------


def test_micro_models_by_brute_force(micro: Any, brute_force: Any) -> None:
    optimum = brute_force(micro.problem)
    assert (optimum and optimum.values) == micro.optimum, micro.sentence


def test_micro_models(micro: Any, engine: str) -> None:
    if engine != "auto" and (missing := schedsolve.supports(micro.problem, engine)):
        with pytest.raises(schedsolve.Unsupported, match=missing[0]):
            schedsolve.solve(micro.problem, engine=engine)
        return
    result = schedsolve.solve(micro.problem, engine=engine, threads=1, time_limit=20)
    assert values_of(result) == micro.optimum, micro.sentence


# --- random tiny instances --------------------------------------------------------------------------


def test_random_instances_cover_every_feature(case: Any, tiny: ModuleType) -> None:
    count: Counter[str] = Counter()
    for problem, optimum in map(case, SEEDS):
        count.update({*problem.objective, *tiny.features(problem)})
        count["infeasible"] += optimum is None
        count["lexicographic"] += len(problem.objective) > 1
    assert {name for name in {*tiny.FEATURES, *count} if count[name] < 12} == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_checker_accepts_the_optimum_and_bounds_keep_below(seed: int, case: Any) -> None:
    problem, optimum = case(seed)
    if optimum is None:
        return
    assert violations(problem, optimum.solution) == []
    parts = family(problem.kind)
    assert tuple(value for _, value in parts.load("evaluate")(problem, optimum.solution)) == optimum.values
    bounds = parts.load("bound")(problem)
    assert all(b is None or b <= value for b, value in zip(bounds, optimum.values, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_cpsat_agrees_with_brute_force(seed: int, case: Any) -> None:
    problem, optimum = case(seed)
    result = schedsolve.solve(problem, engine="cpsat", threads=1, time_limit=20)
    assert values_of(result) == (optimum and optimum.values)


@pytest.mark.parametrize("heuristic", ["dispatch", "search"])
@pytest.mark.parametrize("seed", SEEDS)
def test_heuristics_are_valid_and_no_better_than_the_optimum(seed: int, heuristic: str, case: Any) -> None:
    problem, optimum = case(seed)
    if schedsolve.supports(problem, heuristic):
        return
    result = schedsolve.solve(problem, engine=heuristic, threads=1, iterations=100)
    assert not any(note.startswith("bug") for note in result.notes), result.notes
    if result.solution is not None:
        assert optimum is not None
        assert tuple(level.value for level in result.objectives) >= optimum.values
        assert violations(problem, result.solution) == []


@pytest.mark.parametrize("exact", ["cpsat", "milp"])
@pytest.mark.parametrize("seed", SEEDS[3::40])
def test_below_a_cutoff_lies_the_optimum_or_nothing(seed: int, exact: str, case: Any) -> None:
    problem, optimum = case(seed)
    if optimum is None or schedsolve.supports(problem, exact):
        return
    best = optimum.values[0]
    found = schedsolve.solve(problem, engine=exact, threads=1, time_limit=20, cutoff=best + 1)
    assert values_of(found) == optimum.values
    none = schedsolve.solve(problem, engine=exact, threads=1, time_limit=20, cutoff=best)
    assert (none.status, none.solution, none.stopped_by) == ("UNKNOWN", None, "proof")
    assert none.bound == best


@pytest.mark.parametrize("seed", SEEDS[::20])
def test_auto_agrees_with_brute_force(seed: int, case: Any) -> None:
    problem, optimum = case(seed)
    result = schedsolve.solve(problem, threads=1, time_limit=20)
    assert values_of(result) == (optimum and optimum.values)


@pytest.mark.parametrize("kind", ["rcpsp"], indirect=True)
@pytest.mark.parametrize("seed", SEEDS)
def test_explanations_hold_by_brute_force(seed: int, tiny: ModuleType, oracle: ModuleType) -> None:
    """The conflict is one, every proper part of it is none, and each relaxation makes the problem solvable.

    Fewer tasks than elsewhere: without some of their constraints they have more schedules.
    """
    problem = tiny.tiny(seed, schedules=3_000, tasks=3)
    found = explain(problem, threads=1)
    assert found.feasible is oracle.is_feasible(problem)
    if found.feasible:
        return
    assert (found.minimal, found.notes) == (True, ())
    assert found.conflict
    explainer = family(problem.kind).load("explainer")(problem)
    others = [item for item in explainer.refined(explainer.items()) if item not in found.conflict]
    assert not oracle.is_feasible(explainer.without(others))
    for item in found.conflict:
        assert oracle.is_feasible(explainer.without([*others, item])), item.words
    for change in found.relaxations:
        if change.amount is None:
            assert oracle.is_feasible(explainer.without([change.item])), change.words
            continue
        step = explainer.change(change.item)
        assert oracle.is_feasible(step.problem(change.amount)), change.words
        assert change.amount == 1 or not oracle.is_feasible(step.problem(change.amount - 1)), change.words


@pytest.fixture(scope="module")
def milp_values(case: Any) -> dict[int, Any]:
    """What the MILP formulations make of every seed that they cover, by HiGHS, all in one process."""
    covered = {seed: case(seed)[0] for seed in SEEDS if not schedsolve.supports(case(seed)[0], "milp")}
    assert len(covered) > 0.8 * len(SEEDS)
    tasks = "".join(problem.to_json() + "\n" for problem in covered.values())
    script = Path(__file__).parent / "milp" / "solve_all.py"
    run = subprocess.run([sys.executable, script, "highs"], input=tasks, capture_output=True, text=True, check=True)
    return dict(zip(covered, map(json.loads, run.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_milp_agrees_with_brute_force(seed: int, case: Any, milp_values: dict[int, Any]) -> None:
    problem, optimum = case(seed)
    if seed not in milp_values:
        with pytest.raises(schedsolve.Unsupported, match="milp does not model"):
            schedsolve.solve(problem, engine="milp")
        return
    assert milp_values[seed]
    for found in milp_values[seed].values():
        assert found["bounds"] == found["values"]
        assert found["values"] == (optimum and list(optimum.values))


def test_every_milp_formulation_was_tried(tiny: ModuleType, milp_values: dict[int, Any]) -> None:
    count = Counter(name for found in milp_values.values() for name in found)
    assert set(count) == tiny.FORMULATIONS
    assert min(count.values()) >= 40


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_milp_engine_agrees_with_brute_force(solver: str, case: Any, milp_values: dict[int, Any]) -> None:
    for seed in list(milp_values)[::50]:
        problem, optimum = case(seed)
        params = {"milp": {"solver": solver}}
        result = schedsolve.solve(problem, engine="milp", threads=1, time_limit=20, params=params)
        assert values_of(result) == (optimum and optimum.values)
