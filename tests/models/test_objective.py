"""Objectives as records: what they say of themselves, how values are shown, tiers."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from schedsolve.models.jobshop import JobShop
from schedsolve.models.level import Level
from schedsolve.models.objective import Objective
from schedsolve.models.record import Record
from schedsolve.models.registry import FAMILIES

UNITS = {"time", "money", "count", "share", "bytes"}
UNPLACED = Objective("unplaced", "number of pods without a node", "unplaced", "count", unit="count")


@pytest.fixture(params=sorted(FAMILIES))
def problem_type(request: pytest.FixtureRequest) -> type[Record]:
    found: type[Record] = FAMILIES[request.param].load("problem")
    return found


def test_every_objective_of_a_family_is_described(problem_type: type[Record]) -> None:
    assert problem_type.known_objectives
    for name, objective in problem_type.known_objectives.items():
        assert objective.name == name
        assert objective.meaning
        assert objective.measure
        assert objective.aggregation in ("sum", "max", "count")
        assert objective.unit in UNITS


def test_a_measure_is_of_one_objective_or_of_two_of_which_one_is_weighted(problem_type: type[Record]) -> None:
    known = problem_type.known_objectives.values()
    kinds = Counter((x.measure, x.weighted) for x in known)
    assert set(kinds.values()) == {1}
    for x in known:
        if x.weighted:
            (plain,) = (y for y in known if y.measure == x.measure and not y.weighted)
            assert (plain.aggregation, plain.unit, plain.scale) == (x.aggregation, x.unit, x.scale)


def test_a_problem_gives_its_levels() -> None:
    problem = JobShop.from_jobs([[(0, 1)]], objective="total_weighted_tardiness,makespan")
    weighted, makespan = problem.levels
    assert (weighted.measure, weighted.weighted, weighted.aggregation) == ("tardiness", True, "sum")
    assert (makespan.measure, makespan.weighted, makespan.aggregation) == ("makespan", False, "max")
    assert weighted.spoken == "total weighted tardiness"


@pytest.mark.parametrize(
    ("unit", "scale", "value", "shown"),
    [
        ("time", 1, -12, "-12"),
        ("money", 1000, -295220, "-295.220"),
        ("money", 1000, 7, "0.007"),
        ("money", 1000, -7, "-0.007"),
        ("money", 10, 10**40, f"1{'0' * 39}.0"),
        ("share", 1, 1, "100 %"),
        ("share", 10, 3, "30.0 %"),
        ("share", 100, 3, "3 %"),
        ("share", 1000, 125, "12.5 %"),
        ("share", 10_000, -5, "-0.05 %"),
    ],
)
def test_values_are_shown_as_people_read_them(unit: str, scale: int, value: int, shown: str) -> None:
    objective = Objective("x", "x", "x", "sum", unit=unit, scale=scale)
    assert objective.shown(value) == shown
    assert objective.level(value).shown(value) == shown


def test_what_is_not_stated_is_shown_as_it_is() -> None:
    assert Level("x", -295220, None).shown(-295220) == "-295220"


def test_a_tier_is_an_objective_of_its_own() -> None:
    tier = UNPLACED.tier(1000)
    assert (tier.name, tier.measure, tier.unit) == ("unplaced[1000]", "unplaced", "count")
    assert tier.meaning == "number of pods without a node, of tier 1000"


@pytest.mark.parametrize("scale", [0, -1, -1000, 7, 20, 1001])
def test_a_scale_is_a_power_of_ten(scale: int) -> None:
    with pytest.raises(ValueError, match=f"expected a power of ten as scale, found {scale}"):
        Level("x", 1, None, "money", scale)
    with pytest.raises(msgspec.ValidationError, match="power of ten"):
        msgspec.convert({"name": "x", "value": 1, "bound": None, "scale": scale}, Level)


def test_in_json_only_what_is_stated() -> None:
    assert msgspec.to_builtins(Level("x", 1, None)) == {"name": "x", "value": 1, "bound": None}
    assert msgspec.json.decode(msgspec.json.encode(UNPLACED.level(3, 2)), type=Level) == UNPLACED.level(3, 2)
