"""``schedsolve convert``: write a problem in another format of its family."""

from __future__ import annotations

from typing import Unpack

import click

from schedsolve.cli.options import ProblemOptions, file_argument, problem_options, read_problem, subcommand
from schedsolve.cli.types import Output


@subcommand
@file_argument
@click.argument("output", type=Output(stdout=True), metavar="OUT")
@problem_options
def command(file: str, output: str, **options: Unpack[ProblemOptions]) -> None:
    """Write the problem in FILE to OUT, in the format of OUT's suffix; "-" prints native JSON.

    \b
    schedsolve convert ft06 ft06.json
    schedsolve convert jobs.csv jobs.fjs
    """
    from schedsolve.instances.write import save

    save(read_problem(file, options), output)
