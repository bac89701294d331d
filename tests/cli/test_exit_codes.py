"""Every exit code, and one clear line on stderr for all that a user may get wrong."""

from __future__ import annotations

import importlib.util
import json
import runpy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution

Invoke = Callable[..., Any]

JSP = "2 2\n0 3 1 2\n1 4 0 1\n"
TINY = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 4), (0, 1)]])

BROKEN_FILES = runpy.run_path(str(Path(__file__).parents[1] / "support" / "broken_files.py"))["BROKEN"]

FILES = {
    "good.jsp": JSP,
    "word.jsp": "2 2\n0 3 1 nan\n1 4 0 1\n",
    "problem.json": TINY.to_json(),
    "syntax.json": '{"schema": "schedsolve/1",\n "kind": "jobshop",\n "num_machines": }',
    "solution.json": JobShopSolution(start=[0, 3, 4, 8]).to_json(),
    "overlap.json": JobShopSolution(start=[0, 3, 0, 0]).to_json(),
    "options.toml": 'time-limt = "1s"\n',
    "engine.toml": "[cpsta]\nx = 1\n",
    "name.toml": "[milp]\nsolverr = 'cbc'\n",
    "type.toml": "[milp]\nsolver = 3\n",
    "value.toml": "threads = 1.5\n",
    "syntax.toml": "threads = = 2\n",
}

BAD_USAGE = [
    ("slove good.jsp", 'no command "slove"; did you mean solve?'),
    ("solve", "Missing argument"),
    ("solve fft06", "did you mean ft06?"),
    ("solve good.jsp --time-limt 3", "--time-limit"),
    ("solve good.jsp --time-limit soon", "no duration"),
    ("solve good.jsp --time-limit -5", "no duration"),
    ("solve good.jsp --time-limit nan", "no duration"),
    ("solve good.jsp --time-limit 0", "no duration"),
    ("solve good.jsp --threads 0", "--threads"),
    ("solve good.jsp --seed pi", "--seed"),
    ("solve good.jsp --gap -1%", "no share"),
    ("solve good.jsp --target best", "--target"),
    ("solve good.jsp --iterations 0", "--iterations"),
    ("solve good.jsp --engine cpsta", "did you mean cpsat?"),
    ("solve good.jsp --engine dispatch --rule sptt", "did you mean spt?"),
    ("solve good.jsp --engine cpsat --rule spt", "a rule goes with the engines auto and dispatch, not with cpsat"),
    ("solve good.jsp --objective makspan", "did you mean makespan?"),
    ("solve good.jsp --objective maximum_lateness", "due date"),
    ("solve good.jsp --kind jobshopp", "did you mean jobshop?"),
    ("solve good.jsp --set no_wiat=true", "did you mean no_wait?"),
    ("solve good.jsp --set no_wait", "NAME=VALUE"),
    ("solve good.jsp --set no_wait=maybe", "true or false"),
    ("solve good.jsp --set blocking=half", "no_swap"),
    ("solve good.jsp --set objective=makespan", "option of its own"),
    ("solve good.jsp --set permutation=true", "same route"),
    ("solve good.jsp --engine milp --set open_shop=true --set blocking=no_swap", "milp does not model blocking"),
    ("solve good.jsp --format xml", "--format"),
    ("solve good.jsp -o plan.xls", ".json or .csv"),
    ("solve good.jsp -o nowhere/plan.json", "no folder nowhere"),
    ("solve good.jsp --plot plan.pdf", ".png or .svg or .html"),
    ("solve good.jsp --gantt plan.pdf", ".png or .svg or .html"),
    ("solve good.jsp --hint absent.json", "no such file"),
    ("solve good.jsp --hint syntax.json", "line 3"),
    ("solve good.jsp --hint overlap.json", "overlap"),
    ("solve ft06 --hint solution.json", "4 starts given for 36 operations"),
    ("solve good.jsp --params options.toml", "did you mean time-limit?"),
    ("solve good.jsp --params engine.toml", "did you mean cpsat?"),
    ("solve good.jsp --params name.toml", "did you mean solver?"),
    ("solve good.jsp --params type.toml", "milp"),
    ("solve good.jsp --params value.toml", "--threads"),
    ("solve good.jsp --params syntax.toml", "TOML"),
    ("solve good.jsp --params good.jsp", "TOML"),
    ("solve solution.json", "expected a problem"),
    ("solve absent.jsp", "no such file"),
    ("solve .", "directory"),
    ("solve good.jsp --params absent.toml", "absent.toml"),
    ("solve good.jsp#2 --engine dispatch", "good.jsp"),
    ("validate good.jsp good.jsp", "good.jsp"),
    ("validate good.jsp problem.json", "expected a solution"),
    ("convert good.jsp copy.xyz", ".xyz"),
    ("compile good.jsp --engine milp -o model.pb", ".lp or .mps"),
    ("compile good.jsp --engine dispatch -o model.pb", "dispatch"),
    ("generate jobshp", "did you mean jobshop?"),
    ("generate jobshop --jobs 0", "jobs"),
    ("instances fx99", "bundled instance"),
    ("rules jobshopp", "did you mean jobshop?"),
    ("schema jobshpo", "did you mean jobshop?"),
    ("completion tcsh", "bash"),
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)


def is_one_clear_line(outcome: Any, *texts: str) -> None:
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert outcome.err.startswith("schedsolve: ")
    assert outcome.err.count("\n") == 1, outcome.err
    assert "Traceback" not in outcome.err
    for text in texts:
        assert text in outcome.err, outcome.err


@pytest.mark.parametrize("case", BROKEN_FILES, ids=lambda case: f"{case.file}: {case.id}")
def test_broken_files(invoke: Invoke, tmp_path: Path, case: Any) -> None:
    path = tmp_path / case.file.partition("#")[0]
    if case.content is None:
        path.mkdir()
    else:
        path.write_bytes(case.content.encode() if isinstance(case.content, str) else case.content)
    line = [] if case.line is None else [f"line {case.line}"]
    is_one_clear_line(invoke("solve", tmp_path / case.file), str(path), *line, *case.says)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("line", "text"), BAD_USAGE, ids=[line for line, _ in BAD_USAGE])
def test_bad_usage(invoke: Invoke, line: str, text: str) -> None:
    is_one_clear_line(invoke(*line.split()), text)


@pytest.mark.usefixtures("files")
def test_a_real_process_says_the_same(program: Invoke) -> None:
    is_one_clear_line(program("solve", "word.jsp"), "word.jsp, line 2", '"nan"')


@pytest.mark.usefixtures("files")
def test_a_missing_extra_is_reported_before_solving(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    hidden = lambda name, *a: None if name == "matplotlib" else find(name, *a)  # noqa: E731
    monkeypatch.setattr("schedsolve.reports.draw.find_spec", hidden)
    monkeypatch.setattr("schedsolve.reports.draw.find_spec", hidden)
    is_one_clear_line(invoke("solve", "good.jsp", "--gantt", "plan.png"), 'pip install "schedsolve[plot]"')


def test_an_infeasible_problem(invoke: Invoke, tmp_path: Path) -> None:
    problem = tmp_path / "late.json"
    problem.write_text(JobShop.from_jobs([[(0, 5)]], deadline=[3]).to_json())
    outcome = invoke("solve", problem, "--quiet")
    assert outcome.code == 1
    assert outcome.out.startswith("INFEASIBLE")


def test_no_solution_in_time(program: Invoke) -> None:
    outcome = program("solve", "ta61", "--engine", "milp", "--time-limit", "1s", "--format", "json")
    assert outcome.code == 3
    assert outcome.json["status"] == "UNKNOWN"


@pytest.mark.usefixtures("files")
def test_an_empty_hint_is_not_passed_over(invoke: Invoke) -> None:
    is_one_clear_line(invoke("solve", "good.jsp", "--quiet", "--hint", ""), "no such file")


def test_no_memory_is_no_bug(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("schedsolve.instances.read.loaded", full)
    outcome = invoke("info", "good.jsp")
    assert (outcome.code, outcome.err) == (2, "schedsolve: there is not enough memory\n")


def test_an_internal_error(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedsolve.instances.read.loaded", lambda *_, **__: 1 // 0)
    outcome = invoke("info", "ft06")
    assert outcome.code == 70
    assert "please report" in outcome.err
    assert "ZeroDivisionError" in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" in invoke("info", "ft06", "--debug").err


def test_a_reader_that_has_gone_is_no_error(start: Callable[..., subprocess.Popen[str]]) -> None:
    for arguments in (("instances",), ("--help",), ("solve", "ft06", "--engine", "dispatch", "--format", "jsonl")):
        process = start(*arguments)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == "", arguments
        assert process.wait(timeout=30) == 0, arguments


def test_standard_input(program: Invoke) -> None:
    outcome = program("solve", "-", "--engine", "dispatch", "--format", "json", input=TINY.to_json())
    assert (outcome.code, outcome.json["objective"]) == (0, 6)


def test_a_hint_is_never_lost(invoke: Invoke, tmp_path: Path) -> None:
    problem, hint = tmp_path / "tiny.json", tmp_path / "hint.json"
    problem.write_text(TINY.to_json())
    hint.write_text(JobShopSolution(start=[0, 4, 0, 4]).to_json())
    outcome = invoke("solve", problem, "--hint", hint, "--engine", "dispatch", "--rule", "lwkr", "--format", "json")
    assert (outcome.code, outcome.json["objective"]) == (0, 6)
    assert json.loads(outcome.out)["engine"] == "hint"
