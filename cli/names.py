"""The names that options take and shells complete; all but the contestants and the rules come without numpy."""

from __future__ import annotations

from itertools import chain

from schedsolve.models.registry import FAMILIES


def kinds() -> list[str]:
    """The problem kinds."""
    return list(FAMILIES)


def engines() -> list[str]:
    """``auto`` and the engines of all families."""
    return list(dict.fromkeys(chain(["auto"], *(parts.engines for parts in FAMILIES.values()))))


def contestants() -> list[str]:
    """What ``bench`` can run: the engines, and other solvers for comparison."""
    from schedsolve.benchmarks.peers import PEERS

    return [*engines(), *PEERS]


def suites() -> list[str]:
    """The suites of instances, then the bundled instances."""
    from schedsolve.benchmarks.suites import PUBLIC, SUITES

    return [*SUITES, *PUBLIC, *instances()]


def instances() -> list[str]:
    """The bundled instances."""
    from schedsolve.instances.bundled import names

    return list(names())


def rules() -> list[str]:
    """The dispatch rules of all families."""
    found = ["best"]
    for parts in FAMILIES.values():
        if parts.rules:
            found += parts.load("rules")
    return list(dict.fromkeys(found))


def schemas() -> list[str]:
    """The documents that have a JSON Schema."""
    from schedsolve.cli.documents import DOCUMENTS
    from schedsolve.instances.native import schema_names

    return [*schema_names(), *DOCUMENTS]
