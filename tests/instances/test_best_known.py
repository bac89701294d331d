from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.best_known import COLUMNS, DATA, SOURCES, BestKnown, best_known
from schedsolve.instances.bundled import bundled, catalogue
from schedsolve.models.jobshop import JobShop

with DATA.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def known(name: str, **settings: Any) -> BestKnown:
    found = best_known(bundled(name).with_settings(**settings))
    assert found is not None, f"no row for {name} {settings}"
    return found


@pytest.mark.parametrize(
    ("name", "settings", "lower", "upper"),
    [
        ("ft06", {}, 55, 55),
        ("ft10", {}, 930, 930),
        ("ft20", {}, 1165, 1165),
        ("la40", {}, 1222, 1222),
        ("abz5", {}, 1234, 1234),
        ("orb01", {}, 1059, 1059),
        ("yn1", {}, 884, 884),
        ("ta01", {}, 1231, 1231),
        ("ta71", {}, 5464, 5464),
        ("dmu31", {}, 5640, 5640),
        ("ta001", {}, 1278, 1278),
        ("ta108", {}, 11301, 11301),
        ("tai04x04_01", {}, 193, 193),
        ("la01", {"blocking": "no_swap"}, 881, 881),
        ("la01", {"blocking": "swap"}, 793, 793),
        ("ft06", {"blocking": "no_swap"}, 69, 69),
        ("ft06", {"blocking": "swap"}, 63, 63),
        ("orb02", {"blocking": "no_swap"}, 768, 1144),
    ],
)
def test_known_bounds(name: str, settings: dict[str, Any], lower: int, upper: int):
    found = known(name, **settings)
    assert (found.name, found.lower, found.upper) == (name, lower, upper)
    assert found.closed == (lower == upper)


def test_every_bundled_instance_finds_its_own_row():
    """This fails when a change to the records shifts the fingerprints: then the file must be built anew."""
    for entry in catalogue():
        found = known(entry.name)
        assert (found.name, found.set) == (entry.name, entry.set)


def test_every_blocking_row_belongs_to_a_bundled_instance():
    for source, blocking, count in (("blocking-swap", "swap", 162), ("blocking-no-swap", "no_swap", 24)):
        rows = [row for row in ROWS if row["source"] == source]
        assert len(rows) == count
        for row in rows:
            problem = bundled(row["name"]).with_settings(blocking=blocking)
            assert row["fingerprint"] == problem.fingerprint, row["name"]


def test_rows_are_complete_and_consistent():
    assert tuple(ROWS[0]) == COLUMNS
    assert len({row["fingerprint"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert 0 < int(row["lower"]) <= int(row["upper"]), row
        assert row["source"] in SOURCES
        date.fromisoformat(row["date"])
    assert {row["source"] for row in ROWS} == set(SOURCES)


def test_no_upper_bound_is_below_a_job_or_a_machine():
    for entry in catalogue():
        problem, upper = bundled(entry.name), known(entry.name).upper
        if not isinstance(problem, JobShop):
            continue
        jobs = np.add.reduceat(problem.duration, problem.job_ptr[:-1])
        machines = np.bincount(problem.machine, problem.duration)
        assert upper >= max(jobs.max(), machines.max()), entry.name


def test_a_blocking_shop_takes_longer_and_swapping_shortens_it():
    for row in ROWS:
        if row["source"] == "blocking-no-swap":
            assert known(row["name"]).lower <= known(row["name"], blocking="swap").upper
            assert known(row["name"], blocking="swap").lower <= int(row["upper"])


def test_names_do_not_matter():
    problem = bundled("la05")
    renamed = replace(problem, name="mine", job_names=tuple(f"order {j}" for j in range(problem.num_jobs)))
    assert best_known(renamed) == known("la05")


def test_another_problem_of_the_same_name_finds_nothing():
    problem = bundled("ft06")
    assert best_known(problem.with_settings(objective="total_flow_time")) is None
    assert best_known(problem.with_settings(no_wait=True)) is None
    assert best_known(bundled("ta001").with_settings(permutation=False)) is None
    assert best_known(JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 1)]], name="ft06")) is None


@pytest.mark.benchmark_data
@pytest.mark.parametrize(
    ("file", "lower", "upper"),
    [
        ("fjsp/brandimarte/mk01.txt", 40, 40),
        ("fjsp/brandimarte/mk04.txt", 60, 60),
        ("fjsp/hurink_vdata/la38_vdata.txt", 943, 943),
        ("fjsp/hurink_sdata/la01_sdata.txt", 666, 666),
        ("fjsp/lrho/lrho_20x10x30_500.txt", 1217, 1409),
        ("jobshop/tai/tai_1000_10_1.txt", 515334, 515334),
        ("rcpsp/j30/j301_1.sm", 43, 43),
        ("rcpsp/j120/j12016_8.sm", 183, 194),
        ("rcpsp/rg30/set1/pat3.rcp", 51, 55),
        ("rcpsp/mm_j10/j102_2.mm", 20, 20),
        ("rcpsp/max_j10/psp1.sch", 26, 26),
        ("rcpsp/cpr_bl/ConsProd_bl2002.rcp", 16, 16),
    ],
)
def test_files_find_their_rows(benchmarks: Path, file: str, lower: int, upper: int):
    from schedsolve.instances.read import load

    found = best_known(load(benchmarks / file))
    assert found is not None
    assert (found.lower, found.upper) == (lower, upper)
