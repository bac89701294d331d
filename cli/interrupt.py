"""Ctrl-C and SIGTERM: while solving, the best schedule so far is the answer; before, they end the program."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schedsolve.solvers.stop import Stop


class Terminated(BaseException):
    """SIGTERM arrived; as with KeyboardInterrupt, no handler of ordinary errors should catch it."""


def listen() -> None:
    """Let SIGTERM raise ``Terminated``, as SIGINT raises KeyboardInterrupt."""
    signal.signal(signal.SIGTERM, _raise_terminated)


def _raise_terminated(number: int, frame: FrameType | None) -> None:
    raise Terminated


class Signals:
    """The first signal that came while solving; None: none did."""

    first: int | None = None

    @property
    def exit_code(self) -> int:
        """As a shell names a program's death by that signal."""
        return 128 + (self.first or 0)


@contextmanager
def ends(stop: Stop, leave: Callable[[], None]) -> Iterator[Signals]:
    """Inside, the first signal asks ``stop`` to come to an end and the second leaves at once, after ``leave()``."""
    signals = Signals()

    def handle(number: int, frame: FrameType | None) -> None:
        if signals.first is not None:
            leave()
            os._exit(128 + number)
        signals.first = number
        stop.request("interrupt")

    before: dict[int, Any] = {n: signal.signal(n, handle) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
