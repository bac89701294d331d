"""``--params FILE.toml``: options of the command, and a table of tuning numbers for each engine.

time-limit = "2m"
threads = 2

[cpsat]
linearization_level = 0
"""

from __future__ import annotations

import click

from schedsolve.cli import names
from schedsolve.cli.options import Decorated
from schedsolve.cli.types import Input
from schedsolve.models.errors import InvalidFile, UnknownName
from schedsolve.models.family import Family

Tuning = dict[str, dict[str, object]]
"""Engine to its tuning numbers."""

MOST, MOST_DOTS = 2**18, 100
"""Bytes of a file, and dots in a line: ``tomllib`` takes the time and memory of their square."""


def read(ctx: click.Context, param: click.Parameter, path: str | None) -> Tuning:
    """Callback of the option: engine tables are its value, the rest become the other options' defaults."""
    if path is None:
        return {}
    options: dict[str, click.Parameter] = {}
    for other in ctx.command.params:
        if other is not param:
            options |= {flag: other for flag in other.opts if flag.startswith("--")}
    tables: Tuning = {}
    defaults: dict[str, object] = {}
    for name, value in _parse(path).items():
        if isinstance(value, dict):
            if name not in names.engines():
                raise UnknownName(f"engine for {path}", name, names.engines())
            tables[name] = value
        else:
            flag = f"--{name.replace('_', '-')}"
            if flag not in options:
                raise UnknownName(f"option for {path}", name, [flag.removeprefix("--") for flag in options])
            several = isinstance(options[flag], click.Option) and options[flag].multiple
            if isinstance(value, list) and not several:
                raise InvalidFile(path, f"{name}: expected one value, found a list")
            values = [str(v) for v in (value if isinstance(value, list) else [value])]
            defaults[str(options[flag].name)] = values if several else values[0]
    ctx.default_map = {**(ctx.default_map or {}), **defaults}
    return tables


def option(function: Decorated) -> Decorated:
    """``--params``."""
    return click.option(
        "--params",
        type=Input(dir_okay=False),
        is_eager=True,
        callback=read,
        metavar="FILE.toml",
        help="Defaults of these options, and a table of tuning numbers for each engine.",
    )(function)


def check(parts: Family, params: Tuning) -> None:
    """Refuse unknown names and values that are none of the engine's ``Params``, as ``solve`` does."""
    from schedsolve.solvers.options import check_params

    check_params(parts, params)


def _parse(path: str) -> dict[str, object]:
    import tomllib

    from schedsolve.instances import content

    data = content.read(path, MOST)
    if any(line.count(b".") > MOST_DOTS for line in data.split(b"\n")):
        raise InvalidFile(path, f"no valid TOML: a line with more than {MOST_DOTS} dots")
    try:
        found = tomllib.loads(data.decode())
        _check_numbers(found)
        return found
    except RecursionError:
        raise InvalidFile(path, "no valid TOML: its values are nested too deeply") from None
    except ValueError as error:  # also text that is no UTF-8
        raise InvalidFile(path, f"no valid TOML: {error}") from None


def _check_numbers(value: object) -> None:
    """Raise ``ValueError`` for a whole number that nothing can hold."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _check_numbers(part)
    elif isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("a number beyond 2^63")
