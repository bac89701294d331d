"""A window on a schedule as a job shop of its own: past done, present open, future sequences kept.

The present are the operations of some consecutive ranks; those on machines that are left as they are keep machine and
sequence. What follows counts in two ways. For the makespan and the maximum lateness, the first operation behind the
window on each machine and of each job is in the sub-problem, and its tail, the longest time from there to the end of
all, is in its due date: the sub-problem's value is that of the whole schedule (but for downtime in the future). For
sums, some of the future is in the sub-problem with its sequences, and of what lies beyond the jobs are taken to shift
as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.rolling.jobshop.plan import Ints, Plan

MAXIMA = ("makespan", "maximum_lateness")
"""Objectives that tails describe exactly."""


@dataclass(frozen=True, eq=False)
class Span:
    """The ranks ``first`` to ``end - 1`` are the window, those up to ``horizon - 1`` are in the sub-problem;
    ``open_machines`` (m, boolean) are those whose sequences may change."""

    first: int
    end: int
    horizon: int
    open_machines: npt.NDArray[np.bool_]


class Sequence(NamedTuple):
    """One machine's operations in the sub-problem, as the plan has them."""

    machine: int
    open: list[int]
    """Those whose order may change, after one that stays before them, and before one that stays behind; empty where
    the machine is left as it is."""
    kept: list[int]
    """Those that follow one another as they are."""


class Setups(TypedDict, total=False):
    """Fields of ``JobShop``."""

    setup: Ints
    initial_setup: Ints
    setup_family: Ints


class Downtime(TypedDict):
    """Fields of ``JobShop``."""

    downtime_machine: Ints
    downtime_start: Ints
    downtime_end: Ints


class Window:
    """The sub-problem of a span; ``levels`` are the objectives up to the one to be improved.

    ``operations`` are those of the sub-problem, which numbers them anew: jobs with operations in the span, each from
    the last one before it to the first one behind it, then the machines' last ones before it and first ones behind.
    """

    def __init__(self, plan: Plan, span: Span, levels: tuple[str, ...]):
        self.plan = plan
        self.span = span
        self.levels = levels
        problem = plan.problem
        self.exact = any(name in MAXIMA for name in levels)
        inner = np.sort(plan.order[span.first : span.horizon])
        self.machines = self._machines_of(inner)
        before, behind = self._edges(self.machines)
        main = self._with_neighbours(inner)
        single = np.setdiff1d(np.concatenate([before, behind]), main)
        self.operations: Ints = np.concatenate([main, single])
        first = np.flatnonzero(np.diff(problem.job_of[main], prepend=-1))
        self.num_jobs = len(first)
        """The jobs that have operations in the span; the others are single operations."""
        self.job_ptr = np.concatenate([first, len(main) + np.arange(len(single) + 1)])
        rank = plan.rank[self.operations]
        self.past = rank < span.first
        self.inner = ~self.past & (rank < span.horizon)
        self.open = self.inner & (rank < span.end) & span.open_machines[plan.machine[self.operations]]

    def _machines_of(self, operations: Ints) -> Ints:
        """The machines that some of these operations may be on."""
        problem = self.plan.problem
        used = np.zeros(problem.num_machines, dtype=bool)
        used[problem.machine[_ranges(problem.alt_ptr, operations)]] = True
        return np.flatnonzero(used)

    def _edges(self, machines: Ints) -> tuple[Ints, Ints]:
        """On each machine, the last operation before the span, where setups make it count, and the first behind it."""
        none = np.zeros(0, dtype=np.int64)
        before = self.plan.last_before(machines, self.span.first) if self.plan.problem.has_setups else none
        behind = self.plan.first_from(machines, self.span.horizon) if self.exact else none
        return before[before >= 0], behind[behind >= 0]

    def _with_neighbours(self, inner: Ints) -> Ints:
        """Sorted operations and the one before, and where it counts the one after, those of each job."""
        problem = self.plan.problem
        job = problem.job_of[inner]
        first = np.flatnonzero(np.diff(job, prepend=-1))
        last = np.append(first[1:], len(inner)) - 1
        before, behind = inner[first] - 1, inner[last] + 1
        before = before[before >= problem.job_ptr[job[first]]]
        behind = behind[behind < problem.job_ptr[job[last] + 1]] if self.exact else behind[:0]
        return np.sort(np.concatenate([inner, before, behind]))

    # --- the sub-problem ----------------------------------------------------------------------

    @cached_property
    def alternatives(self) -> Ints:
        """The alternatives that are left, counted over all operations of the whole problem."""
        problem, plan = self.plan.problem, self.plan
        given = _ranges(problem.alt_ptr, self.operations)
        counts = np.diff(problem.alt_ptr)[self.operations]
        free = np.repeat(self.open & (problem.fixed_start[self.operations] == FAR), counts)
        chosen = given == np.repeat(plan.choice[self.operations], counts)
        return given[np.where(free, self.span.open_machines[problem.machine[given]], chosen)]

    @cached_property
    def problem(self) -> JobShop:
        """The sub-problem, without its objective. No machine is to be had before its past ends."""
        whole, plan, ops = self.plan.problem, self.plan, self.operations
        of = whole.operation_of[self.alternatives]
        duration = whole.duration[self.alternatives].copy()
        past = np.isin(of, ops[self.past])
        duration[past] = (plan.end - plan.start)[of[past]]  # they may have paused
        done = self.past | whole.done[ops]
        return JobShop(
            num_machines=whole.num_machines,
            job_ptr=self.job_ptr,
            alt_ptr=np.concatenate([[0], np.cumsum(_counts(of, ops))]),
            machine=whole.machine[self.alternatives],
            duration=duration,
            release=whole.release[self.job],
            deadline=self.shifted(whole.deadline),
            pause=whole.pause,
            transport=whole.transport,
            fixed_start=np.where(done, plan.start[ops], whole.fixed_start[ops]),
            fixed_machine=np.where(self.open, whole.fixed_machine[ops], -1),
            done=done,
            **self._setups(),
            **self._downtime(),
        )

    @property
    def job(self) -> Ints:
        """The job of each job of the sub-problem."""
        of: Ints = self.plan.problem.job_of[self.operations[self.job_ptr[:-1]]]
        return of

    @property
    def last(self) -> Ints:
        """The last operation of each job of the sub-problem, as the whole problem numbers it."""
        last: Ints = self.operations[self.job_ptr[1:] - 1]
        return last

    def shifted(self, dates: Ints) -> Ints:
        """Dates of the jobs, earlier by the time from the end of their last operation here to their completion."""
        own = dates[self.job]
        return np.where(own < FAR, own - (self.plan.completion[self.job] - self.plan.end[self.last]), FAR)

    def _setups(self) -> Setups:
        """Setup times between the families that occur here."""
        whole = self.plan.problem
        if not whole.has_setups:
            return {}
        families, family = np.unique(whole.setup_family[self.operations], return_inverse=True)
        return {
            "setup": whole.setup[:, families][:, :, families],
            "initial_setup": whole.initial_setup[:, families],
            "setup_family": family,
        }

    def _downtime(self) -> Downtime:
        """What is left of the machines' downtimes, and one for the past of each."""
        whole, plan = self.plan.problem, self.plan
        last = plan.last_before(self.machines, self.span.first)
        gone = self.machines[last >= 0]
        ready = np.zeros(whole.num_machines, dtype=np.int64)
        ready[gone] = np.maximum(0, plan.end[last[last >= 0]])
        gone = gone[ready[gone] > 0]
        left = np.isin(whole.downtime_machine, self.machines)
        left &= (whole.downtime_end > ready[whole.downtime_machine]) & (whole.downtime_start < self.latest)
        return {
            "downtime_machine": np.concatenate([gone, whole.downtime_machine[left]]),
            "downtime_start": np.concatenate([np.zeros_like(gone), whole.downtime_start[left]]),
            "downtime_end": np.concatenate([ready[gone], whole.downtime_end[left]]),
        }

    @cached_property
    def latest(self) -> int:
        """A time by which all is to have ended: later than now by as long as the window lasts."""
        plan, inside = self.plan, self.operations[self.inner]
        return int(plan.end[self.operations].max() + plan.end[inside].max() - plan.start[inside].min())

    @cached_property
    def incumbent(self) -> JobShopSolution:
        """What the plan is in the sub-problem."""
        at = np.searchsorted(self.problem.alt_ptr, np.flatnonzero(self._is_chosen), side="right") - 1
        alternative = np.flatnonzero(self._is_chosen) - self.problem.alt_ptr[at]
        return JobShopSolution(start=self.plan.start[self.operations], alternative=alternative)

    @property
    def _is_chosen(self) -> npt.NDArray[np.bool_]:
        whole = self.plan.problem
        chosen: npt.NDArray[np.bool_] = self.alternatives == self.plan.choice[whole.operation_of[self.alternatives]]
        return chosen

    # --- sequences ----------------------------------------------------------------------------

    @cached_property
    def sequences(self) -> list[Sequence]:
        """The sequence of each of ``machines``."""
        plan, ops = self.plan, self.operations
        edge = self.past & np.isin(ops, plan.last_before(self.machines, self.span.first))
        place = np.flatnonzero((plan.duration[ops] > 0) & (edge | ~self.past))
        there = ops[place]
        place = place[np.lexsort((plan.rank[there], plan.end[there], plan.machine[there]))]
        machine = plan.machine[ops[place]]
        begins, ends = (np.searchsorted(machine, self.machines, side=side) for side in ("left", "right"))
        found = []
        for i, k in enumerate(self.machines.tolist()):
            row = place[begins[i] : ends[i]]
            if not self.span.open_machines[k]:
                found.append(Sequence(k, [], row.tolist()))
                continue
            behind = int((self.open[row] | self.past[row]).sum())
            found.append(Sequence(k, row[: behind + 1].tolist(), row[behind:].tolist()))
        return found


def put_in(plan: Plan, window: Window, found: JobShopSolution) -> tuple[Ints, Ints]:
    """``plan`` with the operations of ``window``, which may have been cut from another one, in the order and on the
    machines of ``found``: the turns of the jobs and the alternatives, for ``Decoder.decode``."""
    problem = plan.problem
    inside = np.flatnonzero(window.inner)
    inside = inside[np.lexsort((window.operations[inside], found.start[inside]))]
    operations = window.operations[inside]
    jobs = problem.job_of[plan.order]
    jobs[np.sort(plan.rank[operations])] = problem.job_of[operations]
    choice = plan.choice.copy()
    choice[operations] = window.alternatives[window.problem.alt_ptr[:-1] + found.alternative][inside]
    return jobs, choice


def _ranges(ptr: Ints, rows: Ints) -> Ints:
    """The indices ``ptr[r]:ptr[r + 1]`` of all rows, one after the other."""
    counts = ptr[rows + 1] - ptr[rows]
    begins = np.cumsum(counts) - counts
    found: Ints = np.arange(counts.sum()) + np.repeat(ptr[rows] - begins, counts)
    return found


def _counts(of: Ints, operations: Ints) -> Ints:
    """How many alternatives each operation has left; ``of`` names their operations, grouped as in ``operations``."""
    change = np.flatnonzero(np.diff(of, prepend=-1))
    counts: Ints = np.diff(np.append(change, len(of)))
    assert len(counts) == len(operations)
    return counts
