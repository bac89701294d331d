"""Priority rules: their definitions, their names on the command line, and which to try first.

A rule gives every task a value; of the tasks that may come next the one with the smallest is taken, ties go to the
lower task index. ``SYMBOLS`` are the letters of the formulas. Values are computed in ``priority``.

Surveys: R. Kolisch, Journal of Operations Management 14 (1996) 179-192; R. Klein, IJPR 38 (2000) 3937-3952.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.objective import Objective
from schedsolve.solvers.dispatch.rule import Rule, RuleInMode

PARALLEL = "parallel"
"""The mode of rules in the parallel scheme; without it they run in the serial one."""

WORST_CASE = "wcs"
"""The rule whose values follow from what else could start at the same time."""


_KOLISCH = "Kolisch 1996"
_DAVIS = "Davis & Patterson 1975"
_ALVAREZ = "Alvarez-Valdes & Tamarit 1989"

RULES: dict[str, Rule] = {
    listed.name: listed
    for listed in (
        Rule("lft", "latest finish time", "f", _DAVIS),
        Rule("lst", "latest start time", "l", _KOLISCH),
        Rule("mslk", "minimum slack", "l - e", _DAVIS),
        Rule("wcs", "worst case slack (serial: latest start time)", "l - E", _KOLISCH),
        Rule("mts", "most total successors", "-m", _ALVAREZ),
        Rule("mis", "most immediate successors", "-i", _ALVAREZ),
        Rule("grpw", "greatest rank positional weight", "-(p + q)", _ALVAREZ),
        Rule("rpw", "greatest rank positional weight, of all successors", "-(p + Q)", "Helgeson & Birnie 1961"),
        Rule("wrup", "weighted resource utilisation and precedence", "-(0.7 i + 0.3 u)", "Ulusoy & Ozdamar 1989"),
        Rule("grd", "greatest resource demand", "-p u", _DAVIS),
        Rule("spt", "shortest processing time", "p", _ALVAREZ),
        Rule("lpt", "longest processing time", "-p", _ALVAREZ),
        Rule("est", "earliest start time", "e", _KOLISCH),
        Rule("eft", "earliest finish time", "e + p", _KOLISCH),
        Rule("fifo", "as they stand in the problem", "k", _ALVAREZ),
        Rule("random", "random order, from the seed", "uniform", _KOLISCH),
        Rule("edd", "earliest due date, of the task or behind it", "d", "Jackson 1955", "due"),
        Rule("mdd", "modified due date", "max(d, e + p)", "Baker & Bertrand 1982", "due"),
        Rule("dslk", "minimum slack to the due date", "d - e - p", _DAVIS, "due"),
        Rule("wspt", "weighted shortest processing time", "p / w", "Smith 1956", "weight"),
        Rule(
            "atc",
            "apparent tardiness cost",
            "ln(p / w) + max(0, d - e - p) / (2 P)",
            "Vepsalainen & Morton 1987, k = 2",
            "due",
        ),
    )
}
"""Name to rule; some need ``due`` dates or different ``weight``s.

Each runs in two modes: ``NAME`` in the serial scheme, ``NAME:parallel`` in the parallel one."""

SYMBOLS = {
    "p": "duration of the task in its mode",
    "e": "earliest start by the links alone",
    "l": "latest start by the links alone, for the shortest project that they allow or an earlier deadline",
    "f": "latest finish, likewise",
    "E": "latest of its earliest starts if one of the other tasks that could start now went first",
    "m": "number of tasks behind it",
    "i": "number of tasks right behind it",
    "q": "their durations together",
    "Q": "durations of all tasks behind it together",
    "u": "shares of the capacities that it demands, added up",
    "k": "its index",
    "d": "due date, or what those behind it ask for where that is earlier; a late date for tasks without either",
    "w": "its weight and that of all tasks behind it",
    "P": "mean duration of all tasks",
}

_FIRST = {
    "makespan": ("lft:parallel", "lft", "lst:parallel", "mts:parallel", "wcs:parallel", "rpw:parallel"),
    "completion_time": ("wspt", "wspt:parallel", "spt", "spt:parallel", "lft:parallel"),
    "tardiness": ("atc", "atc:parallel", "edd", "edd:parallel", "mdd", "dslk"),
    "lateness": ("edd", "edd:parallel", "dslk", "mdd"),
    "tardy": ("edd", "edd:parallel", "mdd", "atc"),
}
"""What to try first for an objective that measures this; for others as for the makespan."""


@dataclass(frozen=True)
class Spec(RuleInMode[Rule]):
    """A rule with its scheme, written ``lft`` or ``lft:parallel``."""

    rules = RULES
    mode = PARALLEL

    @property
    def parallel(self) -> bool:
        return self.in_mode


def order_to_try(objective: Objective, features: dict[str, bool], *, schemes: bool) -> list[Spec]:
    """All rules whose ``needs`` are among ``features``, first those that suit the objective; in both ``schemes`` or
    only in the serial one."""
    first = _FIRST.get(objective.measure, _FIRST["makespan"])
    texts = [*first, *(f"{name}:{PARALLEL}" for name in RULES), *RULES]
    return Spec.in_order(texts, features, modes=schemes)
