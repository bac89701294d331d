"""The compiler: in which order it works, and when it ends."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.compiling import kernels as kernels_module
from schedsolve.solvers.compiling import lock, process, worker
from schedsolve.solvers.compiling.kernels import KNOWN, Kernels


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of what would have been compiled, in order; nothing is kept."""
    names: list[str] = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(Kernels, "compile", lambda self: names.append(self.name))
    monkeypatch.setattr(worker, "make_way", lambda: None)
    return names


def test_what_is_wanted_comes_first_then_its_family_then_all_others(compiled: list[str], tmp_path: Path) -> None:
    worker.in_order("")
    wanted = next(kernels for kernels in KNOWN.values() if "rcpsp" in kernels.name)
    wanted.ask_for(tmp_path)
    assert worker.compile_all(tmp_path) == process.DONE
    assert compiled[0] == wanted.name
    assert set(compiled) == set(KNOWN)
    families = [next(kind for kind in FAMILIES if kind in name) for name in compiled]
    assert families == sorted(families, key=lambda kind: kind != "rcpsp")
    assert not list(tmp_path.glob("*.wanted"))


def test_what_is_wanted_last_comes_first(compiled: list[str], tmp_path: Path) -> None:
    worker.in_order("")
    for age, kernels in enumerate(KNOWN.values()):
        kernels.ask_for(tmp_path)
        (path,) = tmp_path.glob(f"{kernels.stem}.wanted")
        os.utime(path, (1e9 - age, 1e9 - age))
    worker.compile_all(tmp_path)
    assert compiled[: len(KNOWN)] == list(KNOWN)


@pytest.mark.parametrize(("age", "ends"), [(-60.0, True), (60.0, False)])
def test_one_with_other_sources_makes_room(compiled: list[str], tmp_path: Path, age: float, ends: bool) -> None:
    """It ends where somebody wants kernels that are not these; not for what was wanted before it began."""
    name = next(iter(KNOWN))
    path = tmp_path / "other-0123.wanted"
    path.write_text(name)
    os.utime(path, (time.time() - age, time.time() - age))
    assert worker.compile_all(tmp_path) == process.DONE
    assert (compiled == []) == ends


def test_what_nobody_knows_is_not_compiled(compiled: list[str], tmp_path: Path) -> None:
    for name in ("no_such_module", "schedsolve", "", "a b"):
        path = tmp_path / f"{name}-0.wanted"
        path.write_text(name)
        os.utime(path, (1e9, 1e9))
    worker.compile_all(tmp_path)
    assert set(compiled) == set(KNOWN)


def test_one_at_a_time(compiled: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "schedsolve"
    folder.mkdir()
    monkeypatch.setattr(lock, "alone", held := Held())
    assert worker.main() == process.BUSY
    assert held.folder == folder
    assert compiled == []


class Held:
    """A lock that somebody else has."""

    folder: Path

    def __call__(self, folder: Path, patience: float) -> Held:
        self.folder = folder
        return self

    def __enter__(self) -> bool:
        return False

    def __exit__(self, *_: object) -> None: ...


def test_it_ends_without_memory(compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedsolve.solvers.memory.room", lambda: 100)
    assert worker.main() == process.NO_MEMORY
    assert compiled == []


def test_it_ends_without_a_place(compiled: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert worker.main() == process.NOT_KEPT
    assert compiled == []


def test_it_ends_where_code_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(self: Kernels) -> None:
        monkeypatch.setattr(self, "not_kept", "full")

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(Kernels, "compile", fail)
    assert worker.compile_all(tmp_path) == process.NOT_KEPT


def test_no_compiler_starts_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(process.MARK, "1")
    with pytest.raises(OSError, match="no Python interpreter"):
        process.start()


def test_kernels_of_engines_are_called_by_the_names_of_their_modules() -> None:
    """So that the compiler finds them."""
    for kernels in worker.in_order(""):
        module = __import__(kernels.name, fromlist=["KERNELS"])
        assert module.KERNELS is kernels_module.KNOWN[kernels.name]
