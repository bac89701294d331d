"""``--params FILE.toml``: options of the command, and a table of tuning numbers for each engine.

time-limit = "2m"
threads = 2

[cpsat]
linearization_level = 0
"""

from __future__ import annotations

from typing import Any

import click

from schedsolve.cli import names
from schedsolve.cli.options import Decorated
from schedsolve.models.errors import InvalidFile, UnknownName
from schedsolve.models.registry import Family


def read(ctx: click.Context, param: click.Parameter, path: str | None) -> dict[str, dict[str, Any]]:
    """Callback of the option: engine tables are its value, the rest become the other options' defaults."""
    if path is None:
        return {}
    options = {flag: p.name for p in ctx.command.params for flag in p.opts if flag.startswith("--") and p is not param}
    tables: dict[str, dict[str, Any]] = {}
    defaults: dict[str, Any] = {}
    for name, value in _parse(path).items():
        if isinstance(value, dict):
            if name not in names.engines():
                raise UnknownName(f"engine for {path}", name, names.engines())
            tables[name] = value
        else:
            flag = f"--{name.replace('_', '-')}"
            if flag not in options:
                raise UnknownName(f"option for {path}", name, [flag.removeprefix("--") for flag in options])
            defaults[str(options[flag])] = [str(v) for v in value] if isinstance(value, list) else str(value)
    ctx.default_map = {**(ctx.default_map or {}), **defaults}
    return tables


def option(function: Decorated) -> Decorated:
    """``--params``."""
    return click.option(
        "--params",
        type=click.Path(dir_okay=False),
        is_eager=True,
        callback=read,
        metavar="FILE.toml",
        help="Defaults of these options, and a table of tuning numbers for each engine.",
    )(function)


def check(parts: Family, params: dict[str, dict[str, Any]]) -> None:
    """Refuse unknown names and values that are none of the engine's ``Params``, as ``solve`` does."""
    from schedsolve.solvers.options import check_params

    check_params(parts, params)


def _parse(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except ValueError as error:  # also text that is no UTF-8
        raise InvalidFile(path, f"no valid TOML: {error}") from None
