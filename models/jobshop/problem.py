"""The job-shop problem: jobs of operations, each on one of its machines, one operation a machine at a time.

Source of the terms: M. Pinedo, Scheduling (Springer); blocking with and without swap:
A. Mascis and D. Pacciarelli, EJOR 143 (2002) 498-517.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Self, TypeGuard

import numpy as np
import numpy.typing as npt

from schedsolve.models.breaks import merged_for_each
from schedsolve.models.dates import check_dates
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.jobshop.objectives import OBJECTIVES
from schedsolve.models.record import (
    BASIC,
    FAR,
    MOST_THINGS,
    BoolArray,
    IntArray,
    IntCube,
    IntMatrix,
    OptionalTimes,
    Record,
    Setting,
    check_range,
    filled,
    int_array,
    label,
    objective_names,
    scalar,
)

BLOCKING = ("none", "no_swap", "swap")


@dataclass(frozen=True, eq=False, kw_only=True)
class JobShop(Record):
    """A machine scheduling problem. All times are integers in one unit (a tick), from 0 on.

    Operations are numbered job by job. ``num_jobs`` = n, ``num_operations`` = N, ``num_machines``
    = m, A = the number of (operation, machine) alternatives, F = the number of setup families.

    Compressed arrays: the operations of job j are ``job_ptr[j]:job_ptr[j + 1]`` and the alternatives
    of operation o are ``alt_ptr[o]:alt_ptr[o + 1]``; alternative a runs on ``machine[a]`` for
    ``duration[a]``. Raises ``InvalidProblem`` for malformed data; a problem that is well-formed but
    impossible constructs.
    """

    kind: ClassVar[str] = "jobshop"
    easiest: ClassVar[str] = "makespan"
    known_objectives = OBJECTIVES
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("permutation", bool, "every machine processes the jobs in the same order (flow shop)"),
        Setting("open_shop", bool, "the operations of a job may be done in any order"),
        Setting("no_wait", bool, "an operation starts the moment its job's previous one has ended"),
        Setting("blocking", str, "a job stays on its machine until the next one is free", BLOCKING),
        Setting("pause", bool, "an operation may pause over downtime instead of fitting between"),
        Setting("origin", str, "the date of time 0, ISO 8601, for reports"),
        Setting("tick", int, "seconds in one unit of time, for reports"),
    )

    num_machines: int
    """m: 1 or more."""
    job_ptr: IntArray
    """n + 1: where each job's operations begin; job_ptr[n] = N."""
    alt_ptr: IntArray
    """N + 1: where each operation's alternatives begin; alt_ptr[N] = A."""
    machine: IntArray
    """A: the machine of each alternative, 0-based."""
    duration: IntArray
    """A: processing time of each alternative, >= 0. Length 0 occupies no machine and is never in conflict, unless
    ``blocking`` makes its job wait there."""

    release: IntArray = filled(0, "release dates")
    """n: earliest start of each job, >= 0."""
    due: OptionalTimes = filled(FAR, "due dates")
    """n: due date of each job, for lateness, tardiness and tardy jobs; FAR where there is none."""
    deadline: OptionalTimes = filled(FAR, "deadlines")
    """n: latest allowed completion of each job; FAR where there is none."""
    weight: IntArray = filled(1, BASIC)
    """n: weight of each job in the weighted objectives, >= 0."""

    downtime_machine: IntArray = filled(-1, "downtime")
    """K: the machine that is down. Downtimes are kept sorted and merged."""
    downtime_start: IntArray = filled(0, "downtime")
    """K: since when, ..."""
    downtime_end: IntArray = filled(0, "downtime")
    """K: ... and until when: in [start, end)."""
    pause: bool = scalar(False, "pausing operations")
    """False: no operation overlaps a downtime. True: it pauses there, so its end moves out by the downtime;
    it may not start in one."""

    setup: IntCube = filled(0, "setup times")
    """m x F x F: setup[k, f, g] is the least gap on machine k between an operation of family f and a next
    one of family g. Shape (0, 0, 0): no setups. Gaps hold between neighbours in the machine's sequence only."""
    initial_setup: IntMatrix = filled(0, "setup times")
    """m x F: no operation of family f starts on machine k as its first before initial_setup[k, f]."""
    setup_family: IntArray = filled(-1, BASIC)
    """N: family of each operation; default: its job's index, so that setup[k, i, j] is from job i to job j."""
    transport: IntMatrix = filled(0, "transport times")
    """m x m: time from the end on one machine to the start on the next one of the same job. Shape (0, 0): none."""

    open_shop: bool = scalar(False, "open_shop")
    """The operations of a job in any order, one at a time (those of length 0 are free of all sequence rules)."""
    permutation: bool = scalar(False, "permutation")
    """All machines process the jobs in one order; every job must have the same route, each machine once."""
    no_wait: bool = scalar(False, "no_wait")
    """Each operation starts exactly at the end of its job's previous one plus transport."""
    blocking: str = scalar("none", "blocking={}")
    """"none": room to wait everywhere. Else an operation holds its machine until its job starts on the next one
    (less transport). "swap": jobs may exchange machines in one instant; "no_swap": one must leave first."""

    fixed_start: OptionalTimes = filled(FAR, "fixed starts")
    """N: the start of an operation that is already decided; FAR where it is free."""
    fixed_machine: IntArray = filled(-1, "fixed machines")
    """N: the machine of an operation that is already decided; -1 where it is free."""
    done: BoolArray = filled(False, "done operations")
    """N: already executed; needs a fixed start. It occupies its machine for its plain duration, but release
    dates, deadlines and downtime do not apply to it, nor any rule between operations that are all done."""

    objective: tuple[str, ...] = ("makespan",)
    """Names from ``OBJECTIVES``; several are minimised lexicographically. Also accepted: "a" and "a,b"."""

    name: str = label()
    """Of the problem."""
    job_names: tuple[str, ...] = label(())
    """n, or none."""
    machine_names: tuple[str, ...] = label(())
    """m, or none."""
    operation_names: tuple[str, ...] = label(())
    """N, or none."""
    origin: str = label()
    """The date of time 0, ISO 8601, for reports."""
    tick: int = label(60)
    """Seconds in one unit of time, for reports."""

    def __post_init__(self) -> None:
        for name in ("job_ptr", "alt_ptr", "machine", "duration"):
            self._freeze(name, int_array(name, getattr(self, name)))
        self._check_structure()
        for name in ("release", "due", "deadline", "weight"):
            self._fill(name, (self.num_jobs,), "jobs")
        for name in ("fixed_start", "fixed_machine", "done"):
            self._fill(name, (self.num_operations,), "operations")
        check_range("done", self.done, 0, 1, "operation")
        self._freeze("done", self.done.astype(np.bool_))
        self._check_jobs()
        self._check_names()
        self._set_objective()
        self._set_downtime()
        self._set_setups()
        self._check_fixed()
        self._check_switches()

    # --- other ways to state it ---------------------------------------------------------------

    @classmethod
    def from_jobs(cls, jobs: Sequence[Sequence[object]], *, num_machines: int | None = None, **fields: object) -> Self:
        """From nested lists: a job is a list of operations, an operation a pair (machine, duration)
        or, with alternatives, a list of such pairs. Machines are 0-based.

        >>> problem = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 4), (0, 1)]], due=[8, 6], objective="total_tardiness")
        >>> solve(problem).objective
        0
        """
        job_ptr, alt_ptr = [0], [0]
        machine: list[object] = []
        duration: list[object] = []
        if not isinstance(jobs, Iterable):
            raise InvalidProblem("jobs", f"expected a list of jobs, got {jobs!r}")
        for j, job in enumerate(jobs):
            if not isinstance(job, Iterable):
                raise InvalidProblem("jobs", f"job {j}: expected a list of operations, got {job!r}")
            for o, operation in enumerate(job):
                for pair in _alternatives(operation):
                    if not _has_length(pair) or len(pair) != 2:
                        raise InvalidProblem(
                            "jobs", f"job {j}, operation {o}: expected (machine, duration), got {pair!r}"
                        )
                    machine.append(pair[0])
                    duration.append(pair[1])
                alt_ptr.append(len(machine))
            job_ptr.append(len(alt_ptr) - 1)
        if num_machines is None:
            num_machines = 1 + int(int_array("machine", machine).max(initial=0))
        make: Callable[..., Self] = cls  # which checks ``fields``
        return make(
            num_machines=num_machines,
            job_ptr=int_array("job_ptr", job_ptr),
            alt_ptr=int_array("alt_ptr", alt_ptr),
            machine=int_array("machine", machine),
            duration=int_array("duration", duration),
            **fields,
        )

    # --- sizes and derived arrays -------------------------------------------------------------

    @property
    def num_jobs(self) -> int:
        return len(self.job_ptr) - 1

    @property
    def num_operations(self) -> int:
        return len(self.alt_ptr) - 1

    @cached_property
    def job_of(self) -> npt.NDArray[np.int64]:
        """N: the job of each operation."""
        return np.repeat(np.arange(self.num_jobs), np.diff(self.job_ptr))

    @cached_property
    def operation_of(self) -> npt.NDArray[np.int64]:
        """A: the operation of each alternative."""
        return np.repeat(np.arange(self.num_operations), np.diff(self.alt_ptr))

    @cached_property
    def is_flexible(self) -> bool:
        """Does some operation have a choice of alternatives?"""
        return len(self.machine) > self.num_operations

    @cached_property
    def features(self) -> tuple[str, ...]:
        """What makes this more than jobs with one machine for each operation, in the field's words."""
        choice = ("alternative machines",) if self.is_flexible else ()
        return (*choice, *self.features_of_fields())

    @property
    def has_setups(self) -> bool:
        return self.setup.size > 0 or self.initial_setup.size > 0

    def downtimes(self, machine: int) -> npt.NDArray[np.int64]:
        """k x 2: the sorted, disjoint downtime intervals of one machine."""
        rows = slice(*np.searchsorted(self.downtime_machine, [machine, machine + 1]))
        return np.column_stack([self.downtime_start[rows], self.downtime_end[rows]])

    # --- names --------------------------------------------------------------------------------

    def job_name(self, job: int) -> str:
        return self.job_names[job] if self.job_names else f"job {job}"

    def machine_name(self, machine: int) -> str:
        return self.machine_names[machine] if self.machine_names else f"machine {machine}"

    def operation_name(self, operation: int) -> str:
        """``job 3 step 1``: the job and the place of the operation in it, from 1, or its own name."""
        job = int(self.job_of[operation])
        own = self.operation_names[operation] if self.operation_names else f"step {operation - self.job_ptr[job] + 1}"
        return f"{self.job_name(job)} {own}"

    # --- construction checks ------------------------------------------------------------------

    def _check_structure(self) -> None:
        if not isinstance(self.num_machines, int | np.integer) or not 1 <= self.num_machines <= MOST_THINGS:
            raise InvalidProblem("num_machines", f"expected 1 to {MOST_THINGS:,}, got {self.num_machines!r}")
        self._freeze("num_machines", int(self.num_machines))
        for name, what, total in (
            ("job_ptr", "job", len(self.alt_ptr) - 1),
            ("alt_ptr", "operation", len(self.machine)),
        ):
            ptr = getattr(self, name)
            part = "operations" if what == "job" else "alternatives"
            if len(ptr) < 2:
                raise InvalidProblem(name, f"expected at least one {what}")
            if ptr[0] != 0 or ptr[-1] != total:
                raise InvalidProblem(
                    name, f"must go from 0 to {total}, the number of {part}; goes {ptr[0]} to {ptr[-1]}"
                )
            empty = np.flatnonzero(np.diff(ptr) <= 0)
            if len(empty):
                raise InvalidProblem(name, f"{what} {empty[0]} has no {part}")
        if len(self.duration) != len(self.machine):
            raise InvalidProblem("duration", f"expected {len(self.machine)} values, got {len(self.duration)}")
        check_range("machine", self.machine, 0, self.num_machines - 1, "alternative")
        check_range("duration", self.duration, 0, FAR, "alternative")
        if float(self.duration.astype(np.float64).sum()) > FAR:
            raise InvalidProblem("duration", "the durations add up to more than 2^53")

    def _check_jobs(self) -> None:
        check_range("release", self.release, 0, FAR, "job")
        check_range("weight", self.weight, 0, FAR, "job")

    def _check_names(self) -> None:
        self._name("job_names", self.num_jobs)
        self._name("machine_names", self.num_machines)
        self._name("operation_names", self.num_operations)
        check_dates(self.origin, self.tick)

    def _set_objective(self) -> None:
        self._freeze("objective", objective_names(self.objective, tuple(OBJECTIVES)))
        if "maximum_lateness" in self.objective and np.all(self.due == FAR):
            raise InvalidProblem("objective", "maximum_lateness needs at least one due date")

    def _set_downtime(self) -> None:
        size = len(self._given("downtime_machine", 1))
        for name in ("downtime_machine", "downtime_start", "downtime_end"):
            self._fill(name, (size,), "downtimes")
        machine, start, end = self.downtime_machine, self.downtime_start, self.downtime_end
        check_range("downtime_machine", machine, 0, self.num_machines - 1, "downtime")
        wrong = np.flatnonzero(end <= start)
        if len(wrong):
            k = wrong[0]
            raise InvalidProblem("downtime_end", f"downtime {k}: ends at {end[k]}, not after its start {start[k]}")
        rows = merged_for_each(machine, start, end)
        for column, name in enumerate(("downtime_machine", "downtime_start", "downtime_end")):
            self._freeze(name, rows[:, column].copy())

    def _set_setups(self) -> None:
        m = self.num_machines
        setup, initial, transport = (
            self._given("setup", 3),
            self._given("initial_setup", 2),
            self._given("transport", 2),
        )
        families = setup.shape[2] or initial.shape[1]
        if families:
            self._fill("setup", (m, families, families), "machines x families x families")
            self._fill("initial_setup", (m, families), "machines x families")
        self._set_families(families)
        if not (np.any(setup) or np.any(initial)):  # zeros are no setups: one problem has one form
            self._freeze("setup", np.zeros((0, 0, 0), dtype=np.int64))
            self._freeze("initial_setup", np.zeros((0, 0), dtype=np.int64))
            self._freeze("setup_family", np.full(self.num_operations, -1))
        if transport.size:
            self._fill("transport", (m, m), "machines x machines")
        if not np.any(transport):
            self._freeze("transport", np.zeros((0, 0), dtype=np.int64))
        for name in ("setup", "initial_setup", "transport"):
            check_range(name, getattr(self, name), 0, FAR)

    def _set_families(self, families: int) -> None:
        self._fill("setup_family", (self.num_operations,), "operations")
        if np.any(self.setup_family != -1):
            if not families:
                raise InvalidProblem("setup_family", "given without setup or initial_setup")
            check_range("setup_family", self.setup_family, 0, families - 1, "operation")
        elif families == self.num_jobs:
            self._freeze("setup_family", self.job_of.copy())
        elif families:
            raise InvalidProblem("setup_family", f"needed: {families} families are given for {self.num_jobs} jobs")

    def _check_fixed(self) -> None:
        check_range("fixed_machine", self.fixed_machine, -1, self.num_machines - 1, "operation")
        early = np.flatnonzero((self.fixed_start < 0) & ~self.done)
        if len(early):
            raise InvalidProblem("fixed_start", f"operation {early[0]}: {self.fixed_start[early[0]]} is negative")
        loose = np.flatnonzero(self.done & (self.fixed_start == FAR))
        if len(loose):
            raise InvalidProblem("done", f"operation {loose[0]} is done and needs a fixed start")
        allowed = self.fixed_machine[self.operation_of] == self.machine
        possible = np.logical_or.reduceat(allowed, self.alt_ptr[:-1]) | (self.fixed_machine == -1)
        wrong = np.flatnonzero(~possible)
        if len(wrong):
            o = wrong[0]
            raise InvalidProblem(
                "fixed_machine", f"operation {o} has no alternative on machine {self.fixed_machine[o]}"
            )

    def _check_switches(self) -> None:
        for name in ("open_shop", "permutation", "no_wait", "pause"):
            if not isinstance(getattr(self, name), bool | np.bool_):
                raise InvalidProblem(name, f"expected true or false, got {getattr(self, name)!r}")
            self._freeze(name, bool(getattr(self, name)))
        if self.blocking not in BLOCKING:
            raise InvalidProblem("blocking", f'expected one of {", ".join(BLOCKING)}, got "{self.blocking}"')
        if not self.permutation:
            return
        if self.is_flexible or self.open_shop:
            raise InvalidProblem("permutation", "needs one machine for each operation and a fixed route")
        route = self.machine[: self.job_ptr[1]]
        lengths = np.diff(self.job_ptr)
        if np.any(lengths != lengths[0]) or np.any(self.machine.reshape(self.num_jobs, -1) != route):
            raise InvalidProblem("permutation", "needs the same route for all jobs (a flow shop)")
        if len(np.unique(route)) < len(route):
            raise InvalidProblem("permutation", "needs a route that visits each machine once")


def _alternatives(operation: object) -> Sequence[object]:
    """The (machine, duration) pairs of an operation, which may also be written as one such pair."""
    if _has_length(operation) and len(operation) > 0 and _has_length(operation[0]):
        return operation
    return [operation]


def _has_length(value: object) -> TypeGuard[Sequence[object]]:
    return hasattr(value, "__len__") and not isinstance(value, str)
