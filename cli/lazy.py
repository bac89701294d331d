"""A click group that imports a command only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from schedsolve.models.errors import suggestion

CONTEXT = {
    "auto_envvar_prefix": "SCHEDSOLVE",
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
}
"""For the group and for each command, so that a variable's name does not depend on the command."""


class LazyGroup(click.Group):
    """``short_helps`` lists the commands; each is ``command`` in the module of its name in ``commands_in``."""

    def __init__(self, *, commands_in: str, short_helps: Mapping[str, str], **attributes: Any):
        super().__init__(context_settings=CONTEXT, **attributes)
        self.commands_in = commands_in
        self.short_helps = short_helps

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.short_helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.short_helps:
            return None
        command: click.Command = import_module(f"{self.commands_in}.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.short_helps and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f'no command "{name}"{suggestion(name, list(self.short_helps))}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.short_helps.items()))
