"""A result for people: what it is worth, who says so, and the first rows of the schedule."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import islice
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TypeGuard

from schedsolve.cli.columns import columns, facts, percent
from schedsolve.instances.characters import printable
from schedsolve.models.registry import family
from schedsolve.solvers.stop import relative_gap

if TYPE_CHECKING:
    from schedsolve.instances.best_known import BestKnown
    from schedsolve.models.contracts import Problem
    from schedsolve.models.level import Level
    from schedsolve.models.objective import Objective
    from schedsolve.solvers.result import Result

ROWS = 40
"""Rows of a schedule that are shown at most."""

LONGEST_DETAIL = 200
"""Letters of a detail that are shown."""

OTHER_LINES = 14
"""Lines of a terminal that all else may need, so that the headline stays in sight."""


def text(problem: Problem, result: Result) -> str:
    """The whole answer, without a last newline."""
    parts = [_headline(problem, result), facts(_facts(problem, result)), *_tables(result)]
    if result.solution is not None and family(problem.kind).table:
        parts += ["", _rows(problem, result)]
    if result.notes:
        parts += ["", *(f"note: {printable(note)}" for note in result.notes)]
    return "\n".join(parts)


def _headline(problem: Problem, result: Result) -> str:
    name = f"{printable(problem.name)}: " if problem.name else ""
    noun = family(problem.kind).nouns.solution
    why = {
        "OPTIMAL": "",
        "FEASIBLE": f", stopped by {result.stopped_by}",
        "INFEASIBLE": f", no {noun} keeps all constraints",
        "UNKNOWN": f", no {noun} found, stopped by {result.stopped_by}",
    }[result.status]
    return f"{name}{result.status} in {result.seconds:.2f} s{why}"


def _facts(problem: Problem, result: Result) -> list[tuple[str, object]]:
    from schedsolve.instances.best_known import best_known

    known = best_known(problem)
    levels = result.objectives
    lines: list[tuple[str, object]] = [(level.name, _level(level)) for level in levels]
    lines.append(("found by", result.engine))
    proof = "proved by" if result.status in ("OPTIMAL", "INFEASIBLE") else "bound from"
    lines.append((proof, "closed-form bounds" if result.proved_by == "bound" else result.proved_by))
    if known is not None:
        lines.append(("best known", best_known_text(known, levels, [level.value for level in levels])))
    return lines + [(name, _detail(value)) for name, value in result.details.items() if not _is_table(value)]


def _detail(value: object) -> str:
    """A value of ``Result.details`` on one line, cut where it is long."""
    if isinstance(value, dict):
        text = ", ".join(f"{name} {_detail(item)}" for name, item in islice(value.items(), LONGEST_DETAIL))
    elif isinstance(value, list):
        text = ", ".join(_detail(item) for item in islice(value, LONGEST_DETAIL))
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST_DETAIL else f"{text[:LONGEST_DETAIL]} …"


def _cell(value: object) -> object:
    """A number as it is, so that its column is to the right; anything else in words."""
    return value if type(value) in (int, float) else _detail(value)


def _is_table(value: object) -> TypeGuard[list[dict[str, object]]]:
    """Is a detail a list of objects, all with the same names?"""
    rows = value if isinstance(value, list) else []
    return bool(rows) and all(isinstance(row, dict) and row and list(row) == list(rows[0]) for row in rows)


def _tables(result: Result) -> list[str]:
    """The details that are tables, each under its name."""
    parts = []
    for name, rows in result.details.items():
        if _is_table(rows):
            shown = [[_cell(item) for item in row.values()] for row in rows[:ROWS]]
            rest = [f"  … and {len(rows) - ROWS} more rows"] if len(rows) > ROWS else []
            parts += ["", printable(name), columns([printable(column) for column in rows[0]], shown), *rest]
    return parts


def _level(level: Level) -> str:
    value = "" if level.value is None else level.shown(level.value)
    bound = "" if level.bound is None else level.shown(level.bound)
    if level.closed:
        return f"{value} (optimal)"
    if level.bound is None:
        return value
    if level.value is None:
        return f"at least {bound}"
    return f"{value} (bound {bound}, gap {percent(relative_gap(level.value, level.bound))})"


def best_known_text(known: BestKnown, levels: Sequence[Level | Objective], values: Sequence[int | None] = ()) -> str:
    """``1268 (optimal), 2.1 % above it; source, date``: of a problem's levels and the values of an answer."""
    best, bound = (
        ", then ".join(level.shown(value) for level, value in zip(levels, known_values, strict=False))
        for known_values in (known.values, known.bounds)
    )
    interval = f"{best} (optimal)" if known.closed else f"{best} (bound {bound})"
    return f"{interval}{_compared(known, levels, values)}; {known.source}, {known.date}"


def _compared(known: BestKnown, levels: Sequence[Level | Objective], values: Sequence[int | None]) -> str:
    """How far an answer is from the best known, in words."""
    gap = known.gap(values)
    if gap is None:
        return ""
    difference = known.first_difference(values)
    if difference is None:
        return ", reached"
    place = f" in {levels[difference[0]].name}" if difference[0] else ""
    return f", {percent(abs(gap))} {'above' if gap > 0 else 'below'} it{place}"


def _rows(problem: Problem, result: Result) -> str:
    header, rows = family(problem.kind).load("table")(problem, result.solution)
    rows = iter(rows)
    table = columns(header, islice(rows, _rows_shown()))
    rest = sum(1 for _ in rows)
    return f"{table}\n  … and {rest} more rows; -o plan.csv writes them all" if rest else table


def _rows_shown() -> int:
    if not sys.stdout.isatty():
        return ROWS
    return min(ROWS, max(5, get_terminal_size().lines - OTHER_LINES))
