"""What is printed: text for people, JSON that follows its published schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.level import Level
from schedsolve.solvers.result import Result, Status

Invoke = Callable[..., Any]

DISPATCH = ("--engine", "dispatch", "--quiet")


def follows(invoke: Invoke, document: object, name: str) -> None:
    schema = invoke("schema", name).json
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)


def test_text(invoke: Invoke) -> None:
    outcome = invoke("solve", "la05", *DISPATCH)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0].startswith("la05: ")
    assert any(line.split()[:2] == ["makespan", "593"] for line in lines)
    assert any("best known" in line and "593 (optimal), reached" in line for line in lines)
    assert any("found by" in line for line in lines)
    assert "10 more rows; -o plan.csv writes them all" in outcome.out
    assert len(lines) < 55


def test_gap_to_the_best_known(invoke: Invoke) -> None:
    out = invoke("solve", "la01", *DISPATCH, "--rule", "spt").out
    assert "above it" in next(line for line in out.splitlines() if "best known" in line)


def test_another_objective_has_no_best_known(invoke: Invoke) -> None:
    assert "best known" not in invoke("solve", "la01", *DISPATCH, "--objective", "total_completion_time").out


def test_all_objectives_are_shown(invoke: Invoke) -> None:
    out = invoke("solve", "ft06", *DISPATCH, "--objective", "total_completion_time,makespan").out
    assert out.index("total_completion_time") < out.index("  makespan")


def test_json_follows_the_published_schema(invoke: Invoke) -> None:
    outcome = invoke("solve", "ft06", *DISPATCH, "--format", "json")
    follows(invoke, outcome.json, "result")
    assert len(outcome.json["solution"]["start"]) == 36


def test_json_of_a_long_schedule_is_a_summary_and_the_file_is_whole(invoke: Invoke, tmp_path: Path) -> None:
    long, plan = tmp_path / "long.json", tmp_path / "plan.json"
    long.write_text(JobShop.from_jobs([[(0, 1)] for _ in range(10_001)]).to_json())
    outcome = invoke("solve", long, *DISPATCH, "--format", "json", "-o", plan)
    assert outcome.json["solution"] is None
    assert any("10001 decisions" in note for note in outcome.json["notes"])
    assert len(json.loads(plan.read_text())["solution"]["start"]) == 10_001
    follows(invoke, outcome.json, "result")


def test_the_json_stream(invoke: Invoke) -> None:
    outcome = invoke("solve", "ft06", *DISPATCH, "--format", "jsonl")
    assert (outcome.code, outcome.err) == (0, "")
    kinds = [event["type"] for event in outcome.events]
    assert kinds[0] == "start"
    assert kinds[-1] == "result"
    assert {"improvement", "bound"} <= set(kinds)
    assert all(event["schema"] == "schedsolve/1" and "solution" not in event for event in outcome.events)
    for event in outcome.events:
        follows(invoke, event, "event")


def test_an_error_in_the_json_stream(invoke: Invoke, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsp"
    broken.write_text("2 2\n0 1 1 2\n0 1 x 2\n")
    outcome = invoke("solve", broken, "--format", "jsonl")
    assert outcome.code == 2
    (event,) = outcome.events
    assert (event["type"], event["code"], event["file"], event["line"]) == ("error", "invalid_file", str(broken), 3)
    follows(invoke, event, "event")


def test_a_usage_error_in_the_json_stream(invoke: Invoke) -> None:
    outcome = invoke("solve", "ft06", "--threads", "none", "--format", "jsonl")
    assert [event["code"] for event in outcome.events] == ["usage"]


def test_info_follows_its_schema(invoke: Invoke) -> None:
    document = invoke("info", "ft10", "--set", "blocking=swap", "--format", "json").json
    follows(invoke, document, "info")
    assert document["sizes"] == {"jobs": 10, "machines": 10, "operations": 100}
    assert "blocking=swap" in document["features"]
    assert document["best_known"]["upper"] != 930  # that is without blocking


def test_info_for_people(invoke: Invoke) -> None:
    out = invoke("info", "ft10", "--set", "no_wait=true").out
    for text in ("10 jobs", "100 operations", "no_wait", "makespan", "--set NAME=VALUE", "cpsat", "mwkr"):
        assert text in out, text


def test_validation(invoke: Invoke, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    invoke("solve", "ft06", *DISPATCH, "--format", "json", "-o", plan)
    good = invoke("validate", "ft06", plan)
    assert (good.code, good.out.startswith("feasible: makespan ")) == (0, True)
    follows(invoke, invoke("validate", "ft06", plan, "--format", "json").json, "validation")
    other = invoke("validate", "la01", plan)
    assert (other.code, other.out.splitlines()[0]) == (1, "infeasible: 2 violations (1 shape, 1 claim)")


def test_validation_lists_every_broken_rule(invoke: Invoke, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(JobShopSolution(start=[0] * 100).to_json())
    outcome = invoke("validate", "ft10", plan)
    assert outcome.code == 1
    assert " machine_overlap" in outcome.out.splitlines()[0]
    assert "more; --format json lists them all" in outcome.out
    whole = invoke("validate", "ft10", plan, "--format", "json")
    follows(invoke, whole.json, "validation")
    assert len(whole.json["violations"]) > 40
    assert invoke("validate", "ft10", plan, "--exit-zero").code == 0


def test_schedule_as_csv(invoke: Invoke, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    assert invoke("solve", "ft06", *DISPATCH, "-o", plan).code == 0
    assert len(plan.read_text().splitlines()) == 37


@pytest.mark.parametrize("given", ["--plot", "--gantt", "SCHEDSOLVE_PLOT", "SCHEDSOLVE_GANTT", "plot", "gantt"])
def test_picture_by_its_name_and_by_its_old_one(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    picture, params, words = tmp_path / "plan.html", tmp_path / "params.toml", []
    if given.startswith("--"):
        words = [given, picture]
    elif given.isupper():
        monkeypatch.setenv(given, str(picture))
    else:
        params.write_text(f'{given} = "{picture}"\n')
        words = ["--params", params]
    assert invoke("solve", "ft06", *DISPATCH, *words).code == 0
    assert "<html" in picture.read_text()


def test_a_full_disk_does_not_cost_the_answer(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    outcome = invoke("solve", "ft06", *DISPATCH, "-o", tmp_path / "plan.json")
    assert outcome.code == 2
    assert "no space left" in outcome.err
    assert outcome.out.startswith("ft06: ")


def test_a_terminal_without_the_letters_of_a_name(program: Callable[..., Any], tmp_path: Path) -> None:
    problem = tmp_path / "jobs.csv"
    problem.write_text("job,step,machine,duration\nshaft,1,Ω saw,5\n", encoding="utf-8")
    outcome = program("solve", problem, *DISPATCH, env={"PYTHONIOENCODING": "latin-1"})
    assert outcome.code == 0
    assert "\\u03a9 saw" in outcome.out


def test_without_a_solution_only_the_json_result_is_written(invoke: Invoke, tmp_path: Path) -> None:
    problem = tmp_path / "late.json"
    problem.write_text(JobShop.from_jobs([[(0, 5)]], deadline=[3]).to_json())
    table, document, picture = tmp_path / "plan.csv", tmp_path / "plan.json", tmp_path / "plan.html"
    outcome = invoke("solve", problem, "-o", table, "--gantt", picture, "--quiet")
    assert outcome.code == 1
    assert outcome.out.splitlines()[0].endswith("no schedule keeps all constraints")
    assert [line.split()[3] for line in outcome.err.splitlines()] == [str(table), str(picture)]
    assert not table.exists()
    assert not picture.exists()
    assert invoke("solve", problem, "-o", document, "--exit-zero", "--quiet").code == 0
    assert json.loads(document.read_text())["status"] == "INFEASIBLE"


@pytest.mark.parametrize(
    ("levels", "lines"),
    [
        ([Level("makespan", 100, 80)], ["makespan  100 (bound 80, gap 20.0 %)"]),
        ([Level("makespan", 100, None)], ["makespan  100"]),
        ([Level("makespan", None, 80)], ["makespan  at least 80"]),
        ([Level("tardy_jobs", 0, 0), Level("makespan", 9, 9)], ["tardy_jobs  0 (optimal)", "makespan    9 (optimal)"]),
    ],
)
def test_levels(levels: list[Level], lines: list[str]) -> None:
    from schedsolve.cli.answer import text

    problem = JobShop.from_jobs([[(0, 5)]])
    result = Result(
        kind="jobshop",
        problem="",
        status=Status.FEASIBLE,
        stopped_by="time",
        solution=None,
        objectives=tuple(levels),
        engine=None,
        proved_by=None,
    )
    assert [line.strip() for line in text(problem, result).splitlines()[1:]] == lines
