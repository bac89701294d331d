"""Helpers of kernels as drafts: typed and translated once, optimised only as a part of the kernels that call them.

numba optimises every function with all that it calls, and makes machine code of it. Nobody runs that of a helper which
kernels have taken in, and of a chain of five calls the last function is optimised five times. A draft is left as it is
until the kernel at the top is finished, which takes half as long. This overrides numba's inside, which is the same in
all versions that ``kernels.TRIED`` names; by others kernels are compiled as numba does it by itself.
"""

from __future__ import annotations

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class Draft(JITCodeLibrary):  # type: ignore[misc]
    """Code that is only linked into other code."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """None: there is no machine code to point to."""
        return 0

    @property
    def codegen(self) -> Draft:
        """Whoever asks wants to tell machine code where its environment is (``set_env``)."""
        return self

    def set_env(self, name: str, environment: object) -> None:
        """Nothing to be told."""


class Entry(JITCodeLibrary):  # type: ignore[misc]
    """A kernel that is called from Python, with all that it calls."""

    def _optimize_final_module(self) -> None:
        """All passes, once: not first those that make reference counts fewer, for there are none; no vector
        instructions, for loops here follow indices."""
        passes, builder = self._codegen._module_pass_manager(loop_vectorize=False, slp_vectorize=False)
        passes.run(self._final_module, builder)


class DraftCompiler(Compiler):  # type: ignore[misc]
    """numba's compiler, but that it writes drafts: an option (``pipeline_class``) of ``register_jitable``."""

    def define_pipelines(self) -> list[object]:
        state = self.state
        state.library = Draft(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()  # type: ignore[no-any-return]


class EntryCompiler(Compiler):  # type: ignore[misc]
    """For what is called from Python, without its lock.

    That is told to numba only when it compiles: were it an option of the entry, numba would compile all helpers once
    for entries, with that option, and once for one another.
    """

    def define_pipelines(self) -> list[object]:
        state = self.state
        state.flags.no_cpython_wrapper = False
        state.flags.release_gil = True
        state.library = Entry(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return super().define_pipelines()  # type: ignore[no-any-return]
