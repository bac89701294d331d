"""One compiler at a time: a lock on a file beside the code, which the system releases when its holder ends, however."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

NAME = "lock"
"""The file; it holds the process id of who has locked it last, for people to read."""

AGAIN = 0.05
"""Seconds between two attempts."""


@contextmanager
def alone(folder: Path, patience: float) -> Iterator[bool]:
    """Hold the lock of ``folder``; False where somebody else held it for ``patience`` seconds."""
    until = time.monotonic() + patience
    with _opened(folder / NAME) as file:
        while not (taken := _take(file)) and time.monotonic() < until:
            time.sleep(AGAIN)
        try:
            if taken:
                _sign(file)
            yield taken
        finally:
            if taken:
                _release(file)


def is_held(folder: Path) -> bool:
    """Does somebody hold the lock?"""
    try:
        with (folder / NAME).open("rb") as file:
            if not _take(file, shared=True):
                return True
            _release(file)
    except OSError:  # there is none yet
        pass
    return False


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("ab")
    except PermissionError:  # of another user, with whom the folder is shared
        return path.open("rb")


def _sign(file: IO[bytes]) -> None:
    with suppress(OSError):  # the disk is full
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()


if sys.platform == "win32":
    import msvcrt

    FAR = 2**30
    """The byte that is locked: a locked one cannot be read."""

    def _take(file: IO[bytes], *, shared: bool = False) -> bool:
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(FAR)
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes], *, shared: bool = False) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: then two may do the same work, and neither harms the other
            return True
        return True

    def _release(file: IO[bytes]) -> None:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)
