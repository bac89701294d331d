"""Priority rules and constructive heuristics, one package for each family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module


def from_engine(package: str, names: Sequence[str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package whose ``names`` lie in its module ``engine``, which is imported when first used:
    a shell that completes the names of rules needs no numpy."""

    def get(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        return getattr(import_module(f"{package}.engine"), name)

    return get
