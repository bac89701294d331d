"""Constraints along jobs: order, transport, no-wait, and when a blocking job leaves its machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schedsolve.solvers.cpsat.driver import Expression, Literal
from schedsolve.solvers.cpsat.jobshop.circuit import circuit
from schedsolve.solvers.cpsat.jobshop.variables import Variables


@dataclass(frozen=True, slots=True)
class Succession:
    """Operation ``after`` is the next of its job after ``before``, if ``literal`` holds."""

    before: int
    after: int
    literal: Literal


def successions(v: Variables) -> list[Succession]:
    """All pairs that can follow one another in a job: neighbours on its route, or, in an open shop whose
    transport, no-wait or blocking depend on the order, the arcs of a circuit through the job's operations."""
    problem = v.problem
    found: list[Succession] = []
    ordered = problem.no_wait or problem.blocking != "none" or problem.transport.size > 0
    for job, (first, last) in enumerate(zip(problem.job_ptr[:-1].tolist(), problem.job_ptr[1:].tolist(), strict=True)):
        v.poll(job)
        if not problem.open_shop:
            found.extend(Succession(o, o + 1, v.true) for o in range(first, last - 1))
        elif ordered:
            found.extend(_open_order(v, range(first, last)))
    return found


def _open_order(v: Variables, operations: range) -> Iterator[Succession]:
    """The order of an open shop's job; operations of length 0 have no place in it."""
    nodes = {}
    for operation in operations:
        working = [literal for way, literal in v.ways[operation] if way.length > 0]
        if working:
            nodes[operation] = v.true if len(working) == len(v.ways[operation]) else v.any_of(working)
    for (before, after), literal in circuit(v, nodes, v.end).items():
        if before is not None and after is not None:
            yield Succession(before, after, literal)


def precedence(v: Variables, pairs: list[Succession]) -> None:
    """start(after) >= end(before) + transport; with no-wait, equal."""
    for count, pair in enumerate(pairs):
        v.poll(count)
        if v.both_done(pair.before, pair.after):
            continue
        start, end = v.start[pair.after], v.end[pair.before]
        transfers = transfer_times(v, pair)
        shortest = min((time for time, _ in transfers), default=0)
        v.given(v.model.add(start >= end + shortest), pair.literal)
        for time, literals in transfers:
            if time > shortest:
                v.given(v.model.add(start >= end + time), pair.literal, *literals)
            if v.problem.no_wait:
                v.given(v.model.add(start <= end + time), pair.literal, *literals)


def transfer_times(v: Variables, pair: Succession) -> list[tuple[int, list[Literal]]]:
    """The times that transport between two operations can take, each with the literals that make it so."""
    transport = v.problem.transport
    if not transport.size:
        return [(0, [])]
    times = []
    for k, here in v.machines_of(pair.before).items():
        for m, there in v.machines_of(pair.after).items():
            times.append((int(transport[k, m]), [here, there]))
    return times


def job_no_overlap(v: Variables) -> None:
    """Open shop: no two operations of a job at the same time, except two that are both done."""
    problem = v.problem
    for job, (first, last) in enumerate(zip(problem.job_ptr[:-1].tolist(), problem.job_ptr[1:].tolist(), strict=True)):
        v.poll(job)
        to_do = [i for o in range(first, last) if not problem.done[o] for _, i in v.intervals(o)]
        done = [[i for _, i in v.intervals(o)] for o in range(first, last) if problem.done[o]]
        for intervals in done or [[]]:
            v.model.add_no_overlap([*intervals, *to_do])


def departures(v: Variables, pairs: list[Succession]) -> None:
    """Blocking: departure(before) = max(end(before), start(after) - transport); of a job's last one, its end."""
    leaving: dict[int, list[Succession]] = {}
    for pair in pairs:
        leaving.setdefault(pair.before, []).append(pair)
    low, high = min(0, int(v.problem.fixed_start.min())), v.horizon
    for count, (operation, onward) in enumerate(leaving.items()):
        v.poll(count)
        cases = [(pair, time, literals) for pair in onward for time, literals in transfer_times(v, pair)]
        pair, time, _ = cases[0]
        if len(cases) == 1 and pair.literal is v.true:
            v.departure[operation] = _leave(v, pair, time)
            continue
        departure = v.model.new_int_var(low, high, "")
        v.model.add(departure >= v.end[operation])
        if v.problem.open_shop:
            v.given(v.model.add(departure <= v.end[operation]), *(~pair.literal for pair in onward))
        for pair, time, literals in cases:
            v.given(v.model.add(departure == _leave(v, pair, time)), pair.literal, *literals)
        v.departure[operation] = departure


def _leave(v: Variables, pair: Succession, time: int) -> Expression:
    """When the job of ``pair`` sets out for its next operation."""
    onward = v.start[pair.after] - time
    if not v.both_done(pair.before, pair.after):
        return onward
    latest = v.model.new_int_var(min(0, int(v.problem.fixed_start.min())), v.horizon, "")
    v.model.add_max_equality(latest, [v.end[pair.before], onward])
    return latest
