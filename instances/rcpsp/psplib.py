"""Project scheduling in one mode (``.sm``) or several (``.mm``) as PSPLIB's ProGen and MMLIB write it.

The sections that count, between lines of stars::

    jobs (incl. supersource/sink ):  12
      - renewable                 :  2   R
      - nonrenewable              :  2   N
    PRECEDENCE RELATIONS:
    jobnr.    #modes  #successors   successors
       1        1          3           2   3   4
    REQUESTS/DURATIONS:
    jobnr. mode duration  R 1  R 2  N 1  N 2
      1      1     0       0    0    0    0
      2      1     1       7    0    7    0
             2     4       0    4    7    0
    RESOURCEAVAILABILITIES:
      R 1  R 2  N 1  N 2
       11    9   42   17

The first and the last job are dummies, kept as tasks of length 0. A precedence is a finish-to-start link without lag,
a non-renewable resource a budget. The release date of PROJECT INFORMATION holds for all tasks. Its due date and
tardiness cost are no constraints and belong to another objective: they are not read, nor is the horizon.

Sources: R. Kolisch and A. Sprecher, European Journal of Operational Research 96 (1997) 205-216; V. Van Peteghem and
M. Vanhoucke, European Journal of Operational Research 235 (2014) 62-72.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.instances.rcpsp.network import check_limited, check_source_and_sink, successors
from schedsolve.instances.source import MOST_WORDS, Source
from schedsolve.models.numerals import integers, is_integer
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR

COUNT = re.compile(r"^[\s-]*(projects|jobs|renewable|nonrenewable|doubly constrained)\b[^:]*:\s*(\S+)", re.IGNORECASE)
PRECEDENCE, REQUESTS, AVAILABILITIES = "PRECEDENCERELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES"
PROJECT = "PROJECTINFORMATION"
SECTIONS = {
    PRECEDENCE: "PRECEDENCE RELATIONS",
    REQUESTS: "REQUESTS/DURATIONS",
    AVAILABILITIES: "RESOURCEAVAILABILITIES",
}
HEADING = re.compile(r"^\s*(pronr|jobnr|[RND]\s*[0-9]|---)", re.IGNORECASE)
"""Opens the lines of a section that name its columns, and its rulers."""
STARS = "*" * 72


class Row(NamedTuple):
    """A line of numbers, ``line`` from 1."""

    line: int
    values: list[int]


class Text(NamedTuple):
    """A file taken apart: what its header counts, the rows of its sections, and the line of its last word."""

    counts: dict[str, int]
    sections: dict[str, list[Row]]
    last: int


def recognise(source: Source) -> bool:
    """A text with the section of precedence relations."""
    return SECTIONS[PRECEDENCE] in source.text


def read(source: Source) -> RCPSP:
    """The project in ``source``."""
    text = _take_apart(source)
    n = _count(source, text, "jobs")
    renewable, nonrenewable = (_count(source, text, name) for name in ("renewable", "nonrenewable"))
    for name, most in (("doubly constrained", 0), ("projects", 1)):
        if text.counts.get(name, most) > most:
            raise source.error(f"holds {text.counts[name]} {name}: more than {most} is not read")
    modes, followers = _precedence(source, text, n)
    mode_ptr = np.cumsum([0, *modes])
    table = _requests(source, text, modes, renewable + nonrenewable)
    available = _availabilities(source, text, renewable + nonrenewable)
    project = text.sections.get(PROJECT)
    release = project[0].values[2] if project and len(project[0].values) > 2 else 0
    return RCPSP(
        mode_ptr=mode_ptr,
        duration=table[:, 0],
        capacity=available[:renewable],
        demand=table[:, 1 : 1 + renewable],
        budget=available[renewable:],
        consumption=table[:, 1 + renewable :],
        link_from=np.repeat(np.arange(n), [len(tasks) for tasks in followers]),
        link_to=np.array(list(chain.from_iterable(followers)), dtype=np.int64) - 1,
        release=np.full(n, release),
        task_names=tuple(str(i) for i in range(1, n + 1)),
        resource_names=tuple(f"R{k}" for k in range(1, renewable + 1)),
        nonrenewable_names=tuple(f"N{k}" for k in range(1, nonrenewable + 1)),
        name=source.name,
    )


def _take_apart(source: Source) -> Text:
    counts: dict[str, int] = {}
    sections: dict[str, list[Row]] = {}
    open_section = ""
    last, left = 0, MOST_WORDS
    for number, line in enumerate(source.lines, start=1):
        if not line.strip():
            continue
        last = number
        title = line.replace(" ", "").strip().rstrip(":").upper()
        found = COUNT.match(line) if not open_section else None
        if title in SECTIONS or title == PROJECT:
            open_section = title
            sections[title] = []
        elif line.startswith("***"):
            open_section = ""
        elif found:
            counts[found[1].lower()] = _integers(source, [found[2]], number)[0]
        elif open_section and not HEADING.match(line):
            words = source.split(line, left, number)
            left -= len(words)
            sections[open_section].append(Row(number, _integers(source, words, number)))
    return Text(counts, sections, last)


def _integers(source: Source, words: list[str], line: int) -> list[int]:
    """The words as integers, none of them negative: no number of these files is."""
    try:
        values = integers(words)
    except ValueError:
        bad = next(word for word in words if not is_integer(word))
        raise source.error(f'expected an integer, found "{bad[:40]}"', line) from None
    for word, value in zip(words, values, strict=True):
        if not 0 <= value <= FAR:
            raise source.error(f"expected an integer from 0 to 2^53, found {word[:40]}", line)
    return values


def _count(source: Source, text: Text, name: str) -> int:
    if name not in text.counts:
        raise source.error(f'expected a header with a line "{name} … : NUMBER", found none')
    return text.counts[name]


def _section(source: Source, text: Text, title: str) -> list[Row]:
    if title not in text.sections:
        raise source.error(f"the section {SECTIONS[title]} is missing", text.last)
    return text.sections[title]


def _end(text: Text, title: str) -> int:
    """The line where something is missing from a section: that of its last row."""
    rows = text.sections[title]
    return rows[-1].line if rows else text.last


def _precedence(source: Source, text: Text, n: int) -> tuple[list[int], list[list[int]]]:
    """The number of modes and the successors (from 1) of each job."""
    modes, followers = [], []
    for i, (line, values) in enumerate(_section(source, text, PRECEDENCE), start=1):
        if i > n or values[0] != i:
            raise source.error(f"expected {f'job {i}' if i <= n else f'{n} jobs'}, found job {values[0]}", line)
        if len(values) < 3 or len(values) != 3 + values[2]:
            given = f"{values[2]} successors and {len(values) - 3} given" if len(values) > 2 else "a row cut short"
            raise source.error(f'job {i}: expected "job #modes #successors successors", found {given}', line)
        for j in values[3:]:
            if not 1 <= j <= n or j == i:
                raise source.error(f"job {i}: expected another job from 1 to {n} as successor, found {j}", line)
        if values[1] < 1:
            raise source.error(f"job {i}: expected at least 1 mode, found {values[1]}", line)
        modes.append(values[1])
        followers.append(values[3:])
    if len(modes) < n or n < 1:
        line = _end(text, PRECEDENCE)
        raise source.error(f"expected {max(n, 1)} jobs in {SECTIONS[PRECEDENCE]}, found {len(modes)}", line)
    return modes, followers


def _requests(source: Source, text: Text, modes: list[int], resources: int) -> npt.NDArray[np.int64]:
    """A row for each mode: its duration and what it asks of each resource."""
    rows = iter(_section(source, text, REQUESTS))
    table = []
    for i, count in enumerate(modes, start=1):
        for m in range(1, count + 1):
            line, values = next(rows, (0, []))
            if not values:
                raise source.error(f"job {i}: mode {m} of {count} is missing", _end(text, REQUESTS))
            head = [i, m] if m == 1 else [m]
            if values[: len(head)] != head or len(values) != len(head) + 1 + resources:
                expected = " ".join(map(str, head)) + f" duration and {resources} requests"
                shown = " ".join(map(str, values[:12]))
                raise source.error(f'job {i}, mode {m}: expected "{expected}", found "{shown}"', line)
            table.append(values[len(head) :])
    for line, values in rows:
        raise source.error(f"expected {len(table)} modes, found one more, of {len(values)} numbers", line)
    return np.array(table, dtype=np.int64).reshape(len(table), 1 + resources)


def _availabilities(source: Source, text: Text, resources: int) -> npt.NDArray[np.int64]:
    rows = _section(source, text, AVAILABILITIES)
    values = list(chain.from_iterable(row.values for row in rows))
    if len(values) != resources:
        line = _end(text, AVAILABILITIES)
        raise source.error(f"expected {resources} availabilities, one for each resource, found {len(values)}", line)
    return np.array(values, dtype=np.int64)


def write(problem: RCPSP) -> str:
    """The text, jobs counted from 1."""
    check_source_and_sink(problem, "psplib")
    check_limited(problem, "psplib")
    counts = np.diff(problem.mode_ptr).tolist()
    sizes = problem.num_resources, len(problem.budget)
    columns = [f"R {k}" for k in range(1, sizes[0] + 1)] + [f"N {k}" for k in range(1, sizes[1] + 1)]
    longest = np.maximum.reduceat(problem.duration, problem.mode_ptr[:-1])
    lines = [
        STARS,
        f"jobs (incl. supersource/sink ):  {problem.num_tasks}",
        f"horizon                       :  {longest.sum()}",
        "RESOURCES",
        f"  - renewable                 :  {sizes[0]}   R",
        f"  - nonrenewable              :  {sizes[1]}   N",
        "  - doubly constrained        :  0   D",
        STARS,
        "PRECEDENCE RELATIONS:",
        "jobnr.    #modes  #successors   successors",
    ]
    for i, (count, tasks) in enumerate(zip(counts, successors(problem), strict=True), start=1):
        lines.append(f"{i:4}{count:9}{len(tasks):11}        " + "".join(f" {j + 1:3}" for j in tasks))
    lines += [STARS, "REQUESTS/DURATIONS:", "jobnr. mode duration  " + "  ".join(columns), "-" * 72]
    table = np.column_stack([problem.duration, problem.demand, problem.consumption]).tolist()
    first = set(problem.mode_ptr.tolist())
    for m, (task, row) in enumerate(zip(problem.task_of.tolist(), table, strict=True)):
        job = f"{task + 1:3}" if m in first else "   "
        lines.append(f"{job}{m - problem.mode_ptr[task] + 1:7}" + "".join(f" {value:5}" for value in row))
    available = [*problem.capacity.tolist(), *problem.budget.tolist()]
    lines += [STARS, "RESOURCEAVAILABILITIES:", "  " + "  ".join(columns)]
    lines += ["".join(f" {units:5}" for units in available), STARS]
    return "\n".join(lines) + "\n"
