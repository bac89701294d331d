"""Flexible job shops as text, the format of FJSPLIB.

::

    2 3 1.5                 jobs machines [alternatives an operation, on average]
    2  1 1 5  2 2 4 3 6     a job: its number of operations, then for each the number of its
    1  3 1 2 2 2 3 4        alternatives and their machines and durations, machines from 1

Source: P. Brandimarte, Annals of Operations Research 41 (1993) 157-183;
https://github.com/PyJobShop/FJSPLIB.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from schedsolve.instances.jobshop import text as jobshop_text
from schedsolve.instances.source import Source
from schedsolve.models.errors import InvalidFile
from schedsolve.models.jobshop import JobShop
from schedsolve.models.numerals import decimal


def recognise(source: Source) -> bool:
    """A header of three numbers; or one of two, above rows that their own counts account for exactly.

    Rows that make a job shop with one operation for each machine, or a matrix of durations, are not claimed.
    """
    if not source.rows or not all(_is_number(word) for word in source.rows[0].words):
        return False
    head, *rows = source.rows
    if len(head.words) != 2:
        return len(head.words) == 3
    lengths = {str(len(row.words)) for row in rows}
    if lengths == {head.words[1]}:
        return False
    if len(lengths) == 1 and _fits(jobshop_text.read, source):
        return False
    return _fits(read, source)


def _fits(read: Callable[[Source], JobShop], source: Source) -> bool:
    try:
        read(source)
    except InvalidFile:
        return False
    return True


def read(source: Source) -> JobShop:
    """The flexible job shop in ``source``."""
    num_jobs, num_machines = source.header("jobs", "machines", optional=1)
    average = source.rows[0].words[2:]
    if average and not _is_number(average[0]):
        raise source.error(
            f'expected the average number of alternatives, found "{average[0][:40]}"', source.rows[0].line
        )
    numbers = source.body(num_jobs, "job")
    job_ptr, alt_ptr, pairs = [0], [0], []
    for r, line in enumerate(numbers.line.tolist()):
        values = numbers.values[numbers.ptr[r] : numbers.ptr[r + 1]].tolist()
        for alternatives in _operations(source, values, num_machines, line):
            pairs.extend(alternatives)
            alt_ptr.append(len(pairs) // 2)
        job_ptr.append(len(alt_ptr) - 1)
    return JobShop(
        num_machines=num_machines,
        job_ptr=np.array(job_ptr),
        alt_ptr=np.array(alt_ptr),
        machine=np.array(pairs[0::2]) - 1,
        duration=np.array(pairs[1::2]),
        name=source.name,
    )


def _operations(source: Source, values: list[int], num_machines: int, line: int) -> list[list[int]]:
    """One job's operations, each as the numbers machine, duration, machine, …"""
    count, at = (values[0] if values else 0), 1
    if count < 1:
        raise source.error(f"expected the number of operations, at least 1, found {count}", line)
    operations = []
    for o in range(1, count + 1):
        if at >= len(values):
            raise source.error(f"expected {count} operations, the row ends after {o - 1}", line)
        end = at + 1 + 2 * values[at]
        if values[at] < 1:
            raise source.error(f"operation {o}: expected the number of alternatives, found {values[at]}", line)
        if end > len(values):
            missing = end - len(values)
            raise source.error(f"operation {o}: {values[at]} alternatives, {missing} numbers too few", line)
        alternatives = values[at + 1 : end]
        machines, durations = alternatives[0::2], alternatives[1::2]
        if min(machines) < 1 or max(machines) > num_machines:
            wrong = next(k for k in machines if not 1 <= k <= num_machines)
            raise source.error(f"operation {o}: expected a machine from 1 to {num_machines}, found {wrong}", line)
        if min(durations) < 0:
            raise source.error(f"operation {o}: expected a duration, found {min(durations)}", line)
        operations.append(alternatives)
        at = end
    if at < len(values):
        raise source.error(f"{len(values) - at} numbers too many after the last of {count} operations", line)
    return operations


def write(problem: JobShop) -> str:
    """The text, machines counted from 1."""
    average = len(problem.machine) / problem.num_operations
    lines = [f"{problem.num_jobs} {problem.num_machines} {average:.2f}"]
    pairs = np.column_stack([problem.machine + 1, problem.duration])
    for j in range(problem.num_jobs):
        first, last = problem.job_ptr[j], problem.job_ptr[j + 1]
        words = [str(last - first)]
        for o in range(first, last):
            alternatives = pairs[problem.alt_ptr[o] : problem.alt_ptr[o + 1]]
            words += ["", str(len(alternatives)), *map(str, alternatives.ravel().tolist())]
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(decimal(word))
    except ValueError:
        return False
