"""What has happened already: the tasks that are done, and which rules they broke among themselves.

The past cannot be changed, so that no solution is held to these rules (see ``violations``); a result notes them.
"""

from __future__ import annotations

import numpy as np

from schedsolve.models.rcpsp.problem import RCPSP
from schedsolve.models.rcpsp.schedule import Schedule
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.rcpsp.violations import BETWEEN, broken_rules, of_reservoirs
from schedsolve.models.violation import Violation


def past_violations(problem: RCPSP) -> list[Violation]:
    """The rules that tasks which are done have broken among themselves, with the codes of ``violations``.

    Release dates, deadlines and breaks do not apply to them. Tasks done in one of several modes, nobody says which, are
    left aside.
    """
    known = problem.done & ((problem.fixed_mode >= 0) | (np.diff(problem.mode_ptr) == 1))
    if not known.any():
        return []
    past = RCPSPSolution(
        start=np.where(known, problem.fixed_start, 0), mode=np.maximum(problem.fixed_mode, 0), left_out=~known
    )
    schedule = Schedule(problem, past)
    rules = [rule for rule in BETWEEN if rule is not of_reservoirs or np.array_equal(known, problem.done)]
    found = broken_rules(rules, problem, schedule, known)
    return [broken for broken in found if broken.code != "choice" or np.any(known[broken.things["task"]])]
