"""The schemes, plain and in machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.dispatch.rcpsp import kernel, listing


class Schemes(NamedTuple):
    """Both schemes and the making of lists, plain or compiled."""

    serial: Callable[..., bool]
    parallel: Callable[..., bool]
    listed: Callable[..., bool]


PLAIN = Schemes(kernel.serial, kernel.parallel, listing.listed)


def compiled_schemes() -> Schemes:
    """The schemes in machine code, for arrays."""
    return Schemes(*KERNELS.functions())


def _call_each() -> None:
    from schedsolve.solvers.dispatch.rcpsp.builder import Builder
    from schedsolve.solvers.dispatch.rcpsp.modes import select
    from schedsolve.solvers.dispatch.rcpsp.project import make_project

    one = np.ones(2, dtype=np.int64)
    problem = RCPSP(mode_ptr=np.arange(3), duration=one, capacity=one[:1], demand=one.reshape(2, 1))
    selection = select(problem, 0)
    assert selection is not None
    builder = Builder(problem, make_project(problem, {}), selection, compiled_schemes(), 0)
    order = builder.order([0, 1])
    assert order is not None
    builder.serial(order)
    builder.parallel([0, 1])


KERNELS = Kernels(__name__, PLAIN, _call_each)
