"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from schedsolve.cli import names
from schedsolve.cli.files import check_apart
from schedsolve.cli.lazy import CONTEXT
from schedsolve.cli.session import Session
from schedsolve.cli.types import Assignment, Name, Source

if TYPE_CHECKING:
    from schedsolve.instances.read import Loaded
    from schedsolve.models.contracts import Problem

Decorated = TypeVar("Decorated", bound=Callable[..., object])


class ProblemOptions(TypedDict):
    """What the options of ``problem_options`` say."""

    kind: str | None
    objective: str | None
    set: tuple[tuple[str, str], ...]


class Subcommand(click.Command):
    """A command that does nothing before it is sure that it writes over none of its files."""

    def invoke(self, ctx: click.Context) -> object:
        check_apart(ctx.ensure_object(Session))
        return super().invoke(ctx)


def subcommand(function: Callable[..., int | None]) -> click.Command:
    """A command with our context and ``--debug``; ``function`` returns its exit code, None for 0."""
    made: click.Command = click.command(cls=Subcommand, context_settings=CONTEXT)(function)
    made.params.append(debug_option())
    return made


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep a value in the session, where also the report of an error finds it."""
    setattr(ctx.ensure_object(Session), str(param.name), value)


def debug_option() -> click.Option:
    """``--debug``, for a command that ``subcommand`` does not make."""
    return click.Option(
        ["--debug"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_remember,
        help="Show the traceback of an error.",
    )


def format_option(*formats: str) -> Callable[[Decorated], Decorated]:
    """``--format``; the first one is the default. Eager, so that errors in later options know it."""
    return click.option(
        "--format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        is_eager=True,
        expose_value=False,
        callback=_remember,
        help="How to print the answer.",
    )


def file_argument(function: Decorated) -> Decorated:
    """The FILE of a problem."""
    return click.argument("file", type=Source(), metavar="FILE")(function)


def problem_options(function: Decorated) -> Decorated:
    """How to read FILE: ``--kind``, ``--objective`` and ``--set``."""
    for option in (
        click.option(
            "--set",
            type=Assignment(),
            multiple=True,
            metavar="NAME=VALUE",
            help="Set what the file does not say; `schedsolve info FILE` lists the names. May be repeated.",
        ),
        click.option("--objective", metavar="NAMES", help="What to minimise; several, as a,b, lexicographically."),
        click.option(
            "--kind",
            type=Name("kind", names.kinds, check=False),
            metavar="KIND",
            help="The family of problems, or the format of FILE, where they are not recognised.",
        ),
    ):
        function = option(function)
    return function


def read_problem(file: str, options: ProblemOptions) -> Problem:
    """The problem that FILE and the options of ``problem_options`` describe."""
    return read(file, options).problem


def read(file: str, options: ProblemOptions) -> Loaded:
    """As ``read_problem``, with the settings of FILE's format."""
    from schedsolve.instances.read import loaded

    return loaded(file, kind=options["kind"], objective=options["objective"], **dict(options["set"]))
