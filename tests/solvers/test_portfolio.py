"""Who works in ``auto``: what changes while the search's kernels are being compiled."""

from __future__ import annotations

import pytest

import schedsolve
from schedsolve.instances.generators.jobshop.random import jobshop as random_shop
from schedsolve.instances.generators.rcpsp.random import project as random_project
from schedsolve.models.registry import family
from schedsolve.solvers.portfolio.turn import Turn
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

SHOP = random_shop(jobs=30, machines=20, seed=0)
PROJECT = random_project(tasks=120, seed=0)
ENGINES = ("cpsat", "search")


def turns(problem: object, stop: Stop, threads: int) -> list[Turn]:
    return family(problem.kind).load("turns")(Progress(problem, stop), ENGINES, threads)


@pytest.fixture(params=[SHOP, PROJECT], ids=["shop", "project"])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> object:
    """A problem on which the search works alone; ``cold`` says that it is not compiled."""
    monkeypatch.setattr("schedsolve.solvers.portfolio.rcpsp._scarcity", lambda problem: 2.0)
    return request.param


def cold(monkeypatch: pytest.MonkeyPatch, yes: bool) -> None:
    for kind in ("jobshop", "rcpsp"):
        monkeypatch.setattr(f"schedsolve.solvers.portfolio.{kind}.is_compiled", lambda problem: not yes)


def test_a_compiled_search_has_all_threads(large: object, monkeypatch: pytest.MonkeyPatch) -> None:
    cold(monkeypatch, False)
    assert turns(large, Stop(time_limit=3), 2) == [Turn("search", 2)]


def test_cpsat_works_while_the_search_waits(large: object, monkeypatch: pytest.MonkeyPatch) -> None:
    cold(monkeypatch, True)
    assert turns(large, Stop(time_limit=3), 2) == [Turn("cpsat", 1), Turn("search", 1)]
    assert turns(large, Stop(time_limit=3), 1) == [Turn("cpsat", 1, 0.5), Turn("search", 1)]


def test_a_limit_by_work_gives_the_same_answer_cold_and_warm(large: object, monkeypatch: pytest.MonkeyPatch) -> None:
    cold(monkeypatch, True)
    by_work = turns(large, Stop(iterations=100), 1)
    cold(monkeypatch, False)
    assert by_work == turns(large, Stop(iterations=100), 1)


def test_who_works_beside_cpsat_anyway_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    cold(monkeypatch, True)
    beside = turns(schedsolve.load("la21"), Stop(time_limit=3), 2)
    assert beside == [Turn("cpsat", 1), Turn("search", 1)]
