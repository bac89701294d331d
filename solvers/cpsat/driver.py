"""The one module that touches the API of OR-Tools CP-SAT (9.15; L. Perron and F. Didier, Google).

Families build a ``Model`` and say how a solution is read from it; the driver runs the solver, hands
every solution and bound to ``Progress``, where incumbents are kept and checked, and ends the solver
when ``Stop`` says so. What the solver's status claims is never passed on as such.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from schedsolve.models import arguments
from schedsolve.models.contracts import Solution
from schedsolve.models.errors import InvalidOption
from schedsolve.solvers import memory, native
from schedsolve.solvers.options import fold
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop
from schedsolve.solvers.threads import MOST_THREADS

memory.require(128 * memory.MIB, "CP-SAT")  # to be loaded: where that fails halfway, much else fails with it

from ortools.sat.python import cp_model  # noqa: E402

ENGINE = "cpsat"

LARGEST = 2**53
"""Objectives and bounds are read as floating-point numbers: integers are exact up to here."""

ITERATIONS_PER_UNIT = 1000
"""A unit of CP-SAT's deterministic time is about a second; ``iterations`` counts thousandths of it."""

GRACE = 0.2
"""Seconds that the solver may take to hear ``stop_search``; presolve may not listen for long (or-tools #5163)."""

POLL = 0.02

Model: TypeAlias = cp_model.CpModel
Domain: TypeAlias = cp_model.Domain
Expression: TypeAlias = cp_model.LinearExprT
"""A linear expression, a variable or an integer."""
Literal: TypeAlias = cp_model.LiteralT
"""A variable that is 0 or 1, or its negation."""
Interval: TypeAlias = cp_model.IntervalVar
Constraint: TypeAlias = cp_model.Constraint
Solver: TypeAlias = cp_model.CpSolver

Read = Callable[[Expression], int]
"""Gives the value of a variable, literal or linear expression in the solution at hand."""


class Outcome(Enum):
    """Why ``minimise`` came back."""

    PROVED = "proved"
    STOPPED = "stopped"
    OUTDATED = "outdated"
    """Someone else has closed the level, or found a solution so much better that starting again pays."""


class OutOfTime(Exception):
    """Raised while a model is built, when it is time to stop."""


def note_unfinished(progress: Progress, stop: Stop) -> None:
    """Say that it was the model for which the time did not suffice."""
    if stop.reason == "time":
        progress.note("the time was over before CP-SAT's model was built")


def minimise(
    model: Model,
    settings: str,
    *,
    decode: Callable[[Read], Solution],
    progress: Progress,
    stop: Stop,
    known: Sequence[int] | None,
    level: int = 0,
    offset: int = 0,
    seed: int = 0,
    restart_gain: float = math.inf,
    work: Work | None = None,
) -> Outcome:
    """Solve ``model``, whose objective plus ``offset`` is the problem's objective at ``level``.

    ``settings`` are CP-SAT parameters in protobuf's text format. ``decode`` makes the family's
    solution from a ``Read``. ``known`` are the objective values of an incumbent that is a solution of the
    model, None where the model was built without one: only then does INFEASIBLE mean that the problem is.
    Either way the model must hold an optimal solution of the level. ``restart_gain`` is the relative
    improvement by others after which the solve is ended as ``OUTDATED``. ``work`` is shared by the solves
    of one run. Raises ``ValueError`` for a model that CP-SAT refuses, ``InvalidOption`` for such settings.
    """
    work = work or Work(stop.iterations)
    if work.left <= 0:
        return Outcome.STOPPED
    solver = _solver(settings, seed, work.left)
    _fit_memory(solver, model, progress)
    listener = _Listener(solver, decode, progress, level, offset)
    outdated = _wait(listener, model, stop, lambda: _overtaken(progress, known, listener, level, restart_gain))
    if listener.error is not None:
        raise listener.error
    if listener.response is None:
        if listener.abandoned:
            progress.note("CP-SAT did not stop in time and was left behind")
        return Outcome.STOPPED
    work.left -= solver.deterministic_time
    if listener.response == cp_model.MODEL_INVALID:
        raise ValueError(f"CP-SAT refused the model: {model.validate()}")
    if listener.response == cp_model.INFEASIBLE:
        return _infeasible(progress, known)
    if listener.response == cp_model.OPTIMAL:
        listener.bound(solver.best_objective_bound)
        return Outcome.PROVED
    return Outcome.OUTDATED if outdated and not stop.now() else Outcome.STOPPED


@dataclass(frozen=True)
class Part:
    """What one bounded solve of a part of a problem has come to."""

    read: Read | None
    """Reads the best solution; None where there is none."""
    proved: bool
    """Is that optimal, or is it proved that there is none?"""
    work: float
    """Deterministic time that it took."""


def solve_part(
    model: Model, settings: str, *, stop: Stop, seconds: float = math.inf, work: float = math.inf, seed: int = 0
) -> Part:
    """Solve ``model``, a part of a problem, for at most ``seconds`` and ``work`` units of deterministic time.

    Raises ``ValueError`` for a model that CP-SAT refuses, ``InvalidOption`` for such settings.
    """
    solver = _solver(settings, seed, work)
    if not math.isinf(seconds):
        solver.parameters.max_time_in_seconds = seconds
    memory.workers_that_fit(_size(model), 1)  # or MemoryError
    run = _Run(solver)
    _wait(run, model, stop, lambda: False)
    if run.error is not None:
        raise run.error
    if run.response == cp_model.MODEL_INVALID:
        raise ValueError(f"CP-SAT refused the model: {model.validate()}")
    found = run.response in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    proved = run.response in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return Part(solver.value if found else None, proved, 0.0 if run.response is None else solver.deterministic_time)


def conflicting(model: Model, assumptions: Sequence[Literal], *, stop: Stop, seconds: float) -> list[int] | None:
    """Indices of ``assumptions`` (literals) that cannot hold together in ``model``, after at most ``seconds``.

    They need not be few. None where all can hold, where that is not known in time, or where the solver names none of
    them. Only one worker gives a core (or-tools #3017), and it may name literals of its own making (#5141).
    """
    model.add_assumptions(assumptions)
    solver = _solver("num_workers: 1 linearization_level: 0", 0, math.inf)
    solver.parameters.max_time_in_seconds = seconds
    memory.workers_that_fit(_size(model), 1)  # or MemoryError
    run = _Run(solver)
    _wait(run, model, stop, lambda: False)
    if run.error is not None:
        raise run.error
    if run.response != cp_model.INFEASIBLE:
        return None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return [k for k, literal in enumerate(assumptions) if literal.index in named] or None


class Work:
    """Deterministic time left to one run; infinite without a limit."""

    def __init__(self, iterations: int | None):
        self.left = math.inf if iterations is None else iterations / ITERATIONS_PER_UNIT


def write(model: Model, path: Path | str) -> None:
    """Write the model: protobuf text for ``.txt``, ``.pbtxt`` and ``.textproto``, else binary protobuf.

    Raises ``OSError`` where that fails.
    """
    if not model.export_to_file(str(path)):
        raise OSError(f"could not write {path}")


def check_settings(settings: str) -> None:
    """Raise ``InvalidOption`` where ``settings`` are no CP-SAT parameters, or are out of range."""
    solver = _solver(settings, 0, math.inf)
    used = solver.parameters
    for name in ("num_workers", "num_search_workers"):
        arguments.integer(name, getattr(used, name), 0, MOST_THREADS)
    used.log_search_progress = False
    if solver.solve(Model()) == cp_model.MODEL_INVALID:
        raise InvalidOption(f"CP-SAT refuses the settings {settings!r}: {solver.solution_info()}")


def _solver(settings: str, seed: int, work: float) -> Solver:
    solver = cp_model.CpSolver()
    if not solver.parameters.merge_text_format(settings):
        raise InvalidOption(f"CP-SAT has no such settings: {settings!r}")
    solver.parameters.random_seed = fold(seed)
    # Left on, Ctrl-C during a solve outside the main thread aborts the process.
    solver.parameters.catch_sigint_signal = False
    if not math.isinf(work):
        solver.parameters.max_deterministic_time = work
    return solver


def _fit_memory(solver: Solver, model: Model, progress: Progress) -> None:
    """Fewer workers where the memory does not suffice for all. Raises ``MemoryError`` where it does for none."""
    wanted = solver.parameters.num_workers or os.cpu_count() or 1
    fitting = memory.workers_that_fit(_size(model), wanted)
    if fitting < wanted:
        solver.parameters.num_workers = fitting
        progress.note(f"CP-SAT worked with {fitting} of {wanted} threads: there is no memory for more")


def _size(model: Model) -> int:
    """How many variables and constraints it has."""
    return len(model.proto.variables) + len(model.proto.constraints)


class _Run:
    """One solve, in a thread of its own."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.response: int | None = None
        self.error: BaseException | None = None
        self.done = threading.Event()
        self.abandoned = False

    def run(self, model: Model) -> None:
        """Solve to the end."""
        try:
            with native.running(self.solver.stop_search):
                self.response = self.solve(model)
        except BaseException as error:
            self.error = self.error or error
        self.done.set()

    def solve(self, model: Model) -> int:
        return self.solver.solve(model)  # type: ignore[no-any-return]


class _Listener(_Run, cp_model.CpSolverSolutionCallback):
    """Takes in what one solve finds; the solver calls it from its own threads."""

    def __init__(
        self, solver: Solver, decode: Callable[[Read], Solution], progress: Progress, level: int, offset: int
    ) -> None:
        cp_model.CpSolverSolutionCallback.__init__(self)
        _Run.__init__(self, solver)
        self.decode = decode
        self.progress = progress
        self.level = level
        self.offset = offset
        self.best: int | None = None

    def on_solution_callback(self) -> None:
        if self.abandoned:
            return
        try:
            self.best = round(self.objective_value) + self.offset
            self.progress.offer(self.decode(self.value), ENGINE)
        except BaseException as error:  # must not pass through the solver's C++ frames
            self.error = self.error or error
            self.solver.stop_search()

    def bound(self, value: float) -> None:
        """No solution of the model is below ``value``; the incumbent may be, by nothing."""
        if self.abandoned or abs(value) > LARGEST:
            return
        bound = math.ceil(value - 1e-6) + self.offset
        self.progress.raise_bound(bound, ENGINE, self.level)

    def solve(self, model: Model) -> int:
        self.solver.best_bound_callback = self.bound
        return self.solver.solve(model, self)  # type: ignore[no-any-return]


def _wait(listener: _Run, model: Model, stop: Stop, outdated: Callable[[], bool]) -> bool:
    """Run the solver and wait for it, for the time to stop and a short grace; says whether it was outdated.

    Raises ``MemoryError`` where it had to be stopped for want of memory; what it has found until then is handed in.
    """
    if stop.now():
        return False
    threading.Thread(target=listener.run, args=(model,), daemon=True, name=ENGINE).start()
    asked_at: float | None = None
    late = short = False
    while not listener.done.wait(POLL):
        late = late or outdated()
        short = short or memory.is_short()
        if stop.now() or late or short:
            listener.solver.stop_search()
            asked_at = asked_at or time.perf_counter()
            if (stop.now() or short) and time.perf_counter() - asked_at > GRACE:
                listener.abandoned = True
                native.ask_until(listener.done, listener.solver.stop_search)
                break
    if short and listener.response not in (cp_model.OPTIMAL, cp_model.INFEASIBLE):
        raise MemoryError(f"CP-SAT was stopped when less than {memory.RESERVE // memory.MIB} MiB were left")
    return late


def _overtaken(progress: Progress, known: Sequence[int] | None, listener: _Listener, level: int, gain: float) -> bool:
    """Have others closed the level, or improved on what this solve has by the share ``gain``?"""
    values = progress.values
    if values is None:
        return False
    if progress.level > level and progress.proved_by[level] != ENGINE:
        return True
    own = listener.best if known is None or listener.best is not None else known[level]
    if own is None:
        return not math.isinf(gain)
    return own - values[level] > gain * max(1, abs(own))


def _infeasible(progress: Progress, known: Sequence[int] | None) -> Outcome:
    """No solution of the model at all: a proof, unless an incumbent was in it."""
    if known is None:
        progress.prove_infeasible(ENGINE)
        return Outcome.PROVED
    progress.note(f"bug: {ENGINE} lost a known solution of {known}, please report")
    return Outcome.STOPPED
