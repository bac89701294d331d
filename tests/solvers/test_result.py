"""The result: headline, gap, claim, text and JSON."""

from __future__ import annotations

import json

import pytest

from schedsolve.models.check import validate, violations
from schedsolve.models.errors import InvalidProblem, InvalidSolution
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.result import Level, Result, Status, TracePoint, result_document

PROBLEM = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]])
SETTINGS = {"no_wait": False, "objective": ["makespan", "total_completion_time"]}


def result(**changes) -> Result:
    problem = PROBLEM.with_settings(objective=SETTINGS["objective"])
    fields = {
        "kind": "jobshop",
        "problem": problem.fingerprint,
        "status": Status.FEASIBLE,
        "stopped_by": "time",
        "solution": JobShopSolution(start=[0, 3, 0, 3]),
        "objectives": (Level("makespan", 7, 7), Level("total_completion_time", 12, 9)),
        "engine": "dispatch",
        "proved_by": "bound",
        "trace": (TracePoint(0.25, 7, None, "dispatch", "makespan"),),
        "seconds": 1.5,
        "seed": 3,
        "threads": 2,
        "versions": {"schedsolve": "0"},
        "notes": ("a note",),
        "settings": SETTINGS,
    }
    return Result(**(fields | changes))


def test_the_headline_is_the_first_open_level():
    r = result()
    assert (r.level, r.objective, r.bound, r.gap) == ("total_completion_time", 12, 9, 0.25)
    r = result(objectives=(Level("makespan", 7, 5), Level("total_completion_time", 12, None)))
    assert (r.level, r.objective, r.bound) == ("makespan", 7, 5)
    r = result(objectives=(Level("makespan", 7, 7), Level("total_completion_time", 12, 12)))
    assert (r.level, r.gap) == ("total_completion_time", 0)
    r = result(solution=None, objectives=(Level("makespan", None, 5), Level("total_completion_time", None, None)))
    assert (r.level, r.objective, r.bound, r.gap) == ("makespan", None, 5, None)


def test_text():
    assert str(result()) == "FEASIBLE total_completion_time 12, bound 9 (1.50 s, dispatch)"
    infeasible = result(
        status=Status.INFEASIBLE, solution=None, engine=None, objectives=(Level("makespan", None, None),)
    )
    assert str(infeasible) == "INFEASIBLE no solution (1.50 s, no engine)"


@pytest.mark.parametrize(
    "changes", [{}, {"solution": None, "engine": None, "trace": ()}, {"objectives": (Level("x", None, 1),)}]
)
def test_json_round_trip(changes):
    r = result(**changes)
    assert Result.from_json(r.to_json()) == r


def test_json_has_the_published_names():
    document = json.loads(result().to_json())
    names = (
        "schema version kind role problem status stopped_by objective bound gap level objectives engine proved_by "
        "seconds seed threads versions notes settings trace solution"
    )
    assert list(document) == names.split()
    assert document["objectives"][0] == {"name": "makespan", "value": 7, "bound": 7}
    assert document["trace"] == [
        {"seconds": 0.25, "objective": 7, "bound": None, "who": "dispatch", "stage": "makespan"}
    ]
    assert document["solution"] == {"start": [0, 3, 0, 3]}


def test_json_matches_its_schema():
    jsonschema = pytest.importorskip("jsonschema")
    import msgspec

    schema = msgspec.json.schema(result_document())
    jsonschema.validate(json.loads(result().to_json()), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(result().to_json()) | {"status": "GREAT"}, schema)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "GREAT"}, "Invalid enum value 'GREAT' - at `$.status`"),
        ({"seed": 1.5}, "Expected `int`, got `float` - at `$.seed`"),
        ({"role": "solution"}, "Invalid enum value 'solution' - at `$.role`"),
        ({"schema": "schedsolve/9"}, "Invalid enum value 'schedsolve/9' - at `$.schema`"),
        ({"version": 2}, "Invalid enum value 2 - at `$.version`"),
        ({"extra": 1}, "Object contains unknown field `extra`"),
        ({"solution": {"start": ["x"]}}, "Expected `int`, got `str` - at `$.start[0]`"),
        ({"solution": {"begin": [1]}}, "Object contains unknown field `begin`"),
    ],
)
def test_json_is_read_strictly(change, message):
    document = json.loads(result().to_json()) | change
    with pytest.raises(InvalidProblem) as error:
        Result.from_json(json.dumps(document))
    assert str(error.value) == f"JSON: {message}"


def test_a_result_is_checked_with_its_settings_and_claims():
    assert violations(PROBLEM, result()) == []
    wrong = result(objectives=(Level("makespan", 6, 6), Level("total_completion_time", 12, 13)))
    assert [v.code for v in violations(PROBLEM, wrong)] == ["objective", "bound"]
    assert [v.code for v in violations(PROBLEM, result(problem="feed"))] == ["fingerprint"]
    no_wait = result(settings={**SETTINGS, "no_wait": True})
    assert {v.code for v in violations(PROBLEM, no_wait)} == {"no_wait", "fingerprint"}
    with pytest.raises(InvalidSolution, match="the result holds no solution"):
        validate(PROBLEM, result(solution=None))
