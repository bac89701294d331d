"""What comes back from ``solve``: the solution, what it is worth, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Literal

from schedsolve.models.claim import Claim
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.level import Level
from schedsolve.models.record import SCHEMA, Record
from schedsolve.models.registry import family
from schedsolve.solvers.stop import relative_gap


class Status(StrEnum):
    """What is known of the problem; OPTIMAL only where bound and objective meet."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class TracePoint:
    """One improvement of the objective or of the bound, ``seconds`` after the start."""

    seconds: float
    objective: int | None
    bound: int | None
    who: str
    stage: str
    """The level of the objective list it speaks of."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer to one ``solve``; its solution was accepted by the independent checker.

    ``objective``, ``bound`` and ``gap`` are those of ``level``: the first objective not proved
    optimal, else the last.
    """

    role: ClassVar[str] = "result"

    kind: str
    problem: str
    """Fingerprint of the problem solved."""
    status: Status
    stopped_by: str
    """proof, time, iterations, target, gap, interrupt or error; iterations also where an engine had no more to do, as
    the dispatch rules do once each has made its schedule."""
    solution: Any | None
    objectives: tuple[Level, ...]
    engine: str | None
    """Who found the solution."""
    proved_by: str | None
    """Who gave the bound."""
    trace: tuple[TracePoint, ...] = ()
    seconds: float = 0.0
    seed: int = 0
    threads: int = 1
    versions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    """The family's settings and objective that the problem was solved with."""
    _read: Mapping[str, Any] | None = field(init=False, default=None, repr=False, compare=False)
    """What the document says that it was read from, the derived values included; a changed copy has none."""

    @property
    def headline(self) -> Level:
        last = self.objectives[-1] if self.objectives else Level("", None, None)
        return next((level for level in self.objectives if not level.closed), last)

    @property
    def level(self) -> str:
        return self.headline.name

    @property
    def objective(self) -> int | None:
        return self.headline.value

    @property
    def bound(self) -> int | None:
        return self.headline.bound

    @property
    def gap(self) -> float | None:
        """(objective - bound) / max(1, abs(objective)); None where one of them is unknown."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound)

    @property
    def claim(self) -> Claim:
        """What a checker may hold this result to: all that its document says, where it was read from one."""
        return Claim(self._read or self._stated())

    def __str__(self) -> str:
        value = "no solution" if self.objective is None else f"{self.level} {self.objective}"
        bound = "" if self.bound is None or self.status is Status.OPTIMAL else f", bound {self.bound}"
        return f"{self.status} {value}{bound} ({self.seconds:.2f} s, {self.engine or 'no engine'})"

    def to_builtins(self) -> dict[str, Any]:
        """The JSON document as plain lists, numbers and strings."""
        return self._stated() | {"solution": self.solution.to_builtins() if self.solution is not None else None}

    def _stated(self) -> dict[str, Any]:
        def level(x: Level) -> dict[str, Any]:
            return {"name": x.name, "value": x.value, "bound": x.bound}

        return {
            "schema": SCHEMA,
            "version": 1,
            "kind": self.kind,
            "role": "result",
            "problem": self.problem,
            "status": str(self.status),
            "stopped_by": self.stopped_by,
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "level": self.level,
            "objectives": [level(x) for x in self.objectives],
            "engine": self.engine,
            "proved_by": self.proved_by,
            "seconds": round(self.seconds, 4),
            "seed": self.seed,
            "threads": self.threads,
            "versions": self.versions,
            "notes": list(self.notes),
            "settings": self.settings,
            "trace": [
                {
                    "seconds": round(p.seconds, 4),
                    "objective": p.objective,
                    "bound": p.bound,
                    "who": p.who,
                    "stage": p.stage,
                }
                for p in self.trace
            ],
        }

    def to_json(self) -> str:
        import msgspec

        return msgspec.json.format(msgspec.json.encode(self.to_builtins()), indent=1).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Result:
        """Read ``to_json``'s document. Raises ``InvalidProblem`` with the JSON path of what is wrong."""
        import msgspec

        try:
            document = msgspec.json.decode(text, type=result_document())
        except (msgspec.DecodeError, UnicodeError, TypeError) as error:  # TypeError: of what is no text
            raise InvalidProblem("JSON", str(error)) from None
        stated = msgspec.to_builtins(document)
        solution = stated.pop("solution")
        if solution is not None:
            solution_type: type[Record] = family(document.kind).load("solution")
            solution = solution_type.from_builtins(solution)
        result = cls(
            kind=document.kind,
            problem=document.problem,
            status=document.status,
            stopped_by=document.stopped_by,
            solution=solution,
            objectives=tuple(Level(**x) for x in stated["objectives"]),
            engine=document.engine,
            proved_by=document.proved_by,
            trace=tuple(TracePoint(**p) for p in stated["trace"]),
            seconds=document.seconds,
            seed=document.seed,
            threads=document.threads,
            versions=document.versions,
            notes=tuple(document.notes),
            settings=document.settings,
        )
        object.__setattr__(result, "_read", stated)
        return result


def result_document() -> Any:
    """The ``msgspec.Struct`` of a result document: strict decoding, and the source of its JSON Schema."""
    import msgspec

    level = msgspec.defstruct("Level", [("name", str), ("value", int | None), ("bound", int | None)])
    point = msgspec.defstruct(
        "TracePoint",
        [("seconds", float), ("objective", int | None), ("bound", int | None), ("who", str), ("stage", str)],
    )
    return msgspec.defstruct(
        "Result",
        [
            ("schema", Literal[SCHEMA]),
            ("version", Literal[1]),
            ("kind", str),
            ("role", Literal["result"], "result"),
            ("problem", str),
            ("status", Status),
            ("stopped_by", str),
            ("objective", int | None),
            ("bound", int | None),
            ("gap", float | None),
            ("level", str),
            ("objectives", list[level]),  # type: ignore[valid-type]
            ("engine", str | None),
            ("proved_by", str | None),
            ("seconds", float),
            ("seed", int),
            ("threads", int),
            ("versions", dict[str, str]),
            ("notes", list[str]),
            ("settings", dict[str, Any]),
            ("trace", list[point]),  # type: ignore[valid-type]
            ("solution", dict[str, Any] | None),
        ],
        kw_only=True,
        forbid_unknown_fields=True,
    )
