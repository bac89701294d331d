"""mypy holds the parts of every family to their contracts: a file that names them all, generated from the registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from schedsolve.models.family import Family, Role
from schedsolve.models.registry import FAMILIES

ROOT = Path(__file__).parent.parent
PYPROJECT = ROOT / "pyproject.toml"

PARTS = {
    "violations": "Violations[{problem}, {solution}]",
    "evaluate": "Evaluate[{problem}, {solution}]",
    "bound": "Bound[{problem}]",
    "table": "Table[{problem}, {solution}]",
    "details": "Details[{problem}, {solution}]",
    "past": "Past[{problem}]",
    "turns": "Turns",
    "rules": "Rules",
    "rule_symbols": "Mapping[str, str]",
    "explainer": "MakeExplainer[{problem}]",
    "example": "Callable[[], tuple[{problem}, {solution}]]",
    "picture": "Callable[[{problem}, {solution}], Picture]",
}
"""Part to its type."""

HEAD = """
from collections.abc import Callable, Mapping

from schedsolve.models.contracts import (
    Bound, Details, Evaluate, Past, Problem, Rules, Solution, Table, Violations, Write
)
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.violation import Violation
from schedsolve.reports.picture import Picture
from schedsolve.solvers.contracts import Engine, MakeExplainer, RuleEngine, Turns
"""

LAME = '''
"""An engine that has forgotten ``seed``, and what else may go wrong."""
from dataclasses import dataclass

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.violation import Violation
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


@dataclass(frozen=True)
class Params:
    pass


def supports(problem: JobShop) -> list[str]:
    return []


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, params: Params) -> None:
    pass


def violations(problem: JobShop) -> list[Violation]:
    return []


def evaluate(problem: JobShop, solution: JobShopSolution) -> dict[str, int]:
    return {}


class Nothing:
    pass
'''

BROKEN = """
import lame

engine: Engine[JobShop] = lame
violations: Violations[JobShop, JobShopSolution] = lame.violations
evaluate: Evaluate[JobShop, JobShopSolution] = lame.evaluate
problem: Problem = lame.Nothing()
"""


def parts_of(family: Family) -> Iterator[tuple[str, str]]:
    """The dotted path and the type of each part of a family."""
    names = {"problem": _attribute(family.problem), "solution": _attribute(family.solution)}
    for part, kind in PARTS.items():
        if getattr(family, part):
            yield getattr(family, part), kind.format(**names)
    for path in family.writes.values():
        yield path, "Write[{problem}, {solution}]".format(**names)
    for engine in family.engines.values():
        builds = family.rules and engine.role is Role.FIRST
        yield engine.module, f"{'RuleEngine' if builds else 'Engine'}[{names['problem']}]"


def _attribute(path: str) -> str:
    return path.partition(":")[2]


def statements(family: Family) -> Iterator[str]:
    """Imports of all parts, and an assignment of each to a variable of its type."""
    for path in (family.problem, family.solution):
        module, _, name = path.partition(":")
        yield f"from {module} import {name}"
    for number, (path, kind) in enumerate(parts_of(family)):
        module, _, name = path.partition(":")
        part = f"{family.kind.replace('.', '_')}_{number}"
        yield f"from {module} import {name} as {part}" if name else f"import {module} as {part}"
        yield f"{part}_typed: {kind} = {part}"
    for path, contract in ((family.problem, "Problem"), (family.solution, "Solution")):
        name = _attribute(path)
        yield f"def as_{name.lower()}(given: {name}) -> {contract}:\n    return given"


def install(target: Path) -> None:
    """A copy of the package as it is when it is installed."""
    folders = tomllib.loads(PYPROJECT.read_text())["tool"]["setuptools"]["package-dir"]
    for package, folder in sorted(folders.items()):
        place = target / package.replace(".", "/")
        shutil.copytree(ROOT / folder, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)


@pytest.mark.slow
def test_mypy_holds_all_parts_of_all_families_to_their_contracts(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    install(tmp_path)
    families = [line for family in FAMILIES.values() for line in statements(family)]
    (tmp_path / "families.py").write_text("\n".join([HEAD, *families]))
    (tmp_path / "lame.py").write_text(LAME)
    (tmp_path / "broken.py").write_text(HEAD + BROKEN)
    options = ["--config-file", str(PYPROJECT), "--cache-dir", str(tmp_path / "cache"), "--no-pretty"]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "families.py", "broken.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line.split(":") for line in checked.stdout.splitlines() if ": error:" in line]
    wrong = [number for number, line in enumerate((HEAD + BROKEN).splitlines(), 1) if "lame" in line and "=" in line]
    assert [":".join(error) for error in errors if error[0] != "broken.py"] == [], checked.stderr
    assert sorted({int(error[1]) for error in errors}) == wrong
