"""Ctrl-C and SIGTERM, sent to real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from schedsolve.cli import interrupt
from schedsolve.solvers.stop import Stop

Start = Callable[..., "subprocess.Popen[str]"]
LONG = ("--time-limit", "2m", "--threads", "1")


def wait_for(process: subprocess.Popen[str], kind: str) -> dict[str, object]:
    assert process.stdout is not None
    for line in process.stdout:
        event: dict[str, object] = json.loads(line)
        if event["type"] == kind:
            return event
    raise AssertionError(f"the stream ended without {kind}: {process.stderr.read() if process.stderr else ''}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_cpsat_solve_answers_with_its_best_schedule(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    plan = tmp_path / "plan.json"
    process = start("solve", "ta21", "--engine", "cpsat", "--format", "jsonl", "-o", plan, *LONG)
    found = wait_for(process, "improvement")
    process.send_signal(number)
    result = wait_for(process, "result")
    process.wait(timeout=30)
    assert process.returncode == 0
    assert result["stopped_by"] == "interrupt"
    assert result["status"] == "FEASIBLE"
    assert result["objective"] <= found["objective"]  # type: ignore[operator]
    assert json.loads(plan.read_text())["objective"] == result["objective"]


def test_ctrl_c_prints_the_schedule(start: Start) -> None:
    process = start("solve", "ta21", *LONG)
    assert process.stderr is not None
    assert "makespan" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.startswith("ta21: FEASIBLE")
    assert "stopped by interrupt" in out
    assert "more rows" in out
    assert "Traceback" not in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_without_a_solution_the_exit_code_names_the_signal(start: Start, number: signal.Signals, code: int) -> None:
    process = start("solve", "ta61", "--engine", "milp", "--format", "jsonl", *LONG)
    wait_for(process, "start")
    process.send_signal(number)
    assert wait_for(process, "result")["status"] == "UNKNOWN"
    assert process.wait(timeout=30) == code


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_before_solving_a_signal_ends_the_program(
    start: Start, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    pipe = tmp_path / "problem.json"
    os.mkfifo(pipe)
    process = start("solve", pipe)
    with pipe.open("w"):  # opens once the program has, which then waits for us to write
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (code, "")
    assert "Traceback" not in err


def test_the_second_signal_leaves_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[object] = []
    monkeypatch.setattr(os, "_exit", left.append)
    stop = Stop()
    before = signal.getsignal(signal.SIGINT)
    with interrupt.ends(stop, lambda: left.append("terminal restored")) as signals:
        os.kill(os.getpid(), signal.SIGINT)
        assert (stop.reason, signals.exit_code, left) == ("interrupt", 130, [])
        os.kill(os.getpid(), signal.SIGINT)
    assert left == ["terminal restored", 130]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_a_milp_run_that_overruns_is_ended(
    start: Start, tmp_path: Path, processes_with: Callable[[str], list[str]]
) -> None:
    token = f"TOKEN_OF_{os.getpid()}_{tmp_path.name}"
    process = start("solve", "ta61", "--engine", "milp", "--time-limit", "2", env={token: "1"})
    out, _ = process.communicate(timeout=60)
    assert process.returncode in (0, 3)
    assert "stopped by time" in out
    assert processes_with(token) == []
