"""Check a solution of any family: ``violations`` lists what is wrong, ``validate`` raises."""

from __future__ import annotations

from typing import Any

from schedsolve.models import arguments
from schedsolve.models.errors import InvalidSolution
from schedsolve.models.registry import family
from schedsolve.models.violation import Claim, Violation


def violations(problem: Any, solution: Any, *, claim: Claim | None = None) -> list[Violation]:
    """Every rule of ``problem`` that ``solution`` breaks; empty: it is valid.

    ``solution`` may also be a ``Result``: then its settings are applied to the problem first, and its
    stated objectives, bounds and fingerprint are checked as well. A result without a solution is
    ``InvalidSolution``, what is no problem or no solution of one of its kind ``InvalidOption``.
    """
    arguments.problem(problem)
    if claim is not None:
        arguments.instance("claim", claim, Claim, "a Claim")
    claim = claim or getattr(solution, "claim", None)
    settings = getattr(solution, "settings", None)
    if isinstance(settings, dict):
        problem = problem.with_settings(**settings)
        solution = solution.solution
        if solution is None:
            raise InvalidSolution([Violation("shape", "the result holds no solution")])
    arguments.solution("solution", solution, problem.kind)
    found: list[Violation] = family(problem.kind).load("violations")(problem, solution, claim=claim)
    return found


def validate(problem: Any, solution: Any, *, claim: Claim | None = None) -> None:
    """Raise ``InvalidSolution`` with all violations, if there are any."""
    found = violations(problem, solution, claim=claim)
    if found:
        raise InvalidSolution(found)
