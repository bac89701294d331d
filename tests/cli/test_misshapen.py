"""``validate`` of solutions that have not the problem's shape: an answer in text and JSON, and no value made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schedsolve.models.jobshop import JobShop
from schedsolve.models.rcpsp import RCPSP

Invoke = Callable[..., Any]
Fields = dict[str, Any]

FAR = 2**53

SHOP = JobShop(
    num_machines=3,
    job_ptr=[0, 2, 4],
    alt_ptr=[0, 2, 3, 4, 6],
    machine=[0, 1, 2, 2, 0, 1],
    duration=[3, 2, 4, 1, 5, 6],
    objective="makespan,total_completion_time",
)
"""Two jobs of two steps; the first and the last operation can be on machine 0 or 1."""

PROJECT = RCPSP(
    mode_ptr=[0, 2, 3, 4],
    duration=[3, 2, 4, 1],
    capacity=[2],
    demand=[[1], [2], [1], [2]],
    optional=[False, False, True],
    objective="makespan,net_present_value",
    cash_flow=[5, -1, 2],
)
"""Three tasks, the first in two modes, the last optional."""

PROBLEMS = {"jobshop": SHOP, "rcpsp": PROJECT}
CHOICE = {"jobshop": "alternative", "rcpsp": "mode"}
GOOD: dict[str, Fields] = {
    "jobshop": {"start": [0, 3, 0, 3], "alternative": [0, 0, 0, 1]},
    "rcpsp": {"start": [0, 3, 7], "mode": [0, 0, 0]},
}

REFUSED = {
    "empty lists": lambda kind: {"start": [], CHOICE[kind]: []},
    "no start at all": lambda kind: {"start": []},
    "one start": lambda kind: {"start": [0]},
    "a start too few": lambda kind: {name: values[:-1] for name, values in GOOD[kind].items()},
    "a start too many": lambda kind: {name: [*values, 0] for name, values in GOOD[kind].items()},
    "twice the starts": lambda kind: {name: values * 2 for name, values in GOOD[kind].items()},
    "a choice that does not exist": lambda kind: chosen(kind, 0, 2),
    "a choice that only others have": lambda kind: chosen(kind, 1, 1),
    "a choice far beyond": lambda kind: chosen(kind, 0, FAR),
    "a choice below 0": lambda kind: chosen(kind, 0, -1),
    "a choice far below 0": lambda kind: chosen(kind, 0, -FAR),
    "all choices wrong": lambda kind: {"start": GOOD[kind]["start"], CHOICE[kind]: [7] * len(GOOD[kind]["start"])},
    "starts and choices wrong": lambda kind: {"start": [-FAR], CHOICE[kind]: [FAR]},
}
"""The checker knows no value of these."""

WRONG = {
    "a negative start": lambda kind: started(kind, 0, -1),
    "a start far below 0": lambda kind: started(kind, 0, -FAR),
    "all starts far below 0": lambda kind: GOOD[kind] | {"start": [-FAR] * len(GOOD[kind]["start"])},
    "all at the same time": lambda kind: GOOD[kind] | {"start": [0] * len(GOOD[kind]["start"])},
    "all at the end of time": lambda kind: GOOD[kind] | {"start": [FAR] * len(GOOD[kind]["start"])},
}
"""Schedules of the right shape that break rules: their values are defined."""

MALFORMED: dict[str, Callable[[str], Any]] = {
    "a start beyond all time": lambda kind: started(kind, 0, 2**70),
    "a start that is no integer": lambda kind: started(kind, 0, 0.5),
    "a start that is a text": lambda kind: started(kind, 0, "0"),
    "a start that is missing": lambda kind: started(kind, 0, None),
    "a list within a list": lambda kind: started(kind, 0, [0]),
    "starts that are a number": lambda kind: GOOD[kind] | {"start": 0},
    "starts that are an object": lambda kind: GOOD[kind] | {"start": {"0": 0}},
    "no starts": lambda kind: {CHOICE[kind]: GOOD[kind][CHOICE[kind]]},
    "fewer choices than starts": lambda kind: GOOD[kind] | {CHOICE[kind]: [0]},
    "a field that there is not": lambda kind: GOOD[kind] | {"machine": [0]},
    "another role": lambda kind: GOOD[kind] | {"role": "problem"},
    "the other kind": lambda kind: GOOD[kind] | {"kind": next(other for other in PROBLEMS if other != kind)},
    "no kind that there is": lambda kind: GOOD[kind] | {"kind": "house"},
    "a list": lambda kind: [GOOD[kind]],
}


def chosen(kind: str, place: int, choice: int) -> Fields:
    """A good solution in which one thing has another alternative or mode."""
    choices = list(GOOD[kind][CHOICE[kind]])
    choices[place] = choice
    return GOOD[kind] | {CHOICE[kind]: choices}


def started(kind: str, place: int, start: Any) -> Fields:
    """A good solution in which one thing has another start."""
    starts: list[Any] = list(GOOD[kind]["start"])
    starts[place] = start
    return GOOD[kind] | {"start": starts}


@pytest.fixture
def validate(invoke: Invoke, tmp_path: Path) -> Callable[[str, Any, str], Any]:
    """Run the command on what may be a solution."""

    def call(kind: str, fields: Any, format: str) -> Any:
        problem, solution = tmp_path / "problem.json", tmp_path / "solution.json"
        problem.write_text(PROBLEMS[kind].to_json())
        head = {"schema": "schedsolve/1", "kind": kind, "role": "solution"}
        solution.write_text(json.dumps(head | fields if isinstance(fields, dict) else fields))
        return invoke("validate", problem, solution, "--format", format)

    return call


@pytest.fixture
def schema(invoke: Invoke) -> Any:
    return invoke("schema", "validation").json


kinds = pytest.mark.parametrize("kind", PROBLEMS)


@kinds
def test_what_is_changed_is_good(kind, validate):
    assert validate(kind, GOOD[kind], "text").code == 0


@kinds
@pytest.mark.parametrize("case", REFUSED)
def test_no_value_of_what_has_not_the_shape(kind, case, validate, schema):
    text = validate(kind, REFUSED[case](kind), "text")
    assert (text.code, text.err) == (1, "")
    assert text.out.startswith("infeasible: ")
    outcome = validate(kind, REFUSED[case](kind), "json")
    assert (outcome.code, outcome.err) == (1, "")
    jsonschema.validate(outcome.json, schema)
    assert not outcome.json["feasible"]
    assert outcome.json["objectives"] == []
    assert {v["code"] for v in outcome.json["violations"]} & {"shape", CHOICE[kind]}
    assert not [name for name in PROBLEMS[kind].objective if name in text.out + outcome.out]


@kinds
@pytest.mark.parametrize("case", REFUSED)
def test_a_result_with_such_a_solution(kind, case, validate, invoke, tmp_path):
    validate(kind, GOOD[kind], "text")
    invoke("solve", tmp_path / "problem.json", "--engine", "dispatch", "-q", "-o", tmp_path / "solution.json")
    result = json.loads((tmp_path / "solution.json").read_text())
    outcome = validate(kind, result | {"solution": REFUSED[case](kind)}, "json")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.json["objectives"] == []


@kinds
@pytest.mark.parametrize("case", WRONG)
def test_values_of_what_breaks_rules(kind, case, validate, schema):
    fields = WRONG[case](kind)
    assert validate(kind, fields, "text").code == 1
    outcome = validate(kind, fields, "json")
    assert (outcome.code, outcome.err) == (1, "")
    jsonschema.validate(outcome.json, schema)
    durations = {"jobshop": [3, 4, 1, 6], "rcpsp": [3, 4, 1]}[kind]
    end = max(start + duration for start, duration in zip(fields["start"], durations, strict=True))
    end = max(0, end) if kind == "rcpsp" else end  # where no task is done the makespan of a project is 0
    assert outcome.json["objectives"][0] == {"name": "makespan", "value": end, "unit": "time", "scale": 1}
    assert [level["name"] for level in outcome.json["objectives"]] == list(PROBLEMS[kind].objective)


@kinds
@pytest.mark.parametrize("case", MALFORMED)
@pytest.mark.parametrize("format", ["text", "json"])
def test_what_is_no_solution_at_all(kind, case, format, validate):
    outcome = validate(kind, MALFORMED[case](kind), format)
    assert (outcome.code, outcome.out) == (2, "")
    assert "solution.json: " in outcome.err
    assert "internal error" not in outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("left_out", [[True, True, True], [True, False, False], [False, True, True]])
def test_tasks_that_may_not_be_left_out(left_out, validate):
    outcome = validate("rcpsp", GOOD["rcpsp"] | {"left_out": left_out}, "json")
    assert outcome.code == 1
    assert {v["code"] for v in outcome.json["violations"]} == {"left_out"}
