"""The one entry: picks engines, spends the time, checks, returns a ``Result``.

``auto`` goes from cheap to dear: hint, cheap bounds and dispatch rules first (milliseconds; they are
the fallback), then bounding engines for a short share of the time, then the family's engines side by
side. It stops as soon as bound and objective meet.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from schedsolve.models.errors import InvalidSolution, Unsupported
from schedsolve.models.registry import Family, family
from schedsolve.solvers.progress import OnBound, OnImprovement, Progress
from schedsolve.solvers.result import Level, Result, Status
from schedsolve.solvers.stop import Stop
from schedsolve.solvers.versions import versions

GRACE = 0.3
"""Seconds after the time limit for engines to hand in what they have; then they are left behind."""

BOUNDING_SHARE = 0.1
"""Share of the time limit that engines may have which only raise the bound."""


def solve(
    problem: Any,
    engine: str = "auto",
    *,
    time_limit: float | None = 30.0,
    iterations: int | None = None,
    target: int | None = None,
    gap: float | None = None,
    threads: int | None = None,
    seed: int = 0,
    hint: Any | None = None,
    rule: str | None = None,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    on_improvement: OnImprovement | None = None,
    on_bound: OnBound | None = None,
    stop: Stop | None = None,
) -> Result:
    """Solve ``problem`` and return what was found, checked, with its bound.

    ``time_limit`` in seconds (None: until proved); ``iterations`` limits the work of engines that
    count it; ``target`` and ``gap`` (relative) end the search when reached. ``threads`` defaults to
    the number of cores. ``hint`` is a ``Result`` or a solution; it is checked and the answer is never
    worse. ``rule`` picks one dispatch rule instead of the best of all. ``params`` maps engine names
    to their settings. ``on_improvement(point, solution)`` and ``on_bound(point)`` are called as things
    get better, from a worker thread. ``stop`` replaces the limits by a caller's own ``Stop``.

    Raises ``Unsupported`` where the engine does not model the problem, ``UnknownName`` for an unknown
    engine or rule, ``InvalidSolution`` for a hint that breaks rules. Never raises for time: see
    ``Result.status`` and ``stopped_by``. Ctrl-C ends the search and returns the best so far.
    """
    stop = stop or Stop(time_limit=time_limit, iterations=iterations, target=target, gap=gap)
    threads = threads or os.cpu_count() or 1
    parts = family(problem.kind)
    params = params or {}
    progress = Progress(problem, stop, on_improvement=on_improvement, on_bound=on_bound)
    if hint is not None:
        _take_hint(progress, hint)
    if engine == "auto":
        plan = partial(_auto, parts, progress, threads=threads, seed=seed, rule=rule, params=params)
    else:
        _check_supported(parts, engine, problem)
        plan = partial(_single, parts, progress, engine, threads=threads, seed=seed, rule=rule, params=params)
    _run_in_time(plan, progress)
    if progress.error is not None:
        raise progress.error
    return _result(progress, threads=threads, seed=seed)


def supports(problem: Any, engine: str) -> list[str]:
    """What ``engine`` does not model of ``problem``; empty: it can solve it."""
    module = family(problem.kind).load(f"engine:{engine}")
    return list(module.supports(problem))


def _check_supported(parts: Family, engine: str, problem: Any) -> None:
    missing = parts.load(f"engine:{engine}").supports(problem)
    if missing:
        raise Unsupported(engine, missing)


def _take_hint(progress: Progress, hint: Any) -> None:
    solution = hint.solution if isinstance(hint, Result) else hint
    if solution is None:
        return
    broken = progress._violations(progress.problem, solution)
    if broken:
        raise InvalidSolution(broken)
    progress.offer(solution, "hint")


def _auto(
    parts: Family,
    progress: Progress,
    *,
    threads: int,
    seed: int,
    rule: str | None,
    params: Mapping[str, Mapping[str, Any]],
) -> None:
    problem, stop = progress.problem, progress.stop
    _cheap_bounds(parts, progress)
    if not parts.load("engine:dispatch").supports(problem):
        _run(parts, "dispatch", progress, stop, threads=threads, seed=seed, params=params, rule=rule)
    _cheap_bounds(parts, progress)
    for name in parts.bounding:
        if not stop.now() and not parts.load(f"engine:{name}").supports(problem):
            limit = float("inf") if stop.time_limit is None else BOUNDING_SHARE * stop.time_limit
            _run(parts, name, progress, stop.within(limit), threads=threads, seed=seed, params=params)
    able = [name for name in parts.auto if not parts.load(f"engine:{name}").supports(problem)]
    if stop.now() or not able:
        return
    share = max(1, threads // len(able))
    workers = [
        threading.Thread(
            target=_guarded,
            args=(progress, partial(_run, parts, name, progress, stop, threads=share, seed=seed, params=params)),
            daemon=True,
            name=name,
        )
        for name in able[1:]
    ]
    for worker in workers:
        worker.start()
    _run(parts, able[0], progress, stop, threads=share, seed=seed, params=params)
    for worker in workers:
        worker.join()


def _single(
    parts: Family,
    progress: Progress,
    engine: str,
    *,
    threads: int,
    seed: int,
    rule: str | None,
    params: Mapping[str, Mapping[str, Any]],
) -> None:
    _cheap_bounds(parts, progress)
    options = {"rule": rule} if engine == "dispatch" else {}
    _run(parts, engine, progress, progress.stop, threads=threads, seed=seed, params=params, **options)
    _cheap_bounds(parts, progress)


def _run(
    parts: Family,
    engine: str,
    progress: Progress,
    stop: Stop,
    *,
    threads: int,
    seed: int,
    params: Mapping[str, Mapping[str, Any]],
    **options: Any,
) -> None:
    if stop.now():
        return
    module = parts.load(f"engine:{engine}")
    settings = make_params(module.Params, engine, params.get(engine, {}))
    module.run(progress.problem, progress, stop, threads=threads, seed=seed, params=settings, **options)


def make_params(params_type: Any, engine: str, values: Mapping[str, Any]) -> Any:
    """An engine's ``Params`` with some of them changed. Raises ``UnknownName`` for one it does not have."""
    from dataclasses import fields

    from schedsolve.models.errors import UnknownName

    known = [f.name for f in fields(params_type)]
    for name in values:
        if name not in known:
            raise UnknownName(f"parameter of {engine}", name, known)
    return params_type(**values)


def _cheap_bounds(parts: Family, progress: Progress) -> None:
    """Bounds in closed form; those of lower levels count only once the levels above are closed."""
    for level, bound in enumerate(parts.load("bound")(progress.problem)):
        progress.raise_bound(bound, "bound", level)


def _run_in_time(plan: Callable[[], None], progress: Progress) -> None:
    """Run ``plan`` in a worker thread and wait for it, for the deadline, or for Ctrl-C.

    Whoever is not done a short grace after the deadline (a model still being built, a presolve that
    does not listen) is left behind, and the result says so.
    """
    stop = progress.stop
    done = threading.Event()

    def work() -> None:
        _guarded(progress, plan)
        done.set()

    threading.Thread(target=work, daemon=True, name="solve").start()
    overdue_at: float | None = None
    while True:
        try:
            # Event.wait in short steps: Ctrl-C reaches the main thread between them.
            if done.wait(0.05):
                return
            if stop.now():
                overdue_at = overdue_at or time.perf_counter() + GRACE
                if time.perf_counter() > overdue_at:
                    progress.note("an engine did not stop in time and was left behind")
                    return
        except KeyboardInterrupt:
            stop.request("interrupt")


def _guarded(progress: Progress, plan: Callable[[], None]) -> None:
    """An engine's failure is reported once and does not lose what others have found."""
    try:
        plan()
    except BaseException as error:
        if progress.solution is None or isinstance(error, KeyboardInterrupt):
            progress.error = progress.error or error
            progress.stop.request("error")
        else:
            progress.note(f"bug: an engine failed, please report: {type(error).__name__}: {error}")


def _result(progress: Progress, *, threads: int, seed: int) -> Result:
    problem, stop = progress.problem, progress.stop
    values = progress.values or (None,) * len(progress.names)
    levels = tuple(Level(n, v, b) for n, v, b in zip(progress.names, values, progress.bounds, strict=True))
    if progress.values is None:
        status = Status.INFEASIBLE if progress.infeasible else Status.UNKNOWN
    else:
        status = Status.OPTIMAL if progress.closed else Status.FEASIBLE
    stopped_by = "proof" if progress.closed else stop.reason or "iterations"
    settings = {s.name: getattr(problem, s.name) for s in problem.settings}
    return Result(
        kind=problem.kind,
        problem=problem.fingerprint,
        status=status,
        stopped_by=stopped_by,
        solution=progress.solution,
        objectives=levels,
        engine=progress.engine,
        proved_by=progress.proved_by[progress.level],
        trace=tuple(progress.trace),
        seconds=stop.elapsed(),
        seed=seed,
        threads=threads,
        versions=versions(),
        notes=tuple(progress.notes),
        settings=settings | {"objective": list(problem.objective)},
    )
