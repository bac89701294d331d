"""Late acceptance for every objective that follows from completion times: exact values, moves on critical paths.

A move takes one operation out of its machine's sequence and puts it in elsewhere; where it is not accepted, all is put
back. The operations to move lie on a critical path of a job that costs something: it is late, or decides on a maximum.

E. Burke and Y. Bykov, The late acceptance hill-climbing heuristic, European Journal of Operational Research 258
(2017) 70-78; critical paths of single jobs: Y. Mati, S. Dauzere-Peres, C. Lahlou, A general approach for optimizing
regular criteria in the job-shop scheduling problem, European Journal of Operational Research 212 (2011) 33-42.

The functions are compiled together by ``compiling``; arrays are int64 throughout.
"""

from __future__ import annotations

from schedsolve.models.record import FAR
from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.jobshop.completion_graph import (
    ALTERNATIVE,
    BEFORE,
    DURATION,
    END,
    FIRST_ALTERNATIVE,
    FIRST_RANK,
    IMPROVED_AT,
    ITERATION,
    JOB_BEFORE,
    LAST_RANK,
    MACHINE,
    MOVED,
    NUM_ALTERNATIVES,
    PREDECESSOR,
    RANK,
    RELEASE,
    SEED,
    SETUPS,
    START,
    make_move,
    ready_in_job,
    ready_on_machine,
    take_back,
)
from schedsolve.solvers.search.jobshop.graph import Array
from schedsolve.solvers.stop import Flag

CURRENT, BEST, CANDIDATE = range(3)
"""Rows of ``value`` (3 x levels)."""

#     history   | v0 | v1 | v2 | ... |     steps x levels, a ring: a candidate of step s is compared with row s % steps,
#                      ^ s % steps         what was current so many steps ago; better ones take that row's place
#
#     path        o <- . <- . <- .         from the end of a costly job back, by job or (``by_machine``) by machine

DUE, DEADLINE, WEIGHT, LAST = range(4)
"""Columns of ``jobs`` (n x 4); the last operation."""

PAST_DEADLINES, MAKESPAN, COMPLETION, TARDINESS, LATENESS, TARDY, SETUP_TIME = range(7)
"""What a level counts: time beyond deadlines, or an objective; sums are weighted where ``aims[level, 1]`` is 1."""


@kernel
def random_below(status: Array, n: int) -> int:
    """A number from 0 to n - 1; the generator of P. L'Ecuyer, Communications of the ACM 31 (1988) 742-774."""
    status[SEED] = status[SEED] * 40014 % 2147483563
    return int(status[SEED] % n)


@kernel
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
                if aim in (MAKESPAN, LATENESS):
                    total = max(total, amount)
                else:
                    total += amount * (jobs[j, WEIGHT] if weighted else 1)
        value[level] = total


@kernel
def cost(graph: Array, jobs: Array, aim: int, j: int) -> int:
    """What job ``j`` contributes to an aim, without its weight."""
    completion = graph[jobs[j, LAST], END]
    if aim in (MAKESPAN, COMPLETION):
        return int(completion)
    if aim == PAST_DEADLINES:
        return int(max(0, completion - jobs[j, DEADLINE]))
    if aim == LATENESS:
        return int(completion - jobs[j, DUE]) if jobs[j, DUE] < FAR else -FAR
    late = max(0, completion - jobs[j, DUE])
    return int(late if aim == TARDINESS else late > 0)


@kernel
def costly_job(graph: Array, jobs: Array, aims: Array, status: Array, value: Array) -> int:
    """A random job that costs something at a random level, -1 where none does or the level is that of setups."""
    level = random_below(status, len(aims))
    aim = aims[level, 0]
    if aim == SETUP_TIME:
        return -1
    found, count = -1, 0
    for j in range(len(jobs)):
        amount = cost(graph, jobs, aim, j)
        costly = amount == value[level] if aim in (MAKESPAN, LATENESS) else amount > 0
        if costly and (aims[level, 1] == 0 or jobs[j, WEIGHT] > 0):
            count += 1
            if random_below(status, count) == 0:
                found = j
    return found


@kernel
def critical_path(
    shop: Array, tables: Array, graph: Array, status: Array, o: int, path: Array, by_machine: Array
) -> int:
    """A random critical path that ends with ``o``, backwards to ``path``; returns its length.

    ``by_machine[i]`` says that the machine, not the job, links ``path[i + 1]`` to ``path[i]``.
    """
    size = 0
    while True:
        path[size] = o
        in_job = ready_in_job(shop, tables, graph, o)  # who made it wait, the job or the machine?
        machine = graph[o, BEFORE] >= 0
        job = shop[o, JOB_BEFORE] >= 0
        if machine:
            on_machine = ready_on_machine(shop, tables, graph, o)
            delayed = graph[o, START] > max(in_job, on_machine)  # by downtime: either may have to end earlier
            machine = on_machine >= in_job or delayed
            job = job and (in_job >= on_machine or delayed)
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


@kernel
def propose_in_block(
    graph: Array, choice: Array, status: Array, path: Array, by_machine: Array, size: int, move: Array
) -> bool:
    """A random operation of a critical block goes before or behind a random other one; False where there is none.

    path    v <= . <= . <= u <- ...      <= by machine: operations of one block, linked from v back to u
    """
    arcs = 0  # a random link by machine, of all that the path has
    at = -1
    for i in range(size):
        if by_machine[i]:
            arcs += 1
            if random_below(status, arcs) == 0:
                at = i
    if at < 0:
        return False
    begin = at + 1  # u: as far back in the block as chance goes
    while by_machine[begin] and random_below(status, 2):
        begin += 1
    u, v = path[begin], path[at]
    propose_between(graph, choice, status, u, v, move)
    return True


@kernel
def propose_between(graph: Array, choice: Array, status: Array, u: int, v: int, move: Array) -> None:
    """``u``, earlier on the same machine, goes behind ``v``, or ``v`` before ``u``."""
    move[FIRST_RANK], move[LAST_RANK] = graph[u, RANK], graph[v, RANK]
    if random_below(status, 2):
        move[MOVED], move[PREDECESSOR] = u, v
    else:
        move[MOVED], move[PREDECESSOR] = v, graph[u, BEFORE]
    move[ALTERNATIVE] = choice[move[MOVED]]


@kernel
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


@kernel
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
    a = shop[o, FIRST_ALTERNATIVE] + random_below(status, shop[o, NUM_ALTERNATIVES] - 1)  # any but its own
    if a >= choice[o]:
        a += 1
    rank = graph[o, RANK] - 1
    k = alternatives[a, 0]  # behind the last one before it in the order that is on that machine
    while rank >= 0 and not (graph[order[rank], MACHINE] == k and graph[order[rank], DURATION] > 0):
        rank -= 1
    move[MOVED], move[ALTERNATIVE] = o, a
    move[PREDECESSOR] = order[rank] if rank >= 0 else -1
    move[FIRST_RANK] = move[LAST_RANK] = graph[o, RANK]
    return True


@kernel
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


@kernel
def compare(one: Array, other: Array) -> int:
    """-1, 0 or 1: lexicographically less, equal or greater."""
    for level in range(len(one)):
        if one[level] != other[level]:
            return -1 if one[level] < other[level] else 1
    return 0


@kernel
def accept(value: Array, then: Array) -> bool:
    """Is the candidate no worse than what is current, or than ``then`` was? If so it becomes current."""
    accepted = compare(value[CANDIDATE], value[CURRENT]) <= 0 or compare(value[CANDIDATE], then) <= 0
    if accepted:
        # Level by level: numba takes a second to compile a copy of the row in one piece.
        for level in range(len(then)):
            value[CURRENT, level] = value[CANDIDATE, level]
    if compare(value[CURRENT], then) < 0:
        for level in range(len(then)):
            then[level] = value[CURRENT, level]
    return bool(accepted)


@kernel
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
    flag: Flag,
) -> None:
    """Try up to ``moves`` moves; fewer ``patience`` moves after the last best, or when ``flag`` is up.

    ``history`` (steps x levels) holds the values that a candidate is compared with; the arrays from ``move`` to
    ``log`` are room.
    """
    end = status[ITERATION] + moves
    while status[ITERATION] < end and status[ITERATION] - status[IMPROVED_AT] < patience and not flag[0]:
        status[ITERATION] += 1
        # One operation is to go elsewhere.
        if not propose(
            shop, tables, alternatives, graph, order, choice, jobs, aims, status, value, path, by_machine, move
        ):
            continue
        # Do it, and see what it gives.
        acyclic = make_move(shop, tables, alternatives, graph, order, choice, first_on, status, move, saved, row, log)
        if acyclic:
            evaluate(graph, jobs, aims, status, value[CANDIDATE])
        # Keep it, or put all back.
        if not acyclic or not accept(value, history[status[ITERATION] % len(history)]):
            take_back(shop, tables, alternatives, graph, order, choice, first_on, status, move, saved, log)
        elif compare(value[CURRENT], value[BEST]) < 0:
            for level in range(len(aims)):
                value[BEST, level] = value[CURRENT, level]
            status[IMPROVED_AT] = status[ITERATION]
            for o in range(len(order)):
                best_start[o], best_choice[o] = graph[o, START], choice[o]
