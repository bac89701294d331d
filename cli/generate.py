"""``schedsolve generate``: random problems from a seed; each generator is a command with options of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from schedsolve.cli.lazy import CONTEXT
from schedsolve.cli.options import Subcommand, debug_option
from schedsolve.cli.types import Number, Output, Type, WholeNumber
from schedsolve.instances.generators import GENERATORS
from schedsolve.models.errors import UnknownName

if TYPE_CHECKING:
    from schedsolve.instances.generators import Generator, Parameter


NUMBERS: dict[type, Type] = {int: WholeNumber(), float: Number()}
"""The types of options by those of a generator's parameters."""


class Generators(click.Group):
    """One command for each generator, its options made from the generator's parameters."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(GENERATORS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GENERATORS:
            if ctx.resilient_parsing:
                return None
            raise UnknownName("generator", cmd_name, list(GENERATORS))
        return _command(GENERATORS[cmd_name])


@click.group(cls=Generators, context_settings=CONTEXT, subcommand_metavar="GENERATOR [OPTIONS]")
def command() -> None:
    """Make a random problem; the same options and seed give the same problem everywhere.

    \b
    schedsolve generate jobshop --jobs 20 --machines 10 --seed 7 -o jobs.json
    schedsolve generate flexible --jobs 10 --due-factor 1.5 | schedsolve solve - --objective tardy_jobs
    """


def _command(generator: Generator) -> click.Command:
    output = click.Option(
        ["-o", "--output"],
        type=Output(stdout=True),
        default="-",
        metavar="OUT",
        help='The file to write, in the format of its suffix; "-", the default, prints native JSON.',
    )
    return Subcommand(
        generator.name,
        context_settings=CONTEXT,
        callback=partial(_generate, generator),
        params=[*map(_option, generator.parameters), output, debug_option()],
        help=f"{_sentence(generator.title)}.",
        short_help=generator.title,
    )


def _option(parameter: Parameter) -> click.Option:
    flag = f"--{parameter.name.replace('_', '-')}"
    if parameter.default is True:
        flag = f"{flag}/--no-{flag.removeprefix('--')}"
    return click.Option(
        [flag],
        type=click.Choice(parameter.choices) if parameter.choices else NUMBERS.get(parameter.type, parameter.type),
        is_flag=parameter.type is bool,
        default=parameter.default,
        show_default=parameter.default is not False,
        help=f"{_sentence(parameter.meaning)}.",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _generate(generator: Generator, output: str, **values: object) -> None:
    from schedsolve.instances.write import save

    save(generator(**values), output)
