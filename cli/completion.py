"""``schedsolve completion``: the script that makes a shell complete commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from schedsolve.cli.echo import echo_document
from schedsolve.cli.options import subcommand

SHELLS = ("bash", "zsh", "fish")


@subcommand
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL: bash (4.4 or newer), zsh or fish.

    \b
    schedsolve completion bash >> ~/.bashrc
    schedsolve completion fish > ~/.config/fish/completions/schedsolve.fish
    """
    complete = get_completion_class(shell)
    assert complete is not None  # click ships all three
    echo_document(complete(ctx.find_root().command, {}, "schedsolve", "_SCHEDSOLVE_COMPLETE").source())
