"""The compiler, a process of its own: it does not end with who has started it, and nobody waits for it unawares."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from schedsolve.solvers import memory
from schedsolve.solvers.child import search_path

COMPILER = 360 * memory.MIB
"""What numba takes to compile all kernels, beside what a Python process has taken before."""

DONE, NOT_KEPT, BUSY, NO_MEMORY = 0, 74, 75, 71
"""Its exit codes. BUSY: another one is at work."""

MARK = "SCHEDSOLVE_COMPILER"
"""Set in the compiler's environment: what is started by mistake in its place must not start another one."""

_left: list[Compiler] = []
"""Those that outlived what they were started for."""


class Compiler(subprocess.Popen[bytes]):
    """The process, to be asked whether it has ended, and how."""

    def __del__(self) -> None:
        """Without the warning that it still runs: that is what it is for."""


def start() -> Compiler:
    """Start it, without a terminal, pipes or other files of this process. Raises ``OSError`` where that cannot be."""
    _left[:] = [compiler for compiler in _left if compiler.poll() is None]
    if os.environ.get(MARK) or not _is_python():
        raise OSError("there is no Python interpreter to start")
    detached = 0
    if sys.platform == "win32":
        detached = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        detached |= subprocess.BELOW_NORMAL_PRIORITY_CLASS
    compiler = Compiler(
        [sys.executable, "-P", "-m", "schedsolve.solvers.compiling.worker"],  # no modules from the current folder
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | search_path() | {MARK: "1"},
        start_new_session=True,
        creationflags=detached,
    )
    _left.append(compiler)
    return compiler


def _is_python() -> bool:
    """Is this an interpreter's process, and not that of a program which has one built in?"""
    name = Path(sys.executable or "").name.lower()
    return name.startswith(("python", "pypy")) and not getattr(sys, "frozen", False)
