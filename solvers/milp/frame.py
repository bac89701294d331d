"""What the linear models of all families have in common: times with windows, waiting, levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from schedsolve.solvers.milp.driver import Expression, Model

ROUNDING = 1e-3
"""What a start may lie below an integer and still mean it; solvers keep constraints to 1e-6 times big-M."""


class Time(NamedTuple):
    """A point in time of the model, with the window it can lie in (for big-M)."""

    at: Expression
    low: int
    high: int


def relaxation(
    model: Model, earlier: Time, later: Time, gap: int, conditions: Iterable[Expression]
) -> Expression | None:
    """What may be missing in ``later >= earlier + gap``: nothing where all ``conditions`` (0 or 1) are 1, enough
    where one is 0. None where there is no such row to add, because it holds at all times or is never asked for."""
    big_m = earlier.high + gap - later.low
    uncertain = [c for c in conditions if not always(c)]
    if big_m <= 0 or any(never(c) for c in uncertain):
        return None
    return big_m * (len(uncertain) - model.total(uncertain))


def always(condition: Expression) -> bool:
    """Is the condition no variable, but 1?"""
    return isinstance(condition, int) and condition == 1


def never(condition: Expression) -> bool:
    """Is the condition no variable, but 0?"""
    return isinstance(condition, int) and condition == 0


def minimise_level(
    model: Model,
    objective: Callable[[str], Expression],
    names: Sequence[str],
    level: int,
    values: Sequence[int],
    cutoff: int | None,
) -> None:
    """Minimise the objective ``level`` of ``names``, keeping to the ``values`` of those above.

    ``objective`` states one as an expression; ``cutoff``: only solutions with a lower value than this are asked for.
    """
    for name, value in zip(names[:level], values, strict=True):
        model.add(objective(name) <= value)
    lowest = objective(names[level])
    if cutoff is not None:
        model.add(lowest <= cutoff - 1)
    model.minimize(lowest)
