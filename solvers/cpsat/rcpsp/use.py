"""How much of a renewable resource is in use at each time: for the objectives that add it up over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schedsolve.solvers.cpsat.driver import Expression, Literal
from schedsolve.solvers.cpsat.rcpsp.variables import Variables
from schedsolve.solvers.cpsat.rcpsp.ways import Way


class Use:
    """Use over time, by literals "this task has begun in this way by time t"."""

    def __init__(self, v: Variables):
        self.v = v
        self._begun: dict[tuple[int, int, int], Literal] = {}

    def of(self, resource: int) -> Iterator[tuple[int, Expression, int]]:
        """Each time at which a resource may be in use, with its use and an upper limit of that."""
        v, demand = self.v, self.v.problem.demand[:, resource]
        terms: dict[int, list[Expression]] = defaultdict(list)
        most: dict[int, int] = defaultdict(int)
        for task, ways in enumerate(v.ways):
            v.poll()
            highest: dict[int, int] = {}
            for at, (way, literal) in enumerate(ways):
                units = int(demand[way.mode])
                if units == 0 or way.length == 0:
                    continue
                low, high = way.starts[0][0], way.starts[-1][1]
                for time in range(low, high + way.length):
                    works = self._has_begun(task, at, way, literal, time)
                    over = self._has_begun(task, at, way, literal, time - way.length)
                    terms[time].append(units * works - units * over)
                    highest[time] = max(highest.get(time, 0), units)
            for time, units in highest.items():
                most[time] += units
        for time in sorted(terms):
            yield time, sum(terms[time]), most[time]

    def _has_begun(self, task: int, at: int, way: Way, literal: Literal, time: int) -> Expression:
        """1 where the task is done in its way number ``at`` and starts by ``time``."""
        if time < way.starts[0][0]:
            return 0
        if time >= way.starts[-1][1]:
            return literal
        key = (task, at, time)
        if key not in self._begun:
            v = self.v
            begun = self._begun[key] = v.model.new_bool_var("")
            v.model.add(v.start[task] <= time).only_enforce_if(begun)
            v.given(v.model.add(v.start[task] > time), ~begun, literal)
            if literal is not v.true:
                v.model.add_implication(begun, literal)
        return self._begun[key]
