"""The way to a dask cluster: a scheduler somewhere, or processes of its own on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from schedsolve.models.errors import InvalidOption, MissingExtra

CONNECT = 10.0
"""Seconds in which a scheduler has to answer."""


def check() -> None:
    """Raise ``MissingExtra`` where dask.distributed is not installed."""
    if find_spec("distributed") is None:
        raise MissingExtra("cluster", "--cluster")


@contextmanager
def connected(address: str, workers: int, timeout: float | None = None) -> Iterator[Any]:
    """A ``distributed.Client`` of the scheduler at ``address``, ``tcp://HOST:PORT``.

    ``local``: of a cluster of ``workers`` processes with one thread each, which ends with the context.
    Raises ``InvalidOption`` where nobody answers within ``timeout`` seconds (default: ``CONNECT``).
    """
    check()
    from distributed import Client, LocalCluster

    if address == "local":
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT if timeout is None else timeout)
    except (OSError, ValueError) as error:
        raise InvalidOption(f"--cluster {address}: no dask scheduler answers there ({error})") from None
    with client:
        yield client
