"""What an independent checker says of a solution, and how it checks what a result claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Violation:
    """One broken rule.

    ``code`` is stable and names the rule; ``things`` maps what is involved ("operation", "job",
    "machine", …) to indices; ``interval`` is the half-open time span of the conflict; ``amount``
    says by how much (time units or units of the resource).
    """

    code: str
    message: str
    things: dict[str, list[int]] = field(default_factory=dict)
    interval: tuple[int, int] | None = None
    amount: int | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def to_builtins(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "things": self.things,
            "interval": list(self.interval) if self.interval else None,
            "amount": self.amount,
        }


@dataclass(frozen=True)
class Claim:
    """What a result states beside its solution: fingerprint, objective values and bounds by level."""

    fingerprint: str | None = None
    objectives: Sequence[tuple[str, int | None, int | None]] = ()


def claim_violations(claim: Claim, fingerprint: str, objectives: Sequence[tuple[str, int]]) -> list[Violation]:
    """Compare a claim with the fingerprint and objective values that the checker computed itself."""
    if claim.fingerprint is not None and claim.fingerprint != fingerprint:
        text = f"the solution belongs to problem {claim.fingerprint}, this one is {fingerprint}"
        return [Violation("fingerprint", text)]
    found: list[Violation] = []
    actual = dict(objectives)
    if [name for name, _, _ in claim.objectives] != [name for name, _ in objectives] and claim.objectives:
        stated = ", ".join(name for name, _, _ in claim.objectives)
        found.append(Violation("objective", f"objectives {stated} stated, the problem has {', '.join(actual)}"))
    for name, value, bound in claim.objectives:
        if name not in actual:
            continue
        if value is not None and value != actual[name]:
            text = f"{name} {value} stated, the solution has {actual[name]}"
            found.append(Violation("objective", text, amount=abs(value - actual[name])))
        if bound is not None and actual[name] < bound:
            text = f"{name} {actual[name]} is below the stated bound {bound}"
            found.append(Violation("bound", text, amount=bound - actual[name]))
    return found
