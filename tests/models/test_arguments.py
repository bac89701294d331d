"""Arguments of the wrong type or out of range: every public function says which one, and what it expects."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schedsolve
from schedsolve import RCPSP, InvalidOption, InvalidSolution, JobShop, JobShopSolution, Result, SchedsolveError
from schedsolve.models import arguments
from schedsolve.models.errors import InvalidProblem

PROBLEM = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]])
SOLUTION = JobShopSolution(start=[0, 3, 0, 3])
PROJECT = RCPSP(mode_ptr=[0, 1], duration=[2], capacity=[1], demand=[[1]])
NO_PROBLEMS = (None, "ft06", 3, 1.5, True, [], {}, object(), SOLUTION, JobShop)


@pytest.mark.parametrize("problem", NO_PROBLEMS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "call",
    [
        schedsolve.solve,
        schedsolve.explain,
        lambda problem: schedsolve.supports(problem, "cpsat"),
        lambda problem: schedsolve.violations(problem, SOLUTION),
        lambda problem: schedsolve.validate(problem, SOLUTION),
    ],
)
def test_what_is_no_problem(call: Callable[[Any], Any], problem: Any) -> None:
    with pytest.raises(InvalidOption, match=r"^problem is .*, expected a problem[,;].*schedsolve\.load\("):
        call(problem)


@pytest.mark.parametrize(
    "solution",
    [None, "ft06", 3, [0, 3, 0, 3], {"start": [0]}, PROBLEM, JobShopSolution],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_solution(solution: Any) -> None:
    for call in (schedsolve.violations, schedsolve.validate):
        with pytest.raises(InvalidOption, match=r"^solution is .*, expected a Result or a solution$"):
            call(PROBLEM, solution)


def test_a_solution_of_another_kind() -> None:
    with pytest.raises(InvalidSolution, match="a solution of kind jobshop, the problem is of kind rcpsp"):
        schedsolve.validate(PROJECT, SOLUTION)
    with pytest.raises(InvalidOption, match="expected a solution of kind rcpsp"):
        schedsolve.solve(PROJECT, hint=SOLUTION)


@pytest.mark.parametrize("path", [None, 3, 1.5, b"ft06", [], PROBLEM, object()], ids=lambda value: type(value).__name__)
def test_what_is_no_path(path: Any) -> None:
    with pytest.raises(InvalidOption, match=r"^source is .*, expected a path$"):
        schedsolve.load(path)
    with pytest.raises(InvalidOption, match=r"^path is .*, expected a path$"):
        schedsolve.save(PROBLEM, path)


@pytest.mark.parametrize("thing", [None, "ft06", 3, [], {}, object(), JobShop], ids=lambda value: type(value).__name__)
def test_what_can_not_be_saved(tmp_path: Path, thing: Any) -> None:
    with pytest.raises(InvalidOption, match=r"^thing is .*, expected a problem, a solution or a Result$"):
        schedsolve.save(thing, tmp_path / "x.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("problem", [3, "ft06", PROJECT], ids=lambda value: type(value).__name__)
def test_a_table_of_a_schedule_needs_its_own_problem(tmp_path: Path, problem: Any) -> None:
    with pytest.raises(SchedsolveError, match=r"expected a problem|the problem is rcpsp"):
        schedsolve.save(SOLUTION, tmp_path / "x.csv", problem=problem)


@pytest.mark.parametrize(
    "call",
    [
        lambda: schedsolve.load("ft06", kind=3),  # type: ignore[arg-type]
        lambda: schedsolve.load("ft06", format=[]),  # type: ignore[arg-type]
        lambda: schedsolve.load("ft06", objective=3),  # type: ignore[arg-type]
        lambda: PROBLEM.with_settings(objective=[3]),  # type: ignore[list-item]
        lambda: schedsolve.save(PROBLEM, "x.json", format=3),  # type: ignore[arg-type]
        lambda: schedsolve.supports(PROBLEM, None),  # type: ignore[arg-type]
        lambda: schedsolve.violations(PROBLEM, SOLUTION, claim=3),  # type: ignore[arg-type]
        lambda: Result.from_json(None),  # type: ignore[arg-type]
        lambda: JobShop.from_json(3),  # type: ignore[arg-type]
        lambda: JobShop.from_jobs(None),  # type: ignore[arg-type]
        lambda: JobShop.from_jobs([3]),  # type: ignore[list-item]
    ],
)
def test_other_arguments_of_a_wrong_type(call: Callable[[], Any]) -> None:
    with pytest.raises(SchedsolveError, match=r"expected|required"):
        call()


@pytest.mark.parametrize("text", [b'{"schema":"\xff"}', '{"schema":"\ud800"}'])
@pytest.mark.parametrize("document", [Result, JobShop, JobShopSolution])
def test_texts_that_no_encoding_has_are_no_json(document: Any, text: str | bytes) -> None:
    with pytest.raises(InvalidProblem, match=r"^JSON: 'utf-8' codec can't"):
        document.from_json(text)


def test_numbers_of_numpy_are_numbers() -> None:
    assert type(arguments.integer("x", np.int64(3))) is int
    assert type(arguments.number("x", np.float32(0.5))) is float
    assert arguments.number("x", 10**400) == math.inf
    assert arguments.number("x", -(10**400)) == -math.inf


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "x is 0, expected 1 or more"),
        (10, "x is 10, expected 9 or less"),
        (10**5000, "x is an integer of thousands of digits, expected 9 or less"),
        (True, "x is True, expected an integer"),
        (np.bool_(True), "x is True, expected an integer"),
        (2.0, "x is 2.0, expected an integer"),
        ("2", "x is '2', expected an integer"),
        ("2" * 100, f"x is '{'2' * 59}…, expected an integer"),
        ([], "x is of type list, expected an integer"),
    ],
    ids=lambda value: str(value)[:20] if not isinstance(value, int) else "",
)
def test_messages(value: Any, message: str) -> None:
    with pytest.raises(InvalidOption) as error:
        arguments.integer("x", value, 1, 9)
    assert str(error.value) == message


def test_no_number_is_none() -> None:
    with pytest.raises(InvalidOption, match="x is nan, expected 0 or more"):
        arguments.number("x", math.nan, 0)
    with pytest.raises(InvalidOption, match="x is None, expected a number"):
        arguments.number("x", None)
