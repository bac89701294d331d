"""What formats bring to the commands: settings of their own, and the suffixes that a kind's solutions have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schedsolve.instances.formats import FORMATS
from schedsolve.models.setting import Setting, Size

Invoke = Callable[..., Any]

DISPATCH = ("--engine", "dispatch", "--quiet")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in a format with a setting."""
    settings = (Setting("room", Size, "bytes of a buffer"), Setting("dims", int, "sizes", many=True))
    monkeypatch.setitem(FORMATS, "jsplib", replace(FORMATS["jsplib"], settings=settings))
    path = tmp_path / "shop.jsp"
    path.write_text("1 1\n0 5\n")
    return path


def test_info_lists_the_settings_of_the_format(invoke: Invoke, shop: Path) -> None:
    lines = [line.split() for line in invoke("info", shop, "--set", "dims=3,4").out.splitlines()]
    assert ["room", "none", "bytes", "of", "a", "buffer"] in lines
    assert ["dims", "3,4", "sizes"] in lines
    listed = {s["name"]: s for s in invoke("info", shop, "--set", "room=2K", "--format", "json").json["settings"]}
    assert (listed["room"]["type"], listed["room"]["value"]) == ("size", 2048)
    assert (listed["dims"]["type"], listed["dims"]["value"]) == ("list of int", None)
    assert listed["tick"]["type"] == "int"


def test_settings_of_the_format_do_not_reach_the_problem(invoke: Invoke, shop: Path) -> None:
    assert invoke("solve", shop, *DISPATCH, "--set", "dims=3", "--set", "no_wait=true").code == 0
    outcome = invoke("solve", shop, *DISPATCH, "--set", "dimms=3")
    assert (outcome.code, "did you mean dims" in outcome.err) == (2, True)
    outcome = invoke("solve", shop, *DISPATCH, "--set", "room=much")
    assert (outcome.code, "room: expected a size like" in outcome.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "suffixes"), [("ft06", ".json or .csv,"), ("house", ".json or .csv or .xml or .ics,")]
)
def test_a_schedule_is_offered_in_the_formats_of_its_kind(
    invoke: Invoke, tmp_path: Path, name: str, suffixes: str
) -> None:
    for file in ("plan.pdf", "plan", "plan.pdf.gz"):
        outcome = invoke("solve", name, *DISPATCH, "-o", tmp_path / file)
        assert outcome.code == 2
        assert f"a schedule is written as {suffixes}" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_schedule_of_jobs_is_not_written_as_a_project(invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("solve", "house", *DISPATCH, "-o", tmp_path / "plan.ics.gz").code == 0
    assert invoke("solve", "ft06", *DISPATCH, "-o", tmp_path / "shop.xml").code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["plan.ics.gz"]


def test_no_schedule_is_written_to_standard_output(invoke: Invoke) -> None:
    outcome = invoke("solve", "ft06", *DISPATCH, "-o", "-")
    assert (outcome.code, "expected a file" in outcome.err) == (2, True)


def test_the_help_says_which_kinds_are_written_as_what(invoke: Invoke) -> None:
    text = " ".join(invoke("solve", "--help").out.split())
    assert "the solution to OUT.csv; of rcpsp also to OUT.xml or OUT.ics." in text
