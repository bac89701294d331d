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
from schedsolve.models.errors import InvalidFile, UnknownName
from schedsolve.models.registry import Family


def read(ctx: click.Context, param: click.Parameter, path: str | None) -> dict[str, dict[str, Any]]:
    """Callback of the option: engine tables are its value, the rest become the other options' defaults."""
    if path is None:
        return {}
    document = _parse(path)
    options = [str(p.name) for p in ctx.command.params if isinstance(p, click.Option) and p.name != param.name]
    tables = {name: value for name, value in document.items() if isinstance(value, dict)}
    defaults: dict[str, Any] = {}
    for name, value in document.items():
        option = name.replace("-", "_")
        known = names.engines() if name in tables else options
        if (name if name in tables else option) not in known:
            what = "engine" if name in tables else "option"
            raise UnknownName(f"{what} for {path}", name, known)
        if name not in tables:
            defaults[option] = [str(v) for v in value] if isinstance(value, list) else str(value)
    ctx.default_map = {**(ctx.default_map or {}), **defaults}
    return tables


def check(parts: Family, params: dict[str, dict[str, Any]]) -> None:
    """Refuse a name or a type that an engine's ``Params`` do not have, before any time is spent."""
    import msgspec

    from schedsolve.models.errors import InvalidProblem
    from schedsolve.solvers.solve import make_params

    for engine, values in params.items():
        params_type = parts.load(f"engine:{engine}").Params
        make_params(params_type, engine, values)
        try:
            msgspec.convert(values, params_type)
        except msgspec.ValidationError as error:
            raise InvalidProblem(f"parameters of {engine}", str(error)) from None


def _parse(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except ValueError as error:  # also text that is no UTF-8
        raise InvalidFile(path, f"no valid TOML: {error}") from None
