"""The JSON that commands print beside problems, solutions and results; also the source of its JSON Schema."""

from __future__ import annotations

from types import UnionType
from typing import Any, Literal, Self

import msgspec

from schedsolve.benchmarks.compare import EngineRow, InstanceRow
from schedsolve.benchmarks.runs import Run
from schedsolve.cli.events import SCHEMA, Bound, Error, Improvement, Result, Start
from schedsolve.instances.best_known import BestKnown
from schedsolve.models.objective import Objective
from schedsolve.models.violation import Violation
from schedsolve.solvers.explain.explanation import Item, Relaxation


class Document(msgspec.Struct, kw_only=True, omit_defaults=False):
    """What every document begins with."""

    schema: Literal["schedsolve/1"] = SCHEMA
    version: int = 1


class ObjectiveValue(msgspec.Struct):
    """One objective of a list and its value or its bound."""

    name: str
    value: int | None
    unit: str | None = None
    """Of what ``value / scale`` is an amount: time, money, count, share, bytes."""
    scale: int | None = None
    """Parts of a unit that the value counts: 1000 where it counts thousandths."""

    @classmethod
    def of(cls, objective: Objective, value: int | None) -> Self:
        return cls(objective.name, value, objective.unit, objective.scale)


class Validation(Document, kw_only=True):
    """The answer of ``validate``."""

    role: Literal["validation"] = "validation"
    kind: str
    problem: str
    feasible: bool
    """Nothing is wrong: no rule is broken, and all that a result states is true."""
    objectives: list[ObjectiveValue]
    """Recomputed; empty where there is no solution, or one that has not even the right shape."""
    violations: list[Violation]


class SettingNow(msgspec.Struct):
    """A setting of the family and its present value."""

    name: str
    type: str
    meaning: str
    choices: list[str]
    value: Any


class Info(Document, kw_only=True):
    """The answer of ``info``."""

    role: Literal["info"] = "info"
    kind: str
    title: str
    name: str
    problem: str
    data: str
    """Fingerprint of the constraints alone; ``problem`` includes the objective."""
    sizes: dict[str, int]
    features: list[str]
    bounds: list[ObjectiveValue]
    best_known: BestKnown | None
    engines: dict[str, list[str]]
    """Engine to what it does not model; empty: it can solve the problem."""
    settings: list[SettingNow]
    rules: list[str]


class Comparison(Document, kw_only=True):
    """The answer of ``compare``."""

    role: Literal["comparison"] = "comparison"
    target: float
    """Within this share of the best known objective a run is on target."""
    engines: list[EngineRow]
    instances: list[InstanceRow]
    notes: list[str]
    """What is missing in the numbers."""


class Explained(Document, kw_only=True):
    """The answer of ``explain``."""

    role: Literal["explanation"] = "explanation"
    kind: str
    problem: str
    feasible: bool | None
    """None: not known in time."""
    conflict: list[Item]
    """They cannot hold together; empty where the problem is solvable."""
    minimal: bool
    """Is each of them needed for that?"""
    relaxations: list[Relaxation]
    """Each makes the problem solvable by itself."""
    seconds: float
    notes: list[str]


DOCUMENTS: dict[str, type[msgspec.Struct] | UnionType] = {
    "validation": Validation,
    "info": Info,
    "explanation": Explained,
    "event": Start | Improvement | Bound | Result | Error,
    "run": Run,
    "comparison": Comparison,
}


def encode(document: msgspec.Struct) -> str:
    """Indented JSON."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode()


def schema(name: str) -> dict[str, object]:
    """The JSON Schema of one of ``DOCUMENTS``."""
    return msgspec.json.schema(DOCUMENTS[name])
