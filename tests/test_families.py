"""The checklist for a new family: whatever is registered has all its parts."""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, fields, is_dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from schedsolve.instances import best_known
from schedsolve.instances.read import load
from schedsolve.models.record import Record
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.solve import solve, supports

ROOT = Path(__file__).parent.parent
KINDS = sorted(FAMILIES)
KNOWN = {"jobshop": "ft06", "rcpsp": "house"}
"""A bundled instance of each family, with a best-known value."""
ENGINES = [(kind, name) for kind in KINDS for name in FAMILIES[kind].engines]


@pytest.mark.parametrize("kind", KINDS)
def test_problem_and_solution_are_records_of_their_kind(kind):
    family = FAMILIES[kind]
    assert family.kind == kind
    assert family.title
    problem, solution = family.load("problem"), family.load("solution")
    for record, role in ((problem, "problem"), (solution, "solution")):
        assert issubclass(record, Record)
        assert is_dataclass(record)
        assert (record.kind, record.role) == (kind, role)
        assert record.__doc__
    assert "objective" in {f.name for f in fields(problem)}
    assert callable(problem.with_settings)
    for setting in problem.settings:
        assert setting.name in {f.name for f in fields(problem)}
        assert setting.meaning


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["violations", "evaluate", "bound", "picture", "table"])
def test_parts_resolve_and_are_documented(kind, part):
    function = FAMILIES[kind].load(part)
    assert callable(function)
    assert inspect.getdoc(function)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["violations", "evaluate"])
def test_the_checker_looks_at_problem_and_solution_alone(kind, part):
    assert list(inspect.signature(FAMILIES[kind].load(part)).parameters) == ["problem", "solution"]


@pytest.mark.parametrize("kind", KINDS)
def test_rules_are_described(kind):
    rules = FAMILIES[kind].load("rules")
    assert len(rules) >= 12
    for name, rule in rules.items():
        assert rule.name == name
        assert name == name.lower()
    symbols = FAMILIES[kind].load("rule_symbols")
    used = {letter for rule in rules.values() for letter in re.findall(r"\b[A-Za-z]\b", rule.formula)}
    assert used == set(symbols)


@pytest.mark.parametrize(("kind", "name"), [(k, e) for k in KINDS for e in ("auto", *FAMILIES[k].engines)])
def test_engines_do_without_best_known_values(kind, name, monkeypatch):
    problem = load(KNOWN[kind])
    if name != "auto" and supports(problem, name):
        pytest.skip(f"{name} does not model {KNOWN[kind]}")
    assert best_known.best_known(problem) is not None
    monkeypatch.setattr(best_known, "_text", lambda: "")
    assert best_known.best_known(problem) is None
    result = solve(problem, name, time_limit=10, threads=1, target=10**9)
    assert result.bound is not None or result.objective is not None


@pytest.mark.parametrize(("kind", "name"), ENGINES)
def test_engines_keep_the_contract(kind, name):
    module = FAMILIES[kind].load(f"engine:{name}")
    assert inspect.getdoc(module)
    assert is_dataclass(module.Params)
    assert module.Params.__dataclass_params__.frozen
    assert all(f.default is not MISSING or f.default_factory is not MISSING for f in fields(module.Params))
    assert module.Params() == module.Params()
    parameters = inspect.signature(module.run).parameters
    assert list(parameters)[:3] == ["problem", "progress", "stop"]
    wanted = {"threads", "seed", "params"} | ({"rule"} if name == "dispatch" else set())
    assert {p.name for p in parameters.values() if p.kind is p.KEYWORD_ONLY} == wanted
    assert list(inspect.signature(module.supports).parameters) == ["problem"]


@pytest.mark.parametrize("kind", KINDS)
def test_auto_uses_registered_engines(kind):
    family = FAMILIES[kind]
    assert "dispatch" in family.engines, "the fallback of auto"
    assert {*family.auto, *family.bounding} <= family.engines.keys()
    assert family.auto


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_name_means_the_same_family_in_every_room(kind):
    name = kind.rpartition(".")[2]
    for room in ("models", "solvers.bounds", "solvers.dispatch", "solvers.cpsat", "solvers.milp", "reports"):
        assert find_spec(f"schedsolve.{room}.{name}"), f"{room} has no {name}"


@pytest.mark.parametrize("kind", KINDS)
def test_docs_and_tests_exist(kind):
    page = ROOT / "docs" / "families" / f"{kind}.md"
    assert len(page.read_text().splitlines()) > 40
    assert list((ROOT / "tests" / "models").glob(f"test_{kind.replace('.', '_')}*.py"))
    assert list((ROOT / "tests" / "solvers").rglob(f"*{kind.rpartition('.')[2]}*"))


@pytest.mark.parametrize("kind", KINDS)
def test_docs_name_every_objective_setting_and_engine(kind):
    page = (ROOT / "docs" / "families" / f"{kind}.md").read_text()
    names = [*FAMILIES[kind].engines, *(s.name for s in FAMILIES[kind].load("problem").settings)]
    missing = [name for name in names if name not in page]
    assert not missing
