"""State a project by name, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.rcpsp.objectives import OBJECTIVES
from schedsolve.models.rcpsp.problem import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR, objective_names

Uses = Mapping[str, int]
"""Name of a resource of any kind to the units of it."""


class TaskFields(TypedDict, total=False):
    """What may be said of a task beside its modes; all as in ``RCPSP``, but ``calendar`` by name."""

    release: int
    due: int | None
    deadline: int | None
    weight: int
    pause: bool
    optional: bool
    cash_flow: int
    fixed_start: int | None
    fixed_mode: int
    done: bool
    calendar: str


class ProjectBuilder:
    """Collects resources, calendars and tasks by name and builds an ``RCPSP``.

    >>> plan = ProjectBuilder("shed")
    >>> plan.resource("crew", 3).calendar("weekends", [(5, 7), (12, 14)])
    >>> plan.task("dig", 4, {"crew": 2}, calendar="weekends")
    >>> plan.task("pour", 1, {"crew": 3}).after("dig", lag=1)
    >>> plan.task("roof").mode(5, {"crew": 1}).mode(3, {"crew": 2}).after("pour")
    >>> problem = plan.build()
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._tasks: dict[str, TaskBuilder] = {}
        self._resources: dict[str, tuple[int | None, str]] = {}
        self._changes: list[tuple[str, int, int, int]] = []
        self._budgets: dict[str, int] = {}
        self._reservoirs: dict[str, tuple[int, int | None]] = {}
        self._calendars: dict[str, list[tuple[int, int]]] = {}
        self._groups: dict[str, tuple[str, ...]] = {}
        self._choices: list[tuple[str, ...]] = []

    def resource(self, name: str, capacity: int | None, *, calendar: str = "") -> ProjectBuilder:
        """A renewable resource: ``capacity`` units at every time, None: no limit; who uses it keeps the breaks of
        ``calendar``."""
        self._resources[self._new(name)] = (capacity, calendar)
        return self

    def change(self, resource: str, start: int, end: int, capacity: int) -> ProjectBuilder:
        """The resource has ``capacity`` units in [start, end) instead."""
        self._changes.append((resource, start, end, capacity))
        return self

    def budget(self, name: str, units: int) -> ProjectBuilder:
        """A non-renewable resource, of which all tasks together use no more than ``units``."""
        self._budgets[self._new(name)] = units
        return self

    def reservoir(self, name: str, initial: int, *, maximum: int | None = None) -> ProjectBuilder:
        """A level that tasks lower at their start and raise at their end; it stays between 0 and ``maximum``."""
        self._reservoirs[self._new(name)] = (initial, maximum)
        return self

    def calendar(self, name: str, breaks: Iterable[tuple[int, int]]) -> ProjectBuilder:
        """No work is done in the intervals [start, end) of ``breaks``."""
        self._calendars[name] = list(breaks)
        return self

    def apart(self, name: str, *tasks: str) -> ProjectBuilder:
        """These tasks never overlap."""
        self._groups[name] = tasks
        return self

    def one_of(self, *tasks: str) -> ProjectBuilder:
        """Exactly one of these tasks, which become optional, is done."""
        self._choices.append(tasks)
        return self

    def task(
        self, name: str, duration: int | None = None, uses: Uses | None = None, **fields: Unpack[TaskFields]
    ) -> TaskBuilder:
        """A new task, in a mode of ``duration`` that ``uses`` resources (more with ``.mode``).

        ``fields`` are those of ``RCPSP`` that say something of a task: ``release``, ``due``, ``deadline``, ``weight``,
        ``pause``, ``optional``, ``cash_flow``, ``fixed_start``, ``fixed_mode``, ``done``; and ``calendar``, a name.
        """
        if name in self._tasks:
            raise InvalidProblem("task", f'"{name}" exists already')
        self._tasks[name] = TaskBuilder(self, name, fields)
        if duration is not None:
            self._tasks[name].mode(duration, uses or {})
        return self._tasks[name]

    def build(self, *, objective: str | Sequence[str] = "makespan", **fields: object) -> RCPSP:
        """The problem; ``fields`` are further ones of ``RCPSP`` (``project_deadline=90``, ``origin="2026-03-02"``, …).

        Raises ``UnknownName`` for a task, resource or calendar that was not made.
        """
        tasks = list(self._tasks.values())
        modes = [mode for task in tasks for mode in task.modes]
        for task in tasks:
            if not task.modes:
                raise InvalidProblem("duration", f'task "{task.name}" has no mode')
        make: Callable[..., RCPSP] = RCPSP  # which checks all fields
        return make(
            mode_ptr=np.cumsum([0, *(len(task.modes) for task in tasks)]),
            **self._mode_fields(modes),
            **self._resource_fields(modes),
            **self._calendar_fields(tasks),
            **self._link_fields(tasks),
            **self._set_fields(),
            **self._task_fields(tasks),
            objective=objective_names(objective, tuple(OBJECTIVES)),
            name=self.name,
            task_names=tuple(self._tasks),
            resource_names=tuple(self._resources),
            nonrenewable_names=tuple(self._budgets),
            reservoir_names=tuple(self._reservoirs),
            group_names=tuple(self._groups),
            calendar_names=tuple(self._calendars),
            **fields,
        )

    def _new(self, name: str) -> str:
        if name in {**self._resources, **self._budgets, **self._reservoirs}:
            raise InvalidProblem("resource", f'"{name}" exists already')
        return name

    def _mode_fields(self, modes: list[ModeData]) -> dict[str, object]:
        return {"duration": [mode.duration for mode in modes], "cost": [mode.cost for mode in modes]}

    def _resource_fields(self, modes: list[ModeData]) -> dict[str, object]:
        known = [*self._resources, *self._budgets, *self._reservoirs]
        for mode in modes:
            for name in {**mode.uses, **mode.delivers}:
                _index(name, known, "resource")
        changes = [(_index(name, self._resources, "resource"), *rest) for name, *rest in self._changes]
        table = np.array(changes, dtype=np.int64).reshape(-1, 4)
        return {
            "capacity": [capacity for capacity, _ in self._resources.values()],
            "budget": list(self._budgets.values()),
            "reservoir_initial": [initial for initial, _ in self._reservoirs.values()],
            "reservoir_maximum": [maximum for _, maximum in self._reservoirs.values()],
            "demand": _units([mode.uses for mode in modes], self._resources),
            "consumption": _units([mode.uses for mode in modes], self._budgets),
            "withdrawal": _units([mode.uses for mode in modes], self._reservoirs),
            "delivery": _units([mode.delivers for mode in modes], self._reservoirs),
            "change_resource": table[:, 0],
            "change_start": table[:, 1],
            "change_end": table[:, 2],
            "change_capacity": table[:, 3],
        }

    def _calendar_fields(self, tasks: list[TaskBuilder]) -> dict[str, object]:
        rows = [(k, low, high) for k, breaks in enumerate(self._calendars.values()) for low, high in breaks]
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        of_tasks = [task.fields.get("calendar", "") for task in tasks]
        of_resources = [calendar for _, calendar in self._resources.values()]
        return {
            "num_calendars": len(self._calendars),
            "break_calendar": table[:, 0],
            "break_start": table[:, 1],
            "break_end": table[:, 2],
            "task_calendar": [self._calendar(name) for name in of_tasks],
            "resource_calendar": [self._calendar(name) for name in of_resources],
        }

    def _calendar(self, name: str) -> int:
        """Its index; -1 of none."""
        return _index(name, self._calendars, "calendar") if name else -1

    def _link_fields(self, tasks: list[TaskBuilder]) -> dict[str, object]:
        links = [(link, task.name) for task in tasks for link in task.links]
        return {
            "link_from": [_index(link.task, self._tasks, "task") for link, _ in links],
            "link_to": [_index(name, self._tasks, "task") for _, name in links],
            "link_kind": [_index(link.kind, LINK_KINDS, "kind of link") for link, _ in links],
            "min_lag": [-FAR if link.lag is None else link.lag for link, _ in links],
            "max_lag": [link.at_most for link, _ in links],
        }

    def _set_fields(self) -> dict[str, object]:
        fields: dict[str, object] = {}
        for what, sets in (("group", list(self._groups.values())), ("choice", self._choices)):
            fields[f"{what}_ptr"] = np.cumsum([0, *(len(names) for names in sets)])
            fields[f"{what}_task"] = [_index(name, self._tasks, "task") for names in sets for name in names]
        return fields

    def _task_fields(self, tasks: list[TaskBuilder]) -> dict[str, object]:
        chosen = {name for names in self._choices for name in names}
        fields: dict[str, object] = {"optional": [bool(t.fields.get("optional")) or t.name in chosen for t in tasks]}
        nothing = {"due": None, "deadline": None, "fixed_start": None}
        defaults = {"release": 0, "weight": 1, "pause": False, "cash_flow": 0, "fixed_mode": -1, "done": False}
        for name, default in (defaults | nothing).items():
            fields[name] = [task.fields.get(name, default) for task in tasks]
        known = [*fields, "calendar"]
        for task in tasks:
            for name in task.fields:
                _index(name, known, "field of a task")
        return fields


class ModeData:
    """One mode as the builder keeps it."""

    def __init__(self, duration: int, uses: Uses, delivers: Uses, cost: int):
        self.duration = duration
        self.uses = uses
        self.delivers = delivers
        self.cost = cost


class LinkData:
    """One link as the builder keeps it, with the later task."""

    def __init__(self, task: str, kind: str, lag: int | None, at_most: int | None):
        self.task = task
        self.kind = kind
        self.lag = lag
        self.at_most = at_most


class TaskBuilder:
    """One task under construction."""

    def __init__(self, project: ProjectBuilder, name: str, fields: TaskFields):
        self.project = project
        self.name = name
        self.fields = fields
        self.modes: list[ModeData] = []
        self.links: list[LinkData] = []

    def mode(
        self, duration: int, uses: Uses | None = None, *, delivers: Uses | None = None, cost: int = 0
    ) -> TaskBuilder:
        """A way to do the task: ``uses`` renewable resources, budgets and what it takes out of reservoirs at its start,
        ``delivers`` what it puts into them at its end."""
        self.modes.append(ModeData(duration, uses or {}, delivers or {}, cost))
        return self

    def after(self, task: str, *, kind: str = "FS", lag: int | None = 0, at_most: int | None = None) -> TaskBuilder:
        """A link from ``task``: this one starts (``kind`` FS, SS) or ends (FF, SF) at least ``lag`` and ``at_most``
        so long after that one has ended (FS, FF) or started (SS, SF). A ``lag`` of None: no matter how early."""
        self.links.append(LinkData(task, kind, lag, at_most))
        return self


def _index(name: str, known: Iterable[str], what: str) -> int:
    names = list(known)
    if name not in names:
        raise UnknownName(what, name, names)
    return names.index(name)


def _units(rows: list[Uses], names: Iterable[str]) -> npt.NDArray[np.int64]:
    """Rows x names: the units of each."""
    columns = list(names)
    units = [[row.get(name, 0) for name in columns] for row in rows]
    return np.array(units, dtype=np.int64).reshape(len(rows), len(columns))
