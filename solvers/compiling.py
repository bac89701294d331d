"""Kernels compiled by numba: registered when first asked for, cached, compiled beside whatever else runs.

The modules that define kernels stay plain Python, so that importing them does not import numba.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from schedsolve.solvers.stop import Stop

_lock = threading.Lock()


def compile_together(entries: Sequence[Callable[..., Any]], helpers: Sequence[Callable[..., Any]]) -> list[Any]:
    """Machine code of ``entries``, which call one another's ``helpers``. One compilation at a time.

    Where the code cannot be cached (a read-only installation without a user directory) it is compiled anew.
    """
    import numba
    from numba.extending import register_jitable

    with _lock:
        for helper in helpers:
            register_jitable(helper)
        compiled = []
        for entry in entries:
            try:
                compiled.append(numba.njit(cache=True, nogil=True)(entry))
            except RuntimeError:
                compiled.append(numba.njit(nogil=True)(entry))
        return compiled


def wait_for(work: Callable[[], Any], stop: Stop) -> Any:
    """The result of ``work``, a compilation, done in a thread of its own; None where ``stop`` comes first.

    The thread is no daemon: code generation that runs into the interpreter's end may crash it.
    """
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(work()), name="compile")
    thread.start()
    while thread.is_alive() and not stop.now():
        thread.join(0.02)
    return made[0] if made else None
