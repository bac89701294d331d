"""The kernel compiled by numba, beside whatever else runs: a cold cache takes seconds.

The plain functions of ``kernel`` stay as they are; numba is imported and the functions registered
with it when the first compiled kernel is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from schedsolve.solvers.dispatch.jobshop import kernel
from schedsolve.solvers.dispatch.jobshop.shop import Shop, State, make_state
from schedsolve.solvers.stop import Stop

Dispatch = Callable[[Shop, State, int, bool, Any], bool]

_HELPERS = (
    kernel.setup,
    kernel.clear,
    kernel.fit,
    kernel.choose,
    kernel.priority,
    kernel.select,
    kernel.commit,
    kernel.replay,
    kernel.refresh,
    kernel.remove,
    kernel.push,
    kernel.introduce,
    kernel.introduce_first,
    kernel.reconsider,
    kernel.delay,
)

_lock = threading.Lock()
_dispatch: Dispatch | None = None


def compiled_dispatch(shop: Shop) -> Dispatch:
    """``kernel.dispatch`` in machine code, for arrays made by ``shop.compiled``; compiles on the first call.

    Where the code cannot be cached (a read-only installation without a user directory) it is compiled anew.
    """
    global _dispatch
    with _lock:
        if _dispatch is None:
            import numba
            from numba.extending import register_jitable

            for helper in _HELPERS:
                register_jitable(helper)
            try:
                function = numba.njit(cache=True, nogil=True)(kernel.dispatch)
            except RuntimeError:
                function = numba.njit(nogil=True)(kernel.dispatch)
            # A stop that has been asked for still compiles, and schedules little.
            function(shop, make_state(shop), 0, False, np.ones(1, dtype=np.uint8))
            _dispatch = function
        return _dispatch


def compile_beside(shop: Shop, stop: Stop) -> Dispatch | None:
    """``compiled_dispatch``, waited for in a thread of its own; None where ``stop`` comes first.

    The thread is no daemon: code generation that runs into the interpreter's end may crash it.
    """
    if _dispatch is not None:
        return _dispatch
    made: list[Dispatch] = []
    thread = threading.Thread(target=lambda: made.append(compiled_dispatch(shop)), name="compile dispatch")
    thread.start()
    while thread.is_alive() and not stop.now():
        thread.join(0.02)
    return made[0] if made else None
