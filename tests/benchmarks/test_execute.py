"""Runs in processes of their own: what they report, what becomes of those that do not."""

from __future__ import annotations

import os
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from schedsolve.benchmarks import execute as module
from schedsolve.benchmarks.bench import Experiment, bench
from schedsolve.benchmarks.execute import LocalExecutor, execute
from schedsolve.benchmarks.runs import Task, appending, read_runs
from schedsolve.instances.bundled import bundled
from schedsolve.models.jobshop import JobShop


def task(name: str = "ft06", engine: str = "dispatch", **values: Any) -> Task:
    options = {"seed": 0, "threads": 1, "time_limit": 20.0} | values
    return Task(problem=bundled(name), instance=name, engine=engine, **options)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Let the child run other code; ``pid()`` is its process id."""

    def install(code: str) -> None:
        (tmp_path / "other_worker.py").write_text(
            f"import os\nopen({str(pids)!r}, 'a').write(f'{{os.getpid()}} ')\n{code}"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(module, "WORKER", "other_worker")

    pids = tmp_path / "pids"
    install.pids = lambda: [int(pid) for pid in pids.read_text().split()] if pids.exists() else []  # type: ignore[attr-defined]
    return install


STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)\n"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_record_holds_what_a_run_reached() -> None:
    run = execute(task("ft06", "cpsat"))
    assert (run.instance, run.engine, run.status, run.stopped_by) == ("ft06", "cpsat", "OPTIMAL", "proof")
    assert (run.objective, run.bound, run.gap, run.value, run.level) == (55, 55, 0.0, 55, "makespan")
    assert run.problem == bundled("ft06").fingerprint
    assert run.best_known is not None
    assert (run.best_known.upper, run.gap_to_best_known) == (55, 0.0)
    assert run.trace[-1].objective == run.trace[-1].bound == 55
    assert run.seconds is not None
    assert 0 < run.seconds < run.wall_seconds
    assert run.cpu_seconds
    assert run.peak_memory_mb
    assert run.versions["ortools"] != "-"
    assert run.error is None


def test_a_lexicographic_run_traces_its_first_objective() -> None:
    problem = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 4), (0, 1)]], due=[4, 4], objective="tardy_jobs,makespan")
    run = execute(Task(problem=problem, instance="two", engine="cpsat", seed=0, threads=1, time_limit=20.0))
    assert [level.name for level in run.objectives] == ["tardy_jobs", "makespan"]
    assert (run.level, run.value) == ("makespan", run.objectives[0].value)
    assert {point.objective for point in run.trace if point.objective is not None} <= {1, 2}
    assert run.best_known is run.gap_to_best_known is None


@pytest.mark.parametrize(
    ("solver", "error"), [("cpsatt", "did you mean cpsat?"), ("peer:cpsat", "peer:cpsat does not model permutation")]
)
def test_an_engine_that_refuses_is_a_failed_run(solver: str, error: str) -> None:
    run = execute(task("ta001", solver))
    assert run.status == "FAILED"
    assert error in str(run.error)
    assert run.best_known is not None


def test_a_run_that_overruns_is_killed(worker: Any) -> None:
    worker(STUBBORN)
    run = execute(task(time_limit=1.0), grace=1.0)
    assert (run.status, run.value) == ("FAILED", None)
    assert run.error == "killed 2 s after its start, still running"
    assert run.wall_seconds >= 2
    (pid,) = worker.pids()
    assert not alive(pid)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("raise SystemExit('out of luck')", "died with exit code 1: out of luck"),
        ("os.kill(os.getpid(), 9)", "died with exit code -9"),
        ("print('{\"status\": ', end='')", "died with exit code 0"),
    ],
)
def test_a_run_that_dies_is_recorded(worker: Any, code: str, error: str) -> None:
    worker(code)
    run = execute(task())
    assert (run.status, run.error) == ("FAILED", error)


def test_a_large_problem_reaches_the_child() -> None:
    problem = JobShop.from_jobs([[(k % 5, 1 + (j + k) % 7) for k in range(20)] for j in range(500)])
    run = execute(Task(problem=problem, instance="large", engine="dispatch", seed=0, threads=1, time_limit=20.0))
    assert run.status in ("FEASIBLE", "OPTIMAL"), run.error


class Interrupted(BaseException):
    pass


def test_an_interrupted_bench_ends_its_children_and_keeps_its_records(worker: Any, tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    plan = Experiment([("ft06", bundled("ft06"))], ["quick", "slow"], range(20), threads=1, time_limit=None)
    worker(
        "import json, sys\nif json.loads(sys.stdin.readline())['engine'] == 'slow':\n    import time; time.sleep(600)\n"
        "print(json.dumps({'status': 'UNKNOWN'}))\n"
    )

    def interrupt(run: Any, count: int) -> None:
        while len(worker.pids()) < 3:  # both threads wait for slow ones
            time.sleep(0.01)
        raise Interrupted

    with pytest.raises(Interrupted), appending(path) as file, LocalExecutor(2) as executor:
        bench(plan.tasks(), file, executor, on_run=interrupt)
    assert [run.engine for run in read_runs(path)] == ["quick"]
    assert not any(map(alive, worker.pids()))


def test_any_executor_will_do(tmp_path: Path) -> None:
    plan = Experiment([("ft06", bundled("ft06"))], ["dispatch"], [0, 1], threads=1, time_limit=20.0)
    assert pickle.loads(pickle.dumps(plan.tasks())) == plan.tasks()
    path = tmp_path / "runs.jsonl"
    with appending(path) as file, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        bench(plan.tasks(), file, executor)
    assert [(run.status, run.value, run.seed) for run in read_runs(path)] == [("FEASIBLE", 59, 0), ("FEASIBLE", 59, 1)]
