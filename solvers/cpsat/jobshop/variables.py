"""The decisions: a start for each operation, a literal for each of its ways.

All ways of an operation share its start; its length, and so its end, is linear in the literals of its ways.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.cpsat.building import Building
from schedsolve.solvers.cpsat.driver import Domain, Expression, Interval, Literal, Model, Read
from schedsolve.solvers.cpsat.jobshop.ways import Way, ways
from schedsolve.solvers.cpsat.working_time import union
from schedsolve.solvers.stop import Stop


@dataclass(eq=False)
class Visit:
    """An operation on a machine, occupying it for a positive time if ``literal`` holds."""

    operation: int
    literal: Literal


@dataclass(eq=False)
class Variables(Building):
    """The model under construction and what its constraints refer to, indexed by operation."""

    problem: JobShop
    horizon: int
    stop: Stop
    model: Model = field(default_factory=Model)
    ways: list[list[tuple[Way, Literal]]] = field(default_factory=list)
    start: list[Expression] = field(default_factory=list)
    end: list[Expression] = field(default_factory=list)
    departure: list[Expression] = field(default_factory=list)
    """When the machine is free again: the end, or with blocking a time not before it."""
    visits: dict[int, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    """The visits of each machine."""
    _machines: dict[int, dict[int, Literal]] = field(default_factory=dict)
    _intervals: dict[int, list[tuple[int, Interval]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.true = self.model.new_constant(1)
        self.false = ~self.true
        problem = self.problem
        downtimes = {
            k: [(a, b) for a, b in problem.downtimes(k).tolist()] for k in np.unique(problem.downtime_machine).tolist()
        }
        for operation in range(problem.num_operations):
            self.poll(operation)
            self._add_operation(operation, ways(problem, operation, self.horizon, downtimes))

    def _add_operation(self, operation: int, ways: list[Way]) -> None:
        model = self.model
        starts = union([way.starts for way in ways])
        start = model.new_int_var_from_domain(Domain.from_intervals(starts or [(0, 0)]), "")
        if len(ways) == 1:
            literals = [self.true]
        else:
            literals = [model.new_bool_var("") for _ in ways]
            model.add_exactly_one(literals)  # of none: infeasible, as it should be
        for way, literal in zip(ways, literals, strict=True):
            if way.starts != starts:
                domain = Domain.from_intervals(way.starts)
                model.add_linear_expression_in_domain(start, domain).only_enforce_if(literal)
        shortest = min((way.length for way in ways), default=0)
        longer = [
            (way.length - shortest) * literal
            for way, literal in zip(ways, literals, strict=True)
            if way.length > shortest
        ]
        self.start.append(start)
        self.end.append(start + shortest + sum(longer) if longer else start + shortest)
        self.departure.append(self.end[-1])
        self.ways.append(list(zip(ways, literals, strict=True)))

    def intervals(self, operation: int) -> list[tuple[int, Interval]]:
        """The intervals of an operation, each with its machine: one for each mode that takes time."""
        if operation not in self._intervals:
            self._intervals[operation] = [
                (way.machine, self.interval(self.start[operation], way.length, literal))
                for way, literal in self.ways[operation]
                if way.length > 0
            ]
        return self._intervals[operation]

    def both_done(self, a: int, b: int) -> bool:
        """Are they facts, between which rules are waived?"""
        return bool(self.problem.done[a] and self.problem.done[b])

    def any_of(self, literals: list[Literal]) -> Literal:
        """A literal that says that one of ``literals``, of which at most one can hold, does."""
        if len(literals) == 1:
            return literals[0]
        found = self.model.new_bool_var("")
        self.model.add_exactly_one([*literals, ~found])
        return found

    def machines_of(self, operation: int) -> dict[int, Literal]:
        """The machines that an operation can be on, each with the literal that says that it is."""
        if operation not in self._machines:
            by_machine = self.literals_by_machine(operation)
            if len(by_machine) == 1:
                self._machines[operation] = dict.fromkeys(by_machine, self.true)
            else:
                self._machines[operation] = {k: self.any_of(literals) for k, literals in by_machine.items()}
        return self._machines[operation]

    def literals_by_machine(self, operation: int, *, working: bool = False) -> dict[int, list[Literal]]:
        """The literals of an operation's ways; ``working``: only those of ways with a positive length."""
        found: dict[int, list[Literal]] = defaultdict(list)
        for way, literal in self.ways[operation]:
            if way.length > 0 or not working:
                found[way.machine].append(literal)
        return found

    def hint(self, solution: JobShopSolution) -> None:
        """Start the search from ``solution``; what follows from these decisions the solver finds itself."""
        decisions = zip(solution.start.tolist(), solution.alternative.tolist(), strict=True)
        for operation, (start, alternative) in enumerate(decisions):
            self.model.add_hint(self.start[operation], start)
            if len(self.ways[operation]) > 1:
                for way, literal in self.ways[operation]:
                    chosen = way.alternative == alternative and any(a <= start <= b for a, b in way.starts)
                    self.model.add_hint(literal, int(chosen))

    def decode(self, read: Read) -> JobShopSolution:
        """The schedule in a solution of the model."""
        alternative = [
            next(way.alternative for way, literal in ways if len(ways) == 1 or read(literal)) for ways in self.ways
        ]
        return JobShopSolution(start=np.array([read(s) for s in self.start]), alternative=np.array(alternative))
