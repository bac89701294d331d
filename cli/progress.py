"""What one sees on stderr while engines run: a live line on a terminal, else plain lines; or a JSON stream on stdout.

Improvements arrive from a solver's thread; a thread of our own shows them, so that a slow terminal
never slows a solver.
"""

from __future__ import annotations

import json
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from schedsolve.cli.columns import percent
from schedsolve.cli.echo import echo_document, tell, unfailing_stderr
from schedsolve.instances.characters import printable
from schedsolve.solvers.stop import Stop, relative_gap

if TYPE_CHECKING:
    from schedsolve.solvers.result import TracePoint

INTERVAL = 1.0
"""Least seconds between two plain lines."""

HEARTBEAT = 10.0
"""Seconds after which a plain line says that we are still at it."""


class Silent:
    """Shows nothing, and keeps what the others show: the latest point."""

    def __init__(self, stop: Stop):
        self.stop = stop
        self.latest: TracePoint | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave the terminal as it was."""

    def improvement(self, point: TracePoint, solution: Any) -> None:
        """A better solution was accepted."""
        self.latest = point

    def bound(self, point: TracePoint) -> None:
        """The bound was raised."""
        self.latest = point

    def line(self) -> str:
        """``12.3 s  makespan 930  bound 901  gap 3.1 %  cpsat``."""
        parts = [f"{self.stop.elapsed():.1f} s"]
        point = self.latest
        if point is None or point.objective is None:
            parts.append("no solution yet")
        else:
            parts.append(f"{point.stage} {point.objective}")
        if point is not None and point.bound is not None:
            parts.append(f"bound {point.bound}")
            if point.objective is not None:
                parts.append(f"gap {percent(relative_gap(point.objective, point.bound))}")
        if point is not None:
            parts.append(point.who)
        return "  ".join(parts)


class PlainLines(Silent):
    """For logs: a line when something got better, at most one a second, and a heartbeat."""

    def __init__(self, stop: Stop):
        super().__init__(stop)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True, name="progress")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def close(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _report(self) -> None:
        shown, silent_for = None, 0.0
        while not self._over.wait(INTERVAL):
            silent_for += INTERVAL
            if self.latest is not shown or silent_for >= HEARTBEAT:
                shown, silent_for = self.latest, 0.0
                tell(self.line())


class LiveLine(Silent):
    """For a terminal: one line, drawn again four times a second, gone at the end."""

    def __init__(self, stop: Stop):
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        super().__init__(stop)
        self._live = Live(
            get_renderable=lambda: Text(printable(self.line()), no_wrap=True, overflow="ellipsis"),
            console=Console(file=unfailing_stderr()),
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def close(self) -> None:
        self._live.stop()


class JsonLines(Silent):
    """For programs: one JSON object a line on stdout. Where it can not be written there is nobody to search for."""

    def __init__(self, stop: Stop, start: dict[str, Any]):
        super().__init__(stop)
        self.start = start

    def __enter__(self) -> Self:
        emit("start", self.start)
        return self

    def improvement(self, point: TracePoint, solution: Any) -> None:
        self._emit("improvement", point)

    def bound(self, point: TracePoint) -> None:
        self._emit("bound", point)

    def _emit(self, kind: str, point: TracePoint) -> None:
        try:
            emit(kind, _values(point))
        except OSError:  # what is found is still written to files
            self.stop.request("interrupt")


def emit(kind: str, values: dict[str, Any]) -> None:
    """Write one event of the stream."""
    echo_document(json.dumps({"schema": "schedsolve/1", "type": kind} | values))


def _values(point: TracePoint) -> dict[str, Any]:
    return {
        "seconds": round(point.seconds, 4),
        "objective": point.objective,
        "bound": point.bound,
        "engine": point.who,
        "stage": point.stage,
    }


def reporter(stop: Stop, format: str, *, quiet: bool, start: dict[str, Any]) -> Silent:
    """The one that fits the format and the terminal."""
    if format == "jsonl":
        return JsonLines(stop, start)
    if quiet:
        return Silent(stop)
    if sys.stderr.isatty() and _moves_its_cursor():
        return LiveLine(stop)
    return PlainLines(stop)


def _moves_its_cursor() -> bool:
    from rich.console import Console

    return not Console(stderr=True).is_dumb_terminal
