"""Numbers in texts: in ASCII digits. Python by itself also reads "1_0" and the digits of all other scripts."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """``1 mode``, ``3 modes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def integer(text: str) -> int:
    """The whole number in a text. Raises ``ValueError``."""
    _check(text)
    return int(text)


def integers(words: Sequence[str]) -> list[int]:
    """The whole numbers that words are, as formats of numbers have them: without a leading +. Raises ``ValueError``."""
    text = " ".join(words)
    _check(text)
    if "+" in text:
        raise ValueError("a sign that the format does not have")
    return list(map(int, words))


def is_integer(word: str) -> bool:
    """Is it a whole number of such a format?"""
    try:
        integers([word])
    except ValueError:
        return False
    return True


def decimal(text: str) -> float:
    """The number in a text. Raises ``ValueError``."""
    _check(text)
    return float(text)


def _check(text: str) -> None:
    if not text.isascii() or "_" in text:
        raise ValueError("expected ASCII digits")
