"""``schedsolve schema``: the JSON Schema, or an example, of every document that is read or written."""

from __future__ import annotations

import json

import click

from schedsolve.cli import names
from schedsolve.cli.echo import echo_document
from schedsolve.cli.options import subcommand
from schedsolve.cli.types import Name


@subcommand
@click.argument("name", type=Name("schema", names.schemas), required=False)
@click.option("--example", is_flag=True, help="An example of a problem or solution instead of its schema.")
def command(name: str | None, example: bool) -> None:
    """Print the JSON Schema of the document NAME; without a NAME list them.

    \b
    schedsolve schema jobshop
    schedsolve schema jobshop --example > plant.json
    """
    from schedsolve.cli import documents
    from schedsolve.instances import native

    if name is None:
        echo_document("\n".join(names.schemas()))
    elif name not in documents.DOCUMENTS:
        echo_document(native.example(name).rstrip() if example else json.dumps(native.schema(name), indent=1))
    elif example:
        raise click.UsageError(f"there are examples of {', '.join(native.schema_names())}, not of {name}")
    else:
        echo_document(json.dumps(documents.schema(name), indent=1))
