"""The decisions: a start for each task, a literal for each of its ways and for its presence.

All ways of a task share its start; its length, and so its end, is linear in the literals.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp import RCPSP, RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.building import Building
from schedsolve.solvers.cpsat.driver import Domain, Expression, Interval, Literal, Model, Read
from schedsolve.solvers.cpsat.rcpsp.ways import Way, Ways
from schedsolve.solvers.cpsat.working_time import union
from schedsolve.solvers.stop import Stop


@dataclass(eq=False)
class Variables(Building):
    """The model under construction and what its constraints refer to, indexed by task."""

    problem: RCPSP
    horizon: int
    stop: Stop
    model: Model = field(default_factory=Model)
    ways: list[list[tuple[Way, Literal]]] = field(default_factory=list)
    present: list[Literal] = field(default_factory=list)
    start: list[Expression] = field(default_factory=list)
    end: list[Expression] = field(default_factory=list)
    earliest: list[int] = field(default_factory=list)
    """Least start."""
    latest: list[int] = field(default_factory=list)
    """Greatest end."""
    _intervals: dict[int, list[tuple[Way, Interval]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.true = self.model.new_constant(1)
        self.false = ~self.true
        ways = Ways(self.problem, self.horizon)
        for task in range(self.problem.num_tasks):
            self.poll(task)
            self._add_task(task, ways.of(task))
        self.span = (min(0, *self.earliest, 0), max(self.horizon, *self.latest, 0))
        """All that happens lies within these times."""

    def _add_task(self, task: int, ways: list[Way]) -> None:
        model, problem = self.model, self.problem
        starts = union([way.starts for way in ways]) or [(0, 0)]
        start = model.new_int_var_from_domain(Domain.from_intervals(starts), "")
        optional = problem.optional[task] and problem.fixed_start[task] == FAR
        present = model.new_bool_var("") if optional else self.true
        literals = [present] if len(ways) == 1 else [model.new_bool_var("") for _ in ways]
        if len(ways) != 1:  # without a way, a task that must be done makes the model infeasible, as it should
            model.add_exactly_one([*literals, ~present])
        if optional:
            self.given(model.add(start == starts[0][0]), ~present)
        for way, literal in zip(ways, literals, strict=True):
            if way.starts != starts:
                domain = Domain.from_intervals(way.starts)
                model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
        lengths = [way.length for way in ways] or [0]
        shortest = min(lengths)
        longer = [(n - shortest) * x for n, x in zip(lengths, literals, strict=False) if n > shortest]
        self.start.append(start)
        self.end.append(start + shortest + sum(longer) if longer else start + shortest)
        self.present.append(present)
        self.ways.append(list(zip(ways, literals, strict=True)))
        self.earliest.append(starts[0][0])
        self.latest.append(max((way.starts[-1][1] + way.length for way in ways), default=starts[-1][1]))

    def intervals(self, task: int) -> list[tuple[Way, Interval]]:
        """The intervals of a task: one for each way that takes time."""
        if task not in self._intervals:
            self._intervals[task] = [
                (way, self.interval(self.start[task], way.length, literal))
                for way, literal in self.ways[task]
                if way.length > 0
            ]
        return self._intervals[task]

    def both_done(self, a: int, b: int) -> bool:
        """Have both tasks been executed, so that no rule between the two is checked?"""
        return bool(self.problem.done[a] and self.problem.done[b])

    def over_ways(self, amount: npt.NDArray[np.int64]) -> Expression:
        """The sum of ``amount`` (by mode) over the ways that are chosen."""
        return sum(int(amount[way.mode]) * x for ways in self.ways for way, x in ways if amount[way.mode])

    def hint(self, solution: RCPSPSolution) -> None:
        """Start the search from ``solution``; what follows from these decisions the solver finds itself."""
        mode = self.problem.mode_ptr[:-1] + solution.mode
        for task, start in enumerate(solution.start.tolist()):
            present = not solution.left_out[task]
            self.model.add_hint(self.start[task], start if present else self.earliest[task])
            if self.present[task] is not self.true:
                self.model.add_hint(self.present[task], int(present))
            if len(self.ways[task]) > 1:
                for way, literal in self.ways[task]:
                    chosen = present and way.mode == mode[task] and any(a <= start <= b for a, b in way.starts)
                    self.model.add_hint(literal, int(chosen))

    def decode(self, read: Read) -> RCPSPSolution:
        """The schedule in a solution of the model."""
        present = np.array([bool(read(literal)) for literal in self.present])
        mode = [
            next((way.mode for way, x in ways if len(ways) == 1 or read(x)), int(first))
            for ways, first in zip(self.ways, self.problem.mode_ptr[:-1], strict=True)
        ]
        start = np.array([read(x) for x in self.start])
        return RCPSPSolution(start=start, mode=np.array(mode) - self.problem.mode_ptr[:-1], left_out=~present)
