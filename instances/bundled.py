"""The instances of the literature that come with schedsolve, by name.

The classics are stored (``data/classics.txt``); Taillard's and Demirkol's are generated from their published
seeds. Flow shops of Taillard (``ta001``, three digits) are permutation flow shops, as their bounds are;
job shops have two digits (``ta01``). Listing the names builds none of them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from schedsolve.models.errors import UnknownName
from schedsolve.models.family import resolve

if TYPE_CHECKING:
    from schedsolve.models.contracts import Problem
    from schedsolve.models.jobshop import JobShop
    from schedsolve.models.rcpsp import RCPSP

DATA = Path(__file__).with_name("data")

SETS: dict[str, str] = {
    "ft": "Fisher and Thompson 1963",
    "la": "Lawrence 1984",
    "abz": "Adams, Balas and Zawack 1988",
    "orb": "Applegate and Cook 1991",
    "swv": "Storer, Wu and Vaccari 1992",
    "yn": "Yamada and Nakano 1992",
    "ta": "Taillard 1993, job shops",
    "dmu": "Demirkol, Mehta and Uzsoy 1998",
    "ta-flow": "Taillard 1993, flow shops",
    "ta-open": "Taillard 1993, open shops",
    "projects": "made up for schedsolve",
}
"""The sets of instances and where they come from."""

CLASSICS = "classics.txt"

PROJECTS = {"house": "16 tasks, 5 resources, weekends"}
"""Projects that are stored as native JSON, each with its size."""


@dataclass(frozen=True)
class SeedTable:
    """A set of generated instances: its sizes and seeds, and the generator that takes them as keywords."""

    set: str
    shop: str
    file: str
    make: str


TAILLARD = "schedsolve.instances.generators.jobshop.taillard"

SEED_TABLES = (
    SeedTable("ta", "job shop", "taillard_jobshop.csv", f"{TAILLARD}:jobshop"),
    SeedTable("dmu", "job shop", "demirkol.csv", "schedsolve.instances.generators.jobshop.demirkol:demirkol"),
    SeedTable("ta-flow", "flow shop", "taillard_flowshop.csv", f"{TAILLARD}:flowshop"),
    SeedTable("ta-open", "open shop", "taillard_openshop.csv", f"{TAILLARD}:openshop"),
)


@dataclass(frozen=True)
class Entry:
    """What is known of an instance without building it."""

    name: str
    set: str
    what: str
    size: str


def names() -> list[str]:
    """The names of all bundled instances, set by set in the order of their numbers."""
    return list(_entries())


def catalogue() -> list[Entry]:
    """All bundled instances, in the order of ``names``."""
    return list(_entries().values())


def bundled(name: str) -> Problem:
    """The instance of that name. Raises ``UnknownName`` with the nearest one."""
    if name not in _entries():
        raise UnknownName("bundled instance", name, names())
    for table in SEED_TABLES:
        if table.set == _entries()[name].set:
            row = next(row for row in _seed_rows(table) if row["name"] == name)
            numbers = {column: int(text) for column, text in row.items() if column != "name"}
            made: Problem = resolve(table.make)(name=name, **numbers)
            return made
    return _project(name) if name in PROJECTS else _classic(name)


@cache
def _entries() -> dict[str, Entry]:
    entries = [*_classic_entries(), *_generated_entries(), *_project_entries()]
    return {entry.name: entry for entry in sorted(entries, key=_natural)}


def _natural(entry: Entry) -> tuple[int, int, str]:
    """Names of one set differ in their number only, so that shorter ones come first."""
    return list(SETS).index(entry.set), len(entry.name), entry.name


def _classic_entries() -> Iterator[Entry]:
    for name, letters, jobs, machines in re.findall(r"^(([a-z]+)\d+) (\d+) (\d+)$", _classics(), re.MULTILINE):
        yield Entry(name, letters, "job shop", _size(jobs, machines))


def _generated_entries() -> Iterator[Entry]:
    for table in SEED_TABLES:
        for row in _seed_rows(table):
            yield Entry(row["name"], table.set, table.shop, _size(row["jobs"], row["machines"]))


def _project_entries() -> Iterator[Entry]:
    for name, size in PROJECTS.items():
        yield Entry(name, "projects", "project", size)


def _size(jobs: str, machines: str) -> str:
    """Every job has one operation on each machine."""
    return f"{jobs} jobs, {machines} machines"


def _classics() -> str:
    return (DATA / CLASSICS).read_text(encoding="utf-8")


def _seed_rows(table: SeedTable) -> Iterator[dict[str, str]]:
    lines = (DATA / table.file).read_text(encoding="utf-8").splitlines()
    return csv.DictReader(line for line in lines if not line.startswith("#"))


def _classic(name: str) -> JobShop:
    from schedsolve.models.jobshop import JobShop

    head, _, after = _classics().partition(f"\n{name} ")[2].partition("\n")
    jobs, machines = (int(number) for number in head.split())
    rows = [[int(number) for number in line.split()] for line in after.split("\n", jobs)[:jobs]]
    return JobShop.from_jobs(
        [list(zip(row[::2], row[1::2], strict=True)) for row in rows], num_machines=machines, name=name
    )


def _project(name: str) -> RCPSP:
    from schedsolve.models.rcpsp import RCPSP

    return RCPSP.from_json((DATA / f"{name}.json").read_bytes())
