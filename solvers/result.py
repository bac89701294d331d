"""What comes back from ``solve``: the solution, what it is worth, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import ClassVar, Literal

import msgspec

from schedsolve.models.claim import Claim, Stated
from schedsolve.models.contracts import Solution
from schedsolve.models.details import checked_details
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.level import Level
from schedsolve.models.plain import Json
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


class Statement(msgspec.Struct, kw_only=True):
    """What a result states, in JSON: of its document, and of the event that ends a stream."""

    schema: Literal["schedsolve/1"]
    version: Literal[1]
    kind: str
    role: Literal["result"] = "result"
    problem: str
    status: Status
    stopped_by: str
    objective: int | None
    bound: int | None
    gap: float | None
    level: str
    objectives: list[Level]
    engine: str | None
    proved_by: str | None
    seconds: float
    seed: int
    threads: int
    versions: dict[str, str]
    notes: list[str]
    settings: dict[str, Json]
    details: dict[str, Json] | msgspec.UnsetType = msgspec.UNSET
    """What the family tells of the solution beside its objectives, by name; left out where that is nothing."""


class ResultDocument(Statement, kw_only=True, forbid_unknown_fields=True):
    """The JSON of a result: how it is written and read, and its schema."""

    trace: list[TracePoint]
    solution: dict[str, Json] | None


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
    solution: Solution | None
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
    settings: dict[str, Json] = field(default_factory=dict)
    """The family's settings and objective that the problem was solved with."""
    details: Mapping[str, Json] = field(default_factory=dict)
    """What the family tells of the solution beside its objectives, by name: plain values of JSON."""
    _read: Stated | None = field(init=False, default=None, repr=False, compare=False)
    """What the document says that it was read from, the derived values included; a changed copy has none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "details", checked_details(self.details))

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
        return Claim(self._read or _stated(self.document(solved=False)))

    def __str__(self) -> str:
        head = self.headline
        value = "no solution" if head.value is None else f"{head.name} {head.shown(head.value)}"
        bound = "" if head.bound is None or self.status is Status.OPTIMAL else f", bound {head.shown(head.bound)}"
        return f"{self.status} {value}{bound} ({self.seconds:.2f} s, {self.engine or 'no engine'})"

    def document(self, *, solved: bool = True) -> ResultDocument:
        """All of it in the form of its JSON; without the solution where not ``solved``."""
        head = self.headline
        return ResultDocument(
            schema=SCHEMA,
            version=1,
            kind=self.kind,
            problem=self.problem,
            status=self.status,
            stopped_by=self.stopped_by,
            objective=head.value,
            bound=head.bound,
            gap=self.gap,
            level=head.name,
            objectives=list(self.objectives),
            engine=self.engine,
            proved_by=self.proved_by,
            seconds=round(self.seconds, 4),
            seed=self.seed,
            threads=self.threads,
            versions=self.versions,
            notes=list(self.notes),
            settings=self.settings,
            details=dict(self.details) or msgspec.UNSET,
            trace=[replace(point, seconds=round(point.seconds, 4)) for point in self.trace],
            solution=self.solution.to_builtins() if solved and self.solution is not None else None,
        )

    def to_builtins(self) -> dict[str, Json]:
        """The JSON document as plain lists, numbers and strings."""
        plain: dict[str, Json] = msgspec.to_builtins(self.document())
        return plain

    def to_json(self) -> str:
        return msgspec.json.format(msgspec.json.encode(self.document()), indent=1).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Result:
        """Read ``to_json``'s document. Raises ``InvalidProblem`` with the JSON path of what is wrong."""
        try:
            document = msgspec.json.decode(text, type=ResultDocument)
        except (msgspec.DecodeError, UnicodeError, TypeError) as error:  # TypeError: of what is no text
            raise InvalidProblem("JSON", str(error)) from None
        values = {f.name: getattr(document, f.name) for f in fields(cls) if f.init}
        for name in ("objectives", "trace", "notes"):
            values[name] = tuple(values[name])
        if document.details is msgspec.UNSET:
            values["details"] = {}
        if document.solution is not None:
            solution_type: type[Record] = family(document.kind).load("solution")
            values["solution"] = solution_type.from_builtins(document.solution)
        result = cls(**values)
        object.__setattr__(result, "_read", _stated(document))
        return result


def _stated(document: ResultDocument) -> Stated:
    """All that is said beside the solution."""
    plain = msgspec.to_builtins(msgspec.structs.replace(document, solution=None))
    del plain["solution"]
    stated: Stated = plain
    return stated
