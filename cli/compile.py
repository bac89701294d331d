"""``schedsolve compile``: write the model that an engine would solve, for another solver or for reading."""

from __future__ import annotations

import shutil
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

import click

from schedsolve.cli.options import ProblemOptions, file_argument, problem_options, read_problem, subcommand
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
def command(file: str, engine: str, output: str, **options: Unpack[ProblemOptions]) -> None:
    """Write the model of FILE that an engine would solve.

    \b
    schedsolve compile ft06 --engine cpsat -o ft06.pb
    schedsolve compile ft06 --engine milp -o ft06.lp
    """
    from schedsolve.instances.output import replacing
    from schedsolve.models.errors import InvalidOption, Unsupported
    from schedsolve.models.registry import family

    if not output.lower().endswith(SUFFIXES[engine]):
        raise click.BadParameter(f"a model of {engine} should end in {' or '.join(SUFFIXES[engine])}", param_hint="-o")
    problem = read_problem(file, options)
    module = family(problem.kind).engine(engine)
    missing = module.supports(problem)
    if missing:
        raise Unsupported(engine, missing)
    if not hasattr(module, "write_model"):
        raise InvalidOption(f"{engine} cannot write its models of problems of kind {problem.kind}")
    with TemporaryDirectory(prefix="schedsolve-") as folder:
        model = Path(folder) / f"model{Path(output).suffix.lower()}"
        module.write_model(problem, model)  # by a solver's own means, which know nothing of drafts
        with model.open("rb") as written, replacing(output) as place:
            shutil.copyfileobj(written, place)
