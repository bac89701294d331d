"""Links between tasks, and which tasks are to be done."""

from __future__ import annotations

import numpy as np

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.rcpsp.variables import Variables

FINISH_START = LINK_KINDS.index("FS")


def lags(v: Variables) -> None:
    """min_lag <= end of the later task that counts - that of the earlier one <= max_lag, where both are done."""
    problem = v.problem
    implied = implied_links(problem)
    rows = zip(problem.link_from.tolist(), problem.link_to.tolist(), problem.link_kind.tolist(), strict=True)
    limits = zip(problem.min_lag.tolist(), problem.max_lag.tolist(), strict=True)
    for k, ((a, b, kind), (least, most)) in enumerate(zip(rows, limits, strict=True)):
        v.poll(k)
        if implied[k] or v.both_done(a, b):
            continue
        from_finish, to_finish = (letter == "F" for letter in LINK_KINDS[kind])
        earlier = v.end[a] if from_finish else v.start[a]
        later = v.end[b] if to_finish else v.start[b]
        both = (v.present[a], v.present[b])
        if least > v.earliest[b] - v.latest[a]:  # else it holds whatever they do
            v.given(v.model.add(later >= earlier + least), *both)
        if most < v.latest[b] - v.earliest[a]:
            v.given(v.model.add(later <= earlier + most), *both)


def implied_links(problem: RCPSP) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """L: precedences that a path of other precedences implies; of links with lags, or to tasks that may be left
    out or are done, none."""
    plain = (problem.link_kind == FINISH_START) & (problem.min_lag == 0) & (problem.max_lag == FAR)
    sure = problem.mandatory & ~problem.done
    candidates = np.flatnonzero(plain & sure[problem.link_from] & sure[problem.link_to]).tolist()
    after: list[dict[int, int]] = [{} for _ in range(problem.num_tasks)]
    implied = np.zeros(len(problem.link_from), dtype=bool)
    for k in candidates:
        a, b = int(problem.link_from[k]), int(problem.link_to[k])
        implied[k] = b in after[a]  # stated twice
        after[a].setdefault(b, k)
    order = _topological(after)
    reached = [0] * problem.num_tasks
    for task in reversed(order or []):  # a cycle: nothing is left out
        further = 0
        for successor in after[task]:
            further |= reached[successor]
        for successor, k in after[task].items():
            implied[k] = further >> successor & 1
            further |= 1 << successor
        reached[task] = further
    return implied


def _topological(after: list[dict[int, int]]) -> list[int] | None:
    """All tasks, each before those after it; None where there is a cycle."""
    waiting = [0] * len(after)
    for successors in after:
        for successor in successors:
            waiting[successor] += 1
    order = [task for task, count in enumerate(waiting) if count == 0]
    for task in order:
        for successor in after[task]:
            waiting[successor] -= 1
            if waiting[successor] == 0:
                order.append(successor)
    return order if len(order) == len(after) else None


def choices(v: Variables) -> None:
    """Exactly one task of each choice is done; none more where some have been."""
    for tasks in v.problem.choices():
        left = [v.present[task] for task in tasks if not v.problem.done[task]]
        if len(left) == len(tasks):
            v.model.add_exactly_one(left)
        elif left:
            v.model.add_bool_and([~present for present in left])
