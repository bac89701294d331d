"""Where machine code is kept: places, files, what their names depend on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedsolve.models.errors import InvalidFile
from schedsolve.solvers.compiling import kept, lock
from schedsolve.solvers.compiling.kernels import Kernels, check_kept
from schedsolve.solvers.kernel import kernel, stamp


@kernel
def plus_one(x: int) -> int:
    return x + 1


@kernel
def plus_two(x: int) -> int:
    return x + 2


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kernels:
    """Kernels in this process, with an empty cache."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("schedsolve.solvers.compiling.kernels.KNOWN", known := {})
    known["small"] = kernels = Kernels("small", (plus_one,), lambda: kernels.functions()[0](1))
    return kernels


# --- places -----------------------------------------------------------------------------------


def test_the_user_names_the_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "here")
    assert kept.folders() == [tmp_path / "here" / "schedsolve"]
    assert kept.writable() == tmp_path / "here" / "schedsolve"


def test_else_it_is_beside_the_sources_or_among_what_is_the_users(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    beside, users = kept.folders()
    assert beside.parent.parent == Path(kept.__file__).parent
    assert users.name == "kernels"
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "archive.zip" / "kept.py"))  # in which there are no folders
    (tmp_path / "archive.zip").write_text("")
    assert kept.writable() == users


def test_without_a_home_there_is_one_place_less(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("could not determine home directory")

    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert len(kept.folders()) == 1


def test_no_place_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(InvalidFile, match=r"cannot be written .*; NUMBA_CACHE_DIR names another place"):
        kept.writable()


# --- files ------------------------------------------------------------------------------------


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.write(tmp_path / "code", b"old")

    def full(path: Path, content: bytes) -> int:
        path.touch()
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        kept.write(tmp_path / "code", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["code"]
    assert (tmp_path / "code").read_bytes() == b"old"


def test_what_is_old_goes(tmp_path: Path) -> None:
    for age in range(kept.GENERATIONS + 2):
        for name in (f"a-{age}.ready", f"a-{age}.f-1.nbc", f"b-{age}.ready"):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    (tmp_path / "unfinished-old").touch()
    (tmp_path / "unfinished-new").touch()
    os.utime(tmp_path / "unfinished-old", (1e9, 1e9))
    kept.tidy(tmp_path, "a")
    left = {path.name for path in tmp_path.iterdir()}
    assert {name for name in left if name.startswith("unfinished")} == {"unfinished-new"}
    assert len([name for name in left if name.startswith("a-")]) == 2 * kept.GENERATIONS
    assert "a-0.f-1.nbc" in left
    assert len([name for name in left if name.startswith("b-")]) == kept.GENERATIONS + 2


def test_code_is_found_only_where_all_of_it_is(small: Kernels) -> None:
    small.compile()
    folder = small.kept_in()
    assert folder == kept.writable()
    (code,) = folder.glob("small-*.nbc")
    code.unlink()
    assert small.kept_in() is None


def test_a_disk_that_is_full_in_the_end(small: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(kept, "write", full)
    small.compile()
    assert small.functions()[0](41) == 42
    assert small.kept_in() is None
    with pytest.raises(InvalidFile, match=r"compiled code: .* cannot be written: .*no space left on device"):
        check_kept()


def test_another_numba_that_keeps_code_in_another_way(small: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then there is none to be loaded, and all works as it did."""
    import numba

    def otherwise(**options: Any) -> Callable[[Any], Any]:
        return lambda function: lambda *arguments: njit(**options)(function)(*arguments)

    njit = numba.njit
    monkeypatch.setattr("numba.njit", otherwise)
    small.compile()
    assert small.is_here
    with pytest.raises(InvalidFile, match="gives no code away"):
        check_kept()


@pytest.mark.parametrize("part", ["numba.core.compiler.CompileResult._reduce", "numba.core.serialize.dumps"])
def test_another_numba_without_a_part_that_is_used_here(
    small: Kernels, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    import numba  # noqa: F401

    monkeypatch.delattr(part)
    small.compile()
    assert small.functions()[0](41) == 42
    assert small.not_kept


# --- what names depend on ---------------------------------------------------------------------

SOURCE = """
from typing import NamedTuple
from schedsolve.solvers.kernel import kernel

FACTOR = 3

class Shop(NamedTuple):
    release: int
    due: int

@kernel
def scaled(shop: Shop, x: int) -> int:
    '''Comments and places of lines do not matter.'''
    return FACTOR * twice(x) + shop.due

@kernel
def twice(x: int) -> int:
    return 2 * x
"""


def stamp_of(source: str) -> str:
    module: dict[str, Any] = {"__name__": "few"}
    exec(compile("from __future__ import annotations\n" + source, "few.py", "exec"), module)
    return stamp([module["scaled"]])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FACTOR = 3", "FACTOR = 5"),
        ("FACTOR *", "FACTOR +"),
        ("2 * x", "3 * x"),
        ("    release: int\n    due: int", "    due: int\n    release: int"),
    ],
)
def test_names_change_with_code_constants_and_fields(old: str, new: str) -> None:
    assert stamp_of(SOURCE) == stamp_of("# a comment\n\n" + SOURCE)
    assert old in SOURCE
    assert stamp_of(SOURCE) != stamp_of(SOURCE.replace(old, new))


@pytest.mark.parametrize("value", ["[3]", "'text'", "__import__('schedsolve.models.record').models.record"])
def test_what_may_change_unseen_is_refused(value: str) -> None:
    with pytest.raises(TypeError, match="scaled names FACTOR, which is neither a number nor a kernel"):
        stamp_of(SOURCE.replace("FACTOR = 3", f"FACTOR = {value}"))


def test_names_change_with_settings_of_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    environments = set()
    for name, value in (("NUMBA_BOUNDSCHECK", "1"), ("NUMBA_OPT", "1"), ("NUMBA_CACHE_DIR", "x"), ("HOME", "y")):
        with monkeypatch.context() as settings:
            settings.setenv(name, value)
            kept.environment.cache_clear()
            environments.add(kept.environment())
    kept.environment.cache_clear()
    assert len(environments) == 3


# --- one at a time ----------------------------------------------------------------------------


def test_a_lock_is_held_by_one_and_goes_with_who_holds_it(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path)
    code = (
        "import sys, time, pathlib\nfrom schedsolve.solvers.compiling import lock\n"
        "with lock.alone(pathlib.Path(sys.argv[1]), 60) as taken:\n    print(taken, flush=True)\n    time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    assert lock.is_held(tmp_path)
    assert int((tmp_path / lock.NAME).read_text()) == holder.pid
    with lock.alone(tmp_path, 0) as taken:
        assert not taken
    holder.kill()
    holder.communicate()
    assert not lock.is_held(tmp_path)
    with lock.alone(tmp_path, 0) as taken:
        assert taken
    assert not lock.is_held(tmp_path)


def test_locks_that_a_file_system_does_not_know_stop_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def unknown(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(fcntl, "flock", unknown)
    with lock.alone(tmp_path, 0) as taken:
        assert taken
        assert not lock.is_held(tmp_path)


def test_a_lock_that_belongs_to_another_user_can_be_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / lock.NAME).write_text("17")
    opened = Path.open

    def of_others(path: Path, mode: str) -> Any:
        if "a" in mode:
            raise PermissionError(13, "permission denied")
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", of_others)
    with lock.alone(tmp_path, 0) as taken:
        assert taken
        assert lock.is_held(tmp_path)
    assert not lock.is_held(tmp_path)


# --- damage -----------------------------------------------------------------------------------


def damaged(kernels: Kernels, change: Callable[[bytes], bytes], pattern: str) -> None:
    """Kernels that are kept, then damaged, are not there; compiled anew they are."""
    kernels.compile()
    folder = kernels.kept_in()
    assert folder is not None
    (path,) = folder.glob(pattern)
    path.write_bytes(change(path.read_bytes()))
    again = Kernels("small", kernels.entries, lambda: again.functions()[0](1))
    assert not again.load()
    again = Kernels("small", kernels.entries, lambda: again.functions()[0](1))
    again.compile()
    assert (again.functions()[0](1), again.not_kept) == (2, "")
    assert Kernels("small", kernels.entries, lambda: None).kept_in() == folder


@pytest.mark.parametrize("place", [0, 40, 400, -1])
def test_a_flipped_bit_in_machine_code_is_seen(small: Kernels, place: int) -> None:
    def flip(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[place] ^= 1
        return bytes(changed)

    damaged(small, flip, "*.nbc")


def test_the_code_of_another_function_is_not_taken_for_this_one(small: Kernels) -> None:
    other = Kernels("other", (plus_two,), lambda: other.functions()[0](1))
    other.compile()
    folder = other.kept_in()
    assert folder is not None
    (path,) = folder.glob("other-*.nbc")
    damaged(small, lambda _: path.read_bytes(), "small-*.nbc")


def test_a_list_of_files_that_is_no_text_lists_none(small: Kernels) -> None:
    damaged(small, lambda content: b"\xff\xfe" + content, "*.ready")
