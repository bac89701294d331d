"""Late acceptance for every objective that follows from completion times: exact values, moves on critical paths.

A state is a topological order of the operations and an alternative for each. A move takes one operation out of
its machine's sequence and puts it in elsewhere; starts are then computed anew as far as they change, with release
dates, transport, setups and downtime as they are, and restored where the move is not accepted. The operations to
move lie on a critical path of a job that costs something: it is late, or decides on a maximum.

E. Burke and Y. Bykov, The late acceptance hill-climbing heuristic, European Journal of Operational Research 258
(2017) 70-78; critical paths of single jobs: Y. Mati, S. Dauzere-Peres, C. Lahlou, A general approach for optimizing
regular criteria in the job-shop scheduling problem, European Journal of Operational Research 212 (2011) 33-42.

The functions are compiled together by ``compiling``; arrays are int64 throughout, and few, for handing on each one
costs time.
"""

from __future__ import annotations

from typing import Any

from schedsolve.models.record import FAR
from schedsolve.solvers.search.jobshop.graph import Array

JOB_BEFORE, JOB_AFTER, RELEASE, FAMILY, FIRST_ALTERNATIVE, NUM_ALTERNATIVES = range(6)
"""Columns of ``shop`` (N x 8), which does not change: the previous and next operation of the job, or -1; the job's
release; the setup family; the first of its alternatives, and how many there are."""

NUM_MACHINES, NUM_FAMILIES, PAUSE, INITIAL_SETUP, SETUP, TRANSPORT, DOWN_PTR, DOWN_START, DOWN_END = range(9)
"""``tables`` begins with two sizes, whether operations pause, and where these tables begin in it, 0 for none: setup
before the first operation (machines x families), between two (machines x families x families), transport (machines x
machines), the first downtime of each machine and one more, begin and end of each downtime."""

MACHINE, DURATION, BEFORE, AFTER, START, END, RANK, MARK = range(8)
"""Columns of ``graph`` (N x 8): the chosen machine and duration; the neighbours on the machine, or -1 (operations of
length 0 have none); start and end; the place in the order; a mark for scans, 0 between them."""

ITERATION, IMPROVED_AT, SEED, SETUPS = range(4)
"""What ``status`` holds: moves tried, the one that found the best, random state, total setup time."""

CURRENT, BEST, CANDIDATE = range(3)
"""Rows of ``value`` (3 x levels)."""

DUE, DEADLINE, WEIGHT, LAST = range(4)
"""Columns of ``jobs`` (n x 4); the last operation."""

PAST_DEADLINES, MAKESPAN, COMPLETION, TARDINESS, LATENESS, TARDY, SETUP_TIME = range(7)
"""What a level counts: time beyond deadlines, or an objective; sums are weighted where ``aims[level, 1]`` is 1."""

LOG_OPERATION, LOG_START, LOG_END = range(3)
"""Columns of ``log`` (N x 3): starts and ends before the move."""

MOVED, PREDECESSOR, ALTERNATIVE, FIRST_RANK, LAST_RANK = range(5)
"""What ``move`` holds: the operation, the one that it goes behind on its machine (-1: none), its alternative, and
the part of the order that the move concerns."""


def random_below(status: Array, n: int) -> int:
    """A number from 0 to n - 1; the generator of P. L'Ecuyer, Communications of the ACM 31 (1988) 742-774."""
    status[SEED] = status[SEED] * 40014 % 2147483563
    return int(status[SEED] % n)


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


def setup_before(shop: Array, tables: Array, graph: Array, o: int) -> int:
    """The setup time before ``o`` on its machine; 0 for no operation."""
    if o < 0 or tables[NUM_FAMILIES] == 0:
        return 0
    p, k, family = graph[o, BEFORE], graph[o, MACHINE], shop[o, FAMILY]
    if p < 0:
        return int(tables[tables[INITIAL_SETUP] + k * tables[NUM_FAMILIES] + family])
    return int(tables[tables[SETUP] + (k * tables[NUM_FAMILIES] + shop[p, FAMILY]) * tables[NUM_FAMILIES] + family])


def ready_on_machine(shop: Array, tables: Array, graph: Array, o: int) -> int:
    """When the operation before on the machine, and the setup, allow ``o`` to start."""
    p = graph[o, BEFORE]
    return int((0 if p < 0 else graph[p, END]) + setup_before(shop, tables, graph, o))


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
    start, i = ready, low
    while i < end and tables[tables[DOWN_START] + i] < start + (1 if tables[PAUSE] else duration):
        start = max(start, tables[tables[DOWN_END] + i])
        i += 1
    finish = start + duration
    while i < end and tables[tables[DOWN_START] + i] < finish:  # only where operations pause
        finish += tables[tables[DOWN_END] + i] - tables[tables[DOWN_START] + i]
        i += 1
    return int(start), int(finish)


def update(shop: Array, tables: Array, graph: Array, order: Array, first: int, until: int, log: Array) -> int:
    """Compute starts anew from rank ``first`` to ``until`` and as far as they change; returns how many are logged."""
    size = 0
    rank = first
    while rank <= until:
        o = order[rank]
        start = ready_in_job(shop, tables, graph, o)
        end = start + graph[o, DURATION]
        if end > start:
            start = max(start, ready_on_machine(shop, tables, graph, o))
            end = start + graph[o, DURATION]
            if tables[DOWN_PTR]:
                start, end = clear_of_downtime(tables, graph[o, MACHINE], start, graph[o, DURATION])
        if start != graph[o, START] or end != graph[o, END]:
            log[size, LOG_OPERATION], log[size, LOG_START], log[size, LOG_END] = o, graph[o, START], graph[o, END]
            size += 1
            graph[o, START], graph[o, END] = start, end
            if shop[o, JOB_AFTER] >= 0:
                until = max(until, graph[shop[o, JOB_AFTER], RANK])
            if graph[o, AFTER] >= 0:
                until = max(until, graph[graph[o, AFTER], RANK])
        rank += 1
    return size


def assign(alternatives: Array, graph: Array, o: int, a: int) -> None:
    """Choose an alternative of ``o``, which must be in no sequence."""
    graph[o, MACHINE], graph[o, DURATION] = alternatives[a, 0], alternatives[a, 1]


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


def detach(shop: Array, tables: Array, graph: Array, first_on: Array, status: Array, o: int) -> None:
    """Take ``o`` out of its machine's sequence."""
    p, s = graph[o, BEFORE], graph[o, AFTER]
    status[SETUPS] -= setup_before(shop, tables, graph, o) + setup_before(shop, tables, graph, s)
    if p >= 0:
        graph[p, AFTER] = s
    else:
        first_on[graph[o, MACHINE]] = s
    if s >= 0:
        graph[s, BEFORE] = p
    graph[o, BEFORE] = graph[o, AFTER] = -1
    status[SETUPS] += setup_before(shop, tables, graph, s)


def attach(shop: Array, tables: Array, graph: Array, first_on: Array, status: Array, o: int, p: int) -> None:
    """Put ``o`` into its machine's sequence behind ``p``; first where ``p`` is -1."""
    s = graph[p, AFTER] if p >= 0 else first_on[graph[o, MACHINE]]
    status[SETUPS] -= setup_before(shop, tables, graph, s)
    graph[o, BEFORE], graph[o, AFTER] = p, s
    if p >= 0:
        graph[p, AFTER] = o
    else:
        first_on[graph[o, MACHINE]] = o
    if s >= 0:
        graph[s, BEFORE] = o
    status[SETUPS] += setup_before(shop, tables, graph, o) + setup_before(shop, tables, graph, s)


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


def reorder_backward(shop: Array, graph: Array, order: Array, first: int, last: int, saved: Array, row: Array) -> bool:
    """Make the order topological where the operation at rank ``last`` now precedes the one at rank ``first``.

    It goes there with all that leads to it. ``saved`` keeps that part of the order; False where there is a cycle.
    """
    moved = order[last]
    size, at = 0, last
    for rank in range(last, first - 1, -1):
        o = order[rank]
        saved[rank] = o
        s = shop[o, JOB_AFTER]
        leads = o == moved or (s >= 0 and graph[s, MARK] == 1)
        leads = leads or (graph[o, AFTER] >= 0 and graph[graph[o, AFTER], MARK] == 1)
        if leads:
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


def reorder_forward(shop: Array, graph: Array, order: Array, first: int, last: int, saved: Array, row: Array) -> bool:
    """The mirror image: the operation at rank ``first`` now follows the one at rank ``last``."""
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


def evaluate(graph: Array, jobs: Array, aims: Array, status: Array, value: Array) -> None:
    """The value of every level, to ``value``."""
    for level in range(len(aims)):
        aim, weighted = aims[level, 0], aims[level, 1]
        total = status[SETUPS] if aim == SETUP_TIME else 0
        if aim == LATENESS:
            total = -FAR
        if aim != SETUP_TIME:
            for j in range(len(jobs)):
                amount = cost(graph, jobs, aim, j)
                if aim == MAKESPAN or aim == LATENESS:
                    total = max(total, amount)
                else:
                    total += amount * (jobs[j, WEIGHT] if weighted else 1)
        value[level] = total


def cost(graph: Array, jobs: Array, aim: int, j: int) -> int:
    """What job ``j`` contributes to an aim, without its weight."""
    completion = graph[jobs[j, LAST], END]
    if aim == MAKESPAN or aim == COMPLETION:
        return int(completion)
    if aim == PAST_DEADLINES:
        return int(max(0, completion - jobs[j, DEADLINE]))
    if aim == LATENESS:
        return int(completion - jobs[j, DUE]) if jobs[j, DUE] < FAR else -FAR
    late = max(0, completion - jobs[j, DUE])
    return int(late if aim == TARDINESS else late > 0)


def costly_job(graph: Array, jobs: Array, aims: Array, status: Array, value: Array) -> int:
    """A random job that costs something at a random level, -1 where none does or the level is that of setups."""
    level = random_below(status, len(aims))
    aim = aims[level, 0]
    if aim == SETUP_TIME:
        return -1
    found, count = -1, 0
    for j in range(len(jobs)):
        amount = cost(graph, jobs, aim, j)
        costly = amount == value[level] if aim == MAKESPAN or aim == LATENESS else amount > 0
        if costly and (aims[level, 1] == 0 or jobs[j, WEIGHT] > 0):
            count += 1
            if random_below(status, count) == 0:
                found = j
    return found


def critical_path(
    shop: Array, tables: Array, graph: Array, status: Array, o: int, path: Array, by_machine: Array
) -> int:
    """A random critical path that ends with ``o``, backwards to ``path``; returns its length.

    ``by_machine[i]`` says that the machine, not the job, links ``path[i + 1]`` to ``path[i]``.
    """
    size = 0
    while True:
        path[size] = o
        in_job = ready_in_job(shop, tables, graph, o)
        machine = graph[o, BEFORE] >= 0
        job = shop[o, JOB_BEFORE] >= 0
        if machine:
            on_machine = ready_on_machine(shop, tables, graph, o)
            machine = on_machine >= in_job
            job = job and in_job >= on_machine
        if machine and job:
            machine = random_below(status, 2) == 0
        by_machine[size] = machine
        size += 1
        if machine:
            o = graph[o, BEFORE]
        elif job and in_job > shop[o, RELEASE]:
            o = shop[o, JOB_BEFORE]
        else:
            return size


def propose_in_block(
    graph: Array, choice: Array, status: Array, path: Array, by_machine: Array, size: int, move: Array
) -> bool:
    """A random operation of a critical block goes before or behind a random other one; False where there is none."""
    arcs = 0
    at = -1
    for i in range(size):
        if by_machine[i]:
            arcs += 1
            if random_below(status, arcs) == 0:
                at = i
    if at < 0:
        return False
    begin = at + 1
    while by_machine[begin] and random_below(status, 2):
        begin += 1
    u, v = path[begin], path[at]
    propose_between(graph, choice, status, u, v, move)
    return True


def propose_between(graph: Array, choice: Array, status: Array, u: int, v: int, move: Array) -> None:
    """``u``, earlier on the same machine, goes behind ``v``, or ``v`` before ``u``."""
    move[FIRST_RANK], move[LAST_RANK] = graph[u, RANK], graph[v, RANK]
    if random_below(status, 2):
        move[MOVED], move[PREDECESSOR] = u, v
    else:
        move[MOVED], move[PREDECESSOR] = v, graph[u, BEFORE]
    move[ALTERNATIVE] = choice[move[MOVED]]


def propose_anywhere(graph: Array, choice: Array, status: Array, size: int, move: Array) -> bool:
    """A random operation changes places with one shortly before it on its machine; False where there is none."""
    v = random_below(status, size)
    u = graph[v, BEFORE]
    if u < 0:
        return False
    while graph[u, BEFORE] >= 0 and random_below(status, 2):
        u = graph[u, BEFORE]
    propose_between(graph, choice, status, u, v, move)
    return True


def propose_machine(
    shop: Array,
    alternatives: Array,
    graph: Array,
    order: Array,
    choice: Array,
    status: Array,
    path: Array,
    size: int,
    move: Array,
) -> bool:
    """A random operation of the path goes to another alternative, at its place in the order; False if it has none."""
    o = path[random_below(status, size)]
    if shop[o, NUM_ALTERNATIVES] < 2:
        return False
    a = shop[o, FIRST_ALTERNATIVE] + random_below(status, shop[o, NUM_ALTERNATIVES] - 1)
    if a >= choice[o]:
        a += 1
    rank = graph[o, RANK] - 1
    k = alternatives[a, 0]
    while rank >= 0 and not (graph[order[rank], MACHINE] == k and graph[order[rank], DURATION] > 0):
        rank -= 1
    move[MOVED], move[ALTERNATIVE] = o, a
    move[PREDECESSOR] = order[rank] if rank >= 0 else -1
    move[FIRST_RANK] = move[LAST_RANK] = graph[o, RANK]
    return True


def propose(
    shop: Array,
    tables: Array,
    alternatives: Array,
    graph: Array,
    order: Array,
    choice: Array,
    jobs: Array,
    aims: Array,
    status: Array,
    value: Array,
    path: Array,
    by_machine: Array,
    move: Array,
) -> bool:
    """Write a move to ``move``; False where chance has found none."""
    j = costly_job(graph, jobs, aims, status, value[CURRENT])
    if j < 0 or random_below(status, 64) == 0:
        return propose_anywhere(graph, choice, status, len(order), move)
    size = critical_path(shop, tables, graph, status, jobs[j, LAST], path, by_machine)
    if len(choice) < len(alternatives) and random_below(status, 2):
        return propose_machine(shop, alternatives, graph, order, choice, status, path, size, move)
    return propose_in_block(graph, choice, status, path, by_machine, size, move)


def compare(one: Array, other: Array) -> int:
    """-1, 0 or 1: lexicographically less, equal or greater."""
    for level in range(len(one)):
        if one[level] != other[level]:
            return -1 if one[level] < other[level] else 1
    return 0


def search(
    shop: Array,
    tables: Array,
    alternatives: Array,
    graph: Array,
    order: Array,
    choice: Array,
    first_on: Array,
    jobs: Array,
    aims: Array,
    status: Array,
    value: Array,
    history: Array,
    best_start: Array,
    best_choice: Array,
    move: Array,
    path: Array,
    by_machine: Array,
    saved: Array,
    row: Array,
    log: Array,
    moves: int,
    patience: int,
    flag: Any,
) -> None:
    """Try up to ``moves`` moves; fewer ``patience`` moves after the last best, or when ``flag`` is up.

    ``history`` (steps x levels) holds the values that a candidate is compared with; the arrays from ``move`` to
    ``log`` are room.
    """
    end = status[ITERATION] + moves
    while status[ITERATION] < end and status[ITERATION] - status[IMPROVED_AT] < patience and not flag[0]:
        status[ITERATION] += 1
        if not propose(
            shop, tables, alternatives, graph, order, choice, jobs, aims, status, value, path, by_machine, move
        ):
            continue
        x, p, old_alternative = move[MOVED], graph[move[MOVED], BEFORE], choice[move[MOVED]]
        first, last = move[FIRST_RANK], move[LAST_RANK]
        successor = graph[x, AFTER]
        put(shop, tables, alternatives, graph, choice, first_on, status, x, move[PREDECESSOR], move[ALTERNATIVE])
        acyclic = True
        if first < last:
            if graph[x, RANK] == last:
                acyclic = reorder_backward(shop, graph, order, first, last, saved, row)
            else:
                acyclic = reorder_forward(shop, graph, order, first, last, saved, row)
        changed = 0
        accepted = False
        if acyclic:
            until = last
            if successor >= 0:
                until = max(until, graph[successor, RANK])
            if graph[x, AFTER] >= 0:
                until = max(until, graph[graph[x, AFTER], RANK])
            if shop[x, JOB_AFTER] >= 0:  # transport from another machine, though x may end as before
                until = max(until, graph[shop[x, JOB_AFTER], RANK])
            changed = update(shop, tables, graph, order, first, until, log)
            evaluate(graph, jobs, aims, status, value[CANDIDATE])
            step = status[ITERATION] % len(history)
            accepted = compare(value[CANDIDATE], value[CURRENT]) <= 0 or compare(value[CANDIDATE], history[step]) <= 0
            if accepted:
                value[CURRENT] = value[CANDIDATE]
            if compare(value[CURRENT], history[step]) < 0:
                history[step] = value[CURRENT]
        if not accepted:
            for i in range(changed):
                o = log[i, LOG_OPERATION]
                graph[o, START], graph[o, END] = log[i, LOG_START], log[i, LOG_END]
            if first < last:
                for rank in range(first, last + 1):
                    order[rank] = saved[rank]
                    graph[order[rank], RANK] = rank
            put(shop, tables, alternatives, graph, choice, first_on, status, x, p, old_alternative)
        elif compare(value[CURRENT], value[BEST]) < 0:
            value[BEST] = value[CURRENT]
            status[IMPROVED_AT] = status[ITERATION]
            for o in range(len(order)):
                best_start[o], best_choice[o] = graph[o, START], choice[o]
