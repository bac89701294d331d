"""Schedule generation: one operation after another, in non-delay or active (Giffler-Thompson) mode.

Every schedulable operation keeps its earliest place behind what its machines hold already, on the
alternative that completes first. Each step looks at the machine of the earliest start (non-delay) or
of the earliest completion (active), and a priority rule picks among the operations that compete there:
those that could start at that moment, or before that completion.

B. Giffler and G. Thompson, Operations Research 8 (1960) 487-503; K. Baker, Introduction to Sequencing
and Scheduling (Wiley 1974), chapter 7.

These functions run as they are on lists and, compiled by numba, on arrays (see ``shop``, ``compiling``):
only flat indexing, integers and floats, no Python objects.
"""

from __future__ import annotations

from math import log

from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.jobshop.rules import (
    ATC,
    COVERT,
    CR,
    FIFO,
    FIRST_DYNAMIC,
    LOR,
    LPT,
    LWKR,
    MDD,
    MOR,
    MWKR,
    RANDOM,
    SLACK,
    SPT,
    SRO,
    WSPT,
    WSRPT,
)
from schedsolve.solvers.dispatch.jobshop.shop import NEVER, Shop, State, Vector
from schedsolve.solvers.kernel import kernel

POLL = 1023
"""The stop flag is read every so many operations (a power of two, less one)."""


@kernel
def dispatch(shop: Shop, state: State, rule: int, active: bool, flag: Vector) -> bool:
    """Fill ``state`` with a schedule by ``rule``; False where ``flag[0]`` asked to stop before the end."""
    introduce_first(shop, state, rule, active)
    steps = 0
    while True:
        # The machine whose queue has the earliest start (active: end), and its best candidate.
        k = state.tree[1]
        limit = state.key[k]
        if limit == NEVER:
            return True
        steps += 1
        if steps & POLL == 0 and flag[0]:
            return False
        o = select(shop, state, k, limit, rule, active)
        commit(shop, state, o)
        remove(state, k, o)
        # Its job goes on: with the next operation, or in an open shop with all that are left.
        j = shop.job_of[o]
        if shop.open_shop:
            for sibling in range(shop.job_ptr[j], shop.job_ptr[j + 1]):
                if state.start[sibling] == NEVER:
                    old = shop.machine[state.choice[sibling]]
                    reconsider(shop, state, sibling, rule, active)
                    refresh(state, old, active)
        elif o + 1 < shop.job_ptr[j + 1]:
            introduce(shop, state, o + 1, rule, active)
        # The others in the queue start later.
        delay(shop, state, k, rule, active)


@kernel
def append_in_order(shop: Shop, state: State, order: Vector) -> None:
    """List scheduling: append the operations in ``order``, which keeps each job's own, to their machines."""
    for o in order:
        choose(shop, state, o)
        commit(shop, state, o)


@kernel
def introduce_first(shop: Shop, state: State, rule: int, active: bool) -> None:
    """The operations that can be scheduled at the outset become candidates."""
    size = len(state.key)
    for k in range(size):
        state.tree[size + k] = k
    for i in range(size - 1, 0, -1):
        state.tree[i] = state.tree[2 * i]
    for j in range(len(shop.release)):
        first, end = shop.job_ptr[j], shop.job_ptr[j + 1]
        if not shop.open_shop:
            introduce(shop, state, first, rule, active)
            continue
        # What is fixed comes first: the rest of an open shop's job follows it.
        for o in range(first, end):
            if shop.fixed_start[o] != FAR:
                choose(shop, state, o)
                commit(shop, state, o)
        for o in range(first, end):
            if state.start[o] == NEVER:
                introduce(shop, state, o, rule, active)


@kernel
def select(shop: Shop, state: State, k: int, limit: int, rule: int, active: bool) -> int:
    """The operation of machine ``k``'s conflict set with the smallest priority, then the smallest index."""
    best = -1
    best_value = 0.0
    o = state.head[k]
    while o >= 0:
        if state.begin[o] < limit or (state.finish[o] if active else state.begin[o]) == limit:
            value = priority(shop, state, rule, o) if rule >= FIRST_DYNAMIC else state.value[o]
            if best < 0 or value < best_value or (value == best_value and o < best):
                best = o
                best_value = value
        o = state.after[o]
    return best


@kernel
def priority(shop: Shop, state: State, rule: int, o: int) -> float:
    """The value of candidate ``o``, smallest first; the formulas are those of ``rules.RULES``."""
    j = shop.job_of[o]
    p = shop.duration[state.choice[o]]
    work = state.work_left[j]
    if rule == MWKR:
        return float(-work)
    if rule == MOR:
        return float(-state.ops_left[j])
    if rule == SPT:
        return float(p)
    if rule == FIFO:
        return float(max(shop.release[j], state.ready[j]))
    if rule == LPT:
        return float(-p)
    if rule == LWKR:
        return float(work)
    if rule == LOR:
        return float(state.ops_left[j])
    weight = max(float(shop.weight[j]), 1e-9)
    if rule == WSPT:
        return float(p / weight)
    if rule == WSRPT:
        return float(work / weight)
    if rule == RANDOM:
        return float(shop.noise[o])
    due = shop.due[j]
    t = state.begin[o]
    slack = due - t - work
    if rule == MDD:
        return float(max(due, t + work))
    if rule == SLACK:
        return float(slack)
    if rule == SRO:
        return float(slack / state.ops_left[j])
    if rule == CR:
        return float((due - t) / max(work, 1))
    if rule == ATC:
        # The logarithm of the published index: the same order without underflow.
        return float(log(max(p, 1) / weight) + max(0.0, due - t - p - 3.0 * (work - p)) / (3.0 * shop.mean_duration))
    if rule == COVERT:
        return float(-weight / max(p, 1) * max(0.0, 1.0 - max(0, slack) / (4.0 * max(work, 1))))
    return float(due)  # EDD


@kernel
def choose(shop: Shop, state: State, o: int) -> None:
    """Set ``o``'s earliest place: the alternative that completes first, then the shorter, then the first."""
    if shop.fixed_start[o] != FAR:
        state.begin[o] = shop.fixed_start[o]
        state.finish[o] = shop.fixed_end[o]
        return
    j = shop.job_of[o]
    best = -1
    for a in range(shop.alt_ptr[o], shop.alt_ptr[o + 1]):
        earliest = state.ready[j]
        if state.place[j] >= 0 and len(shop.transport) > 0:
            earliest += shop.transport[state.place[j] * shop.num_machines + shop.machine[a]]
        if shop.open_shop and shop.duration[a] == 0:
            earliest = 0
        earliest = max(earliest, shop.release[j])
        begin, finish = fit(shop, state, shop.machine[a], shop.family[o], shop.duration[a], earliest)
        if (
            best < 0
            or finish < state.finish[o]
            or (finish == state.finish[o] and shop.duration[a] < shop.duration[best])
        ):
            best = a
            state.begin[o] = begin
            state.finish[o] = finish
    state.choice[o] = best


@kernel
def fit(shop: Shop, state: State, k: int, family: int, duration: int, earliest: int) -> tuple[int, int]:
    """Earliest start and end on machine ``k`` behind its last operation, between its fixed ones."""
    if duration == 0:
        return earliest, earliest
    slot = state.slot_next[k]
    free = state.free[k]
    last = state.last[k]
    while True:  # before the next fixed operation, or else behind it
        begin = max(earliest, free + setup(shop, k, last, family))
        begin, finish = clear(shop, k, state.down_next[k], duration, begin)
        if slot == shop.slot_ptr[k + 1]:
            return begin, finish
        # A slot that ends later may start earlier, where the past overlapped.
        behind = shop.slot_start[slot] - setup(shop, k, family, shop.slot_family[slot])
        if finish <= min(behind, shop.slot_room[slot]):
            return begin, finish
        free = max(free, shop.slot_end[slot])
        last = shop.slot_family[slot]
        slot += 1


@kernel
def setup(shop: Shop, k: int, before: int, family: int) -> int:
    """Setup time on machine ``k`` from family ``before``, -1: none, to ``family``."""
    if shop.num_families == 0:
        return 0
    if before < 0:
        return shop.initial_setup[k * shop.num_families + family]  # type: ignore[no-any-return]
    return shop.setup[(k * shop.num_families + before) * shop.num_families + family]  # type: ignore[no-any-return]


@kernel
def clear(shop: Shop, k: int, i: int, duration: int, begin: int) -> tuple[int, int]:
    """Earliest start from ``begin`` on, and end, clear of the downtimes of machine ``k`` from the i-th on."""
    end = shop.down_ptr[k + 1]
    while i < end and shop.down_end[i] <= begin:
        i += 1
    if not shop.pause:
        while i < end and shop.down_start[i] < begin + duration:
            begin = shop.down_end[i]
            i += 1
        return begin, begin + duration
    if i < end and shop.down_start[i] <= begin:
        begin = shop.down_end[i]
        i += 1
    finish = begin + duration
    while i < end and shop.down_start[i] < finish:
        finish += shop.down_end[i] - shop.down_start[i]
        i += 1
    return begin, finish


@kernel
def commit(shop: Shop, state: State, o: int) -> None:
    """Schedule ``o`` where ``choose`` has put it."""
    j = shop.job_of[o]
    a = state.choice[o]
    k = shop.machine[a]
    begin, finish = state.begin[o], state.finish[o]
    state.start[o] = begin
    state.work_left[j] -= shop.work[o]
    state.ops_left[j] -= 1
    if finish > begin or not shop.open_shop:
        state.ready[j] = max(state.ready[j], finish)
        state.place[j] = k
    if finish == begin or shop.fixed_start[o] != FAR:
        return
    state.free[k] = finish
    state.last[k] = shop.family[o]
    while state.down_next[k] < shop.down_ptr[k + 1] and shop.down_end[state.down_next[k]] <= finish:
        state.down_next[k] += 1
    while state.slot_next[k] < shop.slot_ptr[k + 1] and shop.slot_end[state.slot_next[k]] <= begin:
        state.slot_next[k] += 1


# --- queues and the tournament over them ----------------------------------------------------------


@kernel
def introduce(shop: Shop, state: State, o: int, rule: int, active: bool) -> None:
    """``o`` becomes a candidate in the queue of the machine that it chooses."""
    choose(shop, state, o)
    state.value[o] = priority(shop, state, rule, o)
    push(shop, state, o, active)


@kernel
def reconsider(shop: Shop, state: State, o: int, rule: int, active: bool) -> bool:
    """Candidate ``o`` chooses again; says whether that led it to another queue."""
    old = shop.machine[state.choice[o]]
    choose(shop, state, o)
    state.value[o] = priority(shop, state, rule, o)
    if shop.machine[state.choice[o]] == old:
        return False
    remove(state, old, o)
    push(shop, state, o, active)
    return True


@kernel
def delay(shop: Shop, state: State, k: int, rule: int, active: bool) -> None:
    """Machine ``k`` has got an operation: those in its queue start later, or elsewhere."""
    free = state.free[k]
    append = shop.num_families == 0
    append = append and state.down_next[k] == shop.down_ptr[k + 1] and state.slot_next[k] == shop.slot_ptr[k + 1]
    smallest = NEVER
    o = state.head[k]
    while o >= 0:
        following = state.after[o]
        moved = False
        if append and shop.bound_to_one[o]:
            if state.begin[o] < free and shop.duration[state.choice[o]] > 0:
                state.begin[o] = free
                state.finish[o] = free + shop.duration[state.choice[o]]
        else:
            moved = reconsider(shop, state, o, rule, active)
        if not moved:
            smallest = min(smallest, state.finish[o] if active else state.begin[o])
        o = following
    state.key[k] = smallest
    replay(state, k)


@kernel
def push(shop: Shop, state: State, o: int, active: bool) -> None:
    """Put candidate ``o`` into the queue of its chosen machine."""
    k = shop.machine[state.choice[o]]
    first = state.head[k]
    state.after[o] = first
    state.before[o] = -1
    if first >= 0:
        state.before[first] = o
    state.head[k] = o
    value = state.finish[o] if active else state.begin[o]
    if value < state.key[k]:
        state.key[k] = value
        replay(state, k)


@kernel
def remove(state: State, k: int, o: int) -> None:
    """Take candidate ``o`` out of machine ``k``'s queue."""
    before, after = state.before[o], state.after[o]
    if before >= 0:
        state.after[before] = after
    else:
        state.head[k] = after
    if after >= 0:
        state.before[after] = before


@kernel
def refresh(state: State, k: int, active: bool) -> None:
    """Find the key of machine ``k`` again."""
    smallest = NEVER
    o = state.head[k]
    while o >= 0:
        smallest = min(smallest, state.finish[o] if active else state.begin[o])
        o = state.after[o]
    state.key[k] = smallest
    replay(state, k)


@kernel
def replay(state: State, k: int) -> None:
    """Play machine ``k``'s matches of the tournament again; the lower index wins ties."""
    i = (len(state.key) + k) // 2
    while i > 0:
        left, right = state.tree[2 * i], state.tree[2 * i + 1]
        state.tree[i] = left if state.key[left] <= state.key[right] else right
        i //= 2
