"""Cheap lower bounds of job shops: one for each objective, from heads, tails, machines and jobs."""

from schedsolve.solvers.bounds.jobshop.objectives import bound

__all__ = ["bound"]
