"""Plain text in columns: the same on a terminal, in a pipe and in a log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from schedsolve.instances.characters import printable


def columns(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, indent: str = "  ", right: Collection[str] = ()
) -> str:
    """Rows under a header; numbers and the columns ``right`` to the right, text to the left.

    The last column is as long as it is.
    """
    table = list(rows)
    to_right = [
        name in right or (bool(table) and all(isinstance(row[k], int | float) for row in table))
        for k, name in enumerate(header)
    ]
    lines = [list(header), *([_text(x) for x in row] for row in table)]
    width = [max(len(line[k]) for line in lines) for k in range(len(header))]
    shown = []
    for line in filter(any, lines):
        cells = []
        for text, wide, numeric in zip(line, width, to_right, strict=True):
            cells.append(text.rjust(wide) if numeric else text.ljust(wide))
        shown.append((indent + "  ".join(cells)).rstrip())
    return "\n".join(shown)


def facts(pairs: Iterable[tuple[str, object]], *, indent: str = "  ") -> str:
    """One name and value a line; pairs without a value are left out."""
    return columns(("", ""), [(name, _text(value)) for name, value in pairs if value not in (None, "")], indent=indent)


def percent(share: float | None) -> str:
    """``3.2 %``; nothing where it is unknown."""
    return "" if share is None else f"{100 * share:.1f} %"


def _text(value: object) -> str:
    return "" if value is None else printable(str(value))
