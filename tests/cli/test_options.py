"""Where an option's value comes from, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from schedsolve.cli.types import Duration, Share

Invoke = Callable[..., Any]

JSON = ("--format", "json", "--engine", "dispatch", "--quiet")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30", 30), ("30s", 30), ("500ms", 0.5), ("2m", 120), ("1.5 h", 5400), (".5", 0.5), ("inf", float("inf"))],
)
def test_durations(text: str, seconds: float) -> None:
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "1d", "1e999", "s", "1 2"])
def test_no_durations(text: str) -> None:
    with pytest.raises(click.BadParameter, match="no duration"):
        Duration().convert(text, None, None)


def test_shares() -> None:
    assert Share().convert("5%", None, None) == Share().convert("0.05", None, None) == 0.05


def test_option_over_environment_over_params_over_default(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seed(*arguments: str | Path) -> int:
        return int(invoke("solve", "ft06", *JSON, *arguments).json["seed"])

    params = tmp_path / "params.toml"
    params.write_text("seed = 1\n")
    assert seed() == 0
    assert seed("--params", params) == 1
    monkeypatch.setenv("SCHEDSOLVE_SEED", "2")
    assert seed("--params", params) == 2
    assert seed("--params", params, "--seed", "3") == 3


def test_params_may_hold_every_kind_of_option(invoke: Invoke, tmp_path: Path) -> None:
    params = tmp_path / "params.toml"
    params.write_text('time-limit = "5s"\nset = ["no_wait=true"]\nquiet = true\nthreads = 1\n\n[dispatch]\n')
    document = invoke("solve", "ft06", *JSON, "--params", params).json
    assert document["settings"]["no_wait"] is True
    assert document["threads"] == 1


def test_every_option_may_come_from_the_environment(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDSOLVE_FORMAT", "json")
    monkeypatch.setenv("SCHEDSOLVE_ENGINE", "dispatch")
    monkeypatch.setenv("SCHEDSOLVE_SET", "no_wait=true")
    assert invoke("solve", "ft06").json["settings"]["no_wait"] is True
    assert "no_wait" in invoke("info", "ft06").json["features"]
    monkeypatch.setenv("SCHEDSOLVE_TIME_LIMIT", "soon")
    assert invoke("solve", "ft06").code == 2


def test_a_rule(invoke: Invoke) -> None:
    assert "lpt:active" in invoke("solve", "ft06", *JSON, "--rule", "lpt:active").json["engine"]


def test_a_target_stops(invoke: Invoke) -> None:
    document = invoke("solve", "ft10", "--format", "json", "--quiet", "--target", "1500").json
    assert (document["stopped_by"], document["status"]) == ("target", "FEASIBLE")


def test_a_gap_stops(invoke: Invoke) -> None:
    document = invoke("solve", "ft10", "--format", "json", "--quiet", "--gap", "90%").json
    assert document["stopped_by"] == "gap"
