"""What a file or standard input holds: bytes, unpacked where they are gzip, and no more than may be read.

The variable SCHEDSOLVE_MAX_INPUT says how much may be read, by default 512 MiB. Neither a small file that unpacks to
a large one nor a device without end fills the memory: reading stops at that size. Where text is expected it also stops
at the first byte that is not text.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from schedsolve.models.errors import InvalidFile, InvalidOption

VARIABLE = "SCHEDSOLVE_MAX_INPUT"
USUAL = 512 * 2**20
SIZE = re.compile(r"([0-9]{1,15})\s*(?:([KMG])(?:i?B)?)?", re.IGNORECASE)
POWERS = {"": 0, "K": 10, "M": 20, "G": 30}

GZIP_MAGIC = b"\x1f\x8b"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Its byte order marks."""
PIECE = 2**16
"""Bytes that are read at once."""
MOST_MEMBERS = 10_000
"""The gzip files that one file may join."""
SUSPECT, MOST_RATIO = 64 * 2**20, 200
"""A file is refused that unpacks to more bytes than this, and to more than so many times its own size."""


def most_bytes() -> int:
    """How much may be read of a file. Raises ``InvalidOption`` where the variable holds no size."""
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return USUAL
    found = SIZE.fullmatch(text) if text.isascii() else None
    size = int(found[1]) << POWERS[(found[2] or "").upper()] if found else 0
    if not size:
        raise InvalidOption(f'{VARIABLE}: expected a size in bytes, or one like 512MiB or 2G, found "{text[:40]}"')
    return size


def spelt(size: int) -> str:
    """A size for people, rounded down: 512 MiB."""
    for unit in ("GiB", "MiB", "KiB"):
        whole, rest = divmod(size, 1 << POWERS[unit[0]])
        if whole and not rest:
            return f"{whole:,} {unit}"
    return f"{size:,} bytes"


def expect_text(head: bytes) -> bool:
    """The usual answer to ``is_text``, whatever a file begins with."""
    return True


def read(path: str, most: int | None = None, is_text: Callable[[bytes], bool] = expect_text) -> bytearray:
    """What a file holds, ``-`` being standard input; ``most`` bytes instead of what the variable says.

    ``is_text`` is asked of the first bytes (up to 64 KiB) whether they open a text. Raises ``InvalidFile`` for what
    cannot be read, is damaged or too large, or is no text where one is expected.
    """
    shown = "standard input" if path == "-" else path
    limit = most_bytes() if most is None else min(most, most_bytes())
    data, expected = bytearray(), True
    with _opened(path, shown) as file:
        try:
            check_size(file, shown, limit)
            for piece in _plain(file, shown):
                if not data:
                    if piece.startswith(GZIP_MAGIC):
                        raise InvalidFile(shown, "holds gzip within gzip: unpack it once")
                    expected = is_text(piece)
                if expected:
                    check_text(piece, shown, first=not data)
                data += piece
                if len(data) > limit:
                    raise _too_large(shown, limit)
        except OSError as error:
            raise _unreadable(shown, error) from None
    return data


@contextmanager
def _opened(path: str, shown: str) -> Iterator[IO[bytes]]:
    if path == "-":
        if sys.stdin is None:
            raise InvalidFile(shown, "is closed")
        yield sys.stdin.buffer
        return
    try:
        file = open(path, "rb")  # noqa: SIM115 (closed below)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise _unreadable(shown, error) from None
    with file:
        yield file


def _unreadable(shown: str, error: Exception) -> InvalidFile:
    reason: dict[type, str] = {IsADirectoryError: "is a directory, not a file", FileNotFoundError: "no such file"}
    words = (getattr(error, "strerror", None) or str(error)).lower()
    return InvalidFile(shown, reason.get(type(error), f"cannot be read: {words}"))


def check_size(file: IO[bytes], shown: str, limit: int | None = None) -> None:
    """Refuse a file that is too large before it is read, where the system knows its size. Raises ``InvalidFile``."""
    limit = most_bytes() if limit is None else limit
    try:
        status = os.fstat(file.fileno())
    except (OSError, ValueError, AttributeError):  # not a file of the system's
        return
    if stat.S_ISREG(status.st_mode) and status.st_size > limit:
        raise _too_large(shown, limit)


def check_text(piece: bytes | bytearray, shown: str, *, first: bool = True) -> None:
    """Refuse what is no text, or no piece of one. Raises ``InvalidFile``."""
    if first and piece.startswith(UTF_16):
        raise InvalidFile(shown, "is UTF-16 text: save it as UTF-8")
    if b"\0" in piece:
        raise InvalidFile(shown, "is a binary file, not text")


def _too_large(shown: str, limit: int) -> InvalidFile:
    hint = f" ({VARIABLE} sets the limit)" if limit == most_bytes() else ""
    return InvalidFile(shown, f"is larger than {spelt(limit)}{hint}")


def _plain(file: IO[bytes], shown: str) -> Iterator[bytes]:
    """The content piece by piece, unpacked; no piece is empty."""
    first = file.read(PIECE)
    pieces = _rest(first, file)
    try:
        yield from filter(None, _unpacked(pieces, shown)) if first.startswith(GZIP_MAGIC) else pieces
    except zlib.error:
        raise InvalidFile(shown, "truncated or damaged gzip") from None


def _rest(first: bytes, file: IO[bytes]) -> Iterator[bytes]:
    while first:
        yield first
        first = file.read(PIECE)


def _unpacked(pieces: Iterator[bytes], shown: str) -> Iterator[bytes]:
    """The gzip members one after the other; zeros may pad the end."""
    member, members, packed, size = _member(), 1, 0, 0
    trusted = bool(os.environ.get(VARIABLE))  # those who set the limit want to reach it
    for piece in pieces:
        packed += len(piece)
        while piece:
            if member.eof:
                if not piece.strip(b"\0"):
                    break
                member, members = _member(), members + 1
                if members > MOST_MEMBERS:
                    raise InvalidFile(shown, f"joins more than {MOST_MEMBERS:,} gzip files")
            plain = member.decompress(piece, PIECE)
            size += len(plain)
            if size > SUSPECT and size > MOST_RATIO * packed and not trusted:
                text = f"unpacks to more than {MOST_RATIO} times its size; set {VARIABLE} to read it nevertheless"
                raise InvalidFile(shown, text)
            yield plain
            piece = member.unused_data if member.eof else member.unconsumed_tail
    while not member.eof:
        plain = member.decompress(b"", PIECE)
        if not plain:
            raise InvalidFile(shown, "truncated or damaged gzip")
        yield plain


def _member() -> zlib._Decompress:
    return zlib.decompressobj(wbits=31)
