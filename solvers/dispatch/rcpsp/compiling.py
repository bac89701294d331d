"""The kernels compiled by numba, beside whatever else runs: a cold cache takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from schedsolve.solvers.compiling import compile_together
from schedsolve.solvers.dispatch.rcpsp import kernel, listing

HELPERS = (
    kernel.locate,
    kernel.split,
    kernel.clear,
    kernel.retry_for_stocks,
    kernel.fit,
    kernel.place,
    kernel.ready,
    kernel.blocked,
    kernel.enter,
    kernel.first_eligible,
    kernel.affordable,
    kernel.exchange,
    kernel.start_beside,
    kernel.worst_case_slack,
    listing.stocks_allow,
    listing.draw,
    listing.by_regret,
    listing.smallest,
)
"""What ``kernel.serial``, ``kernel.parallel`` and ``listing.listed`` call."""


class Schemes(NamedTuple):
    """Both schemes and the making of lists, plain or compiled."""

    serial: Callable[..., bool]
    parallel: Callable[..., bool]
    listed: Callable[..., bool]


PLAIN = Schemes(kernel.serial, kernel.parallel, listing.listed)


@cache
def compiled_schemes() -> Schemes:
    """The schemes in machine code, for arrays; each compiles when first called."""
    return Schemes(*compile_together((kernel.serial, kernel.parallel, listing.listed), HELPERS))
