"""The search by decoding: every order gives a schedule, every problem can be searched, answers repeat themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import schedsolve
from schedsolve.instances.generators.jobshop.random import flexible, flowshop, jobshop, openshop
from schedsolve.models.jobshop import JobShop, violations
from schedsolve.models.record import FAR
from schedsolve.solvers.search.jobshop import decoded
from schedsolve.solvers.stop import Stop

FIXED = [0 if o == 4 else FAR for o in range(20)]
"""One operation of a shop is decided."""

SHOPS = {
    "tardiness": jobshop(jobs=6, machines=4, seed=1, due_factor=1.3, objective="total_tardiness"),
    "lexicographic": jobshop(jobs=5, machines=3, seed=2, due_factor=1.2, objective="tardy_jobs,makespan"),
    "setups": jobshop(jobs=5, machines=3, seed=3, max_setup=30),
    "downtime": jobshop(jobs=5, machines=3, seed=4, downtime_share=0.2, objective="total_flow_time"),
    "open": openshop(jobs=4, machines=4, seed=5),
    "no wait": jobshop(jobs=5, machines=4, seed=6, no_wait=True),
    "blocking": jobshop(jobs=5, machines=4, seed=7, blocking="no_swap"),
    "permutation": flowshop(jobs=6, machines=4, seed=8),
    "flexible": flexible(jobs=5, machines=4, seed=9, objective="total_completion_time"),
    "fixed": replace(jobshop(jobs=5, machines=4, seed=10, objective="total_completion_time"), fixed_start=FIXED),
}


def decoder_of(problem: JobShop) -> decoded.Decoder:
    if decoded.is_jobwise(problem):
        return decoded.JobByJob(problem, 0, Stop())
    return decoded.OperationByOperation(problem, 0)


def values_of(result: schedsolve.Result) -> tuple[int, ...]:
    assert result.solution is not None
    return tuple(level.value for level in result.objectives)


@pytest.mark.parametrize("name", SHOPS)
def test_every_order_decodes_to_a_valid_schedule(name: str) -> None:
    problem = SHOPS[name]
    decoder, rng = decoder_of(problem), np.random.default_rng(0)
    code = decoder.encode(np.arange(problem.num_operations))
    for _ in range(40):
        code = decoded.moved(rng.permutation(code), rng, len(code))
        solution = decoder.decode(code)
        assert solution is not None
        assert violations(problem, solution) == []


@pytest.mark.parametrize("name", ["tardiness", "lexicographic", "setups", "downtime"])
def test_a_decoded_schedule_gets_no_worse_by_coding_it_again(name: str) -> None:
    problem = SHOPS[name]
    decoder = decoder_of(problem)
    first = decoder.decode(np.random.default_rng(1).permutation(decoder.encode(np.arange(problem.num_operations))))
    assert first is not None
    again = decoder.decode(decoder.encode(first.start))
    assert again is not None
    assert np.all(again.start <= first.start)


@pytest.mark.parametrize("name", ["open", "no wait", "blocking", "permutation", "fixed"])
def test_search_comes_near_the_optimum(name: str) -> None:
    problem = SHOPS[name]
    optimum = schedsolve.solve(problem, "cpsat", threads=2, time_limit=30)
    rules = schedsolve.solve(problem, "dispatch", threads=1)
    result = schedsolve.solve(problem, "search", threads=1, iterations=3_000, time_limit=None)
    assert result.notes == ()
    assert values_of(optimum) <= values_of(result) <= values_of(rules)
    assert values_of(result)[0] <= 1.15 * values_of(optimum)[0] + 2


def test_same_seed_same_steps_same_answer() -> None:
    results = [
        schedsolve.solve(SHOPS["open"], "search", threads=1, iterations=500, seed=4, time_limit=None) for _ in range(2)
    ]
    assert results[0].solution == results[1].solution


def test_a_move_keeps_all_entries() -> None:
    rng = np.random.default_rng(2)
    code = np.array([0, 0, 1, 2, 2, 2, 3])
    for _ in range(200):
        changed = decoded.moved(code, rng, 4)
        assert sorted(changed) == sorted(code)
