"""The CP-SAT model of a window: the job shop's own, with sequences that stay as they are."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import replace
from itertools import pairwise

import numpy as np

from schedsolve.models.jobshop import JobShopSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.driver import Expression, Literal, Read
from schedsolve.solvers.cpsat.jobshop import jobs, machines
from schedsolve.solvers.cpsat.jobshop.objectives import objective
from schedsolve.solvers.cpsat.jobshop.variables import Variables
from schedsolve.solvers.rolling.jobshop.aims import Aim, make_aim
from schedsolve.solvers.rolling.jobshop.window import Window
from schedsolve.solvers.stop import Stop

MARGIN = 0.1
"""Ways through a window count as long up to this share of its duration below the longest."""


class WindowModel:
    """The model that improves on the last of the window's levels and keeps those above.

    Raises ``OutOfTime`` when it is time to stop.
    """

    def __init__(self, window: Window, stop: Stop):
        self.window = window
        self.variables = v = Variables(window.problem, window.latest, stop)
        self.aims = [make_aim(window, name) for name in window.levels]
        self.possible = all(v.ways) and self.aims[-1].value > self.aims[-1].floor
        """Can the window hold anything better?"""
        if not self.possible:
            return
        jobs.precedence(v, jobs.successions(v))
        machines.visits(v)
        keep_sequences(v, window)
        machines.machine_no_overlap(v)
        setups = machines.setups(v)
        for aim in self.aims:
            pursued = self._objective(aim, setups)
        v.model.minimize(self._with_slack(self.aims[-1], pursued))
        v.hint(window.incumbent)

    def _objective(self, aim: Aim, setups: list[tuple[int, Literal]]) -> Expression:
        """An expression to minimise, between what the plan has and what cannot be undercut."""
        view = copy(self.variables)
        view.problem = aim.problem  # the same constraints, with this objective's due dates and weights
        value = objective(view, aim.name, setups)
        view.model.add(value.expression <= aim.value - value.offset)
        view.model.add(value.expression >= aim.floor - value.offset)
        return value.expression

    def _with_slack(self, aim: Aim, value: Expression) -> Expression:
        """A maximum and, where it stays the same, how far jobs are beyond a threshold somewhat below it.

        Few schedules of a window undercut a maximum, many attain it. Those with fewer and shorter long ways leave
        other windows more to gain, where the first one found would leave the plan as it is.
        """
        if aim.name != "maximum_lateness":
            return value
        view = copy(self.variables)
        threshold = max(aim.floor, aim.value - _margin(self.window))
        due = aim.problem.due
        view.problem = replace(aim.problem, due=np.where(due < FAR, due + threshold, FAR))
        beyond = objective(view, "total_tardiness", [])
        return (aim.problem.num_jobs * (aim.value - threshold) + 1) * value + beyond.expression

    def decode(self, read: Read) -> JobShopSolution:
        """The schedule of the sub-problem in a solution of the model."""
        return self.variables.decode(read)


def _margin(window: Window) -> int:
    """How far below the maximum a way counts as long."""
    inside = window.operations[window.inner]
    return 1 + int(MARGIN * (window.plan.end[inside].max() - window.plan.start[inside].min()))


def keep_sequences(v: Variables, window: Window) -> None:
    """Leave to the machines' constraints the open sequences only; what is behind them stays there, in its order."""
    visits = v.visits
    v.visits = defaultdict(list)
    for machine, opened, kept in window.sequences:
        _follow(v, kept, machine)
        if not window.span.open_machines[machine]:
            continue
        v.visits[machine] = [
            visit for visit in visits[machine] if window.open[visit.operation] or visit.operation in opened
        ]
        for visit in v.visits[machine]:
            if kept and visit.operation != kept[0] and not v.both_done(visit.operation, kept[0]):
                v.given(v.model.add(v.start[kept[0]] >= v.end[visit.operation]), visit.literal)


def _follow(v: Variables, chain: list[int], machine: int) -> None:
    """Each operation after the one before it and the setup between them."""
    problem = v.problem
    for before, after in pairwise(chain):
        if v.both_done(before, after):
            continue
        gap = 0
        if problem.has_setups:
            gap = int(problem.setup[machine, problem.setup_family[before], problem.setup_family[after]])
        v.model.add(v.start[after] >= v.end[before] + gap)
