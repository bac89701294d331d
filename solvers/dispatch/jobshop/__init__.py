"""Dispatch rules for machine scheduling: ``RULES``, and the engine that builds schedules by them."""

from schedsolve.solvers.dispatch.jobshop.engine import Params, run, supports
from schedsolve.solvers.dispatch.jobshop.rules import RULES, Rule, Spec

__all__ = ["RULES", "Params", "Rule", "Spec", "run", "supports"]
