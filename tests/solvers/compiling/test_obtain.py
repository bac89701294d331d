"""Kernels are compiled by a process of their own, once, and what becomes of a solve that waits for them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.compiling import obtain, process
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

Few = Any
"""``conftest.Few``: nothing of the tests is importable by name."""

GOT = ["True True", "42 0"]
"""``scaled(7)``, and nothing compiled in the process that wanted it."""

COMPILED_HERE = ["True True", "42 1"]


def test_who_wants_kernels_has_them_compiled_and_who_comes_next_loads_them(few: Few) -> None:
    assert few.want() == GOT
    few.end_compiler()
    assert few.want() == GOT
    assert few.compiler is None
    assert few.calls.read_text().split() == ["compiler", "user", "user"]


def test_whoever_wants_them_at_the_same_time_they_are_compiled_once(few: Few) -> None:
    for each in [few.start() for _ in range(3)]:
        out, error = each.communicate(timeout=200)
        assert (out.splitlines(), error) == (GOT, "")
    assert sorted(few.calls.read_text().split()) == ["compiler", "user", "user", "user"]


def test_who_cannot_wait_says_so_and_the_compiler_goes_on(few: Few) -> None:
    found, note = few.want(0.3)  # which returns although the compiler is at work: it has none of our pipes
    assert found == "False False"
    assert note.startswith("search kernels are being compiled for the next runs (about 1 s); `schedsolve warmup`")
    few.until(lambda: few.compiler)
    if sys.platform != "win32":
        assert os.getsid(few.compiler or 0) == few.compiler  # no terminal ends it
    few.until(lambda: few.ready)
    assert few.want() == GOT


def test_the_compiler_takes_nothing_from_the_current_folder(few: Few, monkeypatch: pytest.MonkeyPatch) -> None:
    """In which anybody may have left a file."""
    (few.folder / "strange").mkdir()
    (few.folder / "strange" / "numba.py").write_text("raise RuntimeError('not numba')")
    monkeypatch.chdir(few.folder / "strange")
    assert few.want(before="import sys; sys.path.remove('')\n") == GOT


def test_a_compiler_that_was_killed_leaves_nothing_that_stands_in_the_way(few: Few) -> None:
    few.want(0.1)
    few.until(lambda: few.compiler)
    few.end_compiler()
    assert few.want() == GOT


def test_what_was_changed_while_it_was_compiled_is_compiled_again(few: Few) -> None:
    """The compiler has read the old files; what it makes is theirs."""
    few.want(0.1)
    few.until(lambda: few.compiler)
    (few.folder / "factor.py").write_text("FACTOR = 5\n")
    assert few.want() == ["True True", "70 0"]


def test_code_that_cannot_be_read_or_is_gone_is_compiled_again(few: Few) -> None:
    assert few.want() == GOT
    few.end_compiler()
    (file,) = few.cache.glob("few-*.nbc")
    file.write_bytes(file.read_bytes()[:1000])
    assert few.want() == GOT
    few.end_compiler()
    file.unlink()
    assert few.want() == GOT


def test_where_the_cache_is_a_file_each_run_compiles(few: Few) -> None:
    (few.folder / "cache").write_text("")
    *rest, note = few.want()
    assert rest == COMPILED_HERE
    assert note.startswith("kernels are compiled anew in each run: the cache of compiled code: cannot be written (")
    assert "NUMBA_CACHE_DIR names another place" in note


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_where_the_disk_is_full_each_run_compiles(few: Few) -> None:
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    few.environment["CALLS"] = os.devnull
    *rest, note = few.want(before=full)
    assert rest == COMPILED_HERE
    assert "cannot be written ([Errno 27] File too large)" in note
    assert not few.ready


@pytest.mark.parametrize("cannot", ["import sys; sys.executable = ''", "import sys; sys.frozen = True"])
def test_without_an_interpreter_to_start_code_is_compiled_here_and_kept(few: Few, cannot: str) -> None:
    *rest, note = few.want(before=cannot + "\n")
    assert rest == COMPILED_HERE
    assert note == "kernels are compiled in this process: there is no Python interpreter to start"
    assert few.want() == GOT


def test_where_no_process_can_be_started_code_is_compiled_here(few: Few) -> None:
    before = "import subprocess, os\ndef no(*a, **k): raise BlockingIOError(11, 'no')\nsubprocess.Popen.__init__ = no\n"
    *rest, note = few.want(before=before)
    assert rest == COMPILED_HERE
    assert note == "kernels are compiled in this process: [Errno 11] no"


def test_without_compilation_the_plain_functions_are_taken(few: Few) -> None:
    assert few.want(NUMBA_DISABLE_JIT="1") == ["True True", "42 plain"]
    assert not few.cache.exists()


def test_code_in_a_folder_that_cannot_be_written_is_used(few: Few) -> None:
    """Compiled when an image was built, say."""
    assert few.want() == GOT
    few.end_compiler()
    shutil.move(few.cache, few.folder / "built")
    before = f"""
        from pathlib import Path
        from schedsolve.solvers.compiling import kept
        kept.folders = lambda: [Path({str(few.folder / "built")!r}), Path("/dev/null/none")]
        kept.writable = None
    """
    assert few.want(before=before) == GOT


# --- in this process --------------------------------------------------------------------------


@kernel
def plus_one(x: int) -> int:
    return x + 1


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kernels:
    """Kernels in this process, with an empty cache."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("schedsolve.solvers.compiling.kernels.KNOWN", {})
    kernels = Kernels("small", (plus_one,), lambda: kernels.functions()[0](1))
    return kernels


def make_progress(stop: Stop) -> Progress:
    return Progress(JobShop.from_jobs([[(0, 1)]]), stop)


class Ended:
    """A compiler that has ended before it could do anything."""

    def __init__(self, code: int):
        self.returncode = code

    def poll(self) -> int:
        return self.returncode


def test_a_compiler_without_memory_is_not_replaced(small: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Ended] = []
    monkeypatch.setattr(process, "start", lambda: started.append(Ended(process.NO_MEMORY)) or started[-1])
    stop = Stop(time_limit=60)
    with pytest.raises(MemoryError, match="the compiler needs about 360 MiB"):
        obtain.obtain(small, stop=stop, progress=make_progress(stop))
    assert len(started) == 1


def test_one_that_is_killed_is_replaced_but_not_for_ever(small: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Ended] = []
    monkeypatch.setattr(process, "start", lambda: started.append(Ended(-9)) or started[-1])
    stop = Stop(time_limit=60)
    with pytest.raises(MemoryError, match="ended from outside"):
        obtain.obtain(small, stop=stop, progress=make_progress(stop))
    assert len(started) == obtain.MOST_VAIN + 1


@pytest.mark.parametrize("code", [process.DONE, process.NOT_KEPT, 1])
def test_where_the_compiler_fails_code_is_compiled_here(
    small: Kernels, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(process, "start", lambda: Ended(code))
    stop = Stop(time_limit=60)
    progress = make_progress(stop)
    assert obtain.obtain(small, stop=stop, progress=progress)
    assert small.functions()[0](41) == 42
    assert "kernels are compiled" in progress.notes[0]


def test_no_room_for_compiled_code(small: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.setattr("schedsolve.solvers.memory.room", lambda: 100 * 2**20)
    with pytest.raises(MemoryError, match="compiled code needs about"):
        obtain.obtain(small, stop=Stop(), progress=make_progress(Stop()))


def test_a_proof_that_comes_first_needs_no_note(small: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = Stop(time_limit=60)
    progress = make_progress(stop)

    def start() -> Any:
        progress.prove_infeasible("somebody")
        return SimpleNamespace(poll=lambda: None)

    monkeypatch.setattr(process, "start", start)
    assert not obtain.obtain(small, stop=stop, progress=progress)
    assert progress.notes == []


def test_what_a_compilation_raises_is_raised_where_it_is_waited_for(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise MemoryError("no more")

    with pytest.raises(MemoryError, match="no more"):
        obtain.wait_for(fail, Stop())
    assert capfd.readouterr().err == ""


def test_nobody_waits_longer_than_for_the_stop() -> None:
    stop = Stop()
    stop.request("time")
    assert obtain.wait_for(lambda: 3, stop) in (None, 3)
    assert obtain.wait_for(lambda: 3, Stop()) == 3
