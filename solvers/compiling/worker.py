"""The compiler: ``python -m schedsolve.solvers.compiling.worker`` compiles all kernels, what is waited for first.

It is started by whoever finds that kernels are missing (``process``), and is silent; its exit code tells.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from schedsolve.models.errors import InvalidFile
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers import memory
from schedsolve.solvers.compiling import kept, lock
from schedsolve.solvers.compiling.kernels import KNOWN, Kernels
from schedsolve.solvers.compiling.process import BUSY, COMPILER, DONE, NO_MEMORY, NOT_KEPT

NICE = 5
"""On a busy machine a third of what others have."""

PATIENCE = 1.0
"""Seconds to wait for the lock, which is held for a moment by who looks whether it is held."""


def main() -> int:
    """One compiler's life."""
    make_way()
    try:
        memory.require(COMPILER, "the compiler")
        folder = kept.writable()
    except MemoryError:
        return NO_MEMORY
    except InvalidFile:
        return NOT_KEPT
    with lock.alone(folder, PATIENCE) as taken:
        return compile_all(folder) if taken else BUSY


def make_way() -> None:
    """Let others go first."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    with suppress(OSError):  # Linux may share its time between sessions first, and this is one
        Path("/proc/self/autogroup").write_text(str(NICE))


def compile_all(folder: Path) -> int:
    """What is wanted first, then the rest of its family, then all other families; what is wanted meanwhile at once.

    Ends early where somebody wants kernels as they are not here: another compiler has other sources, or settings.
    """
    rest: list[Kernels] | None = None
    family = ""
    began = time.time()
    while True:
        kernels, others = next_wanted(folder, began)
        if kernels is not None:
            family = next((kind for kind in FAMILIES if kind in kernels.name), family)
        elif others:
            return DONE
        else:
            rest = in_order(family) if rest is None else rest
            if not rest:
                return DONE
            kernels = rest.pop(0)
        if kernels.kept_in() is None:
            kernels.compile()
            if kernels.not_kept:
                return NOT_KEPT


def next_wanted(folder: Path, began: float) -> tuple[Kernels | None, bool]:
    """The kernels that were asked for last, which nobody has to ask for again; and were others asked for since?"""
    found: dict[Path, float] = {}
    for path in folder.glob("*.wanted"):
        with suppress(OSError):
            found[path] = path.stat().st_mtime
    for path in sorted(found, key=lambda path: -found[path]):
        with suppress(Exception):  # whatever a module raises that is named there
            name = path.read_text()
            import_module(name)
            kernels = KNOWN.get(name)
            if kernels is not None and path.stem == kernels.stem:
                path.unlink()
                return kernels, False
    return None, any(time_asked > began for time_asked in found.values())


def in_order(family: str) -> list[Kernels]:
    """All kernels of all engines, those of ``family`` first."""
    for parts in FAMILIES.values():
        for name in parts.engines:
            parts.engine(name)
    return sorted(KNOWN.values(), key=lambda kernels: family not in kernels.name)


if __name__ == "__main__":
    sys.exit(main())
