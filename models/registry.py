"""Which families there are and where their parts live.

Parts are named by dotted path (``"package.module:attribute"``) and imported when asked for, so
that listing families, engines and rules imports none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from schedsolve.models.errors import UnknownName


@dataclass(frozen=True)
class Family:
    """The parts of one problem kind."""

    kind: str
    title: str
    problem: str
    solution: str
    violations: str
    evaluate: str
    bound: str
    """Cheap lower bounds: ``bound(problem) -> list[int | None]``, one for each objective."""
    rules: str
    """Dispatch rules: ``RULES``, name to ``Rule``."""
    rule_symbols: str
    """What the letters in the rules' formulas mean: ``SYMBOLS``, letter to meaning."""
    rule_modes: str
    """What a rule builds by its name alone and with the name of a mode, as a sentence."""
    engines: dict[str, str] = field(default_factory=dict)
    """Engine name to its module, which offers ``run``, ``supports`` and ``Params``."""
    auto: tuple[str, ...] = ()
    """The engines that ``auto`` runs side by side once rules and cheap bounds have spoken."""
    rules_share: float = 0.15
    """Share of the time limit that dispatch rules may have in ``auto``, after the first one, before others begin."""
    turns: str = "schedsolve.solvers.portfolio.turn:even"
    """How they share threads and time: ``turns(progress, engines, threads) -> list[Turn]``."""
    bounding: tuple[str, ...] = ()
    """Engines of ``auto`` that only raise the bound; they run first, for a short share of the time."""
    explainer: str = ""
    """Names the constraints for ``explain``: ``explainer(problem) -> Explainer``; empty: it cannot."""
    past: str = ""
    """Rules that were broken by what is done already: ``past(problem) -> list[Violation]``, the first case of each at
    least; solutions are not held to them, a result notes them."""
    bars: str = ""
    """The table that Gantt charts draw: ``bars(problem, solution) -> Chart``."""
    table: str = ""
    """Rows of a schedule for text and CSV output."""
    details: str = ""
    """What is told of a solution beside its objectives, above the rows of the table:
    ``details(problem, solution) -> dict[str, Any]``, plain values of JSON; empty: nothing."""

    def load(self, part: str) -> Any:
        """Import one part: a field's name, or ``"engine:NAME"``."""
        if part.startswith("engine:"):
            name = part.removeprefix("engine:")
            if name not in self.engines:
                raise UnknownName("engine", name, ["auto", *self.engines])
            return import_module(self.engines[name])
        return resolve(getattr(self, part))


FAMILIES: dict[str, Family] = {
    "jobshop": Family(
        kind="jobshop",
        title="machine scheduling: job, flow and open shops, flexible or not",
        problem="schedsolve.models.jobshop:JobShop",
        solution="schedsolve.models.jobshop:JobShopSolution",
        violations="schedsolve.models.jobshop.violations:violations",
        evaluate="schedsolve.models.jobshop.violations:evaluate",
        bound="schedsolve.solvers.bounds.jobshop:bound",
        rules="schedsolve.solvers.dispatch.jobshop:RULES",
        rule_symbols="schedsolve.solvers.dispatch.jobshop:SYMBOLS",
        rule_modes="NAME alone builds a non-delay schedule, NAME:active an active one",
        engines={
            "dispatch": "schedsolve.solvers.dispatch.jobshop",
            "cpsat": "schedsolve.solvers.cpsat.jobshop",
            "milp": "schedsolve.solvers.milp.jobshop",
            "search": "schedsolve.solvers.search.jobshop",
            "rolling": "schedsolve.solvers.rolling.jobshop",
            "lp-bound": "schedsolve.solvers.bounds.jobshop_lp",
        },
        auto=("cpsat", "search"),
        turns="schedsolve.solvers.portfolio.jobshop:turns",
        explainer="schedsolve.solvers.explain.jobshop:explainer",
        bounding=("lp-bound",),
        past="schedsolve.models.jobshop.past:past_cases",
        bars="schedsolve.reports.jobshop:bars",
        table="schedsolve.instances.jobshop_table:schedule_rows",
    ),
    "rcpsp": Family(
        kind="rcpsp",
        title="project scheduling: tasks with links on scarce resources, one mode or several",
        problem="schedsolve.models.rcpsp:RCPSP",
        solution="schedsolve.models.rcpsp:RCPSPSolution",
        violations="schedsolve.models.rcpsp.violations:violations",
        evaluate="schedsolve.models.rcpsp.violations:evaluate",
        bound="schedsolve.solvers.bounds.rcpsp:bound",
        rules="schedsolve.solvers.dispatch.rcpsp:RULES",
        rule_symbols="schedsolve.solvers.dispatch.rcpsp:SYMBOLS",
        rule_modes="NAME alone builds a schedule task by task, NAME:parallel goes along in time",
        engines={
            "dispatch": "schedsolve.solvers.dispatch.rcpsp",
            "cpsat": "schedsolve.solvers.cpsat.rcpsp",
            "milp": "schedsolve.solvers.milp.rcpsp",
            "search": "schedsolve.solvers.search.rcpsp",
            "destructive": "schedsolve.solvers.bounds.rcpsp_destructive",
        },
        auto=("cpsat", "search"),
        bounding=("destructive",),
        rules_share=0.05,
        turns="schedsolve.solvers.portfolio.rcpsp:turns",
        explainer="schedsolve.solvers.explain.rcpsp:explainer",
        past="schedsolve.models.rcpsp.past:past_violations",
        bars="schedsolve.reports.rcpsp:bars",
        table="schedsolve.instances.rcpsp_table:schedule_rows",
    ),
}


def family(kind: str) -> Family:
    """The family of a kind. Raises ``UnknownName`` with the nearest one."""
    if kind not in FAMILIES:
        raise UnknownName("kind", kind, list(FAMILIES))
    return FAMILIES[kind]


def resolve(path: str) -> Any:
    """The object that ``"package.module:attribute"`` names."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)
