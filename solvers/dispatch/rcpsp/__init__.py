"""Dispatch rules for project scheduling: ``RULES``, and the engine that builds schedules by them."""

from typing import TYPE_CHECKING

from schedsolve.solvers.dispatch import from_engine
from schedsolve.solvers.dispatch.rcpsp.rules import RULES, SYMBOLS, Spec
from schedsolve.solvers.dispatch.rule import Rule

if TYPE_CHECKING:
    from schedsolve.solvers.dispatch.rcpsp.engine import Params, run, supports, warmup

__all__ = ["RULES", "SYMBOLS", "Params", "Rule", "Spec", "run", "supports", "warmup"]

__getattr__ = from_engine(__name__, __all__)
