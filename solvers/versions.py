"""Versions of schedsolve and of the packages that it solves with."""

from __future__ import annotations

from functools import cache
from importlib import metadata

PACKAGES = ("schedsolve", "ortools", "pulp", "highspy", "numpy", "numba", "networkx", "msgspec", "click", "rich")


@cache
def versions() -> dict[str, str]:
    """Installed version of each package, "-" where it is not installed; none is imported."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "-"
