"""What a picture says about the worth of its schedule: status, objectives, bounds, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schedsolve.models.claim import solution_and_claim
from schedsolve.models.registry import family
from schedsolve.reports.timeaxis import grouped


@dataclass(frozen=True)
class Headline:
    """Read from a ``Result``; of a bare solution only the objectives are known."""

    levels: tuple[tuple[str, int, int | None], ...]
    """Name, value and bound of each objective."""
    status: str = ""
    gap: float | None = None
    engine: str = ""
    seconds: float | None = None
    trace: tuple[Any, ...] = ()
    """Points with ``seconds``, ``objective``, ``bound``, ``who`` and ``stage``."""

    @classmethod
    def of(cls, problem: Any, result: Any) -> Headline:
        """The headline of a ``Result`` or of a solution of ``problem``."""
        solution, claim = solution_and_claim(result)
        if claim is None:
            values = family(problem.kind).load("evaluate")(problem, solution)
            return cls(tuple((name, value, None) for name, value in values))
        return cls(
            levels=tuple((x.name, x.value, x.bound) for x in result.objectives),
            status=str(result.status),
            gap=result.gap,
            engine=result.engine or "",
            seconds=result.seconds,
            trace=tuple(result.trace),
        )

    def __str__(self) -> str:
        parts = [self.status] if self.status else []
        for name, value, bound in self.levels:
            known = "" if bound is None or bound == value else f" (bound {grouped(bound)})"
            parts.append(f"{spoken(name)} {grouped(value)}{known}")
        if self.gap:
            parts.append(f"gap {percent(self.gap)}")
        return "  ·  ".join(parts)


def spoken(name: str) -> str:
    """An objective's name in words."""
    return name.replace("_", " ")


def percent(share: float) -> str:
    """A share as a percentage of two or three digits; never 0 for what is not."""
    if share == 0:
        return "0 %"
    return f"{100 * share:.1f} %" if share >= 0.001 else "< 0.1 %"
