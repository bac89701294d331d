"""Open and flow shops as text: a matrix of durations, a row for each job, a column for each machine.

::

    2 3         jobs machines
    5 4 7       a job's duration on machine 0, 1, 2
    3 2 6

In an open shop the operations of a job may be done in any order, in a flow shop in the order of the
columns. The text does not tell which: such a file is taken for an open shop unless the format
``flowshop`` is named. (Flow shops are also written as job shops whose routes are all 0, 1, 2, …)

Source: E. Taillard, EJOR 64 (1993) 278-285.
"""

from __future__ import annotations

import numpy as np

from schedsolve.instances.source import Source
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.jobshop import JobShop


def recognise(source: Source) -> bool:
    """A header of two numbers above rows that all hold one number for each machine."""
    if len(source.rows) < 2 or len(source.rows[0].words) != 2:
        return False
    num_machines = source.rows[0].words[1]
    return all(str(len(row.words)) == num_machines and not row.terminated for row in source.rows[1:])


def read_open_shop(source: Source) -> JobShop:
    """The open shop in ``source``."""
    return _read(source, open_shop=True)


def read_flow_shop(source: Source) -> JobShop:
    """The flow shop in ``source``; jobs may overtake each other unless ``permutation`` is set."""
    return _read(source, open_shop=False)


def _read(source: Source, *, open_shop: bool) -> JobShop:
    num_jobs, num_machines = source.header("jobs", "machines")
    numbers = source.body(num_jobs, "job")
    length = np.diff(numbers.ptr)
    for row in np.flatnonzero(length != num_machines)[:1].tolist():
        raise source.error(
            f"expected {num_machines} durations, one for each machine, found {length[row]} numbers",
            int(numbers.line[row]),
        )
    for index in np.flatnonzero(numbers.values < 0)[:1].tolist():
        line, place = numbers.place(index)
        raise source.error(f"machine {place - 1}: expected a duration, found {numbers.values[index]}", line)
    return JobShop(
        num_machines=num_machines,
        job_ptr=numbers.ptr,
        alt_ptr=np.arange(len(numbers.values) + 1),
        machine=np.tile(np.arange(num_machines), num_jobs),
        duration=numbers.values,
        open_shop=open_shop,
        name=source.name,
    )


def write_open_shop(problem: JobShop) -> str:
    """The text of an open shop in which every job visits machine 0, 1, 2, …"""
    if not problem.open_shop:
        raise InvalidProblem("openshop", "holds no jobs with a fixed route: use .jsp, .fsp or .json")
    return _write(problem, "openshop")


def write_flow_shop(problem: JobShop) -> str:
    """The text of a flow shop in which every job visits machine 0, 1, 2, … in this order."""
    return _write(problem, "flowshop")


def _write(problem: JobShop, format: str) -> str:
    shape = problem.num_jobs, problem.num_machines
    columns = np.tile(np.arange(problem.num_machines), problem.num_jobs)
    regular = np.array_equal(problem.job_ptr, np.arange(shape[0] + 1) * shape[1])
    if problem.is_flexible or not regular or not np.array_equal(problem.machine, columns):
        raise InvalidProblem(format, "holds only jobs that visit machine 0, 1, 2, … in turn: use .jsp, .fjs or .json")
    rows = (" ".join(map(str, row)) for row in problem.duration.reshape(shape).tolist())
    return "\n".join([f"{shape[0]} {shape[1]}", *rows]) + "\n"
