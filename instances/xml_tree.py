"""XML as a tree whose elements know their line, from texts that nobody vouches for.

Only the standard library's expat is used. A document type declaration is refused: without one there are no entities
to expand and nothing to fetch, which is where attacks by XML come from. Elements that are nested deeper than in any
project are refused as well. Namespaces are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from xml.parsers import expat

from schedsolve.instances.source import Source
from schedsolve.models.dates import read_date
from schedsolve.models.errors import InvalidFile
from schedsolve.models.numerals import decimal, integer

DEEPEST = 200
"""Elements within each other at most: paths and full names grow with their depth."""
MOST_ELEMENTS = 1_000_000
"""Elements and attributes together."""
N = TypeVar("N", int, float)

PIECE, LONGEST_TAG = 2**18, 2**22
"""Bytes that are parsed at a time, and those of a tag with its attributes, which are taken apart all at once."""
MOST = 2**53
"""Numbers are below."""

TAG = re.compile(r"<([^\s<>/!?][^\s<>/]*)")
DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
"""A processing instruction or a comment before the root element."""


@dataclass(eq=False, slots=True)
class Element:
    """An element; its ``text`` is what stands between its tags, without that of elements within."""

    tag: str
    attributes: dict[str, str]
    line: int
    source: Source
    parent: Element | None = None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The tags from the root element on, for errors."""
        return self.tag if self.parent is None else f"{self.parent.path}/{self.tag}"

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements at a path of tags."""
        if not tags:
            yield self
            return
        for child in self.children:
            if child.tag == tags[0]:
                yield from child.all(*tags[1:])

    def first(self, *tags: str) -> Element | None:
        return next(self.all(*tags), None)

    # --- values: of the element at a path of tags, or of the element itself where none is given --

    def string(self, *tags: str, default: str = "") -> str:
        found = self.first(*tags)
        return found.text.strip() if found is not None and found.text.strip() else default

    def integer(self, *tags: str, default: int | None = 0, low: int = -MOST, high: int = MOST) -> int:
        """Raises ``InvalidFile`` where it is out of range, or missing without a default."""
        if default is None and not self.string(*tags):
            raise self.error(f"the {tags[-1]} is missing")
        value = self._number(tags, default or 0, integer, "a whole number")
        if not low <= value <= high:
            expected = f"of at least {low}" if high == MOST else f"from {low} to {high}"
            raise self.error(f"expected {tags[-1]} {expected}, found {value}")
        return value

    def number(self, *tags: str, default: float = 0.0) -> float:
        return self._number(tags, default, decimal, "a number")

    def flag(self, *tags: str, default: bool = False) -> bool:
        text = self.string(*tags, default="1" if default else "0").lower()
        if text not in ("0", "1", "true", "false"):
            raise self._where(tags).error(f'expected 0 or 1, found "{text[:40]}"')
        return text in ("1", "true")

    def date(self, *tags: str) -> datetime | None:
        """Wall-clock time; None where there is none."""
        text = self.string(*tags)
        if not text:
            return None
        try:
            return read_date(text).replace(tzinfo=None)
        except ValueError:
            raise self._where(tags).error(f'expected a date like 2026-01-05T08:00:00, found "{text[:40]}"') from None

    def attribute(self, name: str, default: str | None = None) -> str:
        """Raises ``InvalidFile`` where it is missing and has no default."""
        if name not in self.attributes and default is None:
            raise self.error(f'the attribute "{name}" is missing')
        return self.attributes.get(name, default or "")

    def error(self, message: str) -> InvalidFile:
        return self.source.error(f"{self.path}: {message}", self.line)

    def _number(self, tags: tuple[str, ...], default: N, read: Callable[[str], N], what: str) -> N:
        text = self.string(*tags)
        try:
            value = read(text) if text else default
            if not abs(value) < MOST:
                raise ValueError
        except ValueError:
            raise self._where(tags).error(f'expected {what}, found "{text[:40]}"') from None
        return value

    def _where(self, tags: tuple[str, ...]) -> Element:
        found = self.first(*tags)
        assert found is not None
        return found


def parse(source: Source) -> Element:
    """The root element.

    Raises ``InvalidFile`` for a text that is not XML, has a document type declaration or is too large.
    """
    return _Tree(source).roots[0]


class _Tree:
    """Builds the elements as expat meets them."""

    def __init__(self, source: Source):
        self.source = source
        self.roots: list[Element] = []
        self.open: list[tuple[Element, list[str]]] = []
        """The elements that have not ended, and the pieces of their texts."""
        self.count = 0
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        try:
            self._parse(source.text.encode())
        except expat.ExpatError as error:
            raise source.error(f"is no well-formed XML: {expat.ErrorString(error.code)}", error.lineno) from None

    def _parse(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE):
            self.parser.Parse(data[at : at + PIECE], False)
            if at + PIECE - self.parser.CurrentByteIndex > LONGEST_TAG + PIECE:
                raise self._error(f"a tag or comment of more than {LONGEST_TAG:,} bytes")
        self.parser.Parse(b"", True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1 + len(attributes)
        if self.count > MOST_ELEMENTS:
            raise self._error(f"holds more than {MOST_ELEMENTS:,} elements and attributes")
        if len(self.open) == DEEPEST:
            raise self._error(f"elements are nested deeper than {DEEPEST}")
        parent = self.open[-1][0] if self.open else None
        tag = name.rpartition(" ")[2]
        element = Element(tag, attributes, self.parser.CurrentLineNumber, self.source, parent)
        (self.roots if parent is None else parent.children).append(element)
        self.open.append((element, []))

    def _end(self, name: str) -> None:
        element, pieces = self.open.pop()
        element.text = "".join(pieces)

    def _text(self, data: str) -> None:
        self.open[-1][1].append(data)

    def _doctype(self, *_: object) -> None:
        raise _doctype_error(self.source, self.parser.CurrentLineNumber)

    def _error(self, message: str) -> InvalidFile:
        return self.source.error(message, self.parser.CurrentLineNumber)


def _doctype_error(source: Source, line: int) -> InvalidFile:
    return source.error("a document type declaration (<!DOCTYPE …>) is not read", line)


def opens_with(source: Source, tag: str) -> bool:
    """Is ``tag`` (without namespace) the root element, as far as the beginning of the text tells?

    Raises ``InvalidFile`` for a document type declaration before it.
    """
    text, at = source.text, 0
    while found := PROLOG.match(text, at):
        at = found.end()
    opening = re.compile(r"\s*").match(text, at)
    at = opening.end() if opening else at
    if not text.startswith("<", at):
        return False
    root = TAG.match(text, at)
    declared = None if root else DOCTYPE.search(text, at)
    if declared:
        raise _doctype_error(source, text.count("\n", 0, declared.start()) + 1)
    return root is not None and root[1].rpartition(":")[2] == tag
