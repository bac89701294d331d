"""A result for people: what it is worth, who says so, and the first rows of the schedule."""

from __future__ import annotations

import sys
from itertools import islice
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from schedsolve.cli.columns import columns, facts, percent
from schedsolve.instances.characters import printable
from schedsolve.models.registry import family
from schedsolve.solvers.stop import relative_gap

if TYPE_CHECKING:
    from schedsolve.instances.best_known import BestKnown
    from schedsolve.models.level import Level
    from schedsolve.solvers.result import Result

ROWS = 40
"""Rows of a schedule that are shown at most."""

OTHER_LINES = 14
"""Lines of a terminal that all else may need, so that the headline stays in sight."""


def text(problem: Any, result: Result) -> str:
    """The whole answer, without a last newline."""
    parts = [_headline(problem, result), facts(_facts(problem, result))]
    if result.solution is not None:
        parts += ["", _schedule(problem, result)]
    if result.notes:
        parts += ["", *(f"note: {printable(note)}" for note in result.notes)]
    return "\n".join(parts)


def _headline(problem: Any, result: Result) -> str:
    name = f"{printable(problem.name)}: " if problem.name else ""
    why = {
        "OPTIMAL": "",
        "FEASIBLE": f", stopped by {result.stopped_by}",
        "INFEASIBLE": ", no schedule keeps all constraints",
        "UNKNOWN": f", no schedule found, stopped by {result.stopped_by}",
    }[result.status]
    return f"{name}{result.status} in {result.seconds:.2f} s{why}"


def _facts(problem: Any, result: Result) -> list[tuple[str, Any]]:
    from schedsolve.instances.best_known import best_known

    known = best_known(problem)
    lines: list[tuple[str, Any]] = [(level.name, _level(level)) for level in result.objectives]
    lines.append(("found by", result.engine))
    proof = "proved by" if result.status in ("OPTIMAL", "INFEASIBLE") else "bound from"
    lines.append((proof, "closed-form bounds" if result.proved_by == "bound" else result.proved_by))
    if known is not None:
        lines.append(("best known", best_known_text(known, result.objectives[0].value)))
    return lines


def _level(level: Level) -> str:
    if level.closed:
        return f"{level.value} (optimal)"
    if level.bound is None:
        return "" if level.value is None else f"{level.value}"
    if level.value is None:
        return f"at least {level.bound}"
    return f"{level.value} (bound {level.bound}, gap {percent(relative_gap(level.value, level.bound))})"


def best_known_text(known: BestKnown, value: int | None = None) -> str:
    """``1268 (optimal), this one is 2.1 % above; source, date``."""
    interval = f"{known.upper} (optimal)" if known.lower == known.upper else f"{known.upper} (bound {known.lower})"
    gap = ""
    if value is not None and known.upper:
        share = (value - known.upper) / known.upper
        gap = f", {percent(abs(share))} {'above' if share > 0 else 'below'} it" if share else ", reached"
    return f"{interval}{gap}; {known.source}, {known.date}"


def _schedule(problem: Any, result: Result) -> str:
    header, rows = family(problem.kind).load("table")(problem, result.solution)
    rows = iter(rows)
    table = columns(header, islice(rows, _rows_shown()))
    rest = sum(1 for _ in rows)
    return f"{table}\n  … and {rest} more rows; -o plan.csv writes them all" if rest else table


def _rows_shown() -> int:
    if not sys.stdout.isatty():
        return ROWS
    return min(ROWS, max(5, get_terminal_size().lines - OTHER_LINES))
