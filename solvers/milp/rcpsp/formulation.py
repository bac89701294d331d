"""What the two formulations of a project have in common: modes, links, choices and budgets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp.problem import LINK_KINDS, RCPSP
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.milp.driver import Expression, Model, Values


class Arc(NamedTuple):
    """``later`` happens at least ``lag`` after ``earlier``; each is a task and whether its end counts."""

    earlier: tuple[int, bool]
    later: tuple[int, bool]
    lag: int


class Amount(NamedTuple):
    """An expression and what it is at most, and at least."""

    value: Expression
    most: int
    least: int = 0


class Formulation(ABC):
    """Variables and constraints of one problem; ``i``, ``j`` are tasks."""

    present: list[Expression]
    """n: 1 where the task is done."""

    def __init__(self, problem: RCPSP, horizon: int) -> None:
        self.problem = problem
        self.horizon = horizon
        self.model = Model(problem.kind)
        self.tasks = range(problem.num_tasks)
        self.sure: list[bool] = problem.mandatory.tolist()
        self.arcs = list(_arcs(problem))
        self._exceeded = count()

    @abstractmethod
    def objective(self, name: str) -> Expression:
        """An objective as an expression that is at least its value, and equal to it at the optimum."""

    @abstractmethod
    def decode(self, values: Values) -> RCPSPSolution:
        """The schedule of a solution of the model."""

    @abstractmethod
    def over_modes(self, amount: Sequence[int]) -> Expression:
        """The sum of ``amount`` (M) over the modes in which tasks are done."""

    def modes_of(self, i: int) -> range:
        """The modes of a task, counted over all, that a fixed mode leaves."""
        first, fixed = int(self.problem.mode_ptr[i]), int(self.problem.fixed_mode[i])
        return range(first, int(self.problem.mode_ptr[i + 1])) if fixed < 0 else range(first + fixed, first + fixed + 1)

    def latest_end(self, i: int) -> int:
        """By deadlines and the horizon; for tasks that are not done already."""
        return min(self.horizon, int(self.problem.deadline[i]), self.problem.project_deadline)

    def choose(self) -> None:
        """Of each choice exactly one task is done; none more where some have been."""
        for tasks in self.problem.choices():
            left = [i for i in tasks if not self.problem.done[i]]
            self.model.add(self.model.total(self.present[i] for i in left) == int(len(left) == len(tasks)))

    def keep_budgets(self) -> None:
        """All modes together use no more of a non-renewable resource than there is."""
        done = self.problem.done[self.problem.task_of]
        for k, budget in enumerate(self.problem.budget.tolist()):
            consumption = self.problem.consumption[:, k]
            own, past = np.where(done, 0, consumption), np.where(done, consumption, 0)
            modes = [past[self.modes_of(i)] for i in self.tasks]
            most, least = (sum(int(of(amount)) for amount in modes) for of in (np.max, np.min))
            used = Amount(self.over_modes(past.tolist()), most, least)
            self.keep(Amount(self.over_modes(own.tolist()), self.greatest(own)), used, budget)

    def greatest(self, amount: npt.NDArray[np.int64]) -> int:
        """The sum over all tasks of the greatest ``amount`` (M) of their modes."""
        return int(np.maximum.reduceat(amount, self.problem.mode_ptr[:-1]).sum())

    def count_none(self, greatest: Expression, low: int, tasks: Collection[int]) -> None:
        """The greatest value of ``tasks``, at least ``low``, is 0 where none of them is done."""
        if not any(self.sure[i] for i in tasks):
            none = self.model.binary("none")
            self.model.add(self.model.total([none, *(self.present[i] for i in tasks)]) >= 1)
            self.model.add(greatest >= low * (1 - none))

    def keep(self, own: Amount, past: Amount, limit: int) -> None:
        """``own + past <= limit``, or, where the past exceeds the limit, ``own <= 0``."""
        if own.most + past.most <= limit:
            return
        if past.least == past.most:
            self.model.add(own.value <= max(0, limit - past.most))
            return
        if past.most <= limit:
            self.model.add(own.value + past.value <= limit)
            return
        exceeded = self.model.binary(f"exceeded_{next(self._exceeded)}")
        self.model.add(own.value + past.value <= limit + (past.most - limit) * exceeded)
        self.model.add(own.value <= own.most * (1 - exceeded))


def _arcs(problem: RCPSP) -> Iterator[Arc]:
    """Both limits of all links that count; an upper limit is a lag back."""
    columns = (problem.link_from, problem.link_to, problem.link_kind, problem.min_lag, problem.max_lag)
    for a, b, kind, least, most in zip(*(column.tolist() for column in columns), strict=True):
        if problem.done[a] and problem.done[b]:
            continue
        earlier, later = ((task, letter == "F") for task, letter in zip((a, b), LINK_KINDS[kind], strict=True))
        if least > -FAR:
            yield Arc(earlier, later, least)
        if most < FAR:
            yield Arc(later, earlier, -most)
