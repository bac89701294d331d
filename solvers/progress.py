"""What is known so far while engines run: the best valid solution, the bounds, the trace.

Engines, also several at once, offer solutions and raise bounds here; nothing becomes the incumbent
before the family's independent checker has accepted it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.errors import InvalidOption, UnknownName, Unsupported
from schedsolve.models.registry import family
from schedsolve.solvers import memory
from schedsolve.solvers.result import TracePoint
from schedsolve.solvers.stop import Stop, closed_levels

OnStart = Callable[["Progress"], None]
OnImprovement = Callable[[TracePoint, Any], None]
"""Its solution is one of the family of the problem, as those of ``Progress`` are."""
OnBound = Callable[[TracePoint], None]


@dataclass(frozen=True)
class Snapshot:
    """What a solve knows at one moment, to be told to another solve of the same problem.

    ``solution`` may be left out where the other one has an equally good one; all else as in ``Progress``.
    """

    values: tuple[int, ...] | None
    solution: Any | None
    engine: str | None
    bounds: tuple[int | None, ...]
    proved_by: tuple[str | None, ...]
    infeasible_by: str | None


class Progress:
    """Shared by all engines of one solve; its methods may be called from any thread.

    ``solution`` and ``values`` (one objective value a level) are the incumbent's, None before there
    is one; ``bounds`` has one lower bound a level, None where unknown. A bound of level k > 0 holds
    for solutions whose levels above are at their optimum.
    """

    def __init__(
        self,
        problem: Problem,
        stop: Stop,
        *,
        cutoff: int | None = None,
        on_improvement: OnImprovement | None = None,
        on_bound: OnBound | None = None,
    ):
        parts = family(problem.kind)
        self.problem: Any = problem
        """Of the type that the engines of its family know, as ``solution`` is."""
        self.stop = stop
        self.cutoff = cutoff
        """Only solutions whose first objective is below this are wanted; None: any."""
        self.names: tuple[str, ...] = tuple(level.name for level in problem.levels)
        self.solution: Any | None = None
        self.values: tuple[int, ...] | None = None
        self.bounds: list[int | None] = [None] * len(self.names)
        self.engine: str | None = None
        self.proved_by: list[str | None] = [None] * len(self.names)
        self.infeasible_by: str | None = None
        self.trace: list[TracePoint] = []
        self.notes: list[str] = []
        self.error: BaseException | None = None
        """What a callback raised, or what the caller got wrong: raised at the end of the solve."""
        self.failure: BaseException | None = None
        """What the first engine that broke down raised; raised at the end where no other found an answer."""
        self.failed = False
        """Did an engine break down, or was there not enough memory for it?"""
        self._violations = parts.load("violations")
        self._evaluate = parts.load("evaluate")
        self._on_improvement = on_improvement
        self._on_bound = on_bound
        self._standing: list[int | None] = [None] * len(self.names)
        self._standing_by = ""
        self._over = False
        self._lock = threading.RLock()

    @property
    def level(self) -> int:
        """Index of the first level that is not closed; the last where all are."""
        if self.values is None:
            return 0
        return min(closed_levels(self.values, self.bounds), len(self.names) - 1)

    @property
    def infeasible(self) -> bool:
        return self.infeasible_by is not None

    @property
    def closed(self) -> bool:
        """Is everything proved: optimal at all levels, infeasible, or without a solution below the cutoff?"""
        if self.values is None:
            bound = self.bounds[0]
            return self.infeasible or (self.cutoff is not None and bound is not None and bound >= self.cutoff)
        return closed_levels(self.values, self.bounds) == len(self.names)

    def known(self) -> Snapshot:
        """All of it at one moment."""
        with self._lock:
            bounds, proved_by = tuple(self.bounds), tuple(self.proved_by)
            return Snapshot(self.values, self.solution, self.engine, bounds, proved_by, self.infeasible_by)

    def learn(self, known: Snapshot) -> None:
        """Take in what another solve of the same problem knows; its solution is checked as any other."""
        if known.solution is not None and (self.values is None or (known.values or ()) < self.values):
            self.offer(known.solution, known.engine or "")
        for level, (bound, who) in enumerate(zip(known.bounds, known.proved_by, strict=True)):
            self.raise_bound(bound, who or "", level)
        if known.infeasible_by is not None:
            self.prove_infeasible(known.infeasible_by)

    def offer(self, solution: Solution, engine: str) -> bool:
        """Take ``solution`` if it is valid and better than the incumbent; says whether it was taken.

        A solution that breaks rules is a bug of ``engine``: it is noted and dropped.
        """
        broken = self._violations(self.problem, solution)
        with self._lock:
            if self._over:
                return False
            if broken:
                self.note(f"bug: {engine} gave an invalid solution, please report: {broken[0]}")
                return False
            values = tuple(value for _, value in self._evaluate(self.problem, solution))
            if self.cutoff is not None and values[0] >= self.cutoff:
                return False
            if self.values is not None and values >= self.values:
                return False
            if self.infeasible:
                self.note(f"bug: {self.infeasible_by} called a problem infeasible that {engine} solved, please report")
                self.infeasible_by = None
            old = self.values
            self.solution, self.values, self.engine = solution, values, engine
            self._drop_refuted_bounds(values)
            level = 0 if old is None else next(k for k, value in enumerate(values) if value != old[k])
            self._call(self._on_improvement, self._record(engine, level), solution)
            self._settle()
            return True

    def raise_bound(self, bound: int | None, engine: str, level: int = 0) -> bool:
        """A lower bound for ``level``, valid once all levels above are closed; says whether it is better."""
        with self._lock:
            if self._over or not self._take_bound(bound, engine, level):
                return False
            self._settle()
            return True

    def raise_standing_bounds(self, bounds: Sequence[int | None], engine: str) -> None:
        """One lower bound a level that holds whatever the levels above; each counts as soon as those are closed."""
        with self._lock:
            self._standing, self._standing_by = list(bounds), engine
            self._settle()

    def prove_infeasible(self, engine: str) -> None:
        """``engine`` has proved that there is no solution (below the cutoff); a valid one in hand overrules it."""
        with self._lock:
            if self._over:
                return
            if self.solution is not None:
                self.note(f"bug: {engine} called a problem infeasible that {self.engine} solved, please report")
                return
            if self.cutoff is not None:
                self.raise_bound(self.cutoff, engine)
                return
            self.infeasible_by = engine
            self.stop.request("proof")

    def fail(self, engine: str, error: BaseException) -> None:
        """``engine`` broke down. The others go on; what the caller got wrong (a name, an option) ends the solve."""
        with self._lock:
            if isinstance(error, (UnknownName, InvalidOption, Unsupported)):
                self.error = self.error or error
                self.stop.request("error")
                return
            self.failed = True
            if memory.is_shortage(error):
                why = str(error) if isinstance(error, MemoryError) and str(error) else f"{type(error).__name__} {error}"
                self.note(f"{engine} ended early, for want of memory or threads: {why.strip()}")
                return
            self.failure = self.failure or error
            self.note(f"bug: {engine} failed, please report: {type(error).__name__}: {error}")

    def finish(self) -> None:
        """The answer is being given: what an engine that was left behind says from now on is ignored."""
        with self._lock:
            self._over = True

    def note(self, text: str) -> None:
        """Something that the user should read; each text once."""
        with self._lock:
            if text not in self.notes:
                self.notes.append(text)

    def _take_bound(self, bound: int | None, engine: str, level: int) -> bool:
        known = self.bounds[level]
        if bound is None or (known is not None and bound <= known):
            return False
        if level and (self.values is None or closed_levels(self.values, self.bounds) < level):
            return False
        if self.values is not None and bound > self.values[level]:
            value, name = self.values[level], self.names[level]
            self.note(f"bug: {engine} claimed {name} bound {bound} above a solution of {value}, please report")
            return False
        self.bounds[level] = bound
        self.proved_by[level] = engine
        self._call(self._on_bound, self._record(engine, level))
        return True

    def _drop_refuted_bounds(self, values: tuple[int, ...]) -> None:
        """A better valid solution is right against a bound above it; the bounds below that one fall as well."""
        for level, (value, bound) in enumerate(zip(values, self.bounds, strict=True)):
            if bound is not None and value < bound:
                self.note(
                    f"bug: {self.proved_by[level]} claimed {self.names[level]} bound {bound}, "
                    f"{self.engine} found {value}, please report"
                )
                self.bounds[level:] = [None] * (len(self.bounds) - level)
                self.proved_by[level:] = [None] * (len(self.bounds) - level)
                return

    def _settle(self) -> None:
        """After each change: standing bounds of levels that have come into reach, then whether all is done."""
        for level, bound in enumerate(self._standing):  # upwards: each may close its level and open the next
            self._take_bound(bound, self._standing_by, level)
        if self.closed:
            self.stop.request("proof")
        elif self.values is not None:
            reason = self.stop.reached(self.values, self.bounds)
            if reason:
                self.stop.request(reason)

    def _record(self, who: str, level: int) -> TracePoint:
        value = self.values[level] if self.values is not None else None
        point = TracePoint(self.stop.elapsed(), value, self.bounds[level], who, self.names[level])
        self.trace.append(point)
        return point

    def _call(self, callback: Callable[..., None] | None, *arguments: object) -> None:
        """A caller's callback; what it raises stops the solve and is raised again at its end."""
        if callback is None or self.error is not None:
            return
        try:
            callback(*arguments)
        except BaseException as error:  # also KeyboardInterrupt: it must not vanish in a solver's thread
            self.error = error
            self.stop.request("error")
