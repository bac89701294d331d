"""Runs: what is to be run, what came of it, and the file in which the records are kept.

The file is JSON Lines: one record in each line, appended as a whole when its run has finished. Records are never
rewritten. Half a line that a crash has left at the end is cut off before the next one is written.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from schedsolve.instances import content
from schedsolve.instances.best_known import BestKnown
from schedsolve.models.contracts import Problem
from schedsolve.models.errors import InvalidFile
from schedsolve.models.level import Level

BEGIN = b'{"type":"run",'
"""How the line of a record begins. Anything else at the end of a file was not written here and is not cut off."""

MOST_RUNS = 500_000
"""Lines of a file that is read."""

MOST_VALUE = 10**300
"""Of an objective or a bound: what lies beyond has no gap that could be computed."""

Tuning = dict[str, dict[str, Any]]
"""Engine to its tuning numbers."""

Status = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN", "FAILED"]


@dataclass(frozen=True)
class Task:
    """One run to be done: it can be sent to another process or machine, the problem in it."""

    problem: Problem
    instance: str
    engine: str
    seed: int
    threads: int
    time_limit: float | None
    """Seconds; None: until it ends by itself."""
    iterations: int | None = None
    params: Tuning = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes two runs the same one."""
        return _key(self, self.problem.fingerprint)


class Order(msgspec.Struct):
    """A task as the process of its run is told it."""

    kind: str
    problem: dict[str, Any]
    engine: str
    seed: int
    threads: int
    time_limit: float | None
    iterations: int | None
    params: Tuning

    @classmethod
    def of(cls, task: Task) -> Order:
        """That of a task."""
        return cls(
            kind=task.problem.kind,
            problem=task.problem.to_builtins(),
            engine=task.engine,
            seed=task.seed,
            threads=task.threads,
            time_limit=task.time_limit,
            iterations=task.iterations,
            params=task.params,
        )


class Point(msgspec.Struct, forbid_unknown_fields=True):
    """The first objective and its bound, ``seconds`` after the run's start."""

    seconds: float
    objective: int | None
    bound: int | None


class Run(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="run"):
    """The record of one run; what is not known of it is null."""

    schema: Literal["schedsolve/1"] = "schedsolve/1"
    kind: str
    instance: str
    problem: str
    """Fingerprint of the problem, objective included."""
    engine: str
    seed: int
    threads: int
    time_limit: float | None
    iterations: int | None
    """The limit of work, in the engine's own count."""
    params: Tuning
    status: Status
    """FAILED: no answer, or one that the checker refused; ``error`` says why."""
    stopped_by: str | None = None
    level: str | None = None
    """The objective that ``objective``, ``bound`` and ``gap`` speak of: the first not proved optimal, else the last."""
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    """(objective - bound) / max(1, abs(objective))."""
    objectives: list[Level] = []
    best_known: BestKnown | None = None
    """When the run was recorded."""
    gap_to_best_known: float | None = None
    """(objective - upper) / max(1, abs(upper)) of the first objective that is not as known; negative: better."""
    seconds: float | None = None
    """From the call of the engine to its return."""
    wall_seconds: float
    """Of the whole process, its start and the reading of the problem included."""
    cpu_seconds: float | None = None
    """Of the process and those it started and waited for."""
    peak_memory_mb: float | None = None
    trace: list[Point] = []
    notes: list[str] = []
    error: str | None = None
    versions: dict[str, str] = {}

    @property
    def key(self) -> str:
        """As the key of the task that it records."""
        return _key(self, self.problem)

    @property
    def failed(self) -> bool:
        return self.status == "FAILED"

    @property
    def headline(self) -> Level:
        """The objective that is called ``level``."""
        found = (level for level in self.objectives if level.name == self.level)
        return next(found, Level(self.level or "", self.objective, self.bound))

    @property
    def value(self) -> int | None:
        """Of the first objective."""
        return self.objectives[0].value if self.objectives else None


def _key(run: Task | Run, fingerprint: str) -> str:
    parts = [fingerprint, run.engine, run.seed, run.time_limit, run.threads, run.iterations, run.params]
    return json.dumps(parts, sort_keys=True)


def read_runs(path: str | os.PathLike[str]) -> list[Run]:
    """The records of a file; half a record at its end is left out. Raises ``InvalidFile`` with path and line."""
    return _decoded(bytes(content.read(os.fspath(path))), os.fspath(path))


def holds_runs(path: Path) -> bool:
    """Is it a file of records? It may be empty, or have the beginning of one only."""
    if path.suffix.lower() != ".jsonl":
        return False
    try:
        with path.open("rb") as file:
            return BEGIN.startswith(file.read(len(BEGIN)))
    except OSError:  # its reader will say so
        return False


def _decoded(data: bytes, path: str) -> list[Run]:
    if data.count(b"\n") > MOST_RUNS:
        raise InvalidFile(path, f"holds more than {MOST_RUNS:,} lines")
    *lines, rest = data.split(b"\n")
    decoder = msgspec.json.Decoder(Run)
    runs = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                runs.append(decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise InvalidFile(path, f"no record of a run: {error}", number) from None
            if any(abs(value) > MOST_VALUE for value in _values(runs[-1])):
                raise InvalidFile(path, "no record of a run: a value beyond 10^300", number)
    if rest[: len(BEGIN)] != BEGIN[: len(rest)]:
        raise InvalidFile(path, "no record of a run", len(lines) + 1)
    return runs


def _values(run: Run) -> Iterator[int]:
    """All that gaps and means are made of."""
    for level in run.objectives:
        yield from (value for value in (level.value, level.bound, level.scale) if value is not None)
    if run.best_known is not None:
        yield from (*run.best_known.bounds, *run.best_known.values)


def merged(runs: Iterable[Run]) -> list[Run]:
    """One record for each key, the last one, in the order of their first ones."""
    return list({run.key: run for run in runs}.values())


class RunFile:
    """A file of records that this process alone is writing to."""

    def __init__(self, file: IO[bytes], runs: list[Run]):
        self._file = file
        self.runs = runs
        """The records in it."""

    def append(self, run: Run) -> None:
        """Write the record as one line, in one piece, and see that it reaches the disk."""
        line = msgspec.json.encode(run) + b"\n"
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.runs.append(run)
            os.fsync(self._file.fileno())
        except OSError as error:
            error.filename = self._file.name
            raise


@contextmanager
def appending(path: str | os.PathLike[str]) -> Iterator[RunFile]:
    """Open a file of records, or make it, cut off half a record at its end, and keep other writers out.

    Raises ``InvalidFile`` where it holds anything else, cannot be written to, or another process writes to it.
    """
    place = os.fspath(path)
    try:
        file = open(place, "a+b", buffering=0)  # noqa: SIM115 (closed below)
    except OSError as error:
        raise InvalidFile(place, f"cannot be written: {(error.strerror or str(error)).lower()}") from None
    with file:
        if not _locked(file):
            raise InvalidFile(place, "another bench is writing to it")
        file.seek(0)
        content.check_size(file, place)
        data = file.read()
        runs = _decoded(data, place)
        file.truncate(data.rfind(b"\n") + 1)
        yield RunFile(file, runs)


def _locked(file: IO[bytes]) -> bool:
    """Take the file for this process alone until it is closed; always true where the system has no such locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
