"""Heads and tails of a job shop's operations: what every bound is made of.

All holds for every combination of features: downtime, setups, blocking and no-wait only delay, and
alternatives are taken at their shortest. Done operations are exempt from release dates, downtime and
the order among themselves, so a head or tail does not pass from one of them to another. Where they overlap on
a machine, each counts as that part of it which those that started before leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HeadsTails:
    """For each operation (N): ``head`` <= its start, ``work`` <= its length, ``end`` <= its end (of one that is
    done, ``head`` and ``work`` are those of the part of it that counts, which may have no length), and
    ``tail`` <= the time from its end to its job's completion. ``completion`` (n) <= that of each job.

    ``machine`` is -1 where the operation has a choice; ``alternatives`` lists those that are allowed.
    """

    head: Ints
    work: Ints
    end: Ints
    tail: Ints
    completion: Ints
    machine: Ints
    alternatives: Ints


def heads_tails(problem: JobShop) -> HeadsTails:
    """Heads forward and tails backward along the jobs; in an open shop, release dates and job loads."""
    wanted = problem.fixed_machine[problem.operation_of]
    alternatives = np.flatnonzero((wanted == -1) | (wanted == problem.machine))
    ptr = np.searchsorted(problem.operation_of[alternatives], np.arange(problem.num_operations))
    work = np.minimum.reduceat(problem.duration[alternatives], ptr)
    lowest = np.minimum.reduceat(problem.machine[alternatives], ptr)
    highest = np.maximum.reduceat(problem.machine[alternatives], ptr)
    machine = np.where(lowest == highest, lowest, -1)
    choices = np.split(problem.machine[alternatives], ptr[1:]) if problem.transport.size else []
    head, end = _heads(problem, work, machine, choices)
    tail = np.zeros_like(head) if problem.open_shop else _tails(problem, work, choices)
    completion = np.maximum.reduceat(end, problem.job_ptr[:-1])
    if problem.open_shop:
        completion = np.maximum(completion, _job_loads(problem, work, choices))
    head, work = _apart(problem, head, work, end, machine)
    return HeadsTails(head, work, end, tail, completion, machine, alternatives)


def _apart(problem: JobShop, head: Ints, work: Ints, end: Ints, machine: Ints) -> tuple[Ints, Ints]:
    """Heads and lengths with which done operations overlap on no machine; their ends stay."""
    ops = np.flatnonzero(problem.done & (machine >= 0))
    ops = ops[np.lexsort((head[ops], machine[ops]))]
    reached: dict[int, int] = {}
    for o, k, low, high in zip(*(x[ops].tolist() for x in (np.arange(len(head)), machine, head, end)), strict=True):
        head[o] = min(high, max(low, reached.get(k, low)))
        work[o] = high - head[o]
        reached[k] = max(high, reached.get(k, high))
    return head, work


def _heads(problem: JobShop, work: Ints, machine: Ints, choices: list[Ints]) -> tuple[Ints, Ints]:
    down = {k: problem.downtimes(k).tolist() for k in np.unique(problem.downtime_machine).tolist()}
    release = problem.release.tolist()
    fixed, done = problem.fixed_start.tolist(), problem.done.tolist()
    length, place = work.tolist(), machine.tolist()
    heads, ends = [], []
    bounds = problem.job_ptr.tolist()
    for j in range(problem.num_jobs):
        ready = release[j]
        for o in range(bounds[j], bounds[j + 1]):
            if done[o]:
                start, end = fixed[o], fixed[o] + length[o]
            else:
                start = ready if fixed[o] == FAR else max(ready, fixed[o])
                end = start + length[o]
                if length[o] and place[o] in down:
                    start, end = _clear(down[place[o]], start, length[o], problem.pause)
            heads.append(start)
            ends.append(end)
            if not problem.open_shop and o + 1 < bounds[j + 1]:
                ready = max(release[j], end + (_transfer(problem, choices, o, o + 1) if choices else 0))
    return np.array(heads, dtype=np.int64), np.array(ends, dtype=np.int64)


def _tails(problem: JobShop, work: Ints, choices: list[Ints]) -> Ints:
    done, length = problem.done.tolist(), work.tolist()
    tails = [0] * problem.num_operations
    first = set(problem.job_ptr.tolist())
    for o in range(problem.num_operations - 1, 0, -1):
        if o not in first and not (done[o] and done[o - 1]):
            tails[o - 1] = tails[o] + length[o] + (_transfer(problem, choices, o - 1, o) if choices else 0)
    return np.array(tails, dtype=np.int64)


def _transfer(problem: JobShop, choices: list[Ints], o: int, after: int) -> int:
    """The shortest transport between the machines of two operations."""
    return int(problem.transport[np.ix_(choices[o], choices[after])].min())


def _clear(down: list[list[int]], start: int, length: int, pause: bool) -> tuple[int, int]:
    """Earliest start from ``start`` on, and end, outside the downtimes; with ``pause`` across them."""
    if pause:
        end = start + length
        for low, high in down:
            if low <= start < high:
                start, end = high, high + length
            elif start < low < end:
                end += high - low
        return start, end
    for low, high in down:
        if low < start + length and start < high:
            start = high
    return start, start + length


def _job_loads(problem: JobShop, work: Ints, choices: list[Ints]) -> Ints:
    """n: completion of an open shop's jobs, one operation at a time from the release on, with transport between."""
    counted = (work > 0) & ~problem.done
    loads = np.add.reduceat(np.where(counted, work, 0), problem.job_ptr[:-1])
    loads = np.where(loads > 0, problem.release + loads, -FAR)
    if choices:
        for j in range(problem.num_jobs):
            ops = range(problem.job_ptr[j], problem.job_ptr[j + 1])
            mine = [o for o in ops if counted[o]]
            if len(mine) > 1:
                pairs = [(a, b) for a, b in product(mine, ops) if a != b]
                there = min(_transfer(problem, choices, a, b) for a, b in pairs)
                back = min(_transfer(problem, choices, b, a) for a, b in pairs)
                loads[j] += (len(mine) - 1) * min(there, back)
    return loads
