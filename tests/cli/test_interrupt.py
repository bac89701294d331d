"""Ctrl-C and SIGTERM, sent to real processes."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from schedsolve.cli import interrupt
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.stop import Stop

PROGRAM = [sys.executable, "-c", "from schedsolve.cli.main import main; main()"]
Start = Callable[..., "subprocess.Popen[str]"]
SIGNALS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
LONG = ("--time-limit", "2m", "--threads", "1")


def wait_for(process: subprocess.Popen[str], kind: str) -> dict[str, object]:
    assert process.stdout is not None
    for line in process.stdout:
        event: dict[str, object] = json.loads(line)
        if event["type"] == kind:
            return event
    raise AssertionError(f"the stream ended without {kind}: {process.stderr.read() if process.stderr else ''}")


@pytest.mark.parametrize("number", SIGNALS)
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


@pytest.mark.parametrize(("number", "code"), [(number, 128 + number) for number in SIGNALS])
def test_without_a_solution_the_exit_code_names_the_signal(start: Start, number: signal.Signals, code: int) -> None:
    process = start("solve", "ta61", "--engine", "milp", "--format", "jsonl", *LONG)
    wait_for(process, "start")
    process.send_signal(number)
    assert wait_for(process, "result")["status"] == "UNKNOWN"
    assert process.wait(timeout=30) == code


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize(("number", "code"), [(number, 128 + number) for number in SIGNALS])
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


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.1])
@pytest.mark.parametrize("numbers", [[signal.SIGINT] * 2, [signal.SIGTERM] * 3, SIGNALS])
def test_signals_that_come_together_are_one(
    start: Start, tmp_path: Path, numbers: list[signal.Signals], gap: float
) -> None:
    plan = tmp_path / "plan.json"
    process = start("solve", "ta21", "--engine", "cpsat", "--format", "jsonl", "-o", plan, *LONG)
    wait_for(process, "improvement")
    for number in numbers:
        process.send_signal(number)
        time.sleep(min(gap, 0.2 / len(numbers)))
    assert wait_for(process, "result")["status"] == "FEASIBLE"
    assert process.wait(timeout=30) == 0
    assert json.loads(plan.read_text())["stopped_by"] == "interrupt"


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_a_hangup_that_is_ignored_stays_so(start: Start) -> None:
    ignore: dict[str, object] = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    process = start("solve", "ta21", "--engine", "cpsat", "--format", "jsonl", "--time-limit", "4", "-j", "1", **ignore)
    wait_for(process, "improvement")
    process.send_signal(signal.SIGHUP)
    assert wait_for(process, "result")["stopped_by"] == "time"
    assert process.wait(timeout=30) == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs terminals")
@pytest.mark.parametrize("options", [(), ("--format", "json"), ("--format", "jsonl")])
def test_a_closed_terminal_does_not_cost_the_file(tmp_path: Path, options: tuple[str, ...]) -> None:
    import pty

    plan = tmp_path / "plan.json"
    words = ["solve", "ta21", "--engine", "cpsat", "-j", "1", "--time-limit", "2m", "-o", str(plan), *options]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [*PROGRAM, *words])
    seen = b""
    while b"makespan 1" not in seen and b"improvement" not in seen:
        seen += os.read(terminal, 4096)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert json.loads(plan.read_text())["status"] == "FEASIBLE"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The time, in a list; signals leave it as it is, and do what they do without it afterwards."""
    now = [1000.0]
    monkeypatch.setattr(interrupt.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(interrupt, "_heard", float("-inf"))
    monkeypatch.setattr(interrupt, "_raised", None)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield now
    for number, handler in before.items():
        signal.signal(number, handler)


def test_the_second_signal_leaves_at_once(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    left: list[object] = []
    monkeypatch.setattr(os, "_exit", left.append)
    stop = Stop()
    before = signal.getsignal(signal.SIGINT)
    with interrupt.ends(stop, lambda: left.append("terminal restored")) as signals:
        os.kill(os.getpid(), signal.SIGINT)
        assert (stop.reason, signals.exit_code, left) == ("interrupt", 130, [])
        clock[0] += 0.4
        os.kill(os.getpid(), signal.SIGINT)
        assert left == []
        clock[0] += 0.2
        os.kill(os.getpid(), signal.SIGTERM)
    assert left == ["terminal restored", 143]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_that_got_lost_before_solving_is_not_forgotten(clock: list[float]) -> None:
    interrupt.listen()
    with suppress(interrupt.Terminated):  # as some libraries of C do
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(interrupt.Terminated), interrupt.ends(Stop(), lambda: None):
        pass
    interrupt.listen()
    with interrupt.ends(Stop(), lambda: None) as signals:
        assert signals.first is None


def test_what_is_being_written_is_completed(clock: list[float]) -> None:
    with interrupt.ends(Stop(), lambda: None) as signals:
        signals.phase = "writing"
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.first == signal.SIGTERM
        clock[0] += 1
        with pytest.raises(interrupt.Terminated) as second:
            os.kill(os.getpid(), signal.SIGTERM)
        assert second.value.exit_code == 143
        signals.phase = "over"
        clock[0] += 1
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_repeat_after_the_answer_is_none(clock: list[float]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt.listen()
    with interrupt.ends(Stop(), lambda: None):
        os.kill(os.getpid(), signal.SIGINT)
    clock[0] += 0.3
    os.kill(os.getpid(), signal.SIGINT)
    clock[0] += 0.3
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("command", ["convert", "solve"])
def test_a_signal_at_any_time_leaves_whole_files_only(start: Start, tmp_path: Path, command: str) -> None:
    problem, out = tmp_path / "problem.json", tmp_path / "out.json"
    problem.write_text(JobShop.from_jobs([[(m, 1 + (j * m) % 9) for m in range(20)] for j in range(200)]).to_json())
    words = ("convert", problem, out) if command == "convert" else ("solve", problem, "--engine", "dispatch", "-o", out)
    for moment in range(8):
        out.write_text("old")
        process = start(*words)
        time.sleep(0.1 + 0.15 * moment)
        process.send_signal(SIGNALS[moment % len(SIGNALS)])
        process.communicate(timeout=60)
        assert out.read_text() == "old" or json.loads(out.read_text())["kind"] == "jobshop"
        assert sorted(tmp_path.iterdir()) == [out, problem]


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


def test_while_the_program_is_loaded_ctrl_c_ends_it_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr("schedsolve.cli.main.main", lambda: seen.append(signal.getsignal(signal.SIGINT)))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        runpy.run_module("schedsolve", run_name="__main__")
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIG_DFL]
