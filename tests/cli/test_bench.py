"""``bench`` and ``compare`` as called: killed, resumed, interrupted, and with all that a user may get wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from schedsolve.benchmarks.runs import read_runs
from schedsolve.cli.bench import line
from schedsolve.cli.documents import schema

Invoke = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[str]"]

QUICK = ("--engine", "dispatch", "--threads", "1", "--time-limit", "20s")
JSP = "2 2\n0 3 1 2\n1 4 0 1\n"


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def wait_for(process: subprocess.Popen[str], path: Path, count: int) -> None:
    """Until so many records are in the file; the process must still be at work then."""
    while len(lines(path)) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve runs of two engines."""
    from schedsolve.cli.main import run

    path = tmp_path_factory.mktemp("bench") / "runs.jsonl"
    words = ["bench", "ft06", "la01-02", "--seeds", "2", *QUICK, "--engine", "peer:cpsat", "-o", str(path), "-q"]
    before = signal.getsignal(signal.SIGTERM)
    assert run(words) == 0
    signal.signal(signal.SIGTERM, before)
    return path


def test_records_follow_the_published_schema(recorded: Path) -> None:
    document = schema("run")
    jsonschema.Draft202012Validator.check_schema(document)
    assert len(lines(recorded)) == 12
    for text in lines(recorded):
        jsonschema.validate(json.loads(text), document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(text) | {"status": "GOOD"}, document)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_a_killed_bench_goes_on_where_it_was(
    start: Start, invoke: Invoke, tmp_path: Path, processes_with: Callable[[str], list[str]]
) -> None:
    path, token = tmp_path / "runs.jsonl", f"TOKEN_OF_{os.getpid()}_{tmp_path.name}"
    bench = ("bench", "la01-05", "--seeds", "2", *QUICK, "--engine", "cpsat", "--workers", "2", "-o", path)
    process = start(*bench, env={token: "1"})
    wait_for(process, path, 3)
    process.kill()
    process.communicate()
    before = lines(path)
    assert 3 <= len(before) < 20
    while processes_with(token):  # children notice by themselves that their parent is gone
        time.sleep(0.05)
    with path.open("a") as file:
        file.write(before[0][:50])  # as if it had been killed in the middle of a line
    outcome = invoke(*bench)
    assert outcome.code == 0
    assert outcome.out == f"20 runs in {path}: {len(before)} were there, {20 - len(before)} are new\n"
    assert lines(path)[: len(before)] == before
    runs = read_runs(path)
    keys = {(run.instance, run.engine, run.seed) for run in runs}
    assert len(runs) == len(keys) == len({run.key for run in runs}) == 20
    assert not any(run.failed for run in runs)
    assert invoke(*bench).out == f"20 runs in {path}: 20 were there, 0 are new\n"
    assert len(lines(path)) == 20


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_bench_ends_its_children(
    start: Start, tmp_path: Path, number: signal.Signals, code: int, processes_with: Callable[[str], list[str]]
) -> None:
    path, token = tmp_path / "runs.jsonl", f"TOKEN_OF_{os.getpid()}_{tmp_path.name}"
    options = ("--engine", "dispatch", "--engine", "cpsat", "--time-limit", "5m", "--threads", "1")
    process = start("bench", "ta21-22", *options, "-o", path, env={token: "1"})
    wait_for(process, path, 1)
    while len(processes_with(token)) < 2:
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    assert err.strip().splitlines()[-1] == "schedsolve: 3 of 4 runs are left; the same command does them"
    assert "Traceback" not in err
    assert [run.engine for run in read_runs(path)] == ["dispatch"]
    assert processes_with(token) == []


def test_a_run_that_overruns_is_recorded_and_can_be_tried_again(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    bench = ("bench", "ft06", "--engine", "dispatch", "--time-limit", "20ms", "--threads", "1", "-o", path)
    outcome = invoke(*bench, "--grace", "10ms")  # less than a process needs to start
    assert outcome.code == 0
    assert outcome.out == f"1 run in {path}: 0 were there, 1 are new, 1 failed\n"
    assert "FAILED, killed 0.03 s after its start, still running" in outcome.err
    assert invoke(*bench).out == f"1 run in {path}: 1 were there, 0 are new, 1 failed\n"
    assert invoke(*bench, "--retry-failed").out == f"1 run in {path}: 0 were there, 1 are new\n"
    assert [run.status for run in read_runs(path)] == ["FAILED", "FEASIBLE"]
    outcome = invoke("compare", path)
    assert "note: 1 run recorded again: the last record counts" in outcome.out


def test_the_runs_may_be_kept_beside_the_instances(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "one.jsp").write_text(JSP)
    bench = ("bench", tmp_path, *QUICK, "-o", tmp_path / "runs.jsonl")
    assert invoke(*bench).code == 0
    assert invoke(*bench).out.endswith(": 1 were there, 0 are new\n")


def test_files_folders_and_settings(invoke: Invoke, tmp_path: Path) -> None:
    folder, path = tmp_path / "plant", tmp_path / "runs.jsonl"
    for name, text in (("a/one.jsp", JSP), ("b/one.jsp", JSP.replace("4", "5")), ("b/two.jsp", JSP.replace("3", "9"))):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    words = (folder / "a", folder / "b", "--objective", "total_completion_time", "--set", "no_wait=true")
    outcome = invoke("bench", *words, *QUICK, "-o", path)
    assert outcome.code == 0
    progress = outcome.err.splitlines()
    assert progress[0].startswith(f"1/3  {folder / 'a' / 'one.jsp'} dispatch seed 0: OPTIMAL total_completion_time 11")
    assert "two dispatch" in progress[2]
    assert {run.level for run in read_runs(path)} == {"total_completion_time"}
    assert "note: no best-known value of" in invoke("compare", path).out


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("bench op", "openshop"),
        ("bench ta4", "ta41"),
        ("bench ft06 --engine peer:c", "peer:cpsat"),
        ("comp", "compare"),
    ],
)
def test_completion(completions: Callable[[str], list[str]], words: str, completed: str) -> None:
    assert f"plain,{completed}" in completions(words)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("ft06", "Missing option"),
        ("-o runs.jsonl", "Missing argument"),
        ("ft06 -o runs.csv", "should end in .jsonl"),
        ("clasics -o runs.jsonl", "did you mean classics?"),
        ("ta41-99 -o runs.jsonl", "known: ta01-80"),
        ("gone.jsp -o runs.jsonl", "no such file"),
        ("ft06 --engine cpsta -o runs.jsonl", "did you mean cpsat?"),
        ("ft06 --engine peer:cpsta -o runs.jsonl", "did you mean peer:cpsat?"),
        ("ft06 --seeds 3-1 -o runs.jsonl", "holds no seed"),
        ("ft06 --seeds some -o runs.jsonl", "are no seeds"),
        ("ft06 --seeds 2147483648 -o runs.jsonl", '"2147483648," is this seed alone'),
        ("ft06 --seeds 1,5-99999999999 -o runs.jsonl", "more than 100,000"),
        ("ft06 --seeds 1_0 -o runs.jsonl", "are no seeds"),
        ("ft06 --workers 0 -o runs.jsonl", "--workers"),
        ("ft06 --objective makspan -o runs.jsonl", "did you mean makespan?"),
        ("ft06 -o foreign.jsonl", "line 1: no record of a run"),
        ("ft06 --params type.toml -o runs.jsonl", "parameters of milp"),
    ],
)
def test_bad_usage(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, message: str
) -> None:
    (tmp_path / "foreign.jsonl").write_text('{"kind": "jobshop"}\n')
    (tmp_path / "type.toml").write_text("[milp]\nsolver = 3\n")
    monkeypatch.chdir(tmp_path)
    outcome = invoke("bench", *arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not (tmp_path / "runs.jsonl").exists()


@pytest.mark.skipif(find_spec("pyjobshop") is not None, reason="PyJobShop is installed")
def test_a_peer_that_is_not_installed(invoke: Invoke, tmp_path: Path) -> None:
    outcome = invoke("bench", "ft06", "--engine", "peer:pyjobshop", "-o", tmp_path / "runs.jsonl")
    assert outcome.code == 2
    assert "pip install pyjobshop" in outcome.err


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("3", (0, 1, 2)), ("0,1,2", (0, 1, 2)), ("7,", (7,)), ("4-6", (4, 5, 6)), ("1, 3-4,1", (1, 3, 4))],
)
def test_seeds(text: str, seeds: tuple[int, ...]) -> None:
    from schedsolve.cli.types import Seeds

    assert Seeds().convert(text, None, None) == seeds


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, "FEASIBLE makespan 60, bound 50, 9.1 % above best known, 1.5 s"),
        ({"gap_to_best_known": -0.1}, "FEASIBLE makespan 60, bound 50, 10.0 % below best known, 1.5 s"),
        ({"status": "UNKNOWN", "objective": None, "gap_to_best_known": None}, "UNKNOWN, bound 50, 1.5 s"),
        ({"status": "FAILED", "error": "died with exit code -9"}, "FAILED, died with exit code -9"),
    ],
)
def test_a_run_in_a_line(recorded: Path, changes: dict[str, Any], end: str) -> None:
    values = {"status": "FEASIBLE", "objective": 60, "bound": 50, "gap_to_best_known": 5 / 55, "seconds": 1.5}
    run = msgspec.structs.replace(read_runs(recorded)[0], **values | changes)
    assert line(run) == f"ft06 dispatch seed 0: {end}"


def test_compare_as_text(invoke: Invoke, recorded: Path) -> None:
    table = invoke("compare", recorded).out.splitlines()
    assert table[0].split()[:7] == ["engine", "instances", "runs", "failed", "solved", "proved", "wins"]
    assert table[1].split()[:8] == ["peer:cpsat", "3", "6", "0", "6", "6", "3", "0.00"]
    assert table[2].split()[:7] == ["dispatch", "3", "6", "0", "6", "0", "0"]
    table = invoke("compare", recorded, "--by", "instance").out.splitlines()
    assert len(table) == 7
    assert table[2].split()[:5] == ["ft06", "55", "peer:cpsat", "2", "0"]


def test_compare_as_markdown(invoke: Invoke, recorded: Path) -> None:
    table = [line.split("|")[1:-1] for line in invoke("compare", recorded, "--format", "markdown").out.splitlines()]
    assert {len(row) for row in table} == {14}
    assert [row[0].strip() for row in table] == ["engine", "---", "peer:cpsat", "dispatch"]


def test_compare_as_csv(invoke: Invoke, recorded: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(invoke("compare", recorded, "--by", "instance", "--format", "csv").out)))
    assert [(row["instance"], row["engine"]) for row in rows[:2]] == [("ft06", "dispatch"), ("ft06", "peer:cpsat")]
    assert (rows[1]["best_known_lower"], rows[1]["mean_objective"], rows[1]["wins"]) == ("55", "55", "1")


def test_compare_as_json(invoke: Invoke, recorded: Path) -> None:
    document = invoke("compare", recorded, "--target", "5%", "--format", "json").json
    jsonschema.validate(document, schema("comparison"))
    assert (document["role"], document["target"], document["notes"]) == ("comparison", 0.05, [])
    assert [row["engine"] for row in document["engines"]] == ["peer:cpsat", "dispatch"]
    assert len(document["instances"]) == 6


def test_compare_joins_files(invoke: Invoke, recorded: Path, tmp_path: Path) -> None:
    whole = lines(recorded)
    parts = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for part, text in zip(parts, (whole[:5], whole[5:]), strict=True):
        part.write_text("\n".join(text) + "\n")
    assert invoke("compare", *parts).out == invoke("compare", recorded).out


def test_compare_sets_files_against_each_other(invoke: Invoke, recorded: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.jsonl"
    new.write_text(recorded.read_text().replace('"value":55,', '"value":56,'))
    rows = invoke("compare", recorded, new, "--apart", "--format", "json").json["engines"]
    assert {row["engine"]: row["wins"] for row in rows} == {
        "peer:cpsat runs": 3, "peer:cpsat new": 2, "dispatch runs": 0, "dispatch new": 0
    }  # fmt: skip
    assert "12 runs recorded again" in invoke("compare", recorded, new).out


def test_compare_draws(invoke: Invoke, recorded: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    profile, convergence = tmp_path / "profile.png", tmp_path / "convergence.svg"
    assert invoke("compare", recorded, "--plot", profile, "--convergence", convergence).code == 0
    assert profile.read_bytes().startswith(b"\x89PNG")
    assert "mean gap" in convergence.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "Missing argument"),
        ("gone.jsonl", "gone.jsonl: no such file"),
        ("foreign.jsonl", "foreign.jsonl, line 1: no record of a run"),
        ("empty.jsonl", "no runs are recorded there"),
        ("empty.jsonl --plot profile.pdf", "should end in .png or .svg"),
        ("empty.jsonl --target much", "no share"),
    ],
)
def test_compare_refuses(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, message: str
) -> None:
    (tmp_path / "foreign.jsonl").write_text('{"type": "start"}\n')
    (tmp_path / "empty.jsonl").write_text("")
    monkeypatch.chdir(tmp_path)
    outcome = invoke("compare", *arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_compare_says_before_work_that_matplotlib_is_missing(
    invoke: Invoke, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedsolve.benchmarks.plots.find_spec", lambda name: None)
    outcome = invoke("compare", recorded, "--plot", tmp_path / "a.png")
    assert (outcome.code, outcome.out) == (2, "")
    assert 'pip install "schedsolve[plot]"' in outcome.err
