"""Job by job: schedules where a job cannot wait, or cannot leave its machine, wherever it likes.

Dispatching operations one by one may lock up a shop without buffers and cannot keep no-wait jobs together.
Here each job is placed as a whole into what is there already, in an order that a rule gives: behind all
others, or into the gaps between them. The space behind all others is always open, so nothing locks up.

With waiting (or waiting on the machine: blocking) the earliest completion of one job among the gaps is a
shortest path: to enter a gap earlier is never worse, so one label a gap suffices. Job insertion in blocking
shops: H. Groeflin and A. Klinkert, EJOR 177 (2007) 763-785; the labels are those of safe intervals in
M. Phillips and M. Likhachev, ICRA 2011. No-wait jobs are rigid and are shifted until they fit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR
from schedsolve.solvers.dispatch.jobshop.kernel import clear, priority, setup
from schedsolve.solvers.dispatch.jobshop.shop import NEVER, Shop, State, Vector, make_state


class Gap(NamedTuple):
    """Room on a machine for an operation of one family: enter from ``low`` on, leave by ``high``."""

    low: int
    high: int
    vacated: int
    """When the operation before leaves, -1: there is none."""
    taken: int
    """When the operation behind enters, NEVER: there is none."""


ALWAYS = Gap(0, NEVER, -1, NEVER)


class Label(NamedTuple):
    """The earliest way to have an operation in a gap, and how its job got there."""

    operation: int
    alternative: int
    machine: int
    start: int
    end: int
    gap: Gap
    before: Label | None
    leave_before: int
    """When the job leaves the machine before."""


class Visit(NamedTuple):
    """One operation of a placed job; it holds its machine in [start, leave)."""

    operation: int
    alternative: int
    machine: int
    start: int
    end: int
    leave: int


class Timelines:
    """What each machine holds: parallel lists, as one leaves after the other.

    Operations that are done may overlap; only then is that another order than that of the starts.
    """

    def __init__(self, shop: Shop, done: Sequence[bool]):
        self.shop = shop
        self.done = done
        self.start: list[list[int]] = [[] for _ in range(shop.num_machines)]
        self.leave: list[list[int]] = [[] for _ in range(shop.num_machines)]
        self.operation: list[list[int]] = [[] for _ in range(shop.num_machines)]
        self.binding: list[list[int]] = [[] for _ in range(shop.num_machines)]
        """Starts of those that are not done, sorted."""
        self.tangled = [False] * shop.num_machines
        """Is the order of the starts another one?"""
        self.rooms: list[list[int] | None] = [None] * shop.num_machines
        """What ``_room`` gave where it is."""
        for k in range(shop.num_machines):
            for i in range(shop.slot_ptr[k], shop.slot_ptr[k + 1]):
                self.add(shop.slot_operation[i], k, shop.slot_start[i], shop.slot_end[i])

    def add(self, o: int, k: int, start: int, leave: int) -> None:
        starts, leaves, operations = self.start[k], self.leave[k], self.operation[k]
        i = bisect_left(leaves, leave)
        while i < len(leaves) and leaves[i] == leave and (starts[i], operations[i]) < (start, o):
            i += 1
        self.tangled[k] |= i > 0 and start < leaves[i - 1]
        self.tangled[k] |= i < len(leaves) and starts[i] < leave
        starts.insert(i, start)
        leaves.insert(i, leave)
        operations.insert(i, o)
        self.rooms[k] = None
        if not self.done[o]:
            insort(self.binding[k], start)

    def discard(self, o: int, k: int, start: int, leave: int) -> None:
        i = bisect_left(self.leave[k], leave)
        while self.operation[k][i] != o:
            i += 1
        del self.start[k][i], self.leave[k][i], self.operation[k][i]
        self.rooms[k] = None
        if not self.done[o]:
            del self.binding[k][bisect_left(self.binding[k], start)]

    def gaps(self, k: int, family: int, earliest: int, *, insert: bool) -> Iterator[Gap]:
        """Gaps of machine ``k`` that are open at ``earliest`` or later, in time; without ``insert`` only the last."""
        leave, operation, families = self.leave[k], self.operation[k], self.shop.family
        room = self._room(k)
        for i in range(bisect_left(room, earliest) if insert else len(room), len(room) + 1):
            vacated = leave[i - 1] if i else -1
            low = max(0, vacated) + setup(self.shop, k, families[operation[i - 1]] if i else -1, family)
            if i == len(room):
                yield Gap(low, NEVER, vacated, NEVER)
            else:
                behind = self.start[k][i] - setup(self.shop, k, family, families[operation[i]])
                yield Gap(low, min(room[i], behind), vacated, room[i])

    def _room(self, k: int) -> list[int]:
        """The earliest start among each operation and those that leave after it."""
        if not self.tangled[k]:
            return self.start[k]
        room = self.rooms[k]
        if room is None:
            room = self.rooms[k] = list(accumulate(reversed(self.start[k]), min))[::-1]
        return room

    def around(self, o: int, k: int) -> Gap:
        """The gap that a decided operation is in: what is done may overlap with what else is done."""
        shop = self.shop
        if self.done[o]:
            room, i = self.binding[k], bisect_left(self.binding[k], shop.fixed_end[o])
        else:
            room, i = self._room(k), bisect_right(self.leave[k], shop.fixed_start[o])
        taken = room[i] if i < len(room) else NEVER
        return Gap(shop.fixed_start[o], taken, -1, taken)

    def clear(self, k: int, begin: int, duration: int) -> tuple[int, int]:
        """Earliest start from ``begin`` on, and end, clear of downtime."""
        if duration == 0:
            return begin, begin
        shop = self.shop
        first = bisect_right(shop.down_end, begin, shop.down_ptr[k], shop.down_ptr[k + 1])
        return clear(shop, k, first, duration, begin)


def job_order(shop: Shop, rule: int) -> list[int]:
    """Jobs by a rule's value for the first operation at the release; jobs with decided operations come first."""
    state = make_state(shop)
    keys = []
    for j in range(len(shop.release)):
        first, end = shop.job_ptr[j], shop.job_ptr[j + 1]
        state.begin[first] = shop.release[j]
        free = all(shop.fixed_start[o] == FAR for o in range(first, end))
        keys.append((free, priority(shop, state, rule, first), j))
    return [j for _, _, j in sorted(keys)]


def place_jobs(problem: JobShop, shop: Shop, order: Sequence[int], flag: Vector, *, insert: bool) -> State | None:
    """Schedule the jobs in ``order``; None where decided operations leave no way, or ``flag[0]`` asked to stop."""
    placer = Placer(problem, shop, insert=insert)
    state = make_state(shop)
    for j in order:
        visits = None if flag[0] else placer.place(j)
        if visits is None:
            return None
        for visit in visits:
            state.start[visit.operation] = visit.start
            state.choice[visit.operation] = visit.alternative
    return state


class Placer:
    """Places jobs one after another. ``insert``: into gaps too, else behind everything placed so far."""

    def __init__(self, problem: JobShop, shop: Shop, *, insert: bool):
        self.shop = shop
        self.insert = insert
        self.done = problem.done.tolist()
        self.blocking = problem.blocking != "none"
        self.no_swap = problem.blocking == "no_swap"
        self.no_wait = problem.no_wait
        self.lines = Timelines(shop, self.done)

    def place(self, j: int) -> list[Visit] | None:
        """Place job ``j``; None where its decided operations leave no way."""
        shop = self.shop
        operations = range(shop.job_ptr[j], shop.job_ptr[j + 1])
        for o in operations:
            if shop.fixed_start[o] != FAR and shop.fixed_start[o] < shop.fixed_end[o]:
                k = shop.machine[shop.alt_ptr[o]]
                self.lines.discard(o, k, shop.fixed_start[o], shop.fixed_end[o])
        loose = [o for o in operations if shop.open_shop and shop.work[o] == 0]
        through = self._rigid if self.no_wait else self._labelled
        found = [through(j, order) for order in self._orders(j, [o for o in operations if o not in loose])]
        ways = [visits for visits in found if visits is not None]
        if not ways:
            return None
        best = min(ways, key=lambda visits: max((v.end for v in visits), default=0))
        for v in best:
            if v.leave > v.start:
                self.lines.add(v.operation, v.machine, v.start, v.leave)
        return best + [self._anywhere(j, o) for o in loose]

    def _orders(self, j: int, operations: list[int]) -> Iterator[list[int]]:
        """The orders of a job's operations that are tried: the route; in an open shop several, what is fixed first."""
        shop = self.shop
        if not shop.open_shop:
            yield operations
            return
        fixed = sorted((o for o in operations if shop.fixed_start[o] != FAR), key=shop.fixed_end.__getitem__)
        free = [o for o in operations if shop.fixed_start[o] == FAR]
        turn = j % max(1, len(free))

        def available(o: int) -> int:
            machines = shop.machine[shop.alt_ptr[o] : shop.alt_ptr[o + 1]]
            return min(max(self.lines.leave[k], default=0) for k in machines)

        yield fixed + free[turn:] + free[:turn]
        yield fixed + sorted(free, key=available)
        yield fixed + sorted(free, key=lambda o: -shop.work[o])

    def _anywhere(self, j: int, o: int) -> Visit:
        """An open shop's operation of length 0 is free of its job's sequence."""
        shop = self.shop
        a = min(range(shop.alt_ptr[o], shop.alt_ptr[o + 1]), key=shop.duration.__getitem__)
        start = shop.release[j] if shop.fixed_start[o] == FAR else shop.fixed_start[o]
        return Visit(o, a, shop.machine[a], start, start, start)

    def _transfer(self, k: int, to: int) -> int:
        return int(self.shop.transport[k * self.shop.num_machines + to]) if self.shop.transport else 0

    def _gaps(self, o: int, k: int, a: int, earliest: int) -> Iterator[Gap]:
        """The gaps for ``o`` on machine ``k``; a decided operation has the one it is in."""
        shop = self.shop
        if shop.duration[a] == 0 and not self.blocking:
            yield ALWAYS
        elif shop.fixed_start[o] == FAR:
            yield from self.lines.gaps(k, shop.family[o], earliest, insert=self.insert)
        else:
            yield self.lines.around(o, k)

    def _times(self, o: int, a: int, k: int, earliest: int) -> tuple[int, int]:
        if self.shop.fixed_start[o] != FAR:
            return self.shop.fixed_start[o], self.shop.fixed_end[o]
        return self.lines.clear(k, earliest, self.shop.duration[a])

    # --- jobs that may wait, in a buffer or on their machine ----------------------------------------

    def _labelled(self, j: int, order: list[int]) -> list[Visit] | None:
        """The operations in ``order`` through the gaps to the earliest completion."""
        if not order:
            return []
        margin = int(self.no_swap and any(self.shop.work[o] == 0 for o in order))
        labels: list[Label | None] = [None]
        for o in order:
            best: dict[tuple[int, Gap], Label] = {}
            for label in labels:
                for found in self._extend(j, o, label, margin):
                    known = best.get((found.alternative, found.gap))
                    if known is None or found.start < known.start:
                        best[found.alternative, found.gap] = found
            labels = list(best.values())
        if not labels:
            return None
        last = min((label for label in labels if label), key=lambda label: label.end)
        return _trace(last)

    def _extend(self, j: int, o: int, label: Label | None, margin: int) -> Iterator[Label]:
        """``label``'s job goes on to operation ``o``, in every gap that it can reach.

        ``margin`` 1 keeps off the moment at which another job leaves: an operation of length 0 links two
        moves of its job in one instant, and a circle through both would be a swap.
        """
        shop = self.shop
        for a in range(shop.alt_ptr[o], shop.alt_ptr[o + 1]):
            k = shop.machine[a]
            transfer = self._transfer(label.machine, k) if label else 0
            ready = max(shop.release[j], label.end + transfer if label else 0)
            own = self._after_own(label, k, transfer, shop.family[o]) if shop.num_families and not self.done[o] else 0
            if own == NEVER:
                continue
            for gap in self._gaps(o, k, a, ready):
                if label and self.blocking and gap.vacated - transfer > label.gap.high:
                    break
                start, end = self._times(o, a, k, max(ready, own, gap.low, gap.vacated + margin))
                leave = label.end if label else 0
                if label and self.blocking:
                    leave = max(leave, start - transfer)
                if end > gap.high or (label and leave > label.gap.high):
                    continue
                if label and start < label.end + transfer and not (self.done[o] and self.done[label.operation]):
                    continue
                if label and self.no_swap and transfer == 0 and start == gap.vacated and leave == label.gap.taken:
                    continue
                yield Label(o, a, k, start, end, gap, label, leave)
                if not self.blocking:
                    break

    def _after_own(self, label: Label | None, k: int, transfer: int, family: int) -> int:
        """When the job may come back to machine ``k``, for the setup since its last visit there.

        NEVER where it comes straight back and, blocking, has no time for it.
        """
        leave = -1
        while label:
            if label.machine == k:
                gap = setup(self.shop, k, self.shop.family[label.operation], family)
                if leave >= 0:
                    return leave + gap
                if self.blocking:
                    return NEVER if gap > transfer else 0
                return label.end + gap
            leave = label.leave_before
            label = label.before
        return 0

    # --- jobs that may not wait ---------------------------------------------------------------------

    def _rigid(self, j: int, order: list[int]) -> list[Visit] | None:
        """The earliest time at which the whole job fits, each operation at the end of the one before."""
        shop = self.shop
        anchor = next((i for i, o in enumerate(order) if shop.fixed_start[o] != FAR), None)
        if anchor is not None:
            before = sum(shop.work[o] for o in order[:anchor])
            way = self._at(order, shop.fixed_start[order[anchor]] - before)
            return way if isinstance(way, list) else None
        time = shop.release[j]
        while isinstance(way := self._at(order, time), int):
            time += way
        return way

    def _at(self, order: list[int], time: int) -> list[Visit] | int | None:
        """The job started at ``time``, or by how much later to try again; None where no time will do."""
        shop = self.shop
        margin = int(self.no_swap and any(shop.work[o] == 0 for o in order))
        visits: list[Visit] = []
        taken = NEVER
        for o in order:
            options = []
            for a in range(shop.alt_ptr[o], shop.alt_ptr[o + 1]):
                k = shop.machine[a]
                transfer = self._transfer(visits[-1].machine, k) if visits else 0
                ready = time + transfer
                if shop.num_families and not self.done[o] and ready < self._after_visit(visits, k, shop.family[o]):
                    continue
                for gap in self._gaps(o, k, a, ready):
                    start, end = self._times(o, a, k, max(ready, gap.low, gap.vacated + margin))
                    if end <= gap.high:
                        swaps = self.no_swap and transfer == 0 and visits and (taken, gap.vacated) == (ready, start)
                        options.append((start - ready + int(bool(swaps)), end - start, start, end, a, k, gap.taken))
                        break
            if not options:
                return None
            late, _, start, end, a, k, taken = min(options)
            if late > 0 and shop.fixed_start[o] == FAR:
                return late
            visits.append(Visit(o, a, k, start, end, end))
            time = end
        return visits

    def _after_visit(self, visits: list[Visit], k: int, family: int) -> int:
        """When a job with these visits may come back to machine ``k``, for the setup since the last one there."""
        for visit in reversed(visits):
            if visit.machine == k and visit.end > visit.start:
                return visit.end + setup(self.shop, k, self.shop.family[visit.operation], family)
        return 0


def _trace(label: Label) -> list[Visit]:
    """The visits that led to ``label``."""
    visits = []
    leave = label.end
    at: Label | None = label
    while at:
        visits.append(Visit(at.operation, at.alternative, at.machine, at.start, at.end, leave))
        leave = at.leave_before
        at = at.before
    return visits[::-1]
