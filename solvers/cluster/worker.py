"""A worker's part in the portfolio: an ordinary ``solve`` that hears of what others find while it runs.

``work`` is a dask task. It reports to the calling process through a dask queue, and hears from it through
``deliver``, which runs in the worker's event loop and wakes the thread that the two share.
"""

from __future__ import annotations

import math
import pickle
import threading
import time
from queue import Empty, SimpleQueue
from uuid import uuid4

from schedsolve.solvers.cluster.exchange import Assignment, Counterpart, Outcome, Report, Word
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.solve import solve
from schedsolve.solvers.stop import Stop

LOST = 60.0
"""Seconds of silence after which the calling process counts as gone."""

PAUSE = 0.05
"""Seconds between two messages of one sender: what comes up meanwhile goes into one."""

_links: dict[str, Link] = {}
"""The attempts under way in this process."""


def work(part: int, queue: str, room: int) -> None:
    """Do one part of the portfolio; what comes of it goes into the dask queue ``queue`` with place for ``room``."""
    link = Link(part, queue, room)
    _links[link.attempt] = link
    try:
        link.conclude(_solve(link.introduce(), link))
    finally:
        del _links[link.attempt]


def deliver(attempt: str, word: Word) -> bool:
    """Hand a word to an attempt on this worker; says whether it is there."""
    link = _links.get(attempt)
    if link is not None:
        link.receive(word)
    return link is not None


def _solve(assignment: Assignment, link: Link) -> Outcome:
    try:
        result = solve(
            assignment.problem,
            assignment.engine,
            threads=1,
            seed=assignment.seed,
            cutoff=assignment.cutoff,
            params=assignment.params,
            stop=link.stop,
            on_start=link.attach,
            on_improvement=link.wake,
            on_bound=link.wake,
        )
    except Exception as error:
        return Outcome((), error)
    return Outcome(result.notes, stopped_by=result.stopped_by)


class Link:
    """A worker's connection with the calling process, and the thread that keeps it."""

    def __init__(self, part: int, queue: str, room: int):
        from distributed import Queue, get_client, get_worker

        self.part = part
        self.attempt = uuid4().hex
        self.stop = Stop()
        self._address = get_worker().address
        self._reports = Queue(queue, client=get_client(), maxsize=room)
        self._inbox: SimpleQueue[Word | None] = SimpleQueue()
        """None: something is new on this side."""
        self._counterpart = Counterpart()
        self._progress: Progress | None = None
        self._first: Word | None = None
        self._heard_at = time.perf_counter()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._exchange, daemon=True, name=f"link {part}")

    def introduce(self) -> Assignment:
        """Report for work. Raises ``TimeoutError`` where there is nobody to give any."""
        self._report()
        try:
            word = self._inbox.get(timeout=LOST)
        except Empty:
            word = None
        if word is None or word.assignment is None:
            raise TimeoutError("the calling process does not answer")
        self.stop.time_limit = None if math.isinf(word.remaining) else self.stop.elapsed() + word.remaining
        self.stop.iterations = word.assignment.iterations
        self._first = word
        return word.assignment

    def attach(self, progress: Progress) -> None:
        """Tell a solve that begins what is known, and keep it informed from now on."""
        self._progress = progress
        if self._first is not None:
            self._learn(self._first)
        self._thread.start()

    def wake(self, *_: object) -> None:
        """There may be something to report."""
        self._inbox.put(None)

    def receive(self, word: Word) -> None:
        """Take in a word from the calling process; called from the worker's event loop."""
        self._heard_at = time.perf_counter()
        if word.remaining <= 0:
            self.stop.request("interrupt")
        self._inbox.put(word)

    def conclude(self, outcome: Outcome) -> None:
        """The solve is over: report what is left to say."""
        self._ending.set()
        self.wake()
        if self._progress is not None:
            self._thread.join()
        self._report(outcome)
        self._reports.close()

    def _exchange(self) -> None:
        try:
            while not self._ending.is_set():
                self._take(1.0)
                self._report()
                self._ending.wait(PAUSE)
        except Exception:  # the connection is gone; the last report will fail, too, and dask will know
            self.stop.request("interrupt")

    def _take(self, timeout: float) -> None:
        """Wait for words and learn what they say; without any for long, nobody waits for this solve any more."""
        try:
            word = self._inbox.get(timeout=timeout)
            while True:
                if word is not None:
                    self._learn(word)
                word = self._inbox.get_nowait()
        except Empty:
            if time.perf_counter() - self._heard_at > LOST:
                self.stop.request("interrupt")

    def _learn(self, word: Word) -> None:
        if word.known is not None and self._progress is not None:
            self._counterpart.heard(word.known)
            self._progress.learn(word.known)

    def _report(self, outcome: Outcome | None = None) -> None:
        """Send what is new; the first and the last report go out all the same."""
        known = None if self._progress is None else self._counterpart.news(self._progress)
        if known is not None or outcome is not None or self._progress is None:
            report = Report(self.part, self.attempt, self._address, known, outcome)
            self._reports.put(pickle.dumps(report), timeout=LOST)
