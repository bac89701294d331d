"""Random tiny projects with every feature switched on and off at random, small enough to enumerate."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from schedsolve.models.rcpsp import LINK_KINDS, OBJECTIVES, RCPSP, past_violations
from schedsolve.models.record import FAR


def tiny(seed: int, *, schedules: int = 30_000, tasks: int = 4) -> RCPSP:
    """A problem of which there are at most about that many schedules, valid or not, and that many tasks."""
    rng = random.Random(seed)
    while True:
        fields = _draw(rng, tasks)
        if _combinations(fields) <= schedules:
            return RCPSP(**fields)


def lawless(seed: int) -> RCPSP:
    """A problem of up to six tasks, all done but one or two, at times at which they break rules that they share."""
    rng = random.Random(seed)
    while True:
        fields = _draw(rng, 6)
        n = len(fields["fixed_start"])
        left = set(rng.sample(range(n), k=min(n - 1, 2)))
        fields["done"] = [i not in left for i in range(n)]
        fields["fixed_start"] = [rng.choice([FAR] * 5 + [2]) if i in left else rng.randint(-2, 3) for i in range(n)]
        if rng.random() < 0.5:
            sizes = [b - a for a, b in pairwise(fields["mode_ptr"])]
            uses = [[rng.choice([0, 0, 0, 1] if i in left else [1, 2])] for i in range(n) for _ in range(sizes[i])]
            fields |= {"budget": [rng.randint(1, 4)], "consumption": uses}
        if rng.random() < 0.5:
            fields |= _reservoirs(rng, len(fields["duration"]))
        if rng.random() < 0.8:  # what is to be done seldom keeps links with a random past
            fields |= {name: [] for name in ("link_from", "link_to", "link_kind", "min_lag", "max_lag")}
        if _combinations(fields) <= 30_000:
            problem = RCPSP(**fields)
            if {broken.code for broken in past_violations(problem)} & SHARED:
                return problem


SHARED = {"capacity", "budget", "reservoir_empty", "reservoir_full", "overlap"}
"""Codes of the rules that several tasks share."""

FORMULATIONS = {"time-indexed", "event-based"}
"""Those of the MILP engine, all of which some of the problems must reach."""

FEATURES = {*OBJECTIVES, "infeasible", "done", "pause", *LINK_KINDS}
"""What a set of random problems should hold, beside what ``features`` finds in it."""


def features(problem: RCPSP) -> Iterator[str]:
    """The names of what a problem has beyond tasks without resources."""
    p = problem
    count = np.diff(p.mode_ptr)
    done = p.done[p.link_from] & p.done[p.link_to] if len(p.link_from) else np.zeros(0, dtype=bool)
    optional = p.optional & (p.fixed_start == FAR)
    present = {
        "modes": (count > 1).any(),
        "length 0": (p.duration == 0).any(),
        "capacity": p.demand.any(),
        "unlimited": (p.capacity == FAR).any(),
        "fewer units": (p.change_capacity < p.capacity[p.change_resource]).any(),
        "more units": (p.change_capacity > p.capacity[p.change_resource]).any(),
        "budget": len(p.budget) > 0,
        "reservoir": len(p.reservoir_initial) > 0,
        "reservoir maximum": (p.reservoir_maximum != FAR).any(),
        "positive lag": (p.min_lag > 0).any(),
        "negative lag": ((p.min_lag < 0) & (p.min_lag > -FAR)).any(),
        "greatest lag": (p.max_lag != FAR).any(),
        "negative greatest lag": (p.max_lag < 0).any(),
        "link of a task that may be left out": (optional[p.link_from] | optional[p.link_to]).any(),
        "link with the past": ((p.done[p.link_from] | p.done[p.link_to]) & ~done).any(),
        "group": len(p.group_task) > 1,
        "release": p.release.any(),
        "deadline": (p.deadline != FAR).any(),
        "project deadline": p.project_deadline != FAR,
        "optional": optional.any(),
        "choice": len(p.choice_task) > 0,
        "calendar of a task": (p.task_calendar >= 0).any(),
        "calendar of a resource": (p.resource_calendar >= 0).any(),
        "pause": p.pause.any() and p.num_calendars,
        "fixed start": ((p.fixed_start != FAR) & ~p.done).any(),
        "fixed mode": ((p.fixed_mode >= 0) & (count > 1)).any(),
        "done": p.done.any(),
        "before time 0": (p.fixed_start < 0).any(),
        "rules broken in the past": len(past_violations(p)) > 0,
    }
    yield from (name for name, is_there in present.items() if is_there)
    yield from {LINK_KINDS[kind] for kind in p.link_kind.tolist()}


def _combinations(fields: dict[str, Any]) -> int:
    """An estimate: starts by the end of all dates and durations, modes, and leaving out."""
    ptr, duration = fields["mode_ptr"], fields["duration"]
    lags = [lag for lag in fields["min_lag"] if lag > 0] + [-lag for lag in fields["max_lag"] if lag < 0]
    dates = [0, *fields["release"], *fields.get("change_end", ()), *fields.get("break_end", ())]
    dates += [t for t in fields["fixed_start"] if t != FAR]
    longest = sum(max(duration[a:b]) for a, b in pairwise(ptr))
    last = min(max(dates) + longest + sum(lags), fields["project_deadline"])
    count = 1
    for i, (a, b) in enumerate(pairwise(ptr)):
        starts = 1 if fields["fixed_start"][i] != FAR else last + 1 - max(fields["release"][i], min(duration[a:b]))
        count *= max(1, starts) * (b - a) + fields["optional"][i]
    return count


def _draw(rng: random.Random, tasks: int) -> dict[str, Any]:
    n = rng.choice([2, 3, 3, tasks, tasks])
    longest, zero = rng.choice([1, 2, 3]), rng.random() < 0.4
    sizes = [rng.choice([1, 1, 2]) if rng.random() < 0.6 else 1 for _ in range(n)]
    if rng.random() < 0.4:
        sizes = [1] * n
    modes = sum(sizes)
    fields: dict[str, Any] = {"mode_ptr": [sum(sizes[:i]) for i in range(n + 1)]}
    fields["duration"] = [0 if zero and rng.random() < 0.35 else rng.randint(1, longest) for _ in range(modes)]
    fields |= _renewable(rng, modes) | _links(rng, n) | _windows(rng, n)
    if rng.random() < 0.3:
        fields |= {"budget": [rng.randint(2, 8)], "consumption": [[rng.choice([0, 0, 1, 1, 2])] for _ in range(modes)]}
    if rng.random() < 0.35:
        fields |= _reservoirs(rng, modes)
    if rng.random() < 0.35:
        members = [i for i in range(n) if rng.random() < 0.8] or [0]
        fields |= {"group_ptr": [0, len(members)], "group_task": members}
    fields |= _optional(rng, n)
    if rng.random() < 0.45:
        fields |= _calendars(rng, n, len(fields["capacity"]))
    fields |= _objective(rng, fields, n, modes)
    fields |= _past(rng, n, sizes)
    fields["capacity"] = [FAR if rng.random() < 0.1 else units for units in fields["capacity"]]
    return fields


def _renewable(rng: random.Random, modes: int) -> dict[str, Any]:
    resources = rng.choice([0, 1, 1, 2])
    fields: dict[str, Any] = {
        "capacity": [rng.choice([1, 2, 2, 3, 3]) for _ in range(resources)],
        "demand": [[rng.choice([0, 1, 1, 1, 2]) for _ in range(resources)] for _ in range(modes)],
        "resource_cost": [rng.choice([0, 1, 1, 3]) for _ in range(resources)],
        "resource_target": [rng.choice([0, 1, 1, 2]) for _ in range(resources)],
    }
    if resources and rng.random() < 0.4:
        rows = [
            (rng.randrange(resources), t, rng.choice([t + rng.randint(1, 2)] * 9 + [FAR]), rng.choice([0, 1, 2, 3, 4]))
            for t in rng.choices(range(5), k=rng.randint(1, 2))
        ]
        names = ("change_resource", "change_start", "change_end", "change_capacity")
        fields |= dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return fields


def _links(rng: random.Random, n: int) -> dict[str, Any]:
    """Mostly plain precedence; else any kind with lags of any sign, now and then against the direction of others."""
    plain = rng.random() < 0.3
    pairs = [pair for pair in combinations(range(n), 2) if rng.random() < (0.6 if plain else 0.4)]
    rows = []
    for a, b in pairs:
        if plain:
            rows.append((a, b, 0, 0, FAR))
            continue
        least = rng.choice([-FAR, -2, -1, 0, 0, 0, 1, 2])
        most = rng.choice([*[FAR] * 5, max(least, -3) + rng.randint(0, 2), rng.randint(-2, 4)])
        ends = (b, a) if rng.random() < 0.15 else (a, b)
        rows.append((*ends, rng.choice([0, 0, 1, 2, 3]), least, most))
    columns = list(map(list, zip(*rows, strict=True))) or [[] for _ in range(5)]
    return dict(zip(("link_from", "link_to", "link_kind", "min_lag", "max_lag"), columns, strict=True))


def _windows(rng: random.Random, n: int) -> dict[str, Any]:
    def some(chance: float, low: int, high: int, otherwise: int) -> list[int]:
        return [rng.randint(low, high) if rng.random() < chance else otherwise for _ in range(n)]

    return {
        "release": some(0.25, 0, 3, 0),
        "due": some(0.75, -1, 7, FAR),
        "deadline": some(0.4 if rng.random() < 0.2 else 0, 3, 10, FAR),
        "project_deadline": rng.randint(5, 10) if rng.random() < 0.15 else FAR,
        "weight": [rng.choice([0, 1, 1, 2, 3]) for _ in range(n)],
    }


def _reservoirs(rng: random.Random, modes: int) -> dict[str, Any]:
    initial = rng.randint(0, 4)
    return {
        "reservoir_initial": [initial],
        "reservoir_maximum": [rng.choice([FAR, FAR, initial + rng.randint(0, 3), rng.randint(0, 5)])],
        "withdrawal": [[rng.choice([0, 0, 1, 2])] for _ in range(modes)],
        "delivery": [[rng.choice([0, 0, 1, 2])] for _ in range(modes)],
    }


def _optional(rng: random.Random, n: int) -> dict[str, Any]:
    optional = [rng.random() < 0.5 for _ in range(n)] if rng.random() < 0.35 else [False] * n
    candidates = [i for i in range(n) if optional[i]]
    fields: dict[str, Any] = {"optional": optional}
    if candidates and rng.random() < 0.7:
        fields |= {"choice_ptr": [0, len(candidates)], "choice_task": candidates}
    return fields


def _calendars(rng: random.Random, n: int, resources: int) -> dict[str, Any]:
    calendars = rng.choice([1, 2])
    rows = [(rng.randrange(calendars), t, t + rng.randint(1, 2)) for t in rng.choices(range(7), k=rng.randint(1, 3))]
    calendar, start, end = map(list, zip(*rows, strict=True))
    return {
        "num_calendars": calendars,
        "break_calendar": calendar,
        "break_start": start,
        "break_end": end,
        "task_calendar": [rng.randrange(-1, calendars) for _ in range(n)],
        "resource_calendar": [rng.randrange(-1, calendars) for _ in range(resources)],
        "pause": [rng.random() < 0.6 for _ in range(n)],
    }


def _objective(rng: random.Random, fields: dict[str, Any], n: int, modes: int) -> dict[str, Any]:
    names = [name for name in OBJECTIVES if name != "maximum_lateness" or any(due != FAR for due in fields["due"])]
    found: dict[str, Any] = {"cost": [rng.randint(-1, 5) for _ in range(modes)]}
    found["objective"] = tuple(rng.sample(names, 2 if rng.random() < 0.25 else 1))
    if "net_present_value" in found["objective"]:
        found["cash_flow"] = [rng.choice([0, -7, -2, 3, 10]) for _ in range(n)]
        found["discount_rate"] = rng.choice([0, 10_000, 250_000, 300_000_000_000])
        if found["discount_rate"] < 10**9:  # else payments would be put off until they are worth nothing
            found["project_deadline"] = min(fields["project_deadline"], rng.randint(5, 10))
    return found


def _past(rng: random.Random, n: int, sizes: list[int]) -> dict[str, Any]:
    """Fix some starts and modes; some of the tasks are done, perhaps before time 0, and perhaps against all rules."""
    fixed_start, fixed_mode, done = [FAR] * n, [-1] * n, [False] * n
    if rng.random() < 0.4:
        share = rng.choice([0.25, 0.25, 0.7])
        for i in range(n):
            draw = rng.random()
            if draw < share:
                fixed_start[i], done[i] = rng.randint(-3, 1), True
            elif draw < share + 0.15:
                fixed_start[i] = rng.randint(0, 6)
            if rng.random() < 0.6:
                fixed_mode[i] = rng.randrange(sizes[i])
    return {"fixed_start": fixed_start, "fixed_mode": fixed_mode, "done": done}
