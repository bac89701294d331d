"""Streams that the caller has closed are as good as /dev/null; those that break cost no more than what goes to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schedsolve.models.jobshop import JobShop

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PROGRAM = [sys.executable, "-c", "from schedsolve.cli.main import main; main()"]
TINY = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 4), (0, 1)]])
CLOSED = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-", "all": "<&- >&- 2>&-"}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="closes streams as a POSIX shell does")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program in a folder with in.json, its streams redirected as a shell understands it."""
    (tmp_path / "in.json").write_text(TINY.to_json())

    def call(words: str, streams: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", "-c", f'exec "$@" {streams}', "sh", *PROGRAM, *words.split()]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    return call


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize(
    ("words", "written", "says"),
    [
        ("solve in.json --engine dispatch -o out.json", "out.json", "OPTIMAL"),
        ("solve in.json --engine milp --time-limit 20 --format jsonl -o out.json", "out.json", "OPTIMAL"),
        ("convert in.json out.json", "out.json", ""),
        ("compile in.json --engine milp -o out.lp", "out.lp", ""),
        ("bench in.json --engine dispatch --time-limit 20 -o out.jsonl", "out.jsonl", "1 are new"),
        ("generate jobshop --jobs 3 --machines 2", "", "jobshop"),
    ],
)
def test_a_closed_stream(run: Run, tmp_path: Path, words: str, written: str, says: str, closed: str) -> None:
    outcome = run(words, CLOSED[closed])
    assert outcome.returncode == 0, outcome.stderr
    if closed in ("stdin", "stderr"):
        assert says in outcome.stdout
    if written == "out.lp":
        assert "makespan" in (tmp_path / written).read_text()
    elif written:
        json.loads((tmp_path / written).read_text())


def test_closed_standard_input_is_empty(run: Run) -> None:
    outcome = run("solve -", "<&-")
    assert (outcome.returncode, outcome.stderr) == (2, "schedsolve: standard input: is empty\n")


def test_an_error_where_nobody_listens_keeps_its_exit_code(run: Run) -> None:
    assert run("info nowhere.json", "2>&-").returncode == 2
    if os.path.exists("/dev/full"):
        assert run("info nowhere.json", "2>/dev/full").returncode == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_progress_that_cannot_be_written_does_not_cost_the_answer(run: Run, tmp_path: Path) -> None:
    outcome = run("solve ft10 --engine search --time-limit 2 -j 1 -o plan.json", "2>/dev/full")
    assert outcome.returncode == 0
    assert outcome.stdout.startswith("ft10: ")
    assert json.loads((tmp_path / "plan.json").read_text())["status"] == "FEASIBLE"


def test_a_stream_of_events_that_nobody_reads_ends_the_search_and_keeps_the_file(run: Run, tmp_path: Path) -> None:
    words = "solve ta21 --engine cpsat --time-limit 60 -j 1 --format jsonl -o plan.json"
    assert run(words, "| head -n 1").returncode == 0
    assert json.loads((tmp_path / "plan.json").read_text())["stopped_by"] == "interrupt"
