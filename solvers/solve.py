"""The one entry: picks engines, spends the time, checks, returns a ``Result``.

``auto`` goes from cheap to expensive: hint, cheap bounds and the engines of role *first* (milliseconds; they are
the fallback), then those of role *bound* for a short share of the time, then the family's other engines
side by side. It stops as soon as bound and objective meet.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from schedsolve.models import arguments
from schedsolve.models.check import validate
from schedsolve.models.claim import solution_and_claim
from schedsolve.models.contracts import Problem
from schedsolve.models.details import checked_details
from schedsolve.models.errors import InvalidOption, Unsupported
from schedsolve.models.family import Family, Role
from schedsolve.models.plain import Json
from schedsolve.models.registry import family
from schedsolve.models.violation import Violation
from schedsolve.solvers.cluster import connect
from schedsolve.solvers.engine import missing_in, run_engine
from schedsolve.solvers.memory import share_address_space
from schedsolve.solvers.options import check_params, checked_seed, checked_threads, checked_value, fold
from schedsolve.solvers.portfolio.turn import Turn
from schedsolve.solvers.progress import OnBound, OnImprovement, OnStart, Progress
from schedsolve.solvers.result import Result, Status
from schedsolve.solvers.stop import Stop
from schedsolve.solvers.versions import versions

GRACE = 0.3
"""Seconds after the time limit for engines to hand in what they have; then they are left behind."""

BOUNDING_SHARE = 0.1
"""Share of the time limit that engines may have which only raise the bound."""


def solve(
    problem: Problem,
    engine: str = "auto",
    *,
    time_limit: float | None = 30.0,
    iterations: int | None = None,
    target: int | None = None,
    gap: float | None = None,
    threads: int | None = None,
    seed: int = 0,
    hint: object = None,
    cutoff: int | None = None,
    rule: str | None = None,
    params: Mapping[str, Mapping[str, object]] | None = None,
    cluster: str | None = None,
    on_start: OnStart | None = None,
    on_improvement: OnImprovement | None = None,
    on_bound: OnBound | None = None,
    stop: Stop | None = None,
) -> Result:
    """Solve ``problem`` and return what was found, checked, with its bound.

    ``time_limit`` in seconds (None: until proved); ``iterations`` limits the work of engines that
    count it. Of several objectives, ``target`` is for the first: the search ends when its value is there or below,
    whatever the others are; ``gap`` (relative) is for the first that is not yet proved, as ``Result.gap`` is.
    ``threads`` defaults to the number of cores, ``seed`` is any integer from 0 on.
    ``hint`` is a ``Result`` or a solution; it is checked and the answer is never worse. With ``cutoff`` only
    solutions whose first objective is below it count; where there is none the answer is UNKNOWN with a bound of
    ``cutoff`` or more. ``rule`` picks one dispatch rule instead of the best of all. ``params`` maps engine names to
    their settings. ``cluster`` is the address of a dask scheduler, ``tcp://HOST:PORT``, all of whose worker threads
    take part, or ``local`` for ``threads`` worker processes here.

    ``on_start(progress)`` is called before anything runs; through it solutions and bounds may come in from
    outside at any time. ``on_improvement(point, solution)`` and ``on_bound(point)`` are called as things
    get better, from a worker thread. ``stop`` replaces the limits by a caller's own ``Stop``.

    Raises ``Unsupported`` where the engine does not model the problem, ``UnknownName`` for an unknown engine or rule,
    ``InvalidOption`` for an argument of another type or out of range, a rule for an engine without rules or a cluster
    that does not answer, ``MissingExtra`` for a cluster without dask, ``InvalidSolution`` for a hint that breaks
    rules. Never raises for time: see ``Result.status`` and ``stopped_by``. Ctrl-C ends the search and returns the
    best so far.

    >>> result = solve(load("ft06"), time_limit=10)
    >>> print(result.status, result.objective, result.bound)
    OPTIMAL 55 55
    """
    parts = family(arguments.problem(problem).kind)
    limits = Stop(time_limit=time_limit, iterations=iterations, target=target, gap=gap)
    stop = limits if stop is None else arguments.instance("stop", stop, Stop, "a Stop")
    threads, seed, cutoff = checked_threads(threads), checked_seed(seed), checked_value("cutoff", cutoff)
    for name, callback in (("on_start", on_start), ("on_improvement", on_improvement), ("on_bound", on_bound)):
        if callback is not None:
            arguments.function(name, callback)
    progress = Progress(problem, stop, cutoff=cutoff, on_improvement=on_improvement, on_bound=on_bound)
    plan = _Steps(parts, progress, threads, fold(seed), rule, {} if params is None else params)
    plan.check(engine)
    share_address_space()
    if cluster is not None:
        connect.check(cluster)
    _note_past(progress, parts)
    if hint is not None:
        _take_hint(progress, hint)
    if on_start is not None:
        on_start(progress)
    _run_in_time(plan.steps(engine, cluster), progress)
    progress.finish()
    if progress.error is not None:
        raise progress.error
    if progress.failure is not None and progress.solution is None and not progress.infeasible:
        raise progress.failure
    return _result(progress, threads=plan.threads, seed=seed)


def supports(problem: Problem, engine: str) -> list[str]:
    """What ``engine`` does not model of ``problem``; empty: it can solve it. ``auto`` takes all.

    Raises ``UnknownName`` for an unknown engine and ``InvalidOption`` for what is no problem or no name.

    >>> supports(load("ft06", open_shop=True, blocking="no_swap"), "milp")
    ['blocking=no_swap with open_shop']
    """
    parts = family(arguments.problem(problem).kind)
    if arguments.text("engine", engine) == "auto":
        return []
    return missing_in(parts, engine, problem)


def _note_past(progress: Progress, parts: Family) -> None:
    """One note for each rule that was broken by what is done already."""
    first: dict[str, Violation] = {}
    for case in parts.load("past")(progress.problem) if parts.past else ():
        first.setdefault(case.code, case)
    for case in first.values():
        progress.note(f"the past breaks rules: {case}")


def _take_hint(progress: Progress, hint: object) -> None:
    solution, _ = solution_and_claim(hint, name="hint")
    if solution is not None:
        validate(progress.problem, arguments.solution("hint", solution, progress.problem.kind))
        progress.offer(solution, "hint")


@dataclass
class _Steps:
    """What the steps of one solve share, and the order of the steps."""

    parts: Family
    progress: Progress
    threads: int
    seed: int
    rule: str | None
    params: Mapping[str, Mapping[str, object]]

    def check(self, engine: str) -> None:
        """Raise for what the caller got wrong, before any time is spent."""
        check_params(self.parts, self.params)
        arguments.text("engine", engine)
        if self.rule is not None:
            self._check_rule(arguments.text("rule", self.rule), engine)
        missing = [] if engine == "auto" else self._missing(engine)
        if missing:
            raise Unsupported(engine, missing)

    def _check_rule(self, rule: str, engine: str) -> None:
        if not self.parts.rules:
            raise InvalidOption(f"a rule, {rule}: problems of kind {self.parts.kind} have none")
        building = self.parts.with_role(Role.FIRST)
        if engine not in ("auto", *building):
            raise InvalidOption(f"a rule goes with the engines auto and {' and '.join(building)}, not with {engine}")

    def steps(self, engine: str, cluster: str | None) -> Callable[[], None]:
        """What is to be done, for an engine or ``auto``, on this machine or on a cluster."""
        if cluster is not None:
            return partial(self._guarded, "cluster", partial(self._spread, engine, cluster))
        return self._auto if engine == "auto" else partial(self._single, engine)

    def _auto(self) -> None:
        self._prepare()
        if not self.progress.stop.now():
            self._take(self._turns(self.threads))
        self._note_early_end("auto")

    def _spread(self, engine: str, address: str) -> None:
        """Cheap steps here, so that there is an answer even if the cluster fails; the rest there."""
        from schedsolve.solvers.cluster.coordinator import coordinator, portfolio

        self._prepare()
        if self.progress.stop.now():
            return
        with coordinator(self.progress, address, self.threads) as cluster:
            if cluster is not None:
                self.threads = cluster.threads
                turns = self._turns(self.threads) if engine == "auto" else [Turn(engine, self.threads)]
                cluster.run(portfolio(turns, self.threads), seed=self.seed, params=self.params)

    def _turns(self, threads: int) -> list[Turn]:
        missing = {name: self._missing(name) for name in self.parts.auto}
        engines = [name for name in missing if not missing[name]]
        if engines[:1] != self.parts.auto[:1]:  # without the first, which proves, ``auto`` may end early
            for name, features in missing.items():
                if features:
                    self.progress.note(f"{name} was left out: it does not model {', '.join(features)}")
        turns: list[Turn] = self.parts.load("turns")(self.progress, engines, threads)
        return turns

    def _prepare(self) -> None:
        """Cheap bounds, a first solution, and engines that only raise the bound."""
        self._guarded("bound", self._cheap_bounds)
        for name in self.parts.with_role(Role.FIRST):
            if not self.progress.closed and not self._missing(name):
                self._guarded(name, partial(self._run, name, self._within(self.parts.first_share)))
        stop = self.progress.stop
        for name in self.parts.with_role(Role.BOUND):
            if not stop.now() and not self._missing(name):
                self._guarded(name, partial(self._run, name, self._within(BOUNDING_SHARE)))

    def _within(self, share: float) -> Stop:
        limit = self.progress.stop.time_limit
        return self.progress.stop.within(float("inf") if limit is None else share * limit)

    def _single(self, engine: str) -> None:
        self._guarded("bound", self._cheap_bounds)
        if not self.progress.closed:
            self._guarded(engine, partial(self._run, engine, self.progress.stop))
        self._note_early_end(engine)

    def _note_early_end(self, engine: str) -> None:
        """Note that ``engine`` ended without a solution, where neither a limit nor a stop explains it."""
        progress = self.progress
        asked = progress.stop.now() or progress.stop.iterations is not None
        if progress.solution is None and not asked and not progress.closed and not progress.failed:
            progress.note(f"{engine} came to its end by itself, without {self.parts.nouns.a_solution}")

    def _take(self, turns: list[Turn]) -> None:
        """Side by side where the threads suffice, else one turn after the other."""
        stop = self.progress.stop
        if sum(turn.threads for turn in turns) > self.threads:
            for turn in turns:
                if not stop.now():
                    stage = stop.within(turn.time * stop.remaining())
                    self._guarded(turn.engine, partial(self._run, turn.engine, stage, threads=turn.threads))
            return
        workers = []
        for turn in turns:
            run = partial(self._run, turn.engine, stop, threads=turn.threads)
            worker = threading.Thread(target=self._guarded, args=(turn.engine, run), daemon=True)
            self._guarded(turn.engine, worker.start)
            workers.append(worker)
        for worker in workers:
            if worker.ident is not None:  # it has begun
                worker.join()

    def _missing(self, engine: str) -> list[str]:
        return missing_in(self.parts, engine, self.progress.problem)

    def _run(self, engine: str, stop: Stop, *, threads: int | None = None) -> None:
        run_engine(
            engine,
            self.progress,
            stop,
            threads=threads or self.threads,
            seed=self.seed,
            params=self.params.get(engine, {}),
            rule=self.rule,
        )

    def _cheap_bounds(self) -> None:
        """Bounds in closed form: they hold at every level, whatever is known of those above."""
        if self.parts.bound:
            self.progress.raise_standing_bounds(self.parts.load("bound")(self.progress.problem), "bound")

    def _guarded(self, who: str, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # an engine's failure must not lose what others find
            self.progress.fail(who, error)


def _run_in_time(plan: Callable[[], None], progress: Progress) -> None:
    """Run ``plan`` in a worker thread and wait for it, for the deadline, or for Ctrl-C.

    An engine that is not done a short grace after the deadline (a model still being built, a presolve that
    does not listen) is left behind, and the result says so.
    """
    done = threading.Event()

    def work() -> None:
        try:
            plan()
        except BaseException as error:
            progress.fail("solve", error)
        done.set()

    worker = threading.Thread(target=work, daemon=True, name="solve")
    try:
        worker.start()
    except KeyboardInterrupt:
        progress.stop.request("interrupt")
    except RuntimeError as error:  # the system has no more threads to give
        progress.fail("solve", error)
        return
    while True:
        try:
            return _wait(done, progress)
        except KeyboardInterrupt:  # the second as the first: what was found is about to be returned
            progress.stop.request("interrupt")


def _wait(done: threading.Event, progress: Progress) -> None:
    overdue_at = float("inf")
    while not done.wait(0.05):  # in short steps: Ctrl-C reaches the main thread between them
        if progress.stop.now():
            overdue_at = min(overdue_at, time.perf_counter() + GRACE)
        if time.perf_counter() > overdue_at:
            progress.note("an engine did not stop in time and was left behind")
            return


def _result(progress: Progress, *, threads: int, seed: int) -> Result:
    problem, stop = progress.problem, progress.stop
    values = progress.values or (None,) * len(progress.names)
    known = zip(problem.levels, values, progress.bounds, strict=True)
    levels = tuple(objective.level(value, bound) for objective, value, bound in known)
    if progress.values is None:
        status = Status.INFEASIBLE if progress.infeasible else Status.UNKNOWN
    else:
        status = Status.OPTIMAL if progress.closed else Status.FEASIBLE
    stop.now()  # an engine may have ended with the time, without a look at the clock
    reason = stop.reason or ("error" if progress.failed else "iterations")
    if reason == "proof" and not progress.closed:  # the proof was refuted by a solution
        reason = "error"
    settings = {s.name: getattr(problem, s.name) for s in problem.settings}
    details = _details(progress)
    return Result(
        kind=problem.kind,
        problem=problem.fingerprint,
        status=status,
        stopped_by="proof" if progress.closed else reason,
        solution=progress.solution,
        objectives=levels,
        engine=progress.engine,
        proved_by=progress.infeasible_by or progress.proved_by[progress.level],
        trace=tuple(progress.trace),
        seconds=stop.elapsed(),
        seed=seed,
        threads=threads,
        versions=versions(),
        notes=tuple(progress.notes),
        settings=settings | {"objective": list(problem.objective)},
        details=details,
    )


def _details(progress: Progress) -> dict[str, Json]:
    """What the family tells of the solution; a failure there must not cost the answer."""
    parts = family(progress.problem.kind)
    if progress.solution is None or not parts.details:
        return {}
    try:
        return checked_details(parts.load("details")(progress.problem, progress.solution))
    except Exception as error:
        progress.note(f"bug: no details, please report: {type(error).__name__}: {error}")
        return {}
