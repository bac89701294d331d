"""What a picture says about the worth of its schedule: status, objectives, bounds, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schedsolve.models.claim import solution_and_claim
from schedsolve.models.contracts import Problem
from schedsolve.models.level import Level
from schedsolve.models.objective import spoken
from schedsolve.models.registry import family
from schedsolve.reports.timeaxis import grouped

if TYPE_CHECKING:
    from schedsolve.solvers.result import TracePoint


@dataclass(frozen=True)
class Headline:
    """Read from a ``Result``; of a bare solution only the objectives are known."""

    levels: tuple[Level, ...]
    """The objectives with their values and bounds."""
    status: str = ""
    gap: float | None = None
    engine: str = ""
    seconds: float | None = None
    trace: tuple[TracePoint, ...] = ()

    @classmethod
    def of(cls, problem: Problem, result: Any) -> Headline:
        """The headline of a ``Result`` or of a solution of ``problem``."""
        solution, claim = solution_and_claim(result)
        if claim is None:
            values = family(problem.kind).load("evaluate")(problem, solution)
            known = zip(problem.levels, values, strict=True)
            return cls(tuple(objective.level(value) for objective, (_, value) in known))
        return cls(
            levels=tuple(result.objectives),
            status=str(result.status),
            gap=result.gap,
            engine=result.engine or "",
            seconds=result.seconds,
            trace=tuple(result.trace),
        )

    def __str__(self) -> str:
        parts = [self.status] if self.status else []
        for level in self.levels:
            known = "" if level.bound in (None, level.value) else f" (bound {shown(level, level.bound)})"
            parts.append(f"{spoken(level.name)} {shown(level, level.value)}{known}")
        if self.gap:
            parts.append(f"gap {percent(self.gap)}")
        return "  ·  ".join(parts)


def shown(level: Level, value: int | None) -> str:
    """A value or a bound of an objective as a picture shows it: whole numbers in groups of three digits."""
    if value is None:
        return ""
    return grouped(value) if level.unit != "share" and level.scale in (None, 1) else level.shown(value)


def percent(share: float) -> str:
    """A share as a percentage of two or three digits; never 0 for what is not."""
    if share == 0:
        return "0 %"
    return f"{100 * share:.1f} %" if share >= 0.001 else "< 0.1 %"
