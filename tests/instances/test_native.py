"""Native JSON: schemas that hold for what is written, examples that hold for the schemas."""

from __future__ import annotations

import json

import jsonschema
import msgspec
import pytest

from schedsolve.instances.jobshop.example import problem_and_solution
from schedsolve.instances.native import example, read_solution, schema, schema_names
from schedsolve.instances.read import load, read_text
from schedsolve.instances.write import save
from schedsolve.models.check import violations
from schedsolve.models.errors import InvalidFile, UnknownName
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.result import Result, Status


def is_valid(document, name: str) -> bool:
    return jsonschema.Draft202012Validator(schema(name)).is_valid(document)


def test_there_is_a_schema_of_problems_solutions_and_results():
    assert schema_names() == ["jobshop", "jobshop.solution", "rcpsp", "rcpsp.solution", "result"]


@pytest.mark.parametrize("name", ["jobshop", "jobshop.solution", "rcpsp", "rcpsp.solution", "result"])
def test_schema_is_one_and_holds_for_its_example_only(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))
    for other in schema_names():
        assert is_valid(json.loads(example(other)), name) == (other == name)


def test_schema_says_what_is_wrong():
    document = json.loads(example("jobshop"))
    assert not is_valid(document | {"colour": 1}, "jobshop")
    assert not is_valid(document | {"duration": [1.5]}, "jobshop")
    assert not is_valid(document | {"schema": "schedsolve/2"}, "jobshop")
    assert not is_valid(document | {"kind": "rcpsp"}, "jobshop")
    assert not is_valid({k: v for k, v in document.items() if k != "machine"}, "jobshop")


@pytest.mark.parametrize("name", ["ft06", "ta01"])
def test_written_files_follow_the_schema(name, tmp_path):
    save(load(name), tmp_path / "x.json")
    assert is_valid(json.loads((tmp_path / "x.json").read_text()), "jobshop")


def test_examples_can_be_read_and_belong_together(tmp_path):
    (tmp_path / "problem.json").write_text(example("jobshop"))
    (tmp_path / "solution.json").write_text(example("jobshop.solution"))
    (tmp_path / "result.json").write_text(example("result"))
    problem = load(tmp_path / "problem.json")
    solution = read_solution(tmp_path / "solution.json")
    result = read_solution(tmp_path / "result.json")
    assert (problem, solution) == problem_and_solution()
    assert isinstance(problem, JobShop)
    assert isinstance(solution, JobShopSolution)
    assert isinstance(result, Result)
    assert result.status is Status.OPTIMAL
    assert violations(problem, solution) == []
    assert violations(problem, result) == []


@pytest.mark.parametrize("function", [schema, example])
def test_unknown_schema_suggests(function):
    with pytest.raises(UnknownName, match="did you mean jobshop"):
        function("jobshob")


def test_roles_are_not_confused(tmp_path):
    (tmp_path / "x.json").write_text(example("jobshop"))
    with pytest.raises(InvalidFile, match="holds a problem, expected a solution or a result"):
        read_solution(tmp_path / "x.json")
    (tmp_path / "x.json").write_text(example("result"))
    with pytest.raises(InvalidFile, match="holds a result, expected a problem"):
        load(tmp_path / "x.json")


def test_damaged_solutions_are_named_with_path_and_line(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"schema":"schedsolve/1","kind":"jobshop","role":"solution","start":[0.5]}')
    with pytest.raises(InvalidFile, match=r"Expected `int`.*\$\.start\[0\]"):
        read_solution(path)
    path.write_text('{"schema":"schedsolve/1",\n"kind":jobshop}')
    with pytest.raises(InvalidFile) as caught:
        read_solution(path)
    assert caught.value.line == 2
    with pytest.raises(InvalidFile, match="no such file"):
        read_solution(tmp_path / "missing.json")


def test_line_of_a_syntax_error_counts_bytes_not_characters():
    with pytest.raises(InvalidFile) as caught:
        read_text('{"name":"' + "é" * 40 + '",\n\n"schema":?}', "x.json")
    assert caught.value.line == 3


def test_problem_is_the_default_role():
    document = json.loads(example("jobshop"))
    del document["role"]
    assert read_text(msgspec.json.encode(document).decode(), "x.json") == problem_and_solution()[0]


@pytest.mark.parametrize("name", schema_names())
def test_the_role_follows_from_the_fields(name, tmp_path):
    document = json.loads(example(name))
    del document["role"]
    assert is_valid(document, name)
    path = tmp_path / "x.json"
    path.write_text(json.dumps(document))
    read = load if name in FAMILIES else read_solution
    (tmp_path / "whole.json").write_text(example(name))
    assert read(path) == read(tmp_path / "whole.json")
    with pytest.raises(InvalidFile, match="holds a"):
        (read_solution if read is load else load)(path)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "has no role, and no field of a problem, a solution or a result"),
        ({"begin": [0]}, "has no role, and no field of a problem, a solution or a result"),
        ({"start": [0], "duration": [1]}, "holds a problem, expected a solution or a result"),
        ({"start": [0], "begin": [1]}, "unknown field `begin`"),
        ({"start": [0], "role": None}, "expected the role problem, solution or result, found None"),
        ({"start": [0], "kind": ["jobshop"]}, r"got `array` - at `\$.kind`"),
        ({"status": "OPTIMAL", "solution": None}, "missing required field"),
    ],
)
def test_a_document_that_is_nothing_known(fields, message, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"schema": "schedsolve/1", "kind": "jobshop"} | fields))
    with pytest.raises(InvalidFile, match=message):
        read_solution(path)


def test_settings_nested_without_end_are_refused(tmp_path):
    document = json.loads(example("result"))
    path = tmp_path / "x.json"
    for depth in range(700, 1300, 7):  # what the decoder still takes is no value of a setting
        deep = json.dumps(document | {"settings": {"tick": "HERE"}}).replace('"HERE"', "[" * depth + "]" * depth)
        path.write_text(deep)
        try:
            result = read_solution(path)
        except InvalidFile:
            continue
        (found,) = violations(problem_and_solution()[0], result)
        assert str(found) == "claim: tick: […] stated, which is none of its values"


def test_deep_nesting_is_refused():
    with pytest.raises(InvalidFile):
        read_text('{"schema":' + "[" * 100_000 + "]" * 100_000 + "}", "x.json")
