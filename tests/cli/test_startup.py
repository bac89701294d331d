"""What each command imports: names of modules, no times."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOLVERS = {"ortools", "pulp", "highspy", "pandas", "networkx", "matplotlib", "numba"}


def imported_by(*arguments: str, **env: str) -> set[str]:
    code = "from schedsolve.cli.main import main; main()"
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | env,
    )
    assert process.returncode in (0, 1), process.stderr[-2000:]
    modules = re.findall(r"^import time:.*\| +([\w.]+)$", process.stderr, re.MULTILINE)
    assert "schedsolve.cli.main" in modules
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("solve", "--help"), ("completion", "bash")])
def test_help_and_version_need_no_numpy(arguments: tuple[str, ...]) -> None:
    assert not imported_by(*arguments) & (SOLVERS | {"numpy", "msgspec", "rich"})


@pytest.mark.parametrize(
    "words",
    ["schedsolve solve ", "schedsolve solve ft06 --engine ", "schedsolve solve ft06 --rule ", "schedsolve rules "],
)
def test_completion_needs_no_numpy(words: str) -> None:
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_SCHEDSOLVE_COMPLETE": "bash_complete"}
    assert not imported_by(**asked) & (SOLVERS | {"numpy"})


def test_looking_needs_no_solver(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    for arguments in (
        ("solve", "ft06", "--engine", "dispatch", "--format", "json", "-o", str(plan)),
        ("validate", "ft06", str(plan)),
        ("info", "ft06"),
        ("rules",),
        ("instances", "ft"),
        ("convert", "ft06", str(tmp_path / "ft06.json")),
    ):
        assert not imported_by(*arguments) & SOLVERS, arguments
