"""Give a task to the worker process, listen to it, and see to it that nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from schedsolve.solvers.stop import Stop

POLL = 0.02
"""Seconds between two looks at the stop while the worker is silent."""


class WorkerError(RuntimeError):
    """The worker process failed, or died."""


def messages(task: dict[str, Any], stop: Stop) -> Iterator[dict[str, Any]]:
    """The worker's messages (see ``worker``), until it has ended or ``stop.now()``.

    Afterwards, however this ends, the worker and the solver it may have started are gone, and so are
    their temporary files. Raises ``WorkerError`` where the worker reports an error or dies.
    """
    with tempfile.TemporaryDirectory(prefix="schedsolve-milp-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "stderr"
        worker = _start(folder, log)
        try:
            yield from _listen(worker, task, stop)
            if worker.returncode:
                last = log.read_text(errors="replace").strip().rpartition("\n")[2]
                raise WorkerError(f"the milp worker died with exit code {worker.returncode}: {last}")
        finally:
            _end(worker)


def _start(folder: str, log: Path) -> subprocess.Popen[str]:
    """A worker that leads its own process group: Ctrl-C does not reach it, and all of it ends at once."""
    with log.open("w") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "schedsolve.solvers.milp.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=folder,
            env=os.environ | {"TMPDIR": folder, "TMP": folder, "TEMP": folder},
            start_new_session=True,
        )


def _listen(worker: subprocess.Popen[str], task: dict[str, Any], stop: Stop) -> Iterator[dict[str, Any]]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(worker.stdout, lines), daemon=True).start()
    # In a thread of its own: a large task fills the pipe until the worker has started to read.
    threading.Thread(target=_write, args=(worker.stdin, json.dumps(task)), daemon=True).start()
    while not stop.now():
        try:
            line = lines.get(timeout=POLL)
        except queue.Empty:
            continue
        if line is None:
            worker.wait()
            return
        message = json.loads(line)
        if "error" in message:
            raise WorkerError(f"the milp worker failed: {message['error']}")
        yield message


def _read(pipe: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in pipe:
        lines.put(line)
    lines.put(None)


def _write(pipe: IO[str], text: str) -> None:
    with contextlib.suppress(OSError):  # the worker is gone; its exit code tells
        pipe.write(text + "\n")
        pipe.flush()


def _end(worker: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
    else:
        worker.kill()
    worker.wait()
