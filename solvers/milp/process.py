"""Give a task to the worker process, listen to it, and see to it that nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NotRequired, TypedDict

from schedsolve.models.plain import Json
from schedsolve.solvers import child
from schedsolve.solvers.stop import Stop

POLL = 0.02
"""Seconds between two looks at the stop while the worker is silent."""

CLOSING = 0.2
"""Seconds in which a thread that reads or writes a pipe notices that its other end is closed."""


Message = dict[str, Json]


class TaskLimits(TypedDict):
    """As ``driver.Limits``."""

    seconds: float | None
    nodes: int | None
    threads: int
    seed: int


class Task(TypedDict):
    """What the worker is to do: to solve a model, or to write it."""

    kind: str
    problem: dict[str, Json]
    formulation: str
    """``"module:function"``."""
    arguments: dict[str, Json]
    solver: NotRequired[str]
    limits: NotRequired[TaskLimits]
    write: NotRequired[str]
    """The file."""


class WorkerError(RuntimeError):
    """The worker process failed, or died."""


def messages(task: Task, stop: Stop) -> Iterator[Message]:
    """The worker's messages (see ``worker``), until it has ended or ``stop.now()``.

    Afterwards, however this ends, the worker and the solver it may have started are gone, and so are
    their temporary files. Raises ``WorkerError`` where the worker reports an error or dies.
    """
    with tempfile.TemporaryDirectory(prefix="schedsolve-milp-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "stderr"
        worker = child.start("schedsolve.solvers.milp.worker", folder, log)
        assert worker.stdin is not None
        assert worker.stdout is not None
        lines: queue.Queue[str | None] = queue.Queue()
        pipes: list[tuple[threading.Thread, IO[str]]] = []
        try:  # from here on: there may be no more threads to start
            reader = threading.Thread(target=_read, args=(worker.stdout, lines), daemon=True)
            reader.start()
            pipes.append((reader, worker.stdout))
            pipes.append((child.hand_over(worker.stdin, json.dumps(task)), worker.stdin))
            yield from _listen(worker, lines, stop)
            if worker.returncode:
                raise WorkerError(f"the milp worker died with exit code {worker.returncode}: {child.last_words(log)}")
        finally:
            child.end(worker)
            for thread, pipe in pipes:
                thread.join(CLOSING)
                if not thread.is_alive():
                    with contextlib.suppress(OSError):  # what the child has not read
                        pipe.close()


def _listen(worker: subprocess.Popen[str], lines: queue.Queue[str | None], stop: Stop) -> Iterator[Message]:
    while not stop.now():
        try:
            line = lines.get(timeout=POLL)
        except queue.Empty:
            continue
        if line is None:
            worker.wait()
            return
        message: Message = json.loads(line)
        if "error" in message:
            raise WorkerError(f"the milp worker failed: {message['error']}")
        yield message


def _read(pipe: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in pipe:
        lines.put(line)
    lines.put(None)
