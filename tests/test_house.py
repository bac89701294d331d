"""The rules of the house, kept by tests: which room may import which, sizes, names, packaging, what costs nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import schedsolve

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

MAY_IMPORT = {
    "models": {"models"},
    "instances": {"models", "instances"},
    "solvers": {"models", "solvers"},
    "reports": {"models", "instances", "solvers", "reports"},
    "cli": {"models", "instances", "solvers", "reports", "benchmarks", "cli"},
    "benchmarks": {"models", "instances", "solvers", "reports", "cli", "benchmarks"},
    "schedsolve": {"models", "instances", "solvers", "cli"},
}
"""Room to the rooms it may import from: the data flow one way."""

MODULES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports anywhere, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)}: relative import"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def run(*command: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    )


# --- rooms ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_no_room_imports_upwards(path):
    room = path.relative_to(ROOT).parts[0]
    dotted = {name.split(".")[1] for name in imports(path) if name.startswith("schedsolve.") and name.count(".") > 0}
    assert dotted & MAY_IMPORT.keys() <= MAY_IMPORT[room]


@pytest.mark.parametrize("room", sorted(MAY_IMPORT.keys() - {"schedsolve"}))
def test_bare_room_imports_are_banned(room):
    snippet = f"from {room} import x\n\nprint(x)\n"
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    if ruff is None:
        pytest.skip("ruff is not installed")
    checked = subprocess.run(
        [ruff, "check", "--no-cache", "--stdin-filename", "solvers/snippet.py", "-"],
        cwd=ROOT,
        input=snippet,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 1
    assert f"`{room}` is banned: import schedsolve.{room}" in checked.stdout


def test_no_module_imports_a_room_by_its_bare_name():
    for path in [*MODULES, *(ROOT / "tests").rglob("*.py")]:
        bare = {name.split(".")[0] for name in imports(path)} & (MAY_IMPORT.keys() - {"schedsolve"})
        assert not bare, short(path)


# --- sizes and names --------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_and_functions_stay_small(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_kernel(node):
            doc = ast.get_docstring(node) or ""
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - len(doc.splitlines())
            assert lines <= 70, f"{node.name} has {lines} lines"


def is_kernel(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Compiled functions may be longer: they can hardly be split."""
    return any(ast.unparse(decorator) == "kernel" for decorator in node.decorator_list)


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_say_what_they_are_and_have_one_subject(path):
    assert path.stem not in {"utils", "util", "common", "helpers", "misc"}
    assert ast.get_docstring(ast.parse(path.read_text()))


# --- packaging --------------------------------------------------------------------------------


def test_packages_equal_the_folders():
    folders = {path.parent.relative_to(ROOT) for path in MODULES if path.name == "__init__.py"}
    names = {".".join(f.parts if f.parts[0] == "schedsolve" else ("schedsolve", *f.parts)) for f in folders}
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == names
    assert {path.parent.relative_to(ROOT) for path in MODULES} == folders, "a folder without __init__.py"


def test_package_data_covers_every_data_file():
    data = PYPROJECT["tool"]["setuptools"]["package-data"]
    for room in MAY_IMPORT:
        for path in (ROOT / room).rglob("*"):
            if path.is_dir() or path.suffix in {".py", ".md"} or "__pycache__" in path.parts:
                continue
            parts = path.relative_to(ROOT).parent.parts
            package = ".".join(parts if parts[0] == "schedsolve" else ("schedsolve", *parts))
            assert any(path.match(pattern) for pattern in data.get(package, [])), short(path)


@pytest.mark.slow
def test_the_wheel_solves_ft06_from_an_empty_folder(tmp_path):
    source, target, empty = tmp_path / "source", tmp_path / "target", tmp_path / "empty"
    empty.mkdir()
    rooms = [*MAY_IMPORT, "pyproject.toml", "README.md", "LICENSE"]
    for name in rooms:  # a copy: setuptools leaves its build folder beside the sources
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    recent = int(version("setuptools").split(".")[0]) >= 77  # as [build-system] asks; else pip fetches it
    isolation = ["--no-build-isolation"] if recent else []
    built = run(*pip, "wheel", "--no-deps", *isolation, "-w", str(tmp_path), ".", folder=source)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    installed = run(*pip, "install", "--no-deps", "--target", str(target), str(wheel))
    assert installed.returncode == 0, installed.stderr
    program = (
        "import schedsolve; print(schedsolve.__file__); print(schedsolve.solve(schedsolve.load('ft06')).objective)"
    )
    # -S -E would hide the dependencies too; a meta path finder of an editable install goes after the path
    code = f"import sys; sys.meta_path = [f for f in sys.meta_path if 'ditable' not in str(f)]; {program}"
    solved = run(sys.executable, "-c", code, folder=empty, PYTHONPATH=str(target))
    assert solved.returncode == 0, solved.stderr
    where, objective = solved.stdout.split()
    assert Path(where).is_relative_to(target)
    assert objective == "55"


@pytest.mark.parametrize(
    "requirement",
    [
        *PYPROJECT["project"]["dependencies"],
        *(line for extra in PYPROJECT["project"]["optional-dependencies"].values() for line in extra),
    ],
)
def test_no_dependency_may_come_in_a_version_that_nobody_has_tried(requirement: str):
    ours = requirement.startswith("schedsolve[")
    assert ours or requirement.startswith("setuptools>") or ("<" in requirement and ">=" in requirement)


# --- what costs nothing -----------------------------------------------------------------------


def loaded_after(statement: str) -> set[str]:
    """The top-level packages in ``sys.modules`` of a fresh process that has run ``statement``."""
    code = f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    finished = run(sys.executable, "-c", code)
    assert finished.returncode == 0, finished.stderr
    return set(finished.stdout.split())


HEAVY = {"ortools", "pulp", "highspy", "numba", "networkx", "pandas", "matplotlib", "scipy"}


def test_import_schedsolve_imports_nothing_heavy():
    assert not loaded_after("import schedsolve") & (HEAVY | {"numpy", "msgspec", "click", "rich"})


def test_checking_a_schedule_imports_no_solver():
    statement = """
from schedsolve import JobShop, JobShopSolution, validate
validate(JobShop.from_jobs([[(0, 1)]]), JobShopSolution(start=[0]))
"""
    assert not loaded_after(statement) & HEAVY


# --- the public face --------------------------------------------------------------------------


def test_public_names_resolve():
    assert schedsolve.__all__ == sorted(schedsolve.__all__)
    for name in schedsolve.__all__:
        assert getattr(schedsolve, name).__module__.startswith("schedsolve.")
    assert set(schedsolve.__all__) < set(dir(schedsolve))
    assert schedsolve.__version__ == PYPROJECT["project"]["version"]
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        schedsolve.nothing  # noqa: B018


def test_names_for_type_checkers_are_the_names_at_run_time():
    tree = ast.parse((ROOT / "schedsolve" / "__init__.py").read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {
        alias.asname: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert typed == schedsolve._WHERE
