"""Builds schedules of one project: lists, schemes, justification, and repair where a task comes too late."""

from __future__ import annotations

import numpy as np

from schedsolve.models.rcpsp import RCPSP, RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp.compiling import PLAIN, Schemes
from schedsolve.solvers.dispatch.rcpsp.layout import (
    BOUND_WIDTH,
    END,
    LATEST_END,
    LATEST_START,
    LEAST_END,
    LEAST_START,
    MODE,
    NEVER,
    PLACED_WIDTH,
    START,
    WIDTH,
    Vector,
)
from schedsolve.solvers.dispatch.rcpsp.modes import Selection
from schedsolve.solvers.dispatch.rcpsp.priority import Values
from schedsolve.solvers.dispatch.rcpsp.project import Project, Tables, compiled, limit, mirrored


class Builder:
    """Schedules of a project with a selection of tasks and modes, made by plain or by compiled ``schemes``.

    A schedule is a table ``placed`` (``layout``). ``count`` counts the schedules that were made.
    """

    def __init__(self, problem: RCPSP, project: Project, selection: Selection, schemes: Schemes, seed: int):
        self.problem = problem
        self.project = project
        self.schemes = schemes
        self.plain = schemes is PLAIN
        self.tables = project.tables if self.plain else compiled(project.tables)
        self.present = selection.present
        self.initial_mode = selection.free(problem)
        self.initial_spare = selection.spare(problem)
        self.random = self._ints([1 + seed % 2147483646])
        self.count = 0
        n = problem.num_tasks
        self._rooms = [self._ints([0] * n) for _ in range(3)]
        self._level = self._ints([0] * project.tables.base[WIDTH])
        self._profile = self._ints([0] * project.room)
        self._mirror = mirrored(project).tables if project.mirrors else None
        if self._mirror is not None and not self.plain:
            self._mirror = compiled(self._mirror)

    def order(self, key: Values, *, sampled: bool = False) -> Vector | None:
        """The list that the values of a rule give, or one drawn by regret; None where reservoirs leave none."""
        t = self.tables
        order = self._ints([0] * self.problem.num_tasks)
        mode = self._ints(self.initial_mode)
        random = self.random if sampled else self._ints([0])
        eligible, waiting, _ = self._rooms
        rows = (t.tasks, t.modes, t.arcs, t.lists, t.base)
        done = self.schemes.listed(*rows, self._floats(key), mode, eligible, waiting, self._level, random, order)
        return order if done else None

    def serial(self, order: Vector, mode: Vector | None = None, *, onward: bool = False) -> Vector | None:
        """The schedule of a list; None where a task found no room. Modes are chosen unless ``mode`` tells them."""
        choose = mode is None and self.problem.is_multi_mode
        chosen = self._ints(self.initial_mode if mode is None else mode)
        return self._serial(self.tables, order, chosen, choose=choose, onward=onward)

    def parallel(self, key: Values, *, worst_case: bool = False) -> Vector | None:
        """The parallel scheme's schedule for the values of a rule; None where a task found no room."""
        self.count += 1
        t = self.tables
        placed = self._ints([0] * (PLACED_WIDTH * self.problem.num_tasks))
        rows = (t.tasks, t.modes, t.arcs, t.lists, t.bounds, t.base)
        state = (self._floats(key), self._ints(self.initial_mode), worst_case, *self._rooms, placed, self._profile)
        return placed if self.schemes.parallel(*rows, *state) else None

    def justified(self, placed: Vector, latest: list[int]) -> Vector | None:
        """All tasks as late as possible, none ending after ``latest`` (n), then as early as possible.

        Double justification: no task of a feasible schedule then ends after ``latest`` either (V. Valls, F. Ballestin
        and S. Quintanilla, European Journal of Operational Research 165 (2005) 375-386).
        """
        if self._mirror is None:
            return None
        limit(self._mirror, self.tables, latest)
        mode = self._modes_of(placed)
        late = self._serial(self._mirror, self._by(placed, END, -1, self.project.order[::-1]), mode)
        if late is None:
            return None
        return self._serial(self.tables, self._by(late, END, -1, self.project.order), mode)

    def repaired(self, order: Vector, steps: int) -> Vector | None:
        """The schedule of a list in which tasks that come too late are dealt with, ``steps`` times at most.

        A task too late for one placed before it pushes that one back (K. Neumann, C. Schwindt and J. Zimmermann,
        Project Scheduling with Time Windows and Scarce Resources, 2003, section 2.6: unscheduling); one that
        misses its deadline moves to the front of the list, with all that it has to wait for. The bounds of the
        project are put back in the end. None where that did not help.
        """
        given = self._ints(self.tables.bounds)
        try:
            for _ in range(steps):
                placed = self.serial(order)
                if placed is None:
                    return None
                pushed = self._push_back(placed)
                missed = None if pushed else self._first_missed(placed)
                if not pushed and missed is None:
                    return placed
                if missed is not None:
                    moved = self._moved_forward(order, missed)
                    if moved == list(order):
                        return None
                    order = self._ints(moved)
                    self.tables.bounds[:] = given
            return None
        finally:
            self.tables.bounds[:] = given

    def solution(self, placed: Vector) -> RCPSPSolution:
        """The schedule in the terms of the model."""
        table = np.array(placed).reshape(-1, PLACED_WIDTH)
        scheduled = table[:, START] < NEVER
        start = np.where(scheduled, table[:, START], 0)
        mode = np.where(scheduled, table[:, MODE], self.problem.mode_ptr[:-1])
        for i, (begin, _, m) in self.project.fixed.items():
            start[i], mode[i] = begin, m
        return RCPSPSolution(start=start, mode=mode - self.problem.mode_ptr[:-1], left_out=~self.present)

    def _serial(
        self, tables: Tables, order: Vector, mode: Vector, *, choose: bool = False, onward: bool = False
    ) -> Vector | None:
        self.count += 1
        placed = self._ints([0] * (PLACED_WIDTH * self.problem.num_tasks))
        spare = self._ints(self.initial_spare)
        return (
            placed if self.schemes.serial(*tables, order, mode, spare, choose, onward, placed, self._profile) else None
        )

    def _modes_of(self, placed: Vector) -> Vector:
        rows = enumerate(self.initial_mode)
        return self._ints([m if m < 0 else int(placed[i * PLACED_WIDTH + MODE]) for i, m in rows])

    def _by(self, placed: Vector, column: int, sign: int, base: list[int]) -> Vector:
        """The tasks sorted by a time in ``placed``, in the order of ``base`` where equal, so that links are kept."""
        time = {i: sign * int(placed[i * PLACED_WIDTH + column]) for i in base}
        if self.project.sortable:
            return self._ints(sorted(base, key=time.__getitem__))
        return self._ints(self._linked(time, base))

    def _linked(self, time: dict[int, int], base: list[int]) -> list[int]:
        """The same where links may point back in time: no task before one that it has to wait for."""
        from heapq import heapify, heappop, heappush

        rank = {task: k for k, task in enumerate(base)}
        waiting = dict.fromkeys(base, 0)
        behind: dict[int, list[int]] = {i: [] for i in base}
        for a, _, b, _, _ in self.project.arcs:
            a, b = (a, b) if rank[a] < rank[b] else (b, a)
            behind[a].append(b)
            waiting[b] += 1
        heap = [(time[i], rank[i]) for i in base if not waiting[i]]
        heapify(heap)
        order = []
        while heap:
            i = base[heappop(heap)[1]]
            order.append(i)
            for j in behind[i]:
                waiting[j] -= 1
                if not waiting[j]:
                    heappush(heap, (time[j], rank[j]))
        return order

    def _push_back(self, placed: Vector) -> bool:
        """Raise the bounds of tasks that others, placed later, came too late for."""
        pushed = False
        if not self.project.cyclic:
            return False
        for a, of_a, b, of_b, lag in self.project.arcs:
            begin_a, begin_b = placed[a * PLACED_WIDTH + START], placed[b * PLACED_WIDTH + START]
            if begin_a >= NEVER or begin_b >= NEVER:
                continue
            least = placed[a * PLACED_WIDTH + of_a] + lag
            if placed[b * PLACED_WIDTH + of_b] < least:
                k = b * BOUND_WIDTH + (LEAST_START if of_b == START else LEAST_END)
                self.tables.bounds[k] = max(self.tables.bounds[k], least)
                pushed = True
        return pushed

    def _first_missed(self, placed: Vector) -> int | None:
        """The first task that starts or ends later than it may."""
        bounds = self.tables.bounds
        missed = [
            (placed[i * PLACED_WIDTH + START], i)
            for i in range(self.problem.num_tasks)
            if placed[i * PLACED_WIDTH + START] < NEVER
            and (
                placed[i * PLACED_WIDTH + START] > bounds[i * BOUND_WIDTH + LATEST_START]
                or placed[i * PLACED_WIDTH + END] > bounds[i * BOUND_WIDTH + LATEST_END]
            )
        ]
        return min(missed)[1] if missed else None

    def _moved_forward(self, order: Vector, task: int) -> list[int]:
        """The list with a task, and all that it has to wait for, moved to the front."""
        before = {task}
        rank = {int(i): k for k, i in enumerate(order)}
        arcs = sorted(self.project.arcs, key=lambda arc: -rank[arc[2]])
        for a, _, b, _, _ in arcs:
            if b in before and rank[a] < rank[b]:
                before.add(a)
        tasks = [int(i) for i in order]
        return [i for i in tasks if i in before] + [i for i in tasks if i not in before]

    def _ints(self, values: Vector) -> Vector:
        return list(values) if self.plain else np.array(values, dtype=np.int64)

    def _floats(self, values: Values) -> Vector:
        return values if self.plain else np.array(values, dtype=np.float64)


def meets_bounds(problem: RCPSP, project: Project) -> bool:
    """Is every schedule of the schemes valid, or may a deadline, a maximum lag or the end of time be missed?"""
    bounds = project.tables.bounds
    open_ended = all(
        bounds[k + LATEST_START] >= NEVER and bounds[k + LATEST_END] >= NEVER
        for k in range(0, len(bounds), BOUND_WIDTH)
    )
    endless = FAR in problem.change_end or FAR in problem.break_end
    overfull = np.any(problem.reservoir_initial > problem.reservoir_maximum)
    fixed = np.any(problem.fixed_start != FAR)
    return open_ended and not (project.cyclic or endless or overfull or fixed)
