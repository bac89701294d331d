"""Project scheduling: tasks with links between them on resources that are scarce.

RCPSP, multi-mode, minimum and maximum time lags, renewable and non-renewable resources, reservoirs, calendars,
disjunctive groups, optional tasks.
"""

from schedsolve.models.rcpsp.builder import ProjectBuilder
from schedsolve.models.rcpsp.objectives import OBJECTIVES, objective_values
from schedsolve.models.rcpsp.past import past_violations
from schedsolve.models.rcpsp.problem import LINK_KINDS, RCPSP
from schedsolve.models.rcpsp.schedule import Schedule
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.rcpsp.violations import violations

__all__ = [
    "LINK_KINDS",
    "OBJECTIVES",
    "RCPSP",
    "ProjectBuilder",
    "RCPSPSolution",
    "Schedule",
    "objective_values",
    "past_violations",
    "violations",
]
