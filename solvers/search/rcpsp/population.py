"""A population of schedules of one project: its arrays, and the steps of its life."""

from __future__ import annotations

import numpy as np

from schedsolve.models.rcpsp import RCPSP, RCPSPSolution, Schedule
from schedsolve.solvers.compiling.kernels import Kernels
from schedsolve.solvers.dispatch.rcpsp import project as projects
from schedsolve.solvers.dispatch.rcpsp.layout import (
    BOUND_WIDTH,
    END,
    LATEST_END,
    LATEST_START,
    NEVER,
    PLACED_WIDTH,
    START,
    WIDTH,
)
from schedsolve.solvers.dispatch.rcpsp.modes import Selection, select
from schedsolve.solvers.dispatch.rcpsp.priority import Network
from schedsolve.solvers.dispatch.rcpsp.project import Project, compiled, make_project, mirrored
from schedsolve.solvers.search.rcpsp import aims, generation
from schedsolve.solvers.search.rcpsp.arrays import Array, Goal, make_genes, make_rooms


class Population:
    """The individuals of one thread. ``made`` counts schedules."""

    def __init__(
        self, problem: RCPSP, project: Project, selection: Selection, size: int, rates: tuple[float, ...], seed: int
    ):
        n = problem.num_tasks
        self.problem, self.project, self.selection = problem, project, selection
        self.tables = compiled(project.tables)
        self.mirror = compiled((mirrored(project) if project.mirrors else project).tables)
        projects.limit(self.mirror, self.tables, [0] * n)  # where there are two sides, one ends at time 0
        self.goal = make_goal(problem, project)
        self.two_sides = two_sides(problem, project)
        regular = not any(level.measure == "completion_time" for level in problem.levels)
        traits = {
            generation.TWO_SIDES: self.two_sides,
            generation.JUSTIFY: project.mirrors and regular and not self.two_sides,
            generation.BOTH_SCHEMES: not project.cyclic and not project.has_stocks,
            generation.SORTABLE: project.sortable,
            generation.CYCLIC: project.cyclic,
            generation.STOCKS: project.has_stocks,
        }
        self.traits = np.array([traits[k] for k in range(len(traits))], dtype=np.int64)
        self.rates = np.array(rates, dtype=np.float64)
        self.base = np.array([project.order, project.order[::-1]], dtype=np.int64)
        free = selection.free(problem)
        self.rule = np.array(Network(problem, project, free, seed).values("lft"), dtype=np.float64)
        shares = (problem.demand / np.maximum(1, problem.capacity)).sum(axis=1)
        self.work = problem.duration * shares
        levels = len(self.goal.aims) // 2
        self.genes = make_genes(1 + self.two_sides, size, n, levels)
        # At all times each list holds each task once, and keeps the links: crossover relies on it.
        self.genes.order[:] = self.base[: 1 + self.two_sides, None]
        self.genes.mode[:] = free
        self.genes.value[:] = NEVER
        self.founding = True
        self.rooms = make_rooms(
            n, len(problem.budget), levels, len(self.tables.bounds), project.room, project.tables.base[WIDTH], seed
        )
        self.size = size
        self.side = 0
        self.made = 0
        self.at = 0
        """Individuals of the generation now being made that are done."""
        (self.generation,) = KERNELS.functions()

    @property
    def best(self) -> tuple[int, ...]:
        """The levels of the best individual; all NEVER before there is one."""
        return tuple(self.genes.value[self._best].tolist())

    @property
    def objectives(self) -> tuple[int, ...]:
        """Those of the best individual."""
        return self.best[len(self.best) - len(self.problem.levels) :]

    @property
    def price(self) -> int:
        """Schedules made for one individual, at most."""
        if self.project.cyclic:
            return generation.PUSHES
        if self.two_sides:  # a new best one is made again in the direction of time
            return 2
        return 3 if self.traits[generation.JUSTIFY] else 1

    @property
    def is_valid(self) -> bool:
        """Does the best individual keep budgets, deadlines and maximum lags?"""
        hard = [level for level, aim in enumerate(self.goal.aims[::2]) if aim in (aims.LACKING, aims.TOO_LATE)]
        return self.best[0] < NEVER and not any(self.best[level] for level in hard)

    def go_on(self, individuals: int, flag: Array) -> None:
        """Make the next individuals: of the first generation, else of the one being made."""
        last = min(self.size, self.at + max(1, individuals))
        state = (self.tables, self.mirror, self.goal, self.genes, self.rooms)
        given = (self.traits, self.rates, self.rule, self.base, self.work)
        side = generation.FOUNDING if self.founding else self.side
        self.made += self.generation(*state, *given, side, self.at, last, flag)
        self.at = last
        if self.at == self.size:
            if self.two_sides and not self.founding:
                self.side = 1 - self.side
            self.at, self.founding = 0, False

    def solution(self) -> RCPSPSolution:
        """The schedule of the best individual."""
        side, p = self._best
        mode = np.where(self.genes.mode[side, p] >= 0, self.genes.mode[side, p], self.selection.mode)
        start = self.genes.time[side, p].copy()
        if self.two_sides:  # then nothing pauses, and ends are kept; those of the second side are times backwards
            start = start - self.problem.duration[mode] if side == 0 else self.best[-1] - start
        start[self.genes.mode[side, p] < 0] = 0
        for i, (begin, _, _) in self.project.fixed.items():
            start[i] = begin
        left_out = ~self.selection.present
        return RCPSPSolution(start=start, mode=mode - self.problem.mode_ptr[:-1], left_out=left_out)

    def adopt(self, solution: RCPSPSolution) -> None:
        """Take in a schedule found elsewhere, of the same tasks, in place of the worst individual."""
        if np.any(solution.left_out == self.selection.present):
            return
        schedule = Schedule(self.problem, solution)
        free = np.array(self.selection.free(self.problem)) >= 0
        self.rooms.mode[:] = np.where(free, schedule.mode, -1)
        placed = self.rooms.placed.reshape(-1, PLACED_WIDTH)
        placed[:, START] = np.where(free, schedule.start, NEVER)
        placed[:, END] = schedule.end
        self.rooms.spare[:] = 0
        worst = int(np.lexsort(self.genes.value[0].T[::-1])[-1])
        generation.adopt(self.tables, self.goal, self.genes, self.rooms, self.traits, self.base, worst)

    @property
    def _best(self) -> tuple[int, int]:
        value = self.genes.value.reshape(-1, self.genes.value.shape[-1])
        side, p = divmod(int(np.lexsort(value.T[::-1])[0]), self.size)
        return side, p


def two_sides(problem: RCPSP, project: Project) -> bool:
    """May schedules be made backwards in time, from whatever end, and be shifted to where they belong?"""
    steady = not (problem.change_start.size or project.has_breaks or project.fixed or is_bounded(project))
    return steady and project.mirrors and problem.objective == ("makespan",)


def is_bounded(project: Project) -> bool:
    """Can tasks come too late?"""
    bounds = np.array(project.tables.bounds).reshape(-1, BOUND_WIDTH)
    return project.cyclic or bool(np.any(bounds[:, [LATEST_START, LATEST_END]] < NEVER))


def make_goal(problem: RCPSP, project: Project) -> Goal:
    """Budgets and bounds come first, then the objectives."""
    rows = [(aims.LACKING, 0)] if len(problem.budget) else []
    rows += [(aims.TOO_LATE, 0)] if is_bounded(project) else []
    rows += [(aims.AIMS[level.measure], int(level.weighted)) for level in problem.levels]
    decided = [[mode for i, (_, _, mode) in project.fixed.items() if problem.done[i] == done] for done in (False, True)]
    used, gone = (problem.consumption[modes].sum(axis=0) for modes in decided)
    given = (rows, problem.due, problem.weight, problem.budget - used - np.minimum(gone, problem.budget))
    arrays = (np.array(array, dtype=np.int64) for array in given)
    flat, due, weight, budget = arrays
    return Goal(flat.ravel(), due, weight, budget)


def _call_each() -> None:
    one = np.ones(1, dtype=np.int64)
    problem = RCPSP(mode_ptr=np.arange(2), duration=one, capacity=one, demand=one.reshape(1, 1))
    selection = select(problem, 0)
    assert selection is not None
    project = make_project(problem, selection.fixed(problem))
    population = Population(problem, project, selection, size=2, rates=(0.5, 0.5, 0.5, 0.5), seed=0)
    for _ in range(3):
        population.go_on(2, np.zeros(1, dtype=np.uint8))


KERNELS = Kernels(__name__, (generation.generation,), _call_each)
