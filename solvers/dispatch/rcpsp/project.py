"""A project as the flat tables that the kernels read (``layout``), and the same project with time running backwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.rcpsp.kernel import clear, locate, place, split
from schedsolve.solvers.dispatch.rcpsp.layout import (
    ARC_WIDTH,
    BOUND_WIDTH,
    END,
    END_BREAK,
    END_IN,
    END_OUT,
    FIRST_BREAK,
    FIRST_IN,
    FIRST_NODE,
    FIRST_OUT,
    LATEST_END,
    LATEST_START,
    LEAST_END,
    LEAST_START,
    LEVELS,
    MODE_WIDTH,
    NEVER,
    NEXT,
    OTHER_END,
    OWN_END,
    PLACED_WIDTH,
    START,
    TASK_WIDTH,
    TIME,
    WIDTH,
    Vector,
)
from schedsolve.solvers.kernel import kernel

HIGH = 2**60
"""More than can be taken out of anything."""

Arc = tuple[int, int, int, int, int]
"""Task, its end that counts, later task, its end, least lag between the two."""


class Stock(NamedTuple):
    """A level that the kernels keep at 0 or more and at most at a maximum."""

    reservoir: int
    initial: int
    maximum: int
    low: int
    """What it counts as by tasks that are done alone, at least, ..."""
    high: int
    """... and at most."""


class Tables(NamedTuple):
    """What the kernels read, plain (lists) or compiled (arrays)."""

    tasks: Vector
    modes: Vector
    arcs: Vector
    lists: Vector
    bounds: Vector
    base: Vector
    """The profile with only the fixed tasks in it."""
    uses: Vector
    """M * K: consumption of non-renewable resources."""


@dataclass(frozen=True)
class Project:
    """The tables of a problem with what is said of them; all plain lists."""

    tables: Tables
    arcs: list[Arc]
    order: list[int]
    """All tasks, none before one that it has to wait for; what is on a cycle is in any order."""
    cyclic: bool
    """Do some links close a cycle (maximum lags)? Then a task may come too late for those placed before it."""
    sortable: bool
    """Is every list by start, or by end, one that keeps the order of the links?"""
    has_stocks: bool
    has_breaks: bool
    fixed: dict[int, tuple[int, int, int]]
    """Start, end and mode (of all) of each task with a fixed start."""

    @property
    def mirrors(self) -> bool:
        """Can time be reversed? Not with reservoirs, whose levels hold on to the end, nor with cycles."""
        return not self.cyclic and not self.has_stocks

    @property
    def room(self) -> int:
        """Entries that a profile may need: each task adds two nodes at most."""
        width: int = self.tables.base[WIDTH]
        return len(self.tables.base) + 2 * width * (len(self.tables.bounds) // BOUND_WIDTH)


def make_project(problem: RCPSP, fixed_modes: dict[int, int]) -> Project:
    """``fixed_modes``: the mode, of all, of each task with a fixed start."""
    has_breaks = bool(problem.num_calendars and problem.break_start.size)
    stocks = _stocks(problem, fixed_modes)
    modes, lists = _modes(problem, stocks, has_breaks)
    fixed = {}
    for i, m in fixed_modes.items():
        start = int(problem.fixed_start[i])
        first, last = modes[m * MODE_WIDTH + FIRST_BREAK], modes[m * MODE_WIDTH + END_BREAK]
        duration = int(problem.duration[m])
        end = clear(lists, first, last, 1, start, duration)[1] if problem.pause[i] else start + duration
        fixed[i] = (start, end, m)
    arcs, bounds = _arcs_and_bounds(problem, fixed)
    order, orders = _precedence(problem, arcs)
    tasks, arc_table = _arc_tables(problem, arcs, orders)
    tables = Tables(
        tasks,
        modes,
        arc_table,
        lists,
        bounds,
        _base(problem, stocks, modes, lists, fixed),
        problem.consumption.ravel().tolist(),
    )
    return Project(
        tables=tables,
        arcs=arcs,
        order=order,
        cyclic=not all(orders),
        sortable=all(a_end == END and b_end == START and lag >= 0 for _, a_end, _, b_end, lag in arcs),
        has_stocks=len(problem.reservoir_initial) > 0,
        has_breaks=has_breaks,
        fixed=fixed,
    )


def compiled(tables: Tables) -> Tables:
    """The same in arrays."""
    return Tables(*(np.array(table, dtype=np.int64) for table in tables))


def _stocks(problem: RCPSP, fixed_modes: dict[int, int]) -> list[Stock]:
    """One for each reservoir, but two where tasks that are done go beyond its limits: one that is never below 0, and
    one, raised by ``HIGH``, that is never above the maximum."""
    done = {i: m for i, m in fixed_modes.items() if problem.done[i]}
    stocks = []
    for v, initial in enumerate(problem.reservoir_initial.tolist()):
        maximum = _endless(int(problem.reservoir_maximum[v]))
        changes: dict[int, int] = defaultdict(int)
        for i, m in done.items():
            start = int(problem.fixed_start[i])
            changes[start] -= int(problem.withdrawal[m, v])
            changes[start + int(problem.duration[m])] += int(problem.delivery[m, v])
        levels = list(accumulate((changes[time] for time in sorted(changes)), initial=initial))
        if min(levels) >= 0 and max(levels) <= maximum:
            stocks.append(Stock(v, initial, maximum, -NEVER, NEVER))
            continue
        stocks.append(Stock(v, initial, NEVER, 0, NEVER))
        if maximum < NEVER:
            stocks.append(Stock(v, initial + HIGH, maximum + HIGH, -NEVER, maximum + HIGH))
    return stocks


def _modes(problem: RCPSP, stocks: list[Stock], has_breaks: bool) -> tuple[list[int], list[int]]:
    """Tables ``modes`` and ``lists``. Groups are resources of one unit, stocks the last columns."""
    resources, groups = problem.num_resources, len(problem.group_ptr) - 1
    group_of: dict[int, list[int]] = defaultdict(list)
    for g, members in enumerate(problem.groups()):
        for i in members:
            group_of[i].append(LEVELS + resources + g)
    first_stock = LEVELS + resources + groups
    lists: list[int] = []
    rows: list[int] = []
    broken: dict[tuple[int, ...], tuple[int, int]] = {}
    demand, task_of = problem.demand.tolist(), problem.task_of.tolist()
    stocked = zip(problem.withdrawal.tolist(), problem.delivery.tolist(), strict=True)
    limited = problem.limited.tolist()
    pause = problem.pause.tolist()
    for m, (duration, (takes, gives)) in enumerate(zip(problem.duration.tolist(), stocked, strict=True)):
        i, needs = task_of[m], len(lists)
        if duration:
            for r, units in enumerate(demand[m]):
                if units and limited[r]:
                    lists += (LEVELS + r, units)
            for column in group_of.get(i, ()):
                lists += (column, 1)
        first = len(lists)
        for column, (v, _, maximum, _, _) in enumerate(stocks, start=first_stock):
            if takes[v] or gives[v]:
                lists += (column, takes[v], gives[v], maximum)
        end = len(lists)
        breaks = (0, 0)
        if has_breaks and duration and not problem.done[i]:
            calendars = problem.calendars_of(m)
            if calendars not in broken:
                lists += map(_endless, problem.breaks(*calendars).ravel().tolist())
                broken[calendars] = (len(lists) - 2 * len(problem.breaks(*calendars)), len(lists))
            breaks = broken[calendars]
        rows += (duration, int(pause[i]), needs, first, *breaks, first, end)
    return rows, lists


def _arcs_and_bounds(problem: RCPSP, fixed: dict[int, tuple[int, int, int]]) -> tuple[list[Arc], list[int]]:
    """Links as least lags, a maximum lag as a negative one backwards; those with a fixed task become bounds."""
    deadline = np.minimum(problem.deadline, problem.project_deadline).tolist()
    bounds: list[int] = []
    for release, latest in zip(problem.release.tolist(), deadline, strict=True):
        bounds += (release, -NEVER, NEVER, latest if latest < FAR else NEVER)
    arcs: list[Arc] = []
    columns = (problem.link_from, problem.link_to, problem.link_kind, problem.min_lag, problem.max_lag)
    for i, j, kind, least, most in zip(*(column.tolist() for column in columns), strict=True):
        of_i, of_j = (START, END)[kind in (0, 2)], (START, END)[kind in (2, 3)]
        both = [(i, of_i, j, of_j, least)] if least > -FAR else []
        if most < FAR:
            both.append((j, of_j, i, of_i, -most))
        for a, of_a, b, of_b, lag in both:
            if a in fixed and b not in fixed:
                k = b * BOUND_WIDTH + (LEAST_START if of_b == START else LEAST_END)
                bounds[k] = max(bounds[k], fixed[a][of_a] + lag)
            elif b in fixed and a not in fixed:
                k = a * BOUND_WIDTH + (LATEST_START if of_a == START else LATEST_END)
                bounds[k] = min(bounds[k], fixed[b][of_b] - lag)
            elif a not in fixed:
                arcs.append((a, of_a, b, of_b, lag))
    return arcs, bounds


def _precedence(problem: RCPSP, arcs: list[Arc]) -> tuple[list[int], list[bool]]:
    """The tasks in an order that keeps the arcs, and which arcs are kept; on cycles only those of positive length."""
    n = problem.num_tasks
    order = _topological(n, [(a, b) for a, _, b, _, _ in arcs])
    if len(order) == n:
        return order, [True] * len(arcs)
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((a, b) for a, _, b, _, _ in arcs)
    part = {}
    for number, members in enumerate(nx.strongly_connected_components(graph)):
        part.update(dict.fromkeys(members, number))
    shortest = np.minimum.reduceat(problem.duration, problem.mode_ptr[:-1]).tolist()
    longest = np.maximum.reduceat(problem.duration, problem.mode_ptr[:-1]).tolist()
    kept = []
    for a, of_a, b, of_b, lag in arcs:
        between_starts = lag + (shortest[a] if of_a == END else 0) - (longest[b] if of_b == END else 0)
        kept.append(part[a] != part[b] or between_starts > 0)
    order = _topological(n, [(arc[0], arc[2]) for arc, keep in zip(arcs, kept, strict=True) if keep])
    if len(order) < n:  # a cycle of positive length: there is no schedule
        kept = [part[arc[0]] != part[arc[2]] for arc in arcs]
        order = _topological(n, [(arc[0], arc[2]) for arc, keep in zip(arcs, kept, strict=True) if keep])
    return order, kept


def _topological(n: int, pairs: list[tuple[int, int]]) -> list[int]:
    """All of 0 to n - 1 that are on no cycle of ``pairs`` nor behind one, sorted."""
    behind: list[list[int]] = [[] for _ in range(n)]
    waiting = [0] * n
    for a, b in pairs:
        behind[a].append(b)
        waiting[b] += 1
    order = [i for i in range(n) if not waiting[i]]
    for i in order:
        for j in behind[i]:
            waiting[j] -= 1
            if not waiting[j]:
                order.append(j)
    return order


def _arc_tables(problem: RCPSP, arcs: list[Arc], orders: list[bool]) -> tuple[list[int], list[int]]:
    """Tables ``tasks`` and ``arcs``."""
    n = problem.num_tasks
    inward: list[list[int]] = [[] for _ in range(n)]
    outward: list[list[int]] = [[] for _ in range(n)]
    for (a, of_a, b, of_b, lag), keep in zip(arcs, orders, strict=True):
        inward[b] += (a, of_a, of_b, lag, int(keep))
        outward[a] += (b, of_b, of_a, lag, int(keep))
    table: list[int] = []
    spans = []
    for rows in (inward, outward):
        for row in rows:
            spans.append((len(table) // ARC_WIDTH, (len(table) + len(row)) // ARC_WIDTH))
            table += row
    chosen = problem.fixed_mode
    first = np.where(chosen < 0, problem.mode_ptr[:-1], problem.mode_ptr[:-1] + chosen).tolist()
    end = np.where(chosen < 0, problem.mode_ptr[1:], problem.mode_ptr[:-1] + chosen + 1).tolist()
    tasks: list[int] = []
    for i in range(n):
        tasks += (*spans[i], *spans[n + i], first[i], end[i])
    return tasks, table


def _base(
    problem: RCPSP, stocks: list[Stock], modes: list[int], lists: list[int], fixed: dict[int, tuple[int, int, int]]
) -> list[int]:
    """The profile before anything is scheduled: capacities with their changes, and the fixed tasks."""
    groups = [1] * (len(problem.group_ptr) - 1)
    capacity = [_endless(units) for units in problem.capacity.tolist()]
    levels = [*capacity, *groups, *(stock.initial for stock in stocks)]
    width = LEVELS + len(levels)
    nodes = len(problem.change_start) + len(fixed)
    profile = [FIRST_NODE + width, width, -NEVER, 0, *levels] + [0] * (2 * width * nodes)
    columns = (problem.change_resource, problem.change_start, problem.change_end, problem.change_capacity)
    for r, low, high, units in zip(*(column.tolist() for column in columns), strict=True):
        _subtract(profile, LEVELS + r, capacity[r] - units, low, _endless(high))
    placed = [NEVER] * (PLACED_WIDTH * problem.num_tasks)
    for past in (True, False):
        for i, (start, end, m) in fixed.items():
            if bool(problem.done[i]) is past:
                place(modes, lists, profile, placed, i, m, start, end, locate(profile, FIRST_NODE, start))
        if past:
            _limit_stocks(profile, stocks)
    return profile[: profile[0]]


def _limit_stocks(profile: list[int], stocks: list[Stock]) -> None:
    """What tasks that are done make of the stocks counts no further than the limits."""
    first, node = profile[WIDTH] - len(stocks), FIRST_NODE
    while True:
        for column, (_, _, _, low, high) in enumerate(stocks, start=node + first):
            profile[column] = min(max(profile[column], low), high)
        node = profile[node + NEXT]
        if node == 0:
            return


def _endless(amount: int) -> int:
    """NEVER for FAR: behind what has no end there is no room, and of what has no limit there is always more."""
    return NEVER if amount == FAR else amount


def _subtract(profile: list[int], column: int, units: int, low: int, high: int) -> None:
    node = split(profile, locate(profile, FIRST_NODE, low), low)
    behind = split(profile, locate(profile, node, high), high)
    while node != behind:
        profile[node + column] -= units
        node = profile[node + NEXT]


def mirrored(project: Project) -> Project:
    """The project with time t turned into -t: what was right-justified is left-justified, links point the other way.

    Bounds are left open: ``limit`` sets them. Pauses are symmetric: a pausing task neither starts inside a break nor
    ends inside one. For projects with ``mirrors``.
    """
    t = project.tables
    lists = list(t.lists)
    spans = {tuple(t.modes[m + FIRST_BREAK : m + END_BREAK + 1]) for m in range(0, len(t.modes), MODE_WIDTH)}
    for first, end in spans:
        lists[first:end] = [-time for time in reversed(t.lists[first:end])]
    tasks = list(t.tasks)
    for k in range(0, len(tasks), TASK_WIDTH):
        tasks[k : k + 4] = [*t.tasks[k + FIRST_OUT : k + END_OUT + 1], *t.tasks[k + FIRST_IN : k + END_IN + 1]]
    arcs = list(t.arcs)
    for k in range(0, len(arcs), ARC_WIDTH):
        arcs[k + OTHER_END], arcs[k + OWN_END] = 1 - arcs[k + OTHER_END], 1 - arcs[k + OWN_END]
    turned = [(b, 1 - of_b, a, 1 - of_a, lag) for a, of_a, b, of_b, lag in project.arcs]
    bounds = [-NEVER, -NEVER, NEVER, NEVER] * (len(t.bounds) // BOUND_WIDTH)
    tables = Tables(tasks, t.modes, arcs, lists, bounds, _turned_base(t.base), t.uses)
    return replace(project, tables=tables, arcs=turned, order=project.order[::-1])


@kernel
def limit(mirror: Tables, tables: Tables, latest: Vector) -> None:
    """Let no task end after ``latest`` (n), nor beyond its own bounds, in the mirrored project."""
    for i in range(len(latest)):
        k = i * BOUND_WIDTH
        mirror.bounds[k + LEAST_START] = -min(tables.bounds[k + LATEST_END], latest[i])
        mirror.bounds[k + LEAST_END] = -tables.bounds[k + LATEST_START]


def _turned_base(base: list[int]) -> list[int]:
    nodes, node = [FIRST_NODE], base[FIRST_NODE + NEXT]
    while node:
        nodes.append(node)
        node = base[node + NEXT]
    width = base[WIDTH]
    turned = [len(base), width]
    for k in range(len(nodes) - 1, -1, -1):
        begins = -NEVER if k == len(nodes) - 1 else -base[nodes[k + 1] + TIME]
        after = len(turned) + width if k else 0
        turned += (begins, after, *base[nodes[k] + LEVELS : nodes[k] + width])
    return turned
