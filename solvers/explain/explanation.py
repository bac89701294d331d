"""What an explanation says."""

from __future__ import annotations

from dataclasses import dataclass, field

Key = tuple[str, tuple[tuple[str, int], ...]]
"""Code and things of an item, these by name."""


@dataclass(frozen=True)
class Item:
    """One constraint of a problem: ``code`` names its kind, ``things`` the indices of what it is about."""

    code: str
    things: dict[str, int]
    words: str = field(compare=False)
    """The constraint as a sentence."""

    @property
    def key(self) -> Key:
        """Code and things."""
        return self.code, tuple(sorted(self.things.items()))

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Relaxation:
    """A change of one constraint of the conflict, the smallest found of its kind, after which there is a solution."""

    item: Item
    amount: int | None
    """By how much; None: the constraint is given up altogether."""
    words: str


@dataclass(frozen=True)
class Explanation:
    """Why a problem has no solution.

    ``feasible`` is None where the time did not suffice to tell. ``conflict`` cannot hold together; with ``minimal``
    each of its items is needed for that, each tried with a fresh model. ``relaxations`` each make the whole problem
    solvable by themselves: changes by some amount, or, where none of these helps, constraints to give up; there may be
    none.
    """

    feasible: bool | None
    conflict: tuple[Item, ...] = ()
    minimal: bool = False
    relaxations: tuple[Relaxation, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
