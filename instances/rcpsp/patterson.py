"""Project scheduling as Patterson and RanGen write it (``.rcp``), also with the reservoirs of Koné.

::

    5 2             tasks, resources; a third number: reservoirs
    4 3             capacity of each resource, then the initial level of each reservoir
    0 0 0  2 2 3    a task: duration, demand for each resource, number of successors, successors from 1
    4 2 1  1 4
    3 3 0  1 5
    2 0 2  1 5
    0 0 0  0

The first and the last task are dummies, kept as tasks of length 0. Lists may run on over line ends. With reservoirs,
each task has after its demands, for each of them, what it withdraws at its start and what it delivers at its end;
these columns of the two dummies are filled at random in the published files and mean nothing.

Sources: J. H. Patterson, Management Science 30 (1984) 854-867; E. Demeulemeester, M. Vanhoucke, W. Herroelen,
RanGen, Journal of Scheduling 6 (2003) 17-38; O. Koné, C. Artigues, P. Lopez, M. Mongeau, Flexible Services and
Manufacturing Journal 25 (2013) 25-47.
"""

from __future__ import annotations

from itertools import chain

import numpy as np

from schedsolve.instances.rcpsp.network import check_limited, check_source_and_sink, successors
from schedsolve.instances.source import Source
from schedsolve.instances.tokens import Tokens
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR


def recognise(source: Source) -> bool:
    """Numbers that their own counts account for exactly, with capacities on a line and dummies at both ends."""
    if len(source.rows) < 4 or not 2 <= len(source.rows[0].words) <= 3:
        return False
    try:
        problem = read(source)
    except InvalidFile:
        return False
    kinds = problem.num_resources + len(problem.reservoir_initial)
    return len(source.rows[1].words) == kinds and not problem.duration[0] and not problem.duration[-1]


def read(source: Source) -> RCPSP:
    """The project in ``source``."""
    tokens = Tokens(source)
    n = tokens.one("the number of tasks", low=1)
    num_resources = tokens.one("the number of resources")
    num_reservoirs = tokens.one("the number of reservoirs") if len(source.rows[0].words) == 3 else 0
    capacity = tokens.take(num_resources, "the capacity of each resource")
    level = tokens.take(num_reservoirs, "the initial level of each reservoir")
    table, followers = [], []
    for i in range(1, n + 1):
        table.append(tokens.take(1 + num_resources + 2 * num_reservoirs, f"task {i}: its duration and demands"))
        count = tokens.one(f"task {i}: the number of its successors", high=n)
        followers.append(tokens.take(count, f"task {i}: a successor", low=1, high=n))
        if i in followers[-1]:
            raise tokens.error(f"task {i} is its own successor")
    _check_end(tokens, n)
    rows = np.array(table, dtype=np.int64)
    exchange = rows[:, 1 + num_resources :]
    exchange[[0, -1]] = 0
    return RCPSP(
        mode_ptr=np.arange(n + 1),
        duration=rows[:, 0],
        capacity=np.array(capacity, dtype=np.int64),
        demand=rows[:, 1 : 1 + num_resources],
        reservoir_initial=np.array(level, dtype=np.int64),
        withdrawal=exchange[:, 0::2],
        delivery=exchange[:, 1::2],
        link_from=np.repeat(np.arange(n), [len(tasks) for tasks in followers]),
        link_to=np.array(list(chain.from_iterable(followers)), dtype=np.int64) - 1,
        task_names=tuple(str(i) for i in range(1, n + 1)),
        resource_names=tuple(f"R{k}" for k in range(1, num_resources + 1)),
        reservoir_names=tuple(f"C{k}" for k in range(1, num_reservoirs + 1)),
        name=source.name,
    )


def _check_end(tokens: Tokens, n: int) -> None:
    """Refuse what follows the last task: as a rule, the second part of ASLIB's files."""
    more = tokens.words[tokens.taken :]
    if len(more) > n and "." in "".join(more[:3]):
        raise tokens.source.error(
            "holds alternative subgraphs (part b of ASLIB): branches of tasks that are taken together are not modelled"
        )
    tokens.end(f"task {n}")


def write(problem: RCPSP) -> str:
    """The text, tasks counted from 1."""
    if problem.is_multi_mode:
        raise InvalidProblem("patterson", "holds one mode for each task: use .mm or .json")
    check_source_and_sink(problem, "patterson")
    check_limited(problem, "patterson")
    if np.any(problem.reservoir_maximum != FAR):
        raise InvalidProblem("patterson", "cannot carry the maximum of a reservoir: use .json")
    sizes = [problem.num_tasks, problem.num_resources]
    if len(problem.reservoir_initial):
        sizes.append(len(problem.reservoir_initial))
    exchange = np.stack([problem.withdrawal, problem.delivery], axis=2).reshape(problem.num_tasks, -1)
    table = np.column_stack([problem.duration, problem.demand, exchange]).tolist()
    rows = [sizes, [*problem.capacity.tolist(), *problem.reservoir_initial.tolist()]]
    for row, tasks in zip(table, successors(problem), strict=True):
        rows.append([*row, len(tasks), *(j + 1 for j in tasks)])
    return "\n".join(" ".join(map(str, row)) for row in rows) + "\n"
