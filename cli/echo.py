"""All that commands print: text that a terminal shows and does not obey, and documents for programs as they are."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import IO, cast

import click

from schedsolve.instances.characters import printable
from schedsolve.instances.output import naming_stdout


def echo(text: str) -> None:
    """Print text for people; what a terminal would obey is shown as an escape (``\\x1b``)."""
    with naming_stdout():
        click.echo(printable(text, lines=True))


def echo_document(text: str) -> None:
    """Print JSON."""
    with naming_stdout():
        click.echo(text)


def tell(text: str) -> None:
    """Say on stderr how things are going; a stderr that takes nothing must not cost the answer."""
    with suppress(OSError):
        click.echo(printable(text, lines=True), err=True)


def unfailing_stderr() -> IO[str]:
    """stderr for rich: it takes everything, also once its terminal is gone."""
    return cast(IO[str], _Unfailing(sys.stderr))


class _Unfailing:
    def __init__(self, stream: IO[str]):
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)
