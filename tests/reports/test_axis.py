"""Axes: round marks and values in words, above all of bytes."""

from __future__ import annotations

import pytest

from schedsolve.reports.axis import Axis, byte_marks, byte_text
from schedsolve.reports.timeaxis import DateAxis

KIB, MIB = 1024, 1024**2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (KIB, "1 KiB"),
        (140288, "137 KiB"),
        (MIB + MIB // 4, "1.25 MiB"),
        (2**33 + 1, "8 GiB"),
        (2**62, "4 EiB"),
        (-3 * KIB, "-3 KiB"),
    ],
)
def test_bytes_are_in_powers_of_1024(value: int, text: str) -> None:
    assert byte_text(value) == Axis.of_bytes("size").text(value) == text


def test_marks_of_bytes_are_multiples_of_a_power_of_two() -> None:
    assert byte_marks(0, MIB, 4) == [(0, "0 B"), *((k * MIB // 4, f"{k * 256} KiB") for k in (1, 2, 3)), (MIB, "1 MiB")]
    assert byte_marks(100, 1000, 3) == [(512, "512 B")]
    assert [text for _, text in byte_marks(9 * MIB // 8, 11 * MIB // 8, 2)] == ["1152 KiB", "1.25 MiB", "1408 KiB"]
    assert byte_marks(0, 3, 10) == [(0, "0 B"), (1, "1 B"), (2, "2 B"), (3, "3 B")]
    assert len(byte_marks(0, 2**62, 7)) == 5


def test_numbers_have_their_unit_behind_them_and_on_the_axis() -> None:
    axis = Axis("cpu", "m")
    assert (axis.text(12345), axis.label) == ("12\u2009345 m", "cpu (m)")
    assert (axis.bare(12345), axis.at(7)) == ("12\u2009345", "cpu 7")
    assert axis.marks(0, 30, 3) == [(0, "0"), (10, "10"), (20, "20"), (30, "30")]


def test_time_is_shown_as_dates_where_there_are_some() -> None:
    assert Axis.of_time(None).text(95) == "95"
    dated = Axis.of_time(DateAxis.of("2026-03-03T06:00", 60, 95))
    assert dated.text(95) == dated.bare(95) == dated.at(95)
    assert (dated.kind, dated.text(95)) == ("dates", "2026-03-03 07:35")
    assert dated.marks(0, 120, 2)[0] == (0, "03 Mar 06:00")
