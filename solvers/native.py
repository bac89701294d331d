"""Solvers in C++ that may not stop when they are asked to: the interpreter must not end while a thread is in one.

At the interpreter's end a thread that comes back from C++ is torn out of it, and that aborts the process, whatever
the script's own exit code. So the end waits for such threads, and asks their solvers to stop; they hear it within
seconds. Solvers that were left behind are asked as long as the process lives: in a service they must end some time.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 60.0
"""Seconds that the interpreter's end waits for all solvers; then it takes its course."""

POLL = 0.05

Ask = Callable[[], object]

_running: dict[object, Ask] = {}
"""How each solver that is running is asked to stop."""

_ending = threading.Event()
"""The interpreter ends: no solver may begin."""


@contextmanager
def running(ask: Ask) -> Iterator[None]:
    """To be held by a thread while it is in a solver; ``ask`` makes the solver stop, and may be called at any time.

    Once the interpreter ends, the thread waits here instead: no solver may begin any more.
    """
    if _ending.is_set():
        threading.Event().wait()
    token = object()
    _running[token] = ask
    try:
        yield
    finally:
        _running.pop(token, None)


def ask_until(over: threading.Event, ask: Ask) -> None:
    """Go on asking a solver that is left behind, in a thread of its own, until it is ``over``."""

    def go_on() -> None:
        while not over.wait(POLL):
            ask()

    threading.Thread(target=go_on, daemon=True, name="left behind").start()


@atexit.register
def _wait_for_all() -> None:
    _ending.set()
    until = time.monotonic() + PATIENCE
    while _running and time.monotonic() < until:
        for ask in list(_running.values()):
            ask()
        time.sleep(POLL)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_running.clear)  # their threads are not in the child
