"""Random small projects over all features, built around a schedule that is valid by construction.

First the breaks, then a schedule that keeps them, then all other rules so that the schedule just keeps them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule
from schedsolve.models.record import FAR

Case = tuple[RCPSP, RCPSPSolution]


def case(seed: int) -> Case:
    """A random project and a valid schedule of it."""
    rng = np.random.default_rng(seed)
    fields = _tasks(rng)
    problem = RCPSP(**fields)
    solution = _schedule(problem, rng)
    schedule = Schedule(problem, solution)
    for rules in (_past, _windows, _links, _renewable, _budget, _reservoir, _groups, _choices):
        fields |= rules(problem, schedule, rng)
        if rules is _past:  # what is done does not pause
            problem = RCPSP(**fields)
            schedule = Schedule(problem, solution)
    return RCPSP(**fields), solution


def _tasks(rng: np.random.Generator) -> dict[str, Any]:
    """Tasks, modes, demands and calendars; no rule that tasks share."""
    n, resources, calendars = int(rng.integers(2, 7)), int(rng.integers(1, 3)), int(rng.integers(0, 3))
    sizes = rng.integers(1, 3, n) if rng.random() < 0.5 else np.ones(n, dtype=int)
    modes = int(sizes.sum())
    begin = rng.integers(0, 20, 4 * calendars)
    return {
        "mode_ptr": np.concatenate([[0], np.cumsum(sizes)]),
        "duration": np.where(rng.random(modes) < 0.15, 0, rng.integers(1, 6, modes)),
        "demand": rng.integers(0, 4, (modes, resources)),
        "capacity": np.full(resources, 100),
        "resource_cost": rng.integers(0, 4, resources),
        "resource_target": rng.integers(0, 4, resources),
        "num_calendars": calendars,
        "break_calendar": rng.integers(0, max(1, calendars), 4 * calendars),
        "break_start": begin,
        "break_end": begin + rng.integers(1, 4, 4 * calendars),
        "task_calendar": rng.integers(-1, calendars, n),
        "resource_calendar": np.where(rng.random(resources) < 0.7, -1, rng.integers(-1, calendars, resources)),
        "pause": rng.random(n) < 0.5,
        "optional": rng.random(n) < 0.4,
        "weight": rng.integers(0, 4, n),
        "due": [int(t) if rng.random() < 0.6 else None for t in rng.integers(0, 25, n)],
        "cost": rng.integers(-2, 9, modes),
        "cash_flow": rng.integers(-20, 20, n),
        "discount_rate": int(rng.choice([0, 1_000, 250_000])),
        "objective": "makespan,total_weighted_tardiness",
    }


def _schedule(problem: RCPSP, rng: np.random.Generator) -> RCPSPSolution:
    mode = rng.integers(0, np.diff(problem.mode_ptr))
    start = rng.integers(0, 20, problem.num_tasks)
    for i in range(problem.num_tasks):
        while not _clear(problem, int(problem.mode_ptr[i] + mode[i]), i, int(start[i])):
            start[i] += 1
    left_out = problem.optional & (rng.random(problem.num_tasks) < 0.5)
    return RCPSPSolution(start=start, mode=mode, left_out=left_out)


def _clear(problem: RCPSP, mode: int, task: int, start: int) -> bool:
    """Do breaks let the task start there?"""
    breaks = problem.breaks(*problem.calendars_of(mode)).tolist() if problem.duration[mode] else []
    reach = start + (1 if problem.pause[task] else int(problem.duration[mode]))
    return not any(low < reach and start < high for low, high in breaks)


def _past(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    """Fixed starts and modes; of those that are present some are done."""
    fixed = s.present & (rng.random(problem.num_tasks) < rng.choice([0, 0, 0.4]))
    done = fixed & (rng.random(problem.num_tasks) < 0.5)
    modes = rng.random(problem.num_tasks) < rng.choice([0, 0.4])
    local = s.mode - problem.mode_ptr[:-1]
    return {
        "fixed_start": np.where(fixed, s.start, FAR),
        "fixed_mode": np.where(modes, local, -1),
        "done": done,
    }


def _windows(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    n = problem.num_tasks
    deadline = np.where(rng.random(n) < 0.4, s.end + rng.integers(0, 4, n), FAR)
    latest = int(s.end[s.present & ~problem.done].max(initial=0))
    return {
        "release": np.where(rng.random(n) < 0.5, np.maximum(0, s.start - rng.integers(0, 3, n)), 0),
        "deadline": np.where(s.present & ~problem.done, deadline, rng.choice([FAR, 3], n)),
        "project_deadline": latest + int(rng.integers(0, 4)) if rng.random() < 0.3 else FAR,
    }


def _links(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    """Any kind between any two; tight, or with some room, or with no limit at one end."""
    rows = []
    for _ in range(int(rng.integers(0, 2 * problem.num_tasks))):
        a, b = rng.choice(problem.num_tasks, 2, replace=False)
        kind = int(rng.integers(4))
        ends = [(s.end if letter == "F" else s.start)[i] for i, letter in zip((a, b), LINK_KINDS[kind], strict=True)]
        gap = int(ends[1] - ends[0])
        if s.present[a] and s.present[b] and not (problem.done[a] and problem.done[b]):
            room = int(rng.integers(0, 3))
            least, most = gap - room, gap + int(rng.integers(0, 3))
        else:  # does not count
            least, most = rng.integers(-9, 9, 2).tolist()
        open_end = rng.integers(4)
        rows.append((int(a), int(b), kind, -FAR if open_end == 0 else least, most if open_end < 2 else FAR))
    columns = zip(*rows, strict=True) if rows else [[] for _ in range(5)]
    return dict(zip(("link_from", "link_to", "link_kind", "min_lag", "max_lag"), map(list, columns), strict=True))


def _renewable(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    """A little more than is in use, and changes between the times at which use changes."""
    capacity, changes = [], []
    for r in range(problem.num_resources):
        times, use = (x.tolist() for x in s.use(r))
        capacity.append(max(use, default=0) + int(rng.integers(0, 2)))
        for (low, high), units in zip(pairwise(times), use, strict=False):
            if rng.random() < 0.4:
                changes.append((r, low, high, units + int(rng.integers(0, 3))))
        if rng.random() < 0.3 and times:
            changes.append((r, times[-1] + int(rng.integers(0, 3)), FAR, 0))
    names = ("change_resource", "change_start", "change_end", "change_capacity")
    columns = zip(*changes, strict=True) if changes else [[] for _ in names]
    return {"capacity": capacity} | dict(zip(names, map(list, columns), strict=True))


def _budget(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    consumption = rng.integers(0, 5, (len(problem.duration), int(rng.integers(0, 3))))
    used = consumption[s.mode[s.present]].sum(axis=0)
    return {"consumption": consumption, "budget": used + rng.integers(0, 3, len(used))}


def _reservoir(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    count = int(rng.integers(0, 3))
    shape = (len(problem.duration), count)
    fields = {"withdrawal": rng.integers(0, 4, shape), "delivery": rng.integers(0, 4, shape)}
    present = np.flatnonzero(s.present).tolist()
    initial, maximum = [], []
    for v in range(count):
        changes: dict[int, int] = {}
        for i in present:
            for time, units in (
                (s.start[i], -fields["withdrawal"][s.mode[i], v]),
                (s.end[i], fields["delivery"][s.mode[i], v]),
            ):
                changes[int(time)] = changes.get(int(time), 0) + int(units)
        levels = np.cumsum([0, *(units for _, units in sorted(changes.items()))])
        initial.append(int(-levels.min()) + int(rng.integers(0, 2)))
        maximum.append(int(initial[-1] + levels.max()) + int(rng.integers(0, 2)) if rng.random() < 0.6 else FAR)
    return fields | {"reservoir_initial": initial, "reservoir_maximum": maximum}


def _groups(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    """Tasks in a random order, each that overlaps none of the group so far."""
    groups: list[list[int]] = []
    for _ in range(int(rng.integers(0, 3))):
        group: list[int] = []
        for i in rng.permutation(problem.num_tasks).tolist():
            if not any(_meet(problem, s, i, j) for j in group):
                group.append(i)
        groups.append(group)
    return {"group_ptr": np.cumsum([0, *map(len, groups)]), "group_task": [i for group in groups for i in group]}


def _meet(problem: RCPSP, s: Schedule, i: int, j: int) -> bool:
    apart = s.end[i] <= s.start[j] or s.end[j] <= s.start[i]
    return bool(s.works[i] and s.works[j] and not apart and not (problem.done[i] and problem.done[j]))


def _choices(problem: RCPSP, s: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    """One task that is done with any that are left out."""
    done = np.flatnonzero(problem.optional & s.present).tolist()
    if not done or rng.random() < 0.4:
        return {}
    members = [int(rng.choice(done)), *np.flatnonzero(problem.optional & ~s.present).tolist()]
    return {"choice_ptr": [0, len(members)], "choice_task": members}
