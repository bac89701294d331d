"""The result: headline, gap, claim, text and JSON."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import msgspec
import pytest

from schedsolve.models.check import validate, violations
from schedsolve.models.errors import InvalidProblem, InvalidSolution
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.level import Level
from schedsolve.solvers.result import Result, ResultDocument, Status, TracePoint

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
        "trace": (
            TracePoint(0.25, 7, None, "dispatch", "makespan"),
            TracePoint(0.5, 7, 7, "bound", "makespan"),
            TracePoint(0.5, 12, 9, "bound", "total_completion_time"),
        ),
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
    point = {"seconds": 0.25, "objective": 7, "bound": None, "who": "dispatch", "stage": "makespan"}
    assert document["trace"][0] == point
    assert document["solution"] == {"start": [0, 3, 0, 3]}


def test_json_matches_its_schema():
    jsonschema = pytest.importorskip("jsonschema")
    schema = msgspec.json.schema(ResultDocument)
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


def test_an_older_document_is_read_and_written_as_it_was():
    """One without units, scales and details."""
    document = json.loads(result().to_json())
    assert [list(level) for level in document["objectives"]] == [["name", "value", "bound"]] * 2
    assert "details" not in document
    read = Result.from_json(json.dumps(document))
    assert json.loads(read.to_json()) == document
    assert violations(made_for(), read) == []


def test_the_event_of_a_result_is_its_document_without_solution_and_trace():
    from schedsolve.cli import events

    made = result(details={"moves": 3})
    event, document = msgspec.to_builtins(events.Result.of(made)), made.to_builtins()
    assert event == {"type": "result"} | {k: v for k, v in document.items() if k not in ("solution", "trace")}
    assert list(event)[1:] == [name for name in document if name not in ("solution", "trace")]
    assert document["details"] == {"moves": 3}


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (3, "JSON: Expected `object`, got `int` - at `$.details`"),
        ({"a": [[[[[[[[[1]]]]]]]]]}, "details: expected at most 8 lists or objects within each other"),
    ],
)
def test_details_are_plain_and_bounded(details, message):
    document = json.loads(result().to_json()) | {"details": details}
    with pytest.raises(InvalidProblem) as error:
        Result.from_json(json.dumps(document))
    assert str(error.value) == message


def test_units_are_held_to_the_problem():
    objectives = (Level("makespan", 7, 7, "time", 1), Level("total_completion_time", 12, 9, "money", 1000))
    assert claims_refused(result(objectives=objectives)) == [
        "total_completion_time in money stated, it is in time",
        "total_completion_time with scale 1000 stated, it is 1",
    ]


def made_for() -> JobShop:
    return PROBLEM.with_settings(objective=SETTINGS["objective"])


def claims_refused(r: Result) -> list[str]:
    return [v.message for v in violations(made_for(), r) if v.code == "claim"]


def test_a_result_is_held_to_its_claims():
    assert violations(made_for(), result()) == []
    wrong = result(objectives=(Level("makespan", 6, 7), Level("total_completion_time", 12, 13)))
    assert claims_refused(wrong)[:2] == [
        "makespan 6 stated, the solution has 7",
        "total_completion_time bound 13 stated, the solution has 12",
    ]
    assert claims_refused(result(problem="feed")) == [f"made for problem feed, this one is {made_for().fingerprint}"]
    with pytest.raises(InvalidSolution, match="the result holds no solution"):
        validate(made_for(), result(solution=None))


def test_the_problem_decides_and_not_the_settings_that_a_result_was_made_with():
    waits = result()
    strict = made_for().with_settings(no_wait=True)
    solution = JobShopSolution(start=[0, 3, 0, 3])
    assert [v.code for v in violations(strict, solution)] == ["no_wait"]
    found = violations(strict, result(solution=solution, objectives=waits.objectives))
    assert [v.code for v in found] == ["no_wait", "claim"]
    assert "no_wait false" in found[1].message
    assert "--set no_wait=false" in found[1].message
    (other,) = violations(PROBLEM, waits)
    assert other.message == (
        "made with objective makespan,total_completion_time, the problem has makespan; "
        "--objective makespan,total_completion_time checks it as it was made"
    )


def test_a_result_that_was_read_is_held_to_all_that_its_document_says():
    document = json.loads(result().to_json()) | {"gap": 0.5, "bound": 11}
    read = Result.from_json(json.dumps(document))
    assert (read.gap, read.bound) == (0.25, 9)
    assert [text.split(" stated")[0] for text in claims_refused(read)] == ["bound 11", "gap 0.5"]
    assert claims_refused(pickle.loads(pickle.dumps(read))) == claims_refused(read)
    assert claims_refused(replace(read, seed=4)) == []
    assert claims_refused(replace(read, objectives=()))[0].startswith("objectives none stated")


def test_a_document_may_leave_out_its_role():
    document = json.loads(result().to_json())
    del document["role"]
    assert Result.from_json(json.dumps(document)) == result()
