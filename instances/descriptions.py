"""What the fields of a record mean, from their docstrings, into its JSON Schema."""

from __future__ import annotations

import ast
from inspect import cleandoc, getsource
from itertools import pairwise
from textwrap import dedent
from typing import Any

Schema = dict[str, Any]
"""A JSON Schema, as msgspec makes it."""


def described(schema: Schema, record: type) -> Schema:
    """``schema`` with a description of ``record`` and of each field that has a docstring."""
    definition = schema["$defs"][record.__name__]
    definition["description"] = cleandoc(record.__doc__ or "")
    for name, text in _docstrings(record).items():
        if name in definition["properties"]:
            definition["properties"][name]["description"] = text
    return schema


def _docstrings(record: type) -> dict[str, str]:
    """The string behind each field of a class; none where the source is not there."""
    try:
        (body,) = ast.parse(dedent(getsource(record))).body
    except OSError:
        return {}
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, following in pairwise(body.body):
        if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
            assert isinstance(statement.target, ast.Name)
            if isinstance(following.value, ast.Constant):
                found[statement.target.id] = " ".join(cleandoc(str(following.value.value)).split())
    return found
