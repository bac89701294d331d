"""Dispatch rules for machine scheduling: ``RULES``, and the engine that builds schedules by them."""

from typing import TYPE_CHECKING

from schedsolve.solvers.dispatch import from_engine
from schedsolve.solvers.dispatch.jobshop.rules import RULES, SYMBOLS, Rule, Spec

if TYPE_CHECKING:
    from schedsolve.solvers.dispatch.jobshop.engine import Params, run, supports, warmup

__all__ = ["RULES", "SYMBOLS", "Params", "Rule", "Spec", "run", "supports", "warmup"]

__getattr__ = from_engine(__name__, __all__)
