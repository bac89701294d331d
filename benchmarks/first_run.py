"""What the first runs on a machine reach: ``python -m schedsolve.benchmarks.first_run [INSTANCE...] --time-limit 3``.

Each instance is solved three times with a cache of its own that is empty at first: cold; a second time when the
compiler that the first run has left behind is done, or after ``--pause`` seconds; and warm, once more. A row says what
each of them reached, and whether the search took part: *yes* where some of its solutions were better than all before.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from schedsolve.instances.best_known import best_known
from schedsolve.instances.read import load
from schedsolve.solvers.compiling import kept, lock

PUBLIC = Path(os.environ.get("SCHEDSOLVE_BENCHMARKS", "../shared/benchmarks"))

INSTANCES = (
    "ta41",
    "swv10",
    f"{PUBLIC}/fjsp/brandimarte/mk10.txt",
    *(f"{PUBLIC}/rcpsp/j120/j120{name}.sm" for name in ("11_1", "36_4", "51_7")),
)
"""Three of each family with a compiled search, of sizes at which the search decides."""

RUNS = ("cold", "second", "warm")

SETTLE = 5.0
"""Seconds without a compiler after which it has ended, and is not just about to begin."""


class Reached(NamedTuple):
    """What a run has come to."""

    objective: int | None
    gap: float | None
    """To the best known objective."""
    seconds: float
    search: str
    """yes; in vain; no: it had to wait for the compiler."""


def main() -> None:
    parser = argparse.ArgumentParser(description="What the first runs on a machine reach.")
    parser.add_argument("instances", nargs="*", default=INSTANCES, help="files, or names of bundled instances")
    parser.add_argument("--time-limit", type=float, default=3.0, help="seconds for each run")
    parser.add_argument("--pause", type=float, help="seconds after the cold run; else until the compiler is done")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    print(f"{arguments.time_limit:g} s, {arguments.threads} threads\n")
    print("| instance | run | objective | gap % | seconds | search |\n|---|---|--:|--:|--:|---|")
    for instance in arguments.instances:
        for name, reached in three_runs(instance, arguments.time_limit, arguments.threads, arguments.pause):
            print(row(instance, name, reached), flush=True)


def three_runs(instance: str, limit: float, threads: int, pause: float | None) -> Iterator[tuple[str, Reached]]:
    """The runs by name, with a cache of their own."""
    with tempfile.TemporaryDirectory(prefix="schedsolve-first-run-", ignore_cleanup_errors=True) as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder
        known = best_known(load(instance))
        for name in RUNS:
            yield name, run(instance, limit, threads, None if known is None else known.upper)
            rest(pause if name == RUNS[0] else None)


def rest(pause: float | None) -> None:
    """Wait so many seconds, or until no compiler is at work."""
    if pause is not None:
        time.sleep(pause)
        return
    quiet_since = time.monotonic()
    while time.monotonic() < quiet_since + SETTLE:
        time.sleep(0.1)
        if lock.is_held(kept.folders()[0]):
            quiet_since = time.monotonic()


def run(instance: str, limit: float, threads: int, best: int | None) -> Reached:
    """Solve in a process of its own."""
    options = ("--time-limit", str(limit), "--threads", str(threads), "--format", "json", "--quiet")
    command = [sys.executable, "-m", "schedsolve", "solve", instance, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return reached(json.loads(done.stdout), best)


def reached(result: dict[str, Any], best: int | None) -> Reached:
    """From a result's JSON."""
    search = "no" if any("being compiled" in note for note in result["notes"]) else "in vain"
    if any(point["who"].startswith("search") for point in result["trace"]):
        search = "yes"
    objective = result["objective"]
    gap = None if best is None or objective is None else (objective - best) / max(1, abs(best))
    return Reached(objective, gap, result["seconds"], search)


def row(instance: str, name: str, reached: Reached) -> str:
    """A line in Markdown."""
    gap = "" if reached.gap is None else f"{100 * reached.gap:.1f}"
    objective = "" if reached.objective is None else str(reached.objective)
    cells = (Path(instance).stem, name, objective, gap, f"{reached.seconds:.1f}", reached.search)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
