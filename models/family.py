"""What a family of problems is made of: its parts by dotted path, its engines with their roles, its words.

A family is put together in one file, ``schedsolve/families/NAME.py``. Dotted paths (``"package.module:attribute"``)
are imported when asked for, so that listing families, engines and rules imports none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any, NamedTuple

from schedsolve.models.errors import UnknownName


class Role(StrEnum):
    """What an engine is good for."""

    FIRST = "first"
    """Gives a solution in milliseconds; other engines start from it."""
    EXACT = "exact"
    """Proves optima, and that there is no solution."""
    IMPROVE = "improve"
    """Makes solutions better; proves nothing."""
    BOUND = "bound"
    """Raises bounds, and may prove that there is no solution; finds none."""


class Engine(NamedTuple):
    """An engine of a family."""

    module: str
    """Dotted path of a module or object that is a ``solvers.contracts.Engine``."""
    role: Role
    in_auto: bool = True
    """Does it take part in ``auto``?"""


class Nouns(NamedTuple):
    """What the things of a family are called in messages, in the singular."""

    solution: str = "solution"
    """"schedule", "placement", "allocation"."""
    item: str = "item"
    """What is decided on: "operation", "task", "pod", "buffer"."""

    @property
    def a_solution(self) -> str:
        """With its article."""
        return f"{'an' if self.solution[0] in 'aeio' else 'a'} {self.solution}"


@dataclass(frozen=True)
class Family:
    """The parts of one kind of problem. Paths that are left out are parts that the family does without."""

    kind: str
    """Its name; dotted where several kinds belong together, as ``memory.allocation``: a dot is a folder."""
    title: str
    nouns: Nouns
    problem: str
    """The problem's class, a ``contracts.Problem``."""
    solution: str
    """The solution's class, a ``contracts.Solution``."""
    violations: str
    """Broken rules: ``violations(problem, solution) -> list[Violation]``."""
    evaluate: str
    """``evaluate(problem, solution) -> list[(name, value)]``, one for each level; empty for a wrong shape."""
    engines: Mapping[str, Engine]
    """By name. In ``auto`` those of role *first* come first, then *bound* for a short share of the time, then *exact*
    and *improve* side by side, in this order where they take turns."""
    example: str
    """``example() -> (problem, solution)``: a small problem with an optimal solution."""

    instance: str = ""
    """A bundled instance to begin with, of which the best value is known."""
    bound: str = ""
    """Cheap lower bounds: ``bound(problem) -> list[int | None]``, one for each level."""
    first_share: float = 0.15
    """Share of the time limit that *first* engines may have in ``auto``, once they have a solution."""
    turns: str = "schedsolve.solvers.portfolio.turn:even"
    """How engines share threads and time: ``turns(progress, engines, threads) -> list[Turn]``."""
    rules: str = ""
    """Rules by which the *first* engine builds: ``RULES``, name to ``Rule``."""
    rule_symbols: str = ""
    """What the letters in the rules' formulas mean: ``SYMBOLS``, letter to meaning."""
    rule_modes: str = ""
    """What a rule builds by its name alone and with the name of a mode, as a sentence."""
    explainer: str = ""
    """Names the constraints for ``explain``: ``explainer(problem) -> Explainer``."""
    past: str = ""
    """Rules that were broken by what is done already: ``past(problem) -> list[Violation]``, the first case of each at
    least; solutions are not held to them, a result notes them."""
    picture: str = ""
    """What charts draw: ``picture(problem, solution) -> Picture``."""
    details: str = ""
    """What is told of a solution beside its objectives, above the rows of the table:
    ``details(problem, solution) -> dict[str, Any]``, plain values of JSON."""
    table: str = ""
    """Rows of a solution for text and CSV: ``table(problem, solution) -> (columns, rows)``."""
    writes: Mapping[str, str] = field(default_factory=dict)
    """Suffixes that solutions are written with besides .json and .csv: ``write(problem, solution) -> str``."""
    peers: Mapping[str, str] = field(default_factory=dict)
    """Other solvers that ``bench`` can run: name to ``peer(problem, *, threads, seed, time_limit) -> Answer``."""
    suites: str = ""
    """A module with ``SUITES`` of bundled instances and ``PUBLIC`` ones of files, for ``bench``."""

    @property
    def stem(self) -> str:
        """The family's path in every room: ``memory/allocation``."""
        return self.kind.replace(".", "/")

    @property
    def auto(self) -> list[str]:
        """The engines that ``auto`` runs side by side."""
        return [name for name, e in self.engines.items() if e.in_auto and e.role in (Role.EXACT, Role.IMPROVE)]

    def with_role(self, role: Role) -> list[str]:
        """The names of the engines with a role that take part in ``auto``."""
        return [name for name, engine in self.engines.items() if engine.in_auto and engine.role is role]

    def engine(self, name: str) -> Any:
        """Import an engine. Raises ``UnknownName`` with the nearest one."""
        if name not in self.engines:
            raise UnknownName("engine", name, ["auto", *self.engines])
        return resolve(self.engines[name].module)

    def load(self, part: str) -> Any:
        """Import a part by its field's name."""
        return resolve(getattr(self, part))


def resolve(path: str) -> Any:
    """The object that ``"package.module:attribute"`` names, or the module of ``"package.module"``."""
    module, _, attribute = path.partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found
