"""A value that counts thousandths: people read it with its decimals, programs as an integer with unit and scale."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedsolve.cli.answer import best_known_text
from schedsolve.cli.progress import Silent
from schedsolve.instances.best_known import BestKnown
from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.result import TracePoint
from schedsolve.solvers.stop import Stop

Invoke = Callable[..., Any]

PROBLEM = RCPSP(
    mode_ptr=[0, 1, 2],
    duration=[3, 2],
    capacity=[1],
    demand=[[1], [1]],
    cash_flow=[5, 7],
    discount_rate=100_000,
    objective="net_present_value,makespan",
)
"""7 after 2 is worth 5.785, 5 after 5 is worth 3.104."""

BEST = -8889
MONEY = {"unit": "money", "scale": 1000}
TIME = {"unit": "time", "scale": 1}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.json").write_text(PROBLEM.to_json())


def test_solve_validate_and_info(invoke: Invoke) -> None:
    out = invoke("solve", "plan.json", "--engine", "dispatch", "-q", "-o", "r.json", "--gantt", "r.html").out
    (line,) = (line for line in out.splitlines() if "net_present_value" in line)
    assert line.split()[1] == "-8.889"
    assert "<dd>-8.889</dd>" in Path("r.html").read_text()
    money, time = json.loads(Path("r.json").read_text())["objectives"]
    assert (money["value"], money["unit"], money["scale"]) == (BEST, "money", 1000)
    assert (time["value"], time["unit"], time["scale"]) == (5, "time", 1)
    assert invoke("validate", "plan.json", "r.json").out == "feasible: net_present_value -8.889, makespan 5\n"
    assert invoke("validate", "plan.json", "r.json", "--format", "json").json["objectives"] == [
        {"name": "net_present_value", "value": BEST} | MONEY,
        {"name": "makespan", "value": 5} | TIME,
    ]
    bound = invoke("info", "plan.json", "--format", "json").json["bounds"][0]
    assert bound == {"name": "net_present_value", "value": bound["value"]} | MONEY
    whole, part = divmod(-bound["value"], 1000)
    assert f"-{whole}.{part:03d}, then 5" in invoke("info", "plan.json").out


def test_bench_and_compare(invoke: Invoke) -> None:
    outcome = invoke("bench", "plan.json", "--engine", "dispatch", "--time-limit", "20", "-o", "runs.jsonl")
    assert "net_present_value -8.889" in outcome.err
    assert (
        json.loads(Path("runs.jsonl").read_text())["objectives"][0] | MONEY
        == {
            "name": "net_present_value",
            "value": BEST,
            "bound": json.loads(Path("runs.jsonl").read_text())["objectives"][0]["bound"],
        }
        | MONEY
    )
    row = invoke("compare", "runs.jsonl", "--by", "instance").out.splitlines()[1]
    assert row.split().count("-8.889") == 2  # mean and best
    (row,) = invoke("compare", "runs.jsonl", "--format", "json").json["instances"]
    assert (row["best_objective"], row["unit"], row["scale"]) == (BEST, "money", 1000)


def test_progress() -> None:
    reporter = Silent(Stop(), PROBLEM.levels)
    reporter.improvement(TracePoint(0.1, BEST, -9000, "search", "net_present_value"), None)
    assert "  net_present_value -8.889  bound -9.000  gap 1.2 %  search" in reporter.line()


@pytest.mark.parametrize(
    ("known", "values", "text"),
    [
        (BestKnown(BEST, BEST), [BEST, 5], "-8.889 (optimal), reached"),
        (BestKnown(-9000, BEST), [-8000, 5], "-8.889 (bound -9.000), 10.0 % above it"),
        (BestKnown(BEST, BEST, uppers=(BEST, 5)), [BEST, 5], "-8.889, then 5 (bound -8.889), reached"),
        (
            BestKnown(BEST, BEST, lowers=(BEST, 5), uppers=(BEST, 5)),
            [BEST, 6],
            "-8.889, then 5 (optimal), 20.0 % above it in makespan",
        ),
        (BestKnown(BEST, BEST), [], "-8.889 (optimal)"),
        (BestKnown(0, 0), [0, 5], "0.000 (optimal), reached"),
    ],
)
def test_best_known(known: BestKnown, values: list[int], text: str) -> None:
    assert best_known_text(known, PROBLEM.levels, values).partition(";")[0] == text
