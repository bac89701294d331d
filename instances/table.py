"""Planners' tables (CSV): comment lines with settings, a line of column names, rows of cells that know their line.

Commas, semicolons or tabs stand between cells. Comment lines above the column names are ``# name: value``. Columns of
other names than a table knows are not read; one whose name is nearly that of a known one is an error.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from schedsolve.instances.calendars.clock import Clock
from schedsolve.instances.source import Source
from schedsolve.models.dates import LONGEST_TICK
from schedsolve.models.errors import InvalidFile

DELIMITERS = ",;\t"
COMMENT = re.compile(r"^#\s*(\w+)\s*:\s*(.*\S)\s*$")
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
MOST_COLUMNS = 1000
MOST_COMMENTS = 1000
"""Names of comments; one may be there many times, as ``resource`` is."""
MOST_ROWS = 500_000
LONGEST_HEAD = 131_072
"""Characters of the line of column names; of a cell as well, by ``csv``'s own limit."""


class Head(NamedTuple):
    """What stands above the rows: comments, and the column names, their line and delimiter."""

    lines: list[tuple[str, str, int]]
    """The comments in order: name, value, line."""
    line: int
    names: list[str]
    delimiter: str

    @property
    def comments(self) -> dict[str, tuple[str, int]]:
        """Name to value and line; the last one of a name."""
        return {name: (value, line) for name, value, line in self.lines}


def head(source: Source, spellings: Mapping[str, str]) -> Head:
    """What stands above the rows; column names in small letters, known variants as ``spellings`` has them."""
    comments: list[tuple[str, str, int]] = []
    for number, line in enumerate(source.lines, start=1):
        if line.startswith("#"):
            found = COMMENT.match(line.rstrip())  # with blanks at its end it takes the square of its length
            if found:
                comments.append((found[1].lower(), found[2], number))
        elif line.strip():
            delimiter = max(DELIMITERS, key=line.count)
            cells = _head_cells(line, delimiter)
            names = [re.sub(r"[\W_]", "", cell).lower() for cell in cells]
            return Head(comments, number, [spellings.get(name, name) for name in names], delimiter)
    return Head(comments, 1, [], ",")


def _head_cells(line: str, delimiter: str) -> list[str]:
    """The column names, one more than there may be at most; none where the line cannot be that of a table."""
    if line.count(delimiter) < MOST_COLUMNS and len(line) > LONGEST_HEAD:
        return []
    try:
        return next(csv.reader([line], delimiter=delimiter))[: MOST_COLUMNS + 1]
    except csv.Error:
        return []


def check_columns(
    source: Source, head: Head, *, required: Sequence[str], columns: Sequence[str], comments: Sequence[str]
) -> None:
    """Raise for a missing, repeated or misspelt column, or a misspelt comment."""
    if len(head.names) > MOST_COLUMNS:
        raise source.error(f"expected at most {MOST_COLUMNS:,} columns, found more", head.line)
    if len(head.comments) > MOST_COMMENTS:
        raise source.error(f"expected comments of at most {MOST_COMMENTS:,} names, found more", head.lines[-1][2])
    for name, (_, line) in head.comments.items():
        _check_spelling(source, name, comments, line)
    for name in head.names:
        if name in columns and head.names.count(name) > 1:
            raise source.error(f'column "{name}" appears twice', head.line)
        _check_spelling(source, name, columns, head.line)
    missing = [name for name in required if name not in head.names]
    if missing:
        found = ", ".join(filter(None, head.names))
        raise source.error(f'column "{missing[0]}" is missing, found {found}', head.line)


def _check_spelling(source: Source, name: str, known: Sequence[str], line: int) -> None:
    if name in known or len(name) > 2 * max(map(len, known)):
        return
    near = get_close_matches(name, known, n=1, cutoff=0.8)
    if near:
        raise source.error(f'"{name}" is not known; did you mean {near[0]}?', line)


def clock(source: Source, head: Head) -> Clock:
    """From the caller's ``origin`` and ``tick``, else those of the comments."""
    given = {"origin": ("", None), "tick": ("60", None), **head.comments}
    given |= {name: (str(value), None) for name, value in source.settings.items() if name in ("origin", "tick")}
    (origin, origin_line), (tick, tick_line) = given["origin"], given["tick"]
    if not INTEGER.fullmatch(tick) or not 1 <= int(tick) <= LONGEST_TICK:
        expected = f"expected a number of seconds from 1 to {LONGEST_TICK}"
        raise source.error(f'tick: {expected}, found "{tick[:40]}"', tick_line)
    try:
        return Clock.of(origin, int(tick))
    except ValueError:
        raise source.error(f'origin: expected an ISO 8601 date, found "{origin[:40]}"', origin_line) from None


@dataclass
class Cells:
    """One row's cells by the name of their column."""

    source: Source
    line: int
    cells: dict[str, str]

    def text(self, name: str) -> str:
        """The cell; "" where it is empty or the table has no such column."""
        return self.cells.get(name, "")

    def needed(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise self.error(name, "is empty")
        return text

    def number(self, name: str) -> int:
        """A whole number of at least 0."""
        text = self.needed(name)
        if not INTEGER.fullmatch(text):
            raise self.error(name, f'expected a whole number, found "{text[:40]}"')
        if int(text) < 0:
            raise self.error(name, f"expected a number of at least 0, found {text}")
        return int(text)

    def time(self, name: str, clock: Clock) -> int:
        """A number of ticks or, turned into them, a date; a ``release`` is rounded up and at least 0."""
        text = self.text(name)
        if INTEGER.fullmatch(text):
            return self.number(name) if name == "release" else int(text)
        try:
            return max(0, clock.ticks(text, up=True)) if name == "release" else clock.ticks(text, up=False)
        except ValueError as error:
            raise self.error(name, str(error)) from None

    def error(self, name: str, message: str) -> InvalidFile:
        return self.source.error(f"column {name}: {message}", self.line)


def rows(source: Source, head: Head) -> Iterator[Cells]:
    """The rows below the column names that are not blank."""
    lines = source.lines[head.line :]
    if len(lines) > MOST_ROWS:
        raise source.error(f"expected at most {MOST_ROWS:,} rows, found more", head.line + MOST_ROWS)
    reader = csv.reader((line + "\n" for line in lines), delimiter=head.delimiter, strict=True)
    width, line = len(head.names), head.line + 1
    try:
        for words in reader:
            cells = [word.strip() for word in words]
            if any(cells[width:]):
                raise source.error(f"expected {width} columns, found {len(cells)}", line)
            if any(cells):
                yield Cells(source, line, dict(zip(head.names, cells, strict=False)))
            line = head.line + reader.line_num + 1
    except csv.Error as error:
        raise source.error(f"{error}; is a quote left open here?", line) from None
