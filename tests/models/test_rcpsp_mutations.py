"""Valid schedules of projects, each broken in one named way by construction: the checker must name that rule.

``SCHEDSOLVE_TEST_SCALE=5 pytest -s tests/models/test_rcpsp_mutations.py`` breaks five times as many, and counts them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import combinations
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule, violations
from schedsolve.models.record import FAR

FAMILY = "rcpsp"
CASES = 700 * int(os.environ.get("SCHEDSOLVE_TEST_SCALE", "1"))


class NotHere(Exception):
    """This schedule has nothing that could be broken in this way."""


@dataclass
class Case:
    """A valid schedule about to be broken."""

    problem: RCPSP
    solution: RCPSPSolution
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.problem, self.solution)

    def pick(self, candidates: Any) -> Any:
        candidates = list(candidates)
        if not candidates:
            raise NotHere
        return candidates[self.rng.integers(len(candidates))]

    def some(self, low: int, high: int) -> int:
        """A number from ``low`` to ``high - 1``."""
        return int(self.rng.integers(low, high))

    def task(self, wanted: Any) -> int:
        """One of the tasks that are to be done, not done already, and for which the mask ``wanted`` holds."""
        return int(self.pick(np.flatnonzero(wanted & self.schedule.present & ~self.problem.done)))

    def started(self, task: int, time: int) -> RCPSPSolution:
        start = self.solution.start.copy()
        start[task] = time
        return replace(self.solution, start=start)

    def length(self, task: int) -> int:
        """What the task takes with its pauses."""
        return int(self.schedule.end[task] - self.schedule.start[task])

    def is_used_at(self, resource: int, time: int) -> bool:
        """Does a task that is not done hold units of it?"""
        s = self.schedule
        at_work = s.works & ~self.problem.done & (s.start <= time) & (time < s.end)
        return bool(np.any(self.problem.demand[s.mode[at_work], resource]))

    def is_open(self, reservoir: int) -> bool:
        """Have the tasks that are done left it alone?"""
        p, modes = self.problem, self.schedule.mode[self.problem.done]
        return not np.any(p.withdrawal[modes, reservoir]) and not np.any(p.delivery[modes, reservoir])

    def moves(self, task: int) -> bool:
        """Does the end move with the start, as it does without pauses?"""
        pauses = any(task in tasks for tasks in self.schedule.by_calendars.values()) and self.problem.pause[task]
        return not pauses and not self.problem.done[task]


Broken = RCPSPSolution | tuple[RCPSP, RCPSPSolution]
MUTATIONS: list[tuple[str, Callable[[Case], Broken]]] = []


def breaks(code: str) -> Callable[[Callable[[Case], Broken]], Callable[[Case], Broken]]:
    def register(mutation: Callable[[Case], Broken]) -> Callable[[Case], Broken]:
        MUTATIONS.append((code, mutation))
        return mutation

    return register


@breaks("shape")
def wrong_number_of_starts(case: Case) -> Broken:
    start = case.solution.start
    return RCPSPSolution(start=start[:-1] if case.some(0, 2) else [*start, 0])


@breaks("mode")
def mode_out_of_range(case: Case) -> Broken:
    i = case.some(0, case.problem.num_tasks)
    count = int(np.diff(case.problem.mode_ptr)[i])
    mode = case.solution.mode.copy()
    mode[i] = case.pick([-1, count, count + 7])
    return replace(case.solution, mode=mode)


@breaks("left_out")
def left_out_what_must_be_done(case: Case) -> Broken:
    must = ~case.problem.optional | (case.problem.fixed_start != FAR)
    left_out = case.solution.left_out.copy()
    left_out[case.pick(np.flatnonzero(must))] = True
    return replace(case.solution, left_out=left_out)


@breaks("choice")
def none_or_two_of_a_choice(case: Case) -> Broken:
    left_out = case.solution.left_out.copy()
    i = case.pick(case.pick(case.problem.choices()))
    left_out[i] = not left_out[i]
    return replace(case.solution, left_out=left_out)


@breaks("release")
def started_before_release(case: Case) -> Broken:
    i = case.task(True)
    return case.started(i, int(case.problem.release[i]) - case.some(1, 5))


@breaks("deadline")
def ended_after_deadline(case: Case) -> Broken:
    deadline = np.minimum(case.problem.deadline, case.problem.project_deadline)
    i = case.task(deadline != FAR)
    return case.started(i, int(deadline[i] - case.schedule.duration[i]) + case.some(1, 5))


@breaks("deadline")
def waited_for_ever(case: Case) -> Broken:
    return case.started(case.task(case.schedule.works), FAR)


@breaks("fixed")
def moved_from_fixed_start(case: Case) -> Broken:
    i = int(case.pick(np.flatnonzero((case.problem.fixed_start != FAR) & case.schedule.present)))
    return case.started(i, int(case.solution.start[i]) + case.pick([-2, -1, 1, 2]))


@breaks("fixed")
def another_mode_than_the_fixed_one(case: Case) -> Broken:
    problem, count = case.problem, np.diff(case.problem.mode_ptr)
    i = int(case.pick(np.flatnonzero((problem.fixed_mode >= 0) & (count > 1) & case.schedule.present)))
    mode = case.solution.mode.copy()
    mode[i] = case.pick(m for m in range(count[i]) if m != problem.fixed_mode[i])
    return replace(case.solution, mode=mode)


def link(case: Case, limit: Any, *, later: bool) -> tuple[int, int, int]:
    """A link that counts, with that limit, by which one task can be moved: the link, that task, where the other is."""
    p, s = case.problem, case.schedule
    found = []
    for k in np.flatnonzero(limit).tolist():
        a, b = int(p.link_from[k]), int(p.link_to[k])
        moved = b if later else a
        if s.present[a] and s.present[b] and case.moves(moved):
            kind = LINK_KINDS[p.link_kind[k]]
            other, end = (a, kind[0]) if later else (b, kind[1])
            found.append((k, moved, int(s.end[other] if end == "F" else s.start[other])))
    return case.pick(found)  # type: ignore[no-any-return]


def at_link(case: Case, k: int, moved: int, time: int) -> Broken:
    """The task moved so that the end of it which counts is at ``time``."""
    kind = LINK_KINDS[case.problem.link_kind[k]]
    letter = kind[1] if moved == case.problem.link_to[k] else kind[0]
    return case.started(moved, time - (case.length(moved) if letter == "F" else 0))


@breaks("min_lag")
def came_too_early(case: Case) -> Broken:
    k, moved, at = link(case, case.problem.min_lag > -FAR, later=True)
    return at_link(case, k, moved, at + int(case.problem.min_lag[k]) - case.some(1, 5))


@breaks("min_lag")
def moved_towards_its_successor(case: Case) -> Broken:
    k, moved, at = link(case, case.problem.min_lag > -FAR, later=False)
    return at_link(case, k, moved, at - int(case.problem.min_lag[k]) + case.some(1, 5))


@breaks("max_lag")
def came_too_late(case: Case) -> Broken:
    k, moved, at = link(case, case.problem.max_lag < FAR, later=True)
    return at_link(case, k, moved, at + int(case.problem.max_lag[k]) + case.some(1, 5))


@breaks("max_lag")
def moved_away_from_its_successor(case: Case) -> Broken:
    k, moved, at = link(case, case.problem.max_lag < FAR, later=False)
    return at_link(case, k, moved, at - int(case.problem.max_lag[k]) - case.some(1, 5))


@breaks("capacity")
def fewer_units_than_in_use(case: Case) -> Broken:
    """The peak of a resource, with a unit less for a time within it."""
    r = case.some(0, case.problem.num_resources)
    times, use = case.schedule.use(r)
    at = case.pick(k for k, time in enumerate(times.tolist()) if case.is_used_at(r, time))
    low, high = int(times[at]), int(times[at + 1])
    moment = case.some(low, high)
    p = case.problem
    changed = replace(
        p,
        change_resource=[*p.change_resource, r],
        change_start=[*p.change_start, moment],
        change_end=[*p.change_end, moment + case.some(1, 4)],
        change_capacity=[*p.change_capacity, case.some(0, int(use[at]))],
    )
    return changed, case.solution


@breaks("capacity")
def moved_where_there_is_too_little(case: Case) -> Broken:
    """Beside another task, in the middle of which the two ask for more than there is at any time."""
    p, s = case.problem, case.schedule
    pairs = []
    for r in range(p.num_resources):
        most = max([int(p.capacity[r]), *p.changes(r)[:, 2].tolist()])
        demand = p.demand[s.mode, r]
        for a, b in combinations(np.flatnonzero(s.works).tolist(), 2):
            if demand[a] + demand[b] > most and min(demand[a], demand[b]) > 0:
                pairs += [(x, y) for x, y in ((a, b), (b, a)) if not p.done[x]]
    moved, other = case.pick(pairs)
    return case.started(moved, case.some(int(s.start[other]), int(s.end[other])))


@breaks("budget")
def smaller_budget(case: Case) -> Broken:
    p, s = case.problem, case.schedule
    used = p.consumption[s.mode[s.present]].sum(axis=0)
    k = case.pick(np.flatnonzero(p.consumption[s.mode[s.present & ~p.done]].sum(axis=0)))
    budget = p.budget.copy()
    budget[k] = used[k] - case.some(1, used[k] + 1)
    return replace(p, budget=budget), case.solution


@breaks("reservoir_empty")
def less_at_the_outset(case: Case) -> Broken:
    p = case.problem
    lowest = [
        min([int(p.reservoir_initial[v]), *case.schedule.level(v)[1].tolist()]) for v in range(len(p.reservoir_initial))
    ]
    v = case.pick(v for v, level in enumerate(lowest) if level < p.reservoir_initial[v] and case.is_open(v))
    initial = p.reservoir_initial.copy()
    initial[v] -= lowest[v] + 1
    if initial[v] < 0:
        raise NotHere
    return replace(p, reservoir_initial=initial), case.solution


@breaks("reservoir_full")
def less_room(case: Case) -> Broken:
    p = case.problem
    highest = [
        max([int(p.reservoir_initial[v]), *case.schedule.level(v)[1].tolist()]) for v in range(len(p.reservoir_initial))
    ]
    v = case.pick(v for v, level in enumerate(highest) if level > 0 and case.is_open(v))
    maximum = p.reservoir_maximum.copy()
    maximum[v] = highest[v] - case.some(1, highest[v] + 1)
    return replace(p, reservoir_maximum=maximum), case.solution


@breaks("overlap")
def moved_into_another_of_the_group(case: Case) -> Broken:
    s = case.schedule
    pairs = [
        (a, b)
        for group in case.problem.groups()
        for a in group
        for b in group
        if a != b and s.works[a] and s.works[b] and not case.problem.done[b]
    ]
    a, b = case.pick(pairs)
    return case.started(b, case.some(int(s.start[a]), int(s.end[a])))


@breaks("break")
def moved_into_a_break(case: Case) -> Broken:
    calendars, tasks = case.pick(case.schedule.by_calendars.items())
    low, high = case.pick(case.problem.breaks(*calendars).tolist())
    i = int(case.pick(tasks[~case.problem.done[tasks]]))
    first = low if case.problem.pause[i] else low - int(case.schedule.duration[i]) + 1
    return case.started(i, case.some(first, high))


def codes_of(case: Case, broken: Broken) -> set[str]:
    problem, solution = broken if isinstance(broken, tuple) else (case.problem, broken)
    return {v.code for v in violations(problem, solution)}


def documented_codes() -> set[str]:
    """The codes of the table in the checker's docstring."""
    text = import_module("schedsolve.models.rcpsp.violations").__doc__ or ""
    rows = [line for line in text.splitlines() if line.startswith("``")]
    return {word.strip("`,") for row in rows for word in row.split("  ")[0].split()}


def test_every_mutation_is_caught_by_its_code(hidden: ModuleType) -> None:
    caught: Counter[str] = Counter()
    for seed in range(CASES):
        problem, solution = hidden.case(seed)
        assert violations(problem, solution) == []
        for code, mutation in MUTATIONS:
            case = Case(problem, solution, np.random.default_rng([seed, len(caught)]))
            try:
                broken = mutation(case)
            except NotHere:
                continue
            assert code in codes_of(case, broken), (mutation.__name__, seed, problem.to_json(), broken)
            caught[mutation.__name__] += 1
    print(f"{sum(caught.values())} mutated schedules: {dict(caught)}")
    assert sum(caught.values()) >= 8_000
    assert all(caught[mutation.__name__] >= 20 for _, mutation in MUTATIONS), caught
    assert {code for code, _ in MUTATIONS} == documented_codes()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_chains_broken_by_hypothesis(data: Any) -> None:
    """Tasks one after the other on one unit: whatever hypothesis draws, one moved into another breaks the capacity,
    and the precedence where it was moved before its predecessor's end."""
    duration = data.draw(st.lists(st.integers(1, 9), min_size=2, max_size=6))
    n = len(duration)
    slack = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    problem = RCPSP(
        mode_ptr=range(n + 1),
        duration=duration,
        capacity=[1],
        demand=[[1]] * n,
        link_from=range(n - 1),
        link_to=range(1, n),
    )
    start = np.cumsum([0, *duration[:-1]]) + np.cumsum(slack)
    assert violations(problem, RCPSPSolution(start=start)) == []
    a, b = data.draw(st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True))
    moved = start.copy()
    moved[b] = start[a] + data.draw(st.integers(0, duration[a] - 1))
    assert {v.code for v in violations(problem, RCPSPSolution(start=moved))} == {"capacity", "min_lag"}
