"""Characters that names must not carry into files and terminals: names come from files that nobody vouches for.

A terminal obeys control characters, and marks of direction make it show text in another order than it was written.
XML cannot hold most of them. A spreadsheet computes what begins with the sign of a formula.
"""

from __future__ import annotations

import re

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What a terminal must not get: control characters except the line feed, line and paragraph separators, marks of
direction, lone surrogates, and what is no character."""

NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, and what it discourages: DEL and the control characters of ISO 8859."""

REPLACEMENT = "\ufffd"
LINE_ENDS = str.maketrans("\t\n\r", "   ")
FORMULA = re.compile("[\t\r\n]|[\\s\u200b-\u200f\u2060\ufeff]*[=+|@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b-]")
"""The beginning of a cell that a spreadsheet may take for a formula: a sign, also in full width or small, and behind
characters that are not seen."""


def printable(text: str, *, lines: bool = False) -> str:
    """``text`` for a terminal, which gets escapes (``\\x1b``) instead of ``OBEYED``; with ``lines`` line feeds stay."""
    shown = OBEYED.sub(lambda found: _escape(found[0]), text)
    return shown if lines else shown.replace("\n", "\\n")


def plain(text: str) -> str:
    """``text`` for a file, with U+FFFD for what XML forbids; tabs and line ends stay."""
    return NO_TEXT.sub(REPLACEMENT, text)


def one_line(text: str) -> str:
    """``plain`` text without tabs and line ends."""
    return plain(text.translate(LINE_ENDS))


def no_formula(text: str) -> str:
    """``text`` for a cell, with an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if FORMULA.match(text) else text


def _escape(character: str) -> str:
    short = {"\t": "\\t", "\r": "\\r"}.get(character)
    code = ord(character)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
