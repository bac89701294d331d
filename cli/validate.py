"""``schedsolve validate``: check a solution against a problem, independently of who made it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
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
from schedsolve.instances.characters import printable

if TYPE_CHECKING:
    from schedsolve.models.check import Verdict
    from schedsolve.models.contracts import Problem
    from schedsolve.models.objective import Objective

ROWS = 40
"""Violations that are shown as text."""


@subcommand
@file_argument
@click.argument("solution", type=click.Path(dir_okay=False, allow_dash=True), metavar="SOLUTION.json")
@problem_options
@format_option("text", "json")
@click.option("--exit-zero", is_flag=True, help="Exit with 0, not 1, where there are violations.")
def command(file: str, solution: str, exit_zero: bool, **options: Unpack[ProblemOptions]) -> int:
    """Check SOLUTION.json, a result or a bare solution, against the problem in FILE.

    \b
    schedsolve validate ft06 plan.json
    schedsolve validate plant.json plan.json --format json

    FILE and the options say what the problem is; a result made with other settings is refused, and the answer
    says which. All that a result states is checked: status, objective values, bounds, gap, the trace.
    Exits with 0 where the solution is feasible and all claims are true, else with 1.
    """
    from schedsolve.instances.best_known import refuted
    from schedsolve.instances.native import read_solution
    from schedsolve.models.check import check
    from schedsolve.models.errors import InvalidFile

    problem = read_problem(file, options)
    given = read_solution(solution)
    if given.kind != problem.kind:
        raise InvalidFile(solution, f"is of kind {given.kind}, the problem is {problem.kind}")
    verdict = check(problem, given)
    if verdict.claim is not None:
        verdict = replace(verdict, false=[*verdict.false, *refuted(problem, verdict.claim)])
    if verdict.solution is None and not verdict.violations:
        raise InvalidFile(solution, "the result holds no solution")
    if session().format == "json":
        echo_document(_json(problem, verdict))
    else:
        echo(_text(problem, verdict))
    return ExitCode.NO if verdict.violations and not exit_zero else ExitCode.OK


def _text(problem: Problem, verdict: Verdict) -> str:
    found = verdict.violations
    if not found:
        values = (f"{level.name} {level.shown(value)}" for level, value in _levels(problem, verdict))
        return "feasible: " + ", ".join(values)
    codes = Counter(violation.code for violation in found)
    counts = ", ".join(f"{count} {code}" for code, count in codes.items())
    what = "infeasible" if verdict.broken else "not as claimed"
    head = f"{what}: {len(found)} violation{'s' if len(found) > 1 else ''} ({counts})"
    rest = [f"  … and {len(found) - ROWS} more; --format json lists them all"] if len(found) > ROWS else []
    return "\n".join([head, *(f"  {printable(str(violation))}" for violation in found[:ROWS]), *rest])


def _levels(problem: Problem, verdict: Verdict) -> list[tuple[Objective, int]]:
    """Each objective and its value, where the checker could compute them."""
    values = dict(verdict.objectives)
    return [(level, values[level.name]) for level in problem.levels if level.name in values]


def _json(problem: Problem, verdict: Verdict) -> str:
    from schedsolve.cli.documents import ObjectiveValue, Validation, encode

    return encode(
        Validation(
            kind=problem.kind,
            problem=problem.fingerprint,
            feasible=not verdict.violations,
            objectives=[ObjectiveValue.of(level, value) for level, value in _levels(problem, verdict)],
            violations=verdict.violations,
        )
    )
