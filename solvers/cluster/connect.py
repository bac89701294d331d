"""The way to a dask cluster: a scheduler somewhere, or processes of its own on this machine."""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING
from weakref import WeakSet

from schedsolve.models.arguments import wrong
from schedsolve.models.errors import InvalidOption, MissingExtra
from schedsolve.solvers.stop import Stop

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

CONNECT = 10.0
"""Seconds in which a scheduler has to answer."""


LEAVE = 10.0
"""Seconds that the processes of a cluster of our own may take to end."""

_connections: WeakSet[Connection] = WeakSet()
"""Those that have not ended."""


def check(address: object) -> None:
    """Raise ``InvalidOption`` where ``address`` is none, ``MissingExtra`` where dask.distributed is not installed."""
    if not isinstance(address, str) or not address:
        raise wrong("cluster", address, "tcp://HOST:PORT or local")
    if find_spec("distributed") is None:
        raise MissingExtra("cluster", "--cluster")


@contextmanager
def connected(address: str, workers: int, timeout: float | None = None) -> Iterator[Client]:
    """A ``distributed.Client`` of the scheduler at ``address``, ``tcp://HOST:PORT``.

    ``local``: of a cluster of ``workers`` processes with one thread each, which ends with the context.
    Raises ``InvalidOption`` where nobody answers within ``timeout`` seconds (default: ``CONNECT``), and
    ``MissingExtra`` without dask.
    """
    check(address)
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


class Connection:
    """A connection that is made and ended in a thread of its own: no answer waits for processes to start or end."""

    def __init__(self, address: str, workers: int, timeout: float):
        self.client: Client | None = None
        self._address, self._workers, self._timeout = address, workers, timeout
        self._error: BaseException | None = None
        self._made = threading.Event()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True, name="connection")
        _connections.add(self)
        self._thread.start()

    def wait(self, stop: Stop) -> bool:
        """Wait for the cluster and its first worker; says whether they came before the time to stop.

        Raises ``InvalidOption`` where the one does not answer or the other does not come.
        """
        while not self._made.wait(0.05) and not stop.now():
            continue
        if self._error is not None:
            raise self._error
        return self._made.is_set()

    def leave(self) -> None:
        """End the connection, at once or as soon as it is made; does not wait for that."""
        self._leaving.set()

    def join(self, timeout: float) -> None:
        """Wait for its end, if it is being left."""
        if self._leaving.is_set() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _keep(self) -> None:
        try:
            with connected(self._address, self._workers, self._timeout) as client:
                try:
                    client.wait_for_workers(1, timeout=self._timeout)
                except TimeoutError:
                    raise InvalidOption(f"--cluster {self._address}: the scheduler there has no workers") from None
                self.client = client
                self._made.set()
                self._leaving.wait()
        except BaseException as error:
            self._error = error
        self._made.set()


def wait_until_left(timeout: float = LEAVE) -> None:
    """Give the connections that are being left a moment to end in an orderly way."""
    for connection in list(_connections):
        connection.join(timeout)


@cache
def _wait_at_exit() -> None:
    """Let our clusters end before dask, which ends all that are left when the interpreter does, gets to them."""
    atexit.register(wait_until_left)


def _local_cluster(workers: int) -> LocalCluster:
    from distributed import LocalCluster

    _wait_at_exit()
    wait_until_left()  # dask's log speaks again when a cluster ends, for others that have begun meanwhile, too
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
