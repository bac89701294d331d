"""Files are written whole or not at all, to the place that was named and to no other."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from schedsolve.instances import output
from schedsolve.models.errors import InvalidFile

posix = pytest.mark.skipif(os.name != "posix", reason="rights and links as POSIX has them")


@pytest.fixture
def foretold(monkeypatch):
    """The name of the next draft."""
    monkeypatch.setattr(os, "urandom", bytes)
    return f".{bytes(12).hex()}.tmp"


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_rights_of_any_new_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        output.write_bytes(tmp_path / "new", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o666 & ~umask


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_replaced_file_keeps_its_rights(tmp_path, mode):
    path = tmp_path / "old"
    path.write_text("old")
    path.chmod(mode)
    output.write_bytes(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", mode)


def test_drafts_have_names_that_cannot_be_foretold(tmp_path):
    names = set()
    for _ in range(5):
        with output.replacing(tmp_path / "file") as file:
            names.add(os.path.basename(file.name))
            assert [p.name for p in tmp_path.iterdir() if p.name != "file"] == [os.path.basename(file.name)]
    assert len(names) == 5
    assert all(len(name) < 40 for name in names)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@posix
def test_a_draft_follows_no_link(tmp_path, foretold):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / foretold).symlink_to(victim)
    with pytest.raises(InvalidFile, match="cannot be written: file exists"):
        output.write_bytes(tmp_path / "file", b"x")
    assert victim.read_text() == "precious"
    assert not (tmp_path / "file").exists()


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_what_a_link_points_to_is_replaced(tmp_path, exists):
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    if exists:
        target.write_text("old")
    link.symlink_to(target)
    output.check(link)
    output.write_bytes(link, b"new")
    assert (link.is_symlink(), target.read_bytes()) == (True, b"new")
    assert [p.name for p in (tmp_path / "folder").iterdir()] == ["target"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    output.check(pipe)
    assert not output.is_replaced(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    output.write_bytes(pipe, b"x")
    reader.join()
    assert read == [b"x"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs /dev/null")
def test_a_device_is_written_to(tmp_path):
    (tmp_path / "nothing").symlink_to("/dev/null")
    for path in ("/dev/null", tmp_path / "nothing"):
        output.check(path)
        output.write_bytes(path, b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@posix
@pytest.mark.parametrize("length", [200, 245, 255])
def test_long_names(tmp_path, length):
    path = tmp_path / ("n" * length)
    output.check(path)
    output.write_bytes(path, b"x")
    assert path.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("n" * 256, "cannot be written: file name too long"),
        ("nowhere/file", "there is no folder"),
        ("folder", "is a folder"),
        ("file/file", "there is no folder"),
        ("nul\0", "cannot be written: "),
    ],
)
def test_what_cannot_be_written_is_refused_early(tmp_path, name, says):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    before = sorted(tmp_path.iterdir())
    for refuse in (output.check, lambda path: output.write_bytes(path, b"x")):
        with pytest.raises(InvalidFile) as error:
            refuse(f"{tmp_path}/{name}")
        assert str(error.value).startswith(str(tmp_path))
    with pytest.raises(InvalidFile, match=says):
        output.check(f"{tmp_path}/{name}")
    assert sorted(tmp_path.iterdir()) == before


@posix
def test_a_folder_in_which_nothing_can_be_made_is_refused_early(tmp_path, monkeypatch):
    def no(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", no)
    with pytest.raises(InvalidFile, match=r"file: cannot be written: permission denied"):
        output.check(tmp_path / "file")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_half_a_file_is_none(tmp_path, error):
    path = tmp_path / "file"
    path.write_text("old")

    def write() -> None:
        with output.replacing(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(InvalidFile if isinstance(error, OSError) else KeyboardInterrupt):
        write()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "old")]
