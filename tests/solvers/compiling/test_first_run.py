"""The first runs on a machine, with the search as it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Few = Any
"""``conftest.Few``, here for its empty cache."""


def start(few: Few, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "schedsolve", "solve", "ta01", "--format", "json", "--engine", "search", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=few.environment, text=True, start_new_session=True, **pipes)


def result(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return dict(json.loads(out))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts a group of processes")
def test_the_first_run_ends_the_next_ones_search(few: Few) -> None:
    interrupted = start(few, "--time-limit", "inf")
    few.until(lambda: few.compiler)
    os.killpg(interrupted.pid, signal.SIGINT)
    first = result(interrupted)
    assert first["stopped_by"] == "interrupt"
    assert any("search kernels are being compiled" in note for note in first["notes"])
    assert few.compiler is not None

    few.end_compiler()  # as if the machine had gone down
    limits = ("--iterations", "2000", "--threads", "1", "--time-limit", "inf")
    waiting, second = start(few, *limits), start(few, *limits)
    waited, other = result(waiting), result(second)
    assert (waited["stopped_by"], waited["notes"]) == ("iterations", [])
    assert waited["objective"] == other["objective"] < first["objective"]
    assert list(Path(few.cache).glob("search.jobshop.sequence-*.ready"))

    few.end_compiler()
    third = result(start(few, *limits))
    assert third["objectives"] == waited["objectives"]
    assert few.compiler is None
