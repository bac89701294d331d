"""Cheap lower bounds of projects: one for each objective, from heads, tails, energy and cliques."""

from schedsolve.solvers.bounds.rcpsp.objectives import bound

__all__ = ["bound"]
