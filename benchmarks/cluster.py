"""A dask cluster as the executor of ``bench``: processes on this machine, or workers anywhere.

A run whose worker dies is given to another one; its child ends itself when the worker is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from schedsolve.models.errors import InvalidOption, MissingExtra

CONNECT = "10s"


def check() -> None:
    """Raise ``MissingExtra`` where dask.distributed is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise MissingExtra("cluster", "--cluster") from None


@contextmanager
def executor(address: str, workers: int) -> Iterator[Executor]:
    """``local``: a cluster of ``workers`` processes of its own; else the scheduler at ``address``, ``tcp://…``.

    Raises ``InvalidOption`` where nobody answers there.
    """
    check()
    from distributed import Client, LocalCluster

    if address == "local":
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client.get_executor(pure=False)
        return
    try:
        client = Client(address, timeout=CONNECT)
    except (OSError, ValueError) as error:
        raise InvalidOption(f"--cluster {address}: no dask scheduler answers there ({error})") from None
    with client:
        yield client.get_executor(pure=False)
