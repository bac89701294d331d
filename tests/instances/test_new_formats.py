"""What formats to come may ask for: bytes, JSON of another schema, several kinds in a file, settings of their own."""

from __future__ import annotations

import gzip
import io
import sys
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import msgspec
import pytest

from schedsolve.instances import content
from schedsolve.instances.formats import FORMATS, Format
from schedsolve.instances.read import load, loaded, read_text
from schedsolve.instances.source import HEAD
from schedsolve.models.errors import InvalidFile, InvalidProblem, UnknownName
from schedsolve.models.jobshop import JobShop
from schedsolve.models.registry import FAMILIES
from schedsolve.models.setting import Setting, Size

MAGIC = b"BLOB\0\xff\xfe"
NATIVE = '{"schema":"schedsolve/1","kind":"jobshop","num_machines":1,"job_ptr":[0,1],"alt_ptr":[0,1],"machine":[0],'
NATIVE += '"duration":[%s]}'


def read_blob(source):
    """Durations as bytes; how many of them belong to a job says a setting."""
    values = list(source.data.removeprefix(MAGIC))
    size = source.settings.get("dims", (1,))[0]
    if len(values) % size:
        raise source.error(f"{len(values)} durations are no jobs of {size}")
    jobs = [[(0, d) for d in values[k : k + size]] for k in range(0, len(values), size)]
    return JobShop.from_jobs(jobs, name=f"{source.name} {source.kind}".strip())


def read_trace(source):
    return JobShop.from_jobs([[(0, d) for d in msgspec.json.decode(source.utf8)["trace"]]], name=source.kind)


@pytest.fixture
def formats(monkeypatch):
    """A format of bytes and one of JSON, both for several kinds of a family with a dotted name."""
    module = ModuleType("throwaway")
    module.read_blob = read_blob
    module.recognise_blob = lambda source: source.head.startswith(MAGIC)
    module.read_trace = read_trace
    module.recognise_trace = lambda source: b'"trace"' in source.head
    monkeypatch.setitem(sys.modules, "throwaway", module)
    for kind in ("things.first", "things.second"):
        monkeypatch.setitem(FAMILIES, kind, replace(FAMILIES["jobshop"], kind=kind))
    settings = (Setting("dims", int, "durations of a job", many=True), Setting("room", Size, "bytes"))
    blob = Format(
        "blob", ("things.first", "things.second"), "bytes", (".blob",), "throwaway:read_blob",
        recognise="throwaway:recognise_blob", binary=True, settings=settings,
    )  # fmt: skip
    trace = Format(
        "trace", ("things.first", "jobshop"), "JSON", (".json",), "throwaway:read_trace",
        recognise="throwaway:recognise_trace",
    )  # fmt: skip
    new = {"json": FORMATS["json"], "blob": blob, "trace": trace} | FORMATS
    before = dict(FORMATS)
    FORMATS.clear()
    FORMATS.update(new)
    yield
    FORMATS.clear()
    FORMATS.update(before)


@pytest.fixture
def write(tmp_path):
    def call(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return call


# --- bytes ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("formats")
@pytest.mark.parametrize("name", ["a.blob", "a.bin", "a", "a.txt", "a.blob.gz"])
def test_bytes_are_read_as_they_are(write, name):
    data = MAGIC + b"\3\r\n\0\4"
    path = write(name, gzip.compress(data) if name.endswith(".gz") else data)
    assert load(path).duration.tolist() == [3, 13, 10, 0, 4]


@pytest.mark.usefixtures("formats")
def test_bytes_from_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(MAGIC + b"\7")))
    assert load("-").duration.tolist() == [7]


@pytest.mark.usefixtures("formats")
def test_a_byte_order_mark_may_begin_bytes(write):
    path = write("a.blob", b"\xef\xbb\xbf" + MAGIC)
    assert load(path).duration.tolist() == [0xEF, 0xBB, 0xBF, *MAGIC]


@pytest.mark.usefixtures("formats")
@pytest.mark.parametrize("data", [b"0 1\0", b"\xff\xfe0\0", b"PK\3\4\0\0", b"\xfe\xff\0001"])
def test_other_bytes_are_still_refused_as_no_text(write, data):
    with pytest.raises(InvalidFile, match=r"is a binary file, not text|is UTF-16 text"):
        load(write("a.dat", data))


@pytest.mark.usefixtures("formats")
def test_formats_of_text_refuse_bytes(write):
    with pytest.raises(InvalidFile, match="is a binary file, not text"):
        load(write("a.blob", MAGIC + b"1"), kind="jsplib")
    with pytest.raises(InvalidFile, match=r"is not UTF-8 text \(byte 0xff\)"):
        load(write("b.blob", b"1 1\n0 \xff"), format="json")


def test_reading_stops_at_the_first_byte_that_is_no_text(monkeypatch):
    class Noise(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return bytes(size)

    noise = Noise()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=noise))
    with pytest.raises(InvalidFile, match="is a binary file"):
        load("-")
    assert noise.given == content.PIECE


@pytest.mark.usefixtures("formats")
def test_the_limits_hold_for_bytes(monkeypatch, write):
    path = write("a.blob", MAGIC + bytes(100))
    monkeypatch.setenv(content.VARIABLE, "107")
    assert load(path).num_jobs == 100
    monkeypatch.setenv(content.VARIABLE, "106")
    with pytest.raises(InvalidFile, match="is larger than 106 bytes"):
        load(path)
    with pytest.raises(InvalidFile, match="gzip within gzip"):
        load(write("b.blob", gzip.compress(gzip.compress(MAGIC))))


# --- JSON -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("formats")
@pytest.mark.parametrize("name", ["a.json", "a.txt", "a"])
def test_json_is_told_by_its_beginning(write, name):
    assert load(write(name, NATIVE % 5)).duration.tolist() == [5]
    assert load(write(name, '\n {"trace": [1, 2]}')).duration.tolist() == [1, 2]


@pytest.mark.usefixtures("formats")
@pytest.mark.parametrize("name", ["a.json", "a.txt", "a"])
def test_json_that_nobody_claims_is_native(write, name):
    late = NATIVE.replace("{", '{"name":"' + "x" * HEAD + '",') % 5
    assert load(write(name, late)).duration.tolist() == [5]
    assert load(write(name, "\ufeff" + " " * HEAD + NATIVE % 6)).duration.tolist() == [6]
    assert read_text(" " * HEAD + NATIVE % 7, name).duration.tolist() == [7]
    with pytest.raises(InvalidFile, match='expected "schema": "schedsolve/1", found none'):
        load(write(name, '{"kind": "jobshop"}'))


@pytest.mark.usefixtures("formats")
def test_json_is_read_as_what_is_asked_for(write):
    path = write("a.json", '{"trace": [1, 2]}')
    with pytest.raises(InvalidFile, match='expected "schema"'):
        load(path, kind="rcpsp")
    with pytest.raises(InvalidFile, match='expected "schema"'):
        load(path, format="json")


def test_lines_of_json_are_counted_whatever_ends_them(write):
    broken = NATIVE.replace(",", ",\n") % "1x"
    for end in ("\n", "\r\n", "\r"):
        for mark in ("", "\ufeff"):
            with pytest.raises(InvalidFile, match=r"a\.json, line 9: JSON is malformed"):
                load(write("a.json", mark + broken.replace("\n", end)))
    with pytest.raises(InvalidFile, match="text, line 9: JSON is malformed"):
        read_text(broken)


@pytest.mark.parametrize("before", [0, content.PIECE - 2, content.PIECE - 1, content.PIECE])
def test_what_is_no_utf_8_is_found_where_it_is(write, before):
    good = "é\n" * 3 + "x" * (before - 9 if before else 0) + "\n"
    assert load(write("good.json", (NATIVE % 5).replace("{", '{"name":"€' + "x" * before + '",'))).num_jobs == 1
    with pytest.raises(InvalidFile, match=r"line 5: is not UTF-8 text \(byte 0xe9\)"):
        load(write("bad.json", good.encode() + b"\xe9!"))
    with pytest.raises(InvalidFile, match=r"line 5: is not UTF-8 text \(byte 0xe9\)"):
        load(write("bad.jsp", good.encode() + b"\xe9"))


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("formats")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (None, "things.first"),
        ("things", "things.first"),
        ("things.second", "things.second"),
        ("blob", "things.first"),
    ],
)
def test_the_reader_is_told_the_kind(write, asked, told):
    assert load(write("a.blob", MAGIC + b"1"), kind=asked).name == f"a {told}"


@pytest.mark.usefixtures("formats")
def test_a_kind_that_a_format_does_not_hold(write):
    path = write("a.json", '{"trace": [1]}')
    assert load(path, kind="jobshop").name == "jobshop"
    with pytest.raises(InvalidFile, match=r"trace holds problems of kind things.first or jobshop, not things.second"):
        load(path, kind="things.second", format="trace")
    with pytest.raises(UnknownName, match='no kind or format "thing"'):
        load(path, kind="thing")


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("formats")
def test_settings_of_a_format_go_to_its_reader(write):
    path = write("a.blob", MAGIC + b"123456")
    assert load(path).num_jobs == 6
    problem = load(path, dims="3,1", no_wait="true", room="2K")
    assert (problem.num_jobs, problem.no_wait) == (2, True)
    listed = {setting.name: value for setting, value in loaded(path, dims="3", tick=5).settings}
    assert listed == {"dims": (3,), "room": None}
    assert loaded("ft06").settings == ()


@pytest.mark.usefixtures("formats")
def test_settings_that_nothing_answers_to(write):
    path = write("a.blob", MAGIC + b"123456")
    with pytest.raises(UnknownName, match=r"no setting of jobshop .dimms.; did you mean dims"):
        load(path, dimms="3")
    with pytest.raises(UnknownName, match=r"known: blocking, dims, .*, permutation, room, tick"):
        load(path, zzz="3")
    with pytest.raises(InvalidProblem, match='dims: expected int, got "x"'):
        load(path, dims="x")
    with pytest.raises(UnknownName, match=r"no setting of jobshop .dims."):
        load("ft06", dims="3")
    with pytest.raises(InvalidFile, match=r"a\.blob: 6 durations are no jobs of 4"):
        load(path, dims="4")
