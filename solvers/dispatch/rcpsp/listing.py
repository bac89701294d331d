"""Lists of tasks that a serial scheme can follow: no task before one that it has to wait for.

Runs in plain Python on lists and compiled on arrays.
"""

from __future__ import annotations

from schedsolve.solvers.dispatch.rcpsp.layout import (
    ARC_WIDTH,
    DURATION,
    END_IN,
    END_OUT,
    END_STOCK,
    FIRST_IN,
    FIRST_NODE,
    FIRST_OUT,
    FIRST_STOCK,
    MODE_WIDTH,
    NEXT,
    ORDERS,
    OTHER,
    TASK_WIDTH,
    Vector,
)
from schedsolve.solvers.kernel import kernel


@kernel
def listed(
    tasks: Vector,
    modes: Vector,
    arcs: Vector,
    lists: Vector,
    base: Vector,
    key: Vector,
    mode: Vector,
    eligible: Vector,
    waiting: Vector,
    level: Vector,
    random: Vector,
    order: Vector,
) -> bool:
    """Fill ``order`` with all tasks, the smallest ``key`` first among those that may come; the absent ones go last.

    Where ``random`` (one entry, a state of ``draw``) is not 0 the next one is drawn, with a probability that grows with
    its regret: by how much the worst key exceeds its own, plus 1 (A. Drexl, Management Science 37 (1991) 1590-1602).

    A task that takes from a reservoir, or fills it, comes once those before it leave enough, or room, at the very
    end: then the serial scheme finds a time for it, whatever it is. Where the reservoirs let none come, one that waits
    for no link comes all the same, so that ``order`` always holds each task once; False: that happened.
    ``eligible`` and ``waiting`` (n) and ``level`` (a node) are working space.
    """
    n, count, filled, sound = len(mode), 0, 0, True
    # The levels of the reservoirs at the very end, and who waits for none.
    last = FIRST_NODE
    while base[last + NEXT] != 0:
        last = base[last + NEXT]
    for c in range(len(level)):
        level[c] = base[last + c]
    absent = n
    for i in range(n - 1, -1, -1):
        if mode[i] < 0:
            absent -= 1
            order[absent] = i
            continue
        waiting[i] = 0
        for k in range(tasks[i * TASK_WIDTH + FIRST_IN], tasks[i * TASK_WIDTH + END_IN]):
            waiting[i] += arcs[k * ARC_WIDTH + ORDERS] and mode[arcs[k * ARC_WIDTH + OTHER]] >= 0
        if waiting[i] == 0:
            eligible[count] = i
            count += 1
    while filled < absent:
        allowed = 0  # those that may come are moved to the front
        for k in range(count):
            i = eligible[k]
            if stocks_allow(modes, lists, level, mode[i]):
                eligible[k] = eligible[allowed]
                eligible[allowed] = i
                allowed += 1
        if allowed == 0:
            allowed, sound = count, False
        # One of them is next.
        best = by_regret(key, eligible, allowed, random) if random[0] else smallest(key, eligible, allowed)
        i = eligible[best]
        order[filled] = i
        filled += 1
        count -= 1
        eligible[best] = eligible[count]
        # What it takes and gives, and who may come now that it has.
        row = mode[i] * MODE_WIDTH
        for k in range(modes[row + FIRST_STOCK], modes[row + END_STOCK], 4):
            level[lists[k]] += lists[k + 2] - lists[k + 1]
        for k in range(tasks[i * TASK_WIDTH + FIRST_OUT], tasks[i * TASK_WIDTH + END_OUT]):
            j = arcs[k * ARC_WIDTH + OTHER]
            if arcs[k * ARC_WIDTH + ORDERS] and mode[j] >= 0:
                waiting[j] -= 1
                if waiting[j] == 0:
                    eligible[count] = j
                    count += 1
    return sound


@kernel
def smallest(key: Vector, eligible: Vector, count: int) -> int:
    """Index of the task with the smallest key, the first one of several; there is at least one."""
    best = 0
    for k in range(1, count):
        i = eligible[k]
        if key[i] < key[eligible[best]] or (key[i] == key[eligible[best]] and i < eligible[best]):
            best = k
    return best


@kernel
def by_regret(key: Vector, eligible: Vector, count: int, random: Vector) -> int:
    """Index of a task drawn at random; there is at least one."""
    worst = key[eligible[0]]
    for k in range(1, count):
        worst = max(worst, key[eligible[k]])
    total = 0.0
    for k in range(count):
        total += worst - key[eligible[k]] + 1
    left = draw(random) * total
    for k in range(count):
        left -= worst - key[eligible[k]] + 1
        if left < 0:
            return k
    return count - 1


@kernel
def draw(random: Vector) -> float:
    """A random number in (0, 1): S. Park and K. Miller, Communications of the ACM 31 (1988) 1192-1201."""
    random[0] = random[0] * 48271 % 2147483647
    return random[0] / 2147483647  # type: ignore[no-any-return]


@kernel
def stocks_allow(modes: Vector, lists: Vector, level: Vector, mode: int) -> bool:
    """May a task come behind all that led to ``level``? One of no length gives at the moment at which it takes."""
    row = mode * MODE_WIDTH
    at_once = modes[row + DURATION] == 0
    for k in range(modes[row + FIRST_STOCK], modes[row + END_STOCK], 4):
        left = level[lists[k]] - lists[k + 1]
        after = left + lists[k + 2]
        if (left < 0 and not at_once) or after < 0 or after > lists[k + 3]:
            return False
    return True
