"""Check a solution of any family: ``violations`` lists what is wrong, ``validate`` raises, ``check`` says it all."""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models import arguments
from schedsolve.models.claim import Claim, false_claims, solution_and_claim
from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.details import checked_details
from schedsolve.models.errors import InvalidSolution
from schedsolve.models.plain import Json
from schedsolve.models.registry import family
from schedsolve.models.violation import Violation


@dataclass(frozen=True)
class Verdict:
    """What the checker says of a solution or a result."""

    solution: Solution | None
    """What was checked; None where a result holds none."""
    claim: Claim | None
    """What was stated; None of a bare solution."""
    broken: list[Violation]
    """The rules of the problem that the solution breaks."""
    false: list[Violation]
    """What is stated and not true; all of code ``claim``."""
    objectives: list[tuple[str, int]]
    """The problem's objectives, computed anew; empty without a solution, or where its shape is not the problem's."""

    @property
    def violations(self) -> list[Violation]:
        return [*self.broken, *self.false]


def check(problem: Problem, given: object, *, claim: Claim | None = None) -> Verdict:
    """Check a ``Result``, which may hold no solution, or a bare solution, with ``claim`` where one is made for it.

    ``problem`` alone decides: settings that a result was made with are compared with the problem's, not applied.
    Raises ``InvalidOption`` where ``given`` is neither, and for what is no problem.
    """
    arguments.problem(problem)
    if claim is not None:
        arguments.instance("claim", claim, Claim, "a Claim")
    solution, stated = solution_and_claim(given)
    claim = claim or stated
    broken: list[Violation] = []
    objectives: list[tuple[str, int]] = []
    if solution is not None and solution.kind != problem.kind:
        broken = [Violation("shape", f"a solution of kind {solution.kind}, the problem is of kind {problem.kind}")]
    elif solution is not None:
        parts = family(problem.kind)
        broken = parts.load("violations")(problem, solution)
        objectives = parts.load("evaluate")(problem, solution)
    false: list[Violation] = []
    if claim is not None:
        details = None
        if solution is not None and objectives and "details" in claim.stated:
            details = _details(problem, solution)
        false = false_claims(problem, claim, objectives, details=details, solved=solution is not None)
    return Verdict(solution, claim, broken, false, objectives)


def _details(problem: Problem, solution: Solution) -> dict[str, Json]:
    """What the family tells of a solution of the right shape."""
    parts = family(problem.kind)
    return checked_details(parts.load("details")(problem, solution)) if parts.details else {}


def violations(problem: Problem, solution: object, *, claim: Claim | None = None) -> list[Violation]:
    """Every rule of ``problem`` that ``solution`` breaks; empty: it is valid.

    ``solution`` may also be a ``Result``: then all that it states is checked as well. A result without a
    solution is ``InvalidSolution``.

    >>> problem = JobShop.from_jobs([[(0, 3)], [(0, 2)]])
    >>> for violation in violations(problem, JobShopSolution(start=[0, 2])):
    ...     print(violation)
    machine_overlap: machine 0 holds job 0 step 1 until 3, job 1 step 1 starts at 2
    """
    verdict = check(problem, solution, claim=claim)
    if verdict.solution is None:
        raise InvalidSolution([Violation("shape", "the result holds no solution"), *verdict.false])
    return verdict.violations


def validate(problem: Problem, solution: object, *, claim: Claim | None = None) -> None:
    """Raise ``InvalidSolution`` with all violations, if there are any.

    >>> problem = JobShop.from_jobs([[(0, 3)], [(0, 2)]])
    >>> validate(problem, JobShopSolution(start=[0, 3]))
    """
    found = violations(problem, solution, claim=claim)
    if found:
        raise InvalidSolution(found)
