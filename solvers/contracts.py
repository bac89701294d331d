"""What engines and the parts around them must be, for type checkers and for ``tests/test_families.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from schedsolve.models.contracts import P
from schedsolve.solvers.portfolio.turn import Turn
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


class Engine(Protocol[P]):
    """A module, or an object, that solves problems of one family.

    It speaks through ``progress`` and asks ``stop`` when to end. A module may also have ``warmup()``, which compiles
    its kernels, and ``write_model(problem, path)`` for ``schedsolve compile``.
    """

    @property
    def Params(self) -> type[Any]:  # noqa: N802 (a class)
        """A frozen dataclass of tuning numbers, all with defaults."""

    def supports(self, problem: P, /) -> list[str]:
        """What it does not model of the problem, in words; empty: it can solve it."""

    def run(self, problem: P, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Any) -> None:
        """Solve. One of role *first* in a family with rules also takes ``rule``, a name or None for the best."""


class Turns(Protocol):
    """How the engines of ``auto`` share threads and time."""

    def __call__(self, progress: Progress, engines: Sequence[str], threads: int) -> list[Turn]: ...
