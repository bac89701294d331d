"""``schedsolve instances``: the bundled instances, their sizes and what is known of them."""

from __future__ import annotations

import click

from schedsolve.cli import names
from schedsolve.cli.columns import columns
from schedsolve.cli.echo import echo
from schedsolve.cli.info import text
from schedsolve.cli.options import subcommand
from schedsolve.cli.types import Name
from schedsolve.models.errors import UnknownName


@subcommand
@click.argument("name", type=Name("bundled instance", names.instances, check=False), required=False, default="")
def command(name: str) -> None:
    """List the bundled instances whose names begin with NAME; given a whole NAME, say what is in it.

    \b
    schedsolve instances la
    schedsolve instances ta41
    """
    from schedsolve.instances.bundled import SETS, bundled, catalogue

    if name in names.instances():
        echo(text(bundled(name)))
        return
    found = [entry for entry in catalogue() if entry.name.startswith(name)]
    if not found:
        raise UnknownName("bundled instance", name, names.instances())
    rows = [(e.name, e.what, e.size, _known(e.name), SETS[e.set]) for e in found]
    echo(columns(("name", "what", "size", "best known", "source"), rows, indent=""))


def _known(name: str) -> str:
    from schedsolve.instances.best_known import best_known
    from schedsolve.instances.bundled import bundled

    known = best_known(bundled(name))
    if known is None:
        return ""
    return f"{known.upper}" if known.closed else f"{known.lower} to {known.upper}"
