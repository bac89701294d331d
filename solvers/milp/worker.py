"""The process in which models are built and solved: ``python -m schedsolve.solvers.milp.worker``.

It reads one task as a line of JSON from stdin and writes messages, a line of JSON each, to stdout::

    {"solution": {"start": [...], "alternative": [...]}}    an incumbent, decoded
    {"bound": 930}                                          a better lower bound
    {"infeasible": true}                                    the model has no solution
    {"out_of_time": true}                                   the solver ended because the time was over
    {"error": "..."}                                        what went wrong

What a task holds says ``process.Task``.

The end of stdin means that the calling process is gone: then the worker ends itself with all its children.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from schedsolve.solvers.child import channel, end_with_parent
from schedsolve.solvers.milp.process import Message, Task

STARTED = time.perf_counter()

RETURN_MARGIN = 0.1
"""Seconds of the limit that are kept back for handing in the last incumbent and bound."""


Send = Callable[[Message], None]


def main() -> None:
    """Do the task that comes in on stdin."""
    messages = channel()

    def send(message: Message) -> None:
        print(json.dumps(message), file=messages, flush=True)

    task: Task = json.loads(sys.stdin.readline())
    end_with_parent()
    try:
        _work(task, send)
    except Exception as error:
        send({"error": f"{type(error).__name__}: {error}"})


def _work(task: Task, send: Send) -> None:
    from schedsolve.models.family import resolve
    from schedsolve.models.registry import family
    from schedsolve.solvers.milp.driver import Limits

    problem = family(task["kind"]).load("problem").from_builtins(task["problem"])
    model, decode = resolve(task["formulation"])(problem, **task["arguments"])
    if "write" in task:
        model.write(Path(task["write"]))
        return
    limits = Limits(**task["limits"])
    if limits.seconds is not None:
        spent = time.perf_counter() - STARTED + RETURN_MARGIN
        limits = replace(limits, seconds=max(0.01, limits.seconds - spent))
    infeasible = model.solve(
        task["solver"],
        limits,
        on_solution=lambda values: send({"solution": decode(values).to_builtins()}),
        on_bound=lambda bound: send({"bound": bound}),
    )
    if infeasible:
        send({"infeasible": True})
    elif model.out_of_time:
        send({"out_of_time": True})


if __name__ == "__main__":
    main()
