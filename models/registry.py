"""Which families there are: one for each module of ``schedsolve.families``, and those of other packages.

The variable SCHEDSOLVE_FAMILIES names modules of other packages, separated by commas; each has its ``FAMILY``.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from pkgutil import walk_packages

from schedsolve.models.errors import InvalidOption, UnknownName
from schedsolve.models.family import Family

VARIABLE = "SCHEDSOLVE_FAMILIES"
OWN = "schedsolve.families"
KIND = re.compile(r"[a-z][a-z0-9_]*([.-][a-z0-9_]+)*")
TAKEN = ("result", "auto")
"""Names that mean something else where a kind may stand."""


def family(kind: str) -> Family:
    """The family of a kind. Raises ``UnknownName`` with the nearest one."""
    if kind not in FAMILIES:
        raise UnknownName("kind", kind, list(FAMILIES))
    return FAMILIES[kind]


def kinds_below(name: str) -> list[str]:
    """The kinds that a name stands for: itself, or all below it, as ``memory`` for ``memory.allocation``."""
    return [kind for kind in FAMILIES if stands_for(name, kind)]


def stands_for(name: str, kind: str) -> bool:
    """Is ``kind`` that of the name, or below it?"""
    return kind == name or kind.startswith(f"{name}.")


def _modules() -> list[str]:
    package = import_module(OWN)
    own = [found.name for found in walk_packages(package.__path__, f"{OWN}.") if not found.ispkg]
    others = os.environ.get(VARIABLE, "").split(",")
    return [*own, *(name.strip() for name in others if name.strip())]


def _family(module: str) -> Family:
    if module.startswith(f"{OWN}."):
        own: Family = import_module(module).FAMILY
        return own
    try:
        found = import_module(module).FAMILY
    except Exception as error:  # whatever a module of others raises
        reason = f"{type(error).__name__}: {error}"
        raise InvalidOption(f"{VARIABLE}: {module} is no module with a FAMILY ({reason})") from None
    if not isinstance(found, Family):
        raise InvalidOption(f"{VARIABLE}: {module}.FAMILY is no Family")
    if not KIND.fullmatch(found.kind) or found.kind in TAKEN:
        raise InvalidOption(f'{VARIABLE}: {module}: "{found.kind[:40]}" cannot be the name of a kind')
    return found


def _all() -> dict[str, Family]:
    families: dict[str, Family] = {}
    for module in _modules():
        made = _family(module)
        if made.kind in families and families[made.kind] is not made:
            raise InvalidOption(f"{VARIABLE}: {module}: there is a kind {made.kind} already")
        families[made.kind] = made
    return families


FAMILIES = _all()
"""By kind."""
