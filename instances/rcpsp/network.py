"""What the writers of project scheduling formats share: lists of successors, a dummy source and sink, limits."""

from __future__ import annotations

import numpy as np

from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR


def successors(problem: RCPSP) -> list[list[int]]:
    """The tasks that the links of each task lead to, in the order of the links."""
    lists: list[list[int]] = [[] for _ in range(problem.num_tasks)]
    for i, j in zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True):
        lists[i].append(j)
    return lists


def check_limited(problem: RCPSP, format: str) -> None:
    """Raise ``InvalidProblem`` where a renewable resource has no limit."""
    if np.any(problem.capacity == FAR):
        raise InvalidProblem(format, "cannot carry resources without limit: use .json or .csv")


def check_source_and_sink(problem: RCPSP, format: str) -> None:
    """Raise ``InvalidProblem`` unless the first task precedes all and the last one follows all, both being empty."""
    n = problem.num_tasks
    ends = [0, n - 1]
    single = np.all(np.diff(problem.mode_ptr)[ends] == 1)
    modes = problem.mode_ptr[:-1][ends]
    used = (problem.duration, problem.consumption, problem.withdrawal, problem.delivery)
    empty = single and not any(np.any(amount[modes]) for amount in used)
    joined = len(np.union1d(problem.link_to, [0])) == n == len(np.union1d(problem.link_from, [n - 1]))
    if not (n > 1 and empty and joined):
        raise InvalidProblem(
            format, "needs a first task before all others and a last one after them, of length 0: use .json"
        )
