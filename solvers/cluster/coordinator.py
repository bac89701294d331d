"""The calling process's part: hand out the portfolio, check what comes back, and spread it."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from uuid import uuid4

from schedsolve.models.numerals import counted
from schedsolve.solvers.cluster.connect import CONNECT, Connection
from schedsolve.solvers.cluster.exchange import Assignment, Counterpart, Report, Word
from schedsolve.solvers.cluster.worker import PAUSE, deliver, work
from schedsolve.solvers.portfolio.turn import Turn
from schedsolve.solvers.progress import Progress

if TYPE_CHECKING:
    from distributed import Client, Future

POLL = 0.05
"""Seconds between two looks at whether it is time to stop."""

BEAT = 10.0
"""Seconds after which a worker hears from us even if nothing is new."""

LOOK = 2.0
"""Seconds between two looks at what workers the cluster has."""

GONE = 15.0
"""Seconds that a cluster may be without any worker: dask starts those that die again."""

END = b""
"""In the dask queue: no more reports are read."""

LAST_WORDS = 0.15
"""Seconds for workers to hand in what they have when it is over."""


def portfolio(turns: Sequence[Turn], workers: int) -> list[str]:
    """The engine of each worker thread: each as often as it has threads in its turn, and again from the first on.

    ``auto`` for all, the turns one after the other, where there are too few workers to take them side by side.
    """
    engines = [turn.engine for turn in turns for _ in range(turn.threads)]
    if len(engines) > workers:
        return ["auto"] * workers
    return [engines[k % len(engines)] for k in range(workers)] if engines else []


@contextmanager
def coordinator(progress: Progress, address: str, threads: int) -> Iterator[Coordinator | None]:
    """Join the cluster at ``address`` for one solve; None where that takes longer than the time there is.

    Raises ``InvalidOption`` where no scheduler answers or it has no workers.
    """
    connection = Connection(address, threads, max(1.0, min(CONNECT, progress.stop.remaining() / 2)))
    try:
        if connection.wait(progress.stop):
            yield Coordinator(progress, connection.client)
        else:
            progress.note("the cluster was not there in time")
            yield None
    finally:
        connection.leave()


class Coordinator:
    """One solve on the cluster of ``client``; ``threads`` is the number of its worker threads."""

    def __init__(self, progress: Progress, client: Client):
        self.progress = progress
        self._client = client
        nthreads = client.nthreads()
        self.threads: int = sum(nthreads.values())
        progress.note(f"cluster of {counted(len(nthreads), 'worker')}")
        self._inbox: SimpleQueue[Report | BaseException | tuple[int, Future]] = SimpleQueue()
        self._lines: dict[str, Line] = {}
        self._open: dict[int, Future] = {}
        """The dask future of each part that is not done."""
        self._assignments: list[Assignment] = []

    def run(self, engines: Sequence[str], *, seed: int, params: Mapping[str, Mapping[str, object]]) -> None:
        """Let each worker thread run its engine, seeds from ``seed`` on, until all are done or it is time to stop."""
        problem, limits = self.progress.problem, (self.progress.stop.iterations, self.progress.cutoff)
        self._assignments = [Assignment(problem, name, seed + k, *limits, params) for k, name in enumerate(engines)]
        try:
            self._submit()
            self._follow()
        finally:
            self._finish()

    def _submit(self) -> None:
        """One task for each worker thread; dask fills the idle threads, and moves a task whose worker dies."""
        from distributed import Queue

        name, room = f"schedsolve-{uuid4().hex}", 2 * len(self._assignments)
        self._reports = Queue(name, client=self._client, maxsize=room)
        threading.Thread(target=self._receive, daemon=True, name="reports").start()
        for part in range(len(self._assignments)):
            future = self._client.submit(work, part, name, room, key=f"{name}-{part}", pure=False)
            future.add_done_callback(lambda done, part=part: self._inbox.put((part, done)))
            self._open[part] = future

    def _receive(self) -> None:
        """Reports from the dask queue to the inbox, until its end or that of the connection."""
        try:
            while (message := self._reports.get()) != END:
                self._inbox.put(pickle.loads(message))
        except BaseException as error:
            self._inbox.put(error)

    def _follow(self) -> None:
        """Take in reports until all parts are done, the cluster is gone, or it is time to stop."""
        stop = self.progress.stop
        looked_at = seen_at = time.perf_counter()
        while self._open and not stop.now():
            self._take(POLL)
            now = time.perf_counter()
            if now - looked_at > LOOK:
                looked_at, seen_at = now, now if self._client.nthreads() else seen_at
                if now - seen_at > GONE:
                    self._lose("the cluster has lost all of its workers")

    def _take(self, timeout: float) -> None:
        """Wait for what comes in; the best solution of all that has come is checked first, and spread."""
        items = []
        try:
            items.append(self._inbox.get(timeout=timeout))
            while True:
                items.append(self._inbox.get_nowait())
        except Empty:
            pass
        for report in sorted((item for item in items if isinstance(item, Report)), key=lambda report: report.worth):
            self._hear(report)
        for item in items:
            if isinstance(item, BaseException):
                self._lose(f"the connection with the cluster is lost ({type(item).__name__})")
            elif not isinstance(item, Report):
                self._end_of(*item)
        if items:
            for line in self._lines.values():
                line.changed.set()

    def _hear(self, report: Report) -> None:
        line = self._lines.get(report.attempt)
        if line is None:
            line = Line(self._client, report, self.progress, self._assignments[report.part])
            self._lines[report.attempt] = line
        if report.known is not None:
            line.counterpart.heard(report.known)
            self.progress.learn(report.known)
        if report.outcome is not None:
            self._open.pop(report.part, None)
            for note in report.outcome.notes:
                self.progress.note(note)
            if report.outcome.failure is not None:
                self.progress.fail(self._assignments[report.part].engine, report.outcome.failure)
            if report.outcome.stopped_by == "time" and not self._open:  # a moment before ours is over
                self.progress.stop.request("time")

    def _end_of(self, part: int, future: Future) -> None:
        """A task that dask calls finished has sent its last report; one that failed never will."""
        if future.status != "finished" and self._open.pop(part, None) is not None:
            reason = repr(future.exception()) if future.status == "error" else future.status
            self.progress.note(f"a part of the work on the cluster failed: {reason}")
            if not self._open:
                self.progress.stop.request("error")

    def _lose(self, what: str) -> None:
        self.progress.note(what)
        self.progress.stop.request("error")

    def _finish(self) -> None:
        """Tell the workers that it is over, and wait a little for their last words."""
        for line in self._lines.values():
            line.end()
        until = time.perf_counter() + LAST_WORDS
        while self._open and time.perf_counter() < until:
            self._take(POLL)
        with suppress(Exception):  # where the scheduler is gone, so is the queue
            self._reports.put(END)
            self._reports.close()


class Line:
    """What the calling process says to one attempt; in a thread of its own, so that no worker keeps others waiting."""

    def __init__(self, client: Client, report: Report, progress: Progress, assignment: Assignment):
        self.counterpart = Counterpart()
        self.changed = threading.Event()
        self._client = client
        self._attempt, self._address = report.attempt, report.address
        self._progress = progress
        self._over = False
        threading.Thread(target=self._speak, args=(assignment,), daemon=True, name="line").start()

    def end(self) -> None:
        """Say that it is over."""
        self._over = True
        self.changed.set()

    def _speak(self, assignment: Assignment | None) -> None:
        """Say what is new, as it comes or at the next beat, to the end or until nobody is there to hear it."""
        over = False
        while not over:
            over = self._over or self._progress.stop.now()
            remaining = 0.0 if over else self._progress.stop.remaining()
            if not self._deliver(Word(remaining, self.counterpart.news(self._progress), assignment)):
                return
            assignment = None
            if not over:
                time.sleep(PAUSE)
                self.changed.wait(BEAT)
                self.changed.clear()

    def _deliver(self, word: Word) -> bool:
        try:
            heard = self._client.run(deliver, self._attempt, word, workers=[self._address], on_error="ignore")
        except Exception:  # the scheduler is gone, or this solve is over and the connection closed
            return False
        return bool(heard.get(self._address))
