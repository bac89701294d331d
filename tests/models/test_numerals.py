"""Numbers are plain ASCII digits, whatever Python itself would read."""

from __future__ import annotations

import pytest

from schedsolve.models.numerals import counted, decimal, integer, integers, is_integer

STRANGE = ["1_0", "５", "٣", "²", "", "x", "0x3", "1e3", "9" * 5000]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_whole_numbers_are_none(text):
    with pytest.raises(ValueError):  # noqa: PT011
        integer(text)
    assert not is_integer(text)


@pytest.mark.parametrize("text", ["1_0", "５", "1.٣", "x"])
def test_strange_numbers_are_none(text):
    with pytest.raises(ValueError):  # noqa: PT011
        decimal(text)


def test_plain_numbers():
    assert [integer("+5"), integer("-5"), integer("007")] == [5, -5, 7]
    assert integers(["3", "-1", "12"]) == [3, -1, 12]
    assert decimal("1.5e3") == 1500


def test_formats_of_numbers_have_no_plus():
    with pytest.raises(ValueError, match="sign"):
        integers(["3", "+5"])


@pytest.mark.parametrize(("number", "text"), [(0, "0 modes"), (1, "1 mode"), (2, "2 modes")])
def test_things_are_counted_in_the_singular_and_the_plural(number: int, text: str) -> None:
    assert counted(number, "mode") == text
