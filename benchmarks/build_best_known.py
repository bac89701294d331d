"""Write ``instances/data/best_known.csv`` from a folder of published bounds and instances.

    python -m schedsolve.benchmarks.build_best_known FOLDER

The folder holds ``jobshop``, ``fjsp``, ``openshop``, ``flowshop`` and ``rcpsp``, each with tables of bounds (instance,
set, lower_bound, upper_bound) and the instances as ``SET/INSTANCE`` with any suffix. Bundled instances need no file;
rows with neither, and those of instances without a schedule, are counted and left out.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from schedsolve.instances.best_known import COLUMNS, DATA
from schedsolve.instances.bundled import bundled, catalogue
from schedsolve.instances.read import load
from schedsolve.models.contracts import Problem

BUNDLED = {entry.name: entry.set for entry in catalogue()}


class Row(TypedDict):
    """A line of the file that is written: the values of ``COLUMNS``."""

    fingerprint: str
    name: str
    set: str
    lower: int
    upper: int
    source: str
    date: str


@dataclass(frozen=True)
class Table:
    """A file of bounds in the folder, where and when they come from, and the settings that they hold for."""

    file: str
    source: str
    date: str
    settings: dict[str, object] = field(default_factory=dict)


TABLES = (
    Table("jobshop/best_known.csv", "scheduleopt", "2026-08-19"),
    Table("jobshop/best_known_blocking_swap.csv", "blocking-swap", "2026-08-19", {"blocking": "swap"}),
    Table("jobshop/best_known_blocking_noswap.csv", "blocking-no-swap", "2026-11-21", {"blocking": "no_swap"}),
    Table("fjsp/best_known.csv", "scheduleopt", "2026-08-19"),
    Table("fjsp/lrho/bounds.csv", "sd2", "2026-11-21"),
    Table("openshop/best_known.csv", "open-shop", "2026-11-21", {"open_shop": True}),
    Table("flowshop/best_known.csv", "flow-shop", "2026-11-21", {"permutation": True}),
    Table("rcpsp/best_known.csv", "projects", "2026-11-21"),
    Table("rcpsp/best_known_mrcpsp.csv", "projects-modes", "2026-11-21"),
    Table("rcpsp/best_known_max.csv", "projects-lags", "2026-11-21"),
    Table("rcpsp/best_known_cpr.csv", "projects-reservoirs", "2026-11-21"),
)

OWN = {"house": 79}
"""Optima of bundled problems that no table lists, proved by CP-SAT."""


def main(folder: Path) -> None:
    """Collect the rows of all tables and write them, one for each problem."""
    merged: dict[str, Row] = {}
    for name, optimum in OWN.items():
        merge(merged, row_of(bundled(name), name, BUNDLED[name], (optimum, optimum), "own", "2026-11-21"))
    for table in TABLES:
        lines, rows = read(folder, table)
        for row in rows:
            merge(merged, row)
        print(f"{table.file}: {len(rows)} of {lines} lines have an instance")
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(merged.values())
    print(f"{DATA.name}: {len(merged)} problems")


def read(folder: Path, table: Table) -> tuple[int, list[Row]]:
    """The number of lines of a table, and the rows of those whose instance is at hand."""
    with (folder / table.file).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = []
    for line in lines:
        name, group = line["instance"], line["set"]
        if not line["lower_bound"]:
            continue
        problem = instance(folder / Path(table.file).parts[0] / group, name)
        if problem is None:
            continue
        bounds = int(line["lower_bound"]), int(line["upper_bound"])
        settled = problem.with_settings(objective=None, **table.settings)
        rows.append(row_of(settled, name, BUNDLED.get(name, group), bounds, table.source, table.date))
    return len(lines), rows


def row_of(problem: Problem, name: str, group: str, bounds: tuple[int, int], source: str, date: str) -> Row:
    """The line of one problem."""
    lower, upper = bounds
    return Row(
        fingerprint=problem.fingerprint, name=name, set=group, lower=lower, upper=upper, source=source, date=date
    )


def instance(folder: Path, name: str) -> Problem | None:
    """The bundled instance of the name, else what the folder's file of this name holds, else None."""
    if name in BUNDLED:
        return bundled(name)
    for file in sorted(folder.glob(f"{name}.*")):
        held: Problem = load(file)
        return held
    return None


def merge(rows: dict[str, Row], new: Row) -> None:
    """Add a row; where two tables list one problem (la01 and la01_sdata), the tighter bounds stay."""
    old = rows.setdefault(new["fingerprint"], new)
    old["lower"] = max(old["lower"], new["lower"])
    old["upper"] = min(old["upper"], new["upper"])
    if old["lower"] > old["upper"]:
        raise ValueError(f"{old['name']} and {new['name']} are one problem, but their bounds exclude each other")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
