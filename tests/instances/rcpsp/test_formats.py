"""The research formats of project scheduling: what they mean, round trips, and agreement with other parsers."""

from __future__ import annotations

import csv
import gzip
import io
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import psplib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedsolve.instances.formats import FORMATS, recognise
from schedsolve.instances.generators import GENERATORS
from schedsolve.instances.read import load, read_text
from schedsolve.instances.source import Source
from schedsolve.instances.write import save
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.family import resolve
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, objective_values, violations
from schedsolve.models.rcpsp.schedule import Schedule
from schedsolve.models.record import FAR

EVERY = 1 if os.environ.get("SCHEDSOLVE_ALL_FILES") else 75
"""One public file of so many is tested; all with SCHEDSOLVE_ALL_FILES=1, in some minutes."""

SM = """\
************************************************************************
file with basedata            : small.bas
************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  4
horizon                       :  9
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  1   N
  - doubly constrained        :  0   D
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      2      0        7        9        7
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        2          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2  N 1
------------------------------------------------------------------------
  1      1     0       0    0    0
  2      1     3       2    0    7
         2     5       1    0    1
  3      1     4       0    3    2
  4      1     0       0    0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2  N 1
    2    3    6
************************************************************************
"""
MMLIB = """\
jobs  (incl. supersource/sink ):\t4
RESOURCES
- renewable                 : 2 R
- nonrenewable              : 1 N
- doubly constrained        : 0 D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
1\t1\t2\t\t2 3\x20
2\t2\t1\t\t4\x20
3\t1\t1\t\t4\x20
4\t1\t0\t\t
************************************************************************
REQUESTS/DURATIONS
jobnr.\tmode\tdur\tR1\tR2\tN1
************************************************************************
"""
RCP = "4 2\n2 3\n\n0 0 0 2 2\n 3\n3 2 0 1 4\n4 0 3 1 4\n0 0 0 0\n"
RESERVOIRS = "4 1 2\n2 6 0\n0 0 9 9 9 9 2 2 3\n3 2 4 0 0 5 1 4\n4 1 0 0 5 0 1 4\n0 0 7 7 7 7 0\n"
SCH = """\
2\t1\t0\t0
0\t1\t2\t1\t2\t[0]\t[0]
1\t1\t2\t2\t3\t[3]\t[4]
2\t1\t2\t1\t3\t[-6]\t[2]
3\t1\t0
0\t1\t0\t0
1\t1\t4\t2
2\t1\t2\t1
3\t1\t0\t0
3
"""
DEF = """\
========
Tasks: 3
Resources: 2
========
ResourceID \t Salary \t Skills
1\t \t56.2\t Q4: 1 \t Q0: 0
2\t \t33.85\t Q4: 0
========
TaskID \t Duration \t Skill \t Predecessor IDs
1\t \t10\t Q4: 0\t
2\t \t15\t Q0: 0\t1
3\t \t9\t Q4: 1\t1\t2
========
"""
NO_FLOW = {"withdrawal": [[0]] * 4, "delivery": [[0]] * 4}
TEXTS = {"x.sm": SM, "x.mm": SM, "x.rcp": RCP, "y.rcp": RESERVOIRS, "x.sch": SCH, "x.def": DEF}


def links(problem: RCPSP) -> list[tuple[int, int, str, int, int]]:
    columns = (problem.link_from, problem.link_to, problem.link_kind, problem.min_lag, problem.max_lag)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(i, j, LINK_KINDS[kind], least, most) for i, j, kind, least, most in rows]


# --- what the files mean ----------------------------------------------------------------------


def test_psplib():
    p = read_text(SM, "small.sm")
    assert p.duration.tolist() == [0, 3, 5, 4, 0]
    assert p.mode_ptr.tolist() == [0, 1, 3, 4, 5]
    assert p.demand.tolist() == [[0, 0], [2, 0], [1, 0], [0, 3], [0, 0]]
    assert p.consumption.tolist() == [[0], [7], [1], [2], [0]]
    assert (p.capacity.tolist(), p.budget.tolist()) == ([2, 3], [6])
    assert links(p) == [(i, j, "FS", 0, FAR) for i, j in ((0, 1), (0, 2), (1, 3), (2, 3))]
    assert (p.name, p.task_names, p.resource_names, p.nonrenewable_names) == (
        "small", ("1", "2", "3", "4"), ("R1", "R2"), ("N1",),
    )  # fmt: skip
    assert np.all(p.due == FAR)
    assert not p.release.any()


def test_the_release_date_of_a_psplib_project_holds_for_all_its_tasks():
    assert read_text(SM.replace("2      0        7", "2      5        7"), "x.sm").release.tolist() == [5] * 4


def test_mmlib_writes_tabs_and_other_headings():
    requests = (
        SM.partition("---\n")[2].replace("     ", "\t").replace("RESOURCEAV", "\n\n RESOURCE AV").replace(":", "")
    )
    text = MMLIB.rpartition("*" * 72)[0] + requests
    assert read_text(text, "x.mm") == read_text(SM, "x.mm")


def test_patterson():
    p = read_text(RCP, "x.rcp")
    assert (p.duration.tolist(), p.capacity.tolist()) == ([0, 3, 4, 0], [2, 3])
    assert p.demand.tolist() == [[0, 0], [2, 0], [0, 3], [0, 0]]
    assert links(p) == [(i, j, "FS", 0, FAR) for i, j in ((0, 1), (0, 2), (1, 3), (2, 3))]


def test_reservoirs_are_lowered_at_the_start_and_raised_at_the_end_but_not_by_the_dummies():
    p = read_text(RESERVOIRS, "x.rcp")
    assert p.capacity.tolist() == [2]
    assert p.reservoir_initial.tolist() == [6, 0]
    assert np.all(p.reservoir_maximum == FAR)
    assert p.withdrawal.tolist() == [[0, 0], [4, 0], [0, 5], [0, 0]]
    assert p.delivery.tolist() == [[0, 0], [0, 5], [0, 0], [0, 0]]
    assert not violations(p, RCPSPSolution(start=[0, 0, 3, 7]))
    assert [v.code for v in violations(p, RCPSPSolution(start=[0, 4, 0, 7]))] == ["reservoir_empty"]


def test_progen_max():
    p = read_text(SCH, "x.sch")
    assert p.task_names == ("0", "1", "2", "3")
    assert links(p) == [
        (0, 1, "SS", 0, FAR), (0, 2, "SS", 0, FAR), (1, 2, "SS", 3, FAR), (1, 3, "SS", 4, FAR),
        (2, 1, "SS", -6, FAR), (2, 3, "SS", 2, FAR),
    ]  # fmt: skip
    assert not violations(p, RCPSPSolution(start=[0, 0, 4, 6]))
    assert violations(p, RCPSPSolution(start=[0, 0, 7, 9]))[0].code == "min_lag"


def test_a_circle_of_precedences_is_impossible_but_no_mistake_of_the_file():
    assert (3, 1, "FS", 0, FAR) in links(read_text(RCP.replace("0 0 0 0\n", "0 0 0 1 2\n"), "x.rcp"))


def test_imopse_gives_a_mode_for_each_person_who_is_able():
    p = read_text(DEF, "x.def")
    assert p.mode_ptr.tolist() == [0, 2, 3, 4]
    assert p.demand.tolist() == [[1, 0], [0, 1], [1, 0], [1, 0]]
    assert p.duration.tolist() == [10, 10, 15, 9]
    assert p.cost.tolist() == [56200, 33850, 84300, 50580]  # salaries times 100
    assert [link[:3] for link in links(p)] == [(0, 1, "FS"), (0, 2, "FS"), (1, 2, "FS")]
    assert p.objective == ("makespan",)
    assert p.with_settings(objective="total_cost").objective == ("total_cost",)


# --- recognition --------------------------------------------------------------------------------


@pytest.mark.parametrize("file", TEXTS)
def test_formats_are_recognised_without_a_suffix(file, tmp_path, monkeypatch):
    by_suffix = read_text(TEXTS[file], file)
    assert read_text(TEXTS[file], file.partition(".")[0]) == by_suffix
    (tmp_path / f"{file}.gz").write_bytes(gzip.compress(TEXTS[file].replace("\n", "\r\n").encode()))
    assert load(tmp_path / f"{file}.gz") == by_suffix
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXTS[file].encode())))
    assert load("-").fingerprint == by_suffix.fingerprint


@pytest.mark.parametrize(
    "text",
    [
        "1 1\n0 5 0 0\n",
        "2 2\n0 5 1 6\n1 5 0 6\n",
        "2 2\n1 2\n3 4\n",
        "2 2 1.5\n1 1 1 5\n1 1 2 1\n",
        "3 1 1\n1 1 1 5\n" * 3,
    ],
)
def test_job_shops_are_not_taken_for_projects(text):
    assert recognise(Source(text, "x"))[0].kinds == ("jobshop",)


# --- round trips --------------------------------------------------------------------------------


@pytest.mark.parametrize("file", [file for file in TEXTS if file != "x.def"])
def test_what_is_written_is_read_back(file, tmp_path):
    problem = replace(read_text(TEXTS[file], file), name=Path(file).stem)
    save(problem, tmp_path / file)
    assert load(tmp_path / file) == problem
    save(problem, tmp_path / "x.json")
    assert load(tmp_path / "x.json") == problem


def test_a_thousand_successors_stay_apart():
    n = 1100
    inner = list(range(1, n - 1))
    problem = RCPSP(
        mode_ptr=np.arange(n + 1),
        duration=np.array([0] + [1] * (n - 2) + [0]),
        capacity=np.array([1]),
        link_from=np.array([0] * (n - 2) + inner),
        link_to=np.array(inner + [n - 1] * (n - 2)),
    )
    for name in ("psplib", "patterson"):
        again = read_text(resolve(FORMATS[name].write)(problem), "x", format=name)
        assert again.fingerprint == problem.fingerprint


@given(seed=st.integers(0, 10**6), tasks=st.integers(1, 12), resources=st.integers(0, 3))
@settings(deadline=None, max_examples=25)
def test_random_projects_survive_every_format(seed, tasks, resources):
    plain = GENERATORS["project"](tasks=tasks, resources=resources, seed=seed)
    for name in ("psplib", "patterson"):
        again = read_text(resolve(FORMATS[name].write)(plain), "x", format=name)
        assert again.fingerprint == plain.fingerprint
    lags = GENERATORS["project"](tasks=tasks, resources=resources, seed=seed, lag_share=0.6)
    arcs = read_text(resolve(FORMATS["progen-max"].write)(lags), "x.sch")
    rng = np.random.default_rng(seed)
    for _ in range(10):
        start = rng.integers(0, 30, tasks + 2)
        codes = {v.code for v in violations(lags, RCPSPSolution(start=start))} - {"capacity"}
        same = {v.code for v in violations(arcs, RCPSPSolution(start=start))} - {"capacity"}
        assert bool(codes) == bool(same)
    many = GENERATORS["project"](tasks=tasks, resources=resources, seed=seed, modes=3, nonrenewable=2)
    assert read_text(resolve(FORMATS["psplib"].write)(many), "x.mm").fingerprint == many.fingerprint


@pytest.mark.parametrize(
    ("file", "changes", "message"),
    [
        ("x.sm", {"release": [0, 1, 0, 0]}, "cannot carry release: use .json"),
        ("x.rcp", {"min_lag": [1, 0, 0, 0]}, r"cannot carry min_lag: use .*\.sch"),
        ("x.sch", {"group_ptr": [0, 2], "group_task": [1, 2]}, "cannot carry group_ptr, group_task"),
        ("x.sm", {"duration": [0, 3, 4, 1]}, "needs a first task before all others and a last one after them"),
        ("x.rcp", {"link_to": [1, 1, 3, 3]}, "needs a first task"),
        ("x.rcp", {**NO_FLOW, "reservoir_initial": [1], "reservoir_maximum": [5]}, "cannot carry reservoir_maximum"),
    ],
)
def test_writers_refuse_by_name_what_they_cannot_say(file, changes, message, tmp_path):
    problem = replace(read_text(RCP, "x.rcp"), **changes)
    with pytest.raises(InvalidFile, match=message):
        save(problem, tmp_path / file)
    assert not (tmp_path / file).exists()


@pytest.mark.parametrize("name", ["patterson", "progen-max"])
def test_formats_of_one_mode_refuse_several(name):
    several = GENERATORS["project"](modes=2, tasks=3)
    with pytest.raises(InvalidProblem, match="one mode for each task"):
        resolve(FORMATS[name].write)(several)


@pytest.mark.parametrize("name", ["psplib", "patterson", "progen-max", "mspdi"])
def test_formats_of_planners_and_of_test_sets_refuse_resources_without_limit(name):
    problem = GENERATORS["project"](tasks=3, resources=2)
    with pytest.raises(InvalidProblem, match="cannot carry resources without limit"):
        resolve(FORMATS[name].write)(replace(problem, capacity=[None, 3], origin="2026-01-05"))


# --- the public instances -----------------------------------------------------------------------


def public(benchmarks: Path, *suffixes: str) -> list[Path]:
    files = [path for path in sorted((benchmarks / "rcpsp").rglob("*")) if path.suffix in suffixes]
    return files[::EVERY]


@pytest.mark.benchmark_data
@pytest.mark.parametrize("suffix", [".sm", ".mm", ".rcp", ".sch", ".def"])
def test_public_files_load_and_survive_json_and_their_own_format(benchmarks, suffix):
    paths = [path for path in public(benchmarks, suffix) if not path.name.startswith("aslib")]
    assert paths
    for path in paths:
        problem = load(path)
        assert RCPSP.from_json(problem.to_json()) == problem
        chosen, _ = recognise(Source(path.read_text(), path.name))
        if chosen.write and path.name != "pat3.rcp":  # a task of pat3 has no successor
            assert read_text(resolve(chosen.write)(problem), path.name) == problem
            assert read_text(path.read_text(), "text").fingerprint == problem.fingerprint


@pytest.mark.benchmark_data
@pytest.mark.parametrize(
    ("file", "missing"),
    [
        ("formats/aslib0_0.rcp", "alternative subgraphs (part b of ASLIB)"),
        ("formats/rcpsp_ps.txt", "groups of tasks to select from (RCPSP-PS)"),
        ("formats/MPLIB1_Set1_0.rcmp", "a portfolio (MPLIB)"),
        ("formats/MSLIB_Set1_1.msrcp", "a workforce with skill levels (MSLIB)"),
        ("ms_mspsp_set2a/*_00.dzn", "tasks that need teams (MSPSP)"),
    ],
)
def test_what_the_model_does_not_cover_is_refused_by_name(benchmarks, file, missing):
    path = next(iter((benchmarks / "rcpsp").glob(file)))
    with pytest.raises(InvalidFile) as caught:
        load(path)
    assert missing in str(caught.value)
    assert "not modelled" in str(caught.value)


def assert_agrees_with_psplib(path: Path) -> None:
    ours = load(path)
    formats = {".rcp": "patterson", ".sch": "rcpsp_max"}
    theirs = psplib.parse(path, formats.get(path.suffix, "psplib"))
    uses = np.hstack([ours.demand, ours.consumption])
    assert [(r.capacity, r.renewable) for r in theirs.resources] == [
        *((c, True) for c in ours.capacity.tolist()), *((b, False) for b in ours.budget.tolist()),
    ]  # fmt: skip
    modes = [(mode.duration, *mode.demands) for activity in theirs.activities for mode in activity.modes]
    assert modes == [(d, *row) for d, row in zip(ours.duration.tolist(), uses.tolist(), strict=True)]
    assert [len(activity.modes) for activity in theirs.activities] == np.diff(ours.mode_ptr).tolist()
    assert [
        (i, j, lag)
        for i, activity in enumerate(theirs.activities)
        for j, lag in zip(activity.successors, activity.delays or [0] * len(activity.successors), strict=True)
    ] == [(i, j, lag) for i, j, _, lag, _ in links(ours)]


@pytest.mark.benchmark_data
def test_psplib_reads_the_public_files_alike(benchmarks):
    paths = public(benchmarks, ".sm", ".mm", ".rcp", ".sch")
    for path in paths:
        if "cpr_" not in path.parent.name and not path.name.startswith("aslib"):
            assert_agrees_with_psplib(path)


def assert_agrees_with_ortools(path: Path) -> None:
    from ortools.scheduling.python.rcpsp import RcpspParser

    parser = RcpspParser()
    assert parser.parse_file(str(path))
    ours, theirs = load(path), parser.problem()
    assert [(r.max_capacity, r.renewable) for r in theirs.resources] == [
        *((c, True) for c in ours.capacity.tolist()), *((b, False) for b in ours.budget.tolist()),
    ]  # fmt: skip
    uses = np.hstack([ours.demand, ours.consumption])
    modes = []
    for task in theirs.tasks:
        for recipe in task.recipes:
            demands = dict(zip(recipe.resources, recipe.demands, strict=True))
            modes.append((recipe.duration, *(demands.get(k, 0) for k in range(uses.shape[1]))))
    assert modes == [(d, *row) for d, row in zip(ours.duration.tolist(), uses.tolist(), strict=True)]
    arcs = []
    for i, task in enumerate(theirs.tasks):
        delays = [d.recipe_delays[0].min_delays[0] for d in task.successor_delays] or [0] * len(task.successors)
        arcs += [(i, j, lag) for j, lag in zip(task.successors, delays, strict=True)]
    assert arcs == [(i, j, lag) for i, j, _, lag, _ in links(ours)]


@pytest.mark.benchmark_data
def test_ortools_reads_the_public_files_alike(benchmarks):
    for path in public(benchmarks, ".sm", ".mm", ".rcp", ".sch"):
        if "cpr_" not in path.parent.name and not path.name.startswith("aslib"):
            assert_agrees_with_ortools(path)


@pytest.mark.benchmark_data
def test_the_published_schedules_of_mm_j30_are_accepted(benchmarks):
    with (benchmarks / "rcpsp" / "mm_j30_solutions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 547
    for row in rows[:: 1 if EVERY == 1 else 3]:
        problem = load(benchmarks / "rcpsp" / "mm_j30" / f"{row['instance']}.mm")
        mode = np.array([int(word) for word in row["modes"].split()]) - 1
        solution = RCPSPSolution(start=[int(word) for word in row["starts"].split()], mode=mode)
        assert not violations(problem, solution), row["instance"]
        assert objective_values(problem, Schedule(problem, solution)) == [("makespan", int(row["makespan"]))]


@pytest.mark.benchmark_data
def test_the_critical_path_of_j301_1(benchmarks):
    problem = load(benchmarks / "rcpsp" / "j30" / "j301_1.sm")
    start = np.zeros(problem.num_tasks, dtype=int)
    for _ in range(problem.num_tasks):
        for i, j, *_ in links(problem):
            start[j] = max(start[j], start[i] + problem.duration[i])
    assert start[-1] == 38
    assert {v.code for v in violations(problem, RCPSPSolution(start=start))} == {"capacity"}
