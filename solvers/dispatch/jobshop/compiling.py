"""The kernel in machine code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.dispatch.jobshop import kernel
from schedsolve.solvers.dispatch.jobshop.shop import Shop, State, Vector, compiled, make_shop, make_state

Dispatch = Callable[[Shop, State, int, bool, Vector], bool]


def compiled_dispatch() -> Dispatch:
    """``kernel.dispatch`` in machine code, for arrays made by ``shop.compiled``."""
    (dispatch,) = KERNELS.functions()
    return dispatch


def _call_each() -> None:
    shop = compiled(make_shop(JobShop.from_jobs([[(0, 1)]]), 0)[0])
    compiled_dispatch()(shop, make_state(shop), 0, False, np.zeros(1, dtype=np.uint8))


KERNELS = Kernels(__name__, (kernel.dispatch,), _call_each)
