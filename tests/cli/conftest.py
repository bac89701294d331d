from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from schedsolve.cli.main import main; main()"]


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def _no_options_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SCHEDSOLVE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def invoke(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Outcome]]:
    """Run one command in this process, errors and exit codes included."""
    from schedsolve.cli.main import run

    def call(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(a) for a in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    heard = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in heard}
    yield call
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the program in a process of its own; it does not outlive the test."""
    started: list[subprocess.Popen[str]] = []

    def call(*arguments: str | Path, env: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = subprocess.Popen(
            [*PROGRAM, *map(str, arguments)], text=True, env={**os.environ, **(env or {})}, **pipes
        )
        started.append(process)
        return process

    yield call
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def program(start: Callable[..., subprocess.Popen[str]]) -> Callable[..., Outcome]:
    """Run the program in a process of its own and wait for it."""

    def call(*arguments: str | Path, input: str | None = None, env: dict[str, str] | None = None) -> Outcome:
        options = {} if input is None else {"stdin": subprocess.PIPE}
        process = start(*arguments, env=env, **options)
        out, err = process.communicate(input, timeout=120)
        return Outcome(process.returncode, out, err)

    return call


@pytest.fixture
def processes_with() -> Callable[[str], list[str]]:
    """The command lines of all processes whose environment holds a token."""

    def call(token: str) -> list[str]:
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if token.encode() in environ.read_bytes():
                    found.append((environ.parent / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found

    return call


@pytest.fixture
def completions(program: Callable[..., Outcome]) -> Callable[[str], list[str]]:
    """What bash would offer after these words."""

    def call(words: str) -> list[str]:
        asked = {
            "COMP_WORDS": f"schedsolve {words}",
            "COMP_CWORD": str(len(words.split())),
            "_SCHEDSOLVE_COMPLETE": "bash_complete",
        }
        return program(env=asked).out.split()

    return call
