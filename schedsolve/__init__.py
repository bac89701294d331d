"""State a scheduling problem once; get a schedule that a checker has accepted and a bound that says how good it is.

>>> import schedsolve
>>> problem = schedsolve.load("ft06")
>>> result = schedsolve.solve(problem, time_limit=10)
>>> print(result)

Names are imported when first used, so that ``import schedsolve`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str

    from schedsolve.instances.read import load as load
    from schedsolve.instances.write import save as save
    from schedsolve.models.check import validate as validate
    from schedsolve.models.check import violations as violations
    from schedsolve.models.errors import InvalidFile as InvalidFile
    from schedsolve.models.errors import InvalidOption as InvalidOption
    from schedsolve.models.errors import InvalidProblem as InvalidProblem
    from schedsolve.models.errors import InvalidSolution as InvalidSolution
    from schedsolve.models.errors import SchedsolveError as SchedsolveError
    from schedsolve.models.errors import Unsupported as Unsupported
    from schedsolve.models.jobshop import JobShop as JobShop
    from schedsolve.models.jobshop import JobShopBuilder as JobShopBuilder
    from schedsolve.models.jobshop import JobShopSolution as JobShopSolution
    from schedsolve.models.rcpsp import RCPSP as RCPSP
    from schedsolve.models.rcpsp import ProjectBuilder as ProjectBuilder
    from schedsolve.models.rcpsp import RCPSPSolution as RCPSPSolution
    from schedsolve.models.violation import Violation as Violation
    from schedsolve.solvers.explain.explain import explain as explain
    from schedsolve.solvers.explain.explanation import Explanation as Explanation
    from schedsolve.solvers.result import Result as Result
    from schedsolve.solvers.result import Status as Status
    from schedsolve.solvers.solve import solve as solve
    from schedsolve.solvers.solve import supports as supports
    from schedsolve.solvers.stop import Stop as Stop

_WHERE = {
    "load": "schedsolve.instances.read",
    "save": "schedsolve.instances.write",
    "validate": "schedsolve.models.check",
    "violations": "schedsolve.models.check",
    "InvalidFile": "schedsolve.models.errors",
    "InvalidOption": "schedsolve.models.errors",
    "InvalidProblem": "schedsolve.models.errors",
    "InvalidSolution": "schedsolve.models.errors",
    "SchedsolveError": "schedsolve.models.errors",
    "Unsupported": "schedsolve.models.errors",
    "JobShop": "schedsolve.models.jobshop",
    "JobShopBuilder": "schedsolve.models.jobshop",
    "JobShopSolution": "schedsolve.models.jobshop",
    "RCPSP": "schedsolve.models.rcpsp",
    "ProjectBuilder": "schedsolve.models.rcpsp",
    "RCPSPSolution": "schedsolve.models.rcpsp",
    "Violation": "schedsolve.models.violation",
    "explain": "schedsolve.solvers.explain.explain",
    "Explanation": "schedsolve.solvers.explain.explanation",
    "Result": "schedsolve.solvers.result",
    "Status": "schedsolve.solvers.result",
    "solve": "schedsolve.solvers.solve",
    "supports": "schedsolve.solvers.solve",
    "Stop": "schedsolve.solvers.stop",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("schedsolve")
    if name not in _WHERE:
        raise AttributeError(f"module 'schedsolve' has no attribute '{name}'")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
