"""The file of records: appended to, resumed, never damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from schedsolve.benchmarks.bench import Experiment, open_tasks
from schedsolve.benchmarks.execute import record as record_of
from schedsolve.benchmarks.runs import Run, RunFile, appending, merged, read_runs
from schedsolve.instances.bundled import bundled
from schedsolve.models.errors import InvalidFile
from schedsolve.models.level import Level

Record = Callable[..., Run]


def test_what_is_appended_is_read_back(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    runs = [record("a", trace=[(1.5, 120)]), record("b", value=None, status="FAILED", error="no\nanswer")]
    for run in runs:
        with appending(path) as file:
            file.append(run)
    assert read_runs(path) == runs
    assert [json.loads(line)["type"] for line in path.read_text().splitlines()] == ["run", "run"]


@pytest.mark.parametrize("torn", ["{", '{"type":"run"', '{"type":"run","schema":"sched'])
def test_half_a_record_is_dropped(record: Record, tmp_path: Path, torn: str) -> None:
    path = tmp_path / "runs.jsonl"
    with appending(path) as file:
        file.append(record("a"))
    whole = path.read_bytes()
    path.write_bytes(whole + torn.encode())
    assert read_runs(path) == [record("a")]
    with appending(path) as file:
        assert file.runs == [record("a")]
        assert path.read_bytes() == whole
        file.append(record("b"))
    assert [run.engine for run in read_runs(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "line"),
    [('{"kind": "jobshop"}\n', 1), ("notes of mine", 1), ('{\n "kind": "jobshop"\n}', 1), ("\n[1, 2]", 2)],
)
def test_other_files_are_refused_and_left_alone(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "plant.jsonl"
    path.write_text(text)
    with pytest.raises(InvalidFile, match=f"line {line}: no record of a run"):
        read_runs(path)
    with pytest.raises(InvalidFile, match="no record of a run"), appending(path):
        pass
    assert path.read_text() == text


def test_a_second_writer_is_refused(record: Record, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    path = tmp_path / "runs.jsonl"
    with (
        appending(path) as file,
        pytest.raises(InvalidFile, match="another bench is writing"),
        appending(path),
    ):
        pass
    with appending(path) as file:
        file.append(record())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(record: Record) -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space left") as error:
        RunFile(full, []).append(record("a"))
    assert error.value.filename == "/dev/full"


def test_the_last_record_of_a_run_counts(record: Record) -> None:
    runs = [record("a", value=1), record("b"), record("a", value=2)]
    assert [(run.engine, run.value) for run in merged(runs)] == [("a", 2), ("b", 110)]


PLAN = Experiment(
    problems=[("ft06", bundled("ft06")), ("la01", bundled("la01")), ("again", bundled("ft06"))],
    engines=["auto", "cpsat"],
    seeds=[0, 1],
    threads=1,
    time_limit=2.0,
    params={"cpsat": {"linearization_level": 1}, "milp": {"solver": "cbc"}},
)


def test_each_run_of_a_plan_is_there_once() -> None:
    tasks = PLAN.tasks()
    assert [(task.seed, task.instance, task.engine) for task in tasks] == [
        (seed, name, engine) for seed in (0, 1) for name in ("ft06", "la01") for engine in ("auto", "cpsat")
    ]
    assert len({task.key for task in tasks}) == 8
    assert [list(task.params) for task in tasks[:2]] == [["cpsat", "milp"], ["cpsat"]]


def test_what_is_recorded_is_not_open() -> None:
    tasks = PLAN.tasks()
    assert open_tasks(tasks, []) == tasks
    answer = {"status": "UNKNOWN"}
    failure = {"status": "FAILED", "error": "killed"}
    runs = [record_of(tasks[0], answer, 1.0), record_of(tasks[5], failure, 1.0)]
    runs = [msgspec.json.decode(msgspec.json.encode(run), type=Run) for run in runs]  # as they come from a file
    assert open_tasks(tasks, runs) == tasks[1:5] + tasks[6:]
    assert open_tasks(tasks, runs, retry_failed=True) == tasks[1:]
    again = [*runs, record_of(tasks[5], answer, 1.0)]
    assert open_tasks(tasks, again, retry_failed=True) == tasks[1:5] + tasks[6:]


@pytest.mark.parametrize(
    "change", [{"seeds": [7]}, {"threads": 2}, {"time_limit": 3.0}, {"iterations": 5}, {"params": None}]
)
def test_another_setting_is_another_run(change: dict[str, object]) -> None:
    values = {name: getattr(PLAN, name) for name in PLAN.__dataclass_fields__}
    other = Experiment(**values | change).tasks()
    assert not {task.key for task in other} & {task.key for task in PLAN.tasks()}


def test_a_value_that_has_no_gap_is_refused(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_bytes(msgspec.json.encode(record("a", "x", value=987654)).replace(b"987654", b"9" * 400) + b"\n")
    with pytest.raises(InvalidFile, match=r"line 1: .* a value beyond 10\^300"):
        read_runs(path)


def test_a_scale_beyond_all_measure_is_refused(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    run = record("a", "x", objectives=[Level("x", 1, None, "money", 1000)])
    path.write_bytes(msgspec.json.encode(run) + b"\n")
    assert read_runs(path) == [run]
    path.write_bytes(path.read_bytes().replace(b'"scale":1000', b'"scale":1' + b"0" * 400))
    with pytest.raises(InvalidFile, match=r"line 1: .* a value beyond 10\^300"):
        read_runs(path)


def test_records_of_before_units_and_scales_are_read(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_bytes(msgspec.json.encode(record("a")) + b"\n")
    line = json.loads(path.read_text())
    assert line["objectives"] == [{"name": "makespan", "value": 110, "bound": 100}]
    assert line["best_known"] == {"lower": 100, "upper": 100}
    assert read_runs(path) == [record("a")]
