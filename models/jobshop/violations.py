"""The independent checker of job-shop schedules: every broken rule, with what and how much.

One function per rule, pure numpy, exact integers; it shares no code with any solver. No rule hides another. The codes:

========================  =======================================================================
``shape``                 wrong number of starts or alternatives
``alternative``           an alternative that the operation does not have
``release``               start before the job's release date (or before time 0)
``deadline``              end after the job's deadline
``fixed``                 not the fixed start or machine
``precedence``            starts before its job's previous operation has ended (plus transport)
``no_wait``               starts at another time than the end of its job's previous operation (plus transport)
``job_overlap``           two operations of one job at the same time (open shop)
``machine_overlap``       two operations on one machine at the same time; with blocking, a machine
                          that is entered before the job before has left it
``setup``                 less than the setup time, where there is one, between neighbours, or before the first
``downtime``              works (or, where it may pause, starts) while the machine is down
``permutation``           machines process some jobs in different orders
``swap``                  jobs exchange machines in a circle in one instant, without swap
========================  =======================================================================
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop.objectives import objective_values
from schedsolve.models.jobshop.problem import JobShop
from schedsolve.models.jobshop.schedule import Schedule
from schedsolve.models.jobshop.solution import JobShopSolution
from schedsolve.models.numerals import counted
from schedsolve.models.record import FAR
from schedsolve.models.violation import Violation

Ints = npt.NDArray[np.int64]


def violations(problem: JobShop, solution: JobShopSolution) -> list[Violation]:
    """All rules that ``solution`` breaks; empty: accepted."""
    found = [*_shape(problem, solution)]
    if found:
        return found
    schedule = Schedule(problem, solution)
    for rule in (*SINGLE, *BETWEEN):
        found.extend(rule(problem, schedule))
    return found


def evaluate(problem: JobShop, solution: JobShopSolution) -> list[tuple[str, int]]:
    """The problem's objectives with their values, in order; none where the solution's shape is not the problem's."""
    return [] if any(_shape(problem, solution)) else objective_values(problem, Schedule(problem, solution))


def _shape(problem: JobShop, solution: JobShopSolution) -> Iterator[Violation]:
    n = problem.num_operations
    if len(solution.start) != n:
        yield Violation("shape", f"{len(solution.start)} starts given for {n} operations")
        return
    count = np.diff(problem.alt_ptr)
    for o in np.flatnonzero((solution.alternative < 0) | (solution.alternative >= count)).tolist():
        ways = counted(count[o], "alternative")
        text = f"{problem.operation_name(o)} has {ways}, none with index {solution.alternative[o]}"
        yield Violation("alternative", text, {"operation": [o]})


def _release(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    release = problem.release[problem.job_of]
    for o in np.flatnonzero((s.start < release) & ~problem.done).tolist():
        text = f"{problem.operation_name(o)} starts at {s.start[o]}, its job is released at {release[o]}"
        yield _of(problem, s, "release", text, [o], (s.start[o], release[o]))


def _deadline(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    deadline = problem.deadline[problem.job_of]
    for o in np.flatnonzero((s.end > deadline) & (deadline != FAR) & ~problem.done).tolist():
        text = f"{problem.operation_name(o)} ends at {s.end[o]}, after its job's deadline {deadline[o]}"
        yield _of(problem, s, "deadline", text, [o], (deadline[o], s.end[o]))


def _fixed(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    for o in np.flatnonzero((problem.fixed_start != FAR) & (s.start != problem.fixed_start)).tolist():
        want = problem.fixed_start[o]
        text = f"{problem.operation_name(o)} starts at {s.start[o]}, fixed to {want}"
        yield _of(problem, s, "fixed", text, [o], (min(s.start[o], want), max(s.start[o], want)))
    for o in np.flatnonzero((problem.fixed_machine >= 0) & (s.machine != problem.fixed_machine)).tolist():
        want = problem.machine_name(int(problem.fixed_machine[o]))
        text = f"{problem.operation_name(o)} is on {problem.machine_name(int(s.machine[o]))}, fixed to {want}"
        yield _of(problem, s, "fixed", text, [o], (s.start[o], s.end[o]))


def _precedence(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    """Order within a job, with transport; an open shop's order is that of its ends."""
    before, after, ready = _successions(s)
    for i in np.flatnonzero(s.start[after] < ready).tolist():
        a, b = int(before[i]), int(after[i])
        way = f" and needs {s.transfer[a]} for transport" if s.transfer[a] else ""
        text = (
            f"{problem.operation_name(b)} starts at {s.start[b]}, {problem.operation_name(a)} ends at {s.end[a]}{way}"
        )
        yield _of(problem, s, "precedence", text, [a, b], (s.start[b], ready[i]))


def _no_wait(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    if not problem.no_wait:
        return
    before, after, ready = _successions(s)
    for i in np.flatnonzero(s.start[after] != ready).tolist():
        a, b = int(before[i]), int(after[i])
        text = f"{problem.operation_name(b)} starts at {s.start[b]} instead of {ready[i]}, its job may not wait"
        between = min(ready[i], s.start[b]), max(ready[i], s.start[b])
        yield _of(problem, s, "no_wait", text, [a, b], between)


def _successions(s: Schedule) -> tuple[Ints, Ints, Ints]:
    """Operations that follow one another in a job, where that binds, and when the second one can start."""
    before = np.flatnonzero(s.successor >= 0)
    before = before[s.binds(before, s.successor[before])]
    return before, s.successor[before], s.end[before] + s.transfer[before]


def _job_overlap(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    if not problem.open_shop:
        return
    ops = np.flatnonzero((s.duration > 0) & s.counted)
    ops = ops[np.lexsort((s.start[ops], problem.job_of[ops]))]
    for a, b in _overlapping(s, problem.job_of, s.end, ops):
        text = f"{problem.operation_name(a)} and {problem.operation_name(b)} are done at the same time"
        yield _of(problem, s, "job_overlap", text, [a, b], (s.start[b], min(s.end[a], s.end[b])))


def _machine_overlap(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    for a, b in _overlapping(s, s.machine, s.departure, s.machine_order):
        machine = problem.machine_name(int(s.machine[a]))
        until = min(s.departure[a], s.departure[b])
        held = " (blocked there until its job moves on)" if s.departure[a] > s.end[a] else ""
        text = (
            f"{machine} holds {problem.operation_name(a)} until {s.departure[a]}{held}, "
            f"{problem.operation_name(b)} starts at {s.start[b]}"
        )
        yield _of(problem, s, "machine_overlap", text, [a, b], (s.start[b], until))


def _overlapping(s: Schedule, group: Ints, end: Ints, ops: Ints) -> Iterator[tuple[int, int]]:
    """Pairs (a, b) where b starts before a, the latest to end of those before it in its group, has ended.

    ``ops`` are sorted by group and start; every operation that overlaps an earlier one is reported once. Of those
    that are exempt only the others are looked at.
    """
    columns = (ops, group[ops], s.start[ops], end[ops], s.exempt[ops])
    held = -1
    for o, k, low, high, exempt in zip(*(column.tolist() for column in columns), strict=True):
        if k != held:
            held, until, holder, binding_until, binding_holder = k, low, -1, low, -1
        if low < (binding_until if exempt else until):
            yield (binding_holder if exempt else holder), o
        if high > until:
            until, holder = high, o
        if high > binding_until and not exempt:
            binding_until, binding_holder = high, o


def _setup(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    if not problem.has_setups:
        return
    before, after = s.machine_pairs
    need = s.setup_before[after]
    short = (need > 0) & (s.start[after] - s.departure[before] < need) & s.binds(before, after)
    for i in np.flatnonzero(short).tolist():
        a, b = int(before[i]), int(after[i])
        text = (
            f"{problem.machine_name(int(s.machine[b]))} needs setup {need[i]} between {problem.operation_name(a)} "
            f"(until {s.departure[a]}) and {problem.operation_name(b)} (from {s.start[b]})"
        )
        yield _of(problem, s, "setup", text, [a, b], (s.start[b], s.departure[a] + need[i]))


def _initial_setup(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    if not problem.has_setups:
        return
    for o in s.machine_first[(s.start < s.setup_before)[s.machine_first] & ~problem.done[s.machine_first]].tolist():
        need = s.setup_before[o]
        machine = problem.machine_name(int(s.machine[o]))
        text = f"{machine} needs initial setup {need}, {problem.operation_name(o)} starts at {s.start[o]}"
        yield _of(problem, s, "setup", text, [o], (s.start[o], need))


def _downtime(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    works = (s.duration > 0) & ~problem.done
    for machine in np.unique(problem.downtime_machine).tolist():
        down = problem.downtimes(machine)
        ops = np.flatnonzero(works & (s.machine == machine))
        k = np.searchsorted(down[:, 1], s.start[ops], side="right")  # first downtime that ends after the start
        ahead = k < len(down)
        ops, k = ops[ahead], k[ahead]
        reach = s.start[ops] + 1 if problem.pause else s.end[ops]
        for i in np.flatnonzero(down[k, 0] < reach).tolist():
            o, (low, high) = int(ops[i]), down[k[i]].tolist()
            does = "starts" if problem.pause else "works"
            text = (
                f"{problem.machine_name(machine)} is down in [{low}, {high}), "
                f"{problem.operation_name(o)} {does} in [{s.start[o]}, {s.end[o]})"
            )
            yield _of(problem, s, "downtime", text, [o], (max(low, s.start[o]), min(high, s.end[o])))


def _permutation(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    """One order of the jobs must agree with the order on every machine: the orders together have no circle."""
    if not problem.permutation:
        return
    first: dict[int, list[int]] = {}
    for a, b in _orders_that_bind(s):
        first.setdefault(int(problem.job_of[b]), []).append(int(problem.job_of[a]))
    for cycle in _cycles(first):
        names = ", ".join(problem.job_name(j) for j in cycle)
        yield Violation("permutation", f"machines process {names} in different orders", {"job": cycle})


def _orders_that_bind(s: Schedule) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) on one machine from which all follow that are not both exempt.

    They lead along those that are not exempt, and from there to the exempt ones in between and back.
    """
    order = s.machine_order
    held, last, between = -1, -1, list[int]()
    for o, k, exempt in zip(order.tolist(), s.machine[order].tolist(), s.exempt[order].tolist(), strict=True):
        if k != held:
            held, last, between = k, -1, []
        if last >= 0:
            yield last, o
        if exempt:
            between.append(o)
        else:
            yield from ((other, o) for other in between)
            last, between = o, []


def _swap(problem: JobShop, s: Schedule) -> Iterator[Violation]:
    """Without swap, jobs that move in one instant must be able to do so one after another.

    An operation that starts the moment its machine is left must wait for the move that leaves it,
    which is the start of the leaving job's next operation. A circle of such waits is a swap.
    """
    if problem.blocking != "no_swap":
        return
    first = _waits(s)
    # An operation of length 0 leaves its machine in the instant it enters: its job's next start waits for its own.
    chained = np.flatnonzero((s.successor >= 0) & (s.departure == s.start))
    chained = chained[s.start[s.successor[chained]] == s.start[chained]]
    for o in chained.tolist():
        first.setdefault(int(s.successor[o]), []).append(o)
    for cycle in _cycles(first):
        jobs = list(dict.fromkeys(int(problem.job_of[o]) for o in cycle))
        names = ", ".join(problem.job_name(j) for j in jobs)
        at = int(s.start[cycle[0]])
        machines = sorted({int(s.machine[o]) for o in cycle})
        text = f"{names} exchange machines in a circle at {at}, which needs swap"
        yield Violation("swap", text, {"operation": cycle, "job": jobs, "machine": machines}, (at, at), len(jobs))


def _waits(s: Schedule) -> dict[int, list[int]]:
    """The moves that must come before each start in one instant, because they leave its machine.

    A start that is exempt waits only for moves that are not, away from operations that are not.
    """
    order = s.machine_order
    left = order[s.successor[order] >= 0]
    left = left[s.start[s.successor[left]] == s.departure[left]]  # no transport in between
    binding = left[~s.exempt[left] & ~s.exempt[s.successor[left]]]
    leaving = {False: _moves_by_instant(s, left), True: _moves_by_instant(s, binding)}
    first: dict[int, list[int]] = {}
    columns = (order, s.exempt[order], s.machine[order], s.start[order])
    for o, exempt, k, at in zip(*(column.tolist() for column in columns), strict=True):
        moves = leaving[exempt].get((k, at), [])
        if len(moves) > 1:
            del leaving[exempt][k, at]  # where others enter too they overlap, and who waits for whom is not defined
        first[o] = [move for move in moves if move != o]
    return first


def _moves_by_instant(s: Schedule, left: Ints) -> dict[tuple[int, int], list[int]]:
    """The next operations of the jobs that leave a machine, by machine and time."""
    moves: dict[tuple[int, int], list[int]] = {}
    columns = (s.machine[left], s.departure[left], s.successor[left])
    for k, at, move in zip(*(column.tolist() for column in columns), strict=True):
        moves.setdefault((k, at), []).append(move)
    return moves


def _cycles(first: dict[int, list[int]]) -> Iterator[list[int]]:
    """Disjoint cycles, at least one in each knot: ``first[b]`` lists what must come before b."""
    seen: set[int] = set()
    for root in first:
        if root in seen:
            continue
        seen.add(root)
        path = {root: iter(first[root])}  # the current path of the depth-first search, with what is left to visit
        while path:
            node = next(reversed(path))
            for before in path[node]:
                if before in path:
                    nodes = list(path)
                    cycle = nodes[nodes.index(before) :]
                    yield cycle[::-1]
                    for done in cycle:
                        del path[done]
                    break
                if before not in seen:
                    seen.add(before)
                    path[before] = iter(first.get(before, ()))
                    break
            else:
                del path[node]


def _of(
    problem: JobShop,
    s: Schedule,
    code: str,
    text: str,
    operations: list[int],
    interval: tuple[int | np.int64, int | np.int64],
) -> Violation:
    """A violation with its operations, their jobs and machines, the span of the conflict and its length."""
    low, high = int(interval[0]), int(interval[1])
    things = {
        "operation": operations,
        "job": list(dict.fromkeys(int(problem.job_of[o]) for o in operations)),
        "machine": list(dict.fromkeys(int(s.machine[o]) for o in operations)),
    }
    return Violation(code, text, things, (low, high), max(0, high - low))


SINGLE = (_release, _deadline, _fixed, _initial_setup, _downtime)
"""The rules for one operation."""

BETWEEN = (_precedence, _no_wait, _job_overlap, _machine_overlap, _setup, _permutation, _swap)
"""The rules between several operations, waived where all of them are done."""
