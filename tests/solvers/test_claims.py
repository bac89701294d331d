"""Results of real solves are accepted as they are; with one of their claims forged, each is refused by that name."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

import schedsolve
from schedsolve.instances.generators.rcpsp.random import project
from schedsolve.models.check import check
from schedsolve.models.claim import STOPPED_BY
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.result import Result, Status
from schedsolve.solvers.solve import _result
from schedsolve.solvers.stop import Stop

KNOWN = {"jobshop": "ft06", "rcpsp": "house"}
HARD: dict[str, Callable[[], Any]] = {
    "jobshop": lambda: schedsolve.load("la21"),
    "rcpsp": lambda: project(tasks=40, resources=3, seed=3),
}
"""Rules give schedules of them that are not optimal."""

IMPOSSIBLE = {
    "jobshop": schedsolve.JobShop.from_jobs([[(0, 3)]], deadline=[2]),
    "rcpsp": schedsolve.RCPSP(mode_ptr=[0, 1], duration=[3], capacity=[], deadline=[2]),
}

TWO = "total_completion_time,makespan"

Honest = tuple[Any, Result]
Document = dict[str, Any]


@pytest.fixture(scope="module", params=list(KNOWN))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def honest(kind: str, tiny: Any) -> list[Honest]:
    """Problems and results: engines, limits, objectives, and how a search may end."""
    easy, hard = schedsolve.load(KNOWN[kind]), HARD[kind]()
    both = hard.with_settings(objective=TWO)
    solve = partial(schedsolve.solve, threads=1, time_limit=0.3)
    first = solve(hard, "dispatch")
    results = [
        (easy, solve(easy)),
        (easy, solve(easy, "cpsat")),
        (hard, first),
        (hard, solve(hard, "dispatch", rule="spt", seed=5)),
        (hard, solve(hard, "dispatch", hint=first)),
        (hard, solve(hard, "cpsat", hint=first.solution)),
        (hard, solve(hard, "dispatch", target=10_000)),
        (hard, solve(hard, "dispatch", gap=5.0)),
        (hard, solve(hard, "dispatch", cutoff=1)),
        (hard, solve(hard, "dispatch", cutoff=first.objective)),
        (hard, solve(hard, "cpsat", time_limit=0)),
        (both, solve(both, "dispatch")),
        (both, solve(both, hint=first.solution)),
        (both, solve(both, "cpsat", iterations=1)),
        (IMPOSSIBLE[kind], solve(IMPOSSIBLE[kind])),
    ]
    for seed in range(12):
        small = tiny.tiny(seed)
        results.append((small, solve(small, ("auto", "cpsat", "dispatch")[seed % 3])))
    return results


def test_honest_results_are_accepted(honest: list[Honest]) -> None:
    seen = Counter((str(result.status), result.stopped_by) for _, result in honest)
    assert {status for status, _ in seen} == set(Status), seen
    assert {word for _, word in seen} >= {"proof", "time", "iterations", "target", "gap"}, seen
    for problem, result in honest:
        assert check(problem, result).violations == []
        assert check(problem, Result.from_json(result.to_json())).violations == []
        if result.solution is not None:
            schedsolve.validate(problem, result)


def test_forged_results_are_refused_by_the_name_of_the_claim(honest: list[Honest]) -> None:
    caught: Counter[str] = Counter()
    for problem, result in honest:
        document = json.loads(result.to_json())
        for group, name, forged in forgeries(document, random.Random(result.problem)):
            verdict = check(problem, Result.from_json(json.dumps(forged)))
            assert verdict.broken == []
            assert any(name in violation.message for violation in verdict.false), (name, forged, verdict.false)
            caught[group] += 1
    print(f"{sum(caught.values())} forged results: {dict(caught)}")
    assert sum(caught.values()) >= 700
    assert len(caught) == len(GROUPS)
    assert all(count >= 10 for count in caught.values()), caught


def forgeries(document: Document, rng: random.Random) -> Iterator[tuple[str, str, Document]]:
    """Copies of a result's document with one false claim each: its group and a word that the refusal must hold."""
    for forge in GROUPS:
        for name, change in forge(document, rng):
            forged = copy.deepcopy(document)
            change(forged)
            assert forged != document, name
            yield forge.__name__, name, forged


Forged = Iterator[tuple[str, Callable[[Document], Any]]]


def _put(name: str, value: Any) -> Callable[[Document], Any]:
    return lambda document: document.update({name: value})


def _status(document: Document, rng: random.Random) -> Forged:
    for status in Status:
        weaker = {document["status"], str(status)} == {"INFEASIBLE", "UNKNOWN"}  # both without a solution: no matter
        if status != document["status"] and not weaker:
            yield f"status {status}", _put("status", str(status))


def _stopped_by(document: Document, rng: random.Random) -> Forged:
    yield "stopped by", _put("stopped_by", rng.choice(["", "PROOF", "boredom"]))
    if document["status"] in ("OPTIMAL", "INFEASIBLE"):
        yield "stopped by", _put("stopped_by", rng.choice(STOPPED_BY[1:]))
    elif document["status"] == "FEASIBLE":
        yield "stopped by", _put("stopped_by", "proof")
    else:
        yield "stopped by", _put("stopped_by", rng.choice(["target", "gap"]))


def _numbers(document: Document, rng: random.Random) -> Forged:
    for name in ("seconds", "seed", "threads"):
        yield name, _put(name, -rng.randint(1, 9))
    yield "made for problem", _put("problem", f"{rng.getrandbits(64):016x}")


def _objectives(document: Document, rng: random.Random) -> Forged:
    levels = document["objectives"]
    yield "objectives", _put("objectives", [])
    yield "objectives", _put("objectives", levels[:-1])
    yield "objectives", _put("objectives", [*levels, rng.choice(levels)])
    if len(levels) > 1:
        yield "objectives", _put("objectives", levels[::-1])
    for k, level in enumerate(levels):

        def put(name: str, value: Any, k: int = k) -> Callable[[Document], Any]:
            return lambda document: document["objectives"][k].update({name: value})

        yield "objectives", put("name", "total_tardiness" if level["name"] != "total_tardiness" else "makespan")
        if level["value"] is None:
            yield "there is no solution", put("value", rng.randint(0, 99))
        else:
            yield level["name"], put("value", level["value"] + rng.choice([-1, 1]))
            yield level["name"], put("value", None)
            yield f"{level['name']} bound", put("bound", level["value"] + rng.randint(1, 9))
        if document["level"] == level["name"]:
            yield "bound", put("bound", (level["bound"] or 0) - rng.randint(1, 9))


def _headline(document: Document, rng: random.Random) -> Forged:
    for name in ("objective", "bound"):
        value = document[name]
        yield f"{name} ", _put(name, rng.randint(0, 99) if value is None else value + rng.choice([-1, 1]))
        if value is not None:
            yield f"{name} none", _put(name, None)
    yield "gap", _put("gap", 0.5 if document["gap"] is None else document["gap"] + rng.choice([-0.01, 0.01]))
    if document["gap"] is not None:
        yield "gap none", _put("gap", None)
    others = [x["name"] for x in document["objectives"] if x["name"] != document["level"]]
    yield "level", _put("level", rng.choice(["", "colour", *others]))


def _makers(document: Document, rng: random.Random) -> Forged:
    for name in ("engine", "proved_by"):
        if document[name] is None:
            yield name, _put(name, "cpsat")
        else:
            yield f"{name} null", _put(name, None)
            if document["trace"] and document["status"] != "INFEASIBLE":
                yield name, _put(name, "oracle")


def _settings(document: Document, rng: random.Random) -> Forged:
    def put(name: str, value: Any) -> Callable[[Document], Any]:
        return lambda document: document["settings"].update({name: value})

    for name, value in document["settings"].items():
        if name == "objective":
            yield "--objective", put(name, ["total_tardiness"] if value != ["total_tardiness"] else ["makespan"])
        elif isinstance(value, bool):
            yield f"--set {name}", put(name, not value)
        elif isinstance(value, int):
            yield f"--set {name}", put(name, value + 1)
        else:
            yield name, put(name, {"none": "swap", "": "2030-01-01"}.get(value, ""))
        yield name, put(name, rng.choice([None, {}, [[1]], [None], 1.5, {"a": "b"}]))
    yield "colour", put("colour", "red")


def _trace(document: Document, rng: random.Random) -> Forged:
    trace = document["trace"]
    if not trace:
        return
    at = rng.randrange(len(trace))

    def put(name: str, value: Any, at: int = at) -> Callable[[Document], Any]:
        return lambda document: document["trace"][at].update({name: value})

    yield "trace", put("stage", "colour")
    yield "trace", put("seconds", document["seconds"] + 1)
    yield "trace", put("seconds", -0.1)
    top = document["objectives"][0]
    last = max(k for k, point in enumerate(trace) if point["stage"] == top["name"])
    yield "trace", put("bound", (trace[last]["bound"] or 0) - 1, last)
    if top["value"] is not None:
        yield "trace", put("objective", trace[last]["objective"] + rng.choice([-1, 1]), last)
        yield "trace", put("objective", None, last)


def _solution(document: Document, rng: random.Random) -> Forged:
    if document["solution"] is not None:
        yield "there is no solution", _put("solution", None)


GROUPS = (_status, _stopped_by, _numbers, _objectives, _headline, _makers, _settings, _trace, _solution)


def test_a_refuted_bound_leaves_an_honest_result(kind: str) -> None:
    """Engines may be wrong of each other; what comes of it is noted, and the result is still true."""
    problem = HARD[kind]().with_settings(objective=TWO)
    plan = schedsolve.solve(problem, "dispatch", threads=1).solution
    progress = Progress(problem, Stop())
    progress.raise_bound(10**6, "liar")
    progress.offer(plan, "rule")
    progress.raise_bound(1, "modest")
    progress.stop.request("interrupt")
    result = _result(progress, threads=1, seed=0)
    assert [point.bound for point in result.trace] == [10**6, None, 1]
    assert result.notes
    assert check(problem, result).violations == []
