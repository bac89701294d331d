"""The way to a dask cluster: a scheduler somewhere, or processes of its own on this machine."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from typing import Any

from schedsolve.models.errors import InvalidOption, MissingExtra

CONNECT = 10.0
"""Seconds in which a scheduler has to answer."""


_leaving: list[threading.Thread] = []


def check() -> None:
    """Raise ``MissingExtra`` where dask.distributed is not installed."""
    if find_spec("distributed") is None:
        raise MissingExtra("cluster", "--cluster")


@contextmanager
def connected(address: str, workers: int, timeout: float | None = None) -> Iterator[Any]:
    """A ``distributed.Client`` of the scheduler at ``address``, ``tcp://HOST:PORT``.

    ``local``: of a cluster of ``workers`` processes with one thread each, which ends with the context.
    Raises ``InvalidOption`` where nobody answers within ``timeout`` seconds (default: ``CONNECT``), and
    ``MissingExtra`` without dask.
    """
    check()
    from distributed import Client

    if address == "local":
        with _local_cluster(workers) as cluster, closing(Client(cluster)) as client:
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT if timeout is None else timeout)
    except (OSError, ValueError) as error:
        raise InvalidOption(f"--cluster {address}: no dask scheduler answers there ({error})") from None
    with closing(client):  # its own context manager would have to be left in the thread that entered it
        yield client


def leave(close: Callable[[], object]) -> None:
    """Close a connection in a thread of its own: an answer does not wait for processes to end."""
    thread = threading.Thread(target=close, name="leave cluster")
    _leaving.append(thread)
    thread.start()


def wait_until_left(timeout: float) -> None:
    """Wait for what ``leave`` has begun, before the program ends."""
    while _leaving:
        _leaving.pop().join(timeout)


def _local_cluster(workers: int) -> Any:
    from distributed import LocalCluster

    with _without_ctrl_c():
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": ":0"},  # else a second cluster warns that the usual port is taken
            silence_logs=logging.CRITICAL,
        )


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Threads and processes started inside do not hear Ctrl-C: it is the calling process that ends the workers."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # its start, otherwise by the first process, would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
