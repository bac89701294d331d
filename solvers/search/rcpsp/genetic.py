"""Genetic operators on activity lists, compiled: crossover around resource peaks, mutation, repair of modes.

An individual is a list of all tasks, a mode for each and a scheme; its list is that of its schedule, by end where the
next generation is scheduled backwards, else by start. After D. Debels and M. Vanhoucke, Operations Research 55 (2007)
457-469, and V. Valls, F. Ballestin and S. Quintanilla, European Journal of Operational Research 185 (2008) 495-508.
"""

from __future__ import annotations

from schedsolve.solvers.dispatch.rcpsp.kernel import exchange
from schedsolve.solvers.dispatch.rcpsp.layout import (
    ARC_WIDTH,
    END_IN,
    END_MODE,
    FIRST_IN,
    FIRST_MODE,
    OTHER,
    TASK_WIDTH,
    Vector,
)
from schedsolve.solvers.dispatch.rcpsp.listing import draw
from schedsolve.solvers.kernel import kernel


@kernel
def below(random: Vector, count: int) -> int:
    """A number from 0 to ``count - 1``."""
    return min(count - 1, int(draw(random) * count))


@kernel
def peak(father: Vector, end: Vector, work: Vector, mode: Vector, random: Vector) -> tuple[int, int]:
    """Of all windows of a random length, a quarter to three quarters of the list, the one with most work per time.

    father    a b c [d e f g h] i j         the window moves on task by task
    """
    n = len(father)
    length = max(1, n // 4 + below(random, n // 2 + 1))
    inside = 0.0
    best, first = -1.0, 0
    for k in range(n):
        i = father[k]
        inside += work[mode[i]] if mode[i] >= 0 else 0.0
        if k >= length:
            j = father[k - length]
            inside -= work[mode[j]] if mode[j] >= 0 else 0.0
        if k >= length - 1:
            low = end[father[k - length]] if k >= length else end[father[0]]
            density = inside / max(1.0, end[i] - low)
            if density > best:
                best, first = density, k - length + 1
    return first, first + length


@kernel
def cross(father: Vector, mother: Vector, first: int, last: int, part: Vector, child: Vector) -> None:
    """The father's list; before and behind [first, last) in the mother's order.

    father    a b c [d e f] g h
    mother    b d a g c f h e
    child     b a c [d e f] g h       part of a task: 0 before the window, 1 inside, 2 behind
    """
    n = len(father)
    for k in range(n):
        part[father[k]] = (k >= first) + (k >= last)
        child[k] = father[k]
    before, behind = 0, last
    for k in range(n):
        i = mother[k]
        if part[i] == 0:
            child[before] = i
            before += 1
        elif part[i] == 2:
            child[behind] = i
            behind += 1


@kernel
def linked(tasks: Vector, arcs: Vector, before: int, behind: int) -> bool:
    """Does the task ``behind`` have to wait for the one ``before``?"""
    for k in range(tasks[behind * TASK_WIDTH + FIRST_IN], tasks[behind * TASK_WIDTH + END_IN]):
        if arcs[k * ARC_WIDTH + OTHER] == before:
            return True
    return False


@kernel
def mutate(tasks: Vector, arcs: Vector, child: Vector, rate: float, random: Vector) -> None:
    """Exchange neighbours that need not wait for one another, each with probability ``rate``."""
    for k in range(len(child) - 1):
        if draw(random) < rate:
            i, j = child[k], child[k + 1]
            if not linked(tasks, arcs, i, j):
                child[k], child[k + 1] = j, i


@kernel
def mutate_modes(tasks: Vector, mode: Vector, rate: float, random: Vector) -> None:
    """Give tasks random modes, each with probability ``rate``."""
    for i in range(len(mode)):
        first = tasks[i * TASK_WIDTH + FIRST_MODE]
        count = tasks[i * TASK_WIDTH + END_MODE] - first
        if mode[i] >= 0 and count > 1 and draw(random) < rate:
            mode[i] = first + below(random, count)


@kernel
def repair_modes(
    tasks: Vector, uses: Vector, budget: Vector, mode: Vector, spare: Vector, tries: int, random: Vector
) -> None:
    """Compute what is spare, and where something lacks change modes of random tasks such that less lacks in all."""
    n, count = len(mode), len(budget)
    for k in range(count):  # what all modes leave of each budget, negative where they lack
        spare[k] = budget[k]
        for i in range(n):
            if mode[i] >= 0:
                spare[k] -= uses[mode[i] * count + k]
    for _ in range(tries):
        if lacking(uses, budget, spare, -1, -1) <= 0.0:
            return
        i = below(random, n)
        if mode[i] < 0:
            continue
        # The mode of this task with which least lacks.
        best, least = mode[i], lacking(uses, budget, spare, -1, -1)
        for m in range(tasks[i * TASK_WIDTH + FIRST_MODE], tasks[i * TASK_WIDTH + END_MODE]):
            lack = lacking(uses, budget, spare, mode[i], m)
            if m != mode[i] and lack < least:
                best, least = m, lack
        if best != mode[i]:
            exchange(uses, spare, mode[i], best)
            mode[i] = best


@kernel
def lacking(uses: Vector, budget: Vector, spare: Vector, old: int, new: int) -> float:
    """What lacks of all budgets, in shares of them, after mode ``old`` is changed to ``new`` (-1: as it is)."""
    count, total = len(budget), 0.0
    for k in range(count):
        left = spare[k] - (uses[new * count + k] - uses[old * count + k] if old >= 0 else 0)
        if left < 0:
            total -= left / max(1, budget[k])
    return total
