"""Priority rules: their definitions, their names on the command line, and which to try first.

A rule gives every waiting operation a value; the smallest is taken, ties go to the lower job index.
``SYMBOLS`` are the letters of the formulas. Values are computed in ``kernel.priority``.

Surveys: S. Panwalkar and W. Iskander, Operations Research 25 (1977) 45-61; R. Haupt, OR Spektrum 11 (1989) 3-16.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.errors import UnknownName
from schedsolve.models.objective import Objective

SPT, LPT, MWKR, LWKR, MOR, LOR, FIFO, EDD, WSPT, WSRPT, RANDOM, MDD, SLACK, SRO, CR, ATC, COVERT, NEH = range(18)
FIRST_DYNAMIC = MDD
"""Values of rules from this one on change while an operation waits."""


@dataclass(frozen=True)
class Rule:
    """A dispatch rule: ``formula`` is the value of which the smallest is taken."""

    name: str
    title: str
    formula: str
    source: str
    code: int
    needs: str = ""
    """What a problem must have for the rule to make sense: ``due`` dates, different ``weight``s, or ``jobs``
    that are placed as a whole."""


_HAUPT = "Haupt 1989"
_PANWALKAR = "Panwalkar & Iskander 1977"

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("spt", "shortest processing time", "p", _PANWALKAR, SPT),
        Rule("lpt", "longest processing time", "-p", _PANWALKAR, LPT),
        Rule("mwkr", "most work remaining", "-R", _PANWALKAR, MWKR),
        Rule("lwkr", "least work remaining (SRPT)", "R", _PANWALKAR, LWKR),
        Rule("mor", "most operations remaining", "-m", _PANWALKAR, MOR),
        Rule("lor", "least operations remaining", "m", _PANWALKAR, LOR),
        Rule("fifo", "first in, first out (FCFS)", "a", _PANWALKAR, FIFO),
        Rule("edd", "earliest due date", "d", "Jackson 1955", EDD, "due"),
        Rule("mdd", "modified due date", "max(d, t + R)", "Baker & Bertrand 1982", MDD, "due"),
        Rule("slack", "minimum slack", "d - t - R", _PANWALKAR, SLACK, "due"),
        Rule("s/ro", "slack per remaining operation", "(d - t - R) / m", _HAUPT, SRO, "due"),
        Rule("cr", "critical ratio", "(d - t) / R", "Berry & Rao 1975", CR, "due"),
        Rule("wspt", "weighted shortest processing time", "p / w", "Smith 1956", WSPT, "weight"),
        Rule("wsrpt", "weighted shortest remaining work", "R / w", _HAUPT, WSRPT, "weight"),
        Rule(
            "atc",
            "apparent tardiness cost",
            "ln(p / w) + max(0, d - t - p - 3 (R - p)) / (3 P)",
            "Vepsalainen & Morton 1987, k = 3, b = 2",
            ATC,
        ),
        Rule(
            "covert",
            "cost over time",
            "-(w / p) max(0, 1 - max(0, d - t - R) / (4 R))",
            "Carroll 1965; Vepsalainen & Morton 1987, k = 2, b = 2",
            COVERT,
            "due",
        ),
        Rule("random", "random order, from the seed", "uniform", _PANWALKAR, RANDOM),
        Rule(
            "neh",
            "jobs by total work, each at its best place in the order",
            "job order (permutation, no-wait, blocking)",
            "Nawaz, Enscore & Ham 1983",
            NEH,
            "jobs",
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
class Spec:
    """A rule with its mode, written ``mwkr`` or ``mwkr:active``."""

    rule: Rule
    active: bool = False

    def __str__(self) -> str:
        return f"{self.rule.name}:active" if self.active else self.rule.name

    @classmethod
    def parse(cls, text: str) -> Spec:
        """Raises ``UnknownName`` for an unknown rule or mode."""
        name, _, mode = text.lower().partition(":")
        if name not in RULES:
            raise UnknownName("rule", name, ["best", *RULES])
        if mode not in ("", "active"):
            raise UnknownName("mode of dispatch rules", mode, ["active"])
        return cls(RULES[name], bool(mode))


def order_to_try(objective: Objective, features: dict[str, bool], *, modes: bool) -> list[Spec]:
    """All rules whose ``needs`` are among ``features``, first those that suit the objective; in both ``modes``
    or only once."""
    first = _FIRST.get(objective.measure, ())
    texts = [*first, *RULES, *(f"{name}:active" for name in RULES if name != "neh")]
    specs = [Spec.parse(text) for text in dict.fromkeys(texts)]
    return [s for s in specs if features.get(s.rule.needs, True) and (modes or not s.active)]
