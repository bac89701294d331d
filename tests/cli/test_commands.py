"""The commands beside ``solve`` and ``validate``, and the help of all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedsolve.cli.main import COMMANDS, schedsolve
from schedsolve.instances.generators import GENERATORS
from schedsolve.instances.native import schema_names
from schedsolve.instances.read import load
from schedsolve.models.registry import FAMILIES

Invoke = Callable[..., Any]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_opens_with_two_examples(invoke: Invoke, command: str) -> None:
    outcome = invoke(command, "--help")
    assert outcome.code == 0
    assert outcome.out.count("\n  schedsolve ") == 2
    assert all(len(line) <= 110 for line in outcome.out.splitlines())


@pytest.mark.parametrize("words", [("solve",), ("bench",), *(("generate", name) for name in GENERATORS)])
def test_help_tells_limits_only_where_there_are_some(invoke: Invoke, words: tuple[str, ...]) -> None:
    assert not re.search("[<>]=?None|RANGE", invoke(*words, "--help").out)


def test_the_program_without_a_command_helps(invoke: Invoke) -> None:
    outcome = invoke()
    assert outcome.code == 0
    assert all(f"  {command} " in outcome.out for command in COMMANDS)
    assert schedsolve.list_commands(None) == list(COMMANDS)  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".json", ".fjs", ".csv", ".jsp"])
def test_convert(invoke: Invoke, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"ft06{suffix}"
    assert invoke("convert", "ft06", path).code == 0
    assert load(path).fingerprint == load("ft06").fingerprint


def test_convert_to_standard_output(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "ft06.json"
    path.write_text(invoke("convert", "ft06", "-").out)
    assert load(path) == load("ft06")


@pytest.mark.parametrize("name", GENERATORS)
def test_generate(invoke: Invoke, tmp_path: Path, name: str) -> None:
    path = tmp_path / "problem.json"
    sizes = {"project": {"tasks": 4, "resources": 2}, "levels": {"tasks": 12, "resources": 2}}
    size = sizes.get(name, {"jobs": 4, "machines": 2})
    options = [word for what, count in size.items() for word in (f"--{what}", str(count))]
    assert invoke("generate", name, *options, "-o", path).code == 0
    problem = load(path)
    for what, count in size.items():
        found = getattr(problem, f"num_{what}")
        assert found in (count, count + 2) if what == "tasks" else found == count
    assert invoke("generate", name, *options).out == path.read_text()


def test_generate_with_flags_and_choices(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    options = ("--jobs", "3", "--no-permutation", "--no-wait", "--objective", "tardy_jobs", "--due-factor", "1.5")
    assert invoke("generate", "flowshop", *options, "--seed", "5", "-o", path).code == 0
    problem = load(path)
    assert (problem.permutation, problem.no_wait, problem.objective) == (False, True, ("tardy_jobs",))


def test_compile(invoke: Invoke, tmp_path: Path) -> None:
    for engine, name in (("cpsat", "ft06.pb"), ("milp", "ft06.lp"), ("milp", "ft06.mps")):
        outcome = invoke("compile", "ft06", "--engine", engine, "-o", tmp_path / name)
        assert outcome.code == 0, outcome.err
        assert (tmp_path / name).stat().st_size > 500


def test_instances(invoke: Invoke) -> None:
    lines = invoke("instances", "ft").out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["ft06", "ft10", "ft20"]
    assert " 930 " in lines[2]
    assert invoke("instances", "ft06").out.startswith("ft06: jobshop")


def test_rules(invoke: Invoke) -> None:
    out = invoke("rules", "jobshop").out
    assert all(f"\n  {rule} " in out for rule in ("spt", "mwkr", "atc"))
    assert "Panwalkar" in out
    assert re.search(r"^  R +work that its job still needs", out, flags=re.MULTILINE)


def test_warmup(invoke: Invoke) -> None:
    lines = invoke("warmup").out.splitlines()
    engines = {"jobshop": ("dispatch", "rolling", "search"), "rcpsp": ("dispatch", "search")}
    kernels = {f"{kind} {engine}" for kind in FAMILIES for engine in engines[kind]}
    assert {line.split(":")[0] for line in lines} == kernels


def test_schemas(invoke: Invoke) -> None:
    names = invoke("schema").out.split()
    assert {"jobshop", "result", "validation", "info", "event"} <= set(names)
    for name in names:
        assert "$defs" in invoke("schema", name).json


@pytest.mark.parametrize("name", schema_names())
def test_examples(invoke: Invoke, tmp_path: Path, name: str) -> None:
    path = tmp_path / "example.json"
    path.write_text(invoke("schema", name, "--example").out)
    if name in FAMILIES:
        assert invoke("info", path).code == 0
    else:
        problem = tmp_path / "problem.json"
        kind = name.removesuffix(".solution") if name != "result" else "jobshop"
        problem.write_text(invoke("schema", kind, "--example").out)
        assert invoke("validate", problem, path).code == 0


def test_version(invoke: Invoke) -> None:
    assert invoke("--version").out == invoke("version").out
    assert {"python", "ortools", "pulp", "numpy"} <= {
        line.split()[0] for line in invoke("version", "--all").out.split("\n") if line
    }


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(invoke: Invoke, shell: str) -> None:
    assert "_SCHEDSOLVE_COMPLETE" in invoke("completion", shell).out


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("sol", "solve"),
        ("solve ft", "ft06"),
        ("solve ta4", "ta41"),
        ("solve ft06 --eng", "--engine"),
        ("solve ft06 --engine cp", "cpsat"),
        ("solve ft06 --rule mw", "mwkr"),
        ("solve ft06 --kind job", "jobshop"),
        ("rules job", "jobshop"),
        ("generate fle", "flexible"),
        ("generate flexible --max-alt", "--max-alternatives"),
        ("schema res", "result"),
    ],
)
def test_completion(completions: Callable[[str], list[str]], words: str, completed: str) -> None:
    assert f"plain,{completed}" in completions(words)


def test_progress_in_a_log(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start("solve", "ta21", "--time-limit", "4", "--threads", "1")
    out, err = process.communicate(timeout=60)
    lines = err.splitlines()
    assert lines
    assert all(" s  makespan " in line and "\x1b" not in line for line in lines)
    assert "\x1b" not in out
    quiet = start("solve", "ft06", "--engine", "dispatch", "--quiet")
    assert quiet.communicate(timeout=60)[1] == ""


def test_explain(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "tight.json"
    assert (
        invoke("generate", "jobshop", "--jobs", "3", "--machines", "3", "--deadline-factor", "1", "-o", path).code == 0
    )
    outcome = invoke("explain", path)
    assert outcome.code == 0
    assert re.match(r"no solution: these \d+ cannot hold together\n  ", outcome.out)
    document = invoke("explain", path, "--format", "json").json
    assert (document["feasible"], document["minimal"]) == (False, True)
    assert [item["words"] for item in document["conflict"]] == [
        line.strip() for line in outcome.out.split("\n\n")[0].splitlines()[1:]
    ]
    assert all(change["amount"] > 0 for change in document["relaxations"])


def test_explain_what_has_a_solution(invoke: Invoke) -> None:
    outcome = invoke("explain", "ft06")
    assert (outcome.code, outcome.out) == (1, "the problem has a solution\n")


def test_explain_without_time(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    options = ("--jobs", "40", "--machines", "20", "--deadline-factor", "1")
    assert invoke("generate", "jobshop", *options, "-o", path).code == 0
    assert invoke("explain", path, "--time-limit", "1ms").code == 3
