"""A few small kernels in a folder of their own, and processes that want them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schedsolve.solvers.compiling import lock

FEW = """
import os
from factor import FACTOR
from helper import twice
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.kernel import kernel

@kernel
def scaled(x):
    return FACTOR * twice(x)

def call_each():
    with open(os.environ["CALLS"], "a") as calls:
        calls.write("compiler\\n" if "SCHEDSOLVE_COMPILER" in os.environ else "user\\n")
    (function,) = KERNELS.functions()
    function(1)

KERNELS = Kernels("few", (scaled,), call_each)
"""

HELPER = """
from schedsolve.solvers.kernel import kernel

@kernel
def twice(x):
    return 2 * x
"""

WANT = """
import sys
from few import KERNELS
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers.compiling.obtain import obtain
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

stop = Stop(time_limit=float(sys.argv[1]))
progress = Progress(JobShop.from_jobs([[(0, 1)]]), stop)
found = obtain(KERNELS, stop=stop, progress=progress)
print(found, "numba" in sys.modules)
if found:
    (function,) = KERNELS.functions()
    print(function(7), end=" ")
    print(sum(function.stats.cache_misses.values()) if hasattr(function, "stats") else "plain")
for note in progress.notes:
    print(note)
"""


class Few:
    """The kernels' folder, with an empty cache; what ran there is ended when the test ends."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.cache = folder / "cache" / "schedsolve"
        self.calls = folder / "calls"
        self.environment = os.environ | {
            "NUMBA_CACHE_DIR": str(folder / "cache"),
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CALLS": str(self.calls),
        }
        (folder / "few.py").write_text(FEW)
        (folder / "helper.py").write_text(HELPER)
        (folder / "factor.py").write_text("FACTOR = 3\n")

    def start(self, seconds: float = 120, before: str = "", **environment: str) -> subprocess.Popen[str]:
        """A process that wants the kernels within so many seconds."""
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(before) + WANT, str(seconds)],
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def want(self, seconds: float = 120, before: str = "", **environment: str) -> list[str]:
        """What it says: whether it has got them and loaded numba, ``scaled(7)`` and how many were compiled, notes."""
        process = self.start(seconds, before, **environment)
        out, error = process.communicate(timeout=200)
        assert (process.returncode, error) == (0, "")
        return out.splitlines()

    @property
    def compiler(self) -> int | None:
        """The process id of the compiler that is at work."""
        if not lock.is_held(self.cache):
            return None
        text = (self.cache / lock.NAME).read_text()
        return int(text) if text else None

    @property
    def ready(self) -> list[Path]:
        return list(self.cache.glob("few-*.ready"))

    def end_compiler(self) -> None:
        if (compiler := self.compiler) is not None:
            os.kill(compiler, getattr(signal, "SIGKILL", signal.SIGTERM))
            self.until(lambda: not lock.is_held(self.cache))

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for what comes about some time."""
        for _ in range(6000):
            if condition():
                return
            time.sleep(0.02)
        raise AssertionError("it did not come about")


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Few]:
    kernels = Few(tmp_path)
    yield kernels
    kernels.end_compiler()
