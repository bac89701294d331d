"""What a reader reads: bytes with a name and a place; their text, its lines, and its rows of numbers.

A file is plain or gzip (its first bytes say which, not its name). Bytes are decoded when a format asks for text, which
is UTF-8 with any line ends; a format of bytes takes them as they are. Words and lines take many times the memory of
the text that they are in, so there are limits for both, far beyond all problems that can be solved.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.instances.characters import plain
from schedsolve.instances.content import VARIABLE, check_text, expect_text, most_bytes, spelt
from schedsolve.instances.content import read as read_bytes
from schedsolve.models.errors import InvalidFile
from schedsolve.models.numerals import integers, is_integer
from schedsolve.models.record import FAR

MOST_LINES = 2_000_000
LONGEST_LINE = 10_000_000
"""Characters of a line."""
MOST_WORDS = 5_000_000
"""Of a text of numbers."""
SHARE_OF_TEXT = 4
"""Native JSON may be as large as any input, other texts have this part of it, and so has what is not all ASCII."""
HEAD = 4096
"""Bytes that tell a format of bytes, or one of JSON."""
PIECE = 2**16
"""Bytes that are decoded at once where they are only checked."""
BLANKS, BLANKS_OF_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*"), re.compile(r"\s*")
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


@dataclass(eq=False)
class Source:
    """What is to be read. ``path`` is for errors, ``name`` becomes the problem's name where the content has none.

    ``settings`` are those that the caller gives: the ones that the format declares, in their types, and those of the
    problem as they are written; a reader may need one of these as well (the ``origin`` that turns dates into times).
    """

    content: str | bytes | bytearray
    """The bytes, or their text as soon as a format of text has asked for it: there is no room for both."""
    path: str
    name: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    hint: str = ""
    """Closes every error: how the content was read, and how it could be read otherwise."""
    kind: str = ""
    """The kind of problem that is asked for, where the format holds several."""

    # --- content ------------------------------------------------------------------------------

    @property
    def head(self) -> bytes:
        """The first bytes, without a byte order mark: what recognisers of JSON and of bytes look at."""
        first = self.content[: HEAD + len(codecs.BOM_UTF8)]
        data = first.encode(errors="replace") if isinstance(first, str) else bytes(first)
        return data.removeprefix(codecs.BOM_UTF8)[:HEAD]

    def opens_with(self, mark: str) -> bool:
        """Does the content begin with ``mark`` (ASCII), behind blanks and a byte order mark? Nothing is decoded."""
        if isinstance(self.content, str):
            blanks = BLANKS_OF_TEXT.match(self.content)
            return blanks is not None and self.content.startswith(mark, blanks.end())
        found = BLANKS.match(self.content)
        return found is not None and self.content.startswith(mark.encode(), found.end())

    @property
    def data(self) -> bytes | bytearray:
        """All bytes as they are, for a format of bytes."""
        return self.content.encode() if isinstance(self.content, str) else self.content

    @property
    def utf8(self) -> str | memoryview:
        """The text, or its bytes without byte order mark: for parsers that take both. Raises ``InvalidFile``.

        Nothing is copied. Line ends are as they are.
        """
        if isinstance(self.content, str):
            return self.content
        self._check_size(self.content)
        self._check_utf8(self.content)
        return memoryview(self.content)[self._mark :]

    def line_at(self, place: int) -> int:
        """The line, from 1, of a byte of ``utf8``."""
        data, end = self.data, place + self._mark
        returns = data.count(b"\r", 0, end) - data.count(b"\r\n", 0, end + 1)
        return data.count(b"\n", 0, end) + returns + 1

    @property
    def _mark(self) -> int:
        """How many bytes the byte order mark has; 0 where there is none, or text."""
        marked = not isinstance(self.content, str) and self.content.startswith(codecs.BOM_UTF8)
        return len(codecs.BOM_UTF8) if marked else 0

    @property
    def text(self) -> str:
        """The text, its line ends being line feeds. Raises ``InvalidFile`` for what is none, or too much of it."""
        if not isinstance(self.content, str):
            self._check_size(self.content)
            self._check_utf8(self.content)
            text = str(self.content, "utf-8-sig")
            self.content = b""
            if text.isspace():
                raise InvalidFile(self.path, "is empty")
            self.content = text.replace("\r\n", "\n").replace("\r", "\n")
        return self.content

    def _check_size(self, data: bytes | bytearray) -> None:
        """Refuse too much text, before it takes up to four times its size."""
        share = most_bytes() // SHARE_OF_TEXT
        if len(data) > share and not (self.opens_with("{") and data.isascii()):
            limit = f"{spelt(share)}, a quarter of {VARIABLE}"
            message = f"is larger than {limit}: all of it is only for native JSON in ASCII"
            raise InvalidFile(self.path, message)

    def _check_utf8(self, data: bytes | bytearray) -> None:
        """Raise for bytes that are no text."""
        check_text(data, self.path)
        if data.isascii():
            return
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(piece, final=start + PIECE >= len(data))
            except UnicodeDecodeError as error:
                at = start - waiting + error.start
                line = data.count(b"\n", 0, at) + 1
                raise InvalidFile(self.path, f"is not UTF-8 text (byte 0x{data[at]:02x})", line) from None

    def error(self, message: str, line: int | None = None) -> InvalidFile:
        """The error to raise for something wrong in the content."""
        return InvalidFile(self.path, message + self.hint, line)

    @property
    def suffix(self) -> str:
        """``.fjs`` of ``mk01.fjs`` and of ``mk01.fjs.gz``; "" where there is none."""
        return Path(plain_name(self.path)).suffix.lower()

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        if self.text.count("\n") > MOST_LINES:
            raise self.error(f"holds more than {MOST_LINES:,} lines")
        lines = self.text.split("\n")
        for number, line in enumerate(lines, start=1):
            if len(line) > LONGEST_LINE:
                raise self.error(f"a line of more than {LONGEST_LINE:,} characters", number)
        return lines

    @cached_property
    def rows(self) -> list[Row]:
        """The lines that hold words, without comments (``#`` or ``//`` to the end of the line)."""
        rows, left = [], MOST_WORDS
        for number, line in enumerate(self.lines, start=1):
            for mark in COMMENT_MARKS:
                if mark in line:
                    line = line[: line.index(mark)]
            words = self.split(line, left, number)
            left -= len(words)
            if words:
                ended = words[-2:] == TERMINATOR
                rows.append(Row(number, words[:-2] if ended else words, ended))
        return rows

    def split(self, line: str, left: int, number: int) -> list[str]:
        """The words of a line where there may be so many more; raises for one with more, before it takes the memory."""
        words = line.split(None, left)
        if len(words) > left:
            raise self.error(f"holds more than {MOST_WORDS:,} words: use .json", number)
        return words

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
            values = integers(words[: len(names)])
        except ValueError:
            raise self.error(found, line) from None
        for name, value, word in zip(names, values, words, strict=False):
            if not 1 <= value < FAR:
                raise self.error(f"expected {name} of at least 1, found {word[:40]}", line)
        return values

    def body(self, count: int, what: str) -> Numbers:
        """The rows below the header, which must be ``count`` (one for each ``what``), as integers."""
        rows = self.rows[1:]
        values: list[int] = []
        for row in rows:
            try:
                values.extend(integers(row.words))
            except ValueError:
                bad = next(word for word in row.words if not is_integer(word))
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
            clipped = np.clip(np.array(values, dtype=object), -FAR - 1, FAR + 1)
            numbers = Numbers(line, ptr, clipped.astype(np.int64))
        far = np.flatnonzero(np.abs(numbers.values) > FAR)
        if len(far):
            at, place = numbers.place(int(far[0]))
            raise self.error(f"number {place} is beyond 2^53", at)
        return numbers


def open_source(
    path: str,
    settings: Mapping[str, object] | None = None,
    is_text: Callable[[bytes], bool] = expect_text,
) -> Source:
    """Read a file, or standard input for ``-``; ``is_text`` as in ``content.read``. Raises ``InvalidFile``."""
    shown = "standard input" if path == "-" else path
    data = read_bytes(path, is_text=is_text)
    if BLANKS.fullmatch(data):
        raise InvalidFile(shown, "is empty")
    name = "" if path == "-" else plain(Path(plain_name(path)).stem)
    return Source(data, shown, name, settings or {})


def plain_name(path: str) -> str:
    """The path without ``.gz``."""
    return path[:-3] if path.lower().endswith(".gz") else path


def _shown(words: list[str]) -> str:
    text = " ".join(words[:8])
    return text if len(words) <= 8 and len(text) <= 60 else text[:60] + " …"
