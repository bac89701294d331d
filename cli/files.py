"""That a command writes over none of the files that it reads, and writes no file twice."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schedsolve.models.errors import InvalidFile

if TYPE_CHECKING:
    from schedsolve.cli.session import Session

STREAMS = {"standard output": 1, "standard error": 2}


def check_apart(session: Session) -> None:
    """Raise ``InvalidFile`` where an output of the command is an input of it, or another output.

    Files are the same whatever way leads to them: links of both kinds, ``FILE#NAME``, redirected streams.
    """
    inputs: dict[object, str] = {}
    for given in session.inputs:
        inputs |= {_identity(place): given for place in _places(given) if _is_there(place)}
    streams = {_identity(number): name for name, number in STREAMS.items()}
    written: dict[object, str] = {}
    for path in session.outputs:
        file = _identity(path)
        if file is None:
            continue
        if file in inputs:
            raise InvalidFile(path, f"would be written over the input {_named(inputs[file])}")
        if file in streams or file in written:
            raise InvalidFile(path, f"would be written twice: it is {streams.get(file) or written[file]}, too")
        written[file] = path
    for file, name in streams.items():
        if file is not None and file in inputs:
            if name == "standard error":  # the error's message must not be written there either
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            raise InvalidFile(name, f"would be written into the input {_named(inputs[file])}")


def _named(given: str) -> str:
    return "on standard input" if given == "-" else given


def _places(given: str) -> Iterator[str | int]:
    """Where an input may lie: ``FILE#NAME`` is a file of that name, or FILE."""
    if given == "-":
        yield 0
        return
    yield given
    path, mark, _ = given.rpartition("#")
    if mark:
        yield path


def _is_there(file: str | int) -> bool:
    return isinstance(file, int) or os.path.exists(file)


def _identity(file: str | int) -> object:
    """The same for the same file; its path where there is none yet, None for what cannot be lost: pipes, devices."""
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return os.path.normcase(os.path.realpath(str(file)))
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
