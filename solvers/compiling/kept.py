"""Where machine code is kept between runs, and how numba reads and writes it there.

numba's own cache knows a function by the file that it stands in: a change in another file, of a kernel that it calls
or of a constant, goes unseen. Its index and its code are two files, which two processes may write in turns. Here the
name of a file says all that the code depends on, and a file is there as a whole or not at all:

    kernels-STAMP.FUNCTION-TYPES.nbc    machine code of one function, for arguments of some types
    kernels-STAMP.ready                 the names of all files that make the kernels complete
    kernels-STAMP.wanted                somebody waits for them
    lock                                held by who compiles
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from schedsolve.models.errors import InvalidFile

if TYPE_CHECKING:
    from numba.core.base import BaseContext
    from numba.core.codegen import Codegen
    from numba.core.compiler import CompileResult

FOLDER = "NUMBA_CACHE_DIR"
"""numba's variable for where to keep code, which holds here as well."""

ELSEWHERE = {FOLDER, "NUMBA_NUM_THREADS"}
"""numba's variables that do not change the code."""

GENERATIONS = 6
"""Of the same kernels, as they changed, so many are kept at most."""

ABANDONED = 3600.0
"""Seconds after which nobody goes on with a file that was begun, or waits for what was asked for."""


DIGEST = 32
"""Bytes of a SHA-256."""


class NotKept(Exception):
    """The code is not there, and was not to be compiled."""


def folders() -> list[Path]:
    """Where code may be kept, the best place first: the one that the user names, beside the sources, the user's."""
    if given := os.environ.get(FOLDER):
        return [Path(given).absolute() / "schedsolve"]
    beside = Path(__file__).parent / "__pycache__" / "kernels"
    with suppress(RuntimeError):  # there is no home
        return [beside, _of_user() / "schedsolve" / "kernels"]
    return [beside]


def writable() -> Path:
    """The first of ``folders`` that can be written to, made where it is not there. Raises ``InvalidFile`` for none."""
    import tempfile

    failed: OSError | None = None
    for folder in folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"x")
        except OSError as error:
            failed = failed or error
        else:
            return folder
    raise InvalidFile("the cache of compiled code", f"cannot be written ({failed}); {FOLDER} names another place")


def write(path: Path, content: bytes) -> None:
    """As a whole or not at all, whoever else writes it."""
    unfinished = path.parent / f"unfinished-{uuid.uuid4().hex[:16]}"
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def tidy(folder: Path, name: str) -> None:
    """Take away what nobody will finish or wait for, and the oldest kernels of this name."""
    with suppress(OSError):
        for path in [*folder.glob("unfinished-*"), *folder.glob("*.wanted")]:
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink()
        complete = sorted(folder.glob(f"{name}-*.ready"), key=lambda path: -path.stat().st_mtime)
        for ready in complete[GENERATIONS:]:
            for path in folder.glob(f"{ready.stem}.*"):
                path.unlink(missing_ok=True)


@cache
def environment() -> str:
    """What code depends on beside its source: versions, processor, numba's settings."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    settings = sorted((k, v) for k, v in os.environ.items() if k.startswith("NUMBA_") and k not in ELSEWHERE)
    try:
        numba = version("numba")
    except PackageNotFoundError:
        numba = ""
    return repr((sys.implementation.cache_tag, numba, platform.machine(), _processor(), settings))


def _processor() -> list[str]:
    """What tells processors apart that understand different code."""
    import platform

    with suppress(OSError), Path("/proc/cpuinfo").open() as file:
        return list(_first(file))
    return [platform.processor()]


def _first(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.strip():  # one paragraph for each core
            return
        if line.startswith(("model name", "flags", "Features", "CPU implementer", "CPU part", "isa")):
            yield line


def _of_user() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()


def _sealed(name: str, code: bytes) -> bytes:
    """What is kept of machine code: its digest goes first, for a flipped bit in it could do anything."""
    return _digest(name, code) + code


def _unsealed(path: Path) -> bytes:
    """The code in a file. Raises ``NotKept`` where it is not what was written under this name."""
    content = path.read_bytes()
    digest, code = content[:DIGEST], content[DIGEST:]
    if digest != _digest(path.name, code):
        raise NotKept(path.name)
    return code


def _digest(name: str, code: bytes) -> bytes:
    return hashlib.sha256(name.encode() + code).digest()


class Code:
    """The machine code of one function: what numba asks before it compiles, and tells afterwards.

    Stands in for ``numba.core.caching._Cache``. Where another version of numba does not do as is expected here,
    nothing is found and nothing is kept: ``files`` stays empty, and ``failed`` may say why.
    """

    def __init__(self, stem: str, folder: Path | None):
        self.stem = stem
        self.folder = folder
        self.may_compile = True
        self.files: set[str] = set()
        """Names of those that were read or written."""
        self.failed: Exception | None = None

    @property
    def cache_path(self) -> str:
        return str(self.folder)

    def load_overload(self, signature: object, target: BaseContext) -> CompileResult | None:
        """The code for arguments of these types; None where it is not there. Raises ``NotKept`` if that must not be."""
        try:
            target.refresh()
            path = self._path(signature, target.codegen())
            from numba.core.compiler import CompileResult

            code = CompileResult._rebuild(target, *pickle.loads(_unsealed(path)))
        except Exception as error:  # a file that cannot be read or understood is as good as none
            if not self.may_compile:
                raise NotKept(self.stem) from error
            return None
        self.files.add(path.name)
        return code

    def save_overload(self, signature: object, code: CompileResult) -> None:
        try:
            from numba.core.serialize import dumps

            path = self._path(signature, code.target_context.codegen())
            write(path, _sealed(path.name, dumps(code._reduce())))
        except Exception as error:  # the disk is full, say
            self.failed = error
        else:
            self.files.add(path.name)

    def enable(self) -> None: ...

    def disable(self) -> None: ...

    def flush(self) -> None: ...

    def _path(self, signature: object, codegen: Codegen) -> Path:
        if self.folder is None:
            raise NotKept(self.stem)
        types = hashlib.sha256(f"{signature} {codegen.magic_tuple()}".encode()).hexdigest()[:12]
        return self.folder / f"{self.stem}-{types}.nbc"
