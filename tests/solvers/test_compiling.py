"""Compiled kernels: what becomes of errors, and of a cache that cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from schedsolve.solvers.compiling import wait_for
from schedsolve.solvers.stop import Stop

KERNEL = """
from schedsolve.solvers.kernel import kernel

@kernel
def twice(x):
    return double(x)

@kernel
def double(x):
    return 2 * x
"""

SCRIPT = """
    import resource
    from kernel import twice
    from schedsolve.models.errors import InvalidFile
    from schedsolve.solvers.compiling import check_kept, compile_together, wait_for
    from schedsolve.solvers.stop import Stop

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # as if the disk were full
    print(wait_for(lambda: compile_together(twice)[0](21), Stop()))
    try:
        check_kept()
    except InvalidFile as error:
        print(error)
"""


def test_what_a_compilation_raises_is_raised_where_it_is_waited_for(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise MemoryError("no more")

    with pytest.raises(MemoryError, match="no more"):
        wait_for(fail, Stop())
    assert capfd.readouterr().err == ""


def test_nobody_waits_longer_than_for_the_stop() -> None:
    stop = Stop()
    stop.request("time")
    assert wait_for(lambda: 3, stop) in (None, 3)
    assert wait_for(lambda: 3, Stop()) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_cache_that_cannot_be_written_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    answer, error = done.stdout.splitlines()
    assert answer == "42"
    assert error.startswith(str(tmp_path / "cache"))
    assert "cannot be written: [Errno 27] File too large" in error


def test_without_compilation_the_plain_function_is_taken(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(tmp_path)}
    code = "from kernel import twice; from schedsolve.solvers.compiling import compile_together as c; "
    command = [sys.executable, "-c", code + "print(c(twice)[0] is twice)"]
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_cache_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    code = "from kernel import twice; from schedsolve.solvers.compiling import compile_together as c; "
    command = [sys.executable, "-c", code + "print(c(twice)[0](21))"]
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")
        files = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
        assert files
        for file in files:
            file.write_bytes(b"")
