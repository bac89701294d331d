"""What one sees on stderr while engines run: a live line on a terminal, else plain lines; or a JSON stream on stdout.

Improvements arrive from a solver's thread; a thread of our own shows them, so that a slow terminal
never slows a solver.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from schedsolve.cli import events
from schedsolve.cli.columns import percent
from schedsolve.cli.echo import tell, unfailing_stderr
from schedsolve.instances.characters import printable
from schedsolve.solvers.stop import Stop, relative_gap

if TYPE_CHECKING:
    from schedsolve.models.contracts import Solution
    from schedsolve.models.objective import Objective
    from schedsolve.solvers.result import TracePoint

INTERVAL = 1.0
"""Least seconds between two plain lines."""

HEARTBEAT = 10.0
"""Seconds after which a plain line says that we are still at it."""


class Silent:
    """Shows nothing, and keeps what the others show: the latest point."""

    def __init__(self, stop: Stop, levels: Sequence[Objective] = ()):
        self.stop = stop
        self.latest: TracePoint | None = None
        self._levels = {level.name: level for level in levels}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave the terminal as it was."""

    def improvement(self, point: TracePoint, solution: Solution) -> None:
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
            parts.append(f"{point.stage} {self._shown(point, point.objective)}")
        if point is not None and point.bound is not None:
            parts.append(f"bound {self._shown(point, point.bound)}")
            if point.objective is not None:
                parts.append(f"gap {percent(relative_gap(point.objective, point.bound))}")
        if point is not None:
            parts.append(point.who)
        return "  ".join(parts)

    def _shown(self, point: TracePoint, value: int) -> str:
        level = self._levels.get(point.stage)
        return str(value) if level is None else level.shown(value)


class PlainLines(Silent):
    """For logs: a line when something got better, at most one a second, and a heartbeat."""

    def __init__(self, stop: Stop, levels: Sequence[Objective] = ()):
        super().__init__(stop, levels)
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

    def __init__(self, stop: Stop, levels: Sequence[Objective] = ()):
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        super().__init__(stop, levels)
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

    def __init__(self, stop: Stop, start: events.Start):
        super().__init__(stop)
        self.start = start

    def __enter__(self) -> Self:
        events.emit(self.start)
        return self

    def improvement(self, point: TracePoint, solution: Solution) -> None:
        self._emit(events.Improvement.of(point))

    def bound(self, point: TracePoint) -> None:
        self._emit(events.Bound.of(point))

    def _emit(self, event: events.Event) -> None:
        try:
            events.emit(event)
        except OSError:  # what is found is still written to files
            self.stop.request("interrupt")


def reporter(stop: Stop, format: str, *, quiet: bool, start: events.Start, levels: Sequence[Objective] = ()) -> Silent:
    """The one that fits the format and the terminal; ``levels`` are the problem's."""
    if format == "jsonl":
        return JsonLines(stop, start)
    if quiet:
        return Silent(stop)
    if sys.stderr.isatty() and _moves_its_cursor():
        return LiveLine(stop, levels)
    return PlainLines(stop, levels)


def _moves_its_cursor() -> bool:
    from rich.console import Console

    return not Console(stderr=True).is_dumb_terminal
