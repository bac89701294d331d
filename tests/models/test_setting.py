"""Settings: sizes and lists in texts; settings that change a problem, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from schedsolve.models.check import violations
from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import label
from schedsolve.models.setting import Setting, Size
from schedsolve.solvers.solve import solve


@dataclass(frozen=True, eq=False, kw_only=True)
class Slowed(JobShop):
    """A job shop with settings that make its operations longer."""

    settings: ClassVar[tuple[Setting, ...]] = (
        *JobShop.settings,
        Setting("cache", Size, "bytes of something"),
        Setting("double", int, "machines that take twice as long", many=True, transforms=True),
        Setting("longer", int, "added to all durations", transforms=True),
    )
    cache: int = 0
    double: tuple[int, ...] = label(())
    longer: int = label(0)

    def transformed(self, name: str, value: Any) -> Slowed:
        if name == "double":
            if not set(value) <= set(range(self.num_machines)):
                raise InvalidProblem("double", "no such machine")
            return replace(self, duration=self.duration * (1 + np.isin(self.machine, value)))
        return replace(self, duration=self.duration + value)


SHOP = Slowed.from_jobs([[(0, 3), (1, 2)], [(1, 4)]])


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4096", 4096),
        ("0", 0),
        ("4096B", 4096),
        ("640K", 640 * 1024),
        ("640k", 640 * 1024),
        ("2MiB", 2 * 1024**2),
        ("2 Mi", 2 * 1024**2),
        ("2MB", 2_000_000),
        ("2kb", 2000),
        ("1.5G", 3 * 1024**3 // 2),
        ("0.001MB", 1000),
        ("1TiB", 1024**4),
        (4096, 4096),
    ],
)
def test_sizes(text, size):
    value = Setting("cache", Size, "bytes").parse(text)
    assert (value, type(value)) == (size, int)


NO_SIZES = ["", "MB", "-1", "1_0", "５", "0.3", "1.0001K", "2XB", "1e9", "2iB", "9" * 30, [1], 1.5]


@pytest.mark.parametrize("text", NO_SIZES)
def test_what_is_no_size_is_refused(text):
    with pytest.raises(InvalidProblem, match="cache: expected a size like 4096, 640K, 2MiB or 2MB, got"):
        Setting("cache", Size, "bytes").parse(text)


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        (int, "1,2, 3", (1, 2, 3)),
        (int, [4, "5"], (4, 5)),
        (int, "", ()),
        (str, "node-7", ("node-7",)),
        (Size, "1K,2KB", (1024, 2000)),
        (bool, "yes,0", (True, False)),
    ],
)
def test_lists(type_, given, value):
    assert Setting("these", type_, "a list", many=True).parse(given) == value


@pytest.mark.parametrize(
    ("given", "found"), [("1,x", '"x"'), ("1,,2", '""'), (["1", [2]], "a list"), (7, '"7"'), ({}, "a dict")]
)
def test_what_is_no_list_of_numbers_is_refused(given, found):
    with pytest.raises(InvalidProblem, match=f"these: expected int, got {found}"):
        Setting("these", int, "a list", many=True).parse(given)


def test_choices_hold_for_each_part_of_a_list():
    setting = Setting("these", str, "a list", ("a", "b"), many=True)
    assert setting.parse("b,a") == ("b", "a")
    with pytest.raises(InvalidProblem, match='expected one of a, b, got "c"'):
        setting.parse("a,c")


def test_types_have_names():
    assert Setting("x", int, "").type_name == "int"
    assert Setting("x", Size, "").type_name == "size"
    assert Setting("x", str, "", many=True).type_name == "list of str"


# --- settings that transform ----------------------------------------------------------------------


def test_a_setting_that_transforms_is_applied_once():
    doubled = SHOP.with_settings(double="1")
    assert doubled.duration.tolist() == [3, 4, 8]
    assert doubled.double == (1,)
    assert doubled.with_settings(double=[1]) is doubled
    assert doubled.fingerprint != SHOP.fingerprint


def test_another_value_of_an_applied_setting_is_refused():
    doubled = SHOP.with_settings(double="1,0")
    for other in ("1", "0,1", ""):
        with pytest.raises(InvalidProblem, match='double: is applied already, with "1,0"'):
            doubled.with_settings(double=other)


def test_settings_that_transform_come_last_and_in_the_order_of_their_declaration():
    one = SHOP.with_settings(longer=1, double="0", no_wait=True, objective="total_flow_time")
    other = SHOP.with_settings(objective="total_flow_time", double="0", no_wait=True, longer=1)
    assert one == other
    assert one.duration.tolist() == [7, 3, 5]
    assert one.no_wait


def test_an_error_of_a_transformation_reaches_the_caller():
    with pytest.raises(InvalidProblem, match="no such machine"):
        SHOP.with_settings(double="2")
    with pytest.raises(UnknownName, match="setting of jobshop"):
        SHOP.with_settings(treble="2")


def test_applied_settings_travel_with_the_problem():
    doubled = SHOP.with_settings(double="0", cache="2K")
    again = Slowed.from_json(doubled.to_json())
    assert again == doubled
    assert again.with_settings(double="0").duration.tolist() == [6, 2, 4]


def test_a_result_states_applied_settings_and_holds_for_the_problem_made_with_them():
    doubled = SHOP.with_settings(double="0,1", longer=2)
    result = solve(doubled, engine="dispatch")
    assert result.settings["double"] == (0, 1)
    again = type(result).from_json(result.to_json())
    assert violations(doubled, again) == []
    made = [str(v) for v in violations(SHOP, again)]
    assert any("--set double=" in text and "0,1" in text for text in made)
    assert any("--set longer=2" in text for text in made)
