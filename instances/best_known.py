"""The best bounds known from the literature, for display and comparison only: no engine reads them.

``data/best_known.csv`` holds one line for each problem, found by the problem's fingerprint and never by its
name: names repeat between sets, and a problem with another objective or blocking rule is another problem.
``benchmarks/build_best_known.py`` writes the file. The bounds are facts collected by others:
github.com/ScheduleOpt/benchmarks, github.com/ScheduleOpt/optalcp-benchmarks,
github.com/TimefoldAI/timefold-solver-benchmarks, github.com/ptal/kobe-scheduling, github.com/PyJobShop/Experiments,
PSPLIB (om-db.wi.tum.de/psplib) and the operations research group of Ghent University (projectmanagement.ugent.be).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedsolve.models.record import Record

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


@dataclass(frozen=True)
class BestKnown:
    """Proven lower bound and best objective known, ``lower <= optimum <= upper``."""

    name: str
    set: str
    lower: int
    upper: int
    source: str
    date: str
    """When the source was read, ISO 8601."""

    @property
    def closed(self) -> bool:
        return self.lower == self.upper


def best_known(problem: Record) -> BestKnown | None:
    """What is known of this very problem, settings and objective included; None if nothing is."""
    head = f"\n{problem.fingerprint},"
    after = _text().partition(head)[2]
    if not after:
        return None
    name, family, lower, upper, source, date = next(csv.reader([after.split("\n", 1)[0]]))
    return BestKnown(name, family, int(lower), int(upper), SOURCES[source], date)


@cache
def _text() -> str:
    return DATA.read_text(encoding="utf-8")
