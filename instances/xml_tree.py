"""XML as a tree whose elements know their line, from texts that nobody vouches for.

Only the standard library's expat is used. A document type declaration is refused: without one there are no entities
to expand and nothing to fetch, which is where attacks by XML come from. So is what is nested deeper than any project.
Namespaces are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.parsers import expat

from schedsolve.instances.source import Source
from schedsolve.models.errors import InvalidFile

DEEPEST = 200
"""Elements within each other at most: paths and full names grow with their depth."""
MOST = 2**53
"""Numbers are below."""


@dataclass(eq=False)
class Element:
    """An element; its ``text`` is what stands between its tags, without that of elements within."""

    tag: str
    attributes: dict[str, str]
    line: int
    source: Source
    path: str
    text: str = ""
    children: list[Element] = field(default_factory=list)

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
        value = int(self._number(tags, default or 0, int, "a whole number"))
        if not low <= value <= high:
            expected = f"of at least {low}" if high == MOST else f"from {low} to {high}"
            raise self.error(f"expected {tags[-1]} {expected}, found {value}")
        return value

    def number(self, *tags: str, default: float = 0.0) -> float:
        return float(self._number(tags, default, float, "a number"))

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
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise self._where(tags).error(f'expected a date like 2026-01-05T08:00:00, found "{text[:40]}"') from None

    def attribute(self, name: str, default: str | None = None) -> str:
        """Raises ``InvalidFile`` where it is missing and has no default."""
        if name not in self.attributes and default is None:
            raise self.error(f'the attribute "{name}" is missing')
        return self.attributes.get(name, default or "")

    def error(self, message: str) -> InvalidFile:
        return self.source.error(f"{self.path}: {message}", self.line)

    def _number(self, tags: tuple[str, ...], default: float, kind: type, what: str) -> Any:
        text = self.string(*tags)
        try:
            value = kind(text) if text else default
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
    """The root element. Raises ``InvalidFile`` for what is no XML, or has a document type declaration."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    roots: list[Element] = []
    stack: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) == DEEPEST:
            raise source.error(f"elements are nested deeper than {DEEPEST}", parser.CurrentLineNumber)
        tag = name.rpartition(" ")[2]
        path = f"{stack[-1].path}/{tag}" if stack else tag
        element = Element(tag, attributes, parser.CurrentLineNumber, source, path)
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def end(name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        if stack:
            stack[-1].text += data

    def doctype(*_: Any) -> None:
        raise source.error("a document type declaration (<!DOCTYPE …>) is not read", parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(source.text.encode(), True)
    except expat.ExpatError as error:
        raise source.error(f"is no well-formed XML: {expat.ErrorString(error.code)}", error.lineno) from None
    return roots[0]


def opens_with(source: Source, tag: str) -> bool:
    """Is ``tag`` (without namespace) the root element, as far as the beginning of the text tells?"""
    text = source.text.lstrip()
    while text.startswith(("<?", "<!--")):
        closing = "?>" if text.startswith("<?") else "-->"
        _, found, text = text.partition(closing)
        text = text.lstrip() if found else ""
    name = text.removeprefix("<").split(None, 1)[0].split(">", 1)[0] if text.startswith("<") else ""
    return name.rpartition(":")[2] == tag
