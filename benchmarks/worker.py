"""The process of one run: ``python -m schedsolve.benchmarks.worker``.

It reads a task as a line of JSON from stdin and writes what came of it as a line of JSON to stdout: the fields of
a ``Run`` that the run itself decides. The end of stdin means that whoever asked is gone: then the process ends itself.
"""

from __future__ import annotations

import json
import os
import sys

import msgspec

from schedsolve.benchmarks.peers import PEERS
from schedsolve.benchmarks.peers.answer import Answer
from schedsolve.benchmarks.runs import Order
from schedsolve.models.check import check, violations
from schedsolve.models.contracts import Problem
from schedsolve.models.errors import SchedsolveError
from schedsolve.models.registry import family
from schedsolve.solvers.child import channel, end_with_parent
from schedsolve.solvers.result import Result, Status, TracePoint
from schedsolve.solvers.stop import relative_gap
from schedsolve.solvers.versions import versions


def main() -> None:
    """Do the task that comes in on stdin."""
    messages = channel()
    order = msgspec.convert(json.loads(sys.stdin.readline()), Order)
    end_with_parent()
    try:
        outcome = run(order)
    except SchedsolveError as error:
        outcome = {"status": "FAILED", "error": str(error)}
    except Exception as error:
        outcome = {"status": "FAILED", "error": f"{type(error).__name__}: {error}"}
    outcome.setdefault("versions", versions())
    print(json.dumps(outcome | _usage()), file=messages, flush=True)
    os._exit(0)  # a solver may have been left behind in a thread


def run(order: Order) -> dict[str, object]:
    """Call the engine or the peer, and hold its answer to the independent checker."""
    problem: Problem = family(order.kind).load("problem").from_builtins(order.problem)
    if order.engine in PEERS:
        peer = PEERS[order.engine]
        return _of_peer(problem, peer(problem, threads=order.threads, seed=order.seed, time_limit=order.time_limit))
    from schedsolve.solvers.solve import solve

    result = solve(
        problem,
        order.engine,
        time_limit=order.time_limit,
        iterations=order.iterations,
        threads=order.threads,
        seed=order.seed,
        params=order.params,
    )
    return _refused(problem, result) or _of_result(result)


def _of_result(result: Result) -> dict[str, object]:
    first = result.objectives[0].name
    return {
        "status": str(result.status),
        "stopped_by": result.stopped_by,
        "level": result.level,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "objectives": msgspec.to_builtins(result.objectives),
        "seconds": round(result.seconds, 4),
        "trace": _trace([point for point in result.trace if point.stage == first]),
        "notes": list(result.notes),
    }


def _of_peer(problem: Problem, answer: Answer) -> dict[str, object]:
    """A peer's answer in the same terms: its objective is computed here, its bound is what it says."""
    first, value, bound = problem.levels[0], None, answer.bound
    nouns = family(problem.kind).nouns
    if answer.solution is not None:
        broken = violations(problem, answer.solution)
        if broken:
            return {
                "status": "FAILED",
                "error": f"invalid {nouns.solution}: {broken[0]}",
                "seconds": round(answer.seconds, 4),
            }
        ((_, value),) = family(problem.kind).load("evaluate")(problem, answer.solution)
        if bound is not None and bound > value:
            return {"status": "FAILED", "error": f"a bound of {bound}, but {nouns.a_solution} of {value}"}
    proved = value is not None and value == bound
    status = Status.UNKNOWN if value is None else Status.OPTIMAL if proved else Status.FEASIBLE
    return {
        "status": str(status),
        "stopped_by": "proof" if proved else "time",
        "level": first.name,
        "objective": value,
        "bound": bound,
        "gap": None if value is None or bound is None else relative_gap(value, bound),
        "objectives": [msgspec.to_builtins(first.level(value, bound))],
        "seconds": round(answer.seconds, 4),
        "trace": _trace(answer.trace),
        "versions": versions() | answer.versions,
    }


def _refused(problem: Problem, result: Result) -> dict[str, object] | None:
    """The outcome of a result whose schedule or claims the checker refuses."""
    broken = check(problem, result).violations
    return {"status": "FAILED", "error": f"invalid result: {broken[0]}"} if broken else None


def _trace(points: list[TracePoint]) -> list[dict[str, object]]:
    return [{"seconds": round(p.seconds, 4), "objective": p.objective, "bound": p.bound} for p in points]


def _usage() -> dict[str, float]:
    """Processor time and peak memory, of this process and of those it has waited for."""
    try:
        import resource
    except ImportError:  # Windows
        return {}
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    return {
        "cpu_seconds": round(sum(u.ru_utime + u.ru_stime for u in used), 3),
        "peak_memory_mb": round(max(u.ru_maxrss for u in used) * unit / 2**20, 1),
    }


if __name__ == "__main__":
    main()
