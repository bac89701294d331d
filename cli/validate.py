"""``schedsolve validate``: check a solution against a problem, independently of who made it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from schedsolve.cli.echo import echo, echo_document
from schedsolve.cli.exit_codes import ExitCode
from schedsolve.cli.options import file_argument, format_option, problem_options, read_problem, subcommand
from schedsolve.cli.session import session
from schedsolve.instances.characters import printable

if TYPE_CHECKING:
    from schedsolve.models.violation import Violation

ROWS = 40
"""Violations that are shown as text."""


@subcommand
@file_argument
@click.argument("solution", type=click.Path(dir_okay=False, allow_dash=True), metavar="SOLUTION.json")
@problem_options
@format_option("text", "json")
@click.option("--exit-zero", is_flag=True, help="Exit with 0, not 1, where there are violations.")
def command(file: str, solution: str, exit_zero: bool, **options: Any) -> int:
    """Check SOLUTION.json, a result or a bare solution, against the problem in FILE.

    \b
    schedsolve validate ft06 plan.json
    schedsolve validate plant.json plan.json --format json

    A result is also held to what it claims: its objective values, its bounds, the problem it belongs to.
    Exits with 0 where the solution is feasible and all claims are true, else with 1.
    """
    from schedsolve.instances.native import read_solution
    from schedsolve.models.check import violations
    from schedsolve.models.errors import InvalidFile

    problem = read_problem(file, options)
    given = read_solution(solution)
    if given.kind != problem.kind:
        raise InvalidFile(solution, f"is of kind {given.kind}, the problem is {problem.kind}")
    if getattr(given, "solution", given) is None:
        raise InvalidFile(solution, "the result holds no solution")
    broken = violations(problem, given)
    if session().format == "json":
        echo_document(_json(problem, given, broken))
    else:
        echo(_text(problem, given, broken))
    return ExitCode.NO if broken and not exit_zero else ExitCode.OK


def _objectives(problem: Any, given: Any) -> list[tuple[str, int]]:
    """The objective values, recomputed; those that a result was made for."""
    from schedsolve.models.registry import family

    settings = getattr(given, "settings", None)
    if isinstance(settings, dict):
        problem, given = problem.with_settings(**settings), given.solution
    values: list[tuple[str, int]] = family(problem.kind).load("evaluate")(problem, given)
    return values


def _text(problem: Any, given: Any, broken: list[Violation]) -> str:
    if not broken:
        return "feasible: " + ", ".join(f"{name} {value}" for name, value in _objectives(problem, given))
    codes = Counter(violation.code for violation in broken)
    counts = ", ".join(f"{count} {code}" for code, count in codes.items())
    head = f"infeasible: {len(broken)} violation{'s' if len(broken) > 1 else ''} ({counts})"
    rest = [f"  … and {len(broken) - ROWS} more; --format json lists them all"] if len(broken) > ROWS else []
    return "\n".join([head, *(f"  {printable(str(violation))}" for violation in broken[:ROWS]), *rest])


def _json(problem: Any, given: Any, broken: list[Violation]) -> str:
    from schedsolve.cli.documents import BrokenRule, Objective, Validation, encode

    complete = not any(violation.code in ("shape", "alternative") for violation in broken)
    values = _objectives(problem, given) if complete else []
    return encode(
        Validation(
            kind=problem.kind,
            problem=problem.fingerprint,
            feasible=not broken,
            objectives=[Objective(name, value) for name, value in values],
            violations=[BrokenRule(**violation.to_builtins()) for violation in broken],
        )
    )
