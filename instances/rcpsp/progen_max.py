"""Project scheduling with minimum and maximum time lags as ProGen/max writes it (``.sch``), RCPSP/max.

::

    2 1 0 0                             activities without dummies, resources
    0  1  2  1 2  [0] [0]               id, modes, number of successors, successors from 0, a lag for each
    1  1  2  2 3  [3] [4]
    2  1  2  1 3  [-6] [2]
    3  1  0
    0  1  0  0                          id, mode, duration, demand for each resource
    1  1  4  2
    2  1  2  1
    3  1  0  0
    3                                   capacities

A lag is the least time from start to start; a negative one says how long the successor may start before, so it is a
maximum lag the other way round. A circle of positive length makes the project infeasible. The dummies 0 and n + 1 are
kept as tasks of length 0.

Source: C. Schwindt, ProGen/max, Technical Report WIOR-489, Universität Karlsruhe (1996).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from schedsolve.instances.rcpsp.network import check_limited, check_source_and_sink
from schedsolve.instances.source import Source
from schedsolve.instances.tokens import Tokens
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR

START_START = LINK_KINDS.index("SS")
BRACKETS = str.maketrans("[]", "  ")


def recognise(source: Source) -> bool:
    """A header of four numbers, the last two 0, above lines with lags in brackets."""
    return bool(source.rows) and len(source.rows[0].words) == 4 and source.rows[0].words[2:] == ["0", "0"]


def read(source: Source) -> RCPSP:
    """The project in ``source``."""
    tokens = Tokens(replace(source, content=source.text.translate(BRACKETS)))
    n = tokens.one("the number of activities", low=1) + 2
    num_resources, *others = tokens.take(3, "the numbers of resources of three kinds")
    if any(others):
        raise tokens.error("non-renewable and doubly constrained resources are not read from .sch files")
    tail, head, lag = [], [], []
    for i in range(n):
        _activity(tokens, i)
        count = tokens.one(f"task {i}: the number of its successors", high=n)
        following = tokens.take(count, f"task {i}: a successor", high=n - 1)
        if i in following:
            raise tokens.error(f"task {i} is its own successor")
        tail += [i] * count
        head += following
        lag += tokens.take(count, f"task {i}: a time lag", low=-FAR)
    table = []
    for i in range(n):
        _activity(tokens, i)
        table.append(tokens.take(1 + num_resources, f"task {i}: its duration and demands"))
    capacity = tokens.take(num_resources, "the capacity of each resource")
    tokens.end("the capacities")
    rows = np.array(table, dtype=np.int64)
    return RCPSP(
        mode_ptr=np.arange(n + 1),
        duration=rows[:, 0],
        capacity=np.array(capacity, dtype=np.int64),
        demand=rows[:, 1:],
        link_from=np.array(tail, dtype=np.int64),
        link_to=np.array(head, dtype=np.int64),
        link_kind=np.full(len(tail), START_START),
        min_lag=np.array(lag, dtype=np.int64),
        task_names=tuple(map(str, range(n))),
        resource_names=tuple(f"R{k}" for k in range(1, num_resources + 1)),
        name=source.name,
    )


def _activity(tokens: Tokens, expected: int) -> None:
    """Take the two numbers that open a line of either table, ``id 1``."""
    found = tokens.one(f"the line of task {expected}")
    if found != expected:
        raise tokens.error(f"expected the line of task {expected}, found {found}")
    if tokens.one(f"task {expected}: its number of modes") != 1:
        raise tokens.error(f"task {expected}: several modes are not read from .sch files")


def write(problem: RCPSP) -> str:
    """The text. Links of all kinds become start-to-start lags, maximum lags negative ones the other way round."""
    n = problem.num_tasks
    if problem.is_multi_mode:
        raise InvalidProblem("progen-max", "holds one mode for each task: use .json")
    check_source_and_sink(problem, "progen-max")
    check_limited(problem, "progen-max")
    arcs: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    for i, j, lag in start_to_start(problem):
        arcs[i].append((j, lag))
    lines = [f"{n - 2}\t{problem.num_resources}\t0\t0"]
    for i, following in enumerate(arcs):
        words = [str(i), "1", str(len(following))]
        words += [str(j) for j, _ in following] + [f"[{d}]" for _, d in following]
        lines.append("\t".join(words))
    for i, row in enumerate(np.column_stack([problem.duration, problem.demand]).tolist()):
        lines.append("\t".join(map(str, [i, 1, *row])))
    return "\n".join([*lines, "\t".join(map(str, problem.capacity.tolist()))]) + "\n"


def start_to_start(problem: RCPSP) -> list[tuple[int, int, int]]:
    """All links of a single-mode project as arcs (i, j, lag): j starts at least ``lag`` after i."""
    duration = problem.duration
    from_finish = np.isin(problem.link_kind, [LINK_KINDS.index("FS"), LINK_KINDS.index("FF")])
    to_finish = np.isin(problem.link_kind, [LINK_KINDS.index("FF"), LINK_KINDS.index("SF")])
    shift = from_finish * duration[problem.link_from] - to_finish * duration[problem.link_to]
    arcs = []
    columns = (problem.link_from, problem.link_to, shift, problem.min_lag, problem.max_lag)
    for i, j, moved, least, most in zip(*(column.tolist() for column in columns), strict=True):
        if least > -FAR:
            arcs.append((i, j, moved + least))
        if most < FAR:
            arcs.append((j, i, -moved - most))
    return arcs
