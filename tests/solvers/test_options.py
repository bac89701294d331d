"""Options of ``solve`` and its like: what is refused before time is spent, and seeds of any size."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from schedsolve import JobShop, Stop, explain, load, solve, supports
from schedsolve.models.errors import InvalidOption, UnknownName
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.options import check_params, fold
from schedsolve.solvers.result import Result

PROBLEM = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]])
SEEDS = (2**31 - 1, 2**31, 2**31 + 1, 2**32, 2**63, 2**64, 20261128093000, 10**30)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": None}, "engine is None, expected a string"),
        ({"time_limit": "30"}, "time_limit is '30', expected a number"),
        ({"time_limit": True}, "time_limit is True, expected a number"),
        ({"iterations": 5.0}, "iterations is 5.0, expected an integer"),
        ({"iterations": 2**60}, "iterations is 1152921504606846976, expected 9007199254740992 or less"),
        ({"target": "x"}, "target is 'x', expected an integer"),
        ({"target": 2**70}, "target is 1180591620717411303424, expected 9007199254740992 or less"),
        ({"target": -(2**70)}, "expected -9007199254740992 or more"),
        ({"gap": "5%"}, "gap is '5%', expected a number"),
        ({"threads": 1.5}, "threads is 1.5, expected an integer"),
        ({"threads": 2.0}, "threads is 2.0, expected an integer"),
        ({"threads": True}, "threads is True, expected an integer"),
        ({"threads": 3_000_000_000}, "threads is 3000000000, expected 1024 or less"),
        ({"seed": None}, "seed is None, expected an integer"),
        ({"seed": -1}, "seed is -1, expected 0 or more"),
        ({"seed": 1.0}, "seed is 1.0, expected an integer"),
        ({"seed": True}, "seed is True, expected an integer"),
        ({"seed": "7"}, "seed is '7', expected an integer"),
        ({"seed": 10**5000}, "seed is an integer of thousands of digits, expected less than 2^4096"),
        ({"hint": [0, 3, 0, 3]}, "hint is of type list, expected a Result or a solution"),
        ({"hint": PROBLEM}, "hint is of type JobShop, expected a Result or a solution"),
        ({"cutoff": 1.5}, "cutoff is 1.5, expected an integer"),
        ({"cutoff": 2**70}, "cutoff is 1180591620717411303424, expected 9007199254740992 or less"),
        ({"rule": 3}, "rule is 3, expected a string"),
        ({"params": "cpsat"}, "params is 'cpsat', expected a mapping from engines to their parameters"),
        ({"params": {3: {}}}, "an engine in params is 3, expected a string"),
        ({"params": {"cpsat": 3}}, "params['cpsat'] is 3, expected a mapping from names to values"),
        ({"params": {"auto": {}}}, "auto has no parameters of its own"),
        ({"params": {"cpsat": {"settings": 3}}}, "parameters of cpsat: settings is 3, expected a string"),
        ({"params": {"cpsat": {"strong_propagation": 1}}}, "strong_propagation is 1, expected true or false"),
        ({"params": {"cpsat": {"settings": "bla: 3"}}}, "CP-SAT has no such settings: 'bla: 3'"),
        ({"params": {"cpsat": {"settings": "num_workers: 5000"}}}, "num_workers is 5000, expected 1024 or less"),
        ({"params": {"cpsat": {"settings": "max_time_in_seconds: -1"}}}, "must be non-negative"),
        ({"params": {"search": {"elites": 0}}}, "parameters of search: elites is 0, expected 1 or more"),
        ({"params": {"search": {"similar": 1.5}}}, "parameters of search: similar is 1.5, expected 1 or less"),
        ({"params": {"search": {"history": 10**12}}}, "history is 1000000000000, expected 1000000000 or less"),
        ({"params": {"rolling": {"step": float("nan")}}}, "parameters of rolling: step is nan, expected a number"),
        ({"cluster": 5}, "cluster is 5, expected tcp://HOST:PORT or local"),
        ({"cluster": ""}, "cluster is '', expected tcp://HOST:PORT or local"),
        ({"on_start": 3}, "on_start is 3, expected a function"),
        ({"on_improvement": "x"}, "on_improvement is 'x', expected a function"),
        ({"on_bound": []}, "on_bound is of type list, expected a function"),
        ({"stop": 3}, "stop is 3, expected a Stop"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_wrong_options_are_refused_before_anything_runs(options: dict[str, Any], message: str) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("something ran")

    callbacks = {"on_start": never, "on_improvement": never, "on_bound": never}
    with pytest.raises(InvalidOption, match=re.escape(message)):
        solve(PROBLEM, **callbacks | options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"time_limit": "x"}, "time_limit is 'x'"),
        ({"threads": 0}, "threads is 0, expected 1 or more"),
        ({"seed": None}, "seed is None"),
    ],
)
def test_wrong_options_of_explain(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        explain(PROBLEM, **options)


def test_numbers_of_numpy_do() -> None:
    one = np.int64(1)
    options = {"iterations": 5 * one, "threads": one, "seed": one, "target": 100 * one, "cutoff": 100 * one}
    result = solve(PROBLEM, "dispatch", time_limit=np.float64(5), gap=np.float64(0), **options)
    assert Result.from_json(result.to_json()).to_builtins() == result.to_builtins()


def test_a_time_limit_beyond_all_clocks_is_none() -> None:
    for limit in (float("inf"), 1e300, 10**400):
        assert Stop(time_limit=limit).time_limit is None
    assert solve(PROBLEM, "milp", time_limit=1e300).status == "OPTIMAL"


@pytest.mark.parametrize("kind", list(FAMILIES))
def test_every_engine_refuses_parameters_of_another_type(kind: str) -> None:
    parts = FAMILIES[kind]
    for engine in parts.engines:
        defaults = parts.engine(engine).Params()
        for name, default in vars(defaults).items():
            check_params(parts, {engine: {name: default}})
            with pytest.raises(InvalidOption, match=f"parameters of {engine}: {name} is of type list"):
                check_params(parts, {engine: {name: []}})
            if not isinstance(default, (bool, str)):
                with pytest.raises(InvalidOption, match=f"parameters of {engine}: {name} is -1(.0)?, expected"):
                    check_params(parts, {engine: {name: -1}})


def test_auto_supports_everything_and_unknown_engines_nothing() -> None:
    assert supports(PROBLEM, "auto") == []
    with pytest.raises(UnknownName, match='no engine "cpsta"; did you mean cpsat'):
        supports(PROBLEM, "cpsta")


# --- seeds ------------------------------------------------------------------------------------


def test_seeds_are_folded_into_the_range_of_all_solvers() -> None:
    assert [fold(seed) for seed in (0, 1, 2**31 - 1)] == [0, 1, 2**31 - 1]
    large = [fold(seed) for seed in (*SEEDS, *range(10**12, 10**12 + 1000))]
    assert len(set(large)) == len(large)
    assert 0 <= min(large) <= max(large) < 2**31
    assert fold(2**31) == 1007731002  # the same everywhere, for ever


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["cpsat", "milp", "search", "rolling", "dispatch", "auto"])
def test_every_engine_takes_every_seed(name: str, seed: int) -> None:
    problem = load("ft06") if name == "cpsat" else PROBLEM
    limit = {"iterations": 20} if name in ("search", "rolling") else {}
    result = solve(problem, name, seed=seed, threads=2, **limit)
    assert result.solution is not None
    assert (result.seed, result.notes) == (seed, ())
    assert name in ("search", "rolling", "dispatch") or result.status == "OPTIMAL"
    assert Result.from_json(result.to_json()).seed == seed


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_both_milp_solvers_take_every_seed(solver: str) -> None:
    result = solve(PROBLEM, "milp", seed=2**40, params={"milp": {"solver": solver}})
    assert (result.status, result.notes) == ("OPTIMAL", ())


def test_large_seeds_are_repeatable_and_differ() -> None:
    def starts(seed: int) -> list[int]:
        found = solve(load("ft10"), "dispatch", rule="random", seed=seed).solution
        assert found is not None
        return list(found.start)

    assert starts(2**31) == starts(2**31)
    assert starts(2**31) != starts(2**32)
