"""Machine code for who is about to call it: waited for, never made here where a compiler can be started instead."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from schedsolve.models.errors import InvalidFile
from schedsolve.solvers import memory
from schedsolve.solvers.compiling import kept, lock, process
from schedsolve.solvers.compiling.kernels import Kernels, is_forbidden
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

T = TypeVar("T")

LOADER = 220 * memory.MIB
"""What numba takes to load machine code."""

POLL = 0.05
"""Seconds between two looks whether the code is there."""

MOST_VAIN = 2
"""Compilers that may be started in vain before no other one is."""


def obtain(*needed: Kernels, stop: Stop, progress: Progress) -> bool:
    """Have the machine code of all ``needed`` in this process; False where ``stop`` comes first, or it cannot be had.

    Where it is not kept, a compiler is started and waited for; it goes on when the solve ends. Where none can be
    started or nothing can be kept, the code is compiled here. Raises ``MemoryError`` where there is no room for it,
    and what compiling raises.
    """
    missing = [kernels for kernels in needed if not kernels.is_here]
    if not missing:
        return True
    if is_forbidden():
        return _made_here(missing, stop)
    if "numba" not in sys.modules:
        memory.require(LOADER, "compiled code")
    try:
        found = _wait(missing, stop)
    except (InvalidFile, OSError) as error:
        where = "anew in each run" if isinstance(error, InvalidFile) else "in this process"
        progress.note(f"kernels are compiled {where}: {error}")
        if "numba" not in sys.modules:
            memory.require(process.COMPILER, "the compiler")
        return _made_here(missing, stop)
    if not found and not progress.closed:
        seconds = sum(kernels.seconds for kernels in missing if kernels.kept_in() is None)
        if seconds:
            progress.note(
                f"search kernels are being compiled for the next runs (about {seconds} s); "
                "`schedsolve warmup` waits for it"
            )
    return found


def ask_for(*needed: Kernels) -> bool:
    """Is the code of all ``needed`` there? Where it is not, a compiler is started, if that can be; nobody waits."""
    missing = [kernels for kernels in needed if not kernels.is_here and kernels.kept_in() is None]
    if not missing or is_forbidden():
        return True
    with suppress(InvalidFile, OSError):
        folder = kept.writable()
        for kernels in missing:
            kernels.ask_for(folder)
        if not lock.is_held(folder):
            process.start()
    return False


def _wait(missing: Sequence[Kernels], stop: Stop) -> bool:
    """Load what is kept, have compiled what is not. Raises ``InvalidFile``, ``OSError`` where nobody can do that."""
    compiler: process.Compiler | None = None
    asked: Path | None = None
    killed = useless = 0
    while not stop.now():
        if all(kernels.kept_in() for kernels in missing):
            loaded = wait_for(lambda: all(kernels.load() for kernels in missing), stop)
            if loaded is not False:
                return bool(loaded)
            asked = None
            useless += 1
        elif compiler is not None and compiler.poll() is not None:
            code = _checked(compiler.returncode)
            killed += code < 0
            useless += code == process.DONE
            compiler = asked = None
        if killed > MOST_VAIN:
            raise MemoryError("the compiler was ended from outside, again and again")
        if useless > MOST_VAIN:
            raise OSError("what the compiler makes is of no use here")
        if asked is None:
            asked = kept.writable()
            for kernels in missing:
                if kernels.kept_in() is None:
                    kernels.ask_for(asked)
        if compiler is None and not lock.is_held(asked):
            compiler = process.start()
        time.sleep(POLL)
    return False


def _checked(code: int) -> int:
    """The exit code of a compiler, negative for one that was killed. Raises where the next one would end as it did."""
    if code == process.NO_MEMORY:
        raise MemoryError(f"the compiler needs about {process.COMPILER // memory.MIB} MiB")
    if code == process.NOT_KEPT:
        raise OSError("compiled code cannot be kept")
    if code > 0 and code != process.BUSY:
        raise OSError("the compiler failed")
    return code


def _made_here(missing: Sequence[Kernels], stop: Stop) -> bool:
    def work() -> bool:
        for kernels in missing:
            kernels.compile()
        return True

    return wait_for(work, stop) is not None


def wait_for(work: Callable[[], T], stop: Stop) -> T | None:
    """The result of ``work``, done in a thread of its own; None where ``stop`` comes first. Raises what it raises."""
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="compile")
    thread.start()
    while thread.is_alive() and not stop.now():
        thread.join(0.02)
    if failed:
        raise failed[0]
    return made[0] if made else None
