"""Projects written as a planner's table (CSV), the format that ``table`` reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from schedsolve.instances import csv_text
from schedsolve.instances.calendars import text as calendar_text
from schedsolve.instances.calendars.clock import Clock
from schedsolve.instances.calendars.worktime import DAY, from_breaks
from schedsolve.instances.rcpsp import lags
from schedsolve.instances.rcpsp.dated import SHARES
from schedsolve.instances.rcpsp.table import NO_CALENDAR, OFFICE, SETTINGS, spelt_demand, spelt_units
from schedsolve.models.dates import read_date
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR

FIELDS = {"release": "release", "due": "due", "deadline": "deadline", "start": "fixed_start"}
"""Columns of times to the problem's fields."""


def write(problem: RCPSP) -> str:
    """The table of a project's tasks, which ``read`` reads back; ids count from 1.

    Raises ``InvalidProblem`` for what a table has no place for.
    """
    if problem.is_multi_mode or np.any(problem.max_lag != FAR) or np.any(problem.min_lag == -FAR):
        raise InvalidProblem("tasks", "cannot carry several modes or maximum lags: use .json")
    if problem.num_calendars and not problem.origin:
        raise InvalidProblem("tasks", "cannot carry calendars without the date of time 0: --set origin=…")
    _check_names(problem)
    hidden = lags.is_lag(problem)
    tasks = [i for i in range(problem.num_tasks) if not hidden[i]]
    columns = ["id", *(["name"] if problem.task_names else []), "duration", "predecessors"]
    columns += ["resources"] if problem.num_resources else []
    columns += _used(problem, tasks)
    rows: list[Sequence[object]] = [columns]
    number = {task: k for k, task in enumerate(tasks, start=1)}
    into: dict[int, list[str]] = {task: [] for task in tasks}
    for link in lags.links(problem):
        into[link.after].append(_spelt_link(problem, link, number[link.before]))
    for task in tasks:
        cells = _cells(problem, task) | {"id": number[task], "predecessors": ";".join(into[task])}
        rows.append([cells[column] for column in columns])
    return "".join(_comments(problem)) + csv_text.written(rows)


def _check_names(problem: RCPSP) -> None:
    """Refuse names with the marks that a table puts between names, and names that two things share."""
    resources = [problem.resource_name(r).removesuffix(SHARES) for r in range(problem.num_resources)]
    calendars = [problem.calendar_name(c) for c in range(problem.num_calendars)]
    times = Counter(resources), Counter(calendars)
    wrong = [name for name in resources if re.search("[,;:=]", name) or times[0][name] > 1]
    wrong += [name for name in calendars if "=" in name or name == NO_CALENDAR or times[1][name] > 1]
    wrong += [name for name in (*problem.task_names, *resources, *calendars) if not csv_text.fits(name)]
    if wrong:
        raise InvalidProblem("tasks", f"cannot carry the name {wrong[0]!r}")


def _comments(problem: RCPSP) -> Iterator[str]:
    values = problem.to_builtins()
    for name in SETTINGS:
        if name in values or (name == "tick" and problem.num_calendars):
            value = getattr(problem, name)
            yield f"# {name}: {','.join(value) if name == 'objective' else value}\n"
    main = lags.project_calendar(problem)
    for c in sorted(range(problem.num_calendars), key=lambda c: c != main):
        first = read_date(problem.origin).replace(tzinfo=None)
        breaks = problem.breaks(c).astype(object) * problem.tick  # int64 might be too small
        calendar = from_breaks(problem.calendar_name(c), first, breaks.tolist())
        yield f"# calendar: {calendar.name} = {calendar_text.spelt_calendar(calendar)}\n"
    for r, capacity in enumerate(problem.capacity.tolist()):
        name, followed = problem.resource_name(r), int(problem.resource_calendar[r])
        its = f", {problem.calendar_name(followed)}" if followed >= 0 else ""
        yield f"# resource: {name.removesuffix(SHARES)} = {spelt_units(name, capacity)}{its}\n"


def _used(problem: RCPSP, tasks: list[int]) -> list[str]:
    """The optional columns in which some task has a value."""
    used = []
    for column, field in FIELDS.items():
        if np.any(getattr(problem, field)[tasks] != _absent(column)):
            used.append(column)
    if np.any(problem.weight[tasks] != 1):
        used.append("weight")
    if problem.num_calendars:
        used += ["calendar", "pause"]
    return used


def _absent(column: str) -> int:
    """The time that an empty cell stands for."""
    return 0 if column == "release" else FAR


def _cells(problem: RCPSP, task: int) -> dict[str, object]:
    duration = int(problem.duration[task])
    uses = np.flatnonzero(problem.demand[task]).tolist()
    own = int(problem.task_calendar[task])
    cells: dict[str, object] = {
        "name": problem.task_name(task),
        "duration": lags.spelt(duration * problem.tick, OFFICE.day) if problem.num_calendars else duration,
        "resources": spelt_demand(problem, task, uses),
        "weight": int(problem.weight[task]),
        "calendar": problem.calendar_name(own) if own >= 0 else NO_CALENDAR,
        "pause": "yes" if problem.pause[task] or not problem.calendars_of(task) else "no",
    }
    for column, field in FIELDS.items():
        value = int(getattr(problem, field)[task])
        cells[column] = "" if value == _absent(column) else _spelt_time(problem, value)
    return cells


def _spelt_time(problem: RCPSP, time: int) -> str:
    if not problem.origin:
        return str(time)
    date = Clock.of(problem.origin, problem.tick).date(time)
    if not date:
        raise InvalidProblem("tick", f"time {time} lies beyond the calendar")
    return date


def _spelt_link(problem: RCPSP, link: lags.Link, before: int) -> str:
    kind = LINK_KINDS[link.kind]
    if not link.lag:
        return str(before) if kind == "FS" else f"{before}{kind}"
    sign, ticks = "+" if link.lag > 0 else "-", abs(link.lag)
    if not problem.num_calendars:
        return f"{before}{kind}{sign}{ticks}"
    length = lags.spelt(ticks * problem.tick, DAY if link.elapsed else OFFICE.day)
    return f"{before}{kind}{sign}{length[:-1]}{'e' if link.elapsed else ''}{length[-1]}"
