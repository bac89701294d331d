"""Job shops as a planner's table (CSV), and schedules as a table.

::

    # origin: 2026-01-05T06:00
    # objective: total_weighted_tardiness
    job,step,machine,duration,release,due,weight
    A,10,saw,30,0,2026-01-05T09:00,2
    A,20,mill 1,45,,,
    A,20,mill 2,50,,,
    B,10,saw,20,0,120,1

A row is one way to do one step. The columns, in any order; commas, semicolons or tabs between them:

* ``job``, ``step``, ``machine``, ``duration``: needed. Rows of one job with the same step are
  alternatives. Steps are done in the order of their numbers, or, where some step of the table is not a
  number, in the order in which they appear.
* ``release``, ``due``, ``deadline``, ``weight``: of the job; in one or more of its rows, always the same.
* ``operation``: the step's name; without it, the step's own label where it is not just 1, 2, 3, …
* Other columns are not read; one whose name is nearly that of a column above is an error.

Times are whole ticks from time 0. ``release``, ``due`` and ``deadline`` may also be dates (ISO 8601; a day
is its first instant), once it is known which date time 0 has: ``origin``, and ``tick``, the seconds in one
unit of time (60). A date between two ticks becomes the later one for ``release`` and the earlier one for
``due`` and ``deadline``; what was released before the origin is there at 0.

Comment lines above the column names may carry the problem's settings and objective as ``# name: value``,
and ``# machines: saw,mill 1,mill 2`` the machines, where their order matters or not all are used.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from schedsolve.instances import csv_text, table
from schedsolve.instances.calendars.clock import Clock
from schedsolve.instances.source import Source
from schedsolve.instances.table import Cells, Head
from schedsolve.models.errors import InvalidProblem, UnknownName, suggestion
from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule
from schedsolve.models.record import FAR

REQUIRED = ("job", "step", "machine", "duration")
OF_JOB = ("release", "due", "deadline", "weight")
DATES = ("release", "due", "deadline")
COLUMNS = (*REQUIRED, *OF_JOB, "operation")
SPELLINGS = {"duedate": "due", "releasedate": "release", "processingtime": "duration"}
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")
T = TypeVar("T")

SETTINGS = ("objective", *(setting.name for setting in JobShop.settings))


# --- reading ----------------------------------------------------------------------------------


@dataclass
class Step:
    """One operation: duration by machine; its label in the table, its name and the line that gave it."""

    label: str
    duration: dict[int, int] = field(default_factory=dict)
    name: dict[str, tuple[str, int]] = field(default_factory=dict)


@dataclass
class Job:
    """The steps of a job, and by column its other values with the lines that gave them first."""

    steps: dict[float | str, Step] = field(default_factory=dict)
    values: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class Jobs:
    """Collects the rows. ``numbered``: all steps are numbers; ``closed``: no other machines than those known."""

    clock: Clock
    numbered: bool
    machines: dict[str, int]
    closed: bool
    jobs: dict[str, Job] = field(default_factory=dict)

    def add(self, row: Cells) -> None:
        job = self.jobs.setdefault(row.needed("job"), Job())
        label = row.needed("step")
        step = job.steps.setdefault(float(label) if self.numbered else label, Step(label))
        machine = self._machine(row)
        if machine in step.duration:
            raise row.error("machine", f'"{row.text("machine")}" is given twice for step {label} of this job')
        step.duration[machine] = row.number("duration")
        for column in filter(row.text, OF_JOB):
            value = row.time(column, self.clock) if column in DATES else row.number(column)
            _agree(job.values, column, value, row)
        if row.text("operation"):
            _agree(step.name, "operation", row.text("operation"), row)

    def _machine(self, row: Cells) -> int:
        name = row.needed("machine")
        if self.closed and name not in self.machines:
            raise row.error("machine", f'no machine "{name}"{suggestion(name, list(self.machines))}')
        return self.machines.setdefault(name, len(self.machines))

    def problem(self, name: str) -> JobShop:
        jobs = list(self.jobs.values())
        steps: list[list[Step]] = []
        for job in jobs:
            keys = sorted(job.steps) if self.numbered else list(job.steps)
            steps.append([job.steps[key] for key in keys])

        def column(column: str, absent: int) -> list[int]:
            return [job.values.get(column, (absent, 0))[0] for job in jobs]

        return JobShop.from_jobs(
            [[list(step.duration.items()) for step in job] for job in steps],
            num_machines=len(self.machines),
            release=column("release", 0),
            due=column("due", FAR),
            deadline=column("deadline", FAR),
            weight=column("weight", 1),
            name=name,
            job_names=_names(self.jobs, "job"),
            machine_names=_names(self.machines, "machine"),
            operation_names=_operation_names(steps),
        )


def recognise(source: Source) -> bool:
    """The column names ``job`` and ``machine``, or ``step``, in the first line that is no comment."""
    names = table.head(source, SPELLINGS).names
    return "job" in names and ("machine" in names or "step" in names)


def read(source: Source) -> JobShop:
    """The job shop in ``source``; the caller's ``origin`` and ``tick`` win over those in its comments."""
    head = table.head(source, SPELLINGS)
    table.check_columns(source, head, required=REQUIRED, columns=COLUMNS, comments=(*SETTINGS, "machines"))
    rows = list(table.rows(source, head))
    if not rows:
        raise source.error("expected rows below the column names, found none", head.line)
    numbered = all(NUMBER.fullmatch(row.needed("step")) for row in rows)
    jobs = Jobs(table.clock(source, head), numbered, _machines(source, head), "machines" in head.comments)
    for row in rows:
        jobs.add(row)
    problem = jobs.problem(source.name)
    for name, (value, line) in head.comments.items():
        if name in SETTINGS:
            try:
                problem = problem.with_settings(**{name: value})
            except (InvalidProblem, UnknownName) as error:
                raise source.error(str(error), line) from None
    return problem


def _machines(source: Source, head: Head) -> dict[str, int]:
    """The machines of ``# machines: …``, in order."""
    if "machines" not in head.comments:
        return {}
    text, line = head.comments["machines"]
    try:
        names = [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]
    except csv.Error as error:
        raise source.error(f"machines: {error}", line) from None
    if len(set(names)) < len(names) or not all(names):
        raise source.error("machines: expected different names with commas between them", line)
    return {name: k for k, name in enumerate(names)}


def _agree(known: dict[str, tuple[T, int]], column: str, value: T, row: Cells) -> None:
    """Note a value that all rows of a job or step must share."""
    first, line = known.setdefault(column, (value, row.line))
    if first != value:
        raise row.error(column, f"{value} here, but {first} in line {line} for the same {row.text('job')}")


def _operation_names(jobs: list[list[Step]]) -> tuple[str, ...]:
    """Names where the table gives some, else the steps' labels where they are not just 1, 2, 3, …"""
    names, labels, numbers, named = [], [], [], False
    for job in jobs:
        for k, step in enumerate(job, start=1):
            name, _ = step.name.get("operation", (f"step {k}", 0))
            names.append(name)
            labels.append(step.label)
            numbers.append(str(k))
            named = named or bool(step.name)
    if named:
        return tuple(names)
    return () if labels == numbers else tuple(labels)


def _names(names: Iterable[str], what: str) -> tuple[str, ...]:
    """The names; none where they are those that things without a name go by."""
    found = tuple(names)
    return () if found == tuple(f"{what} {k}" for k in range(len(found))) else found


# --- writing ----------------------------------------------------------------------------------


def write(problem: JobShop) -> str:
    """The table of a problem's jobs, which ``read`` reads back to an equal one."""
    jobs = [problem.job_name(j) for j in range(problem.num_jobs)]
    machines = [problem.machine_name(k) for k in range(problem.num_machines)]
    _check_names("job_names", jobs)
    _check_names("machine_names", machines)
    _check_fit("operation_names", filter(None, problem.operation_names), lines=True)  # a blank is no name
    _check_alternatives(problem)
    absent = {"release": 0, "due": FAR, "deadline": FAR, "weight": 1}
    used = [name for name in OF_JOB if np.any(getattr(problem, name) != absent[name])]
    named = ["operation"] if problem.operation_names else []
    rows: list[list[object]] = [["job", "step", *named, "machine", "duration", *used]]
    operation_of, job_of = problem.operation_of.tolist(), problem.job_of.tolist()
    values = np.column_stack([np.arange(problem.num_jobs), *(getattr(problem, name) for name in used)])
    of_job = [[_cell(value) for value in row[1:]] for row in values.tolist()]
    first = problem.job_ptr.tolist()
    for o, machine, duration in zip(operation_of, problem.machine.tolist(), problem.duration.tolist(), strict=True):
        j = job_of[o]
        name = [problem.operation_names[o]] if named else []
        rows.append([jobs[j], o - first[j] + 1, *name, machines[machine], duration, *of_job[j]])
    return "".join(_comments(problem, machines)) + csv_text.written(rows)


def _cell(value: int) -> int | str:
    """A time as the table has it: empty where it never comes."""
    return "" if value == FAR else value


def _comments(problem: JobShop, machines: list[str]) -> Iterator[str]:
    values = problem.to_builtins()
    for name in SETTINGS:
        if name in values:
            value = ",".join(problem.objective) if name == "objective" else str(values[name])
            yield f"# {name}: {value}\n"
    seen = list(dict.fromkeys(problem.machine.tolist()))
    if seen != list(range(len(machines))):
        yield f"# machines: {csv_text.written([machines])}"


def _check_names(field: str, names: list[str]) -> None:
    _check_fit(field, names)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidProblem(field, f'a table needs different names, "{twice}" appears twice')


def _check_fit(field: str, names: Iterable[str], *, lines: bool = False) -> None:
    for name in names:
        if not csv_text.fits(name, lines=lines):
            raise InvalidProblem(field, f"a table cannot hold the name {name!r}")


def _check_alternatives(problem: JobShop) -> None:
    keys = problem.operation_of * problem.num_machines + problem.machine
    if len(np.unique(keys)) < len(keys):
        raise InvalidProblem("csv", "cannot carry an operation that has a machine twice: use .json or .fjs")


# --- schedules --------------------------------------------------------------------------------


def schedule_rows(problem: JobShop, solution: JobShopSolution) -> tuple[list[str], Iterator[list[object]]]:
    """Column names and rows of a schedule, by start. ``step`` counts from 1 within the job.

    With an ``origin``, ``start_date`` and ``end_date``; with due dates, the end, due date and tardiness
    of the job. Raises ``InvalidProblem`` where the solution has another shape than the problem.
    """
    _check_shape(problem, solution)
    schedule = Schedule(problem, solution)
    columns = ["job", "step", "machine", "start", "end", "duration"]
    if problem.operation_names:
        columns.insert(2, "operation")
    if problem.origin:
        columns += ["start_date", "end_date"]
    if np.any(problem.due != FAR):
        columns += ["job_end", "due", "tardiness"]
    return columns, _schedule_rows(problem, schedule)


def _schedule_rows(problem: JobShop, schedule: Schedule) -> Iterator[list[object]]:
    clock = Clock.of(problem.origin, problem.tick)
    completion, due = schedule.completion.tolist(), problem.due.tolist()
    any_due = min(due) != FAR
    for o in np.lexsort((schedule.machine, schedule.start)).tolist():
        j = int(problem.job_of[o])
        start, end = int(schedule.start[o]), int(schedule.end[o])
        row: list[object] = [problem.job_name(j), o - int(problem.job_ptr[j]) + 1]
        row += [problem.operation_names[o]] if problem.operation_names else []
        row += [problem.machine_name(int(schedule.machine[o])), start, end, int(schedule.duration[o])]
        if clock.origin is not None:
            row += [clock.date(start), clock.date(end)]
        if any_due:
            row += [completion[j], _cell(due[j])]
            row.append("" if due[j] == FAR else max(0, completion[j] - due[j]))
        yield row


def _check_shape(problem: JobShop, solution: JobShopSolution) -> None:
    if len(solution.start) != problem.num_operations:
        raise InvalidProblem("start", f"{len(solution.start)} starts given for {problem.num_operations} operations")
    wrong = np.flatnonzero((solution.alternative < 0) | (solution.alternative >= np.diff(problem.alt_ptr)))
    if len(wrong):
        raise InvalidProblem("alternative", f"{problem.operation_name(int(wrong[0]))} has no such alternative")
