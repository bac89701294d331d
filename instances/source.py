"""What a reader reads: text with a name and a place, and its rows of numbers.

A file is plain or gzip (told by its first bytes, not by its name), UTF-8, with any line ends.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.instances.characters import plain
from schedsolve.models.errors import InvalidFile
from schedsolve.models.record import FAR

GZIP_MAGIC = b"\x1f\x8b"
COMMENT_MARKS = ("#", "//")
TERMINATOR = ["-1", "-1"]
"""Ends a row of the job-shop text formats where rows differ in length."""


class Row(NamedTuple):
    """The words of one line, without comment and terminator; ``line`` is 1-based."""

    line: int
    words: list[str]
    terminated: bool


class Numbers(NamedTuple):
    """Rows of integers, joined: row r is ``values[ptr[r]:ptr[r + 1]]`` and stands in line ``line[r]``."""

    line: npt.NDArray[np.int64]
    ptr: npt.NDArray[np.int64]
    values: npt.NDArray[np.int64]

    def place(self, index: int) -> tuple[int, int]:
        """The line of ``values[index]`` and its place in it, both from 1."""
        row = int(np.searchsorted(self.ptr, index, side="right")) - 1
        return int(self.line[row]), index - int(self.ptr[row]) + 1


@dataclass(frozen=True)
class Source:
    """A text to read. ``path`` is for errors, ``name`` becomes the problem's name where the text has none.

    ``settings`` are those that the caller will apply to the problem; a reader may need one to read it
    (the ``origin`` that turns dates into times).
    """

    text: str
    path: str
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""
    """Closes every error: how the text was read, and how it could be read otherwise."""

    def error(self, message: str, line: int | None = None) -> InvalidFile:
        """The error to raise for something wrong in this text."""
        return InvalidFile(self.path, message + self.hint, line)

    @property
    def suffix(self) -> str:
        """``.fjs`` of ``mk01.fjs`` and of ``mk01.fjs.gz``; "" where there is none."""
        return Path(plain_name(self.path)).suffix.lower()

    @cached_property
    def rows(self) -> list[Row]:
        """The lines that hold words, without comments (``#`` or ``//`` to the end of the line)."""
        rows = []
        for number, line in enumerate(self.text.split("\n"), start=1):
            for mark in COMMENT_MARKS:
                if mark in line:
                    line = line[: line.index(mark)]
            words = line.split()
            if words:
                ended = words[-2:] == TERMINATOR
                rows.append(Row(number, words[:-2] if ended else words, ended))
        return rows

    def header(self, *names: str, optional: int = 0) -> list[int]:
        """The first row as integers of at least 1, one for each name; ``optional`` more words may follow."""
        expected = f'expected the header "{" ".join(names)}"'
        if not self.rows:
            raise self.error(f"{expected}, found no data")
        line, words, _ = self.rows[0]
        found = f'{expected}, found "{_shown(words)}"'
        if not len(names) <= len(words) <= len(names) + optional:
            raise self.error(found, line)
        try:
            values = [int(word) for word in words[: len(names)]]
        except ValueError:
            raise self.error(found, line) from None
        for name, value in zip(names, values, strict=True):
            if not 1 <= value < FAR:
                raise self.error(f"expected {name} of at least 1, found {value}", line)
        return values

    def body(self, count: int, what: str) -> Numbers:
        """The rows below the header, which must be ``count`` (one for each ``what``), as integers."""
        rows = self.rows[1:]
        values: list[int] = []
        for row in rows:
            try:
                values.extend(map(int, row.words))
            except ValueError:
                bad = next(word for word in row.words if not _is_integer(word))
                raise self.error(f'expected an integer, found "{bad[:40]}"', row.line) from None
        if len(rows) < count:
            raise self.error(f"expected {count} {what} rows, found {len(rows)}", self.rows[-1].line)
        if len(rows) > count:
            raise self.error(f"expected {count} {what} rows, found {len(rows)}", rows[count].line)
        ptr = np.cumsum([0, *(len(row.words) for row in rows)])
        line = np.array([row.line for row in rows])
        try:
            numbers = Numbers(line, ptr, np.array(values, dtype=np.int64))
        except OverflowError:
            numbers = Numbers(line, ptr, np.clip(np.array(values, dtype=object), -FAR - 1, FAR + 1).astype(np.int64))
        far = np.flatnonzero(np.abs(numbers.values) > FAR)
        if len(far):
            at, place = numbers.place(int(far[0]))
            raise self.error(f"number {place} is beyond 2^53", at)
        return numbers


def open_source(path: str, settings: Mapping[str, Any] | None = None) -> Source:
    """Read a file, or standard input for ``-``. Raises ``InvalidFile`` for what is not readable text."""
    shown = "standard input" if path == "-" else path
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        reason = {IsADirectoryError: "is a directory, not a file", FileNotFoundError: "no such file"}
        message = reason.get(type(error), f"cannot be read: {(error.strerror or str(error)).lower()}")
        raise InvalidFile(shown, message) from None
    if data.startswith(GZIP_MAGIC):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise InvalidFile(shown, "truncated or damaged gzip") from None
    return Source(
        _decoded(data, shown), shown, "" if path == "-" else plain(Path(plain_name(path)).stem), settings or {}
    )


def plain_name(path: str) -> str:
    """The path without ``.gz``."""
    return path[:-3] if path.lower().endswith(".gz") else path


def _decoded(data: bytes, path: str) -> str:
    if b"\0" in data:
        raise InvalidFile(path, "is a binary file, not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidFile(path, f"is not UTF-8 text (byte 0x{data[error.start]:02x})", line) from None
    if not text.strip():
        raise InvalidFile(path, "is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_integer(word: str) -> bool:
    try:
        int(word)
    except ValueError:
        return False
    return True


def _shown(words: list[str]) -> str:
    text = " ".join(words[:8])
    return text if len(words) <= 8 and len(text) <= 60 else text[:60] + " …"
