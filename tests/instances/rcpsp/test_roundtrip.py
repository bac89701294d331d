"""Random projects come back from Microsoft Project's XML, and from tables: tasks, links, calendars, dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.calendars.worktime import WorkCalendar
from schedsolve.instances.generators.rcpsp.random import project
from schedsolve.instances.rcpsp import lags, mspdi, mspdi_write, table_write
from schedsolve.instances.rcpsp.dated import DatedLink, DatedProject, DatedResource, DatedTask, build
from schedsolve.instances.read import read_text
from schedsolve.instances.source import Source
from schedsolve.models.rcpsp import RCPSP, Schedule

MONDAY = datetime(2026, 3, 30, 8)
HOUR = 3600
OFFICE = WorkCalendar(
    "office", (((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)),) * 5 + ((),) * 2, {date(2026, 4, 3): ()}
)
SHIFTS = WorkCalendar("shifts", (((6 * HOUR, 22 * HOUR),),) * 6 + ((),), {date(2026, 4, 12): ((6 * HOUR, 14 * HOUR),)})
NIGHT = WorkCalendar("night", (((0, 17 * HOUR), (22 * HOUR, 24 * HOUR)),) * 7)


def random_date(rng: Random) -> datetime:
    """On a working day of the first weeks, at 9 or 16 o'clock: all calendars work."""
    day = MONDAY + timedelta(days=rng.choice([1, 2, 7, 8, 9, 15, 16, 17]))
    return day.replace(hour=rng.choice([9, 16]))


def random_task(rng: Random, k: int) -> DatedTask:
    key = str(k + 1)
    task = DatedTask(key, f"task {key}", rng.choice([0, 1, 2, 3, 4, 8, 20, 37]) * HOUR // 2, 1)
    task.weight = rng.randint(0, 1000)
    task.due = random_date(rng) if rng.random() < 0.3 else None
    kind = rng.random()
    if kind < 0.1:
        task.start_at, task.begun = MONDAY - timedelta(days=rng.randint(1, 9)), True
        task.done_at = task.start_at + timedelta(hours=rng.randint(0, 50))
        task.lag_calendar = 0
    elif kind < 0.25:
        task.own_time = True
        task.lag_calendar = 0
    else:
        task.calendar = rng.choice([0, 0, 1, 2]) if task.duration else None
        task.lag_calendar = task.calendar or 0
        task.pause = task.duration > 4 * HOUR or not task.duration or rng.random() < 0.6
    if task.done_at is None and rng.random() < 0.6:
        fields = ["start_from", "end_by", "start_at", *(["end_at"] if task.pause else [])]
        setattr(task, rng.choice(fields), random_date(rng))
    if task.duration and rng.random() < 0.5:
        task.demand = {rng.randrange(1 if task.own_time else 3): Fraction(rng.choice([25, 50, 100, 200]), 100)}
    return task


def random_project(rng: Random) -> DatedProject:
    tasks = [random_task(rng, k) for k in range(rng.randint(2, 9))]
    if len({task.weight for task in tasks}) == 1:
        tasks[0].weight = (tasks[0].weight + 1) % 1000
    links = []
    for _ in range(rng.randint(0, 10)):
        a, b = sorted(rng.sample(range(len(tasks)), 2))
        links.append(DatedLink(a, b, rng.randrange(4), rng.choice([0, 0, -9, -2, 1, 8, 30]) * HOUR, rng.random() < 0.4))
    resources = [
        DatedResource("crew", Fraction(3)),
        DatedResource("Anna", Fraction(1), 0),
        DatedResource("saw", Fraction(2), 1),
    ]
    links.sort(key=lambda link: link.after)  # as they stand in the file
    return DatedProject("plan", MONDAY, tasks, links, resources, [OFFICE, SHIFTS, NIGHT])


def visible(problem: RCPSP) -> list[str]:
    hidden = lags.is_lag(problem)
    return [problem.task_name(i) for i in np.flatnonzero(~hidden).tolist()]


@pytest.mark.parametrize("seed", range(60))
def test_random_plans_come_back_with_their_dates(seed):
    rng = Random(seed)
    problem = build(random_project(rng), Source("", "plan"))
    again = read_text(mspdi_write.write(problem), "again.xml")
    assert visible(again) == visible(problem)
    assert again.fingerprint == problem.fingerprint
    starts = np.array([0 if x == 2**53 else x for x in problem.fixed_start.tolist()])
    free = problem.fixed_start == 2**53
    starts[free] = [rng.randrange(500) for _ in range(int(free.sum()))]
    solution = lags.with_lags(problem, starts)
    read, dates = mspdi.read_schedule(Source(mspdi_write.write_schedule(problem, solution), "dates.xml"))
    assert read.fingerprint == problem.fingerprint
    assert dates == solution


def followed(problem: RCPSP) -> dict[str, Any]:
    """The calendars by name, and who follows them: a table has them in an order of its own."""
    names = [problem.calendar_name(c) for c in range(problem.num_calendars)] + [""]
    return {
        "breaks": {name: problem.breaks(c).tolist() for c, name in enumerate(names[:-1])},
        "tasks": [names[c] for c in problem.task_calendar.tolist()],
        "resources": [names[c] for c in problem.resource_calendar.tolist()],
    }


@pytest.mark.parametrize("seed", range(60))
def test_random_plans_come_back_from_tables(seed):
    plan = random_project(Random(seed))
    for task in plan.tasks:
        if task.begun:  # a table has no tasks that are done
            task.start_at = task.done_at = None
            task.begun = False
    problem = build(plan, Source("", "plan"))
    again = read_text(table_write.write(problem), "again.csv")
    assert followed(again) == followed(problem)
    without = {"break_calendar": (), "break_start": (), "break_end": (), "num_calendars": 0}
    without |= {"task_calendar": None, "resource_calendar": None, "calendar_names": ()}
    assert replace(again, **without).fingerprint == replace(problem, **without).fingerprint


@pytest.mark.parametrize("seed", range(6))
def test_generated_projects_come_back(seed):
    """Their calendars follow no week; what is read back has their breaks for as long as there may be work."""
    fields: dict[str, Any] = {"working_time": 9, "break_time": 5, "due_factor": 1.5, "max_weight": 7}
    problem = project(tasks=12, seed=seed, **fields).with_settings(origin="2026-03-30T08:00", tick=3600)
    again = read_text(mspdi_write.write(problem), "again.xml")
    assert visible(again) == list(problem.task_names)
    for name in ("duration", "demand", "capacity", "due", "weight"):
        assert np.array_equal(getattr(problem, name), getattr(again, name)), name
    assert np.array_equal(problem.pause[1:-1], again.pause[1:-1])  # the dummies take no time and never pause
    assert sorted(lags.links(problem)) == sorted(lags.links(again))
    work = int(Schedule(problem, lags.with_lags(problem, np.zeros(problem.num_tasks, dtype=np.int64))).end.max())
    horizon = work + 2 * int(problem.duration.sum())
    for calendar in range(problem.num_calendars):
        ours, theirs = problem.breaks(calendar), again.breaks(calendar)
        assert np.array_equal(ours[ours[:, 1] < horizon], theirs[theirs[:, 1] < horizon])
