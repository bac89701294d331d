"""How much memory this process may still take, where a limit is set: CP-SAT does not survive to meet one.

``ulimit -v`` and ``ulimit -d`` limit the process; its control group is limited by a container or a service manager.
All of it as Linux tells it: elsewhere no limit is known.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from schedsolve.solvers.threads import MOST_THREADS

MIB = 2**20

RESERVE = 32 * MIB
"""What is to be left for all but CP-SAT."""

LITTLE = 256 * MIB
"""With less than this left a library may fail to load."""

PER_THREAD = 16 * MIB
"""What each of CP-SAT's threads takes: for its stack and its search, ..."""

PER_ROW = 1024
"""... and for each variable and constraint of the model. Measured on job shops and on levelled projects."""

ARENA = 64 * MIB
"""Address space that glibc reserves for each thread."""

ARENA_SHARE = 1 / 8
"""Of the address space that is left, what may be reserved so."""

M_ARENA_MAX = -8
"""glibc's name for the number of arenas."""

UNLIMITED = 2**60
"""A control group's limit from which on it is none."""

PROCESS = Path("/proc/self")
GROUPS = Path("/sys/fs/cgroup")

SIZE, DATA = 0, 5
"""Columns of ``statm``: the address space, and the data in it; in pages."""


class Group(NamedTuple):
    """Where a control group says what it may use and what it uses; of that it could give back what caches files."""

    limit: Path
    used: Path
    stat: Path
    prefix: str
    """Of the numbers in ``stat`` that count all groups below as well."""


def room() -> int | None:
    """Bytes that may still be taken; None without a limit."""
    return min((limit - used for limit, used in _limits()), default=None)


def is_short() -> bool:
    """Is there a limit, and nothing left below it but the reserve?"""
    left = room()
    return left is not None and left < RESERVE


def require(size: int, what: str) -> None:
    """Raise ``MemoryError`` where there is no room for so many bytes; ``what`` needs them."""
    left = room()
    if left is not None and left < size:
        raise MemoryError(f"{what} needs about {size // MIB} MiB, {max(0, left // MIB)} MiB are left")


def workers_that_fit(rows: int, wanted: int) -> int:
    """How many of ``wanted`` threads CP-SAT has room for, with a model of so many variables and constraints.

    Raises ``MemoryError`` where it has room for none.
    """
    each = PER_THREAD + PER_ROW * rows
    require(RESERVE + each, "CP-SAT")
    left = room()
    return wanted if left is None else min(wanted, max(1, (left - RESERVE) // each))


def is_shortage(error: BaseException) -> bool:
    """Is it, as far as one can tell, the system that has no more memory or threads to give?

    Libraries that cannot be loaded and processes that cannot be started say so in all kinds of words.
    """
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "start new thread" in str(error)):
        return True
    left = room()
    return isinstance(error, (OSError, ImportError, RuntimeError)) and left is not None and left < LITTLE


def share_address_space() -> None:
    """Let threads share what glibc would reserve for each, where that would use up the address space of the process."""
    limit = _resource_limit("RLIMIT_AS")
    if limit is None:
        return
    arenas = int(ARENA_SHARE * max(0, limit - _statm(SIZE)) / ARENA)
    if arenas < MOST_THREADS:
        with suppress(OSError, AttributeError):  # another library than glibc
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, max(1, arenas))


def _limits() -> Iterator[tuple[int, int]]:
    """Each limit that is set, and what is used of it."""
    for name, column in (("RLIMIT_AS", SIZE), ("RLIMIT_DATA", DATA)):
        limit = _resource_limit(name)
        if limit is not None:
            yield limit, _statm(column)
    for group in _limited_groups():
        with suppress(OSError, ValueError):
            cached = re.findall(rf"^{group.prefix}(?:in)?active_file (\d+)", group.stat.read_text(), flags=re.MULTILINE)
            yield int(group.limit.read_text()), int(group.used.read_text()) - sum(map(int, cached))


def _resource_limit(name: str) -> int | None:
    if not (PROCESS / "statm").exists():
        return None
    import resource

    limit = resource.getrlimit(getattr(resource, name))[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _statm(column: int) -> int:
    import resource

    return int((PROCESS / "statm").read_text().split()[column]) * resource.getpagesize()


@cache
def _limited_groups() -> tuple[Group, ...]:
    return tuple(group for group in _groups() if _is_limited(group))


def _groups() -> Iterator[Group]:
    """The control groups that this process is in, of both versions; in a container only their root may be in sight."""
    with suppress(OSError):
        for line in (PROCESS / "cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                for f in _upwards(GROUPS, path):
                    yield Group(f / "memory.max", f / "memory.current", f / "memory.stat", "")
            elif "memory" in controllers.split(","):
                for f in _upwards(GROUPS / "memory", path):
                    limit, used = f / "memory.limit_in_bytes", f / "memory.usage_in_bytes"
                    yield Group(limit, used, f / "memory.stat", "total_")


def _upwards(root: Path, path: str) -> Iterator[Path]:
    folder = root / path.strip("/")
    yield from (folder, *(parent for parent in folder.parents if parent.is_relative_to(root)))


def _is_limited(group: Group) -> bool:
    try:
        return int(group.limit.read_text()) < UNLIMITED
    except (OSError, ValueError):  # not in sight, or "max"
        return False
