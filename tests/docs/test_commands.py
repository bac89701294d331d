"""Every command and every Python example in the documentation runs, page by page, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_HERE = ("pip install", "git clone", "mkdocs")


def blocks(page: Path) -> list[tuple[str, str]]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(language, code) for language, code in found if not any(word in code for word in NOT_HERE)]


def run(language: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-eu", "-c", code] if language == "sh" else [sys.executable, "-c", code]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=lambda p: p.stem)
def test_page(page: Path, tmp_path: Path) -> None:
    for language, code in blocks(page):
        done = run(language, code, tmp_path)
        assert done.returncode == 0, f"{page.name}:\n{code}\n{done.stdout}\n{done.stderr}"


def test_there_are_commands() -> None:
    assert sum(len(blocks(p)) for p in PAGES) >= 10


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.stem)
def test_example(example: Path, tmp_path: Path) -> None:
    assert len(example.read_text(encoding="utf-8").splitlines()) <= 30
    done = run("python", example.read_text(encoding="utf-8"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "OPTIMAL" in done.stdout or "stopped by" in done.stdout
