"""What the parts of a family must be, for type checkers and for ``tests/test_families.py``.

``models.record.Record`` gives a problem and a solution most of what they need. The contracts of engines are in
``solvers.contracts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, Self, TypeVar, runtime_checkable

from schedsolve.models.objective import Objective
from schedsolve.models.plain import Json
from schedsolve.models.setting import Setting
from schedsolve.models.violation import Violation


@runtime_checkable
class Document(Protocol):
    """What a problem and a solution have in common: a kind, a role, and their JSON."""

    @property
    def kind(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    def to_builtins(self, *, labels: bool = True) -> dict[str, Json]: ...
    def to_json(self) -> str: ...


@runtime_checkable
class Problem(Document, Protocol):
    """A frozen dataclass that states a problem."""

    @property
    def name(self) -> str: ...
    @property
    def objective(self) -> tuple[str, ...]:
        """What the user asked for, the most important first."""

    @property
    def levels(self) -> tuple[Objective, ...]:
        """What is minimised, one after the other: the objectives, one for each tier where they have tiers."""

    @property
    def sizes(self) -> dict[str, int]:
        """How many things of each kind there are, by what they are called."""

    @property
    def features(self) -> tuple[str, ...]:
        """What makes this more than the basic problem, in words."""

    @property
    def data_fingerprint(self) -> str: ...
    @property
    def settings(self) -> tuple[Setting, ...]: ...
    def with_settings(self, *, objective: str | Sequence[str] | None = None, **values: object) -> Self: ...
    def any_solution(self) -> Self:
        """The same constraints, with an objective that costs engines little: any solution will do."""


@runtime_checkable
class Solution(Document, Protocol):
    """The decisions, and nothing else."""


P = TypeVar("P", bound=Problem, contravariant=True)
S = TypeVar("S", bound=Solution, contravariant=True)


class Violations(Protocol[P, S]):
    """The rules that a solution breaks; shares no code with any engine."""

    def __call__(self, problem: P, solution: S) -> list[Violation]: ...


class Evaluate(Protocol[P, S]):
    """Name and value of each level; empty where the solution has not the problem's shape."""

    def __call__(self, problem: P, solution: S) -> list[tuple[str, int]]: ...


class Bound(Protocol[P]):
    """A cheap lower bound for each level, None where there is none."""

    def __call__(self, problem: P) -> list[int | None]: ...


class Table(Protocol[P, S]):
    """Columns and rows of a solution, for text and CSV."""

    def __call__(self, problem: P, solution: S) -> tuple[Sequence[str], Iterable[Sequence[object]]]: ...


class Details(Protocol[P, S]):
    """What is told of a solution beside its objectives, by name."""

    def __call__(self, problem: P, solution: S) -> Mapping[str, Json]: ...


class Write(Protocol[P, S]):
    """The text of a file with a solution."""

    def __call__(self, problem: P, solution: S) -> str: ...


class Past(Protocol[P]):
    """Rules that are broken by what is done already, the first case of each at least."""

    def __call__(self, problem: P) -> list[Violation]: ...


class Rule(Protocol):
    """A rule by which a *first* engine builds, as ``schedsolve rules`` lists it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def source(self) -> str: ...


Rules = Mapping[str, Rule]
