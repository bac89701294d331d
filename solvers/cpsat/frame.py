"""What every CP-SAT engine does around its formulation: one level after the other, from what is known.

A family states variables, constraints and objectives; ``prove_levels`` does the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from schedsolve.models.contracts import Solution
from schedsolve.solvers.cpsat import driver
from schedsolve.solvers.cpsat.driver import Expression, Model, Outcome, Read, Work
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

S = TypeVar("S", bound=Solution)


class Aim(NamedTuple):
    """An objective in a model: its value is ``expression + offset``, or less where the expression may be lowered."""

    expression: Expression
    offset: int = 0


@dataclass(frozen=True)
class Formulation(Generic[S]):
    """All constraints of a problem, and its objectives down to the level that is to be minimised."""

    model: Model
    aims: Sequence[Aim]
    """Of the levels from the first to the one that is minimised, or further; empty where the model is infeasible at
    first sight."""
    decode: Callable[[Read], S]
    """Makes the solution from the values of a solution of the model."""
    hint: Callable[[S], None]
    """States a solution as the solver's start."""


Formulate = Callable[[int], Formulation[S]]
"""Builds the model of a level afresh. Raises ``OutOfTime`` when it is time to stop."""

Stages = Callable[[int], Sequence[tuple[str, float]]]
"""How a level is solved: CP-SAT's parameters, and for how much deterministic time, one after the other."""


def prove_levels(
    progress: Progress,
    stop: Stop,
    formulate: Formulate[S],
    stages: Stages,
    *,
    seed: int,
    restart_gain: float = math.inf,
) -> None:
    """Prove level after level, starting each from the incumbent, until all is proved or it is time to stop.

    ``restart_gain``: a relative improvement by others after which a solve is begun anew.
    """
    work = Work(stop.iterations)
    while not progress.closed and not stop.now():
        for settings, units in stages(progress.level):
            part = Work(None)
            part.left = given = min(work.left, units)
            outcome = _attempt(progress, stop, formulate, settings, part, seed, restart_gain)
            work.left -= 0 if math.isinf(given) else given - part.left
            if outcome is not Outcome.STOPPED:
                break
        else:
            return


def _attempt(
    progress: Progress, stop: Stop, formulate: Formulate[S], settings: str, work: Work, seed: int, restart_gain: float
) -> Outcome:
    """One solve of the first level that is not closed. One that proves nothing new counts as stopped."""
    level, known = progress.level, progress.values
    try:
        stated = formulate(level)
    except driver.OutOfTime:
        driver.note_unfinished(progress, stop)
        return Outcome.STOPPED
    state_level(stated, progress, level)
    outcome = driver.minimise(
        stated.model,
        settings,
        decode=stated.decode,
        progress=progress,
        stop=stop,
        known=known,
        level=level,
        offset=stated.aims[level].offset if stated.aims else 0,
        seed=seed,
        restart_gain=restart_gain,
        work=work,
    )
    in_vain = outcome is Outcome.PROVED and progress.level == level
    return Outcome.STOPPED if in_vain else outcome


def state_level(stated: Formulation[S], progress: Progress, level: int) -> None:
    """Minimise the level, over solutions at least as good as the incumbent, which is the hint; none is below the
    bound."""
    model, aims = stated.model, stated.aims
    if not aims:
        return
    solution, values, bound = progress.solution, progress.values, progress.bounds[level]
    if progress.cutoff is not None:
        model.add(aims[0].expression <= progress.cutoff - 1 - aims[0].offset)
    if values is not None and solution is not None:
        for aim, value in zip(aims[: level + 1], values, strict=False):  # those below may get worse
            model.add(aim.expression <= value - aim.offset)
        stated.hint(solution)
    if bound is not None:
        model.add(aims[level].expression >= bound - aims[level].offset)
    model.minimize(aims[level].expression)


def write_model(stated: Formulation[S], path: Path | str) -> None:
    """Write the model of the first objective, without bounds or hints; the suffix decides on text or binary."""
    if stated.aims:
        stated.model.minimize(stated.aims[0].expression)
    driver.write(stated.model, path)
