"""Machine scheduling: operations on machines that do one thing at a time.

Job shop, flexible job shop, flow shop, open shop, parallel and single machines, with release and
due dates, deadlines, downtime, setups, transport, no-wait and blocking.
"""

from schedsolve.models.jobshop.builder import JobShopBuilder
from schedsolve.models.jobshop.objectives import OBJECTIVES, objective_values
from schedsolve.models.jobshop.past import past_violations
from schedsolve.models.jobshop.problem import JobShop
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.jobshop.solution import JobShopSolution
from schedsolve.models.jobshop.violations import violations

__all__ = [
    "OBJECTIVES",
    "JobShop",
    "JobShopBuilder",
    "JobShopSolution",
    "Schedule",
    "objective_values",
    "past_violations",
    "violations",
]
