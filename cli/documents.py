"""The JSON that commands print beside problems, solutions and results; also the source of its JSON Schema."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from schedsolve.benchmarks.compare import EngineRow, InstanceRow
from schedsolve.benchmarks.runs import Run

SCHEMA: Final = "schedsolve/1"


class Document(msgspec.Struct, kw_only=True, omit_defaults=False):
    """What every document begins with."""

    schema: Literal["schedsolve/1"] = SCHEMA
    version: int = 1


class Objective(msgspec.Struct):
    """One objective of a list and its value or its bound."""

    name: str
    value: int | None


class BrokenRule(msgspec.Struct):
    """A violation: a stable code, what is involved, where and by how much."""

    code: str
    message: str
    things: dict[str, list[int]]
    interval: list[int] | None
    amount: int | None


class Validation(Document, kw_only=True):
    """The answer of ``validate``."""

    role: Literal["validation"] = "validation"
    kind: str
    problem: str
    feasible: bool
    """Nothing is wrong: no rule is broken, and all that a result states is true."""
    objectives: list[Objective]
    """Recomputed; empty where there is no solution, or one that has not even the right shape."""
    violations: list[BrokenRule]


class Known(msgspec.Struct):
    """Best-known bounds of the literature."""

    lower: int | None
    upper: int | None
    source: str
    date: str


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
    bounds: list[Objective]
    best_known: Known | None
    engines: dict[str, list[str]]
    """Engine to what it does not model; empty: it can solve the problem."""
    settings: list[SettingNow]
    rules: list[str]


class Event(msgspec.Struct, kw_only=True, tag_field="type", tag=str.lower):
    """One line of ``solve --format jsonl``."""

    schema: Literal["schedsolve/1"] = SCHEMA


class Start(Event, kw_only=True):
    """The problem was read; solving begins."""

    kind: str
    name: str
    problem: str
    objectives: list[str]
    engine: str
    time_limit: float | None
    threads: int | None
    """None: as many as there are cores."""
    seed: int


class Improvement(Event, kw_only=True):
    """A better solution was accepted."""

    seconds: float
    objective: int | None
    bound: int | None
    engine: str
    stage: str
    """The objective that the numbers speak of."""


class Bound(Event, kw_only=True):
    """The bound was raised."""

    seconds: float
    objective: int | None
    bound: int | None
    engine: str
    stage: str


class Result(Event, kw_only=True):
    """The end: the result document without its solution and its trace."""

    kind: str
    version: int
    role: str
    problem: str
    status: str
    stopped_by: str
    objective: int | None
    bound: int | None
    gap: float | None
    level: str
    objectives: list[dict[str, Any]]
    engine: str | None
    proved_by: str | None
    seconds: float
    seed: int
    threads: int
    versions: dict[str, str]
    notes: list[str]
    settings: dict[str, Any]


class Error(Event, kw_only=True):
    """What went wrong; also on stderr, and the exit code says what kind it is."""

    code: str
    message: str
    file: str | None
    line: int | None


class Comparison(Document, kw_only=True):
    """The answer of ``compare``."""

    role: Literal["comparison"] = "comparison"
    target: float
    """Within this share of the best known objective a run is on target."""
    engines: list[EngineRow]
    instances: list[InstanceRow]
    notes: list[str]
    """What is missing in the numbers."""


class Constraint(msgspec.Struct):
    """A constraint of a problem: its kind, the indices of what it is about, and the constraint as a sentence."""

    code: str
    things: dict[str, int]
    words: str


class Change(msgspec.Struct):
    """A change of one constraint that makes the problem solvable."""

    item: Constraint
    amount: int | None
    """None: it is given up altogether."""
    words: str


class Explained(Document, kw_only=True):
    """The answer of ``explain``."""

    role: Literal["explanation"] = "explanation"
    kind: str
    problem: str
    feasible: bool | None
    """None: not known in time."""
    conflict: list[Constraint]
    """They cannot hold together; empty where the problem is solvable."""
    minimal: bool
    """Is each of them needed for that?"""
    relaxations: list[Change]
    """Each makes the problem solvable by itself."""
    seconds: float
    notes: list[str]


DOCUMENTS: dict[str, Any] = {
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


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one of ``DOCUMENTS``."""
    return msgspec.json.schema(DOCUMENTS[name])
