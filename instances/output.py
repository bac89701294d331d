"""Files are written whole or not at all; ``check`` says before time is spent where one cannot be written.

A file is written as a draft beside its place and then moved there. The draft has a random name that no other file
has, so that nobody can lead it elsewhere. A symbolic link stays, and what it points to is replaced. A terminal, a
pipe or ``/dev/null`` cannot be replaced and is written to directly.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from schedsolve.models.errors import InvalidFile


def check(path: str | os.PathLike[str]) -> None:
    """Raise ``InvalidFile`` where ``path`` cannot be written: it is a folder, has none, has too long a name, …"""
    place = os.fspath(path)
    folder = os.path.dirname(place) or "."
    with _refusals(place):
        found = _status(place)
        if found is not None and stat.S_ISDIR(found.st_mode):
            raise InvalidFile(place, "is a folder")
        if not os.path.isdir(folder):
            raise InvalidFile(place, f"there is no folder {folder}")
        draft, target = _draft(place)
        if not _is_replaced(found):
            if not os.access(place, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return
        if not os.access(target.parent, os.W_OK):
            raise InvalidFile(place, f"the folder {folder} cannot be written to")
        try:
            draft.open("xb").close()
        finally:
            draft.unlink(missing_ok=True)


def is_replaced(path: str | os.PathLike[str]) -> bool:
    """Is a new file put into the place of ``path``, and not written to what is there?"""
    return _is_replaced(_status(path))


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file, whole or not at all. Raises ``InvalidFile``."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of ``path`` when the block ends well. Raises ``InvalidFile``.

    It has the rights of the file that it replaces, or those of any new file.
    """
    with _refusals(path):
        before = _status(path)
        if not _is_replaced(before):
            with open(path, "wb") as file:
                yield file
            return
        draft, target = _draft(path)
        try:
            with draft.open("xb") as file:  # x: refused where anything has this name
                if before is not None and hasattr(os, "fchmod"):
                    os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
                yield file
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def naming_stdout() -> Iterator[None]:
    """Errors of the system inside, such as a full disk, name standard output as the file."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or "standard output"
        raise


@contextmanager
def _refusals(path: str | os.PathLike[str]) -> Iterator[None]:
    """Errors of the system as ``InvalidFile`` that names ``path``."""
    try:
        yield
    except InvalidFile:
        raise
    except OSError as error:
        raise InvalidFile(os.fspath(path), f"cannot be written: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:  # a path that no system has, with NUL in it
        raise InvalidFile(os.fspath(path), f"cannot be written: {error}") from None


def _status(path: str | os.PathLike[str]) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_replaced(found: os.stat_result | None) -> bool:
    return found is None or stat.S_ISREG(found.st_mode)


def _draft(path: str | os.PathLike[str]) -> tuple[Path, Path]:
    """Where to write, and the place to move it to: that of the file itself, where ``path`` is a link to it."""
    target = Path(os.path.realpath(path))
    return target.with_name(f".{os.urandom(12).hex()}.tmp"), target
