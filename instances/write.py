"""Write problems, schedules and results to files, each whole or not at all."""

from __future__ import annotations

import gzip
import os
import sys
from itertools import chain
from pathlib import Path

from schedsolve.instances import csv_text, native
from schedsolve.instances.formats import FORMATS, Format, for_writing, named
from schedsolve.instances.output import naming_stdout, write_bytes
from schedsolve.instances.source import plain_name
from schedsolve.models import arguments
from schedsolve.models.claim import solution_and_claim
from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.family import resolve
from schedsolve.models.registry import family


def save(
    thing: native.Native,
    path: str | os.PathLike[str],
    *,
    problem: Problem | None = None,
    format: str | None = None,
) -> None:
    """Write a problem, a solution or a result; ``-`` is standard output, ``….gz`` compresses.

    The suffix says the format (``format`` overrides; ``-`` is JSON). A problem goes to any format that
    can hold all of it; a solution or result to ``.json``, or, with its ``problem``, as a table of the
    solution to ``.csv`` or in another format of the family's. Raises ``InvalidFile`` where that is not
    possible, ``UnknownName`` for a format, and ``InvalidOption`` for what can not be written anywhere.

    >>> problem = load("ft06")
    >>> save(problem, "ft06.json")
    >>> load("ft06.json") == problem
    True
    >>> save(solve(problem), "plan.csv", problem=problem)
    """
    place = arguments.path("path", path)
    if format is not None:
        arguments.text("format", format)
    suffix = ".json" if place == "-" else Path(plain_name(place)).suffix.lower()
    if arguments.is_problem(thing):
        text = _problem_text(thing, place, suffix, format)
    else:
        solution, _ = solution_and_claim(thing, name="thing", expected="a problem, a solution or a Result")
        suffix = FORMATS[format].suffixes[0] if format in FORMATS else suffix
        text = (
            native.write(thing) if suffix == ".json" else _solution_text(thing.kind, solution, place, suffix, problem)
        )
    write_file(place, text)


def write_file(path: str, text: str) -> None:
    """Write text to a file, or to standard output for ``-``, whole or not at all."""
    if path == "-":
        with naming_stdout():
            sys.stdout.write(text)
        return
    data = text.encode()
    write_bytes(path, gzip.compress(data, mtime=0) if path.lower().endswith(".gz") else data)


def check_suffix(path: str, kind: str) -> None:
    """Raise ``InvalidFile`` where solutions of a kind are not written with the path's suffix."""
    suffix = Path(plain_name(path)).suffix.lower()
    known = suffixes_of(kind)
    if suffix not in known:
        raise InvalidFile(path, f'{family(kind).nouns.a_solution} is written as {" or ".join(known)}, not "{suffix}"')


def suffixes_of(kind: str) -> list[str]:
    """The suffixes that solutions of a kind are written with."""
    parts = family(kind)
    return [".json", *([".csv"] if parts.table else []), *parts.writes]


def solution_table(problem: Problem, solution: Solution) -> str:
    """The solution as CSV, the columns being those of the family's table."""
    columns, rows = family(problem.kind).load("table")(problem, solution)
    return csv_text.for_spreadsheets(chain([columns], rows))


def _problem_text(problem: Problem, path: str, suffix: str, format: str | None) -> str:
    """The text in the first of the suffix's formats that can hold all of the problem."""
    formats = [named(format)] if format else for_writing(path, suffix, problem.kind)
    refusals = []
    for chosen in formats:
        try:
            _check_carries(problem, chosen)
            return str(resolve(chosen.write)(problem))
        except InvalidProblem as error:
            refusals.append(str(error))
    raise InvalidFile(path, refusals[0])


def _check_carries(problem: Problem, chosen: Format) -> None:
    """Raise where the format would drop a part of the problem."""
    if chosen.carries is None:
        return
    fields = set(problem.to_builtins(labels=False))
    lost = sorted(fields - chosen.carries)
    if lost:
        able = [f.suffixes[0] for f in FORMATS.values() if f.carries is None or fields <= f.carries]
        raise InvalidProblem(chosen.name, f"cannot carry {', '.join(lost)}: use {' or '.join(able)}")


def _solution_text(kind: str, solution: Solution | None, path: str, suffix: str, problem: Problem | None) -> str:
    """The solution as a table, or as one of the family's own files."""
    check_suffix(path, kind)
    if problem is None:
        raise InvalidFile(path, f"a table of the {family(kind).nouns.solution} needs its problem; .json does not")
    if arguments.problem(problem).kind != kind:
        raise InvalidFile(path, f"a solution of kind {kind}, the problem is {problem.kind}")
    if solution is None:
        raise InvalidFile(path, "the result holds no solution to write as a table")
    own = family(problem.kind).writes
    try:
        if suffix in own:
            return str(resolve(own[suffix])(problem, solution))
        return solution_table(problem, solution)
    except InvalidProblem as error:
        raise InvalidFile(path, str(error)) from None
