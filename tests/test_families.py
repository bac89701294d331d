"""The checklist for a new family: whatever is registered has all its parts."""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from schedsolve.instances import best_known
from schedsolve.instances.read import load
from schedsolve.models import contracts
from schedsolve.models.family import Role
from schedsolve.models.record import Record, scalar
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.contracts import MakeExplainer, Turns
from schedsolve.solvers.solve import solve, supports

ROOT = Path(__file__).parent.parent
ROOMS = ("models", "solvers", "instances", "reports", "benchmarks", "cli")
KINDS = sorted(FAMILIES)
PARTS = {
    "violations": contracts.Violations,
    "evaluate": contracts.Evaluate,
    "bound": contracts.Bound,
    "table": contracts.Table,
    "details": contracts.Details,
    "past": contracts.Past,
    "explainer": MakeExplainer,
    "turns": Turns,
}
"""Parts that are functions, with their contracts."""
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
def test_a_problem_is_printed_in_a_few_lines(kind):
    problem = load(FAMILIES[kind].instance)
    head, *lines = str(problem).splitlines()
    assert head == f"{problem.name}: {kind}"
    counts = [line.split()[0].removesuffix(":") for line in lines[:-2]]
    assert counts
    assert all(f"  {count}: {getattr(problem, f'num_{count}')}" in lines for count in counts)
    assert lines[-2] == f"  features: {', '.join(problem.features) or 'none'}"
    assert lines[-1] == f"  objective: {', '.join(problem.objective)}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", PARTS)
def test_parts_resolve_are_documented_and_are_called_as_their_contract_says(kind, part):
    if not getattr(FAMILIES[kind], part):
        pytest.skip(f"{kind} does without {part}")
    function = FAMILIES[kind].load(part)
    assert inspect.getdoc(function)
    wanted = list(inspect.signature(PARTS[part].__call__).parameters)[1:]
    assert list(inspect.signature(function).parameters) == wanted


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
    problem = load(FAMILIES[kind].instance)
    if name != "auto" and supports(problem, name):
        pytest.skip(f"{name} does not model {problem.name}")
    assert best_known.best_known(problem) is not None
    monkeypatch.setattr(best_known, "_text", lambda: "")
    assert best_known.best_known(problem) is None
    result = solve(problem, name, time_limit=10, threads=1, target=10**9)
    assert result.bound is not None or result.objective is not None


@pytest.mark.parametrize(("kind", "name"), ENGINES)
def test_engines_keep_the_contract(kind, name):
    module = FAMILIES[kind].engine(name)
    assert inspect.getdoc(module)
    assert is_dataclass(module.Params)
    assert module.Params.__dataclass_params__.frozen
    assert all(f.default is not MISSING or f.default_factory is not MISSING for f in fields(module.Params))
    assert module.Params() == module.Params()
    parameters = inspect.signature(module.run).parameters
    assert list(parameters)[:3] == ["problem", "progress", "stop"]
    takes_rule = FAMILIES[kind].rules and FAMILIES[kind].engines[name].role is Role.FIRST
    wanted = {"threads", "seed", "params"} | ({"rule"} if takes_rule else set())
    assert {p.name for p in parameters.values() if p.kind is p.KEYWORD_ONLY} == wanted
    assert list(inspect.signature(module.supports).parameters) == ["problem"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_optional_field_of_a_problem_says_whether_it_makes_it_harder(kind):
    for f in fields(FAMILIES[kind].load("problem")):
        optional = f.default is not MISSING and f.name != "objective" and not f.metadata.get("label")
        assert not optional or f.metadata.get("feature") is not None, f.name


@pytest.mark.parametrize(("kind", "name"), ENGINES)
def test_an_engine_refuses_a_field_that_it_has_never_heard_of(kind, name):
    plain, _ = FAMILIES[kind].load("example")()

    @dataclass(frozen=True, eq=False, kw_only=True)
    class Extended(type(plain)):
        moon: int = scalar(0, "phases of the moon {}")

    values = {f.name: getattr(plain, f.name) for f in fields(plain)}
    engine = FAMILIES[kind].engine(name)
    assert "phases of the moon 3" in engine.supports(Extended(**values, moon=3))
    assert engine.supports(Extended(**values)) == engine.supports(plain)


@pytest.mark.parametrize("kind", KINDS)
def test_auto_has_a_first_solution_and_a_proof(kind):
    family = FAMILIES[kind]
    assert family.with_role(Role.FIRST), "the fallback of auto"
    assert family.with_role(Role.EXACT)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_name_means_the_same_family_in_every_room(kind):
    """A folder or a module of the family's stem in each room, and every part lies in one of them."""
    family = FAMILIES[kind]
    inside = re.compile(rf"schedsolve(\.\w+)+\.{kind}\b")
    paths = [getattr(family, f.name) for f in fields(family) if isinstance(getattr(family, f.name), str)]
    paths += [engine.module for engine in family.engines.values()] + list(family.peers.values())
    for path in paths:
        assert not path.startswith("schedsolve.") or inside.match(path), path
    assert find_spec(f"schedsolve.families.{kind}")
    for room in ("models", "instances", "reports"):
        assert (ROOT / room / family.stem).is_dir() or (ROOT / room / f"{family.stem}.py").is_file(), room


@pytest.mark.parametrize("kind", KINDS)
def test_no_room_has_a_module_with_the_family_as_a_part_of_its_name(kind):
    stem = kind.rpartition(".")[2]
    named = [path for room in ROOMS for path in (ROOT / room).rglob(f"*{stem}*") if path.suffix == ".py"]
    assert [path.name for path in named if path.stem != stem] == []


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
