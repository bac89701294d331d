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
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

import numpy as np

from schedsolve.instances.source import Source
from schedsolve.models.errors import InvalidProblem, UnknownName, suggestion
from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule
from schedsolve.models.record import FAR

REQUIRED = ("job", "step", "machine", "duration")
OF_JOB = ("release", "due", "deadline", "weight")
DATES = ("release", "due", "deadline")
COLUMNS = (*REQUIRED, *OF_JOB, "operation")
SPELLINGS = {"duedate": "due", "releasedate": "release", "processingtime": "duration"}
DELIMITERS = ",;\t"
COMMENT = re.compile(r"^#\s*(\w+)\s*:\s*(.*\S)\s*$")
SETTINGS = ("objective", *(setting.name for setting in JobShop.settings))


# --- reading ----------------------------------------------------------------------------------


@dataclass
class _Job:
    """What the rows of one job say; ``steps`` maps step to machine to duration."""

    steps: dict[Any, dict[int, int]] = field(default_factory=dict)
    values: dict[Any, tuple[Any, int]] = field(default_factory=dict)
    """Column (or step, for its name) to the value and the line that gave it first."""


@dataclass
class _Cells:
    """One row's cells by column; ``column`` is None for those that the table does not have."""

    source: Source
    line: int
    cells: list[str]
    column: dict[str, int]

    def text(self, name: str) -> str:
        place = self.column.get(name)
        return "" if place is None or place >= len(self.cells) else self.cells[place].strip()

    def needed(self, name: str) -> str:
        return self.text(name) or self._fail(name, "empty, expected a value")

    def number(self, name: str) -> int:
        """A whole number of at least 0."""
        text = self.needed(name)
        try:
            value = int(text)
        except ValueError:
            self._fail(name, f'expected a whole number, found "{text[:40]}"')
        return value if value >= 0 else self._fail(name, f"expected a number of at least 0, found {value}")

    def time(self, name: str, clock: _Clock) -> int:
        """A number of ticks or, turned into them, a date."""
        text = self.text(name)
        if re.fullmatch(r"[+-]?\d+", text):
            return self.number(name) if name == "release" else int(text)
        try:
            return clock.ticks(text, up=True) if name == "release" else clock.ticks(text, up=False)
        except InvalidProblem as error:
            return self._fail(name, str(error).partition(": ")[2])

    def _fail(self, name: str, message: str) -> Any:
        raise self.source.error(f"column {name}: {message}", self.line)


@dataclass(frozen=True)
class _Clock:
    """Turns dates into ticks and back; ``origin`` is the date of time 0, None where there is none."""

    origin: datetime | None
    tick: timedelta

    @classmethod
    def of(cls, origin: str, tick: int) -> _Clock:
        return cls(datetime.fromisoformat(origin) if origin else None, timedelta(seconds=tick))

    def ticks(self, text: str, *, up: bool) -> int:
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            raise InvalidProblem("date", f'expected a whole number or an ISO date, found "{text[:40]}"') from None
        if self.origin is None:
            raise InvalidProblem(
                "date", f'"{text}" needs the date of time 0: a line "# origin: 2026-01-05T06:00" or --set origin='
            )
        try:
            passed = date - self.origin
        except TypeError:
            raise InvalidProblem("date", f'"{text}" and the origin need both a time zone, or none') from None
        return max(0, -(-passed // self.tick)) if up else passed // self.tick

    def date(self, ticks: int) -> str:
        assert self.origin is not None
        try:
            date = self.origin + ticks * self.tick
        except OverflowError:
            raise InvalidProblem("tick", f"time {ticks} lies beyond the calendar") from None
        whole_minutes = not self.origin.second and not self.tick % timedelta(minutes=1)
        return date.isoformat(timespec="minutes" if whole_minutes else "auto")


def recognise(source: Source) -> bool:
    """Column names ``job`` and ``machine`` in the first line that is no comment."""
    _, _, names, _ = _head(source)
    return {"job", "machine"} <= set(names)


def read(source: Source) -> JobShop:
    """The job shop in ``source``; settings of the caller win over those in its comments."""
    comments, line, names, delimiter = _head(source)
    column = _columns(source, names, line)
    machines = _machines(source, comments)
    clock = _clock(source, comments)
    rows = list(_rows(source, line, delimiter, column, len(names)))
    if not rows:
        raise source.error("expected rows below the column names, found none", line)
    numbered = all(_is_number(row.needed("step")) for row in rows)
    jobs: dict[str, _Job] = {}
    for row in rows:
        _add_row(jobs.setdefault(row.needed("job"), _Job()), row, numbered, machines, "machines" in comments, clock)
    problem = _problem(source, jobs, machines, numbered)
    for name, (value, at) in comments.items():
        if name in SETTINGS:
            try:
                problem = problem.with_settings(**{name: value})
            except (InvalidProblem, UnknownName) as error:
                raise source.error(str(error), at) from None
    return problem


def _head(source: Source) -> tuple[dict[str, tuple[str, int]], int, list[str], str]:
    """The comments with their lines, the line of the column names, these names, and the delimiter."""
    comments: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(source.text.split("\n"), start=1):
        if line.startswith("#"):
            found = COMMENT.match(line)
            if found:
                comments[found[1].lower()] = found[2], number
        elif line.strip():
            delimiter = max(DELIMITERS, key=line.count)
            cells = next(csv.reader([line], delimiter=delimiter))
            names = [re.sub(r"[\W_]", "", cell).lower() for cell in cells]
            return comments, number, [SPELLINGS.get(name, name) for name in names], delimiter
    return comments, 1, [], ","


def _columns(source: Source, names: list[str], line: int) -> dict[str, int]:
    """Column name to its place. Raises for a missing, repeated or misspelt one."""
    for name in names:
        if name in COLUMNS and names.count(name) > 1:
            raise source.error(f'column "{name}" appears twice', line)
        near = get_close_matches(name, COLUMNS, n=1, cutoff=0.75)
        if near and name not in COLUMNS:
            raise source.error(f'no column "{name}"; did you mean {near[0]}?', line)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise source.error(f'column "{missing[0]}" is missing, found {", ".join(filter(None, names))}', line)
    return {name: place for place, name in enumerate(names) if name in COLUMNS}


def _machines(source: Source, comments: dict[str, tuple[str, int]]) -> dict[str, int]:
    """The machines of ``# machines: …``, in order."""
    if "machines" not in comments:
        return {}
    text, line = comments["machines"]
    names = [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]
    if len(set(names)) < len(names) or not all(names):
        raise source.error("machines: expected different names with commas between them", line)
    return {name: k for k, name in enumerate(names)}


def _clock(source: Source, comments: dict[str, tuple[str, int]]) -> _Clock:
    """From the caller's ``origin`` and ``tick``, else those of the comments."""
    origin, at = comments.get("origin", ("", 0))
    tick, tick_at = comments.get("tick", ("60", 0))
    try:
        return _Clock.of(str(source.settings.get("origin", origin)), int(source.settings.get("tick", tick)))
    except ValueError as error:
        raise source.error(f"origin or tick: {error}", max(at, tick_at) or None) from None


def _rows(source: Source, head: int, delimiter: str, column: dict[str, int], width: int) -> Iterator[_Cells]:
    """The rows below the column names that are not blank."""
    lines = source.text.split("\n")[head:]
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            line = head + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[width:]):
                raise source.error(f"expected {width} columns, found {len(cells)}", line)
            yield _Cells(source, line, cells, column)
    except csv.Error as error:
        raise source.error(str(error), head + reader.line_num) from None


def _add_row(
    job: _Job, row: _Cells, numbered: bool, machines: dict[str, int], machines_given: bool, clock: _Clock
) -> None:
    """Enter one row into its job."""
    label = row.text("step")
    step = job.steps.setdefault(float(label) if numbered else label, {})
    name = row.needed("machine")
    if machines_given and name not in machines:
        raise row.source.error(f'no machine "{name}"{suggestion(name, list(machines))}', row.line)
    machine = machines.setdefault(name, len(machines))
    if machine in step:
        raise row.source.error(f'job {row.text("job")}, step {label}: machine "{name}" is given twice', row.line)
    step[machine] = row.number("duration")
    for column in OF_JOB:
        if row.text(column):
            value = row.time(column, clock) if column in DATES else row.number(column)
            _agree(job, column, column, value, row)
    given = row.text("operation") if "operation" in row.column else label
    if given:
        _agree(job, float(label) if numbered else label, "operation", given, row)


def _agree(job: _Job, key: Any, column: str, value: Any, row: _Cells) -> None:
    """Note a value that all rows of a job (or step) must share."""
    first, line = job.values.setdefault(key, (value, row.line))
    if first != value and (column != "operation" or "operation" in row.column):
        raise row.source.error(
            f"column {column}: {value} for job {row.text('job')}, but {first} in line {line}", row.line
        )


def _problem(source: Source, jobs: dict[str, _Job], machines: dict[str, int], numbered: bool) -> JobShop:
    shop: list[list[list[tuple[int, int]]]] = []
    names: list[str] = []
    for job in jobs.values():
        order = sorted(job.steps) if numbered else list(job.steps)
        shop.append([list(job.steps[step].items()) for step in order])
        names += [job.values[step][0] if step in job.values else f"op {k}" for k, step in enumerate(order)]
    places = [k for job in shop for k in range(len(job))]
    plain = names in ([f"op {k}" for k in places], [str(k + 1) for k in places])

    def column(name: str, absent: int) -> list[int]:
        return [job.values.get(name, (absent, 0))[0] for job in jobs.values()]

    try:
        return JobShop.from_jobs(
            shop,
            num_machines=len(machines),
            release=column("release", 0),
            due=column("due", FAR),
            deadline=column("deadline", FAR),
            weight=column("weight", 1),
            name=source.name,
            job_names=_names(jobs, "job"),
            machine_names=_names(machines, "machine"),
            operation_names=() if plain else tuple(names),
        )
    except InvalidProblem as error:
        raise source.error(str(error)) from None


def _names(names: Iterable[str], what: str) -> tuple[str, ...]:
    """The names; none where they are those that things without a name go by."""
    found = tuple(names)
    return () if found == tuple(f"{what} {k}" for k in range(len(found))) else found


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", text) is not None


# --- writing ----------------------------------------------------------------------------------


def write(problem: JobShop) -> str:
    """The table of a problem's jobs, which ``read`` reads back to an equal one."""
    jobs = [problem.job_name(j) for j in range(problem.num_jobs)]
    machines = [problem.machine_name(k) for k in range(problem.num_machines)]
    _check_names("job_names", jobs)
    _check_names("machine_names", machines)
    _check_alternatives(problem)
    absent = {"release": 0, "due": FAR, "deadline": FAR, "weight": 1}
    used = [name for name in OF_JOB if np.any(getattr(problem, name) != absent[name])]
    named = ["operation"] if problem.operation_names else []
    text = io.StringIO()
    text.writelines(_comments(problem, machines))
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["job", "step", *named, "machine", "duration", *used])
    operation_of, job_of = problem.operation_of.tolist(), problem.job_of.tolist()
    values = [["" if v == FAR else v for v in row] for row in zip(*(getattr(problem, c).tolist() for c in used))]
    first = problem.job_ptr.tolist()
    for o, machine, duration in zip(operation_of, problem.machine.tolist(), problem.duration.tolist(), strict=True):
        j = job_of[o]
        name = [problem.operation_names[o]] if named else []
        table.writerow([jobs[j], o - first[j] + 1, *name, machines[machine], duration, *(values[j] if used else ())])
    return text.getvalue()


def _comments(problem: JobShop, machines: list[str]) -> Iterator[str]:
    values = problem.to_builtins()
    for name in SETTINGS:
        if name in values:
            value = ",".join(values[name]) if name == "objective" else str(values[name])
            yield f"# {name}: {value}\n"
    seen = list(dict.fromkeys(problem.machine.tolist()))
    if seen != list(range(len(machines))):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(machines)
        yield f"# machines: {line.getvalue()}"


def _check_names(field: str, names: list[str]) -> None:
    for name in names:
        if not name or name != " ".join(name.split()):
            raise InvalidProblem(field, f"a table cannot hold the name {name!r}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidProblem(field, f'a table needs different names, "{twice}" appears twice')


def _check_alternatives(problem: JobShop) -> None:
    keys = problem.operation_of * problem.num_machines + problem.machine
    if len(np.unique(keys)) < len(keys):
        raise InvalidProblem("alternatives", "a table cannot hold two of one operation on the same machine")


# --- schedules --------------------------------------------------------------------------------


def schedule_rows(problem: JobShop, solution: JobShopSolution) -> tuple[list[str], Iterator[list[Any]]]:
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


def _schedule_rows(problem: JobShop, schedule: Schedule) -> Iterator[list[Any]]:
    clock = _Clock.of(problem.origin, problem.tick)
    completion, due = schedule.completion.tolist(), problem.due.tolist()
    for o in np.lexsort((schedule.machine, schedule.start)).tolist():
        j = int(problem.job_of[o])
        start, end = int(schedule.start[o]), int(schedule.end[o])
        row = [problem.job_name(j), o - int(problem.job_ptr[j]) + 1]
        row += [problem.operation_names[o]] if problem.operation_names else []
        row += [problem.machine_name(int(schedule.machine[o])), start, end, int(schedule.duration[o])]
        if clock.origin is not None:
            row += [clock.date(start), clock.date(end)]
        if min(due) != FAR:
            row += [completion[j], *(["", ""] if due[j] == FAR else [due[j], max(0, completion[j] - due[j])])]
        yield row


def _check_shape(problem: JobShop, solution: JobShopSolution) -> None:
    if len(solution.start) != problem.num_operations:
        raise InvalidProblem("start", f"{len(solution.start)} starts given for {problem.num_operations} operations")
    wrong = np.flatnonzero((solution.alternative < 0) | (solution.alternative >= np.diff(problem.alt_ptr)))
    if len(wrong):
        raise InvalidProblem("alternative", f"{problem.operation_name(int(wrong[0]))} has no such alternative")
