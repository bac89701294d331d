"""What becomes of characters that terminals obey and of cells that spreadsheets compute."""

from __future__ import annotations

import pytest

from schedsolve.instances.characters import no_formula, printable


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "|x", "\t=1", "\rx", "  =1", "\u200e=1", "\ufeff@x", "\ufe661"]
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "saw", "1=1", "mill-2", " x", "\u05d0", "'x"])
def test_other_text_stays(text: str) -> None:
    assert no_formula(text) == text


def test_what_a_terminal_obeys_is_shown() -> None:
    assert printable("a\x1b[0m\x9b\u202e\u2028\ufffe\uffff\nb") == r"a\x1b[0m\x9b\u202e\u2028\ufffe\uffff\nb"
