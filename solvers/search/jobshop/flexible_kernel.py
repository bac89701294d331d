"""Tabu search over sequences and assignments of a flexible job shop: critical operations are taken out
and put back, on their machine or another one.

The graph: ``finish[o]`` is the longest path that ends with operation o, ``tail[o]`` the longest that begins
with it, both including o; the makespan is the longest of all. For an operation v that is taken out, with
r = finish of its job predecessor and q = tail of its job successor, the operations x of a machine with
finish[x] > r are a suffix L of its sequence, those with tail[x] > q a prefix R. Behind R \\ L and before L \\ R
every place is feasible, and one of them is best: M. Mastrolilli and L. Gambardella, Journal of Scheduling 3
(2000) 3-20. The value of a place between x and y is the longest path through v there,
max(r, finish[x]) + p + max(q, tail[y]), with finish and tail of the graph that still holds v; on v's own machine
those of the operations that v delays are computed without it (E. Balas and A. Vazacopoulos, Management
Science 44 (1998) 262-275).

All values below the makespan count as equal, for it is another path then that decides; of those moves the one
that saves most work, or adds least, is made. Best-improving moves get stuck where durations depend on machines.

Operations of length 0 are in no sequence. Plain functions on flat arrays (``flexible_graph``), compiled by
numba when first needed.
"""

from __future__ import annotations

from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.jobshop.flexible_graph import (
    AFTER,
    BEFORE,
    BEST,
    BEST_CHOICE,
    BEST_ORDER,
    BEST_START,
    CHOICE,
    COUNT,
    DIRTY,
    DURATION,
    FINISH,
    FIRST_ALTERNATIVE,
    HEADS,
    IDLE,
    JOB_AFTER,
    JOB_BEFORE,
    LENGTH,
    MACHINE,
    MAKESPAN,
    NOW,
    ON,
    ORDER,
    PATH,
    PLACE,
    RANDOM,
    RANK,
    ROW,
    SPREAD,
    TABU,
    TAIL,
    TAILS,
    TENURE,
    Graph,
)
from schedsolve.solvers.search.jobshop.flexible_move import measure, move, update_finish, update_tail
from schedsolve.solvers.stop import Flag

NEVER = 2**62
"""Longer than every path."""

POLL = 255
"""The stop flag is read every so many moves (a power of two, less one)."""


@kernel
def search(graph: Graph, begins: bool, moves: int, patience: int, flag: Flag) -> int:
    """A run that begins from the rows CHOICE and ORDER, or up to ``moves`` more moves of one. It ends earlier when
    ``flag[0]`` is set, after ``patience`` moves without a new best (``numbers[IDLE]`` says so), or when nothing
    critical can be moved. Returns the moves made."""
    numbers = graph.numbers
    if begins:
        load(graph)
    for done in range(moves):
        if numbers[IDLE] >= patience or (done & POLL == 0 and flag[0]):
            return done
        # Only operations on a critical path can shorten the schedule.
        steps = critical_path(graph)
        v, alternative, position = choose(graph, steps)
        if v < 0:  # nothing to be moved
            numbers[IDLE] = patience
            return done
        numbers[NOW] += 1
        forbid_return(graph, v, alternative, position, steps // 8)
        move(graph, v, alternative, position)
        numbers[IDLE] += 1
        if numbers[MAKESPAN] < numbers[BEST]:
            keep(graph)
    return moves


@kernel
def keep(graph: Graph) -> None:
    """The schedule becomes the best of this run."""
    nodes, numbers = graph.nodes, graph.numbers
    numbers[BEST] = numbers[MAKESPAN]
    numbers[IDLE] = 0
    for o in range(graph.none):
        nodes[BEST_CHOICE, o] = nodes[CHOICE, o]
        nodes[BEST_ORDER, o] = nodes[ORDER, o]
        nodes[BEST_START, o] = nodes[FINISH, o] - nodes[LENGTH, o]


@kernel
def draw(graph: Graph, bound: int) -> int:
    """A random number below ``bound``: the minimal standard generator of Park and Miller."""
    numbers = graph.numbers
    value = numbers[RANDOM] * 48271 % 2147483647
    numbers[RANDOM] = value
    return value * bound >> 31  # type: ignore[no-any-return]


@kernel
def load(graph: Graph) -> None:
    """Build sequences and paths from the rows CHOICE and ORDER, which keeps the order of the jobs."""
    nodes, machines, sequence = graph.nodes, graph.machines, graph.sequence
    none = graph.none
    for k in range(machines.shape[1]):
        machines[COUNT, k] = 0
    for i in range(none):  # in topological order each operation goes to the end of its machine's sequence
        o = nodes[ORDER, i]
        a = nodes[CHOICE, o]
        k = graph.alternatives[MACHINE, a]
        nodes[RANK, o], nodes[ON, o] = i, k
        nodes[LENGTH, o] = graph.alternatives[DURATION, a]
        nodes[BEFORE, o] = nodes[AFTER, o] = none
        nodes[DIRTY, o] = 1
        if nodes[LENGTH, o] > 0:
            place = machines[COUNT, k]
            if place > 0:
                nodes[BEFORE, o] = sequence[machines[ROW, k] + place - 1]
                nodes[AFTER, nodes[BEFORE, o]] = o
            sequence[machines[ROW, k] + place] = o
            nodes[PLACE, o] = place
            machines[COUNT, k] = place + 1
    update_finish(graph, 0, none - 1)
    for o in range(none):
        nodes[DIRTY, o] = 1
    update_tail(graph, 0, none - 1)
    measure(graph)
    graph.numbers[BEST] = graph.numbers[MAKESPAN] + 1
    keep(graph)


@kernel
def critical_path(graph: Graph) -> int:
    """Walk a random critical path from its end back; how many operations are in ``path``."""
    nodes, numbers, last_operations = graph.nodes, graph.numbers, graph.last
    none = graph.none
    longest = numbers[MAKESPAN]
    o = none
    ties = 0  # one of the jobs that end last, each as likely as the others
    for j in range(len(last_operations)):
        last = last_operations[j]
        if nodes[FINISH, last] == longest:
            ties += 1
            if ties == 1 or draw(graph, ties) == 0:
                o = last
    steps = 0
    while o < none:
        nodes[PATH, steps] = o
        steps += 1
        start = nodes[FINISH, o] - nodes[LENGTH, o]  # who finishes just then has made it wait
        by_job, by_machine = nodes[JOB_BEFORE, o], nodes[BEFORE, o]
        if by_machine < none and nodes[FINISH, by_machine] == start:
            if by_job < none and nodes[FINISH, by_job] == start and draw(graph, 2) == 0:
                o = by_job
            else:
                o = by_machine
        elif by_job < none and nodes[FINISH, by_job] == start:
            o = by_job
        else:
            break
    return steps


@kernel
def choose(graph: Graph, steps: int) -> tuple[int, int, int]:
    """The best move that is not forbidden, or may give a new best: operation, alternative, position. A random one
    where all are forbidden; -1 where there is none. Ties are broken at random."""
    nodes, alternatives, numbers = graph.nodes, graph.alternatives, graph.numbers
    now, record = numbers[NOW], numbers[BEST]
    floor = numbers[MAKESPAN] - 1
    best, least, ties, count = NEVER, NEVER, 0, 0
    v_best, a_best, position_best = -1, -1, -1
    v_any, a_any, position_any = -1, -1, -1
    for i in range(steps):
        v = nodes[PATH, i]
        if nodes[LENGTH, v] == 0:
            continue
        r, q = nodes[FINISH, nodes[JOB_BEFORE, v]], nodes[TAIL, nodes[JOB_AFTER, v]]
        for a in range(nodes[FIRST_ALTERNATIVE, v], nodes[FIRST_ALTERNATIVE, v + 1]):
            stays = a == nodes[CHOICE, v]
            if stays:
                low, high = places_at_home(graph, v, r, q)
            else:
                low, high = places_elsewhere(graph, alternatives[MACHINE, a], r, q)
            p = alternatives[DURATION, a]
            for position in range(low, high + 1):
                if stays and position == nodes[PLACE, v]:
                    continue
                count += 1  # of all moves one at random, for when all are forbidden
                if draw(graph, count) == 0:
                    v_any, a_any, position_any = v, a, position
                through = nodes[HEADS, position - low] + p + nodes[TAILS, position - low]
                value = max(floor, through)  # below the makespan all are alike: then the work decides
                growth = p - nodes[LENGTH, v]
                if (
                    value > best
                    or (value == best and growth > least)
                    or (through >= record and forbidden(graph, v, a, position, now))
                ):
                    continue
                ties = ties + 1 if value == best and growth == least else 1
                least = growth
                if ties == 1 or draw(graph, ties) == 0:
                    best = value
                    v_best, a_best, position_best = v, a, position
    if v_best < 0:
        return v_any, a_any, position_any
    return v_best, a_best, position_best


@kernel
def places_elsewhere(graph: Graph, k: int, r: int, q: int) -> tuple[int, int]:
    """The first and last place on machine ``k`` to look at, and ``heads`` and ``tails`` from the first on.

                         |<---- L ---->      finish > r
    sequence    a  b  c  d  e  f  g  h       places to look at: before d, ..., behind f
                <----- R ------>|            tail > q
    """
    nodes, machines, sequence = graph.nodes, graph.machines, graph.sequence
    row, count = machines[ROW, k], machines[COUNT, k]
    left, right = 0, count
    while left < right:  # how many operations finish by r
        middle = (left + right) // 2
        if nodes[FINISH, sequence[row + middle]] > r:
            right = middle
        else:
            left = middle + 1
    first = left
    left, right = 0, count
    while left < right:  # how many have a tail above q
        middle = (left + right) // 2
        if nodes[TAIL, sequence[row + middle]] > q:
            left = middle + 1
        else:
            right = middle
    if left <= first:  # L and R have nothing in common: all places between them are alike
        nodes[HEADS, 0], nodes[TAILS, 0] = r, q
        position = left + draw(graph, first - left + 1)
        return position, position
    # All places from before the first one in L to behind the last one in R.
    nodes[HEADS, 0], nodes[TAILS, left - first] = r, q
    for i in range(first, left):
        x = sequence[row + i]
        nodes[HEADS, i + 1 - first] = nodes[FINISH, x]
        nodes[TAILS, i - first] = nodes[TAIL, x]
    return first, left


@kernel
def places_at_home(graph: Graph, v: int, r: int, q: int) -> tuple[int, int]:
    """The same for ``v``'s own machine, places counted without ``v``; none where it may as well stay."""
    nodes, machines, sequence = graph.nodes, graph.machines, graph.sequence
    k, place = nodes[ON, v], nodes[PLACE, v]
    row, count = machines[ROW, k], machines[COUNT, k]
    # L: those before v that finish after r; where there are none it begins behind v, with paths that do without v.
    first = place
    while first > 0 and nodes[FINISH, sequence[row + first - 1]] > r:
        first -= 1
    if first == place:
        head = nodes[FINISH, nodes[BEFORE, v]]
        while first + 1 < count:
            x = sequence[row + first + 1]
            head = max(head, nodes[FINISH, nodes[JOB_BEFORE, x]]) + nodes[LENGTH, x]
            if head > r:
                break
            first += 1
    # R in the same way, from the other side.
    last = place
    while last + 1 < count and nodes[TAIL, sequence[row + last + 1]] > q:
        last += 1
    if last == place:
        tail = nodes[TAIL, nodes[AFTER, v]]
        while last > 0:
            x = sequence[row + last - 1]
            tail = max(tail, nodes[TAIL, nodes[JOB_AFTER, x]]) + nodes[LENGTH, x]
            if tail > q:
                break
            last -= 1
    if last <= first:  # L and R have nothing in common: any place between them but its own
        nodes[HEADS, 0], nodes[TAILS, 0] = r, q
        inside = 1 if last <= place <= first else 0
        if first - last + 1 == inside:
            return 0, -1
        position = last + draw(graph, first - last + 1 - inside)
        if inside == 1 and position >= place:
            position += 1
        return position, position
    # Longest paths to each place, those behind v's as they are without it.
    head = 0
    for i in range(min(first, place), last + 1):
        x = sequence[row + i]
        if i > place:
            head = max(head, nodes[FINISH, nodes[JOB_BEFORE, x]]) + nodes[LENGTH, x]
        elif i > 0:
            head = nodes[FINISH, sequence[row + i - 1]]
        if i >= first:
            nodes[HEADS, i - first] = max(r, head)
    # Longest paths from each place, those before v's as they are without it.
    tail = 0
    for i in range(max(last, place), first - 1, -1):
        if i < place:
            x = sequence[row + i]
            tail = max(tail, nodes[TAIL, nodes[JOB_AFTER, x]]) + nodes[LENGTH, x]
        elif i + 1 < count:
            tail = nodes[TAIL, sequence[row + i + 1]]
        if i <= last:
            nodes[TAILS, i - first] = max(q, tail)
    return first, last


@kernel
def arc(graph: Graph, x: int, y: int) -> int:
    """The place of the pair (x, y) in the table of forbidden arcs."""
    return (x * graph.none + y) & (len(graph.arcs) - 1)


@kernel
def forbidden(graph: Graph, v: int, a: int, position: int, now: int) -> bool:
    """Would ``v`` return too soon to an alternative, or to where it was among its neighbours?"""
    nodes, sequence, arcs = graph.nodes, graph.sequence, graph.arcs
    if a != nodes[CHOICE, v]:
        return graph.alternatives[TABU, a] > now  # type: ignore[no-any-return]
    row, place = graph.machines[ROW, nodes[ON, v]], nodes[PLACE, v]
    for i in range(row + min(position, place + 1), row + max(place, position + 1)):
        x = sequence[i]
        pair = arc(graph, v, x) if position < place else arc(graph, x, v)
        if arcs[pair] > now:
            return True
    return False


@kernel
def forbid_return(graph: Graph, v: int, a: int, position: int, longer: int) -> None:
    """For a while ``v`` does not return to its alternative or, where it keeps that, back over those it passes.
    ``longer``: what critical paths add, for the longer they are, the more moves it takes to change them all."""
    nodes, sequence, numbers = graph.nodes, graph.sequence, graph.numbers
    until = numbers[NOW] + numbers[TENURE] + longer + draw(graph, numbers[SPREAD] + longer)
    if a != nodes[CHOICE, v]:
        graph.alternatives[TABU, nodes[CHOICE, v]] = until
        return
    row, place = graph.machines[ROW, nodes[ON, v]], nodes[PLACE, v]
    for i in range(row + min(position, place + 1), row + max(place, position + 1)):
        x = sequence[i]
        pair = arc(graph, x, v) if position < place else arc(graph, v, x)
        graph.arcs[pair] = until
