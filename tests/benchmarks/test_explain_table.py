from __future__ import annotations

import pytest

from schedsolve.benchmarks import explain_table
from schedsolve.instances.generators.rcpsp.constraint_levels import CONTRADICTIONS, levels
from schedsolve.solvers.explain.explain import explain
from schedsolve.solvers.explain.explanation import Item


def test_the_table_has_a_row_for_each_contradiction(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["explain_table", "--level", "6", "--seed", "1", "--flavour", "migration"])
    assert explain_table.main() == 0
    rows = [line.split("|")[1].strip() for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert rows == ["contradiction", *CONTRADICTIONS]


def test_an_explanation_that_does_not_hold_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = levels(level=10, seed=0, contradiction="window")
    found = explain(problem, threads=1)
    more = Item("capacity", {"resource": 0}, "a crew")
    monkeypatch.setattr(explain_table, "explain", lambda *_, **__: found.__class__(False, (*found.conflict, more)))
    row = explain_table.explained(problem, 20)
    assert "not needed: a crew" in row.wrong
    assert explain_table.cell([row]).endswith("0 of 1")
    assert explain_table.cell([]) == "none"


def test_a_project_that_is_solvable_is_named() -> None:
    assert explain_table.explained(levels(level=10), 20).wrong == ["is solvable"]
