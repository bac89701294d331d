"""Flexible job shops: schedsolve's engines and PyJobShop, the same time and two workers each, one after the other.

    python -m schedsolve.benchmarks.fjsp_against_pyjobshop --time-limit 20 mk05 mk10 path/to/dpp18a.txt

prints a markdown table of makespans, bounds and seconds. PyJobShop (L. Lan and J. Berkhout, also on
CP-SAT) is needed beside schedsolve: ``pip install pyjobshop``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import schedsolve
from schedsolve.models.jobshop import JobShop

WORKERS = 2


class Run(NamedTuple):
    """What one solver reached; ``makespan`` is None where it found nothing."""

    makespan: float | None
    bound: float | None
    seconds: float

    def __str__(self) -> str:
        if self.makespan is None:
            return f"– | {self.bound} | {self.seconds:.1f}"
        return f"{self.makespan:.0f} | {self.bound:.0f} | {self.seconds:.1f}"


def run_schedsolve(problem: JobShop, time_limit: float, engine: str) -> Run:
    result = schedsolve.solve(problem, engine, time_limit=time_limit, threads=WORKERS)
    return Run(result.objective, result.bound, result.seconds)


def run_pyjobshop(problem: JobShop, time_limit: float) -> Run:
    """The same shop in PyJobShop: a task for each operation, a mode for each alternative."""
    from pyjobshop import Model

    started = time.perf_counter()
    model = Model()
    machines = [model.add_machine() for _ in range(problem.num_machines)]
    for job in range(problem.num_jobs):
        of_job, before = model.add_job(), None
        for operation in range(problem.job_ptr[job], problem.job_ptr[job + 1]):
            task = model.add_task(of_job)
            for a in range(problem.alt_ptr[operation], problem.alt_ptr[operation + 1]):
                model.add_mode(task, machines[problem.machine[a]], int(problem.duration[a]))
            if before is not None:
                model.add_end_before_start(before, task)
            before = task
    result = model.solve(time_limit=time_limit - (time.perf_counter() - started), num_workers=WORKERS, display=False)
    found = result.objective if result.best.tasks else None
    return Run(found, result.lower_bound, time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("instances", nargs="+", help="files, or names of bundled instances")
    parser.add_argument("--time-limit", type=float, default=20.0, help="seconds for each run")
    parser.add_argument("--engine", action="append", help="engine of schedsolve, may be repeated (default: cpsat)")
    arguments = parser.parse_args()
    try:
        import pyjobshop  # noqa: F401
    except ImportError:
        print("PyJobShop is not installed: pip install pyjobshop", file=sys.stderr)
        return 2
    contestants: dict[str, Callable[[JobShop, float], Run]] = {
        name: lambda problem, limit, name=name: run_schedsolve(problem, limit, name)  # type: ignore[misc]
        for name in arguments.engine or ["cpsat"]
    }
    contestants["PyJobShop"] = run_pyjobshop
    print("| instance | " + " | ".join(f"{name} | bound | s" for name in contestants) + " |")
    print("|---" * (1 + 3 * len(contestants)) + "|")
    for instance in arguments.instances:
        problem = schedsolve.load(instance)
        cells = [str(run(problem, arguments.time_limit)) for run in contestants.values()]
        print(f"| {problem.name or instance} | " + " | ".join(cells) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
