"""Search for project scheduling: a genetic algorithm over activity lists, scheduled forwards and backwards in time."""

from schedsolve.solvers.search.rcpsp.engine import Params, run, supports, warmup

__all__ = ["Params", "run", "supports", "warmup"]
