"""What engines and the parts around them must be, for type checkers and for ``tests/test_families.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from schedsolve.models.contracts import P, Problem
from schedsolve.solvers.explain.explanation import Item
from schedsolve.solvers.portfolio.turn import Turn
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Engine(Protocol[P]):
    """A module, or an object, that solves problems of one family.

    It speaks through ``progress`` and asks ``stop`` when to end. A module may also have ``warmup()``, which compiles
    its kernels, and ``write_model(problem, path)`` for ``schedsolve compile``.
    """

    @property
    def Params(self) -> type[DataclassInstance]:  # noqa: N802 (a class)
        """A frozen dataclass of tuning numbers, all with defaults."""

    def supports(self, problem: P, /) -> list[str]:
        """What it does not model of the problem, in words; empty: it can solve it."""

    def run(self, problem: P, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Any) -> None:
        """Solve, with ``params`` of its own ``Params``.

        One of role *first* in a family with rules is a ``RuleEngine``.
        """


class RuleEngine(Engine[P], Protocol[P]):
    """An engine that builds by rules."""

    def run(
        self,
        problem: P,
        progress: Progress,
        stop: Stop,
        *,
        threads: int,
        seed: int,
        params: Any,
        rule: str | None = None,
    ) -> None:
        """As any engine; ``rule`` is the name of one, None for the best of all."""


class Change(NamedTuple):
    """A constraint that can be given up bit by bit: by an amount from 1 to ``most``."""

    most: int
    problem: Callable[[int], Problem]
    """The problem with that amount given up; a greater amount allows all that a smaller one does."""
    words: Callable[[int], str]


class Explainer(Protocol):
    """What a family says of its constraints; its module makes one for a problem: ``explainer(problem)``."""

    def items(self) -> list[Item]:
        """All constraints that a planner could give up, the most informative ones first."""

    def checks(self) -> Iterator[list[Item]]:
        """Conflicts that are found without solving anything; they need not be minimal."""

    def refined(self, conflict: list[Item]) -> list[Item]:
        """The conflict with its items split into smaller ones, where there are smaller ones."""

    def without(self, given_up: Sequence[Item]) -> Problem:
        """The problem without some of its constraints."""

    def core(self, items: Sequence[Item], stop: Stop, seconds: float) -> list[Item] | None:
        """Some of ``items`` that cannot hold together, found in one go and not minimal; None where a solver gives
        none."""

    def change(self, item: Item) -> Change | None:
        """How much of ``item`` can be given up; None where it holds or does not."""


class MakeExplainer(Protocol[P]):
    """The explainer of a problem."""

    def __call__(self, problem: P) -> Explainer: ...


class Turns(Protocol):
    """How the engines of ``auto`` share threads and time."""

    def __call__(self, progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]: ...
