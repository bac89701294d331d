"""Why a project has no solution: its constraints in words (``constraints``), and what links and dates prove
(``core``)."""

from schedsolve.solvers.explain.rcpsp.constraints import explainer

__all__ = ["explainer"]
