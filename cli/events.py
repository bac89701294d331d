"""The lines of ``solve --format jsonl``, one JSON object each; also the source of their JSON Schema."""

from __future__ import annotations

import json
from typing import Final, Literal, Self

import msgspec

from schedsolve.cli.echo import echo_document
from schedsolve.solvers import result as solvers
from schedsolve.solvers.result import Statement

SCHEMA: Final = "schedsolve/1"


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

    @classmethod
    def of(cls, point: solvers.TracePoint) -> Self:
        return cls(
            seconds=round(point.seconds, 4),
            objective=point.objective,
            bound=point.bound,
            engine=point.who,
            stage=point.stage,
        )


class Bound(Improvement, kw_only=True):
    """The bound was raised."""


class Result(Statement, kw_only=True, tag_field="type", tag="result"):
    """The end: the result document without its solution and its trace."""

    @classmethod
    def of(cls, result: solvers.Result) -> Self:
        document = result.document(solved=False)
        return cls(**{name: getattr(document, name) for name in cls.__struct_fields__})


class Error(Event, kw_only=True):
    """What went wrong; also on stderr, and the exit code says what kind it is."""

    code: str
    message: str
    file: str | None
    line: int | None


def emit(event: Event | Result) -> None:
    """Write one line of the stream."""
    echo_document(json.dumps({"schema": SCHEMA} | msgspec.to_builtins(event)))
