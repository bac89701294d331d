"""One generation of the genetic algorithm, compiled: children are made, scheduled, compared.

Where time can be reversed and the makespan is all that counts there are two populations, of left- and of
right-justified schedules: the children of one are scheduled in the other direction and go into the other, one schedule
each (D. Debels and M. Vanhoucke, Operations Research 55 (2007) 457-469). Else there is one population, and each child
may be improved by double justification, which makes three schedules.
"""

from __future__ import annotations

from schedsolve.solvers.dispatch.rcpsp.kernel import copy, parallel, serial
from schedsolve.solvers.dispatch.rcpsp.layout import END, NEVER, PLACED_WIDTH, START
from schedsolve.solvers.dispatch.rcpsp.listing import draw, listed
from schedsolve.solvers.dispatch.rcpsp.project import Tables, limit
from schedsolve.solvers.kernel import kernel
from schedsolve.solvers.search.rcpsp.aims import better, cost, is_complete, latest_ends, push_back, span
from schedsolve.solvers.search.rcpsp.arrays import Array, Genes, Goal, Rooms
from schedsolve.solvers.search.rcpsp.genetic import below, cross, mutate, mutate_modes, peak, repair_modes

TWO_SIDES, JUSTIFY, BOTH_SCHEMES, SORTABLE, CYCLIC, STOCKS = range(6)
"""What ``traits`` tells of a project."""

FOUNDING = -1
"""Instead of a side: the first generation is made."""

RUN = 16
"""Tasks that ``sort`` puts in order by insertion."""

PUSHES = 30
"""Schedules made of one list in which tasks come too late for others."""


@kernel
def generation(
    t: Tables,
    mirror: Tables,
    goal: Goal,
    genes: Genes,
    rooms: Rooms,
    traits: Array,
    rates: Array,
    rule: Array,
    base: Array,
    work: Array,
    side: int,
    first: int,
    last: int,
    flag: Array,
) -> int:
    """The individuals [first, last): founders of the first population where ``side`` is ``FOUNDING``, else a child for
    each of population ``side``. Returns the schedules made.

    ``rates`` (floats): probabilities of exchanges of neighbours, of random modes and of the other scheme. ``rule`` (n,
    floats) are the values of a priority rule, ``base`` (2 x n) the tasks in an order that keeps the links, forwards and
    backwards. ``work`` (M, floats) is the work of each mode, in shares of the capacities.
    """
    made = 0
    for p in range(first, last):
        if flag[0]:
            break
        if side == FOUNDING:
            made += founder(t, mirror, goal, genes, rooms, traits, rule, base, p)
        else:
            made += child(t, mirror, goal, genes, rooms, traits, rates, base, work, side, p)
    return made


@kernel
def founder(
    t: Tables, mirror: Tables, goal: Goal, genes: Genes, rooms: Rooms, traits: Array, rule: Array, base: Array, p: int
) -> int:
    """Individual ``p`` of the first population: a list drawn by regret, in both schemes in turn. Returns the schedules
    made. The modes in ``genes`` are what individuals but the first change some of."""
    copy(genes.mode[0, p], rooms.mode)
    if p > 0:
        mutate_modes(t.tasks, rooms.mode, 0.5 * draw(rooms.random), rooms.random)
    repair_modes(t.tasks, t.uses, goal.budget, rooms.mode, rooms.spare, 20 * len(rule), rooms.random)
    listed(
        t.tasks,
        t.modes,
        t.arcs,
        t.lists,
        t.base,
        rule,
        rooms.mode,
        rooms.eligible,
        rooms.waiting,
        rooms.level,
        rooms.random,
        rooms.order,
    )
    scheme = p % 2 if traits[BOTH_SCHEMES] else 0
    made = forward(t, mirror, goal, rooms, traits, base, scheme, p % 2 == 0)
    keep(genes, rooms, traits, base, t, 0, p, scheme)
    return made


@kernel
def child(
    t: Tables,
    mirror: Tables,
    goal: Goal,
    genes: Genes,
    rooms: Rooms,
    traits: Array,
    rates: Array,
    base: Array,
    work: Array,
    side: int,
    p: int,
) -> int:
    """A child of individual ``p`` and another one, which takes a place ``p`` where it is better than who has that.
    Returns the schedules made.

        two sides:   population 0, ends of left-justified schedules     \\/   the child of one
                     population 1, ends in time backwards               /\\   goes to the other
        one side:    population 0, starts                               its child stays
    """
    scheme = bred(t, mirror, goal, genes, rooms, traits, rates, work, side, p)
    if traits[TWO_SIDES]:
        # The list is one of ends: read from its end, it is one for the other direction.
        target, tables = 1 - side, t
        if side == 0:
            tables = mirror
        reverse(rooms.order)
        made = decode(tables, rooms, scheme, draw(rooms.random) < rates[3], 0)
        complete = cost(t.tasks, t.arcs, t.bounds, rooms.placed, rooms.mode, rooms.spare, goal, rooms.value)
        if target == 1 and complete:
            rooms.value[-1] = span(t.bounds, rooms.placed, len(rooms.order))
    else:
        target, tables = side, t
        made = forward(t, mirror, goal, rooms, traits, base, scheme, draw(rooms.random) < rates[3])
    if better(genes.value[target, p], rooms.value) > 0:
        return made
    keep(genes, rooms, traits, base, tables, target, p, scheme)
    if target == 1 and is_best(genes.value[0], rooms.value):  # as early as possible, too
        sort_by(t, base[0], END, -1, rooms, traits)
        made += decode(t, rooms, 0, False, 0)
        cost(t.tasks, t.arcs, t.bounds, rooms.placed, rooms.mode, rooms.spare, goal, rooms.value)
        keep(genes, rooms, traits, base, t, 0, p, 0)
    return made


@kernel
def bred(
    t: Tables,
    mirror: Tables,
    goal: Goal,
    genes: Genes,
    rooms: Rooms,
    traits: Array,
    rates: Array,
    work: Array,
    side: int,
    p: int,
) -> int:
    """Make ``rooms.order`` and ``rooms.mode`` of two individuals, one of them ``p``; returns the scheme."""
    other = tournament(genes.value[side], p, rooms.random)
    father, mother = (p, other) if draw(rooms.random) < 0.5 else (other, p)
    # Crossover: between low and high the list is the father's, before and behind in the mother's order.
    low, high = peak(genes.order[side, father], genes.time[side, father], work, genes.mode[side, father], rooms.random)
    cross(genes.order[side, father], genes.order[side, mother], low, high, rooms.part, rooms.order)
    for i in range(len(rooms.order)):
        rooms.mode[i] = genes.mode[side, father if rooms.part[i] == 1 else mother, i]
    # Mutation: more of it where parents are alike, for the crossover then gives nothing new.
    more = 10 if same(genes.time[side, father], genes.time[side, mother]) else 1
    tables = t
    if traits[TWO_SIDES] and side == 1:
        tables = mirror
    mutate(tables.tasks, tables.arcs, rooms.order, rates[0] * more, rooms.random)
    mutate_modes(t.tasks, rooms.mode, rates[1] * more, rooms.random)
    repair_modes(t.tasks, t.uses, goal.budget, rooms.mode, rooms.spare, 20 * len(rooms.order), rooms.random)
    # The scheme is that of a parent, now and then the other one.
    scheme = genes.scheme[side, father if draw(rooms.random) < 0.5 else mother]
    if traits[BOTH_SCHEMES] and draw(rooms.random) < rates[2]:
        scheme = 1 - scheme
    return scheme  # type: ignore[no-any-return]


@kernel
def forward(
    t: Tables, mirror: Tables, goal: Goal, rooms: Rooms, traits: Array, base: Array, scheme: int, choose: bool
) -> int:
    """Schedule ``rooms.order`` in the direction of time and compute ``rooms.value``; returns the schedules made."""
    if traits[STOCKS]:
        relist(t, rooms)
    made = decode(t, rooms, scheme, choose, traits[CYCLIC])
    # Double justification: all as late as the objectives allow, then as early as possible.
    if traits[JUSTIFY] and is_complete(rooms.placed, rooms.mode):
        latest_ends(rooms.placed, goal.due, goal.aims, rooms.latest)
        limit(mirror, t, rooms.latest)
        sort_by(mirror, base[1], END, -1, rooms, traits)
        made += decode(mirror, rooms, 0, False, 0)
        # A schedule in which tasks are missing says nothing of their order, and a list must keep the links.
        if is_complete(rooms.placed, rooms.mode):
            sort_by(t, base[0], END, -1, rooms, traits)
        else:
            reverse(rooms.order)
        made += decode(t, rooms, 0, False, 0)
    cost(t.tasks, t.arcs, t.bounds, rooms.placed, rooms.mode, rooms.spare, goal, rooms.value)
    return made


@kernel
def decode(t: Tables, rooms: Rooms, scheme: int, choose: bool, cyclic: int) -> int:
    """Schedule ``rooms.order``; returns the schedules made. ``rooms.mode`` tells the modes; with ``choose`` the serial
    scheme may choose others."""
    n = len(rooms.order)
    if scheme:
        for k in range(n):
            rooms.key[rooms.order[k]] = k
        parallel(
            t.tasks,
            t.modes,
            t.arcs,
            t.lists,
            t.bounds,
            t.base,
            rooms.key,
            rooms.mode,
            False,
            rooms.eligible,
            rooms.waiting,
            rooms.when,
            rooms.placed,
            rooms.profile,
        )
        return 1
    # Bounds are raised from schedule to schedule where tasks come too late for others.
    if cyclic:
        copy(t.bounds, rooms.bounds)
    bounds = rooms.bounds if cyclic else t.bounds
    made = 0
    while True:
        serial(
            t.tasks,
            t.modes,
            t.arcs,
            t.lists,
            bounds,
            t.base,
            t.uses,
            rooms.order,
            rooms.mode,
            rooms.spare,
            choose,
            False,
            rooms.placed,
            rooms.profile,
        )
        made += 1
        if not cyclic or made >= PUSHES or not push_back(t.tasks, t.arcs, rooms.placed, bounds):
            return made


@kernel
def sort_by(t: Tables, base: Array, column: int, sign: int, rooms: Rooms, traits: Array) -> None:
    """``rooms.order`` by a time of the schedule, in the order of ``base`` where equal; the times stay in
    ``rooms.time``."""
    for i in range(len(base)):
        row = i * PLACED_WIDTH
        rooms.time[i] = sign * rooms.placed[row + column] if rooms.placed[row + START] < NEVER else NEVER
    copy(base, rooms.order)
    sort(rooms.order, rooms.time, rooms.eligible)
    if not traits[SORTABLE]:
        relist(t, rooms)


@kernel
def sort(order: Array, key: Array, room: Array) -> None:
    """Sort ``order`` by the keys of its tasks, those with equal keys as they stood: short runs by insertion, then
    merged two by two, the left one of each pair from ``room``.

        | run | run | run | run |  ->  |   run   |   run   |  ->  |        run        |
    """
    size = len(order)
    for first in range(0, size, RUN):
        for k in range(first + 1, min(first + RUN, size)):
            i, at = order[k], k
            while at > first and key[order[at - 1]] > key[i]:
                order[at] = order[at - 1]
                at -= 1
            order[at] = i
    width = RUN
    while width < size:
        for first in range(0, size - width, 2 * width):
            middle, end = first + width, min(first + 2 * width, size)
            if key[order[middle - 1]] <= key[order[middle]]:
                continue  # the two are one run already
            for k in range(first, middle):
                room[k] = order[k]
            left, right = first, middle
            for at in range(first, end):
                if left == middle:
                    break  # what is left of the right run is in its place
                if right < end and key[order[right]] < key[room[left]]:
                    order[at] = order[right]
                    right += 1
                else:
                    order[at] = room[left]
                    left += 1
        width *= 2


@kernel
def reverse(order: Array) -> None:
    """Turn a list around."""
    size = len(order)
    for k in range(size // 2):
        order[k], order[size - 1 - k] = order[size - 1 - k], order[k]


@kernel
def relist(t: Tables, rooms: Rooms) -> None:
    """Move tasks in ``rooms.order`` back behind those that they have to wait for, or whose deliveries they need."""
    for k in range(len(rooms.order)):
        rooms.key[rooms.order[k]] = k
    state = rooms.random[0]
    rooms.random[0] = 0
    listed(
        t.tasks,
        t.modes,
        t.arcs,
        t.lists,
        t.base,
        rooms.key,
        rooms.mode,
        rooms.eligible,
        rooms.waiting,
        rooms.level,
        rooms.random,
        rooms.order,
    )
    rooms.random[0] = state


@kernel
def keep(genes: Genes, rooms: Rooms, traits: Array, base: Array, t: Tables, side: int, p: int, scheme: int) -> None:
    """Put the schedule in ``rooms`` into a population."""
    column = END if traits[TWO_SIDES] else START
    sort_by(t, base[side], column, 1, rooms, traits)
    genes.scheme[side, p] = scheme
    for i in range(len(rooms.order)):
        genes.order[side, p, i] = rooms.order[i]
        genes.time[side, p, i] = rooms.time[i]
        genes.mode[side, p, i] = rooms.mode[i]
    for level in range(len(rooms.value)):
        genes.value[side, p, level] = rooms.value[level]


@kernel
def tournament(value: Array, p: int, random: Array) -> int:
    """The better one of two random individuals other than ``p``, where there are others."""
    size = len(value)
    first, second = below(random, size), below(random, size)
    if first == p:
        first = (first + 1) % size
    if second == p:
        second = (second + 1) % size
    return second if better(value[second], value[first]) > 0 else first


@kernel
def same(first: Array, second: Array) -> bool:
    """Are all times equal?"""
    differing = 0
    for i in range(len(first)):
        differing += first[i] != second[i]
    return differing == 0


@kernel
def is_best(values: Array, value: Array) -> bool:
    """Is ``value`` better than all others?"""
    best = True
    for k in range(len(values)):
        best = best and better(value, values[k]) > 0
    return best


def adopt(t: Tables, goal: Goal, genes: Genes, rooms: Rooms, traits: Array, base: Array, p: int) -> None:
    """Put the schedule in ``rooms.placed``, with its modes, into the first population in place of individual ``p``.

    Rarely done, hence not compiled.
    """
    cost(t.tasks, t.arcs, t.bounds, rooms.placed, rooms.mode, rooms.spare, goal, rooms.value)
    keep(genes, rooms, traits, base, t, 0, p, 0)
