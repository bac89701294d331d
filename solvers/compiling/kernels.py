"""Kernels that are compiled together: a few that are called from outside, with all that they call."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from schedsolve.models.errors import InvalidFile
from schedsolve.solvers import kernel
from schedsolve.solvers.compiling import kept

MachineCode = Callable[..., Any]
"""A kernel as numba compiles it: its types are those that it is first called with."""

Decorator = Callable[[Callable[..., object]], object]

KNOWN: dict[str, Kernels] = {}
"""All that were made in this process, by name."""

OPTIONS: dict[str, object] = {
    "error_model": "numpy",
    "_nrt": False,
    "no_cfunc_wrapper": True,
    "no_cpython_wrapper": True,
}
"""Of all kernels: no checks for a division by 0, no memory of their own (no new arrays), not called from outside."""

TRIED = (0, 61), (0, 68)
"""The first and the last version of numba with which kernels are compiled by way of ``drafts``."""

BYTES_A_SECOND = 4000
"""Bytecode, of entries with all that they call, that numba compiles in about a second."""

_lock = threading.RLock()
"""One thread at a time loads or compiles: numba works in one at a time, too."""

_callable: set[object] = set()
"""Kernels that numba knows, so that compiled code may call them."""


class Kernels:
    """``entries`` and all that they call, in machine code when asked for.

    ``name`` is that of the module which calls it ``KERNELS``. ``call_each`` calls each of ``functions()`` with
    arguments of the types that it will have; that loads or compiles it.
    """

    def __init__(self, name: str, entries: Sequence[Callable[..., object]], call_each: Callable[[], object]):
        self.name = name
        self.entries = tuple(entries)
        self.is_here = False
        """Is all of it loaded or compiled in this process?"""
        self.not_kept: str = ""
        """Why code that was compiled here is not there for others."""
        self._call_each = call_each
        self._functions: tuple[MachineCode, ...] | None = None
        self._code: list[kept.Code] = []
        KNOWN[name] = self

    def functions(self) -> tuple[MachineCode, ...]:
        """The entries in machine code, each loaded or compiled when first called; as they are by NUMBA_DISABLE_JIT."""
        with _lock:
            if self._functions is None:
                self._functions = tuple(self._compiled(entry) for entry in self.entries)
            return self._functions

    @cached_property
    def seconds(self) -> int:
        """What compiling takes, about."""
        return max(1, round(sum(map(kernel.size, self.entries)) / BYTES_A_SECOND))

    @cached_property
    def stem(self) -> str:
        """Of the names of the files that belong to these kernels as they are here."""
        depends = kernel.stamp(self.entries) + kept.environment() + repr(OPTIONS)
        return f"{self.title}-{hashlib.sha256(depends.encode()).hexdigest()[:16]}"

    @property
    def title(self) -> str:
        return self.name.removeprefix("schedsolve.solvers.")

    def kept_in(self) -> Path | None:
        """The folder in which all of the code is; None where there is none."""
        for folder in kept.folders():
            with suppress(OSError, ValueError):  # ValueError: it holds no text, or no names of files
                names = (folder / f"{self.stem}.ready").read_text().split()
                if names and all((folder / name).exists() for name in names):
                    return folder
        return None

    def ask_for(self, folder: Path) -> None:
        """Tell the compiler that somebody waits for these."""
        kept.write(folder / f"{self.stem}.wanted", self.name.encode())

    def load(self) -> bool:
        """Have the kept code in this process; False where it is not all there, or not fit for this machine."""
        folder = self.kept_in()
        if folder is None:
            return False
        try:
            self._prepare(folder, may_compile=False)
        except kept.NotKept:
            with suppress(OSError):
                (folder / f"{self.stem}.ready").unlink()
            return False
        return True

    def compile(self) -> None:
        """Have the code in this process, compiled where it is not kept, and keep it for others where that can be."""
        folder = None
        try:
            folder = None if is_forbidden() else kept.writable()
        except InvalidFile as error:
            self.not_kept = str(error)
        self._prepare(folder, may_compile=True)
        if folder is None:
            return
        try:
            self._complete(folder)
            kept.tidy(folder, self.title)
        except OSError as error:
            self.not_kept = f"{folder} cannot be written: {error}"

    def _complete(self, folder: Path) -> None:
        """Say that all of it is there."""
        for code in self._code:
            if code.failed:
                raise OSError(str(code.failed)) from code.failed
        if len(self._code) < len(self.entries) or not all(code.files for code in self._code):
            raise OSError("this version of numba gives no code away")
        names = sorted(name for code in self._code for name in code.files)
        kept.write(folder / f"{self.stem}.ready", "\n".join(names).encode())

    def _prepare(self, folder: Path | None, *, may_compile: bool) -> None:
        with _lock:
            if self.is_here:
                return
            self.functions()
            for code in self._code:
                code.folder, code.may_compile = folder, may_compile
            try:
                self._call_each()
            finally:
                for code in self._code:
                    code.may_compile = True
            self.is_here = True

    def _compiled(self, entry: Callable[..., object]) -> MachineCode:
        called_by_code, called_by_python = _decorators()
        for helper in kernel.helpers([entry]):
            if helper not in _callable:
                called_by_code(helper)
                _callable.add(helper)
        function: Any = called_by_python(entry)
        if hasattr(function, "_cache"):
            code = kept.Code(f"{self.stem}.{entry.__name__}", self.kept_in() or _writable())
            function._cache = code
            self._code.append(code)
        compiled: MachineCode = function
        return compiled


def _decorators() -> tuple[Decorator, Decorator]:
    """numba's for helpers and for entries; the plain ones where its inside may not be what ``drafts`` overrides."""
    import numba
    from numba.extending import register_jitable

    version = tuple(int(part) for part in numba.__version__.split(".")[:2])
    if not TRIED[0] <= version <= TRIED[1]:
        return register_jitable, numba.njit(nogil=True)
    from schedsolve.solvers.compiling.drafts import DraftCompiler, EntryCompiler

    drafts = register_jitable(**OPTIONS, pipeline_class=DraftCompiler)
    return drafts, numba.njit(**OPTIONS, pipeline_class=EntryCompiler)


def is_forbidden() -> bool:
    """Has the user forbidden to compile at all?"""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def _writable() -> Path | None:
    try:
        return kept.writable()
    except InvalidFile:
        return None


def check_kept() -> None:
    """Raise ``InvalidFile`` where code that was compiled in this process could not be kept for others."""
    for kernels in KNOWN.values():
        if kernels.not_kept:
            raise InvalidFile("compiled code", kernels.not_kept)
