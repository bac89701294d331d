"""What an independent checker says of a solution."""

from __future__ import annotations

from dataclasses import dataclass, field

from schedsolve.models.plain import Json


@dataclass(frozen=True)
class Span:
    """A half-open range of a named axis: from ``start`` up to ``end`` of "time", of "address"."""

    axis: str
    start: int
    end: int


@dataclass(frozen=True)
class Violation:
    """One broken rule.

    ``code`` is stable and names the rule; ``things`` maps what is involved ("operation", "job",
    "machine", …) to indices; ``interval`` is the half-open time span of the conflict; ``spans`` are
    those on axes other than time, or on several ("time" and "address"); ``amount`` says by how much
    (time units or units of the resource).
    """

    code: str
    message: str
    things: dict[str, list[int]] = field(default_factory=dict)
    interval: tuple[int, int] | None = None
    amount: int | None = None
    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def to_builtins(self) -> dict[str, Json]:
        """As in its JSON, which has all fields."""
        import msgspec

        plain: dict[str, Json] = msgspec.json.decode(msgspec.json.encode(self))
        return plain
