"""The process in which models are built and solved: ``python -m schedsolve.solvers.milp.worker``.

It reads one task as a line of JSON from stdin and writes messages, a line of JSON each, to stdout::

    {"solution": {"start": [...], "alternative": [...]}}    an incumbent, decoded
    {"bound": 930}                                          a better lower bound
    {"infeasible": true}                                    the model has no solution
    {"error": "..."}                                        what went wrong

The task names the family (``kind``), the ``problem``, its formulation (``"module:function"``), the
arguments of the formulation, and ``solver`` with its ``limits``, or a file to ``write`` the model to.

The end of stdin means that whoever asked is gone: then the worker ends itself with all its children.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()

RETURN_MARGIN = 0.1
"""Seconds of the limit that are kept back for handing in the last incumbent and bound."""


MESSAGES = sys.stdout


def main() -> None:
    """Do the task that comes in on stdin."""
    global MESSAGES
    MESSAGES = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what solvers print must not mix with the messages
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        _work(task)
    except Exception as error:
        _send(error=f"{type(error).__name__}: {error}")


def _work(task: dict[str, Any]) -> None:
    from schedsolve.models.registry import family, resolve
    from schedsolve.solvers.milp.driver import Limits

    problem = family(task["kind"]).load("problem").from_builtins(task["problem"])
    model, decode = resolve(task["formulation"])(problem, **task["arguments"])
    if "write" in task:
        model.write(Path(task["write"]))
        return
    limits = Limits(**task["limits"])
    if limits.seconds is not None:
        left = limits.seconds - (time.perf_counter() - STARTED) - RETURN_MARGIN
        limits = Limits(max(0.01, left), limits.nodes, limits.threads, limits.seed)
    infeasible = model.solve(
        task["solver"],
        limits,
        on_solution=lambda values: _send(solution=decode(values).to_builtins()),
        on_bound=lambda bound: _send(bound=bound),
    )
    if infeasible:
        _send(infeasible=True)


def _send(**message: Any) -> None:
    print(json.dumps(message), file=MESSAGES, flush=True)


def _die_with_parent() -> None:
    sys.stdin.read()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
