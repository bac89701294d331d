"""``schedsolve explain``: why a problem has no solution, and what would help."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Unpack

import click

from schedsolve.cli.echo import echo, echo_document
from schedsolve.cli.exit_codes import ExitCode
from schedsolve.cli.options import (
    ProblemOptions,
    file_argument,
    format_option,
    problem_options,
    read_problem,
    subcommand,
)
from schedsolve.cli.session import session
from schedsolve.cli.types import Duration, WholeNumberRange
from schedsolve.instances.characters import printable
from schedsolve.solvers.threads import MOST_THREADS

if TYPE_CHECKING:
    from schedsolve.models.contracts import Problem
    from schedsolve.solvers.explain.explanation import Explanation


@subcommand
@file_argument
@click.option(
    "--time-limit", type=Duration(), default="60s", show_default=True, metavar="DURATION", help="For all of it."
)
@click.option(
    "-j", "--threads", type=WholeNumberRange(1, MOST_THREADS), metavar="N", help="Threads; all cores, if not given."
)
@problem_options
@format_option("text", "json")
def command(file: str, time_limit: float, threads: int | None, **options: Unpack[ProblemOptions]) -> int:
    """Say why FILE has no solution: a minimal set of constraints that cannot hold together.

    \b
    schedsolve explain plan.json
    schedsolve explain j301_1.sm --set project_deadline=42

    Each constraint of the set is needed: without any one of them the others can hold, tried with a fresh model.
    Then follow the smallest changes, each of which by itself makes the problem solvable. Exits with 0 where
    there is a conflict to show, with 1 where the problem is solvable, with 3 where the time did not suffice.
    """
    from schedsolve.solvers.explain.explain import explain

    problem = read_problem(file, options)
    found = explain(problem, time_limit=None if math.isinf(time_limit) else time_limit, threads=threads)
    if session().format == "json":
        echo_document(_json(problem, found))
    else:
        echo(text(found))
    if found.feasible is None:
        return ExitCode.NO_SOLUTION
    return ExitCode.NO if found.feasible else ExitCode.OK


def text(found: Explanation) -> str:
    """All of it, for people."""
    notes = [f"note: {printable(note)}" for note in found.notes]
    if found.feasible is None:
        return "\n".join(["not known: neither a solution nor a proof that there is none was found", *notes])
    if found.feasible:
        return "the problem has a solution"
    count = len(found.conflict)
    head = "no solution: this cannot hold" if count == 1 else f"no solution: these {count} cannot hold together"
    lines = [head, *(f"  {printable(item.words)}" for item in found.conflict)]
    if found.relaxations:
        lines += [
            "",
            "each of these changes would do",
            *(f"  {printable(change.words)}" for change in found.relaxations),
        ]
    return "\n".join([*lines, *notes])


def _json(problem: Problem, found: Explanation) -> str:
    from schedsolve.cli.documents import Explained, encode

    return encode(
        Explained(
            kind=problem.kind,
            problem=problem.fingerprint,
            feasible=found.feasible,
            conflict=list(found.conflict),
            minimal=found.minimal,
            relaxations=list(found.relaxations),
            seconds=round(found.seconds, 3),
            notes=list(found.notes),
        )
    )
