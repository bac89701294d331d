"""A family whose one objective is several levels: all that counts objectives walks the levels of the problem.

Its problem: things of some priority, each of which is placed or not; a level for each priority that there is, the
highest first, and then the number of things placed. It is put together here alone and knows neither time nor rules.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, ClassVar

import pytest

from schedsolve.cli.answer import text
from schedsolve.models.check import check, violations
from schedsolve.models.family import Engine, Role
from schedsolve.models.objective import Objective, table
from schedsolve.models.record import IntArray, Record, int_array, objective_names
from schedsolve.models.registry import FAMILIES
from schedsolve.models.violation import Violation
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.result import Result
from schedsolve.solvers.solve import solve
from schedsolve.solvers.stop import Stop

OBJECTIVES = table(
    Objective("unplaced", "things that are not placed", "unplaced", "count", unit="count"),
    Objective("fill", "share of things that are placed", "fill", "sum", unit="share", scale=1000),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Shelf(Record):
    kind: ClassVar[str] = "toy"
    known_objectives = OBJECTIVES

    priority: IntArray
    room: int
    objective: tuple[str, ...] = ("unplaced", "fill")
    name: str = ""

    def __post_init__(self) -> None:
        self._freeze("priority", int_array("priority", self.priority))
        self._freeze("objective", objective_names(self.objective, tuple(OBJECTIVES)))

    @property
    def tiers(self) -> list[int]:
        return sorted(set(self.priority.tolist()), reverse=True)

    @property
    def levels(self) -> tuple[Objective, ...]:
        levels: list[Objective] = []
        for objective in super().levels:
            tiered = objective.measure == "unplaced"
            levels += [objective.tier(tier) for tier in self.tiers] if tiered else [objective]
        return tuple(levels)


@dataclass(frozen=True, eq=False, kw_only=True)
class Placement(Record):
    kind: ClassVar[str] = "toy"
    role: ClassVar[str] = "solution"

    placed: IntArray

    def __post_init__(self) -> None:
        self._freeze("placed", int_array("placed", self.placed))


@dataclass(frozen=True)
class Params:
    pass


def broken(problem: Shelf, solution: Placement) -> list[Violation]:
    over = int(solution.placed.sum()) - problem.room
    return [Violation("room", f"{over} too many", amount=over)] if over > 0 else []


def evaluate(problem: Shelf, solution: Placement) -> list[tuple[str, int]]:
    missing = problem.priority[solution.placed == 0].tolist()
    tiers = [missing.count(tier) for tier in problem.tiers]
    fill = 1000 * int(solution.placed.sum()) // len(problem.priority)
    values = {"unplaced": tiers, "fill": [fill]}
    found = [value for name in problem.objective for value in values[name]]
    return [(level.name, value) for level, value in zip(problem.levels, found, strict=True)]


def run(problem: Shelf, progress: Progress, stop: Stop, **_: Any) -> None:
    """The first things that there is room for, then the most important ones."""
    size = len(problem.priority)
    rank = (-problem.priority).argsort(kind="stable").argsort()
    progress.offer(Placement(placed=[int(k < problem.room) for k in range(size)]), "first")
    progress.offer(Placement(placed=[int(k < problem.room) for k in rank]), "sorted")


def details(problem: Shelf, solution: Placement) -> dict[str, Any]:
    tiers = [{"tier": tier, "things": problem.priority.tolist().count(tier)} for tier in problem.tiers]
    return {"room left": problem.room - int(solution.placed.sum()), "tiers": tiers}


PROBLEM = Shelf(priority=[500, 1000, 500, 1000, 0], room=3)


@pytest.fixture(autouse=True)
def _family(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ModuleType("toy_parts")
    parts.__dict__.update(globals(), bound=lambda problem: [0] * len(problem.levels))
    parts.supports = lambda problem: []  # type: ignore[attr-defined]
    parts.table = lambda problem, solution: (("thing",), ())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "toy_parts", parts)
    names = ("bound", "evaluate", "details", "table")
    family = replace(
        FAMILIES["jobshop"],
        kind="toy",
        problem="toy_parts:Shelf",
        solution="toy_parts:Placement",
        violations="toy_parts:broken",
        engines={"toy": Engine("toy_parts", Role.EXACT)},
        rules="",
        past="",
        **{name: f"toy_parts:{name}" for name in names},
    )
    monkeypatch.setitem(FAMILIES, "toy", family)


@pytest.fixture
def result() -> Result:
    return solve(PROBLEM, "toy", threads=1)


def test_a_result_has_a_value_and_a_bound_for_each_level(result: Result) -> None:
    assert [(x.name, x.value, x.bound) for x in result.objectives] == [
        ("unplaced[1000]", 0, 0),
        ("unplaced[500]", 1, 0),
        ("unplaced[0]", 1, None),
        ("fill", 600, None),
    ]
    assert (result.level, result.engine) == ("unplaced[500]", "sorted")
    assert result.settings == {"objective": ["unplaced", "fill"]}
    assert violations(PROBLEM, result) == []
    assert check(PROBLEM, result.solution).objectives == [(x.name, x.value) for x in result.objectives]


def test_the_trace_names_the_levels(result: Result) -> None:
    assert [(p.stage, p.objective, p.who) for p in result.trace] == [
        ("unplaced[1000]", None, "bound"),
        ("unplaced[1000]", 1, "first"),
        ("unplaced[1000]", 0, "sorted"),
        ("unplaced[500]", 1, "bound"),
    ]


def test_json_states_unit_and_scale_of_each_level(result: Result) -> None:
    document = json.loads(result.to_json())
    assert document["objectives"][1] == {
        "name": "unplaced[500]",
        "value": 1,
        "bound": 0,
        "unit": "count",
        "scale": 1,
    }
    assert document["objectives"][3]["scale"] == 1000
    assert document["details"]["room left"] == 0
    assert Result.from_json(result.to_json()).to_json() == result.to_json()


def test_text_shows_levels_and_details(result: Result) -> None:
    lines = text(PROBLEM, result).splitlines()
    assert lines[1].split() == ["unplaced[1000]", "0", "(optimal)"]
    assert ["fill", "60.0", "%"] in [line.split() for line in lines]
    assert ["room", "left", "0"] in [line.split() for line in lines]
    at = lines.index("tiers")
    assert [line.split() for line in lines[at + 1 : at + 5]] == [
        ["tier", "things"],
        ["1000", "2"],
        ["500", "2"],
        ["0", "1"],
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["objectives"][2].update(value=0), "unplaced[0] 0 stated, the solution has 1"),
        (lambda d: d["objectives"][3].update(unit="money"), "fill in money stated, it is in share"),
        (lambda d: d["objectives"][3].update(scale=100), "fill with scale 100 stated, it is 1000"),
        (lambda d: d["details"].update({"room left": 1}), 'detail "room left" 1 stated, it is 0'),
        (lambda d: d["details"].update(moves=1), "detail moves stated, which toy does not tell"),
        (lambda d: d["details"].update(tiers=[]), "detail tiers […] stated, it is […]"),
    ],
)
def test_what_is_false_is_named(result: Result, change: Any, message: str) -> None:
    document = json.loads(result.to_json())
    change(document)
    found = [v.message for v in violations(PROBLEM, Result.from_json(json.dumps(document)))]
    assert found == [message]


def test_a_result_that_lists_objectives_in_place_of_levels_is_refused(result: Result) -> None:
    document = json.loads(result.to_json())
    document["objectives"] = [{"name": name, "value": 1, "bound": None} for name in PROBLEM.objective]
    found = [v.message for v in violations(PROBLEM, Result.from_json(json.dumps(document)))]
    levels = "unplaced[1000], unplaced[500], unplaced[0], fill"
    assert f"objectives unplaced, fill stated, the problem has {levels}" in found


def test_details_that_fail_do_not_cost_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["toy_parts"], "details", lambda problem, solution: {"x": {1, 2}})
    found = solve(PROBLEM, "toy", threads=1)
    assert found.solution is not None
    assert found.details == {}
    assert any(note.startswith("bug: no details") for note in found.notes)
    assert "details" not in json.loads(found.to_json())
