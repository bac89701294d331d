from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from schedsolve.instances.best_known import COLUMNS, DATA, SOURCES, BestKnown, best_known, refuted
from schedsolve.instances.bundled import bundled, catalogue
from schedsolve.models.claim import Claim
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


# --- several objectives -----------------------------------------------------------------------


LATE = JobShop.from_jobs([[(0, 3)], [(0, 2)]], due=[1, 9], objective="tardy_jobs,total_tardiness,makespan")


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> BestKnown:
    """The best known values of ``LATE``, of whose second objective the bound lies lower."""
    row = f"\n{LATE.fingerprint},late,own,1 1,1 2 5,own,2026-11-28\n"
    monkeypatch.setattr("schedsolve.instances.best_known._text", lambda: row)
    found = best_known(LATE)
    assert found is not None
    return found


def test_an_entry_may_hold_a_value_for_each_level(several):
    assert (several.lower, several.upper) == (1, 1)
    assert (several.bounds, several.values) == ((1, 1), (1, 2, 5))
    assert not several.closed
    assert known_as_json(several) == {"lower": 1, "upper": 1, "lowers": [1, 1], "uppers": [1, 2, 5]}
    assert (several.name, several.source) == ("late", SOURCES["own"])


def known_as_json(found: BestKnown) -> Any:
    return msgspec.json.decode(msgspec.json.encode(found.bare()))


def test_an_entry_with_one_value_is_as_it_was():
    found = known("ft06")
    assert (found.bounds, found.values, found.lowers, found.uppers) == ((55,), (55,), (), ())
    assert known_as_json(found) == {"lower": 55, "upper": 55}


@pytest.mark.parametrize(
    ("values", "difference", "gap"),
    [
        ([1, 2, 5], None, 0),
        ([2, 0, 0], (0, 1.0), 1.0),
        ([1, 3, 4], (1, 0.5), 0.5),
        ([1, 2, 4], (2, -0.2), -0.2),
        ([1, 2], None, 0),
        ([None, None, None], None, None),
        ([], None, None),
    ],
)
def test_the_gap_is_that_of_the_first_level_that_differs(several, values, difference, gap):
    assert several.first_difference(values) == difference
    assert several.gap(values) == gap


def test_the_tighter_of_two_entries():
    one = BestKnown(1, 2, lowers=(1, 3), uppers=(2, 9))
    assert one.tightened(BestKnown(1, 2)).values == (2, 9)
    assert BestKnown(1, 2).tightened(one).bounds == (1, 3)
    assert one.tightened(BestKnown(2, 2, uppers=(2, 8))) == BestKnown(2, 2, lowers=(2,), uppers=(2, 8))
    assert BestKnown(90, 110, source="x").tightened(BestKnown(80, 100)) == BestKnown(90, 100)


def stated(*levels: tuple[str, int | None], status: str = "FEASIBLE", problem: JobShop = LATE) -> Claim:
    objectives = [{"name": name, "value": None, "bound": bound} for name, bound in levels]
    return Claim({"problem": problem.fingerprint, "status": status, "objectives": objectives})


@pytest.mark.parametrize(
    ("levels", "names"),
    [
        ((("tardy_jobs", 1), ("total_tardiness", 2), ("makespan", 5)), []),
        ((("tardy_jobs", 2), ("total_tardiness", None), ("makespan", None)), ["tardy_jobs bound 2"]),
        ((("tardy_jobs", 1), ("total_tardiness", 3), ("makespan", None)), ["total_tardiness bound 3"]),
        ((("tardy_jobs", 1), ("total_tardiness", 2), ("makespan", 6)), ["makespan bound 6"]),
        ((("tardy_jobs", 0), ("total_tardiness", 3), ("makespan", 6)), []),
        ((), []),
    ],
)
def test_bounds_above_what_was_reached_are_refuted(several, levels, names):
    texts = [violation.message for violation in refuted(LATE, stated(*levels))]
    assert [text.partition(" stated")[0] for text in texts] == names


def test_that_it_is_infeasible_is_refuted(several):
    (violation,) = refuted(LATE, stated(status="INFEASIBLE"))
    assert violation.message.startswith("status INFEASIBLE stated, tardy_jobs 1 has been reached (")
    assert refuted(LATE, stated(status="INFEASIBLE", problem=bundled("ft06"))) == []


def test_of_a_list_with_an_unknown_end_the_first_objective_is_refuted():
    problem = bundled("ft06").with_settings(objective="makespan,total_flow_time")
    texts = [v.message for v in refuted(problem, stated(("makespan", 56), problem=problem))]
    assert len(texts) == 1
    assert texts[0].startswith("makespan bound 56 stated, 55 has been reached")
