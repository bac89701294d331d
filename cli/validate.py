"""``schedsolve validate``: check a solution against a problem, independently of who made it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from schedsolve.cli.echo import echo, echo_document
from schedsolve.cli.exit_codes import ExitCode
from schedsolve.cli.options import file_argument, format_option, problem_options, read_problem, subcommand
from schedsolve.cli.session import session
from schedsolve.instances.characters import printable

if TYPE_CHECKING:
    from schedsolve.models.check import Verdict
    from schedsolve.models.claim import Claim
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

    FILE and the options say what the problem is; a result made with other settings is refused, and the answer
    says which. All that a result states is checked: status, objective values, bounds, gap, the trace.
    Exits with 0 where the solution is feasible and all claims are true, else with 1.
    """
    from schedsolve.instances.native import read_solution
    from schedsolve.models.check import check
    from schedsolve.models.claim import solution_and_claim
    from schedsolve.models.errors import InvalidFile

    problem = read_problem(file, options)
    given = read_solution(solution)
    if given.kind != problem.kind:
        raise InvalidFile(solution, f"is of kind {given.kind}, the problem is {problem.kind}")
    held, claim = solution_and_claim(given)
    verdict = check(problem, given)
    if claim is not None:
        verdict = replace(verdict, false=[*verdict.false, *_refuted(problem, claim)])
    if held is None and not verdict.violations:
        raise InvalidFile(solution, "the result holds no solution")
    if session().format == "json":
        echo_document(_json(problem, verdict))
    else:
        echo(_text(problem, verdict))
    return ExitCode.NO if verdict.violations and not exit_zero else ExitCode.OK


def _refuted(problem: Any, claim: Claim) -> list[Violation]:
    """What is claimed of the first objective though the literature has a better solution."""
    from schedsolve.instances.best_known import best_known
    from schedsolve.models.claim import CODE
    from schedsolve.models.violation import Violation

    first = problem.objective[0]
    known = best_known(problem.with_settings(objective=first))
    if known is None or claim.stated["problem"] != problem.fingerprint:
        return []
    reached = f"{known.upper} has been reached ({known.source}, {known.date})"
    bounds = {x["bound"] for x in claim.stated["objectives"] if x["name"] == first and x["bound"] is not None}
    texts = [f"{first} bound {bound} stated, {reached}" for bound in bounds if bound > known.upper]
    if claim.stated["status"] == "INFEASIBLE":
        texts.append(f"status INFEASIBLE stated, {first} {reached}")
    return [Violation(CODE, text) for text in texts]


def _text(problem: Any, verdict: Verdict) -> str:
    found = verdict.violations
    if not found:
        return "feasible: " + ", ".join(f"{name} {value}" for name, value in verdict.objectives)
    codes = Counter(violation.code for violation in found)
    counts = ", ".join(f"{count} {code}" for code, count in codes.items())
    what = "infeasible" if verdict.broken else "not as claimed"
    head = f"{what}: {len(found)} violation{'s' if len(found) > 1 else ''} ({counts})"
    rest = [f"  … and {len(found) - ROWS} more; --format json lists them all"] if len(found) > ROWS else []
    return "\n".join([head, *(f"  {printable(str(violation))}" for violation in found[:ROWS]), *rest])


def _json(problem: Any, verdict: Verdict) -> str:
    from schedsolve.cli.documents import BrokenRule, Objective, Validation, encode

    return encode(
        Validation(
            kind=problem.kind,
            problem=problem.fingerprint,
            feasible=not verdict.violations,
            objectives=[Objective(name, value) for name, value in verdict.objectives],
            violations=[BrokenRule(**violation.to_builtins()) for violation in verdict.violations],
        )
    )
