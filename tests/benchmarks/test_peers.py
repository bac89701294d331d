from __future__ import annotations

from typing import Any

import pytest

from schedsolve.benchmarks import peers, worker
from schedsolve.benchmarks.peers.answer import Answer
from schedsolve.instances.bundled import bundled
from schedsolve.models.check import validate
from schedsolve.models.errors import InvalidOption, Unsupported
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import int_array

FLEXIBLE = JobShop.from_jobs([[[(0, 5), (1, 3)], (0, 2)], [[(1, 4), (0, 6)], [(0, 1), (1, 9)]], [(0, 0), (1, 2)]])
"""With alternatives and an operation of length 0; the optimum is 8, as brute force says."""

PROJECT = RCPSP(
    mode_ptr=[0, 1, 3, 4],
    duration=[3, 4, 2, 5],
    capacity=[2],
    demand=[[1], [1], [2], [1]],
    budget=[3],
    consumption=[[0], [1], [3], [1]],
    link_from=[0, 1],
    link_to=[2, 2],
    link_kind=[0, 3],
    min_lag=[1, 4],
    max_lag=[2, 20],
)
"""Two modes for the second task, of which only the longer one is within the budget; the optimum is 9."""

LIMITS = {"threads": 1, "seed": 0, "time_limit": 20.0}


@pytest.mark.parametrize("name", peers.PEERS)
@pytest.mark.parametrize(
    ("problem", "optimum"),
    [(bundled("ft06"), 55), (FLEXIBLE, 8), (bundled("tai04x04_01"), 193), (PROJECT, 9)],
    ids=["ft06", "flexible", "open shop", "project"],
)
def test_peers_find_optima(name: str, problem: Any, optimum: int) -> None:
    if name == "peer:pyjobshop":
        pytest.importorskip("pyjobshop")
        if getattr(problem, "open_shop", False):
            pytest.skip("not modelled")
    answer = peers.PEERS[name](problem, **LIMITS)
    assert answer.solution is not None
    validate(problem, answer.solution)
    outcome = worker._of_peer(problem, answer)
    assert (outcome["status"], outcome["objective"], outcome["bound"]) == ("OPTIMAL", optimum, optimum)
    assert [point.objective for point in answer.trace][-1] == optimum


def test_a_peer_without_time_has_no_answer() -> None:
    problem = bundled("ta21")
    answer = peers.PEERS["peer:cpsat"](problem, threads=1, seed=0, time_limit=0.001)
    assert worker._of_peer(problem, answer)["status"] == "UNKNOWN"


@pytest.mark.parametrize("name", peers.PEERS)
def test_what_a_peer_does_not_model_is_said(name: str) -> None:
    problem = bundled("ft06").with_settings(blocking="swap", objective="total_completion_time")
    with pytest.raises(Unsupported, match="does not model blocking, objective"):
        peers.PEERS[name](problem, **LIMITS)


def test_a_peer_without_its_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    with pytest.raises(InvalidOption, match="pip install pyjobshop"):
        peers.check("peer:pyjobshop")
    peers.check("peer:cpsat")


@pytest.mark.parametrize(
    ("start", "bound", "status", "error"),
    [
        ([0, 3, 4, 8], 9, "OPTIMAL", ""),
        ([0, 3, 4, 8], 5, "FEASIBLE", ""),
        ([0, 3, 0, 4], 5, "FAILED", "invalid schedule: "),
        ([0, 3, 4, 8], 10, "FAILED", "a bound of 10, but a schedule of 9"),
        (None, 5, "UNKNOWN", ""),
    ],
)
def test_answers_of_peers_are_checked(start: list[int] | None, bound: int, status: str, error: str) -> None:
    problem = JobShop.from_jobs([[(0, 3), (1, 2)], [(0, 4), (1, 1)]])
    solution = None if start is None else JobShopSolution(start=int_array("start", start))
    outcome = worker._of_peer(problem, Answer(solution, bound, 1.0))
    assert outcome["status"] == status
    assert error in outcome.get("error", "")
    assert ("error" in outcome) == bool(error)
