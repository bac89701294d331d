"""Writing: whole or not at all, only what the format can hold, readable again."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from schedsolve.instances.jobshop.example import problem_and_solution
from schedsolve.instances.native import example, read_solution
from schedsolve.instances.read import load
from schedsolve.instances.write import save, solution_table
from schedsolve.models.errors import InvalidFile, InvalidProblem, UnknownName
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.result import Result

PLAIN = JobShop.from_jobs([[(0, 5), (1, 4)], [(1, 3), (0, 2)]], name="shop")
FLEXIBLE = JobShop.from_jobs([[[(0, 5), (1, 6)], (1, 4)]], name="shop")
MATRIX = JobShop.from_jobs([[(0, 5), (1, 4)], [(0, 3), (1, 2)]], name="shop")


@pytest.mark.parametrize(
    ("problem", "file"),
    [
        (PLAIN, "shop.jsp"),
        (PLAIN, "shop.jss"),
        (PLAIN, "shop.txt"),
        (PLAIN, "shop.fjs"),
        (PLAIN, "shop.csv"),
        (PLAIN, "shop.json"),
        (PLAIN, "shop.json.gz"),
        (FLEXIBLE, "shop.fjs"),
        (FLEXIBLE, "shop.txt"),
        (FLEXIBLE, "shop.csv"),
        (MATRIX, "shop.fsp"),
        (replace(MATRIX, open_shop=True), "shop.osp"),
        (replace(MATRIX, open_shop=True), "shop.txt"),
        (replace(MATRIX, open_shop=True), "shop.csv"),
        (replace(PLAIN, due=np.array([9, 2**53]), no_wait=True), "shop.csv"),
    ],
)
def test_what_is_written_is_read_back(problem, file, tmp_path):
    save(problem, tmp_path / file)
    assert load(tmp_path / file) == problem


@pytest.mark.parametrize(
    ("problem", "file", "says"),
    [
        (replace(PLAIN, due=np.array([9, 9])), "x.jsp", ["jsplib", "cannot carry due", ".json", ".csv"]),
        (replace(PLAIN, due=np.array([9, 9])), "x.txt", ["jsplib", "cannot carry due", ".json", ".csv"]),
        (replace(PLAIN, no_wait=True), "x.fjs", ["fjsplib", "no_wait"]),
        (PLAIN.with_settings(objective="total_flow_time"), "x.jsp", ["objective"]),
        (replace(MATRIX, permutation=True), "x.fsp", ["flowshop", "permutation"]),
        (replace(PLAIN, transport=np.ones((2, 2), dtype=int)), "x.csv", ["csv", "transport", ".json"]),
        (FLEXIBLE, "x.jsp", ["one machine", ".fjs"]),
        (PLAIN, "x.fsp", ["flowshop", "0, 1, 2"]),
        (replace(PLAIN, open_shop=True), "x.osp", ["openshop", "0, 1, 2"]),
        (MATRIX, "x.osp", ["fixed route"]),
        (JobShop.from_jobs([[[(0, 1), (0, 2)]]]), "x.csv", ["a machine twice"]),
        (replace(PLAIN, job_names=("A", "A")), "x.csv", ["job_names", "twice"]),
        (replace(PLAIN, machine_names=("A", " B")), "x.csv", ["machine_names", "' B'"]),
        (PLAIN, "x.jsb", ['".jsb"', "did you mean .js"]),
        (PLAIN, "x", ["no format"]),
    ],
)
def test_a_format_refuses_what_it_cannot_carry(problem, file, says, tmp_path):
    with pytest.raises(InvalidFile) as caught:
        save(problem, tmp_path / file)
    message = str(caught.value)
    assert message.startswith(str(tmp_path / file))
    assert "\n" not in message
    assert all(words in message for words in says), message
    assert not list(tmp_path.iterdir())


def test_format_overrides_the_suffix(tmp_path):
    save(PLAIN, tmp_path / "shop.dat", format="fjsplib")
    assert (tmp_path / "shop.dat").read_text() == "2 2 1.00\n2  1 1 5  1 2 4\n2  1 2 3  1 1 2\n"
    assert load(tmp_path / "shop.dat") == PLAIN
    with pytest.raises(UnknownName, match="did you mean jsplib"):
        save(PLAIN, tmp_path / "shop.dat", format="jsp-lib")


def test_job_shop_text_ends_rows_where_jobs_differ_in_length(tmp_path):
    save(JobShop.from_jobs([[(0, 5), (1, 4)], [(1, 3)]]), tmp_path / "x.jsp")
    assert (tmp_path / "x.jsp").read_text() == "2 2\n0 5 1 4 -1 -1\n1 3 -1 -1\n"
    save(PLAIN, tmp_path / "x.jsp")
    assert (tmp_path / "x.jsp").read_text() == "2 2\n0 5 1 4\n1 3 0 2\n"


def test_standard_output(capsys):
    save(PLAIN, "-", format="jsplib")
    assert capsys.readouterr().out == "2 2\n0 5 1 4\n1 3 0 2\n"
    save(PLAIN, "-")
    assert capsys.readouterr().out.startswith('{"schema":')


def test_compressed_text_is_the_same_each_time(tmp_path):
    save(PLAIN, tmp_path / "a.json.gz")
    save(PLAIN, tmp_path / "b.json.gz")
    first = (tmp_path / "a.json.gz").read_bytes()
    assert first == (tmp_path / "b.json.gz").read_bytes()
    assert gzip.decompress(first).decode() == PLAIN.to_json() + "\n"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "shop.json"
    save(PLAIN, path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(InvalidFile, match="cannot be written: no space left on device"):
        save(FLEXIBLE, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written_are_named(tmp_path):
    with pytest.raises(InvalidFile, match="cannot be written: no such file or directory"):
        save(PLAIN, tmp_path / "missing" / "shop.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InvalidFile, match="cannot be written: is a directory"):
        save(PLAIN, tmp_path / "folder.json")


def test_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to(target)
    save(PLAIN, link)
    assert link.is_symlink()
    assert replace(load(target), name="") == replace(PLAIN, name="")


def test_devices_are_written_to_not_replaced():
    save(PLAIN, "/dev/null", format="json")
    assert Path("/dev/null").is_char_device()


# --- solutions and results --------------------------------------------------------------------


def test_solution_as_json(tmp_path):
    _, solution = problem_and_solution()
    save(solution, tmp_path / "plan.json")
    assert read_solution(tmp_path / "plan.json") == solution


def test_result_as_json_and_as_table(tmp_path):
    problem, solution = problem_and_solution()
    result = Result.from_json(example("result"))
    save(result, tmp_path / "plan.json")
    assert read_solution(tmp_path / "plan.json") == result
    save(result, tmp_path / "plan.csv", problem=problem)
    assert (tmp_path / "plan.csv").read_text() == solution_table(problem, solution)


def test_table_follows_the_problem_that_is_given_whatever_the_result_was_made_with(tmp_path):
    problem = replace(
        PLAIN,
        downtime_machine=np.array([0]),
        downtime_start=np.array([2]),
        downtime_end=np.array([4]),
        pause=True,
    )
    _, other = problem_and_solution()
    solution = replace(other, start=np.array([0, 7, 0, 7]), alternative=np.zeros(4, dtype=int))
    result = replace(Result.from_json(example("result")), solution=solution, settings={"pause": False, "colour": 3})
    save(result, tmp_path / "plan.csv", problem=problem)
    assert "job 0,1,machine 0,0,7,5" in (tmp_path / "plan.csv").read_text()


def test_answers_that_cannot_be_written_are_refused(tmp_path):
    problem, solution = problem_and_solution()
    with pytest.raises(InvalidFile, match="needs its problem"):
        save(solution, tmp_path / "plan.csv")
    with pytest.raises(InvalidFile, match=r"written as \.json or \.csv"):
        save(solution, tmp_path / "plan.jsp", problem=problem)
    nothing = replace(Result.from_json(example("result")), solution=None)
    with pytest.raises(InvalidFile, match="holds no solution"):
        save(nothing, tmp_path / "plan.csv", problem=problem)
    with pytest.raises(InvalidFile, match="4 starts given for 36 operations"):
        save(solution, tmp_path / "plan.csv", problem=load("ft06"))
    with pytest.raises(InvalidProblem, match="no such alternative"):
        solution_table(problem, replace(solution, alternative=np.array([0, 0, 7, 0])))


@pytest.mark.parametrize("name", ["=1+1", "-5", "@x", "a, b; c", 'say "no"', "two\nlines", "\x1b[31mred", "'quoted"])
def test_tables_that_are_read_again_keep_names(name, tmp_path):
    problem = replace(PLAIN, operation_names=(name, "b", "c", "d"))
    save(problem, tmp_path / "shop.csv")
    assert load(tmp_path / "shop.csv") == problem


def test_an_operation_without_a_name_is_read_as_the_step_that_it_is(tmp_path):
    save(replace(PLAIN, operation_names=("", "b", "c", "d")), tmp_path / "shop.csv")
    assert load(tmp_path / "shop.csv") == replace(PLAIN, operation_names=("step 1", "b", "c", "d"))


UNFIT = ["a\rb", "a\r\nb", "a\0b", " a"]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        *((field, name) for field in ("job_names", "machine_names") for name in (*UNFIT, "")),
        *(("operation_names", name) for name in UNFIT),
    ],
)
def test_names_that_a_table_would_change_are_refused(field, name, tmp_path):
    names = {field: (name, "b", "c", "d")[: 4 if field == "operation_names" else 2]}
    with pytest.raises(InvalidFile, match=f"{field}: a table cannot hold the name"):
        save(replace(PLAIN, **names), tmp_path / "shop.csv")
    assert list(tmp_path.iterdir()) == []
