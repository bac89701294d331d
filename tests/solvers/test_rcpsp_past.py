"""Projects in which tasks that are done have broken rules: engines, bounds and the checker agree with brute force."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import schedsolve
from schedsolve.models.rcpsp import RCPSP, past_violations, violations
from schedsolve.models.rcpsp.violations import evaluate
from schedsolve.models.registry import family
from schedsolve.solvers.bounds.rcpsp import bound
from schedsolve.solvers.explain.explain import explain

FAMILY = "rcpsp"

SEEDS = range(100)


@pytest.fixture(scope="module")
def case(tiny: ModuleType, oracle: ModuleType) -> Any:
    """``case(seed)``: a random problem and its optimum, None where it is infeasible."""

    @cache
    def make(seed: int) -> tuple[RCPSP, Any]:
        problem = tiny.lawless(seed)
        return problem, oracle.brute_force(problem)

    return make


def test_all_rules_that_tasks_share_are_broken_and_problems_stay_feasible(case: Any, tiny: ModuleType) -> None:
    count: Counter[str] = Counter()
    for problem, optimum in map(case, SEEDS):
        count.update({broken.code for broken in past_violations(problem)})
        count["feasible"] += optimum is not None
    assert min(count[code] for code in {*tiny.SHARED, "choice"}) >= 8, count
    assert 30 <= count["feasible"] <= 70


def test_the_checker_accepts_optima_and_bounds_keep_below(case: Any) -> None:
    for problem, optimum in map(case, SEEDS):
        if optimum is not None:
            assert violations(problem, optimum.solution) == []
            assert tuple(value for _, value in evaluate(problem, optimum.solution)) == optimum.values
            assert all(low is None or low <= v for low, v in zip(bound(problem), optimum.values, strict=True))


def test_cpsat_agrees_with_brute_force(case: Any) -> None:
    for seed in SEEDS:
        problem, optimum = case(seed)
        result = schedsolve.solve(problem, "cpsat", threads=1, time_limit=20)
        assert not any(note.startswith("bug") for note in result.notes), (seed, result.notes)
        assert result.status == ("INFEASIBLE" if optimum is None else "OPTIMAL"), seed
        if optimum is not None:
            assert tuple(level.value for level in result.objectives) == optimum.values, seed


@pytest.mark.parametrize("heuristic", ["dispatch", "search"])
def test_heuristics_are_valid_and_find_most(heuristic: str, case: Any) -> None:
    found, there = 0, 0
    for seed in SEEDS:
        problem, optimum = case(seed)
        if schedsolve.supports(problem, heuristic):
            continue
        result = schedsolve.solve(problem, heuristic, threads=1, iterations=60)
        assert not any(note.startswith("bug") for note in result.notes), (seed, result.notes)
        there += optimum is not None
        if result.solution is not None:
            assert optimum is not None
            assert violations(problem, result.solution) == []
            assert tuple(level.value for level in result.objectives) >= optimum.values
            found += 1
    assert 0.9 * there <= found


def without_times(problem: RCPSP) -> RCPSP:
    """Without what only the time-indexed formulation covers."""
    fields = ("reservoir_initial", "reservoir_maximum", "withdrawal", "delivery")
    fields += ("break_calendar", "break_start", "break_end", "task_calendar", "resource_calendar")
    return replace(problem, num_calendars=0, objective=("makespan", "total_cost"), **dict.fromkeys(fields))


def test_both_milp_formulations_agree_with_brute_force(case: Any, oracle: ModuleType) -> None:
    problems = [case(seed)[0] for seed in SEEDS[:50] if not schedsolve.supports(case(seed)[0], "milp")]
    assert len(problems) >= 45
    problems += [without_times(problem) for problem in problems]
    script = Path(__file__).parent / "milp" / "solve_all.py"
    tasks = "".join(problem.to_json() + "\n" for problem in problems)
    run = subprocess.run([sys.executable, script, "highs"], input=tasks, capture_output=True, text=True, check=True)
    tried: Counter[str] = Counter()
    for problem, line in zip(problems, run.stdout.splitlines(), strict=True):
        optimum = oracle.brute_force(problem)
        for name, found in json.loads(line).items():
            assert found["values"] == (optimum and list(optimum.values)), (name, problem.to_json())
            tried[name] += optimum is not None
    assert min(tried["time-indexed"], tried["event-based"]) >= 20, tried


@pytest.mark.parametrize("seed", SEEDS[:40])
def test_explanations_hold_by_brute_force(seed: int, case: Any, oracle: ModuleType) -> None:
    problem, optimum = case(seed)
    found = explain(problem, threads=1)
    assert found.feasible is (optimum is not None)
    if not found.feasible:
        explainer = family("rcpsp").load("explainer")(problem)
        others = [item for item in explainer.refined(explainer.items()) if item not in found.conflict]
        assert found.conflict
        assert not oracle.is_feasible(explainer.without(others))
        assert all(oracle.is_feasible(explainer.without([*others, item])) for item in found.conflict)
