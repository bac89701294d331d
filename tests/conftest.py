"""What the tests of all rooms share.

The modules of ``tests/micro``, ``tests/oracle``, ``tests/tiny`` and ``tests/hidden`` are no test modules; they are
loaded by path here (nothing of the tests is importable by name) and reach tests as fixtures.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = os.environ.get("SCHEDSOLVE_BENCHMARKS", "../shared/benchmarks")

EXACT = ("auto", "cpsat", "milp")
"""Engines that prove what they find."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", default=",".join(EXACT), help="engines to test, as in cpsat,milp")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``engine``: one test an engine; ``micro``: one test a micro-model of the module's ``FAMILY`` or ``FAMILIES``."""
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", metafunc.config.getoption("engine").split(","))
    if "micro" in metafunc.fixturenames:
        families = getattr(metafunc.module, "FAMILIES", None) or (metafunc.module.FAMILY,)
        models = [model for family in families for model in _module("micro", family).MICRO]
        metafunc.parametrize("micro", models, ids=[f"{model.problem.kind}: {model.name}" for model in models])


@pytest.fixture(scope="session")
def benchmarks() -> Path:
    """The folder of public instances; skips the test where it is not there."""
    folder = Path(__file__).parent.parent / BENCHMARKS
    if not folder.is_dir():
        pytest.skip("no public instances: set SCHEDSOLVE_BENCHMARKS")
    return folder


@pytest.fixture(scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    """The family of the test module; one that tests several replaces this by a fixture with parameters."""
    return str(request.module.FAMILY)


@pytest.fixture(scope="module")
def oracle(kind: str) -> ModuleType:
    """Brute force for a family: ``oracle.brute_force(problem)``."""
    return _module("oracle", kind)


@pytest.fixture(scope="session")
def brute_force() -> Callable[[Any], Any]:
    """``brute_force(problem)``, of whatever family."""
    return lambda problem: _module("oracle", problem.kind).brute_force(problem)


@pytest.fixture(scope="module")
def tiny(kind: str) -> ModuleType:
    """Random instances for the oracle: ``tiny.tiny(seed)``."""
    return _module("tiny", kind)


@pytest.fixture(scope="module")
def hidden(kind: str) -> ModuleType:
    """Random instances around a schedule that no solver had a hand in: ``hidden.case(seed)``."""
    return _module("hidden", kind)


@cache
def _module(room: str, family: str) -> ModuleType:
    name = f"tests_{room}_{family}"
    spec = spec_from_file_location(name, Path(__file__).parent / room / f"{family}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module
