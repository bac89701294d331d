"""A job-shop schedule as bars: rows are machines, or jobs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule
from schedsolve.models.record import FAR
from schedsolve.reports.axis import Axis
from schedsolve.reports.gantt import Activities, Bars, Gantt, Kind, View, pack_lanes
from schedsolve.reports.picture import Ints
from schedsolve.reports.timeaxis import DateAxis


class Spans(NamedTuple):
    """Intervals of operations."""

    item: Ints
    start: Ints
    end: Ints

    def non_empty(self) -> Spans:
        kept = self.end > self.start
        return Spans(self.item[kept], self.start[kept], self.end[kept])


def picture(problem: JobShop, solution: JobShopSolution) -> Gantt:
    """The chart of a schedule, with a view by machine and one by job.

    Operations of length 0 are bars of length 0. Setups appear where machines are the rows, transport
    where jobs are. Downtime is cut at the end of the schedule.
    """
    s = Schedule(problem, solution)
    pauses = _pauses(problem, s)
    spans = {Kind.WORK: _work(s, pauses), Kind.PAUSE: pauses, Kind.BLOCKED: _blocked(s)}
    by_machine = _bars(spans | {Kind.SETUP: _setups(s)}, s.machine, s)
    by_job = _bars(spans | {Kind.TRANSPORT: _transports(s)}, problem.job_of, s)
    end = int(s.departure.max())
    machines = tuple(problem.machine_name(k) for k in range(problem.num_machines))
    jobs = tuple(problem.job_name(j) for j in range(problem.num_jobs))
    start = min(0, int(s.start.min()))
    has_due = bool(np.any(problem.due != FAR))
    return Gantt(
        title=problem.name or "Job shop",
        subtitle=_sizes(problem),
        items=Activities(
            name=tuple(problem.operation_name(o) for o in range(problem.num_operations)),
            key=problem.job_of,
            late=s.end > problem.due[problem.job_of],
            cause=_causes(s),
        ),
        item_noun="operation",
        keys=jobs,
        key_noun="job",
        time=Axis.of_time(DateAxis.of(problem.origin, problem.tick, start, end)),
        start=start,
        end=end,
        views=(
            View(Axis.of_rows("machine", machines), _with_downtime(by_machine, problem, end), jobs, problem.job_of),
            View(Axis.of_rows("job", jobs), by_job, machines, s.machine, problem.due if has_due else None),
        ),
    )


def _sizes(problem: JobShop) -> str:
    counts = {"job": problem.num_jobs, "machine": problem.num_machines, "operation": problem.num_operations}
    return ", ".join(f"{count} {noun}{'s' if count != 1 else ''}" for noun, count in counts.items())


def _pauses(problem: JobShop, s: Schedule) -> Spans:
    """The downtimes that operations wait out."""
    found = [Spans(*np.zeros((3, 0), dtype=np.int64))]
    paused = s.end > s.start + s.duration
    for machine in np.unique(problem.downtime_machine).tolist():
        down = problem.downtimes(machine)
        ops = np.flatnonzero(paused & (s.machine == machine))
        first = np.searchsorted(down[:, 0], s.start[ops])
        count = np.searchsorted(down[:, 0], s.end[ops]) - first
        item = np.repeat(ops, count)
        nth = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)
        which = np.repeat(first, count) + nth
        found.append(Spans(item, down[which, 0], down[which, 1]))
    return Spans(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _work(s: Schedule, pauses: Spans) -> Spans:
    """Processing, cut at pauses: each piece goes from a start or the end of a pause to the next pause or the end."""
    ops = np.arange(len(s.start))
    item = np.concatenate([ops, pauses.item])
    starts = np.concatenate([s.start, pauses.end])
    ends = np.concatenate([s.end, pauses.start])
    return Spans(np.sort(item), starts[np.lexsort((starts, item))], ends[np.lexsort((ends, item))])


def _blocked(s: Schedule) -> Spans:
    """From the end of an operation until its job can leave the machine."""
    return Spans(np.arange(len(s.start)), s.end, s.departure).non_empty()


def _setups(s: Schedule) -> Spans:
    """Setups, drawn right before their operations; cut where an executed past left them too little room."""
    free_from = np.minimum(0, s.start)
    before, after = s.machine_pairs
    free_from[after] = s.departure[before]
    return Spans(np.arange(len(s.start)), np.maximum(free_from, s.start - s.setup_before), s.start).non_empty()


def _transports(s: Schedule) -> Spans:
    """Ways between machines, drawn from the moment the job leaves."""
    return Spans(np.arange(len(s.start)), s.departure, s.departure + s.transfer).non_empty()


def _bars(spans: dict[Kind, Spans], row: Ints, s: Schedule) -> Bars:
    """Bars of all kinds; what belongs to one operation lies in its lane."""
    lane = pack_lanes(row, s.start, s.departure)
    item = np.concatenate([x.item for x in spans.values()])
    return Bars.sorted(
        row=row[item],
        start=np.concatenate([x.start for x in spans.values()]),
        end=np.concatenate([x.end for x in spans.values()]),
        kind=np.concatenate([np.full(len(x.item), kind) for kind, x in spans.items()]),
        item=item,
        lane=lane[item],
    )


def _with_downtime(by_machine: Bars, problem: JobShop, end: int) -> Bars:
    seen = problem.downtime_start < end
    count = int(seen.sum())
    return Bars.sorted(
        row=np.concatenate([by_machine.row, problem.downtime_machine[seen]]),
        start=np.concatenate([by_machine.start, problem.downtime_start[seen]]),
        end=np.concatenate([by_machine.end, np.minimum(end, problem.downtime_end[seen])]),
        kind=np.concatenate([by_machine.kind, np.full(count, Kind.DOWNTIME)]),
        item=np.concatenate([by_machine.item, np.full(count, -1)]),
        lane=np.concatenate([by_machine.lane, np.zeros(count, dtype=np.int64)]),
    )


def _causes(s: Schedule) -> Ints:
    """For each operation one that it could not have started without: the one before it in its job, else the
    one before it on its machine, or, where that one was blocked, the move that ended the blocking."""
    cause = np.full(len(s.start), -1)
    before, after = s.machine_pairs
    tight = s.start[after] == s.departure[before] + s.setup_before[after]
    blocked = s.departure[before] > s.end[before]
    cause[after[tight]] = np.where(blocked, s.successor[before], before)[tight]
    inner = np.flatnonzero(s.successor >= 0)
    follows = inner[s.start[s.successor[inner]] == s.end[inner] + s.transfer[inner]]
    cause[s.successor[follows]] = follows
    return cause
