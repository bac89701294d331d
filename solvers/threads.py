"""The threads of one engine."""

from __future__ import annotations

import threading
from collections.abc import Callable

MOST_THREADS = 1024
"""More than this is a slip, and more than some systems let a program have."""


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Do ``work`` in ``count`` threads, numbered from 0 on; raises what the first one to fail has raised.

    Where the system does not allow so many there are fewer.
    """
    errors: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    workers = []
    for number in range(1, count):
        worker = threading.Thread(target=guarded, args=(number,), name=f"search {number}")
        try:
            worker.start()
        except RuntimeError:
            break
        workers.append(worker)
    guarded(0)
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
