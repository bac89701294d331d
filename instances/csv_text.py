"""Rows as CSV: cells with commas, quotes or line ends of any kind are quoted, rows end with a line feed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from schedsolve.instances.characters import no_formula, plain

END = "\r\n"
"""Of rows, for the ``csv`` module: it quotes cells with a character of it."""


class _Rows(list[str]):
    """What ``csv.writer`` writes to: each row comes in one piece."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix(END) + "\n")


def written(rows: Iterable[Sequence[object]]) -> str:
    """The cells as they are, for those who read them again."""
    text = _Rows()
    csv.writer(text, lineterminator=END).writerows(rows)
    return "".join(text)


def fits(name: str, *, lines: bool = False) -> bool:
    """Is ``name`` the same when a table with it is read again? With ``lines`` it may have line feeds in it."""
    if name != name.strip() or "\r" in name or "\0" in name:
        return False
    return len((name.replace("\n", " ") if lines else name).splitlines()) == 1


def for_spreadsheets(rows: Iterable[Sequence[object]]) -> str:
    """Texts without control characters; an apostrophe before those that a spreadsheet would take for a formula."""
    return written(_safe(rows))


def _safe(rows: Iterable[Sequence[object]]) -> Iterator[list[object]]:
    for row in rows:
        yield [_safe_cell(cell) for cell in row]


def _safe_cell(cell: object) -> object:
    return no_formula(plain(cell)) if isinstance(cell, str) else cell
