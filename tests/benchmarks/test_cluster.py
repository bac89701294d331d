"""Runs on a real dask cluster, one of whose workers is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schedsolve.benchmarks import cluster
from schedsolve.benchmarks.bench import Experiment, bench, open_tasks
from schedsolve.benchmarks.runs import Run, appending, read_runs
from schedsolve.instances.bundled import bundled
from schedsolve.models.errors import InvalidOption, MissingExtra
from schedsolve.solvers.cluster import connect

distributed = pytest.importorskip("distributed")


def test_a_killed_worker_loses_no_run(tmp_path: Path) -> None:
    problems = [(name, bundled(name)) for name in ("ft06", "la01", "la02", "la03")]
    plan = Experiment(problems=problems, engines=["dispatch", "cpsat"], seeds=[0], threads=1, time_limit=2.0)
    killed = threading.Event()

    def kill_a_worker(run: Run, count: int) -> None:
        if not killed.is_set():
            killed.set()
            client = distributed.get_client()
            os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

    path = tmp_path / "runs.jsonl"
    with appending(path) as file, cluster.executor("local", 2) as executor:
        bench(plan.tasks(), file, executor, on_run=kill_a_worker)
    runs = read_runs(path)
    assert killed.is_set()
    assert sorted(run.key for run in runs) == sorted(task.key for task in plan.tasks())
    assert not any(run.failed for run in runs)
    assert open_tasks(plan.tasks(), runs) == []


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    command = ["bench", "ft06", "--engine", "dispatch", "--seeds", "3", "--cluster", "local", "-q", "-o", str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "schedsolve", *command], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(read_runs(path)) == 3


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "CONNECT", 1.0)
    with (
        pytest.raises(InvalidOption, match=r"--cluster tcp://127\.0\.0\.1:9: no dask scheduler answers there"),
        cluster.executor("tcp://127.0.0.1:9", 1),
    ):
        pass


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match="cluster"):
        connect.check("local")
