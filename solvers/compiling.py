"""Kernels compiled by numba: registered when first asked for, cached, compiled beside whatever else runs.

The modules that define kernels stay plain Python, so that importing them does not import numba.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from schedsolve.models.errors import InvalidFile
from schedsolve.solvers import memory
from schedsolve.solvers.kernel import helpers
from schedsolve.solvers.stop import Stop

COMPILER = 320 * memory.MIB
"""What numba takes, with a few kernels, and what a solver beside it may take meanwhile."""

OPTIONS: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
"""Of all kernels: no checks for a division by 0, no function for C to call, no memory of their own (no new arrays)."""

_lock = threading.Lock()

_callable: set[Callable[..., Any]] = set()
"""Kernels that numba knows, so that compiled code may call them."""

_not_kept: list[InvalidFile] = []
"""Why compiled code is not in numba's cache."""


def compile_together(*entries: Callable[..., Any]) -> list[Any]:
    """Machine code of ``entries``, which may call kernels (``kernel``). One compilation at a time.

    Where the code cannot be cached (a read-only installation without a user directory, a full disk) it is compiled
    anew by each process.
    """
    from numba.extending import register_jitable

    from schedsolve.solvers.drafts import DraftCompiler

    with _lock:
        for helper in helpers(entries):
            if helper not in _callable:
                register_jitable(**OPTIONS, pipeline_class=DraftCompiler)(helper)
                _callable.add(helper)
        return [_compiled(entry) for entry in entries]


def check_kept() -> None:
    """Raise ``InvalidFile`` where code that was compiled in this process could not be kept for others."""
    if _not_kept:
        raise _not_kept[0]


def _compiled(entry: Callable[..., Any]) -> Any:
    import numba

    try:
        function = numba.njit(cache=True, nogil=True, **OPTIONS)(entry)
    except RuntimeError as error:
        _not_kept.append(InvalidFile("numba's cache", f"there is no place for it ({error})"))
        return numba.njit(nogil=True, **OPTIONS)(entry)
    cache = getattr(function, "_cache", None)
    if cache is None:  # by NUMBA_DISABLE_JIT it is the plain function
        return function
    cache.load_overload = _or_nothing(cache.load_overload, lambda error: None)
    cache.save_overload = _or_nothing(
        cache.save_overload,
        lambda error: _not_kept.append(InvalidFile(cache.cache_path, f"cannot be written: {error}")),
    )
    return function


def _or_nothing(access: Callable[..., Any], failed: Callable[[Exception], None]) -> Callable[..., Any]:
    """A cache that cannot be read, or not be written because the disk is full, is as good as none."""

    def attempt(*arguments: Any) -> Any:
        try:
            return access(*arguments)
        except Exception as error:
            failed(error)
            return None

    return attempt


def wait_for(work: Callable[[], Any], stop: Stop) -> Any:
    """The result of ``work``, a compilation, done in a thread of its own; None where ``stop`` comes first.

    Raises what it raises, and ``MemoryError`` where there is no memory for the compiler.
    """
    if "numba" not in sys.modules:
        memory.require(COMPILER, "the compiler")
    made: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="compile")
    thread.start()
    while thread.is_alive() and not stop.now():
        thread.join(0.02)
    if failed:
        raise failed[0]
    return made[0] if made else None
