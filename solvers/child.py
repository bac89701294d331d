"""A child process that does one task: started so that all of it can be ended, and that ends when its parent is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from schedsolve.models.registry import VARIABLE


def start(module: str, folder: str, log: Path) -> subprocess.Popen[str]:
    """Run ``python -m module`` with pipes for text, in ``folder``, where its temporary files go as well.

    It leads its own process group: Ctrl-C does not reach it, and all of it ends at once. stderr goes to ``log``.
    """
    with log.open("w") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=folder,
            env=os.environ | search_path() | {"TMPDIR": folder, "TMP": folder, "TEMP": folder},
            start_new_session=True,
        )


def search_path() -> dict[str, str]:
    """PYTHONPATH for a process in another folder: what it says relative to this one, made absolute.

    Where families of other packages take part, all that this process finds packages by.
    """
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    folders = sys.path if os.environ.get(VARIABLE) else [folder for folder in given if folder]
    return {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, folders))} if folders else {}


def hand_over(pipe: IO[str], line: str) -> threading.Thread:
    """Write a line to a child's stdin, in a thread: a large one fills the pipe until the child has started to read.

    The pipe stays open: its end tells the child that its parent is gone. Returns the thread.
    """

    def write() -> None:
        with contextlib.suppress(OSError, ValueError):  # the child is gone; its exit code tells
            pipe.write(line + "\n")
            pipe.flush()

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    return writer


def end(child: subprocess.Popen[str]) -> None:
    """Kill the child and all that it has started, and wait for it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def last_words(log: Path) -> str:
    """The last line of stderr."""
    return log.read_text(errors="replace").strip().rpartition("\n")[2]


def end_with_parent() -> None:
    """To be called in the child, once its task has been read: the end of stdin ends it with all its children."""

    def wait() -> None:
        sys.stdin.read()
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def channel() -> IO[str]:
    """To be called in the child: stdout for messages alone; what solvers print there goes to stderr."""
    messages = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return messages
