"""The state of a search with exact completion times: a topological order, an alternative for each operation, starts.

Starts are computed anew as far as a move changes them, with release dates, transport, setups and downtime as they
are, and can be put back. Functions are compiled together by ``compiling``; arrays are int64 throughout, and few, for
handing on each one costs time.
"""

from __future__ import annotations

from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.jobshop.graph import Array

JOB_BEFORE, JOB_AFTER, RELEASE, FAMILY, FIRST_ALTERNATIVE, NUM_ALTERNATIVES = range(6)
"""Columns of ``shop`` (N x 8), which does not change: the previous and next operation of the job, or -1; the job's
release; the setup family; the first of its alternatives, and how many there are."""

NUM_MACHINES, NUM_FAMILIES, PAUSE, INITIAL_SETUP, SETUP, TRANSPORT, DOWN_PTR, DOWN_START, DOWN_END = range(9)
#     tables  | head (9) | initial setup | setup | transport | first downtime | begins | ends |
#                 |              ^           ^         ^             ^            ^        ^
#                 +--------------+-----------+---------+-------------+------------+--------+   where each begins
"""``tables`` begins with two sizes, whether operations pause, and where these tables begin in it, 0 for none: setup
before the first operation (machines x families), between two (machines x families x families), transport (machines x
machines), the first downtime of each machine and one more, begin and end of each downtime."""

MACHINE, DURATION, BEFORE, AFTER, START, END, RANK, MARK = range(8)
"""Columns of ``graph`` (N x 8): the chosen machine and duration; the neighbours on the machine, or -1 (operations of
length 0 have none); start and end; the place in the order; a mark for scans, 0 between them."""

ITERATION, IMPROVED_AT, SEED, SETUPS = range(4)
"""What ``status`` holds: moves tried, the one that found the best, random state, total setup time."""

LOG_OPERATION, LOG_START, LOG_END = range(3)
"""Columns of ``log`` (N x 3): starts and ends before the move."""

#     order    | a | b | c | d | e | f | ...     N: topological, so that starts are computed from left to right
#     saved    |   | b | c | d |                 the part that a move changes, at its old ranks, to put it back
#     row      operations that move within the order
#     first_on, last_on                          m: ends of the machines' sequences, linked by BEFORE and AFTER

MOVED, PREDECESSOR, ALTERNATIVE, FIRST_RANK, LAST_RANK, OLD_PREDECESSOR, OLD_ALTERNATIVE, CHANGED = range(8)
"""What ``move`` holds: the operation, the one that it goes behind on its machine (-1: none), its alternative, the part
of the order that the move concerns; what ``take_back`` needs: where it was, and how many starts have changed."""


@kernel
def ready_in_job(shop: Array, tables: Array, graph: Array, o: int) -> int:
    """When the job allows ``o`` to start."""
    ready = shop[o, RELEASE]
    p = shop[o, JOB_BEFORE]
    if p >= 0:
        arrival = graph[p, END]
        if tables[TRANSPORT]:
            arrival += tables[tables[TRANSPORT] + graph[p, MACHINE] * tables[NUM_MACHINES] + graph[o, MACHINE]]
        ready = max(ready, arrival)
    return int(ready)


@kernel
def setup_before(shop: Array, tables: Array, graph: Array, o: int) -> int:
    """The setup time before ``o`` on its machine; 0 for no operation."""
    if o < 0 or tables[NUM_FAMILIES] == 0:
        return 0
    p, k, family = graph[o, BEFORE], graph[o, MACHINE], shop[o, FAMILY]
    if p < 0:
        return int(tables[tables[INITIAL_SETUP] + k * tables[NUM_FAMILIES] + family])
    return int(tables[tables[SETUP] + (k * tables[NUM_FAMILIES] + shop[p, FAMILY]) * tables[NUM_FAMILIES] + family])


@kernel
def ready_on_machine(shop: Array, tables: Array, graph: Array, o: int) -> int:
    """When the operation before on the machine, and the setup, allow ``o`` to start."""
    p = graph[o, BEFORE]
    return int((0 if p < 0 else graph[p, END]) + setup_before(shop, tables, graph, o))


@kernel
def clear_of_downtime(tables: Array, k: int, ready: int, duration: int) -> tuple[int, int]:
    """Earliest start from ``ready`` on, and end, of an operation on machine ``k``."""
    low, end = tables[tables[DOWN_PTR] + k], tables[tables[DOWN_PTR] + k + 1]
    high = end
    while low < high:  # the first downtime that ends after ``ready``
        middle = (low + high) // 2
        if tables[tables[DOWN_END] + middle] <= ready:
            low = middle + 1
        else:
            high = middle
    start, i = ready, low  # behind every downtime that is in the way of the start, or of the whole
    while i < end and tables[tables[DOWN_START] + i] < start + (1 if tables[PAUSE] else duration):
        start = max(start, tables[tables[DOWN_END] + i])
        i += 1
    finish = start + duration
    while i < end and tables[tables[DOWN_START] + i] < finish:  # only where operations pause
        finish += tables[tables[DOWN_END] + i] - tables[tables[DOWN_START] + i]
        i += 1
    return int(start), int(finish)


@kernel
def update(shop: Array, tables: Array, graph: Array, order: Array, first: int, until: int, log: Array) -> int:
    """Compute starts anew from rank ``first`` to ``until`` and as far as they change; returns how many are logged."""
    size = 0
    rank = first
    while rank <= until:
        o = order[rank]
        start = ready_in_job(shop, tables, graph, o)
        end = start + graph[o, DURATION]
        if end > start:  # it takes time: then its machine has to be free, and at work
            start = max(start, ready_on_machine(shop, tables, graph, o))
            end = start + graph[o, DURATION]
            if tables[DOWN_PTR]:
                start, end = clear_of_downtime(tables, graph[o, MACHINE], start, graph[o, DURATION])
        if start != graph[o, START] or end != graph[o, END]:  # note what was; those that follow have to be looked at
            log[size, LOG_OPERATION], log[size, LOG_START], log[size, LOG_END] = o, graph[o, START], graph[o, END]
            size += 1
            graph[o, START], graph[o, END] = start, end
            if shop[o, JOB_AFTER] >= 0:
                until = max(until, graph[shop[o, JOB_AFTER], RANK])
            if graph[o, AFTER] >= 0:
                until = max(until, graph[graph[o, AFTER], RANK])
        rank += 1
    return size


@kernel
def assign(alternatives: Array, graph: Array, o: int, a: int) -> None:
    """Choose an alternative of ``o``, which must be in no sequence."""
    graph[o, MACHINE], graph[o, DURATION] = alternatives[a, 0], alternatives[a, 1]


@kernel
def build(
    shop: Array,
    tables: Array,
    alternatives: Array,
    graph: Array,
    order: Array,
    choice: Array,
    first_on: Array,
    last_on: Array,
    status: Array,
    log: Array,
) -> None:
    """Set up ``graph`` and ``first_on`` (the first operation of each machine, or -1) for an order and a choice."""
    for k in range(len(first_on)):
        first_on[k] = last_on[k] = -1
    for rank in range(len(order)):
        o = order[rank]
        assign(alternatives, graph, o, choice[o])
        graph[o, RANK], graph[o, BEFORE], graph[o, AFTER], graph[o, MARK] = rank, -1, -1, 0
        k = graph[o, MACHINE]
        if graph[o, DURATION] > 0:
            p = last_on[k]
            graph[o, BEFORE] = p
            if p >= 0:
                graph[p, AFTER] = o
            else:
                first_on[k] = o
            last_on[k] = o
    update(shop, tables, graph, order, 0, len(order) - 1, log)
    status[SETUPS] = 0
    for o in order:
        if graph[o, DURATION] > 0:
            status[SETUPS] += setup_before(shop, tables, graph, o)


@kernel
def detach(shop: Array, tables: Array, graph: Array, first_on: Array, status: Array, o: int) -> None:
    """Take ``o`` out of its machine's sequence."""
    p, s = graph[o, BEFORE], graph[o, AFTER]  # p - o - s  ->  p - s
    status[SETUPS] -= setup_before(shop, tables, graph, o) + setup_before(shop, tables, graph, s)
    if p >= 0:
        graph[p, AFTER] = s
    else:
        first_on[graph[o, MACHINE]] = s
    if s >= 0:
        graph[s, BEFORE] = p
    graph[o, BEFORE] = graph[o, AFTER] = -1
    status[SETUPS] += setup_before(shop, tables, graph, s)


@kernel
def attach(shop: Array, tables: Array, graph: Array, first_on: Array, status: Array, o: int, p: int) -> None:
    """Put ``o`` into its machine's sequence behind ``p``; first where ``p`` is -1."""
    s = graph[p, AFTER] if p >= 0 else first_on[graph[o, MACHINE]]  # p - s  ->  p - o - s
    status[SETUPS] -= setup_before(shop, tables, graph, s)
    graph[o, BEFORE], graph[o, AFTER] = p, s
    if p >= 0:
        graph[p, AFTER] = o
    else:
        first_on[graph[o, MACHINE]] = o
    if s >= 0:
        graph[s, BEFORE] = o
    status[SETUPS] += setup_before(shop, tables, graph, o) + setup_before(shop, tables, graph, s)


@kernel
def put(
    shop: Array,
    tables: Array,
    alternatives: Array,
    graph: Array,
    choice: Array,
    first_on: Array,
    status: Array,
    o: int,
    p: int,
    a: int,
) -> None:
    """Move ``o`` behind ``p`` on the machine of alternative ``a``."""
    if graph[o, DURATION] > 0:
        detach(shop, tables, graph, first_on, status, o)
    choice[o] = a
    assign(alternatives, graph, o, a)
    if graph[o, DURATION] > 0:
        attach(shop, tables, graph, first_on, status, o, p)


@kernel
def reorder_backward(shop: Array, graph: Array, order: Array, first: int, last: int, saved: Array, row: Array) -> bool:
    """Make the order topological where the operation at rank ``last`` now precedes the one at rank ``first``.

    It goes there with all that leads to it. ``saved`` keeps that part of the order; False where there is a cycle.

        order   . x L y L v .   ->   . L L v x y .      L: leads to v; a cycle where the first one does
    """
    moved = order[last]
    size, at = 0, last
    for rank in range(last, first - 1, -1):
        o = order[rank]
        saved[rank] = o
        s = shop[o, JOB_AFTER]
        leads = o == moved or (s >= 0 and graph[s, MARK] == 1)
        leads = leads or (graph[o, AFTER] >= 0 and graph[graph[o, AFTER], MARK] == 1)
        if leads:  # it moves; the others close up behind it
            graph[o, MARK] = 1
            row[size] = o
            size += 1
        else:
            order[at] = o
            at -= 1
    cyclic = graph[saved[first], MARK] == 1
    for i in range(size):
        graph[row[i], MARK] = 0
        order[at - i] = row[i]
    for rank in range(first, last + 1):
        graph[order[rank], RANK] = rank
    return bool(not cyclic)


@kernel
def reorder_forward(shop: Array, graph: Array, order: Array, first: int, last: int, saved: Array, row: Array) -> bool:
    """The mirror image: the operation at rank ``first`` now follows the one at rank ``last``.

    order   . u F x F y .   ->   . x y u F F .      F: follows from u
    """
    moved = order[first]
    size, at = 0, first
    for rank in range(first, last + 1):
        o = order[rank]
        saved[rank] = o
        p = shop[o, JOB_BEFORE]
        follows = o == moved or (p >= 0 and graph[p, MARK] == 1)
        follows = follows or (graph[o, BEFORE] >= 0 and graph[graph[o, BEFORE], MARK] == 1)
        if follows:
            graph[o, MARK] = 1
            row[size] = o
            size += 1
        else:
            order[at] = o
            at += 1
    cyclic = graph[saved[last], MARK] == 1
    for i in range(size):
        graph[row[i], MARK] = 0
        order[at + i] = row[i]
    for rank in range(first, last + 1):
        graph[order[rank], RANK] = rank
    return bool(not cyclic)


@kernel
def make_move(
    shop: Array,
    tables: Array,
    alternatives: Array,
    graph: Array,
    order: Array,
    choice: Array,
    first_on: Array,
    status: Array,
    move: Array,
    saved: Array,
    row: Array,
    log: Array,
) -> bool:
    """Make a move and compute the starts anew; False, with starts as they were, where it closes a cycle."""
    x, first, last = move[MOVED], move[FIRST_RANK], move[LAST_RANK]
    move[OLD_PREDECESSOR], move[OLD_ALTERNATIVE], move[CHANGED] = graph[x, BEFORE], choice[x], 0
    successor = graph[x, AFTER]
    # The sequences, then the order, which tells of cycles.
    put(shop, tables, alternatives, graph, choice, first_on, status, x, move[PREDECESSOR], move[ALTERNATIVE])
    if first < last:
        if graph[x, RANK] == last:
            acyclic = reorder_backward(shop, graph, order, first, last, saved, row)
        else:
            acyclic = reorder_forward(shop, graph, order, first, last, saved, row)
        if not acyclic:
            return False
    # Starts, as far as the neighbours before and now, on the machine and in the job, may change.
    until = last
    if successor >= 0:
        until = max(until, graph[successor, RANK])
    if graph[x, AFTER] >= 0:
        until = max(until, graph[graph[x, AFTER], RANK])
    if shop[x, JOB_AFTER] >= 0:  # transport from another machine, though x may end as before
        until = max(until, graph[shop[x, JOB_AFTER], RANK])
    move[CHANGED] = update(shop, tables, graph, order, first, until, log)
    return True


@kernel
def take_back(
    shop: Array,
    tables: Array,
    alternatives: Array,
    graph: Array,
    order: Array,
    choice: Array,
    first_on: Array,
    status: Array,
    move: Array,
    saved: Array,
    log: Array,
) -> None:
    """Undo the last move."""
    for i in range(move[CHANGED]):  # starts and ends
        o = log[i, LOG_OPERATION]
        graph[o, START], graph[o, END] = log[i, LOG_START], log[i, LOG_END]
    if move[FIRST_RANK] < move[LAST_RANK]:  # the order
        for rank in range(move[FIRST_RANK], move[LAST_RANK] + 1):
            order[rank] = saved[rank]
            graph[order[rank], RANK] = rank
    x, p, a = move[MOVED], move[OLD_PREDECESSOR], move[OLD_ALTERNATIVE]
    put(shop, tables, alternatives, graph, choice, first_on, status, x, p, a)
