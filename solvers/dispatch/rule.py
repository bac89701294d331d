"""Rules of all families: what a rule is, how it is written, and which are tried first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, Self, TypeVar

from schedsolve.models.errors import UnknownName


@dataclass(frozen=True)
class Rule:
    """A dispatch rule: ``formula`` is the value of which the smallest is taken."""

    name: str
    title: str
    formula: str
    source: str
    needs: str = ""
    """What a problem must have for the rule to make sense."""


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class RuleInMode(Generic[R]):
    """A rule as it is to be used: by its ``NAME`` alone, or in its other mode, ``NAME:MODE``."""

    rules: ClassVar[Mapping[str, R]]
    """Those of the family."""
    mode: ClassVar[str]
    """The name of the other mode."""

    rule: R
    in_mode: bool = False

    def __str__(self) -> str:
        return f"{self.rule.name}:{self.mode}" if self.in_mode else self.rule.name

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``UnknownName`` for an unknown rule or mode."""
        name, _, mode = text.lower().partition(":")
        if name not in cls.rules:
            raise UnknownName("rule", name, ["best", *cls.rules])
        if mode not in ("", cls.mode):
            raise UnknownName("mode of dispatch rules", mode, [cls.mode])
        return cls(cls.rules[name], bool(mode))

    @classmethod
    def in_order(cls, texts: Iterable[str], features: Mapping[str, bool], *, modes: bool) -> list[Self]:
        """Each once, those whose ``needs`` are among ``features``; in the other mode only where ``modes``."""
        found = [cls.parse(text) for text in dict.fromkeys(texts)]
        return [one for one in found if features.get(one.rule.needs, True) and (modes or not one.in_mode)]
