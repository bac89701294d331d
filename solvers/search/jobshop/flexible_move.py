"""A move of the tabu search in flexible shops: an operation changes its place, and the graph is mended."""

from __future__ import annotations

from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.jobshop.flexible_graph import (
    AFTER,
    BEFORE,
    CHOICE,
    COUNT,
    DIRTY,
    DURATION,
    FINISH,
    JOB_AFTER,
    JOB_BEFORE,
    LENGTH,
    MACHINE,
    MAKESPAN,
    ON,
    ORDER,
    PATH,
    PLACE,
    RANK,
    ROW,
    TAIL,
    Graph,
)


@kernel
def move(graph: Graph, v: int, a: int, position: int) -> None:
    """Put ``v`` at ``position`` (counted without it) of alternative ``a``'s machine; repair the graph."""
    nodes, none = graph.nodes, graph.none
    u, w = nodes[BEFORE, v], nodes[AFTER, v]  # before:  u - v - w   x - y
    take_out(graph, v)
    put_in(graph, v, a, position)
    reorder(graph, v)
    x, y = nodes[BEFORE, v], nodes[AFTER, v]  # behind:  u - w   x - v - y
    # Longest paths to v and to those that now follow something else, and from there on.
    low, high = nodes[RANK, v], nodes[RANK, v]
    nodes[DIRTY, v] = 1
    for o in (w, y):
        if o < none:
            nodes[DIRTY, o] = 1
            low, high = min(low, nodes[RANK, o]), max(high, nodes[RANK, o])
    update_finish(graph, low, high)
    # And from v and those that now precede something else, back to the beginning.
    low, high = nodes[RANK, v], nodes[RANK, v]
    nodes[DIRTY, v] = 1
    for o in (u, x):
        if o < none:
            nodes[DIRTY, o] = 1
            low, high = min(low, nodes[RANK, o]), max(high, nodes[RANK, o])
    update_tail(graph, low, high)
    measure(graph)


@kernel
def take_out(graph: Graph, v: int) -> None:
    """Close the gap that ``v`` leaves in its machine's sequence."""
    nodes, machines, sequence = graph.nodes, graph.machines, graph.sequence
    none = graph.none
    k = nodes[ON, v]
    row = machines[ROW, k]
    u, w = nodes[BEFORE, v], nodes[AFTER, v]
    if u < none:
        nodes[AFTER, u] = w
    if w < none:
        nodes[BEFORE, w] = u
    machines[COUNT, k] -= 1
    for i in range(nodes[PLACE, v], machines[COUNT, k]):
        o = sequence[row + i + 1]
        sequence[row + i] = o
        nodes[PLACE, o] = i


@kernel
def put_in(graph: Graph, v: int, a: int, position: int) -> None:
    """``v`` becomes number ``position`` on the machine of alternative ``a``."""
    nodes, alternatives, machines, sequence = graph.nodes, graph.alternatives, graph.machines, graph.sequence
    none = graph.none
    k = alternatives[MACHINE, a]
    row, count = machines[ROW, k], machines[COUNT, k]
    nodes[CHOICE, v], nodes[ON, v], nodes[LENGTH, v] = a, k, alternatives[DURATION, a]
    x = sequence[row + position - 1] if position > 0 else none
    y = sequence[row + position] if position < count else none
    for i in range(count, position, -1):
        o = sequence[row + i - 1]
        sequence[row + i] = o
        nodes[PLACE, o] = i
    sequence[row + position] = v
    nodes[PLACE, v] = position
    machines[COUNT, k] = count + 1
    nodes[BEFORE, v], nodes[AFTER, v] = x, y
    if x < none:
        nodes[AFTER, x] = v
    if y < none:
        nodes[BEFORE, y] = v


@kernel
def reorder(graph: Graph, v: int) -> None:
    """Mend the topological order around ``v``'s new neighbours (D. Pearce and P. Kelly, ACM Journal of
    Experimental Algorithmics 11 (2006) 1.7)."""
    nodes, none = graph.nodes, graph.none
    x, y = nodes[BEFORE, v], nodes[AFTER, v]
    here = nodes[RANK, v]
    moved = 0
    if x < none and nodes[RANK, x] > here:  # v and what depends on it go behind x
        end = nodes[RANK, x]
        for i in range(here, end + 1):
            o = nodes[ORDER, i]
            if o == v or nodes[DIRTY, nodes[JOB_BEFORE, o]] == 1 or nodes[DIRTY, nodes[BEFORE, o]] == 1:
                nodes[DIRTY, o] = 1
                nodes[PATH, moved] = o
                moved += 1
            else:
                nodes[ORDER, i - moved] = o
                nodes[RANK, o] = i - moved
        for i in range(moved):
            o = nodes[PATH, i]
            nodes[DIRTY, o] = 0
            nodes[ORDER, end - moved + 1 + i] = o
            nodes[RANK, o] = end - moved + 1 + i
    elif y < none and nodes[RANK, y] < here:  # v and what it depends on go before y
        end = nodes[RANK, y]
        for i in range(here, end - 1, -1):
            o = nodes[ORDER, i]
            if o == v or nodes[DIRTY, nodes[JOB_AFTER, o]] == 1 or nodes[DIRTY, nodes[AFTER, o]] == 1:
                nodes[DIRTY, o] = 1
                nodes[PATH, moved] = o
                moved += 1
            else:
                nodes[ORDER, i + moved] = o
                nodes[RANK, o] = i + moved
        for i in range(moved):
            o = nodes[PATH, i]
            nodes[DIRTY, o] = 0
            nodes[ORDER, end + moved - 1 - i] = o
            nodes[RANK, o] = end + moved - 1 - i


@kernel
def update_finish(graph: Graph, low: int, high: int) -> None:
    """New ``finish`` of the dirty operations, of rank ``low`` to ``high``, and of all that follow from them."""
    nodes, none = graph.nodes, graph.none
    i = low
    while i <= high:
        o = nodes[ORDER, i]
        i += 1
        if nodes[DIRTY, o] == 0:
            continue
        nodes[DIRTY, o] = 0
        value = max(nodes[FINISH, nodes[JOB_BEFORE, o]], nodes[FINISH, nodes[BEFORE, o]]) + nodes[LENGTH, o]
        if value != nodes[FINISH, o]:
            nodes[FINISH, o] = value
            by_job, by_machine = nodes[JOB_AFTER, o], nodes[AFTER, o]
            if by_job < none:
                nodes[DIRTY, by_job] = 1
                high = max(high, nodes[RANK, by_job])
            if by_machine < none:
                nodes[DIRTY, by_machine] = 1
                high = max(high, nodes[RANK, by_machine])


@kernel
def update_tail(graph: Graph, low: int, high: int) -> None:
    """The same for ``tail``, from rank ``high`` down."""
    nodes, none = graph.nodes, graph.none
    i = high
    while i >= low:
        o = nodes[ORDER, i]
        i -= 1
        if nodes[DIRTY, o] == 0:
            continue
        nodes[DIRTY, o] = 0
        value = max(nodes[TAIL, nodes[JOB_AFTER, o]], nodes[TAIL, nodes[AFTER, o]]) + nodes[LENGTH, o]
        if value != nodes[TAIL, o]:
            nodes[TAIL, o] = value
            by_job, by_machine = nodes[JOB_BEFORE, o], nodes[BEFORE, o]
            if by_job < none:
                nodes[DIRTY, by_job] = 1
                low = min(low, nodes[RANK, by_job])
            if by_machine < none:
                nodes[DIRTY, by_machine] = 1
                low = min(low, nodes[RANK, by_machine])


@kernel
def measure(graph: Graph) -> None:
    """The makespan."""
    longest = 0
    for j in range(len(graph.last)):
        longest = max(longest, graph.nodes[FINISH, graph.last[j]])
    graph.numbers[MAKESPAN] = longest
