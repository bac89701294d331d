"""Settings: what ``--set NAME=VALUE`` and ``with_settings`` change of a problem, and what a format is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.numerals import integer

WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
SIZE = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,9})?)\s*(?:([KMGT])(i?B?)|B)?", re.IGNORECASE)
POWERS = {"K": 1, "M": 2, "G": 3, "T": 4}


Scalar: TypeAlias = bool | int | str
Value: TypeAlias = Scalar | tuple[Scalar, ...]
"""The value of a setting."""


class Size(int):
    """A number of bytes; in texts ``4096``, ``640K`` or ``2MiB`` (in 1024s), ``2MB`` (in 1000s)."""


EXPECTED: dict[type, str] = {Size: "a size like 4096, 640K, 2MiB or 2MB"}
"""What a type is called in errors, where that is not its name."""


@dataclass(frozen=True)
class Setting:
    """A parameter of a problem, or of a file format, that may be given as text.

    That of a problem is one of its fields. Where it ``transforms`` the problem, the field is a ``label`` which keeps
    what was applied, and other fields change with it (``Record.transformed``).
    """

    name: str
    type: type
    """``bool``, ``int``, ``str`` or ``Size``, whose values are plain integers."""
    meaning: str
    choices: tuple[str, ...] = ()
    many: bool = False
    """Is it a list of such values? As text with commas between them; the value is a tuple."""
    transforms: bool = False

    @property
    def type_name(self) -> str:
        """The type in a word or three: "int", "size", "list of str"."""
        return "list of " * self.many + self.type.__name__.lower()

    def parse(self, given: object) -> Value:
        """The value in this setting's type; a string is read the way the command line writes it.

        Raises ``InvalidProblem`` for what is none of its values.
        """
        if not self.many:
            return self._one(given)
        if isinstance(given, str):
            given = [part.strip() for part in given.split(",")] if given.strip() else []
        if not isinstance(given, list | tuple):
            raise self._wrong(given)
        return tuple(self._one(part) for part in given)

    def _one(self, given: object) -> Scalar:
        """One value."""
        if isinstance(given, list | tuple | dict):
            raise self._wrong(given)
        if self.type is bool:
            if str(given).lower() not in WORDS:
                raise InvalidProblem(self.name, f'expected true or false, got "{str(given)[:40]}"')
            return WORDS[str(given).lower()]
        if self.choices and given not in self.choices:
            raise InvalidProblem(self.name, f'expected one of {", ".join(self.choices)}, got "{given}"')
        try:
            value: Scalar = _read(self.type, given) if isinstance(given, str) else self.type(given)
        except (TypeError, ValueError, OverflowError):
            raise self._wrong(given) from None
        if not isinstance(given, str) and value != given:
            raise self._wrong(given)
        return int(value) if self.type is Size else value

    def _wrong(self, given: object) -> InvalidProblem:
        expected = EXPECTED.get(self.type, self.type.__name__)
        found = f"a {type(given).__name__}" if isinstance(given, list | tuple | dict) else f'"{str(given)[:40]}"'
        return InvalidProblem(self.name, f"expected {expected}, got {found}")


def _read(kind: type, text: str) -> Scalar:
    """The value of a type that a text holds. Raises ``ValueError``."""
    if kind is Size:
        return _size(text)
    value: Scalar = integer(text) if kind is int else kind(text)
    return value


def _size(text: str) -> int:
    """The bytes of a size. Raises ``ValueError`` for what is none, or no whole number of bytes."""
    found = SIZE.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        raise ValueError("no size")
    number, letter, rest = found.groups()
    base = 1000 if rest and rest.upper() == "B" else 1024
    size = Fraction(number) * base ** POWERS.get((letter or "").upper(), 0)
    if size.denominator > 1:
        raise ValueError("no whole number of bytes")
    return int(size)
