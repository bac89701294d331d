"""``schedsolve version``: what is installed, for reports of bugs."""

from __future__ import annotations

import os
import platform

import click

from schedsolve.cli.columns import facts
from schedsolve.cli.echo import echo
from schedsolve.cli.options import subcommand


@subcommand
@click.option("--all", is_flag=True, help="Also Python, the machine and the packages we solve with.")
def command(**options: bool) -> None:
    """Print the version; with --all what else a bug report should say.

    \b
    schedsolve version
    schedsolve version --all
    """
    from schedsolve.solvers.versions import versions

    echo(f"schedsolve {versions()['schedsolve']}")
    if options["all"]:
        machine = [
            ("python", platform.python_version()),
            ("system", platform.platform()),
            ("processors", os.cpu_count()),
        ]
        packages = [(name, version) for name, version in versions().items() if name != "schedsolve"]
        echo(facts([*machine, *packages]))
