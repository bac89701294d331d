"""The resource-constrained project scheduling problem: tasks in modes, links with lags, resources of several kinds.

Source of the terms: P. Brucker et al., Resource-constrained project scheduling: notation, classification, models, and
methods, European Journal of Operational Research 112 (1999) 3-41; reservoirs: K. Neumann and C. Schwindt, Project
scheduling with inventory constraints, Mathematical Methods of Operations Research 56 (2002) 513-533.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from schedsolve.models.breaks import merged, merged_for_each
from schedsolve.models.dates import check_dates
from schedsolve.models.errors import InvalidProblem
from schedsolve.models.numerals import counted
from schedsolve.models.rcpsp.objectives import OBJECTIVES
from schedsolve.models.record import (
    BASIC,
    FAR,
    MOST_THINGS,
    BoolArray,
    IntArray,
    IntMatrix,
    OptionalTimes,
    Record,
    Setting,
    check_range,
    endless,
    filled,
    int_array,
    label,
    objective_names,
    scalar,
    with_far,
)

FINISH_START, START_START, FINISH_FINISH, START_FINISH = range(4)
LINK_KINDS = ("FS", "SS", "FF", "SF")
"""The first letter says which end of the earlier task counts, the second which of the later one: start or finish."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, kw_only=True)
class RCPSP(Record):
    """A project scheduling problem. All times are integers in one unit (a tick), from 0 on.

    n = the number of tasks, M of modes, R of renewable resources, K of non-renewable ones, V of reservoirs, L of
    links, Q of calendars. The modes of task i are ``mode_ptr[i]:mode_ptr[i + 1]``; one of them is chosen. Resources
    are of four separate kinds: renewable (a capacity at every time), non-renewable (a budget for all), reservoirs (a
    level that tasks lower and raise), and groups of tasks that must not overlap.

    Raises ``InvalidProblem`` for malformed data; a problem that is well-formed but impossible constructs.
    """

    kind: ClassVar[str] = "rcpsp"
    easiest: ClassVar[str] = "makespan"
    known_objectives = OBJECTIVES
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("project_deadline", int, "latest end of all tasks"),
        Setting("discount_rate", int, "interest for one unit of time in parts per million, for net_present_value"),
        Setting("origin", str, "the date of time 0, ISO 8601, for reports"),
        Setting("tick", int, "seconds in one unit of time, for reports"),
    )

    mode_ptr: IntArray
    """n + 1: where each task's modes begin; mode_ptr[n] = M."""
    duration: IntArray
    """M: working time of each mode, >= 0. A task of length 0 uses nothing renewable and is never in conflict."""
    capacity: OptionalTimes = endless()
    """R: units of each renewable resource that are there at every time, changes excepted; FAR where there is no limit;
    may be empty."""
    demand: IntMatrix = filled(0, BASIC)
    """M x R: units of each renewable resource that a mode occupies from start to end, pauses included."""

    change_resource: IntArray = filled(-1, "changes of capacity")
    change_start: IntArray = filled(0, "changes of capacity")
    change_end: IntArray = filled(0, "changes of capacity")
    change_capacity: IntArray = filled(0, "changes of capacity")
    """One each per change: renewable resource r has so many units in [start, end) instead; the fewest, where changes
    overlap. Kept sorted and disjoint."""

    budget: IntArray = filled(FAR, "budgets")
    """K: units of each non-renewable resource; all chosen modes together use no more."""
    consumption: IntMatrix = filled(0, "budgets")
    """M x K: units of each non-renewable resource that a mode uses up, >= 0."""

    reservoir_initial: IntArray = filled(FAR, "reservoirs")
    """V: level of each reservoir at the outset; it never falls below 0."""
    reservoir_maximum: OptionalTimes = filled(FAR, "reservoirs")
    """V: the level is never above; FAR where there is no limit."""
    withdrawal: IntMatrix = filled(0, "reservoirs")
    """M x V: units that a mode takes out of each reservoir at its start, >= 0."""
    delivery: IntMatrix = filled(0, "reservoirs")
    """M x V: units that a mode puts into each reservoir at its end, >= 0. What happens at one time counts together."""

    link_from: IntArray = filled(-1, BASIC)
    link_to: IntArray = filled(-1, BASIC)
    link_kind: IntArray = filled(FINISH_START, "time lags")
    """L each: the two tasks and which of their ends count, an index of ``LINK_KINDS``."""
    min_lag: IntArray = filled(0, "time lags")
    """L: the end of the later task that counts is at least so long after that of the earlier one; may be negative,
    and -FAR where there is no least lag."""
    max_lag: OptionalTimes = filled(FAR, "time lags")
    """L: and at most so long after it; FAR where there is no such limit."""

    release: IntArray = filled(0, "release dates")
    """n: earliest start of each task, >= 0."""
    due: OptionalTimes = filled(FAR, "due dates")
    """n: due date of each task, for lateness, tardiness and tardy tasks; FAR where there is none."""
    deadline: OptionalTimes = filled(FAR, "deadlines")
    """n: latest end of each task; FAR where there is none."""
    project_deadline: int = scalar(FAR, "deadlines")
    """Latest end of all tasks; FAR where there is none."""
    weight: IntArray = filled(1, BASIC)
    """n: weight of each task in the weighted objectives, >= 0."""

    group_ptr: IntArray = filled(0, "disjunctive groups")
    group_task: IntArray = filled(-1, "disjunctive groups")
    """Tasks ``group_task[group_ptr[g]:group_ptr[g + 1]]`` of a disjunctive group never overlap."""

    optional: BoolArray = filled(False, "optional tasks")
    """n: may be left out. A task that is left out uses nothing, and its links do not count."""
    choice_ptr: IntArray = filled(0, "optional tasks")
    choice_task: IntArray = filled(-1, "optional tasks")
    """Of the tasks ``choice_task[choice_ptr[c]:choice_ptr[c + 1]]``, all optional, exactly one is done."""

    num_calendars: int = scalar(0, BASIC)
    """Q."""
    break_calendar: IntArray = filled(-1, "calendars")
    break_start: IntArray = filled(0, "calendars")
    break_end: IntArray = filled(0, "calendars")
    """One each per break: who follows calendar c does not work in [start, end). Kept sorted and merged."""
    task_calendar: IntArray = filled(-1, BASIC)
    """n: the calendar that each task follows; -1: none."""
    resource_calendar: IntArray = filled(-1, BASIC)
    """R: the calendar of each renewable resource, which tasks in modes that demand it follow, too; -1: none."""
    pause: BoolArray = filled(False, "pausing tasks")
    """n: False: the task overlaps no break that it follows. True: it pauses in them and ends later by as much, keeping
    its resources; it starts in none."""

    cost: IntArray = filled(0, BASIC)
    """M: cost of each mode, for total_cost."""
    cash_flow: IntArray = filled(0, BASIC)
    """n: money that comes in at the end of each task, negative: is paid, for net_present_value."""
    discount_rate: int = scalar(0, BASIC)
    """Interest for one unit of time, in parts per million, >= 0."""
    resource_cost: IntArray = filled(1, BASIC)
    """R: cost of a unit of each renewable resource, for resource_investment, resource_levelling and
    resource_overload, >= 0."""
    resource_target: IntArray = filled(0, BASIC)
    """R: use beyond this level counts for resource_overload, >= 0."""

    fixed_start: OptionalTimes = filled(FAR, "fixed tasks")
    """n: the start of a task that is already decided; FAR where it is free. A fixed task is not left out."""
    fixed_mode: IntArray = filled(-1, "fixed tasks")
    """n: the mode of a task that is already decided, counted from 0 within the task; -1 where it is free."""
    done: BoolArray = filled(False, "done tasks")
    """n: already executed; needs a fixed start, which may be negative. It occupies its resources for its plain
    duration, but a rule that only such tasks break counts as kept: release, deadlines and breaks do not apply to them,
    nor links and groups among two of them, and limits that they exceed bind the others alone."""

    objective: tuple[str, ...] = ("makespan",)
    """Names from ``OBJECTIVES``; several are minimised lexicographically. Also accepted: "a" and "a,b"."""

    name: str = label()
    task_names: tuple[str, ...] = label(())
    resource_names: tuple[str, ...] = label(())
    nonrenewable_names: tuple[str, ...] = label(())
    reservoir_names: tuple[str, ...] = label(())
    group_names: tuple[str, ...] = label(())
    calendar_names: tuple[str, ...] = label(())
    origin: str = label()
    tick: int = label(60)

    def __post_init__(self) -> None:
        self._set_modes()
        self._set_resources()
        self._set_changes()
        self._set_links()
        for name in ("release", "due", "deadline", "weight", "cash_flow", "fixed_start", "fixed_mode"):
            self._fill(name, (self.num_tasks,), "tasks")
        for name in ("optional", "pause", "done"):
            self._fill(name, (self.num_tasks,), "tasks")
            check_range(name, getattr(self, name), 0, 1, "task")
            self._freeze(name, getattr(self, name).astype(np.bool_))
        check_range("release", self.release, 0, FAR, "task")
        check_range("weight", self.weight, 0, FAR, "task")
        self._set_parts("group")
        self._set_parts("choice")
        self._set_calendars()
        self._check_fixed()
        self._check_scalars()
        self._check_names()
        self._freeze("objective", objective_names(self.objective, tuple(OBJECTIVES)))
        if "maximum_lateness" in self.objective and np.all(self.due == FAR):
            raise InvalidProblem("objective", "maximum_lateness needs at least one due date")

    # --- sizes and derived arrays -------------------------------------------------------------

    @property
    def num_tasks(self) -> int:
        return len(self.mode_ptr) - 1

    @property
    def num_resources(self) -> int:
        """Renewable ones."""
        return len(self.capacity)

    @cached_property
    def task_of(self) -> Rows:
        """M: the task of each mode."""
        return np.repeat(np.arange(self.num_tasks), np.diff(self.mode_ptr))

    @cached_property
    def is_multi_mode(self) -> bool:
        """Does some task have a choice of modes?"""
        return len(self.duration) > self.num_tasks

    @cached_property
    def mandatory(self) -> npt.NDArray[np.bool_]:
        """n: is the task done in every solution, not being optional or having a fixed start?"""
        mandatory: npt.NDArray[np.bool_] = ~self.optional | (self.fixed_start != FAR)
        return mandatory

    @cached_property
    def limited(self) -> npt.NDArray[np.bool_]:
        """R: has the renewable resource a limit, be it at times only?"""
        limited: npt.NDArray[np.bool_] = self.capacity < FAR
        limited[self.change_resource] = True
        return limited

    @cached_property
    def greatest_capacity(self) -> Rows:
        """R: the most units of each renewable resource that there are at any time; FAR: no limit."""
        most = self.capacity.copy()
        np.maximum.at(most, self.change_resource, self.change_capacity)
        return most

    @cached_property
    def features(self) -> tuple[str, ...]:
        """What makes this more than tasks of one mode in sequence on renewable resources, in the field's words."""
        found = list(self.features_of_fields())
        if self.is_multi_mode:
            found.insert(0, "several modes")
        if np.any(self.capacity == FAR):
            found.append("unlimited resources")
        return tuple(found)

    def changes(self, resource: int) -> Rows:
        """k x 3: start, end and capacity of the changes of one renewable resource, sorted and disjoint."""
        rows = slice(*np.searchsorted(self.change_resource, [resource, resource + 1]))
        return np.column_stack([self.change_start[rows], self.change_end[rows], self.change_capacity[rows]])

    def breaks(self, *calendars: int) -> Rows:
        """k x 2: the sorted, disjoint breaks of one calendar or of several together; -1 has none."""
        found: list[tuple[int, int]] = []
        for calendar in calendars:
            rows = slice(*np.searchsorted(self.break_calendar, [calendar, calendar + 1]))
            found += zip(self.break_start[rows].tolist(), self.break_end[rows].tolist(), strict=True)
        return np.array(merged(found), dtype=np.int64).reshape(-1, 2)

    def calendars_of(self, mode: int) -> tuple[int, ...]:
        """The calendars that the task of ``mode`` (of all) follows in it: its own and those of its resources."""
        own = int(self.task_calendar[self.task_of[mode]])
        used = self.resource_calendar[self.demand[mode] > 0] if self.duration[mode] > 0 else self.resource_calendar[:0]
        return tuple(sorted({own, *used.tolist()} - {-1}))

    def groups(self) -> Iterator[list[int]]:
        """The tasks of each disjunctive group."""
        for first, end in zip(self.group_ptr[:-1].tolist(), self.group_ptr[1:].tolist(), strict=True):
            yield self.group_task[first:end].tolist()

    def choices(self) -> Iterator[list[int]]:
        """The tasks of each exactly-one choice."""
        for first, end in zip(self.choice_ptr[:-1].tolist(), self.choice_ptr[1:].tolist(), strict=True):
            yield self.choice_task[first:end].tolist()

    # --- names --------------------------------------------------------------------------------

    def task_name(self, task: int) -> str:
        return self.task_names[task] if self.task_names else f"task {task}"

    def resource_name(self, resource: int) -> str:
        return self.resource_names[resource] if self.resource_names else f"resource {resource}"

    def nonrenewable_name(self, resource: int) -> str:
        return self.nonrenewable_names[resource] if self.nonrenewable_names else f"non-renewable resource {resource}"

    def reservoir_name(self, reservoir: int) -> str:
        return self.reservoir_names[reservoir] if self.reservoir_names else f"reservoir {reservoir}"

    def group_name(self, group: int) -> str:
        return self.group_names[group] if self.group_names else f"group {group}"

    def calendar_name(self, calendar: int) -> str:
        return self.calendar_names[calendar] if self.calendar_names else f"calendar {calendar}"

    # --- construction checks ------------------------------------------------------------------

    def _set_modes(self) -> None:
        self._freeze("mode_ptr", int_array("mode_ptr", self.mode_ptr))
        self._freeze("duration", int_array("duration", self.duration))
        ptr = self.mode_ptr
        if len(ptr) < 2:
            raise InvalidProblem("mode_ptr", "expected at least one task")
        if ptr[0] != 0 or ptr[-1] != len(self.duration):
            total = len(self.duration)
            raise InvalidProblem(
                "mode_ptr", f"must go from 0 to {total}, the number of modes; goes {ptr[0]} to {ptr[-1]}"
            )
        empty = np.flatnonzero(np.diff(ptr) <= 0)
        if len(empty):
            raise InvalidProblem("mode_ptr", f"task {empty[0]} has no modes")
        check_range("duration", self.duration, 0, FAR, "mode")
        if float(self.duration.astype(np.float64).sum()) > FAR:
            raise InvalidProblem("duration", "the durations add up to more than 2^53")

    def _set_resources(self) -> None:
        """Capacities, budgets and levels, and what each mode asks of them."""
        modes = len(self.duration)
        self._freeze("capacity", int_array("capacity", with_far(self.capacity)))
        check_range("capacity", self.capacity, 0, FAR, "resource")
        for name in ("budget", "reservoir_initial"):
            self._freeze(name, self._given(name, 1))
            check_range(name, getattr(self, name), 0, FAR - 1)
        reservoirs = len(self.reservoir_initial)
        self._fill("reservoir_maximum", (reservoirs,), "reservoirs")
        check_range("reservoir_maximum", self.reservoir_maximum, 0, FAR, "reservoir")
        for name, size, what in (
            ("demand", self.num_resources, "renewable resources"),
            ("consumption", len(self.budget), "non-renewable resources"),
            ("withdrawal", reservoirs, "reservoirs"),
            ("delivery", reservoirs, "reservoirs"),
        ):
            self._fill(name, (modes, size), f"modes x {what}")
            check_range(name, getattr(self, name), 0, FAR, "mode, resource")
        self._fill("cost", (modes,), "modes")
        for name in ("resource_cost", "resource_target"):
            self._fill(name, (self.num_resources,), "renewable resources")
            check_range(name, getattr(self, name), 0, FAR, "resource")

    def _set_changes(self) -> None:
        size = len(self._given("change_resource", 1))
        names = ("change_resource", "change_start", "change_end", "change_capacity")
        for name in names:
            self._fill(name, (size,), "changes")
        check_range("change_resource", self.change_resource, 0, self.num_resources - 1, "change")
        check_range("change_capacity", self.change_capacity, 0, FAR, "change")
        _check_intervals("change", self.change_start, self.change_end)
        rows: list[list[int]] = []
        given = np.column_stack([getattr(self, name) for name in names])
        for mine in _split(given[np.lexsort((self.change_start, self.change_resource))]):
            resource, base = int(mine[0, 0]), int(self.capacity[mine[0, 0]])
            rows += [[resource, low, high, units] for low, high, units in _least(mine[:, 1:]) if units != base]
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        for column, name in enumerate(names):
            self._freeze(name, table[:, column].copy())

    def _set_links(self) -> None:
        size = len(self._given("link_from", 1))
        for name in ("link_from", "link_to", "link_kind", "min_lag", "max_lag"):
            self._fill(name, (size,), "links")
        for name in ("link_from", "link_to"):
            check_range(name, getattr(self, name), 0, self.num_tasks - 1, "link")
        check_range("link_kind", self.link_kind, 0, len(LINK_KINDS) - 1, "link")
        for k in np.flatnonzero(self.link_from == self.link_to)[:1].tolist():
            raise InvalidProblem("link_to", f"link {k}: task {self.link_to[k]} is linked with itself")

    def _set_parts(self, what: str) -> None:
        """Groups or choices: lists of tasks in compressed form."""
        ptr, members = f"{what}_ptr", f"{what}_task"
        tasks = self._given(members, 1)
        given = self._given(ptr, 1)
        bounds = given if given.size else np.zeros(1, dtype=np.int64)
        check_range(members, tasks, 0, self.num_tasks - 1, "index")
        if bounds[0] != 0 or bounds[-1] != len(tasks) or np.any(np.diff(bounds) < 1):
            raise InvalidProblem(ptr, f"must rise from 0 to {len(tasks)}, the length of {members}")
        for part, (first, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
            if len(set(tasks[first:end].tolist())) < end - first:
                raise InvalidProblem(members, f"{what} {part} names a task twice")
        if what == "choice":
            for task in tasks[~self.optional[tasks]][:1].tolist():
                raise InvalidProblem(members, f"task {task} is in a choice and not optional")
        self._freeze(ptr, bounds.copy())
        self._freeze(members, tasks.copy())

    def _set_calendars(self) -> None:
        if not isinstance(self.num_calendars, int | np.integer) or not 0 <= self.num_calendars <= MOST_THINGS:
            raise InvalidProblem("num_calendars", f"expected 0 to {MOST_THINGS:,}, got {self.num_calendars!r}")
        self._freeze("num_calendars", int(self.num_calendars))
        size = len(self._given("break_calendar", 1))
        for name in ("break_calendar", "break_start", "break_end"):
            self._fill(name, (size,), "breaks")
        self._fill("task_calendar", (self.num_tasks,), "tasks")
        self._fill("resource_calendar", (self.num_resources,), "renewable resources")
        check_range("break_calendar", self.break_calendar, 0, self.num_calendars - 1, "break")
        check_range("task_calendar", self.task_calendar, -1, self.num_calendars - 1, "task")
        check_range("resource_calendar", self.resource_calendar, -1, self.num_calendars - 1, "resource")
        _check_intervals("break", self.break_start, self.break_end)
        table = merged_for_each(self.break_calendar, self.break_start, self.break_end)
        for column, name in enumerate(("break_calendar", "break_start", "break_end")):
            self._freeze(name, table[:, column].copy())

    def _check_fixed(self) -> None:
        for task in np.flatnonzero((self.fixed_start < 0) & ~self.done)[:1].tolist():
            raise InvalidProblem("fixed_start", f"task {task}: {self.fixed_start[task]} is negative")
        for task in np.flatnonzero(self.done & (self.fixed_start == FAR))[:1].tolist():
            raise InvalidProblem("done", f"task {task} is done and needs a fixed start")
        count = np.diff(self.mode_ptr)
        for task in np.flatnonzero((self.fixed_mode < -1) | (self.fixed_mode >= count))[:1].tolist():
            raise InvalidProblem(
                "fixed_mode",
                f"task {task} has {counted(count[task], 'mode')}, none with index {self.fixed_mode[task]}",
            )

    def _check_scalars(self) -> None:
        for name, low in (("project_deadline", 0), ("discount_rate", 0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= FAR:
                raise InvalidProblem(name, f"expected {low} or more, got {value!r}")
            self._freeze(name, int(value))

    def _check_names(self) -> None:
        self._name("task_names", self.num_tasks)
        self._name("resource_names", self.num_resources)
        self._name("nonrenewable_names", len(self.budget))
        self._name("reservoir_names", len(self.reservoir_initial))
        self._name("group_names", len(self.group_ptr) - 1)
        self._name("calendar_names", self.num_calendars)
        check_dates(self.origin, self.tick)


def _check_intervals(what: str, start: Rows, end: Rows) -> None:
    for k in np.flatnonzero(end <= start)[:1].tolist():
        raise InvalidProblem(f"{what}_end", f"{what} {k}: ends at {end[k]}, not after its start {start[k]}")


def _split(rows: Rows) -> list[Rows]:
    """Rows that are sorted by their first column, taken apart where it changes; none for none."""
    return np.split(rows, np.flatnonzero(np.diff(rows[:, 0])) + 1) if len(rows) else []


def _least(changes: Rows) -> list[tuple[int, int, int]]:
    """Sorted disjoint steps (start, end, units) with the least units where intervals overlap.

    ``changes`` are such rows, sorted by start. Those that have begun wait in a heap, the fewest units first.
    """
    times: list[int] = np.unique(changes[:, :2]).tolist()
    coming = changes.tolist()[::-1]
    begun: list[tuple[int, int]] = []
    steps: list[tuple[int, int, int]] = []
    for low, high in pairwise(times):
        while coming and coming[-1][0] <= low:
            _, end, units = coming.pop()
            heappush(begun, (units, end))
        while begun and begun[0][1] <= low:
            heappop(begun)
        if not begun:
            continue
        least = begun[0][0]
        if steps and steps[-1][1] == low and steps[-1][2] == least:
            steps[-1] = (steps[-1][0], high, least)
        else:
            steps.append((low, high, least))
    return steps
