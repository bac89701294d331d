"""The values of the priority rules, from the links alone: heads, tails, what lies behind a task."""

from __future__ import annotations

from functools import cached_property
from math import log

import numpy as np

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp.layout import BOUND_WIDTH, END, LATEST_END, LATEST_START, LEAST_END, LEAST_START
from schedsolve.solvers.dispatch.rcpsp.project import Project

COUNTED = 20_000
"""Tasks up to which all those behind each task are told apart (sets of n bits); beyond, only those right behind."""

Lengths = list[int]
Values = list[int] | list[float]


class Network:
    """A project whose tasks have durations: those of the modes in ``mode``, -1 for tasks that do not count."""

    def __init__(self, problem: RCPSP, project: Project, mode: list[int], seed: int):
        self.problem = problem
        self.project = project
        self.seed = seed
        self.counts = [m >= 0 for m in mode]
        self.mode = [max(m, 0) for m in mode]
        durations = problem.duration.tolist()
        self.duration: Lengths = [durations[m] if m >= 0 else 0 for m in mode]
        self.arcs = [arc for arc in project.arcs if self.counts[arc[0]] and self.counts[arc[2]]]
        self._rank = {task: rank for rank, task in enumerate(project.order)}

    def values(self, rule: str) -> Values:
        """One value for each task; the smallest goes first."""
        p, due = self.duration, self.due
        match rule:
            case "lft":
                return self.latest_end
            case "lst" | "wcs":
                return self.latest_start
            case "mslk":
                return [late - early for late, early in zip(self.latest_start, self.earliest_start, strict=True)]
            case "mts":
                return [-b.bit_count() for b in self.behind]
            case "mis":
                return [-len(after) for after in self.after]
            case "grpw":
                return [-p[i] - sum(p[j] for j in after) for i, after in enumerate(self.after)]
            case "rpw":
                return [-p[i] - work for i, work in enumerate(self._over_all_behind(p))]
            case "wrup":
                return [-0.7 * len(after) - 0.3 * self.use[i] for i, after in enumerate(self.after)]
            case "grd":
                return [-length * use for length, use in zip(p, self.use, strict=True)]
            case "spt":
                return p
            case "lpt":
                return [-length for length in p]
            case "est":
                return self.earliest_start
            case "eft":
                return self._earliest_end
            case "fifo":
                return list(range(len(p)))
            case "random":
                shuffled: list[int] = np.random.default_rng(self.seed).permutation(len(p)).tolist()
                return shuffled
            case "edd":
                return due
            case "mdd":
                return [max(d, e) for d, e in zip(due, self._earliest_end, strict=True)]
            case "dslk":
                return [d - e for d, e in zip(due, self._earliest_end, strict=True)]
            case "wspt":
                return [length / weight for length, weight in zip(p, self._weight, strict=True)]
            case "atc":
                return self._tardiness_cost()
            case _:
                raise AssertionError(rule)

    @cached_property
    def earliest_start(self) -> Lengths:
        """Longest paths from the start of the project, release dates and fixed tasks included."""
        bounds, p = self.project.tables.bounds, self.duration
        start = [max(bounds[k + LEAST_START], bounds[k + LEAST_END] - p[k // BOUND_WIDTH]) for k in self._rows]
        arcs = sorted(self.arcs, key=lambda arc: self._rank[arc[0]])
        for _ in range(len(p) if self.project.cyclic else 1):
            changed = False
            for a, of_a, b, of_b, lag in arcs:
                least = start[a] + lag + (p[a] if of_a == END else 0) - (p[b] if of_b == END else 0)
                if least > start[b]:
                    start[b], changed = least, True
            if not changed:
                break
        return start

    @cached_property
    def latest_end(self) -> Lengths:
        """Ends by which the whole project can end as early as the links allow, or by deadlines where those are
        earlier."""
        return self._latest([max(self._earliest_end)] * len(self.duration))

    @cached_property
    def latest_start(self) -> Lengths:
        return [end - length for end, length in zip(self.latest_end, self.duration, strict=True)]

    @cached_property
    def due(self) -> Lengths:
        """Ends by which no task is late, neither this one nor one behind it. FAR would drown all else."""
        given = np.minimum(self.problem.due, self.problem.deadline)
        late = max(sum(self.duration) + max(self.earliest_start), int(given[given < FAR].max(initial=0)))
        return self._latest([end if end < FAR else late for end in given.tolist()])  # late may be beyond 2^63

    @cached_property
    def after(self) -> list[list[int]]:
        """The tasks right behind each task."""
        found: list[set[int]] = [set() for _ in self.duration]
        for a, _, b, _, _ in self.arcs:
            if self._rank[a] < self._rank[b]:
                found[a].add(b)
        return [sorted(tasks) for tasks in found]

    @cached_property
    def behind(self) -> list[int]:
        """All tasks behind each task, as sets of bits."""
        found = [0] * len(self.duration)
        for i in reversed(self.project.order):
            for j in self.after[i]:
                found[i] |= 1 << j | (found[j] if len(found) <= COUNTED else 0)
        return found

    @cached_property
    def use(self) -> list[float]:
        """Shares of the capacities that each task demands, added up."""
        shares = self.problem.demand[self.mode] / np.maximum(1, self.problem.capacity)
        added: list[float] = shares.sum(axis=1).tolist()
        return added

    @property
    def _rows(self) -> range:
        return range(0, len(self.duration) * BOUND_WIDTH, BOUND_WIDTH)

    @cached_property
    def _earliest_end(self) -> Lengths:
        return [start + length for start, length in zip(self.earliest_start, self.duration, strict=True)]

    @cached_property
    def _weight(self) -> list[float]:
        """Weight of each task and of all behind it, above 0."""
        own = self.problem.weight.tolist()
        return [max(1e-9, weight + more) for weight, more in zip(own, self._over_all_behind(own), strict=True)]

    def _latest(self, end: Lengths) -> Lengths:
        """Latest ends, no later than ``end`` and the bounds, that leave time for all that is behind."""
        bounds, p = self.project.tables.bounds, self.duration
        end = [
            min(end[k // BOUND_WIDTH], bounds[k + LATEST_END], bounds[k + LATEST_START] + p[k // BOUND_WIDTH])
            for k in self._rows
        ]
        arcs = sorted(self.arcs, key=lambda arc: -self._rank[arc[2]])
        for _ in range(len(p) if self.project.cyclic else 1):
            changed = False
            for a, of_a, b, of_b, lag in arcs:
                latest = end[b] - lag - (0 if of_b == END else p[b]) + (0 if of_a == END else p[a])
                if latest < end[a]:
                    end[a], changed = latest, True
            if not changed:
                break
        return end

    def _over_all_behind(self, amount: list[int]) -> list[int]:
        """The sum of ``amount`` over all tasks behind each task."""
        n = len(amount)
        if n > COUNTED:
            return [sum(amount[j] for j in after) for after in self.after]
        size = (n + 7) // 8
        packed = np.frombuffer(b"".join(b.to_bytes(size, "little") for b in self.behind), dtype=np.uint8)
        bits = packed.reshape(n, size)
        given = np.array(amount, dtype=np.float64)
        sums = [np.unpackbits(bits[i], count=n, bitorder="little") @ given for i in range(n)]
        return [int(value) for value in sums]

    def _tardiness_cost(self) -> list[float]:
        p, mean = self.duration, max(1.0, sum(self.duration) / len(self.duration))
        return [
            log(max(p[i], 0.5) / self._weight[i]) + max(0, self.due[i] - end) / (2 * mean)
            for i, end in enumerate(self._earliest_end)
        ]
