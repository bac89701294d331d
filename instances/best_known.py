"""The best bounds known from the literature, for display and comparison only: no engine reads them.

``data/best_known.csv`` holds one line for each problem, found by the problem's fingerprint and never by its
name: names repeat between sets, and a problem with another objective or blocking rule is another problem. Of several
objectives ``lower`` and ``upper`` may hold a value each, with spaces between, the first objective's first.
``benchmarks/build_best_known.py`` writes the file. The bounds are facts collected by others:
github.com/ScheduleOpt/benchmarks, github.com/ScheduleOpt/optalcp-benchmarks,
github.com/TimefoldAI/timefold-solver-benchmarks, github.com/ptal/kobe-scheduling, github.com/PyJobShop/Experiments,
PSPLIB (om-db.wi.tum.de/psplib) and the operations research group of Ghent University (projectmanagement.ugent.be).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from schedsolve.models.claim import CODE, Claim
from schedsolve.models.violation import Violation

if TYPE_CHECKING:
    from schedsolve.models.contracts import Problem

DATA = Path(__file__).with_name("data") / "best_known.csv"
COLUMNS = ("fingerprint", "name", "set", "lower", "upper", "source", "date")

SOURCES: dict[str, str] = {
    "scheduleopt": "ScheduleOpt benchmarks, commit 79f0edc",
    "blocking-swap": "ScheduleOpt benchmarks, blocking job shop: OptalCP and CP Optimizer, 1800 s",
    "blocking-no-swap": "CP-SAT with pair literals, schedules checked; open ones keep the bound of that run",
    "flow-shop": "upper bounds: Timefold solver benchmarks (ta108 corrected to 11301); lower bounds: published tables",
    "open-shop": "Taillard 1993; 7x7 and larger equal the load bound, smaller ones solved again with CP-SAT",
    "sd2": "assignment LP bound; tabu search, 5 s",
    "own": "proved by CP-SAT",
    "projects": "best of Ghent's solutions updates (2017-2024), PSPLIB, kobe-scheduling, and runs of engines up to 2 h",
    "projects-modes": "best of Ghent's solutions update 2024 and runs of CP Optimizer, OptalCP and CP-SAT up to 2 h",
    "projects-lags": "kobe-scheduling; many that are open there have been closed since (Schutt et al. 2013)",
    "projects-reservoirs": "CP Optimizer 22.1, 4 workers, 600 s",
}
"""What the short keys in the column ``source`` stand for."""


class BestKnown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a problem: ``lower <= optimum <= upper`` of its first objective, and perhaps of further ones."""

    lower: int
    """Proven bound."""
    upper: int
    """Best value that was reached."""
    source: str = ""
    date: str = ""
    """When the source was read, ISO 8601."""
    name: str = ""
    set: str = ""
    lowers: tuple[int, ...] = ()
    """Bounds level by level, where there are several; one below the first holds where the levels above are optimal."""
    uppers: tuple[int, ...] = ()
    """The values of one solution level by level, where several are known; no solution is better in their order."""

    @property
    def bounds(self) -> tuple[int, ...]:
        """One a level, as far as they are known."""
        return self.lowers or (self.lower,)

    @property
    def values(self) -> tuple[int, ...]:
        """One a level, as far as they are known."""
        return self.uppers or (self.upper,)

    @property
    def closed(self) -> bool:
        """Are all values that are known proved optimal?"""
        return self.bounds == self.values

    def first_difference(self, values: Iterable[int | None]) -> tuple[int, float] | None:
        """The first level at which ``values`` are others, and (value - known) / max(1, abs(known)) there.

        None where there is none, as far as both are known.
        """
        for level, (value, known) in enumerate(zip(values, self.values, strict=False)):
            if value is None:
                return None
            if value != known:
                return level, (value - known) / max(1, abs(known))
        return None

    def gap(self, values: Sequence[int | None]) -> float | None:
        """Relative, of the first level that differs, 0 where none does; None without values."""
        if not values or values[0] is None:
            return None
        difference = self.first_difference(values)
        return 0.0 if difference is None else difference[1]

    def bare(self) -> BestKnown:
        """The numbers alone."""
        return _known(self.bounds, self.values)

    def tightened(self, other: BestKnown) -> BestKnown:
        """The better bound and the better value of both, without a source."""
        bounds = max(self.bounds, other.bounds)
        values = min(self.values, other.values, key=lambda known: (*known, math.inf))
        return _known(bounds, values)


def best_known(problem: Problem) -> BestKnown | None:
    """What is known of this very problem, settings and objective included; None if nothing is."""
    head = f"\n{problem.fingerprint},"
    after = _text().partition(head)[2]
    if not after:
        return None
    name, family, lower, upper, source, date = next(csv.reader([after.split("\n", 1)[0]]))
    bounds, values = (tuple(map(int, cell.split())) for cell in (lower, upper))
    known = _known(bounds, values)
    return msgspec.structs.replace(known, source=SOURCES[source], date=date, name=name, set=family)


def refuted(problem: Problem, claim: Claim) -> list[Violation]:
    """What is claimed of the first objective, and of further ones where they are known, though better is known."""
    first = problem.objective[0]  # type: ignore[attr-defined]
    known = best_known(problem) or best_known(problem.with_settings(objective=first))
    if known is None or claim.stated["problem"] != problem.fingerprint:
        return []
    said = f"({known.source}, {known.date})"
    bounds = {stated["name"]: stated["bound"] for stated in claim.stated["objectives"]}
    texts = []
    for level, value in zip(problem.levels, known.values, strict=False):
        bound = bounds.get(level.name)
        if bound is not None and bound > value:
            texts.append(f"{level.name} bound {bound} stated, {value} has been reached {said}")
        if bound != value:  # a bound below this level speaks of other values above
            break
    if claim.stated["status"] == "INFEASIBLE":
        texts.append(f"status INFEASIBLE stated, {problem.levels[0].name} {known.upper} has been reached {said}")
    return [Violation(CODE, text) for text in texts]


def _known(bounds: tuple[int, ...], values: tuple[int, ...]) -> BestKnown:
    """Of bounds and values level by level."""
    if len(bounds) == len(values) == 1:
        return BestKnown(bounds[0], values[0])
    return BestKnown(bounds[0], values[0], lowers=bounds, uppers=values)


@cache
def _text() -> str:
    return DATA.read_text(encoding="utf-8")
