"""Priority rules: their definitions, their names on the command line, and which to try first.

A rule gives every waiting operation a value; the smallest is taken, ties go to the lower job index.
``SYMBOLS`` are the letters of the formulas. Values are computed in ``kernel.priority``.

Surveys: S. Panwalkar and W. Iskander, Operations Research 25 (1977) 45-61; R. Haupt, OR Spektrum 11 (1989) 3-16.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schedsolve.models.objective import Objective
from schedsolve.solvers.dispatch import rule

SPT, LPT, MWKR, LWKR, MOR, LOR, FIFO, EDD, WSPT, WSRPT, RANDOM, MDD, SLACK, SRO, CR, ATC, COVERT, NEH = range(18)
FIRST_DYNAMIC = MDD
"""Values of rules from this one on change while an operation waits."""


@dataclass(frozen=True)
class Rule(rule.Rule):
    """A rule of machine scheduling. It may need ``due`` dates, different ``weight``s, or ``jobs`` that are placed as a
    whole."""

    code: int = field(kw_only=True)
    """Its number in the kernels."""


_HAUPT = "Haupt 1989"
_PANWALKAR = "Panwalkar & Iskander 1977"

RULES: dict[str, Rule] = {
    listed.name: listed
    for listed in (
        Rule("spt", "shortest processing time", "p", _PANWALKAR, code=SPT),
        Rule("lpt", "longest processing time", "-p", _PANWALKAR, code=LPT),
        Rule("mwkr", "most work remaining", "-R", _PANWALKAR, code=MWKR),
        Rule("lwkr", "least work remaining (SRPT)", "R", _PANWALKAR, code=LWKR),
        Rule("mor", "most operations remaining", "-m", _PANWALKAR, code=MOR),
        Rule("lor", "least operations remaining", "m", _PANWALKAR, code=LOR),
        Rule("fifo", "first in, first out (FCFS)", "a", _PANWALKAR, code=FIFO),
        Rule("edd", "earliest due date", "d", "Jackson 1955", "due", code=EDD),
        Rule("mdd", "modified due date", "max(d, t + R)", "Baker & Bertrand 1982", "due", code=MDD),
        Rule("slack", "minimum slack", "d - t - R", _PANWALKAR, "due", code=SLACK),
        Rule("s/ro", "slack per remaining operation", "(d - t - R) / m", _HAUPT, "due", code=SRO),
        Rule("cr", "critical ratio", "(d - t) / R", "Berry & Rao 1975", "due", code=CR),
        Rule("wspt", "weighted shortest processing time", "p / w", "Smith 1956", "weight", code=WSPT),
        Rule("wsrpt", "weighted shortest remaining work", "R / w", _HAUPT, "weight", code=WSRPT),
        Rule(
            "atc",
            "apparent tardiness cost",
            "ln(p / w) + max(0, d - t - p - 3 (R - p)) / (3 P)",
            "Vepsalainen & Morton 1987, k = 3, b = 2",
            code=ATC,
        ),
        Rule(
            "covert",
            "cost over time",
            "-(w / p) max(0, 1 - max(0, d - t - R) / (4 R))",
            "Carroll 1965; Vepsalainen & Morton 1987, k = 2, b = 2",
            "due",
            code=COVERT,
        ),
        Rule("random", "random order, from the seed", "uniform", _PANWALKAR, code=RANDOM),
        Rule(
            "neh",
            "jobs by total work, each at its best place in the order",
            "job order (permutation, no-wait, blocking)",
            "Nawaz, Enscore & Ham 1983",
            "jobs",
            code=NEH,
        ),
    )
}
"""Name to rule. Each runs in two modes: ``NAME`` builds a non-delay, ``NAME:active`` an active schedule."""

SYMBOLS = {
    "p": "duration of the operation",
    "R": "work that its job still needs, the operation included, at the shortest alternatives",
    "m": "number of operations that its job still needs, itself included",
    "a": "its arrival: when its job is ready for it",
    "t": "when it could start",
    "d": "due date of its job, or the deadline where that is earlier; one late date for all jobs without either",
    "w": "weight of its job",
    "P": "mean duration of all operations",
}

_FIRST = {
    "makespan": ("atc", "mwkr", "neh", "mwkr:active", "mor", "fifo", "spt"),
    "completion_time": ("wsrpt", "lwkr", "wspt", "spt"),
    "flow_time": ("wsrpt", "lwkr", "wspt", "spt"),
    "tardiness": ("atc", "mdd", "edd", "covert", "cr"),
    "lateness": ("edd", "mdd", "slack", "s/ro"),
    "tardy": ("mdd", "edd", "atc", "spt"),
    "setup_time": ("fifo", "spt", "fifo:active"),
}
"""What to try first for an objective that measures this."""


@dataclass(frozen=True)
class Spec(rule.RuleInMode[Rule]):
    """A rule with its mode, written ``mwkr`` or ``mwkr:active``."""

    rules = RULES
    mode = "active"

    @property
    def active(self) -> bool:
        return self.in_mode


def order_to_try(objective: Objective, features: dict[str, bool], *, modes: bool) -> list[Spec]:
    """All rules whose ``needs`` are among ``features``, first those that suit the objective; in both ``modes``
    or only once."""
    first = _FIRST.get(objective.measure, ())
    texts = [*first, *RULES, *(f"{name}:active" for name in RULES if name != "neh")]
    return Spec.in_order(texts, features, modes=modes)
