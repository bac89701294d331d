"""The problem as flat arrays that the kernel reads, plain (lists) or compiled (numpy).

Lists are what plain Python indexes fastest, arrays what numba needs; the kernel is written for both.
Decided machines are already applied: only allowed alternatives are left, one where the start is fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR

Vector = Any
"""A list (plain) or a one-dimensional numpy array (compiled) of integers."""

NEVER = 2**62
"""Later than every time that can be computed."""


class Shop(NamedTuple):
    """What does not change while schedules are built. Matrices are flattened row by row."""

    num_machines: int
    num_families: int
    open_shop: bool
    pause: bool
    job_ptr: Vector
    job_of: Vector
    release: Vector
    due: Vector
    """n: the earlier of due date and deadline; for jobs without, a common date that none need miss."""
    weight: Vector
    alt_ptr: Vector
    machine: Vector
    duration: Vector
    work: Vector
    """N: shortest duration of each operation."""
    bound_to_one: Vector
    """N: 1 where there is one alternative and no fixed start."""
    family: Vector
    setup: Vector
    initial_setup: Vector
    transport: Vector
    """m * m, or empty: no transport times."""
    down_ptr: Vector
    down_start: Vector
    down_end: Vector
    fixed_start: Vector
    """N: FAR where free."""
    fixed_end: Vector
    slot_ptr: Vector
    """m + 1: the fixed operations of each machine, by end."""
    slot_operation: Vector
    slot_start: Vector
    slot_end: Vector
    slot_family: Vector
    slot_room: Vector
    """The earliest start among this one and those behind it: those that are done may overlap."""
    noise: Vector
    """N: random priorities, one for all operations of a job in ``random``'s job orders."""
    mean_duration: float


#     a queue      head[k] -> o <-> o <-> o            linked by ``after`` and ``before``: candidates of machine k
#
#     tree            1               the machine that is next: of two the one with the smaller key goes up
#                  2     3
#                 4 5   6 7           leaves: the machines, with the smallest start (or end) in their queues as keys
#
#     a machine    |#####| free    |slot|   |slot|     operations go behind ``free``, between those with a fixed start


class State(NamedTuple):
    """What changes: the partial schedule, and the candidates in one linked list (queue) for each machine."""

    start: Vector
    """N: NEVER until scheduled."""
    choice: Vector
    """N: the alternative, counted over all operations."""
    finish: Vector
    begin: Vector
    """N: earliest start of a candidate on its chosen alternative."""
    value: Vector
    """N: the rule's value of a candidate, where it does not change with time (floats)."""
    after: Vector
    before: Vector
    head: Vector
    """m: first candidate of each queue, -1 where it is empty."""
    key: Vector
    """Smallest start (or end) in each queue; padded to a power of two."""
    tree: Vector
    """Tournament over ``key``: tree[1] is the machine that is next."""
    free: Vector
    """m: end of the machine's last operation."""
    last: Vector
    """m: its family, -1 before the first."""
    down_next: Vector
    slot_next: Vector
    ready: Vector
    """n: end of the job's latest operation."""
    place: Vector
    """n: its machine, -1 before the first."""
    work_left: Vector
    ops_left: Vector


def make_shop(problem: JobShop, seed: int) -> tuple[Shop, npt.NDArray[np.int64]]:
    """The arrays, and the original (global) index of each alternative that is left."""
    kept = np.flatnonzero(_allowed(problem))
    operation = problem.operation_of[kept]
    alt_ptr = np.searchsorted(operation, np.arange(problem.num_operations + 1))
    machine, duration = problem.machine[kept], problem.duration[kept]
    work = np.minimum.reduceat(duration, alt_ptr[:-1])
    families = problem.setup.shape[-1] if problem.has_setups else 0
    family = problem.setup_family if problem.has_setups else np.zeros(problem.num_operations, dtype=np.int64)
    down_ptr = np.searchsorted(problem.downtime_machine, np.arange(problem.num_machines + 1))
    fixed_end = _fixed_end(problem, machine[alt_ptr[:-1]], duration[alt_ptr[:-1]])
    occupied = np.flatnonzero((problem.fixed_start != FAR) & (fixed_end > problem.fixed_start))
    slot_machine = machine[alt_ptr[occupied]]
    by_end = np.lexsort((problem.fixed_start[occupied], fixed_end[occupied], slot_machine))
    occupied, slot_machine = occupied[by_end], slot_machine[by_end]
    shop = Shop(
        num_machines=problem.num_machines,
        num_families=families,
        open_shop=problem.open_shop,
        pause=problem.pause,
        job_ptr=problem.job_ptr,
        job_of=problem.job_of,
        release=problem.release,
        due=_due(problem, work),
        weight=problem.weight,
        alt_ptr=alt_ptr,
        machine=machine,
        duration=duration,
        work=work,
        bound_to_one=((np.diff(alt_ptr) == 1) & (problem.fixed_start == FAR)).astype(np.int64),
        family=family,
        setup=problem.setup.ravel(),
        initial_setup=problem.initial_setup.ravel(),
        transport=problem.transport.ravel(),
        down_ptr=down_ptr,
        down_start=problem.downtime_start,
        down_end=problem.downtime_end,
        fixed_start=problem.fixed_start,
        fixed_end=fixed_end,
        slot_ptr=np.searchsorted(slot_machine, np.arange(problem.num_machines + 1)),
        slot_operation=occupied,
        slot_start=problem.fixed_start[occupied],
        slot_end=fixed_end[occupied],
        slot_family=family[occupied],
        slot_room=_room(slot_machine, problem.fixed_start[occupied]),
        noise=np.random.default_rng(seed).permutation(problem.num_operations),
        mean_duration=max(1.0, float(work.mean())),
    )
    return shop, kept


def plain(shop: Shop) -> Shop:
    """The same with lists instead of arrays."""
    return _map(shop, np.ndarray.tolist)


def compiled(shop: Shop) -> Shop:
    """The same with contiguous, writable int64 arrays: one type, hence one compilation, for all problems."""
    return _map(shop, lambda array: np.array(array, dtype=np.int64))


def _map(shop: Shop, convert: Callable[[npt.NDArray[np.int64]], Vector]) -> Shop:
    arrays = {name: convert(x) for name, x in shop._asdict().items() if isinstance(x, np.ndarray)}
    return shop._replace(**arrays)


def make_state(shop: Shop) -> State:
    """An empty schedule, in lists or arrays as ``shop`` is."""
    n, num_operations, m = len(shop.release), len(shop.job_of), shop.num_machines
    size = 1 << max(1, (m - 1).bit_length())

    def full(count: int, value: int) -> Vector:
        return [value] * count if isinstance(shop.release, list) else np.full(count, value, dtype=np.int64)

    like = list if isinstance(shop.release, list) else np.array
    work = np.add.reduceat(np.asarray(shop.work), np.asarray(shop.job_ptr)[:-1])
    return State(
        start=full(num_operations, NEVER),
        choice=like(shop.alt_ptr[:-1]),
        finish=full(num_operations, NEVER),
        begin=full(num_operations, NEVER),
        value=like([0.0] * num_operations),
        after=full(num_operations, -1),
        before=full(num_operations, -1),
        head=full(m, -1),
        key=full(size, NEVER),
        tree=full(2 * size, 0),
        free=full(m, 0),
        last=full(m, -1),
        down_next=like(shop.down_ptr[:-1]),
        slot_next=like(shop.slot_ptr[:-1]),
        ready=full(n, 0),
        place=full(n, -1),
        work_left=like(work.tolist()),
        ops_left=like(np.diff(np.asarray(shop.job_ptr)).tolist()),
    )


def _due(problem: JobShop, work: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Due dates for the rules. FAR would drown all else in the rules' floating-point numbers."""
    due = np.minimum(problem.due, problem.deadline)
    late = max(int(problem.release.max() + work.sum()), int(due[due < FAR].max(initial=0)))
    return np.where(due < FAR, due, late)


def _allowed(problem: JobShop) -> npt.NDArray[np.bool_]:
    """A: alternatives that decided machines leave; one for an operation whose start is decided."""
    wanted = problem.fixed_machine[problem.operation_of]
    allowed: npt.NDArray[np.bool_] = (wanted == -1) | (wanted == problem.machine)
    for o in np.flatnonzero(problem.fixed_start != FAR).tolist():
        row = np.arange(problem.alt_ptr[o], problem.alt_ptr[o + 1])
        row = row[allowed[row]]
        allowed[row] = False
        allowed[row[problem.duration[row].argmin()]] = True
    return allowed


def _room(machine: npt.NDArray[np.int64], start: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For slots sorted by ``machine``, the least ``start`` on the machine from each of them on."""
    room = start.copy()
    for row in np.split(np.arange(len(room)), np.flatnonzero(np.diff(machine)) + 1):
        room[row] = np.minimum.accumulate(room[row][::-1])[::-1]
    return room


def _fixed_end(
    problem: JobShop, machine: npt.NDArray[np.int64], duration: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """N: when operations with a fixed start end; with ``pause`` those not done are pushed out by downtime."""
    end = np.where(problem.fixed_start == FAR, FAR, problem.fixed_start + duration)
    if problem.pause:
        for o in np.flatnonzero((problem.fixed_start != FAR) & ~problem.done & (duration > 0)).tolist():
            for low, high in problem.downtimes(int(machine[o])).tolist():
                if problem.fixed_start[o] <= low < end[o]:
                    end[o] += high - low
    return end
