"""A dask cluster as the executor of ``bench``: processes on this machine, or workers anywhere.

A run whose worker dies is given to another one; its child ends itself when the worker is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from schedsolve.solvers.cluster.connect import connected


@contextmanager
def executor(address: str, workers: int) -> Iterator[Executor]:
    """``local``: a cluster of ``workers`` processes of its own; else the scheduler at ``address``, ``tcp://…``.

    Raises ``InvalidOption`` where nobody answers there, ``MissingExtra`` where dask is not installed.
    """
    with connected(address, workers) as client:
        yield client.get_executor(pure=False)
