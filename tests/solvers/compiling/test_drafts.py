"""Helpers of kernels are translated once, and optimised only where they end up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

KERNELS = """
from schedsolve.solvers.kernel import kernel

@kernel
def lowest(x):
    return x + 1

@kernel
def middle(x):
    return lowest(lowest(x))

@kernel
def first(x):
    return middle(x) * lowest(x)

@kernel
def second(x):
    return middle(x) - lowest(x)

@kernel
def quotient(array, k):
    return array[0] // array[k]
"""

SCRIPT = """
import numpy as np
from numba.core.codegen import JITCodeLibrary
from schedsolve.solvers.compiling.drafts import DraftCompiler, EntryCompiler
from schedsolve.solvers.compiling.kernels import Kernels
import few

seen = []
for kind, compiler in (("draft", DraftCompiler), ("entry", EntryCompiler)):
    def noted(self, kind=kind, define=compiler.define_pipelines):
        seen.append(f"{kind} {self.state.func_id.func_name}")
        return define(self)
    compiler.define_pipelines = noted
emit = JITCodeLibrary._finalize_specific
JITCodeLibrary._finalize_specific = lambda self: (seen.append(f"machine code {self.name}"), emit(self))

kernels = Kernels("few", (few.first, few.second), lambda: [f(3) for f in kernels.functions()])
kernels.compile()
print(*seen, sep=", ")
print([f(3) for f in kernels.functions()], kernels.not_kept or "kept")

(quotient,) = Kernels("more", (few.quotient,), lambda: None).functions()
print(quotient(np.array([7, -2]), -1))
"""


def test_each_helper_is_translated_once_and_no_machine_code_is_made_of_it(tmp_path: Path) -> None:
    """By whatever it is called: two entries, or another helper. Indices count from the end, as in Python."""
    (tmp_path / "few.py").write_text(KERNELS)
    command = [sys.executable, "-c", SCRIPT]
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    seen, values, quotient = done.stdout.splitlines()
    ours = [step for step in seen.split(", ") if not step.startswith("machine code nrt")]
    assert sorted(ours) == [
        "draft lowest",
        "draft middle",
        "entry first",
        "entry second",
        "machine code first",
        "machine code second",
    ]
    assert (values, quotient) == ("[20, 1] kept", "-4")


UNTRIED = """
from schedsolve.solvers.compiling import kernels as compiling
import sys
import few

compiling.TRIED = (0, 1), (0, 2)
kernels = compiling.Kernels("few", (few.first, few.second), lambda: [f(3) for f in kernels.functions()])
kernels.compile()
print([f(3) for f in kernels.functions()], kernels.not_kept or "kept")
print("schedsolve.solvers.compiling.drafts" in sys.modules)
"""


def test_a_version_of_numba_that_nobody_has_tried_compiles_in_its_own_way(tmp_path: Path) -> None:
    (tmp_path / "few.py").write_text(KERNELS)
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", UNTRIED]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[20, 1] kept", "False"]
