"""Dispatch rules for machine scheduling: ``RULES``, and the engine that builds schedules by them.

The engine is imported when first used: a shell that completes the names of rules needs no numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from schedsolve.solvers.dispatch.jobshop.rules import RULES, SYMBOLS, Rule, Spec

if TYPE_CHECKING:
    from schedsolve.solvers.dispatch.jobshop.engine import Params, run, supports, warmup

__all__ = ["RULES", "SYMBOLS", "Params", "Rule", "Spec", "run", "supports", "warmup"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.engine"), name)
