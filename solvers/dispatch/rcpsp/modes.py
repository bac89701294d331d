"""Which tasks are done and in which modes, before anything has a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]

TRIES = 30
"""Starts of the search for modes within the budgets."""

CHOICES_TRIED = 10_000
"""Steps of the search for tasks that meet all choices."""


@dataclass(frozen=True)
class Selection:
    """Decisions without times. Modes are counted over all tasks."""

    present: npt.NDArray[np.bool_]
    mode: Ints
    """n: of all tasks, those left out included."""

    def free(self, problem: RCPSP) -> list[int]:
        """n: modes of the tasks that are to be scheduled, -1 for others."""
        chosen: list[int] = np.where(self.present & (problem.fixed_start == FAR), self.mode, -1).tolist()
        return chosen

    def spare(self, problem: RCPSP) -> list[int]:
        """K: what is left of the budgets, of which tasks that are done have used no more than there is."""
        done, to_do = (self.mode[self.present & (problem.done == past)] for past in (True, False))
        used = np.minimum(problem.budget, problem.consumption[done].sum(axis=0))
        left: list[int] = (problem.budget - used - problem.consumption[to_do].sum(axis=0)).tolist()
        return left

    def fixed(self, problem: RCPSP) -> dict[int, int]:
        """The modes of the tasks with a fixed start."""
        return {i: int(self.mode[i]) for i in np.flatnonzero(problem.fixed_start < FAR).tolist()}


def select(problem: RCPSP, seed: int, *, over_budget: bool = False) -> Selection | None:
    """The shortest modes that the budgets allow, and no more tasks than must be; None where none were found.

    ``over_budget``: where the budgets allow none that were tried, the shortest all the same.
    """
    present = _present(problem)
    if present is None:
        return None
    rng = np.random.default_rng(seed)
    for attempt in range(TRIES if len(problem.budget) else 1):
        mode = _within_budgets(problem, present, rng, attempt)
        if mode is not None:
            return Selection(present, mode)
    return Selection(present, _first(problem, problem.duration)) if over_budget else None


def allowed_modes(problem: RCPSP) -> npt.NDArray[np.bool_]:
    """M: modes that decisions leave and that the resources can hold at some time; all of a task that has none such."""
    wanted = problem.fixed_mode[problem.task_of]
    local = np.arange(len(problem.duration)) - problem.mode_ptr[:-1][problem.task_of]
    left = (wanted == -1) | (wanted == local)
    fits = left & (np.all(problem.demand <= problem.greatest_capacity, axis=1) | (problem.duration == 0))
    some = np.add.reduceat(fits, problem.mode_ptr[:-1]) > 0
    allowed: npt.NDArray[np.bool_] = np.where(some[problem.task_of], fits, left)
    return allowed


def _within_budgets(
    problem: RCPSP, present: npt.NDArray[np.bool_], rng: np.random.Generator, attempt: int
) -> Ints | None:
    """Modes within the budgets: from the shortest (later attempts: from random ones), change by change, each time to
    the mode that takes most of the excess away for the time that it costs."""
    task_of, allowed = problem.task_of, allowed_modes(problem)
    worth = problem.duration if attempt == 0 else rng.random(len(task_of))
    mode = _first(problem, worth)
    scale = np.maximum(1, problem.budget)
    changeable = allowed & present[task_of]
    past = problem.done[task_of][:, None]
    for _ in range(2 * len(task_of)):
        used, gone = (problem.consumption[mode[present & (problem.done == done)]].sum(axis=0) for done in (False, True))
        over = np.maximum(0, used + np.minimum(gone, problem.budget) - problem.budget)
        if not np.any(over):
            return mode
        change = problem.consumption - problem.consumption[mode[task_of]]
        total = used + np.where(past, 0, change) + np.minimum(gone + np.where(past, change, 0), problem.budget)
        excess = (np.maximum(0, total - problem.budget) / scale).sum(axis=1)
        gain = (over / scale).sum() - excess
        cost = 1 + np.maximum(0, problem.duration - problem.duration[mode[task_of]])
        score = np.where(changeable, gain / cost, -np.inf)
        best = int(score.argmax())
        if score[best] <= 0:
            return None
        mode[task_of[best]] = best
    return None


def _first(problem: RCPSP, worth: npt.NDArray[np.int64 | np.float64]) -> Ints:
    """n: of the allowed modes of each task the one with the least ``worth``."""
    first = np.lexsort((worth, ~allowed_modes(problem), problem.task_of))
    modes: Ints = first[problem.mode_ptr[:-1]]
    return modes


def _present(problem: RCPSP) -> npt.NDArray[np.bool_] | None:
    """The tasks that must be done, and of each choice one, the shortest where that meets all choices."""
    present = problem.mandatory.copy()
    choices = list(problem.choices())
    shortest = np.minimum.reduceat(problem.duration, problem.mode_ptr[:-1])
    of_task: dict[int, list[int]] = {}
    for c, tasks in enumerate(choices):
        for i in tasks:
            of_task.setdefault(i, []).append(c)
    met = [len({-1 if problem.done[i] else i for i in tasks if present[i]}) for tasks in choices]  # all done: one
    if any(count > 1 for count in met):
        return None
    stack: list[list[int]] = []  # for each choice that was open when reached, its candidates still to be tried
    taken: list[int] = []
    for _ in range(CHOICES_TRIED):
        if all(met):
            return present
        c = met.index(0)
        if len(stack) == len(taken):
            candidates = [i for i in choices[c] if not any(met[other] for other in of_task[i])]
            stack.append(sorted(candidates, key=lambda i: -shortest[i]))
        if stack[-1]:
            i = stack[-1].pop()
            taken.append(i)
            present[i] = True
            for other in of_task[i]:
                met[other] += 1
            continue
        stack.pop()
        if not taken:
            return None
        i = taken.pop()
        present[i] = False
        for other in of_task[i]:
            met[other] -= 1
    return None
