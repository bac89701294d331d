"""``schedsolve compile``: write the model that an engine would solve, for another solver or for reading."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import click

from schedsolve.cli.options import file_argument, problem_options, read_problem, subcommand
from schedsolve.cli.types import Output

SUFFIXES = {"cpsat": (".pb", ".pbtxt"), "milp": (".lp", ".mps")}


@subcommand
@file_argument
@click.option("--engine", type=click.Choice(tuple(SUFFIXES)), default="cpsat", show_default=True, help="Whose model.")
@click.option(
    "-o",
    "--output",
    type=Output(*chain.from_iterable(SUFFIXES.values())),
    required=True,
    metavar="MODEL",
    help="MODEL.pb (cpsat), MODEL.lp or MODEL.mps (milp).",
)
@problem_options
def command(file: str, engine: str, output: str, **options: Any) -> None:
    """Write the model of FILE that an engine would solve.

    \b
    schedsolve compile ft06 --engine cpsat -o ft06.pb
    schedsolve compile ft06 --engine milp -o ft06.lp
    """
    from schedsolve.models.errors import Unsupported
    from schedsolve.models.registry import family

    if not output.endswith(SUFFIXES[engine]):
        raise click.BadParameter(f"a model of {engine} should end in {' or '.join(SUFFIXES[engine])}", param_hint="-o")
    problem = read_problem(file, options)
    module = family(problem.kind).load(f"engine:{engine}")
    missing = module.supports(problem)
    if missing:
        raise Unsupported(engine, missing)
    module.write_model(problem, Path(output))
