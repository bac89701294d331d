"""Signals that end a program: while solving, the best schedule so far is the answer; before, they end it at once.

They are Ctrl-C, SIGTERM and SIGHUP, which a closed terminal sends. Wrappers pass on what the terminal has sent to all:
the same signal or another one comes again, a moment later. Within half a second of one that was heard no other is.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from schedsolve.solvers.stop import Stop

REPEAT = 0.5
"""Seconds in which further signals belong to the one that was heard."""

_heard = float("-inf")
"""When the last one was: a value of ``time.monotonic()``."""

_raised: int | None = None
"""The signal that was raised since ``listen``. What it interrupts may swallow it, as Python's own parser does."""

Handler = Callable[[int, FrameType | None], object] | int | None
"""What ``signal.signal`` takes and returns."""

Phase = Literal["solving", "writing", "over"]


class Terminated(BaseException):
    """A signal arrived; as with KeyboardInterrupt, no handler of ordinary errors should catch it."""

    def __init__(self, number: int):
        super().__init__(number)
        self.exit_code = 128 + number


def listen() -> None:
    """Let the signals raise: ``KeyboardInterrupt`` SIGINT, ``Terminated`` the others; what is ignored stays so."""
    global _raised
    _raised = None
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_DFL):
        signal.signal(signal.SIGINT, _raise_first)
    for number in _ending():
        if number != signal.SIGINT:
            signal.signal(number, _raise_first)


def ignore() -> None:
    """To be called when all is done: a signal at the interpreter's own end would hide the exit code."""
    for number in _ending():
        signal.signal(number, signal.SIG_IGN)


def _ending() -> list[int]:
    """The signals that end the program: without SIGHUP where it is ignored, which is what nohup asks for."""
    numbers: list[int] = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


def _is_heard() -> bool:
    global _heard
    now = time.monotonic()
    if now - _heard < REPEAT:
        return False
    _heard = now
    return True


def _raise_first(number: int, frame: FrameType | None) -> None:
    global _raised
    if _is_heard():
        _raised = number
        _raise(number)


def _raise(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(number)


class Signals:
    """The signals since solving began."""

    first: int | None = None
    """The first one that was heard; None: there was none."""

    phase: Phase = "solving"
    """While ``writing`` the answer is completed; once that is ``over`` signals raise as they do before solving."""

    @property
    def hung_up(self) -> bool:
        """Was the terminal closed?"""
        return self.first is not None and self.first == getattr(signal, "SIGHUP", None)

    @property
    def exit_code(self) -> int:
        """As a shell names a program's death by that signal."""
        return 128 + (self.first or 0)


@contextmanager
def ends(stop: Stop, leave: Callable[[], None]) -> Iterator[Signals]:
    """Inside, the first signal asks ``stop`` to come to an end and the second leaves at once, after ``leave()``."""
    if _raised is not None:
        _raise(_raised)
    signals = Signals()

    def handle(number: int, frame: FrameType | None) -> None:
        if not _is_heard():
            return
        if signals.phase != "over" and signals.first is None:
            signals.first = number
            stop.request("interrupt")
        elif signals.phase == "solving":
            leave()
            os._exit(128 + number)
        else:
            _raise(number)

    before: dict[int, Handler] = {number: signal.signal(number, handle) for number in _ending()}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
