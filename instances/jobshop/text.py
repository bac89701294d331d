"""Job shops as text, the format of JSPLIB, Taillard's and the OR-Library's instances.

::

    3 2             jobs machines
    0 5  1 4        a job: machine and duration of each operation in order, machines from 0
    1 3  0 2
    0 6  1 1

Jobs may differ in length and visit a machine again; ``-1 -1`` may end a row. Where more than half
of the rows without it have one operation for each machine, all of them must: a number lost from a
classic instance is an error, not another instance. The OR-Library keeps many instances in one
file, each after a line ``instance NAME``.

Source: J. E. Beasley, OR-Library (jobshop1.txt); https://github.com/tamy0612/JSPLIB.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

import numpy as np

from schedsolve.instances.source import Numbers, Source
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.jobshop import JobShop
from schedsolve.models.numerals import is_integer

INSTANCE = re.compile(r"^[ \t]*instance[ \t]+(\S+)[ \t]*$", re.MULTILINE)
RULER = re.compile(r"^\s*\++\s*$")
HEADER = re.compile(r"^\s*[0-9]+\s+[0-9]+\s*$")


def recognise(source: Source) -> bool:
    """A header of two integers; also what no other format claims, so that its errors are named."""
    return INSTANCE.search(source.text) is not None or (
        bool(source.rows) and len(source.rows[0].words) == 2 and all(is_integer(w) for w in source.rows[0].words)
    )


def sections(source: Source) -> list[str]:
    """The names of the instances of an OR-Library file; none where the text is one instance."""
    return [head.group(1) for head in INSTANCE.finditer(source.text)]


def section(source: Source, index: int) -> Source:
    """One of the instances as a source that keeps the line numbers of the whole.

    Its title is skipped up to the header, rulers of ``+`` anywhere.
    """
    heads = list(islice(INSTANCE.finditer(source.text), index, index + 2))
    end = heads[1].start() if len(heads) > 1 else len(source.text)
    lines = source.text[:end].split("\n")
    first = source.text.count("\n", 0, heads[0].start(1)) + 1
    start = next((k for k in range(first, len(lines)) if HEADER.match(lines[k])), first)
    kept = [RULER.sub("", line) for line in lines[start:]]
    return replace(source, content="\n" * start + "\n".join(kept), name=heads[0].group(1))


def read(source: Source) -> JobShop:
    """The job shop in ``source``."""
    num_jobs, num_machines = source.header("jobs", "machines")
    numbers = source.body(num_jobs, "job")
    _check_lengths(source, numbers, num_machines)
    machine, duration = numbers.values[0::2], numbers.values[1::2]
    for index in np.flatnonzero((machine < 0) | (machine >= num_machines))[:1].tolist():
        line, place = numbers.place(2 * index)
        raise source.error(
            f"operation {place // 2 + 1}: expected a machine from 0 to {num_machines - 1}, found {machine[index]}", line
        )
    for index in np.flatnonzero(duration < 0)[:1].tolist():
        line, place = numbers.place(2 * index)
        raise source.error(f"operation {place // 2 + 1}: expected a duration, found {duration[index]}", line)
    return JobShop(
        num_machines=num_machines,
        job_ptr=numbers.ptr // 2,
        alt_ptr=np.arange(len(machine) + 1),
        machine=machine,
        duration=duration,
        name=source.name,
    )


def _check_lengths(source: Source, numbers: Numbers, num_machines: int) -> None:
    length = np.diff(numbers.ptr)
    for row in np.flatnonzero((length % 2 == 1) | (length == 0))[:1].tolist():
        found = f"{length[row]} numbers" if length[row] else "no operations"
        raise source.error(f'expected pairs "machine duration", found {found}', int(numbers.line[row]))
    unmarked = np.array([not row.terminated for row in source.rows[1:]])
    full = length == 2 * num_machines
    if 2 * np.count_nonzero(full & unmarked) > np.count_nonzero(unmarked):
        for row in np.flatnonzero(unmarked & ~full)[:1].tolist():
            raise source.error(
                f"expected {num_machines} operations as in the other jobs, found {length[row] // 2}"
                ' (rows of jobs that differ in length end in "-1 -1")',
                int(numbers.line[row]),
            )


def write(problem: JobShop) -> str:
    """The text; rows end in ``-1 -1`` where a job has not one operation for each machine."""
    if problem.is_flexible:
        raise InvalidProblem("jsplib", "holds one machine for each operation: use .fjs, .csv or .json")
    pairs = np.column_stack([problem.machine, problem.duration])
    end = " -1 -1" if np.any(np.diff(problem.job_ptr) != problem.num_machines) else ""
    lines = [f"{problem.num_jobs} {problem.num_machines}"]
    for j in range(problem.num_jobs):
        row = pairs[problem.job_ptr[j] : problem.job_ptr[j + 1]].ravel().tolist()
        lines.append(" ".join(map(str, row)) + end)
    return "\n".join(lines) + "\n"
