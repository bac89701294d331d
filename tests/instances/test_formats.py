"""Recognising formats, and round trips of random problems through each of them."""

from __future__ import annotations

import gzip
from dataclasses import replace

import fjsplib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedsolve.instances.formats import FORMATS
from schedsolve.instances.read import load, read_text
from schedsolve.instances.write import save
from schedsolve.models.errors import UnknownName
from schedsolve.models.family import resolve
from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR

JOB_SHOP = "3 2\n0 5  1 4\n1 3  0 2\n0 6  1 1\n"
FLEXIBLE = "2 3\n2  1 1 5  2 2 4 3 6\n1  3 1 2 2 2 3 4\n"
MATRIX = "2 3\n5 4 7\n3 2 6\n"
TABLE = "job;step;machine;duration\nA;1;saw;3\n"
NATIVE = JobShop.from_jobs([[(0, 1)]]).to_json()


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        (JOB_SHOP, "x.txt", "jsplib"),
        (JOB_SHOP, "x.dat", "jsplib"),
        ("2 2\n0 5 -1 -1\n1 5 0 3 1 2 -1 -1\n", "x.txt", "jsplib"),
        ("2 4\n0 5 1 3 -1 -1\n1 5 0 3 -1 -1\n", "x.txt", "jsplib"),
        (FLEXIBLE, "x.txt", "fjsplib"),
        (FLEXIBLE.replace("2 3\n", "2 3 1.67\n", 1), "x.txt", "fjsplib"),
        (MATRIX, "x.txt", "openshop"),
        (MATRIX, "x", "openshop"),
        (MATRIX, "x.fsp", "flowshop"),
        (TABLE, "x.txt", "csv"),
        (TABLE, "x.csv", "csv"),
        (NATIVE, "x.json", "json"),
        (NATIVE, "x.txt", "json"),
        # Six numbers for three machines: pairs, though the counts of a flexible shop would fit too.
        ("1 3\n1 2 1 5 2 5\n", "x.txt", "jsplib"),
    ],
)
def test_format_is_recognised(text, file, expected):
    by_name = read_text(text, file, format=expected)
    assert read_text(text, file) == by_name
    assert by_name.name == ("" if expected == "json" else "x")


def test_rows_that_fit_two_formats_are_read_as_the_rules_say():
    text = "1 3\n1 2 1 5 2 5\n"
    assert not read_text(text, "x.txt").is_flexible
    assert read_text(text, "x.txt", kind="fjsplib").is_flexible
    assert read_text(text, "x.fjs").is_flexible
    no_pairs = "1 2\n1 1 2 5\n"  # machine 2 of 0 and 1, were these pairs
    assert read_text(no_pairs, "x.txt") == read_text(no_pairs, "x.fjs")


def test_kind_and_format_override():
    assert read_text(MATRIX, "x.txt").open_shop
    assert not read_text(MATRIX, "x.txt", format="flowshop").open_shop
    assert not read_text(MATRIX, "x.txt", kind="flowshop").open_shop
    assert read_text(MATRIX, "x.txt", kind="jobshop", format="openshop").open_shop
    with pytest.raises(UnknownName, match="flowshop"):
        read_text(MATRIX, "x.txt", format="flowshp")
    with pytest.raises(UnknownName, match="jobshop"):
        read_text(MATRIX, "x.txt", kind="jobshp")


def test_every_part_of_every_format_exists():
    for name, chosen in FORMATS.items():
        assert chosen.name == name
        parts = (chosen.read, chosen.write, chosen.recognise, chosen.sections)
        assert all(callable(resolve(part)) for part in parts if part)


def test_comments_blank_lines_tabs_and_line_ends_do_not_matter():
    text = "# a shop\r\n3\t2 // jobs, machines\r\n\r\n0 5\t1 4\r\n  1 3 0 2 # second\r\n0 6 1 1\r\n\r\n"
    assert read_text(text, "x.jsp") == read_text(JOB_SHOP, "x.jsp")
    assert read_text(text.replace("\r\n", "\n").replace("//", "#"), "x.jsp").num_jobs == 3


def test_terminators_are_no_operations():
    ended = read_text("3 2\n0 5  1 4 -1 -1\n1 3  0 2 -1 -1\n0 6  1 1\n", "x.jsp")
    assert ended == read_text(JOB_SHOP, "x.jsp")


def test_machines_count_from_0_in_jsplib_and_from_1_in_fjsplib():
    problem = read_text(FLEXIBLE, "x.fjs")
    assert problem.machine.tolist() == [0, 1, 2, 0, 1, 2]
    assert problem.duration.tolist() == [5, 4, 6, 2, 2, 4]
    assert problem.alt_ptr.tolist() == [0, 1, 3, 6]
    assert problem.job_ptr.tolist() == [0, 2, 3]
    assert read_text(JOB_SHOP, "x.jsp").machine.tolist() == [0, 1, 1, 0, 0, 1]


def test_matrix_is_an_open_shop_or_a_flow_shop():
    problem = read_text(MATRIX, "x.txt")
    assert problem.open_shop
    assert problem.machine.tolist() == [0, 1, 2, 0, 1, 2]
    assert problem.duration.tolist() == [5, 4, 7, 3, 2, 6]
    assert problem.with_settings(open_shop=False) == read_text(MATRIX, "x.fsp")


# --- round trips ------------------------------------------------------------------------------

DURATION = st.integers(0, 99)


@st.composite
def shops(draw, *, flexible: bool = False, matrix: bool = False) -> JobShop:
    """A shop of up to 5 jobs and 4 machines with nothing but machines and durations."""
    m = draw(st.integers(1, 4))
    machines = st.integers(0, m - 1)
    if matrix:
        job = st.lists(DURATION, min_size=m, max_size=m).map(lambda row: list(enumerate(row)))
    elif flexible:
        choice = st.dictionaries(machines, DURATION, min_size=1).map(lambda d: list(d.items()))
        job = st.lists(choice, min_size=1, max_size=4)
    else:
        job = st.lists(st.tuples(machines, DURATION), min_size=1, max_size=6)
    jobs = draw(st.lists(job, min_size=1, max_size=5))
    return JobShop.from_jobs(jobs, num_machines=m, name="x")


@st.composite
def rich_shops(draw) -> JobShop:
    """A shop with some of: dates, downtime, setups, transport, fixed decisions, settings and names."""
    plain = draw(shops(flexible=True))
    n, m, size = plain.num_jobs, plain.num_machines, plain.num_operations
    families = draw(st.integers(1, 3))
    maybe_never = st.one_of(DURATION, st.just(FAR))

    def array(elements, *shape):
        count = int(np.prod(shape))
        return np.array(draw(st.lists(elements, min_size=count, max_size=count))).reshape(shape)

    groups = [
        {"release": array(DURATION, n), "weight": array(DURATION, n)},
        {"due": array(maybe_never, n), "deadline": array(maybe_never, n)},
        {"downtime_machine": [0, m - 1], "downtime_start": [3, 9], "downtime_end": [5, 12], "pause": True},
        {
            "setup": array(DURATION, m, families, families),
            "initial_setup": array(st.integers(1, 9), m, families),
            "setup_family": array(st.integers(0, families - 1), size),
        },
        {"transport": array(DURATION, m, m), "blocking": draw(st.sampled_from(["swap", "no_swap"]))},
        {"fixed_start": array(maybe_never, size), "no_wait": True},
        {"objective": ("total_tardiness", "makespan"), "origin": "2026-01-05T06:00", "tick": 1},
        {"job_names": tuple(f"order {k}" for k in range(n)), "machine_names": tuple("abcd"[:m])},
        {"operation_names": tuple(f"step {k}" for k in range(size))},
    ]
    chosen = [group for group in groups if draw(st.booleans())]
    return replace(plain, **{name: value for group in chosen for name, value in group.items()})


def written(problem: JobShop, format: str) -> str:
    return resolve(FORMATS[format].write)(problem)


@given(rich_shops())
@settings(deadline=None, max_examples=100)
def test_native_json_returns_an_equal_problem(problem):
    again = read_text(written(problem, "json"), "x.json")
    assert again == problem
    assert again.fingerprint == problem.fingerprint


@given(shops(), st.sampled_from(["x.jsp", "x.txt"]))
@settings(deadline=None)
def test_job_shop_text_returns_an_equal_problem(problem, file):
    assert read_text(written(problem, "jsplib"), file) == problem


@given(shops(flexible=True), st.sampled_from(["x.fjs", "x.txt"]))
@settings(deadline=None)
def test_flexible_job_shop_text_returns_an_equal_problem(problem, file):
    assert read_text(written(problem, "fjsplib"), file) == problem


@given(shops(matrix=True), st.booleans())
@settings(deadline=None)
def test_duration_matrix_returns_an_equal_problem(problem, open_shop):
    problem = problem.with_settings(open_shop=open_shop)
    format, file = ("openshop", "x.txt") if open_shop else ("flowshop", "x.fsp")
    assert read_text(written(problem, format), file) == problem


# --- against others ---------------------------------------------------------------------------


def assert_agrees_with_fjsplib(path) -> None:
    theirs, ours = fjsplib.read(path), load(path)
    assert (theirs.num_jobs, theirs.num_machines) == (ours.num_jobs, ours.num_machines)
    jobs = [
        [
            list(
                zip(
                    ours.machine[ours.alt_ptr[o] : ours.alt_ptr[o + 1]].tolist(),
                    ours.duration[ours.alt_ptr[o] : ours.alt_ptr[o + 1]].tolist(),
                    strict=True,
                )
            )
            for o in range(ours.job_ptr[j], ours.job_ptr[j + 1])
        ]
        for j in range(ours.num_jobs)
    ]
    assert jobs == theirs.jobs


@given(problem=shops(flexible=True))
@settings(deadline=None, max_examples=30)
def test_fjsplib_reads_what_we_write(problem, tmp_path_factory):
    path = tmp_path_factory.mktemp("fjs") / "x.fjs"
    save(problem, path)
    assert_agrees_with_fjsplib(path)


@pytest.mark.benchmark_data
def test_fjsplib_agrees_on_the_public_instances(benchmarks):
    for path in sorted(benchmarks.glob("fjsp/*/*.txt")):
        assert_agrees_with_fjsplib(path)


@pytest.mark.benchmark_data
@pytest.mark.parametrize("family", ["jobshop", "fjsp", "openshop", "flowshop"])
def test_every_public_instance_loads_and_converts_to_json_and_back(benchmarks, family, tmp_path):
    paths = sorted(benchmarks.glob(f"{family}/*/*.txt"))
    assert len(paths) >= 60
    for path in paths:
        problem = load(path)
        assert problem.open_shop == (family == "openshop")
        assert problem.is_flexible <= (family == "fjsp")
        save(problem, tmp_path / "x.json")
        assert load(tmp_path / "x.json") == problem
        words = [line.split() for line in path.read_text().splitlines() if line.strip()]
        assert (problem.num_jobs, problem.num_machines) == (int(words[0][0]), int(words[0][1]))
        assert_text_returns(problem, tmp_path)


def assert_text_returns(problem: JobShop, folder) -> None:
    """Our own text of a public instance, compressed, is read back to the same problem."""
    path = folder / f"{problem.name}.txt.gz"
    save(problem, path)
    assert path.read_bytes()[:2] == gzip.compress(b"")[:2]
    assert load(path) == problem
