"""Finding what to read: paths, standard input, gzip, bundled names, one instance of many, settings."""

from __future__ import annotations

import gzip
import io
import sys
from types import SimpleNamespace

import pytest

from schedsolve.instances.read import instances_in, load, read_text
from schedsolve.models.errors import InvalidFile, InvalidProblem, UnknownName

SHOP = "2 2\n0 5 1 4\n1 3 0 2\n"
OR_LIBRARY = """\
 This file contains a set of test instances.

 +++++++++++++++++++++++++++++
 instance first
 +++++++++++++++++++++++++++++
 Somebody, 2x2 instance (Table 1, instance 1)
 2 2
 0 5 1 4
 1 3 0 2
 +++++++++++++++++++++++++++++
 instance second
 +++++++++++++++++++++++++++++
 Somebody, 1x2 instance
 1 2
 1 7 0 8
 +++++++++++++++++++++++++++++
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "tiny.jsp"
    path.write_text(SHOP)
    return path


def test_path_as_text_or_as_path(shop):
    problem = load(shop)
    assert problem == load(str(shop))
    assert problem.name == "tiny"
    assert problem.duration.tolist() == [5, 4, 3, 2]


@pytest.mark.parametrize("name", ["tiny.jsp.gz", "tiny.jsp", "tiny"])
def test_gzip_is_told_by_its_first_bytes(tmp_path, shop, name):
    plain = load(shop)
    path = tmp_path / name
    path.write_bytes(gzip.compress(SHOP.encode()))
    assert load(path) == plain


def test_byte_order_mark_is_no_part_of_the_text(shop):
    plain = load(shop)
    shop.write_bytes(b"\xef\xbb\xbf" + SHOP.encode())
    assert load(shop) == plain


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(SHOP.encode())))
    problem = load("-")
    assert problem.num_jobs == 2
    assert problem.name == ""


def test_standard_input_is_named_in_errors(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"1 1\n0 x\n")))
    with pytest.raises(InvalidFile, match="standard input, line 2"):
        load("-")


def test_bundled_name():
    problem = load("ft06")
    assert problem.name == "ft06"
    assert (problem.num_jobs, problem.num_machines) == (6, 6)


def test_a_file_wins_over_a_bundled_name(tmp_path, monkeypatch):
    (tmp_path / "ft06").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    assert load("ft06").num_jobs == 2


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownName, match="did you mean ft06"):
        load("ft6")


@pytest.mark.parametrize("name", ["nowhere/ft06", "missing.jsp", "ft06.txt"])
def test_a_path_that_does_not_exist_is_no_name(name):
    with pytest.raises(InvalidFile, match="no such file"):
        load(name)


def test_a_bundled_name_with_a_suffix_gets_a_hint():
    with pytest.raises(InvalidFile, match='"ft06" without suffix is a bundled instance'):
        load("ft06.jsp")


def test_settings_and_objective_are_applied_after_reading(shop):
    problem = load(shop, objective="total_flow_time,makespan", no_wait="true", origin="2026-01-05")
    assert problem.objective == ("total_flow_time", "makespan")
    assert problem.no_wait
    assert problem.origin == "2026-01-05"
    assert load("ft06", blocking="swap").blocking == "swap"


def test_unknown_setting_is_not_blamed_on_the_file(shop):
    with pytest.raises(UnknownName, match="no_wait"):
        load(shop, no_wate="true")
    with pytest.raises(InvalidProblem, match="expected true or false"):
        load(shop, no_wait="maybe")


def test_one_instance_of_many(tmp_path):
    path = tmp_path / "jobshop1.txt"
    path.write_text(OR_LIBRARY)
    first, second = load(f"{path}#first"), load(f"{path}#2")
    assert (first.name, second.name) == ("first", "second")
    assert first.duration.tolist() == [5, 4, 3, 2]
    assert second.duration.tolist() == [7, 8]
    assert instances_in(path) == [f"{path}#first", f"{path}#second"]


def test_instance_of_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(OR_LIBRARY.encode())))
    assert load("-#second").num_jobs == 1


def test_lines_of_a_later_instance_are_those_of_the_file(tmp_path):
    path = tmp_path / "jobshop1.txt"
    path.write_text(OR_LIBRARY.replace("1 7 0 8", "1 7 2 8"))
    assert load(f"{path}#first").num_jobs == 2
    with pytest.raises(InvalidFile, match="line 15: operation 2") as caught:
        load(f"{path}#second")
    assert caught.value.line == 15


def test_a_file_with_one_instance_needs_no_pick(tmp_path, shop):
    path = tmp_path / "one.txt"
    path.write_text("instance only\n" + SHOP)
    assert load(path).name == "only"
    assert load(f"{shop}#1") == load(shop)
    assert instances_in(shop) == [str(shop)]
    assert instances_in("ft06") == ["ft06"]


def test_a_path_with_a_hash_is_a_path(tmp_path, shop):
    path = tmp_path / "lot#7.jsp"
    path.write_text(SHOP)
    assert load(path).name == "lot#7"


def test_read_text():
    assert read_text(SHOP).num_jobs == 2
    with pytest.raises(InvalidFile, match="mail, line 2"):
        read_text("1 1\n0 x\n", "mail")
