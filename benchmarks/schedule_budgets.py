"""Deviations of the search at budgets of schedules, as the literature on project scheduling states them.

``python -m schedsolve.benchmarks.schedule_budgets j120 --schedules 1000 --schedules 5000``: for each budget the average
deviation from the critical path and from the best known makespan, in percent, over a set of PSPLIB. The sets are looked
for in the folder ``rcpsp`` of ``SCHEDSOLVE_BENCHMARKS``. The yardstick: R. Kolisch and S. Hartmann, European Journal of
Operational Research 174 (2006) 23-37.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from schedsolve.instances.read import load
from schedsolve.models.rcpsp import RCPSP
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.rcpsp import Params, run, warmup
from schedsolve.solvers.stop import Stop

ROOT = Path(os.environ.get("SCHEDSOLVE_BENCHMARKS", "../shared/benchmarks")) / "rcpsp"


class Instance(NamedTuple):
    """A problem with the makespans that its own is compared with."""

    problem: RCPSP
    critical_path: int
    best_known: int


class Deviation(NamedTuple):
    """Averages over a set in percent, and the processor time of all runs."""

    from_critical_path: float
    from_best_known: float
    processor_seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Deviations of the search at budgets of schedules.")
    parser.add_argument("set", help="j30, j60, j90 or j120")
    parser.add_argument("--schedules", type=int, action="append", help="a budget; may be repeated")
    parser.add_argument("--every", type=int, default=1, help="only every so many instances")
    parser.add_argument("--first", type=int, default=0, help="index of the first of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--population", type=int, default=0)
    arguments = parser.parse_args()
    instances = read_set(arguments.set)[arguments.first :: arguments.every]
    warmup()
    print(f"{arguments.set}, {len(instances)} instances, mean deviation in %, one thread")
    print("\n| schedules | from critical path | from best known | processor seconds |\n|---|---|---|---|")
    for schedules in arguments.schedules or [1000, 5000]:
        row = deviation(instances, schedules, arguments.seed, Params(population=arguments.population))
        text = " | ".join((f"{row[0]:.2f}", f"{row[1]:.3f}", f"{row[2]:.1f}"))
        print(f"| {schedules} | {text} |", flush=True)


def read_set(name: str) -> list[Instance]:
    """All instances of a set with known makespans."""
    with (ROOT / "best_known.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name]
    return [
        Instance(load(ROOT / name / f"{row['instance']}.sm"), int(row["critical_path"]), int(row["upper_bound"]))
        for row in rows
    ]


def deviation(instances: list[Instance], schedules: int, seed: int, params: Params) -> Deviation:
    """Over all instances, with bounds left out: each run makes all its schedules or meets the critical path."""
    longer, worse = [], []
    started = time.process_time()
    for problem, critical_path, best_known in instances:
        stop = Stop(iterations=schedules, target=critical_path)
        progress = Progress(problem, stop)
        run(problem, progress, stop, threads=1, seed=seed, params=params)
        assert progress.values is not None
        longer.append(100 * (progress.values[0] / critical_path - 1))
        worse.append(100 * (progress.values[0] / best_known - 1))
    return Deviation(mean(longer), mean(worse), time.process_time() - started)


if __name__ == "__main__":
    main()
