"""Tabu search for the makespan of a job shop: operations of critical blocks move within their machine's sequence.

The neighbourhood is N7 (C. Zhang, P. Li, Z. Guan, Y. Rao, Computers & Operations Research 34 (2007) 3229-3242):
an operation of a block moves right behind its last or right before its first one, and these two move inside.
Moves are valued by heads and tails that are exact within the block but for what happens outside of it (E. Balas
and A. Vazacopoulos, Management Science 44 (1998) 262-275).

The functions are compiled together by ``compiling``; arrays are int64 throughout.
"""

from __future__ import annotations

from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.jobshop.graph import (
    AFTER,
    BEFORE,
    DURATION,
    HEAD,
    JOB,
    JOB_AFTER,
    JOB_BEFORE,
    LAG,
    MACHINE,
    MARK,
    PLACE,
    RANK,
    RELEASE,
    TAIL,
    Array,
)
from schedsolve.solvers.stop import Flag

ITERATION, CURRENT, BEST, IMPROVED_AT, SEED, TENURE, WIDEST = range(7)
"""What ``status`` holds: moves made, makespan now, best makespan, the move that found it, random state, least
tabu tenure, most operations on one machine."""

#     order   | a | b | c | d | e | ...      N: all operations, none before one that it follows: a path is computed
#     RANK      0   1   2   3   4            from left (heads) to right, or back (tails), in one sweep
#
#     path    |  room  | a | d | e |         N: a critical path, written from its end: it begins at ``begin``
#     row     | d | e | a |                  a part of a machine's sequence as a move would make it
#     table   (first, second) -> move        until which the order of a pair is tabu


@kernel
def random_below(status: Array, n: int) -> int:
    """A number from 0 to n - 1; the generator of P. L'Ecuyer, Communications of the ACM 31 (1988) 742-774."""
    status[SEED] = status[SEED] * 40014 % 2147483563
    return int(status[SEED] % n)


@kernel
def job_ready(shop: Array, graph: Array, o: int) -> int:
    """When the job allows ``o`` to start."""
    p = shop[o, JOB_BEFORE]
    if p < 0:
        return int(shop[o, RELEASE])
    return int(max(shop[o, RELEASE], graph[p, HEAD] + shop[p, DURATION] + shop[p, LAG]))


@kernel
def job_tail(shop: Array, graph: Array, o: int) -> int:
    """What the job still needs after ``o`` has ended."""
    s = shop[o, JOB_AFTER]
    return 0 if s < 0 else graph[s, TAIL] + shop[o, LAG]


@kernel
def update_heads(shop: Array, graph: Array, order: Array, first: int, until: int) -> None:
    """Recompute heads along the order: from rank ``first`` to ``until``, and as far as something changes."""
    size = len(order)
    rank = first
    while rank < size and rank <= until:
        o = order[rank]
        head = job_ready(shop, graph, o)
        p = graph[o, BEFORE]
        if p >= 0:
            head = max(head, graph[p, HEAD] + shop[p, DURATION])
        if head != graph[o, HEAD]:  # then what follows directly has to be looked at, too
            graph[o, HEAD] = head
            if shop[o, JOB_AFTER] >= 0:
                until = max(until, graph[shop[o, JOB_AFTER], RANK])
            if graph[o, AFTER] >= 0:
                until = max(until, graph[graph[o, AFTER], RANK])
        rank += 1


@kernel
def update_tails(shop: Array, graph: Array, order: Array, last: int, until: int) -> None:
    """Recompute tails against the order: from rank ``last`` down to ``until``, and as far as something changes."""
    rank = last
    while rank >= 0 and rank >= until:
        o = order[rank]
        tail = job_tail(shop, graph, o)
        s = graph[o, AFTER]
        if s >= 0:
            tail = max(tail, graph[s, TAIL])
        tail += shop[o, DURATION]
        if tail != graph[o, TAIL]:  # then what precedes directly has to be looked at, too
            graph[o, TAIL] = tail
            if shop[o, JOB_BEFORE] >= 0:
                until = min(until, graph[shop[o, JOB_BEFORE], RANK])
            if graph[o, BEFORE] >= 0:
                until = min(until, graph[graph[o, BEFORE], RANK])
        rank -= 1


@kernel
def makespan(shop: Array, graph: Array, last: Array) -> int:
    """The latest end of a job."""
    latest = 0
    for o in last:
        latest = max(latest, graph[o, HEAD] + shop[o, DURATION])
    return latest


@kernel
def build(shop: Array, graph: Array, order: Array, last: Array, latest: Array) -> int:
    """Set up the graph of a topological order; ``latest`` (one for each machine) is room. Returns the makespan."""
    for k in range(len(latest)):
        latest[k] = -1
    for rank in range(len(order)):
        o = order[rank]
        graph[o, RANK] = rank
        graph[o, BEFORE] = -1
        graph[o, AFTER] = -1
        k = shop[o, MACHINE]
        if k >= 0:  # it occupies its machine behind the latest one there
            p = latest[k]
            graph[o, BEFORE] = p
            if p >= 0:
                graph[p, AFTER] = o
            latest[k] = o
    update_heads(shop, graph, order, 0, len(order))
    update_tails(shop, graph, order, len(order) - 1, 0)
    return makespan(shop, graph, last)


@kernel
def critical_path(shop: Array, graph: Array, last: Array, status: Array, path: Array) -> int:
    """A random critical path, written to the end of ``path``; returns where it begins."""
    found = 0
    o = -1
    for end in last:  # one of the operations that end at the makespan, each as likely as the others
        if graph[end, HEAD] + shop[end, DURATION] == status[CURRENT]:
            found += 1
            if random_below(status, found) == 0:
                o = end
    at = len(path)
    while o >= 0:
        at -= 1
        path[at] = o
        p, k = shop[o, JOB_BEFORE], graph[o, BEFORE]
        head = graph[o, HEAD]  # who ends just then has made it wait
        by_job = p >= 0 and graph[p, HEAD] + shop[p, DURATION] + shop[p, LAG] == head
        by_machine = k >= 0 and graph[k, HEAD] + shop[k, DURATION] == head
        if by_machine and (not by_job or random_below(status, 2)):
            o = k
        else:
            o = p if by_job else -1
    return at


@kernel
def rearranged(graph: Array, u: int, v: int, forward: bool, row: Array) -> int:
    """The part of a machine's sequence from ``u`` to ``v`` with ``u`` behind ``v`` (forward) or ``v`` before ``u``.

    u a b v  ->  a b v u   (forward)
                 v u a b   (backward)
    """
    size = 0
    if not forward:
        row[0] = v
        size = 1
    o = graph[u, AFTER] if forward else u
    while o != v:
        row[size] = o
        size += 1
        o = graph[o, AFTER]
    if forward:
        row[size] = v
        row[size + 1] = u
        return size + 2
    return size


@kernel
def estimate(shop: Array, graph: Array, before: int, after: int, row: Array, size: int, heads: Array) -> int:
    """A bound on the longest path through the operations of ``row``, done one after another."""
    free = 0 if before < 0 else graph[before, HEAD] + shop[before, DURATION]
    for i in range(size):  # heads in the new sequence
        o = row[i]
        heads[i] = max(free, job_ready(shop, graph, o))
        free = heads[i] + shop[o, DURATION]
    worst = 0
    tail = 0 if after < 0 else graph[after, TAIL]
    for i in range(size - 1, -1, -1):  # tails, and with them the longest path through each
        o = row[i]
        tail = max(tail, job_tail(shop, graph, o)) + shop[o, DURATION]
        worst = max(worst, heads[i] + tail)
    return worst


@kernel
def allowed(shop: Array, graph: Array, u: int, v: int, forward: bool) -> bool:
    """Does the move surely leave no cycle? Balas and Vazacopoulos' conditions; no operation passes its own job.

    To swap two neighbours on a critical path never closes one (P. van Laarhoven, E. Aarts and J. K. Lenstra,
    Operations Research 40 (1992) 113-125).
    """
    if graph[u, AFTER] == v:
        return bool(shop[u, JOB] != shop[v, JOB])
    if forward:
        s = shop[u, JOB_AFTER]
        if s >= 0 and graph[v, TAIL] < graph[s, TAIL]:
            return False
        o = v
        while o != u:
            if shop[o, JOB] == shop[u, JOB]:
                return False
            o = graph[o, BEFORE]
        return True
    p = shop[v, JOB_BEFORE]
    if p >= 0 and graph[u, HEAD] + shop[u, DURATION] < graph[p, HEAD] + shop[p, DURATION]:
        return False
    o = u
    while o != v:
        if shop[o, JOB] == shop[v, JOB]:
            return False
        o = graph[o, AFTER]
    return True


@kernel
def entry(shop: Array, table: Array, widest: int, first: int, second: int) -> int:
    """Where the tabu table holds "``first`` before ``second``"; its size is a power of two."""
    return int((first * widest + shop[second, PLACE]) & (len(table) - 1))


@kernel
def is_tabu(shop: Array, table: Array, status: Array, row: Array, size: int, forward: bool) -> bool:
    """Would the move restore an order of two operations that is tabu?"""
    moved = row[size - 1] if forward else row[0]
    for i in range(size):
        o = row[i]
        if o != moved:
            at = (
                entry(shop, table, status[WIDEST], o, moved)
                if forward
                else entry(shop, table, status[WIDEST], moved, o)
            )
            if table[at] > status[ITERATION]:
                return True
    return False


@kernel
def forbid(shop: Array, table: Array, status: Array, until: int, row: Array, size: int, forward: bool) -> None:
    """Make the orders tabu that the move has reversed."""
    moved = row[size - 1] if forward else row[0]
    for i in range(size):
        o = row[i]
        if o != moved:
            at = (
                entry(shop, table, status[WIDEST], moved, o)
                if forward
                else entry(shop, table, status[WIDEST], o, moved)
            )
            table[at] = until


@kernel
def choose(
    shop: Array,
    graph: Array,
    status: Array,
    table: Array,
    path: Array,
    begin: int,
    row: Array,
    room: Array,
    move: Array,
) -> None:
    """Write the best move to ``move`` (u, v, forward); u is -1 where there is none.

    That is the best estimate among moves that are not tabu or promise a new best; where all are tabu,
    a random one.
    """
    best_value, ties, others = 2**62, 0, 0
    move[0] = -1
    size = len(path)
    first = begin
    while first < size:
        last = first
        while last + 1 < size and graph[path[last], AFTER] == path[last + 1]:
            last += 1
        opens = first > begin or graph[path[first], HEAD] > 0  # else another first operation changes nothing
        closes = last + 1 < size
        inner = last - first
        for which in range(4 * inner):
            kind, i = which & 3, which >> 2
            u, v, forward = path[first], path[last], True
            if kind == 0:  # one behind the last
                u = path[first + i]
                useful = closes or (opens and i == 0)
            elif kind == 1:  # one before the first
                v, forward = path[first + 1 + i], False
                useful = inner > 1 and (opens or (closes and i == inner - 1))
            elif kind == 2:  # the first inside
                v = path[first + 1 + i]
                useful = opens and i < inner - 1
            else:  # the last inside
                u, forward = path[first + i], False
                useful = closes and i > 0
            if not useful or not allowed(shop, graph, u, v, forward):
                continue
            count = rearranged(graph, u, v, forward, row)
            value = estimate(shop, graph, graph[u, BEFORE], graph[v, AFTER], row, count, room)
            tabu = is_tabu(shop, table, status, row, count, forward)
            if tabu and value >= status[BEST]:
                others += 1
                if best_value == 2**62 and random_below(status, others) == 0:
                    move[0], move[1], move[2] = u, v, forward
                continue
            if value < best_value:
                best_value, ties = value, 0
            if value == best_value:
                ties += 1
                if random_below(status, ties) == 0:
                    move[0], move[1], move[2] = u, v, forward
        first = last + 1


@kernel
def reorder(shop: Array, graph: Array, order: Array, u: int, v: int, forward: bool, row: Array) -> None:
    """Make ``order`` topological again after a move; ``graph`` has the new sequence.

    Forward, ``u`` and what follows from it go behind ``v``, as far as they stood before it; backward, ``v``
    and what leads to it go before ``u``.

        order   . u x F y F v .   ->   . x y v u F F .      F: follows from u
    """
    moved, step, job_column, machine_column = u, 1, JOB_BEFORE, BEFORE
    begin, end = graph[u, RANK], graph[v, RANK]
    if not forward:
        moved, step, job_column, machine_column = v, -1, JOB_AFTER, AFTER
        begin, end = end, begin
    size = 0
    at = begin
    for rank in range(begin, end + step, step):
        o = order[rank]
        p, k = shop[o, job_column], graph[o, machine_column]
        if o == moved or (p >= 0 and graph[p, MARK] == 1) or (k >= 0 and graph[k, MARK] == 1):
            graph[o, MARK] = 1  # it moves, and so does what hangs on it
            row[size] = o
            size += 1
        else:  # it closes the gap that they leave
            order[at] = o
            graph[o, RANK] = at
            at += step
    for i in range(size):  # those that move, in the order in which they stood
        o = row[i]
        graph[o, MARK] = 0
        order[at] = o
        graph[o, RANK] = at
        at += step


@kernel
def link(graph: Array, before: int, after: int, row: Array, size: int) -> None:
    """Make ``row`` the part of a machine's sequence between ``before`` and ``after``."""
    p = before
    for i in range(size):
        o = row[i]
        graph[o, BEFORE] = p
        if p >= 0:
            graph[p, AFTER] = o
        p = o
    graph[p, AFTER] = after
    if after >= 0:
        graph[after, BEFORE] = p


@kernel
def make_move(
    shop: Array, graph: Array, order: Array, u: int, v: int, forward: bool, row: Array, size: int, room: Array
) -> None:
    """Change the graph, the order, heads and tails; ``row`` is the new part of the sequence."""
    before, after = graph[u, BEFORE], graph[v, AFTER]  # the neighbours of the part: before | u ... v | after
    low, high = graph[u, RANK], graph[v, RANK]
    link(graph, before, after, row, size)
    reorder(shop, graph, order, u, v, forward, room)
    until = high if after < 0 else graph[after, RANK]
    update_heads(shop, graph, order, low, until)
    until = low if before < 0 else graph[before, RANK]
    update_tails(shop, graph, order, high, until)


@kernel
def search(
    shop: Array,
    graph: Array,
    order: Array,
    best_order: Array,
    last: Array,
    status: Array,
    table: Array,
    path: Array,
    row: Array,
    room: Array,
    move: Array,
    moves: int,
    patience: int,
    target: int,
    flag: Flag,
) -> None:
    """Make up to ``moves`` moves; fewer at ``target``, ``patience`` moves after the last best, or when ``flag`` is up.

    ``graph``, ``order`` and ``status`` go on where they were left; ``path``, ``row``, ``room`` and ``move`` are room;
    ``best_order`` is the order of the best makespan.
    """
    end = status[ITERATION] + moves
    while status[ITERATION] < end and status[ITERATION] - status[IMPROVED_AT] < patience and status[BEST] > target:
        if flag[0]:
            return
        # Only moves on a critical path can shorten the schedule.
        begin = critical_path(shop, graph, last, status, path)
        choose(shop, graph, status, table, path, begin, row, room, move)
        status[ITERATION] += 1
        u, v, forward = move[0], move[1], move[2] == 1
        if u < 0:  # no block has two operations: the makespan is that of a job
            status[IMPROVED_AT] = status[ITERATION] - patience
            return
        # What the move turns around is not to be turned back for a while.
        size = rearranged(graph, u, v, forward, row)
        tenure = status[TENURE] + random_below(status, 1 + status[TENURE] // 2)
        forbid(shop, table, status, status[ITERATION] + tenure, row, size, forward)
        make_move(shop, graph, order, u, v, forward, row, size, room)
        status[CURRENT] = makespan(shop, graph, last)
        if status[CURRENT] < status[BEST]:  # keep it
            status[BEST] = status[CURRENT]
            status[IMPROVED_AT] = status[ITERATION]
            for rank in range(len(order)):  # numba takes seconds to compile a copy in one piece
                best_order[rank] = order[rank]
