"""How much is read of a file, and of what it unpacks to."""

from __future__ import annotations

import gzip
import io
import sys
from types import SimpleNamespace

import pytest

from schedsolve.instances import content
from schedsolve.instances.read import load
from schedsolve.models.errors import InvalidFile, InvalidOption

SHOP = b"1 1\n0 5\n"


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.jsp"
    path.write_bytes(SHOP)
    return path


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 2**29),
        ("700", 700),
        ("3K", 3072),
        ("80 MiB", 80 * 2**20),
        ("2G", 2**31),
        ("1gib", 2**30),
        ("5mb", 5 * 2**20),
    ],
)
def test_the_limit_is_set_by_the_environment(monkeypatch, text, size):
    monkeypatch.setenv(content.VARIABLE, text)
    assert content.most_bytes() == size


@pytest.mark.parametrize("text", ["much", "0", "-1", "1_000", "1e9", "1.5G", "５", "9TB"])
def test_a_limit_that_is_no_size_is_refused(monkeypatch, shop, text):
    monkeypatch.setenv(content.VARIABLE, text)
    with pytest.raises(InvalidOption, match="SCHEDSOLVE_MAX_INPUT: expected a size"):
        load(shop)


def test_nothing_beyond_the_limit_is_read(monkeypatch, shop):
    monkeypatch.setenv(content.VARIABLE, "8")
    assert content.read(str(shop)) == SHOP
    monkeypatch.setenv(content.VARIABLE, "7")
    with pytest.raises(InvalidFile, match=r"larger than 7 bytes \(SCHEDSOLVE_MAX_INPUT sets the limit\)"):
        content.read(str(shop))


def test_a_stream_without_end_is_left_at_the_limit(monkeypatch):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"1" * size

    endless = Endless()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=endless))
    monkeypatch.setenv(content.VARIABLE, "1M")
    with pytest.raises(InvalidFile, match="standard input: is larger than 1 MiB"):
        load("-")
    assert endless.given <= 2**20 + content.PIECE


def test_only_json_in_ascii_may_fill_the_limit(monkeypatch, tmp_path):
    shop = '{"schema":"schedsolve/1","kind":"jobshop","num_machines":1,"job_ptr":[0,1],"alt_ptr":[0,1],"machine":[0],'
    text = shop + '"duration":[5]%s' + " " * 1000 + "}"
    monkeypatch.setenv(content.VARIABLE, "2000")
    path = tmp_path / "shop.json"
    path.write_text(text % "")
    assert load(path).duration.tolist() == [5]
    path.write_text(text % ',"name":"Säge"')
    with pytest.raises(InvalidFile, match="larger than 500 bytes, a quarter of SCHEDSOLVE_MAX_INPUT"):
        load(path)
    path = tmp_path / "shop.jsp"
    path.write_bytes(SHOP + b"\n" * 1000)
    with pytest.raises(InvalidFile, match="only for native JSON"):
        load(path)


def test_gzip_in_one_member_or_several_and_padded(tmp_path, shop):
    path = tmp_path / "shop.jsp.gz"
    for data in (
        gzip.compress(SHOP),
        gzip.compress(SHOP[:5]) + gzip.compress(SHOP[5:]),
        gzip.compress(b"") + gzip.compress(SHOP) + b"\0" * 100,
    ):
        path.write_bytes(data)
        assert load(path) == load(shop)


@pytest.mark.parametrize("cut", [1, 5, 8, 9])
def test_gzip_that_is_cut_short_is_refused(tmp_path, cut):
    path = tmp_path / "shop.jsp.gz"
    path.write_bytes(gzip.compress(SHOP * 100)[:-cut])
    with pytest.raises(InvalidFile, match="truncated or damaged gzip"):
        load(path)


def test_gzip_within_gzip_is_refused_by_name(tmp_path):
    path = tmp_path / "shop.jsp.gz"
    path.write_bytes(gzip.compress(gzip.compress(SHOP)))
    with pytest.raises(InvalidFile, match="gzip within gzip"):
        load(path)


def test_what_unpacks_to_far_more_than_its_size_is_read_only_on_request(monkeypatch, tmp_path):
    monkeypatch.setattr(content, "SUSPECT", 10_000)
    path = tmp_path / "shop.jsp.gz"
    path.write_bytes(gzip.compress(SHOP + b"\n" * 100_000))
    with pytest.raises(InvalidFile, match="unpacks to more than 200 times its size; set SCHEDSOLVE_MAX_INPUT"):
        load(path)
    monkeypatch.setenv(content.VARIABLE, "1M")
    assert load(path).num_jobs == 1


def test_a_closed_standard_input_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InvalidFile, match="standard input: is closed"):
        load("-")
