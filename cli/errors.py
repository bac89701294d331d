"""Every error as one line on stderr, as an event of a JSON stream, and as an exit code."""

from __future__ import annotations

import re
import traceback
from contextlib import suppress

import click

from schedsolve.cli.echo import tell
from schedsolve.cli.exit_codes import ExitCode
from schedsolve.cli.session import Session
from schedsolve.models.errors import SchedsolveError

LONGEST = 2000
"""Letters of a message: what it quotes may be of any length."""


def report(error: Exception, session: Session) -> ExitCode:
    """Say what went wrong and return the exit code it means."""
    code, name, message = _classify(error)
    message = " ".join(message.split())
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]} …"
    if session.debug:
        tell("".join(traceback.format_exception(error)).rstrip())
    if session.format == "jsonl":
        from schedsolve.cli import events

        path, line = getattr(error, "path", None), getattr(error, "line", None)
        with suppress(OSError):  # nobody may be reading any more
            events.emit(events.Error(code=name, message=message, file=path, line=line))
    tell(f"schedsolve: {message}")
    return code


def _classify(error: Exception) -> tuple[ExitCode, str, str]:
    """Exit code, stable name of the error for programs, message for people."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "schedsolve"
        return ExitCode.BAD_INPUT, "usage", f"{error.format_message()} (see {command} --help)"
    if isinstance(error, click.ClickException):
        return ExitCode.BAD_INPUT, "usage", error.format_message()
    if isinstance(error, SchedsolveError):
        return ExitCode.BAD_INPUT, _snake_case(type(error).__name__), str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return ExitCode.BAD_INPUT, "os", f"{where}{error.strerror or error}"
    if isinstance(error, MemoryError):
        return ExitCode.BAD_INPUT, "memory", f"there is not enough memory{f': {error}' if str(error) else ''}"
    text = (
        f"internal error, please report it with the output of `schedsolve version --all`: "
        f"{type(error).__name__}: {error} (--debug shows where)"
    )
    return ExitCode.INTERNAL, "internal", text


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
