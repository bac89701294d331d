from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from schedsolve.instances.bundled import SETS, bundled, catalogue, names
from schedsolve.models.errors import UnknownName
from schedsolve.models.jobshop import JobShop


def rows(problem: JobShop) -> list[list[int]]:
    """Each job as machine and duration in turn."""
    pairs = np.column_stack([problem.machine, problem.duration])
    return [job.ravel().tolist() for job in np.split(pairs, problem.job_ptr[1:-1])]


def numbers(file: Path) -> list[list[int]]:
    lines = (line.split() for line in file.read_text().splitlines() if not line.startswith("#"))
    return [[int(word) for word in line] for line in lines if line]


def test_the_sets_are_complete():
    count = dict.fromkeys(SETS, 0)
    for entry in catalogue():
        count[entry.set] += 1
    assert count == {
        **{"ft": 3, "la": 40, "abz": 5, "orb": 10, "swv": 20, "yn": 4},
        **{"ta": 80, "dmu": 80, "ta-flow": 120, "ta-open": 60, "projects": 1},
    }


def test_names_are_unique_and_in_natural_order():
    listed = names()
    assert len(set(listed)) == len(listed) == 423
    assert listed[:5] == ["ft06", "ft10", "ft20", "la01", "la02"]
    assert [n for n in listed if n.startswith("abz")] == ["abz5", "abz6", "abz7", "abz8", "abz9"]
    assert [n for n in listed if n.startswith("ta") and len(n) == 5][98:101] == ["ta099", "ta100", "ta101"]


def test_an_entry_says_what_the_instance_is():
    for entry in catalogue():
        problem = bundled(entry.name)
        assert problem.name == entry.name
        if entry.what == "project":
            assert entry.size.startswith(f"{problem.num_tasks} tasks, {problem.num_resources} resources")
            continue
        assert entry.size == f"{problem.num_jobs} jobs, {problem.num_machines} machines"
        assert problem.num_operations == problem.num_jobs * problem.num_machines
        assert problem.open_shop == (entry.what == "open shop")
        assert problem.permutation == (entry.what == "flow shop")
        visits = np.sort(problem.machine.reshape(problem.num_jobs, problem.num_machines), axis=1)
        assert np.array_equal(visits, np.tile(np.arange(problem.num_machines), (problem.num_jobs, 1)))


def test_ft06_is_the_table_of_the_book():
    assert rows(bundled("ft06")) == [
        [2, 1, 0, 3, 1, 6, 3, 7, 5, 3, 4, 6],
        [1, 8, 2, 5, 4, 10, 5, 10, 0, 10, 3, 4],
        [2, 5, 3, 4, 5, 8, 0, 9, 1, 1, 4, 7],
        [1, 5, 0, 5, 2, 5, 3, 3, 4, 8, 5, 9],
        [2, 9, 1, 3, 4, 5, 5, 4, 0, 3, 3, 1],
        [1, 3, 3, 3, 5, 9, 0, 10, 4, 4, 2, 1],
    ]


def test_a_wrong_name_gets_the_nearest_one():
    with pytest.raises(UnknownName, match=r'no bundled instance "ft6"; did you mean ft06\?'):
        bundled("ft6")


def test_listing_the_names_imports_no_numpy():
    code = "import sys; from schedsolve.instances.bundled import names; names(); print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.benchmark_data
def test_instances_equal_the_public_files(benchmarks: Path):
    folders = {"ta-flow": "flowshop/taillard", "ta-open": "openshop/taillard"}
    compared = 0
    for entry in (entry for entry in catalogue() if entry.what != "project"):
        file = benchmarks / folders.get(entry.set, f"jobshop/{entry.set}") / f"{entry.name}.txt"
        if not file.exists():
            assert entry.set == "dmu", f"{file} is missing"
            continue
        problem = bundled(entry.name)
        head, *jobs = numbers(file)
        assert head == [problem.num_jobs, problem.num_machines]
        if entry.set == "ta-open":
            assert [job[1::2] for job in rows(problem)] == jobs, entry.name
        else:
            assert rows(problem) == jobs, entry.name
        compared += 1
    assert compared == 342
