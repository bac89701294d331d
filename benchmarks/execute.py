"""Do one task in a process of its own, and the executor that does several side by side on this machine.

``execute`` is a plain function of picklable arguments: any ``concurrent.futures.Executor`` can run it, on any machine
that has schedsolve.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import msgspec

from schedsolve.benchmarks.runs import Order, Run, Task
from schedsolve.instances.best_known import best_known
from schedsolve.solvers import child
from schedsolve.solvers.versions import versions

GRACE = 10.0
"""Seconds beyond its time limit after which a run is killed: for the start of its process, reading and checking."""

POLL = 0.1

WORKER = "schedsolve.benchmarks.worker"

_thread = threading.local()


class LocalExecutor(ThreadPoolExecutor):
    """Threads that each wait for a child process; left by an exception, Ctrl-C say, it ends the children first."""

    def __init__(self, workers: int):
        self._leaving = threading.Event()
        super().__init__(workers, "bench", initializer=_obey, initargs=(self._leaving,))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> bool | None:
        if kind is not None:
            self._leaving.set()
            self.shutdown(wait=False, cancel_futures=True)
        return super().__exit__(kind, error, at)


def _obey(leaving: threading.Event) -> None:
    """Let ``execute`` in this thread know when to end its child."""
    _thread.leaving = leaving


def execute(task: Task, grace: float = GRACE) -> Run:
    """Do the task in a child process and return its record, whatever becomes of the child.

    A child still there ``grace`` seconds after the time limit is killed; that, a crash, an error of the
    engine and an invalid answer make a record with status FAILED.
    """
    started = time.perf_counter()
    outcome = _outcome(task, None if task.time_limit is None else task.time_limit + grace)
    return record(task, outcome, time.perf_counter() - started)


def record(task: Task, outcome: dict[str, object], wall_seconds: float) -> Run:
    """The record of a task with what its run reported, joined with the best bounds known."""
    known = best_known(task.problem)
    fields = {
        "type": "run",
        "kind": task.problem.kind,
        "instance": task.instance,
        "problem": task.problem.fingerprint,
        "engine": task.engine,
        "seed": task.seed,
        "threads": task.threads,
        "time_limit": task.time_limit,
        "iterations": task.iterations,
        "params": task.params,
        "best_known": None if known is None else known.bare(),
        "wall_seconds": round(wall_seconds, 3),
        "versions": versions(),
    }
    run = msgspec.convert(fields | outcome, Run, from_attributes=True)
    if known is not None:
        run.gap_to_best_known = known.gap([level.value for level in run.objectives])
    return run


def _outcome(task: Task, limit: float | None) -> dict[str, object]:
    """What the child reported, or why it did not."""
    leaving = getattr(_thread, "leaving", None) or threading.Event()
    with tempfile.TemporaryDirectory(prefix="schedsolve-bench-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "stderr"
        worker = child.start(WORKER, folder, log)
        assert worker.stdin is not None
        pipe, worker.stdin = worker.stdin, None  # else ``communicate`` would close it
        try:
            child.hand_over(pipe, json.dumps(msgspec.structs.asdict(Order.of(task))))
            out = _wait(worker, limit, leaving)
        finally:
            child.end(worker)
            if worker.stdout is not None:
                worker.stdout.close()
            with contextlib.suppress(OSError):
                pipe.close()
        if out is None:
            return _failed("ended" if leaving.is_set() else f"killed {limit:g} s after its start, still running")
        if not out.endswith("\n"):
            last = child.last_words(log)
            return _failed(f"died with exit code {worker.returncode}" + (f": {last}" if last else ""))
        outcome: dict[str, object] = json.loads(out)
        return outcome


def _failed(error: str) -> dict[str, object]:
    return {"status": "FAILED", "error": error}


def _wait(worker: subprocess.Popen[str], limit: float | None, leaving: threading.Event) -> str | None:
    """All that the child writes to stdout; None where it has to be ended before."""
    started = time.perf_counter()
    while not leaving.is_set() and (limit is None or time.perf_counter() - started < limit):
        try:
            return worker.communicate(timeout=POLL)[0]
        except subprocess.TimeoutExpired:
            continue
    return None
