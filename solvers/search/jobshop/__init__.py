"""Local search for machine scheduling: tabu search on the disjunctive graph, compiled by numba."""

from schedsolve.solvers.search.jobshop.engine import Params, run, supports, warmup

__all__ = ["Params", "run", "supports", "warmup"]
