"""The kernels compiled by numba, beside whatever else runs: a cold cache takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from schedsolve.solvers.compiling import compile_together
from schedsolve.solvers.dispatch.rcpsp import kernel, listing


class Schemes(NamedTuple):
    """Both schemes and the making of lists, plain or compiled."""

    serial: Callable[..., bool]
    parallel: Callable[..., bool]
    listed: Callable[..., bool]


PLAIN = Schemes(kernel.serial, kernel.parallel, listing.listed)


@cache
def compiled_schemes() -> Schemes:
    """The schemes in machine code, for arrays; each compiles when first called."""
    return Schemes(*compile_together(kernel.serial, kernel.parallel, listing.listed))
