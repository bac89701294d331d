"""What tasks that are done take of the limits that the others keep.

When they were done is known, in which modes perhaps not. A limit that they exceed binds the others as if they just
kept it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from schedsolve.solvers.cpsat.driver import Expression, Literal
from schedsolve.solvers.cpsat.rcpsp.variables import Variables
from schedsolve.solvers.cpsat.rcpsp.ways import Way

Steps = list[tuple[int, int, int]]
"""Units of a resource over time: (from, to, units), one after the other."""

Changes = list[tuple[int, int]]
"""Times, and by how much an amount changes at each."""


class Amount(NamedTuple):
    """An expression with its limits; an integer where they are equal."""

    value: Expression
    low: int
    high: int


NOTHING = Amount(0, 0, 0)


def profile(v: Variables, changes: Callable[[Way], Changes]) -> list[tuple[int, Amount]]:
    """The sum of all changes by tasks that are done, from each time on at which there are some."""
    known: dict[int, int] = defaultdict(int)
    choices: list[list[tuple[Changes, Literal]]] = []
    for ways, done in zip(v.ways, v.problem.done.tolist(), strict=True):
        if done and len(ways) == 1:
            for time, change in changes(ways[0][0]):
                known[time] += change
        elif done:
            choices.append([(changes(way), literal) for way, literal in ways])
    times = set(known)
    for choice in choices:
        for made, _ in choice:
            times.update(time for time, _ in made)
    steps: list[tuple[int, Amount]] = []
    total = 0
    for time in sorted(times):
        total += known.get(time, 0)
        value: Expression = total
        low = high = total
        for choice in choices:
            by_then = [sum(change for at, change in made if at <= time) for made, _ in choice]
            value += sum(change * literal for change, (_, literal) in zip(by_then, choice, strict=True))
            low, high = low + min(by_then), high + max(by_then)
        steps.append((time, Amount(value if low < high else low, low, high)))
    return steps


def at_most(v: Variables, amount: Amount, limit: int) -> Amount:
    """The lesser one of the amount and the limit."""
    low, high = min(amount.low, limit), min(amount.high, limit)
    if low == high:
        return Amount(low, low, high)
    least = v.model.new_int_var(low, high, "")
    v.model.add_min_equality(least, [amount.value, limit])
    return Amount(least, low, high)


def at_least(v: Variables, amount: Amount, limit: int) -> Amount:
    """The greater one of the amount and the limit."""
    less = at_most(v, Amount(-amount.value, -amount.high, -amount.low), -limit)
    return Amount(-less.value, -less.high, -less.low)


def in_use(v: Variables, resource: int, steps: Steps) -> Iterator[tuple[int, int, int, Amount]]:
    """``steps`` of a renewable resource, cut where tasks that are done start or end: (from, to, units, how many of the
    units these tasks hold)."""
    demand = v.problem.demand[:, resource]

    def changes(way: Way) -> Changes:
        start, units = way.starts[0][0], int(demand[way.mode])
        return [(start, units), (start + way.length, -units)] if units and way.length else []

    use = profile(v, changes)
    times = [time for time, _ in use]
    for low, high, units in steps:
        inside = times[bisect_right(times, low) : bisect_left(times, high)]
        for start, end in pairwise([low, *inside, high]):
            at = bisect_right(times, start)
            yield start, end, units, at_most(v, use[at - 1][1] if at else NOTHING, units)


def used_up(v: Variables, resource: int) -> Amount:
    """Of a non-renewable resource, no more than there is."""
    consumption = v.problem.consumption[:, resource]
    steps = profile(v, lambda way: [(0, int(consumption[way.mode]))])
    return at_most(v, steps[0][1] if steps else NOTHING, int(v.problem.budget[resource]))


def level(v: Variables, reservoir: int) -> list[tuple[int, Amount]]:
    """What is in a reservoir by what is done alone, from each time on."""
    withdrawal, delivery = v.problem.withdrawal[:, reservoir], v.problem.delivery[:, reservoir]
    initial = int(v.problem.reservoir_initial[reservoir])

    def changes(way: Way) -> Changes:
        start, (taken, given) = way.starts[0][0], (int(x[way.mode]) for x in (withdrawal, delivery))
        return [(start, -taken), (start + way.length, given)] if taken or given else []

    steps = profile(v, changes)
    return [(time, Amount(initial + change, initial + low, initial + high)) for time, (change, low, high) in steps]


def events(v: Variables, initial: int, steps: Iterable[tuple[int, Amount]]) -> Iterator[tuple[int, int, Literal]]:
    """A step function as changes of a reservoir: time, change, and the literal with which it happens. What depends on
    modes changes in powers of two."""
    before = Amount(initial, initial, initial)
    for time, amount in steps:
        change, low, high = amount.value - before.value, amount.low - before.high, amount.high - before.low
        before = amount
        yield time, low, v.true
        bits = [v.model.new_bool_var("") for _ in range((high - low).bit_length())]
        if bits:
            v.model.add(change == low + sum(2**k * bit for k, bit in enumerate(bits)))
        yield from ((time, 2**k, bit) for k, bit in enumerate(bits))
