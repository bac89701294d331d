"""``schedsolve schema``: the JSON Schema, or an example, of every document that is read or written."""

from __future__ import annotations

import json

import click

from schedsolve.cli import names
from schedsolve.cli.options import command as cli_command
from schedsolve.cli.types import Name


@cli_command()
@click.argument("name", type=Name("schema", names.schemas), required=False)
@click.option("--example", is_flag=True, help="An example of a problem or solution instead of its schema.")
def command(name: str | None, example: bool) -> None:
    """Print the JSON Schema of the document NAME; without a NAME list them.

    \b
    schedsolve schema jobshop
    schedsolve schema jobshop --example > plant.json
    """
    if name is None:
        click.echo("\n".join(names.schemas()))
    elif example:
        click.echo(_example(name))
    else:
        click.echo(json.dumps(_schema(name), indent=1))


def _schema(name: str) -> object:
    from schedsolve.cli import documents
    from schedsolve.instances import native

    return documents.schema(name) if name in documents.DOCUMENTS else native.schema(name)


def _example(name: str) -> str:
    from schedsolve.instances import native

    text = native.example(name)
    return text if isinstance(text, str) else json.dumps(text, indent=1)
