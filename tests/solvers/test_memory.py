"""Limits of memory: where they are read, how CP-SAT keeps to them, and that the best schedule survives them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from schedsolve import JobShop, solve
from schedsolve.instances.generators.jobshop.random import jobshop
from schedsolve.solvers import memory
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

MIB = memory.MIB
SHOP = jobshop(jobs=10, machines=8, seed=3)

linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits are known on Linux only")


@pytest.fixture
def limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int | None]:
    """``limits(cgroup, {file: content})``: the room by these files alone."""
    monkeypatch.setattr(memory, "PROCESS", tmp_path / "process")
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")

    def room(cgroup: str, files: dict[str, str]) -> int | None:
        (tmp_path / "process").mkdir()
        (tmp_path / "process" / "cgroup").write_text(cgroup)
        for name, content in files.items():
            path = tmp_path / "groups" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        memory._limited_groups.cache_clear()
        return memory.room()

    yield room  # type: ignore[misc]
    memory._limited_groups.cache_clear()


def test_without_limits_there_is_all_the_room(limits: Callable[..., int | None]) -> None:
    assert limits("0::/user\n", {"user/memory.max": "max\n", "memory.current": "5\n"}) is None
    assert not memory.is_short()
    assert memory.workers_that_fit(10**6, 64) == 64


def test_control_groups_of_version_2(limits: Callable[..., int | None]) -> None:
    """The narrowest on the way up counts; what is only cached could be had back."""
    files = {
        "memory.max": "5000\n",
        "memory.current": "4200\n",
        "memory.stat": "anon 1\nactive_file 0\ninactive_file 0\n",
        "a/memory.max": "3000\n",
        "a/memory.current": "2900\n",
        "a/memory.stat": "anon 1\nactive_file 200\ninactive_file 400\n",
        "a/b/memory.max": "max\n",
    }
    assert limits("0::/a/b\n", files) == 700


def test_control_groups_of_version_1(limits: Callable[..., int | None]) -> None:
    """In a container the path is that of the host, and not in sight."""
    files = {
        "memory/memory.limit_in_bytes": f"{300 * MIB}\n",
        "memory/memory.usage_in_bytes": f"{200 * MIB}\n",
        "memory/memory.stat": f"inactive_file 7\ntotal_inactive_file {20 * MIB}\ntotal_active_file 0\n",
    }
    assert limits("9:name=systemd:/x\n4:cpu,memory:/docker/123\n0::/\n", files) == 120 * MIB
    assert memory.workers_that_fit(1024, 64) == (120 - 32) // 17
    with pytest.raises(MemoryError, match="CP-SAT needs about 148 MiB, 120 MiB are left"):
        memory.workers_that_fit(100 * 1024, 1)


def test_an_unlimited_group_of_version_1(limits: Callable[..., int | None]) -> None:
    assert limits("4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712\n"}) is None


def test_cpsat_is_stopped_before_the_memory_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has found until then is there."""
    rooms = iter([1000 * MIB] * 30)
    monkeypatch.setattr(memory, "room", lambda: next(rooms, 20 * MIB))
    result = solve(jobshop(jobs=15, machines=15, seed=1), "cpsat", threads=1, time_limit=60)
    assert (result.status, result.stopped_by) == ("FEASIBLE", "error")
    assert result.notes == (
        "cpsat ended early, for want of memory or threads: CP-SAT was stopped when less than 32 MiB were left",
    )


def test_shortage_is_no_bug() -> None:
    progress = Progress(JobShop.from_jobs([[(0, 1)]]), Stop())
    progress.fail("a", MemoryError())
    progress.fail("b", RuntimeError("can't start new thread"))
    assert progress.notes == [
        "a ended early, for want of memory or threads: MemoryError",
        "b ended early, for want of memory or threads: RuntimeError can't start new thread",
    ]
    assert progress.failed
    assert progress.failure is None


SCRIPT = """
    import resource, sys
    from schedsolve import solve
    from schedsolve.instances.generators.jobshop.random import jobshop

    pages = int(open("/proc/self/statm").read().split()[0])
    limit = pages * resource.getpagesize() + int(sys.argv[1]) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    shop = jobshop(jobs=10, machines=8, seed=3)
    result = solve(shop, sys.argv[2], threads=int(sys.argv[3]), time_limit=2, iterations=300)
    print(result.status, result.solution is not None, "; ".join(result.notes))
"""


def limited(room: int, engine: str, threads: int) -> str:
    """What a script prints that has so many MiB of address space to solve a job shop in."""
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(room), engine, str(threads)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@linux
@pytest.mark.parametrize("name", ["cpsat", "search", "rolling"])
@pytest.mark.parametrize("room", [40, 90])
def test_engines_without_room_leave_the_schedule_of_the_rules(name: str, room: int) -> None:
    said = limited(room, name, 2)
    assert said.startswith("FEASIBLE True")
    assert f"{name} ended early, for want of memory or threads" in said


@linux
def test_cpsat_works_with_as_many_threads_as_fit() -> None:
    said = limited(300, "cpsat", 64)
    assert re.fullmatch(r"\w+ True CP-SAT worked with \d+ of 64 threads: there is no memory for more\n", said)
