"""The table of first runs: one instance that is solved without a search, and what a result's JSON says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schedsolve.benchmarks import first_run
from schedsolve.benchmarks.first_run import Reached, reached, row, three_runs
from schedsolve.solvers.compiling import lock

NOTE = "search kernels are being compiled for the next runs (about 9 s); `schedsolve warmup` waits for it"


def result(*found_by: str, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    trace = [{"who": who} for who in found_by]
    return {"objective": 110, "seconds": 3.04, "notes": list(notes), "trace": trace}


def test_what_the_search_had_to_do_with_it() -> None:
    assert reached(result("bound", "dispatch spt", "search"), 100) == Reached(110, 0.1, 3.04, "yes")
    assert reached(result("bound", "cpsat"), 100).search == "in vain"
    assert reached(result("bound", "cpsat", notes=("other", NOTE)), None) == Reached(110, None, 3.04, "no")


def test_a_row() -> None:
    assert (
        row("folder/j12011_1.sm", "cold", Reached(189, 0.1053, 3.04, "no"))
        == "| j12011_1 | cold | 189 | 10.5 | 3.0 | no |"
    )
    assert row("ta41", "warm", Reached(None, None, 3, "no")) == "| ta41 | warm |  |  | 3.0 | no |"


def test_three_runs_with_a_cache_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(first_run, "SETTLE", 0.1)
    runs = dict(three_runs("ft06", 5, threads=1, pause=0))
    assert list(runs) == ["cold", "second", "warm"]
    assert {run.objective for run in runs.values()} == {55}
    assert not lock.is_held(tmp_path / "schedsolve")
    assert not list(tmp_path.iterdir())
