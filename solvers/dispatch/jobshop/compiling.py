"""The kernel compiled by numba, beside whatever else runs: a cold cache takes seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from schedsolve.solvers.compiling import compile_together, wait_for
from schedsolve.solvers.dispatch.jobshop import kernel
from schedsolve.solvers.dispatch.jobshop.shop import Shop, State, make_state
from schedsolve.solvers.stop import Stop

Dispatch = Callable[[Shop, State, int, bool, Any], bool]

_lock = threading.Lock()
_dispatch: Dispatch | None = None


def compiled_dispatch(shop: Shop) -> Dispatch:
    """``kernel.dispatch`` in machine code, for arrays made by ``shop.compiled``; compiles on the first call."""
    global _dispatch
    with _lock:
        if _dispatch is None:
            (function,) = compile_together(kernel.dispatch)
            # A stop that has been asked for still compiles, and schedules little.
            function(shop, make_state(shop), 0, False, np.ones(1, dtype=np.uint8))
            _dispatch = function
        return _dispatch


def compile_beside(shop: Shop, stop: Stop) -> Dispatch | None:
    """``compiled_dispatch``, waited for in a thread of its own; None where ``stop`` comes first."""
    if _dispatch is not None:
        return _dispatch
    made: Dispatch | None = wait_for(lambda: compiled_dispatch(shop), stop)
    return made
