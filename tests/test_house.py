"""The rules of the house, kept by tests: which room may import which, sizes, names, packaging, what costs nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import pytest

import schedsolve
from schedsolve.models.registry import FAMILIES

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

MAY_IMPORT = {
    "models": {"models"},
    "instances": {"models", "instances"},
    "solvers": {"models", "solvers"},
    "reports": {"models", "instances", "solvers", "reports"},
    "cli": {"models", "instances", "solvers", "reports", "benchmarks", "cli"},
    "benchmarks": {"models", "instances", "solvers", "reports", "benchmarks"},
    "schedsolve": {"models", "instances", "solvers", "cli"},
}
"""Room to the rooms it may import from: the data flow one way."""

MODULES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))

STEMS = {family.stem.replace("/", "."): kind for kind, family in FAMILIES.items()}
"""The folder of each family in every room, to its kind."""

OF_FAMILIES = {
    "schedsolve/__init__.py",
    "instances/bundled.py",
    "benchmarks/explain_table.py",
    "benchmarks/rule_table.py",
    "benchmarks/schedule_budgets.py",
}
"""The modules outside the folders of families that name some: the public face, the instances of the literature, and
measurements of one family."""


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


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_may_import_no_other_that_it_does_not_need(room):
    names = [name.split(".") for path in (ROOT / room).rglob("*.py") for name in imports(path)]
    used = {parts[1] for parts in names if parts[0] == "schedsolve" and len(parts) > 1}
    assert used & MAY_IMPORT.keys() == MAY_IMPORT[room]


def stems_in(dotted: str) -> set[str]:
    """The families in whose folders a module is."""
    return {stem for stem in STEMS if f".{stem}." in f".{dotted}."}


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_only_the_folders_of_a_family_import_from_them(path):
    mine = stems_in(".".join(path.relative_to(ROOT).with_suffix("").parts))
    named = set().union(*(stems_in(name) for name in imports(path)))
    assert named <= mine or short(path) in OF_FAMILIES


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_parts_of_a_family_are_in_folders_of_its_name(kind):
    for part in fields(FAMILIES[kind]):
        value = getattr(FAMILIES[kind], part.name)
        for place in [value] if isinstance(value, str) else getattr(value, "values", list)():
            dotted = getattr(place, "module", place)
            if dotted.startswith("schedsolve.") and dotted != part.default:
                assert stems_in(dotted.replace(":", ".")), dotted


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
    for lines, name in functions(ast.parse(text)):
        assert lines <= 70, f"{name} has {lines} lines"


def functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines, docstring left out, and name of each function that is no kernel."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_kernel(node):
            doc = ast.get_docstring(node) or ""
            yield (node.end_lineno or node.lineno) - node.lineno + 1 - len(doc.splitlines()), node.name


def is_kernel(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Compiled functions may be longer: they can hardly be split."""
    return any(ast.unparse(decorator) == "kernel" for decorator in node.decorator_list)


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_say_what_they_are_and_have_one_subject(path):
    assert path.stem not in {"utils", "util", "common", "helpers", "misc"}
    assert ast.get_docstring(ast.parse(path.read_text()))


# --- measures ---------------------------------------------------------------------------------

MOST_ANY = 60
"""How often all rooms together say ``Any``."""


def count_any(tree: ast.Module) -> int:
    """How often a module says ``Any``, in annotations and elsewhere; its import does not count."""
    return sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))


def lists_of_families(tree: ast.Module) -> list[int]:
    """Lines that would have to be changed for another family.

    These are collections, and keys of dicts, that hold the kinds of several families; and what decides by a kind:
    comparisons, cases, keys of a dict. What states the kind of one thing, as the entry of a format does, is no list.
    """
    lines = []
    for node in ast.walk(tree):
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                least = 2
            case ast.Dict(keys=parts):
                least = 1
            case ast.Compare(left=left, comparators=others):
                least, parts = 1, [left, *others]
            case ast.MatchValue(value=value):
                least, parts = 1, [value]
            case _:
                continue
        if kinds_among(parts) >= least:
            lines.append(node.lineno)
    return lines


def kinds_among(nodes: list[ast.expr]) -> int:
    """How many of the expressions are the kind of a family."""
    return sum(isinstance(node, ast.Constant) and node.value in FAMILIES for node in nodes)


def questions(tree: ast.Module) -> set[str]:
    """The functions that ask whether what they hold is a result or a solution."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(map(is_question, ast.walk(node))):
            found.add(node.name)
    return found


def is_question(node: ast.AST) -> bool:
    """``getattr`` or ``hasattr`` of what tells them apart, ``isinstance(…, Result)``, or ``….role == "result"``."""
    match node:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value=name), *_]):
            return name in ("role", "solution", "claim", "objectives")
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]):
            return any(isinstance(x, ast.Name) and x.id == "Result" for x in ast.walk(kinds))
        case ast.Compare(left=ast.Attribute(attr="role"), comparators=[ast.Constant(value="result")]):
            return True
    return False


def test_the_measures_of_the_house():
    """Shown by ``pytest -rA``, or ``-s``."""
    trees = {short(path): ast.parse(path.read_text()) for path in MODULES}
    longest_module = max((len(path.read_text().splitlines()), short(path)) for path in MODULES)
    longest_function = max((*found, module) for module, tree in trees.items() for found in functions(tree))
    any_in = dict.fromkeys(MAY_IMPORT, 0)
    families, asks = [], []
    for module, tree in trees.items():
        any_in[module.split("/")[0]] += count_any(tree)
        if not module.startswith("schedsolve/families/") and not stems_in(module.removesuffix(".py").replace("/", ".")):
            families += [f"{module}:{line}" for line in lists_of_families(tree)]
        asks += [f"{module}: {name}" for name in sorted(questions(tree))]
    print(f"longest module: {longest_module[0]} lines, {longest_module[1]}")
    print(
        f"longest function that is no kernel: {longest_function[0]} lines, {longest_function[2]}: {longest_function[1]}"
    )
    print(f"Any: {sum(any_in.values())}, {any_in}")
    print(f"lists of families outside schedsolve/families: {len(families)}")
    print(f"places that ask whether it is a result or a solution: {len(asks)}, {', '.join(asks)}")
    assert sum(any_in.values()) <= MOST_ANY
    assert not families
    assert asks == ["models/claim.py: solution_and_claim"]


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ('x = ("jobshop", "rcpsp")', 1),
        ('x = {"rcpsp": 1}', 1),
        ('x = kind == "jobshop"', 1),
        ('match kind:\n    case "jobshop":\n        pass', 1),
        ('Format(kinds=("jobshop",))', 0),
        ('Generator("levels", "rcpsp")', 0),
    ],
)
def test_lists_of_families_are_found(text, lists):
    assert len(lists_of_families(ast.parse(text))) == lists


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ('getattr(x, "role", None)', True),
        ('hasattr(x, "solution")', True),
        ("isinstance(x, Solution | Result)", True),
        ('x.role == "result"', True),
        ('getattr(x, "name")', False),
        ("x.solution is None", False),
    ],
)
def test_questions_are_found(text, asks):
    assert questions(ast.parse(f"def f(x):\n    return {text}")) == ({"f"} if asks else set())


def test_any_is_counted():
    assert count_any(ast.parse("from typing import Any\nx: dict[str, Any] = f(y=Any)")) == 2


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
            folder = next(folder for folder in path.parents if (folder / "__init__.py").exists())
            parts = folder.relative_to(ROOT).parts
            package = ".".join(parts if parts[0] == "schedsolve" else ("schedsolve", *parts))
            assert any(path in folder.glob(pattern) for pattern in data.get(package, [])), short(path)


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
    program = """
import schedsolve
from schedsolve.reports.draw import draw
problem = schedsolve.load("ft06")
result = schedsolve.solve(problem)
draw(problem, result, "ft06.html")
print(schedsolve.__file__, result.objective)
"""
    # -S -E would hide the dependencies too; a meta path finder of an editable install goes after the path
    code = f"import sys; sys.meta_path = [f for f in sys.meta_path if 'ditable' not in str(f)]\n{program}"
    solved = run(sys.executable, "-c", code, folder=empty, PYTHONPATH=str(target))
    assert solved.returncode == 0, solved.stderr
    where, objective = solved.stdout.split()
    assert Path(where).is_relative_to(target)
    assert objective == "55"
    assert "</script>" in (empty / "ft06.html").read_text()


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
