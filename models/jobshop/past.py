"""What has happened already: the operations that are done, and which rules they broke among themselves.

The past cannot be changed, so that such rules are waived (see ``violations``); a result notes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from schedsolve.models.jobshop.problem import JobShop
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.jobshop.solution import JobShopSolution
from schedsolve.models.jobshop.violations import BETWEEN
from schedsolve.models.violation import Violation


def past_violations(problem: JobShop) -> list[Violation]:
    """The rules that operations which are done broke among themselves, with the codes of ``violations``.

    Release dates, deadlines, downtime and initial setups do not apply to them. Operations that are done on one of
    several alternatives, where it is not said which, are left out.
    """
    return [case for cases in _by_rule(problem) for case in cases]


def past_cases(problem: JobShop) -> list[Violation]:
    """The first case of each rule that the past broke: there may be as many as operations."""
    return [case for cases in _by_rule(problem) for case in islice(cases, 1)]


def _by_rule(problem: JobShop) -> Iterator[Iterator[Violation]]:
    """The cases of each rule."""
    if np.count_nonzero(problem.done) > 1:
        past = Past(problem)
        yield from (rule(problem, past) for rule in BETWEEN)


class Past(Schedule):
    """The schedule of what is done, as if there were nothing else and no rule were waived."""

    def __init__(self, problem: JobShop):
        wanted = problem.fixed_machine[problem.operation_of]
        allowed = (wanted == -1) | (wanted == problem.machine)
        ways = np.add.reduceat(allowed.astype(np.int64), problem.alt_ptr[:-1])
        chosen = np.flatnonzero(allowed)[np.cumsum(ways) - ways]
        start = np.where(problem.done, problem.fixed_start, 0)
        super().__init__(problem, JobShopSolution(start=start, alternative=chosen - problem.alt_ptr[:-1]))
        self.counted = problem.done & (ways == 1)
        self.exempt = np.zeros_like(problem.done)
