from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from schedsolve.benchmarks import plots
from schedsolve.benchmarks.compare import Comparison
from schedsolve.benchmarks.runs import Run
from schedsolve.models.errors import MissingExtra, SchedsolveError

Record = Callable[..., Run]


@pytest.fixture
def comparison(record: Record) -> Comparison:
    runs = [
        record("a", "x", value=100, trace=[(1.0, 120), (3.0, 100)]),
        record("a", "x", value=110, seed=1, trace=[(2.0, 110)]),
        record("b", "x", value=126, trace=[(0.5, 126)]),
        record("a", "y", value=0),
        record("b", "y", value=2),
        record("a", "z", value=None),
        record("b", "z", value=7),
        record("a", "only a", value=7),
        record("a", "unsolved", value=None),
        record("b", "unsolved", value=None),
    ]
    return Comparison(runs)


def test_ratios_to_the_best(comparison: Comparison) -> None:
    found = plots.ratios(comparison)
    assert found == {"a": [1.0, 1.0, math.inf], "b": [pytest.approx(1.2), 3.0, 1.0]}


def test_the_mean_gap_falls_with_time(comparison: Comparison) -> None:
    cell = comparison.cells["fingerprint of x"]["a"]
    times, gaps = plots.mean_gap_over_time([cell])
    assert times.tolist() == [2.0, 3.0]
    assert gaps.tolist() == pytest.approx([0.15, 0.05])
    assert plots.mean_gap_over_time([])[0].size == 0


@pytest.mark.parametrize("draw", [plots.draw_profile, plots.draw_convergence])
def test_pictures(comparison: Comparison, tmp_path: Path, draw: Callable[[Comparison, str], None]) -> None:
    pytest.importorskip("matplotlib")
    for path in (tmp_path / "a.png", tmp_path / "a.svg", tmp_path / "again.svg"):
        draw(comparison, str(path))
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    svg = (tmp_path / "a.svg").read_text()
    assert svg == (tmp_path / "again.svg").read_text()
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", svg)
    assert any(text.startswith("b") for text in texts)
    assert any("instances" in text for text in texts)


def test_a_curve_says_which_runs_it_leaves_out(comparison: Comparison, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plots.draw_convergence(comparison, str(tmp_path / "a.svg"))
    assert "a (2 of 5 runs without a solution)" in (tmp_path / "a.svg").read_text()


def test_nothing_to_draw_is_said(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with pytest.raises(SchedsolveError, match="no instance was run with every engine"):
        plots.draw_profile(Comparison([record("a", "x"), record("b", "y")]), str(path))
    with pytest.raises(SchedsolveError, match="best-known value"):
        plots.draw_convergence(Comparison([record("a", upper=None)]), str(path))
    assert not path.exists()


def test_a_missing_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"schedsolve\[plot\]"):
        plots.check()
