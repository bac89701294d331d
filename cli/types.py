"""The types of options and arguments: durations, settings, names that are completed and corrected, outputs."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from schedsolve.cli import names
from schedsolve.cli.echo import tell
from schedsolve.cli.exit_codes import ExitCode
from schedsolve.cli.session import Session
from schedsolve.instances import output
from schedsolve.models.errors import InvalidFile, UnknownName
from schedsolve.models.numerals import decimal, integer

if TYPE_CHECKING:
    Type = click.ParamType[object]  # generic for type checkers, but not at run time before click 8.5
else:
    Type = click.ParamType

NO_SETTINGS = ("source", "kind", "format", "objective")
"""Names that ``load`` takes beside the settings."""

SEEDS = re.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?")
MOST_SEEDS = 100_000

UNITS = {"": 1.0, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class WholeNumber(Type):
    """A whole number in plain digits: no ``1_000``, which Python also reads."""

    name = "integer"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return integer(str(value).strip())
        except ValueError:
            self.fail(f'"{value}" is no whole number', param, ctx)


class WholeNumberRange(click.IntRange):
    """A ``WholeNumber`` within limits, which the help shows."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        return super().convert(WholeNumber().convert(value, param, ctx), param, ctx)


class Number(Type):
    """A number in plain digits."""

    name = "float"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            return decimal(str(value).strip())
        except ValueError:
            self.fail(f'"{value}" is no number', param, ctx)


class Duration(Type):
    """``30``, ``30s``, ``500ms``, ``2m``, ``1h``, ``inf``: seconds, more than none."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip().lower()
        if text == "inf":
            return math.inf
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-z]*)", text)
        if not match or match[2] not in UNITS or float(match[1]) == 0:
            self.fail(f'"{value}" is no duration; write 30, 30s, 500ms, 2m, 1h or inf', param, ctx)
        return float(match[1]) * UNITS[match[2]]


class Share(Type):
    """``0.05`` or ``5%``."""

    name = "share"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            share = decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = math.nan
        if not 0 <= share < math.inf:
            self.fail(f'"{value}" is no share; write 0.05 or 5%', param, ctx)
        return share


class Seeds(Type):
    """``3`` for the seeds 0, 1 and 2; ``4,7`` for these; ``5-9`` for a range."""

    name = "seeds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        text = str(value).replace(" ", "")
        parts = [SEEDS.fullmatch(part) for part in text.removesuffix(",").split(",")]
        ranges = [range(int(part[1]), int(part[2] or part[1]) + 1) for part in parts if part]
        if len(ranges) < len(parts):
            self.fail(f'"{value}" are no seeds; write 3 (for 0, 1, 2), 4,7 or 5-9', param, ctx)
        if text.isdecimal() and int(text) > 0:
            ranges = [range(int(text))]
        count = sum(map(len, ranges))
        if not count:
            self.fail(f'"{value}" holds no seed', param, ctx)
        if count > MOST_SEEDS:
            hint = f'; "{text}," is this seed alone' if text.isdecimal() else ""
            self.fail(f'"{value}" stands for {count:,} seeds, more than {MOST_SEEDS:,}{hint}', param, ctx)
        return tuple(dict.fromkeys(chain.from_iterable(ranges)))


class Assignment(Type):
    """``NAME=VALUE``."""

    name = "name=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, setting = str(value).partition("=")
        if not (equals and name.strip()):
            self.fail(f'"{value}" should be NAME=VALUE', param, ctx)
        if name.strip() in NO_SETTINGS:
            self.fail(f'"{name.strip()}" is no setting; it has an option of its own', param, ctx)
        return name.strip(), setting.strip()


class Name(Type):
    """One of the names that ``known()`` lists; they are looked up only to complete or to check."""

    def __init__(self, what: str, known: Callable[[], Iterable[str]], *, check: bool = True):
        self.name = what
        self.known = known
        self.check = check

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if self.check and value not in (known := list(self.known())):
            raise UnknownName(self.name, str(value), known)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in self.known() if name.startswith(incomplete)]


class Source(Type):
    """A problem's FILE: a path, ``-``, ``FILE#NAME`` or one of the names that ``known()`` lists: bundled instances."""

    name = "file"

    def __init__(self, known: Callable[[], Iterable[str]] = names.instances):
        self.known = known

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == "-" and ctx is not None and sys.stdin.isatty():
            tell(ctx.get_help())
            ctx.exit(ExitCode.BAD_INPUT)
        if ctx is not None:
            ctx.ensure_object(Session).inputs.append(str(value))
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        found = [CompletionItem(name) for name in self.known() if name.startswith(incomplete)]
        return [CompletionItem(incomplete, type="file"), *found]  # bash: a file item empties what came before


class Input(click.Path):
    """Another file that is read."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        path = super().convert(value, param, ctx)
        if ctx is not None:
            ctx.ensure_object(Session).inputs.append(os.fsdecode(path))
        return path


class Output(Type):
    """A file to be written; that it can be, and that its suffix is known, is checked before any work is done.

    Without ``suffixes`` the writer judges them; ``-`` may then be standard output.
    """

    name = "path"

    def __init__(self, *suffixes: str, stdout: bool = False):
        self.suffixes = suffixes
        self.stdout = stdout

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = str(value)
        if ctx is None or ctx.resilient_parsing or (path == "-" and self.stdout):
            return path
        if self.suffixes and not path.lower().endswith(self.suffixes):
            self.fail(f"{path} should end in {' or '.join(self.suffixes)}", param, ctx)
        if path == "-":
            self.fail("expected a file, not standard output", param, ctx)
        try:
            output.check(path)
        except InvalidFile as error:
            self.fail(str(error), param, ctx)
        ctx.ensure_object(Session).outputs.append(path)
        return path

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type="file")]
