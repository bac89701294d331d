"""A project's schedule as bars: rows are tasks, with the use of resources below them, or resources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from schedsolve.instances.rcpsp.dated import PATH, SHARES
from schedsolve.instances.rcpsp.lags import is_lag
from schedsolve.instances.rcpsp.task_times import TaskTimes
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule
from schedsolve.models.record import FAR
from schedsolve.reports.axis import Axis
from schedsolve.reports.gantt import MEANING, Activities, Bars, Gantt, Kind, Links, Profile, View, pack_lanes
from schedsolve.reports.picture import Ints
from schedsolve.reports.timeaxis import DateAxis

MOST_PROFILES = 12
"""Resources whose use is shown below the tasks; the view by resource shows all."""
FROM_START = [LINK_KINDS.index(kind) for kind in ("SS", "SF")]
TO_END = [LINK_KINDS.index(kind) for kind in ("FF", "SF")]
NOBODY, NO_PHASE = "no resource", "other tasks"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def picture(problem: RCPSP, solution: RCPSPSolution) -> Gantt:
    """The chart of a schedule, with a view by task and, where there are renewable resources, one by resource.

    Tasks that are left out, and those that stand for lags, have no bars. Tasks in phases ("House / Walls") keep the
    order of the problem and the colours of their phases; else they are in the order of their starts and coloured by
    the resource of which they take the greatest share.
    """
    return _Picture(problem, solution).chart()


class _Picture:
    """Items are the tasks to be shown: ``task[k]`` is the problem's task of item k."""

    def __init__(self, problem: RCPSP, solution: RCPSPSolution):
        self.problem = problem
        self.s = s = Schedule(problem, solution)
        self.lag = is_lag(problem)
        shown = np.flatnonzero(s.present & ~self.lag)
        self.phased = any(PATH in problem.task_name(i) for i in shown.tolist())
        self.task: Ints = shown if self.phased else shown[np.lexsort((s.end[shown], s.start[shown]))]
        self.item = np.full(problem.num_tasks, -1)
        self.item[self.task] = np.arange(len(self.task))
        self.start, self.end = s.start[self.task], s.end[self.task]
        self.demand = problem.demand[s.mode[self.task]] * (s.duration[self.task] > 0)[:, None]
        self.first = min(0, int(self.start.min(initial=0)))
        self.last = int(self.end.max(initial=0))
        self.by_end = np.argsort(self.end, kind="stable")
        self.groups = [set(group) for group in problem.groups()]
        self.windows = TaskTimes(problem)
        self.rest: list[Ints] = []
        self.rest_index: dict[tuple[int, ...], int] = {}

    def chart(self) -> Gantt:
        problem, due = self.problem, self.problem.due[self.task]
        keys, key, noun = self._colours()
        cause = self._causes()
        return Gantt(
            title=problem.name or "Project",
            subtitle=self._sizes(),
            items=Activities(
                name=tuple(problem.task_name(i) for i in self.task.tolist()),
                key=key,
                late=self.end > due,
                cause=cause,
            ),
            item_noun="task",
            keys=keys,
            key_noun=noun,
            time=Axis.of_time(DateAxis.of(problem.origin, problem.tick, self.first, self.last)),
            start=self.first,
            end=self.last,
            views=(self._by_task(due), *([self._by_resource()] if problem.num_resources else [])),
            meanings=MEANING | {Kind.PAUSE: "paused over non-working time", Kind.DOWNTIME: "fewer units there"},
            milestones=True,
            critical=self._critical(cause),
        )

    def _sizes(self) -> str:
        counts = {"task": len(self.task), "resource": self.problem.num_resources, "link": len(self._links())}
        return ", ".join(f"{count} {noun}{'s' if count != 1 else ''}" for noun, count in counts.items())

    def _colours(self) -> tuple[tuple[str, ...], Ints, str]:
        """Names of the colours, the colour of each item, and what a colour stands for."""
        problem = self.problem
        if self.phased:
            paths = [problem.task_name(i).split(PATH) for i in self.task.tolist()]
            heads = [path[0] if len(path) > 1 else NO_PHASE for path in paths]
            names = list(dict.fromkeys(heads))
            return tuple(names), np.array([names.index(head) for head in heads]), "phase"
        if not problem.num_resources:
            return ("task",), np.zeros(len(self.task), dtype=np.int64), "task"
        share = self.demand / np.maximum(1, problem.capacity)
        key = np.where(self.demand.any(axis=1), share.argmax(axis=1), problem.num_resources)
        names = [problem.resource_name(r) for r in range(problem.num_resources)]
        return (*names, *([NOBODY] if key.max() == problem.num_resources else [])), key, "resource"

    # --- views --------------------------------------------------------------------------------

    def _by_task(self, due: Ints) -> View:
        problem, n = self.problem, len(self.task)
        resources = range(min(problem.num_resources, MOST_PROFILES))
        profiles = tuple(self._profile(r, n + k) for k, r in enumerate(resources))
        rows = (*self._row_names(), *(self._resource_row(r) for r in resources))
        rest = [self._rest(problem.calendars_of(int(mode))) for mode in self.s.mode[self.task]]
        rest += [self._rest((int(problem.resource_calendar[r]),)) for r in resources]
        below = np.full(len(resources), FAR)
        uses = [self._uses(k) for k in range(n)]
        captions = tuple(dict.fromkeys(uses))
        return View(
            Axis.of_rows("task", rows),
            self._bars(np.arange(n), np.arange(n), with_lanes=False),
            captions or ("",),
            np.array([captions.index(use) for use in uses], dtype=np.int64),
            np.concatenate([due, below]) if np.any(due != FAR) else None,
            profiles,
            max(2, min(6, n // 25)),
            tuple(self.rest),
            np.array(rest),
            self._links(),
        )

    def _by_resource(self) -> View:
        """For each resource a row of the tasks that use it, in lanes, and one of its use."""
        problem = self.problem
        names = [problem.resource_name(r) for r in range(problem.num_resources)]
        rows: list[str] = []
        for r, name in enumerate(names):
            rows += [name, f"{self._resource_row(r)} in use"]
        item, resource = np.nonzero(self.demand)
        calendars = [self._rest((int(problem.resource_calendar[r]),)) for r in range(problem.num_resources)]
        tasks = tuple(problem.task_name(i).rpartition(PATH)[2] for i in self.task.tolist())
        return View(
            Axis.of_rows("resource", tuple(rows)),
            self._with_changes(self._bars(item, 2 * resource, with_lanes=True)),
            tasks,
            np.arange(len(self.task)),
            profiles=tuple(self._profile(r, 2 * r + 1) for r in range(problem.num_resources)),
            rest=tuple(self.rest),
            rest_of=np.repeat(np.array(calendars, dtype=np.int64), 2),
        )

    def _row_names(self) -> list[str]:
        """Names without their phases, where these are not needed to tell them apart."""
        names = [self.problem.task_name(i) for i in self.task.tolist()]
        short = [name.rpartition(PATH)[2] for name in names]
        return [own if short.count(own) == 1 else name for own, name in zip(short, names, strict=True)]

    def _resource_row(self, resource: int) -> str:
        name, capacity = self.problem.resource_name(resource), self.problem.capacity[resource]
        if capacity == FAR:
            return f"{name.removesuffix(SHARES)} (no limit)"
        return f"{name.removesuffix(SHARES)} ({capacity} %)" if name.endswith(SHARES) else f"{name} ({capacity})"

    def _uses(self, item: int) -> str:
        """What it takes, as one word: short forms of captions leave out words, and "crew: 2" is not "2"."""
        used = np.flatnonzero(self.demand[item]).tolist()
        names = [(self.problem.resource_name(r), int(self.demand[item, r])) for r in used]
        text = ", ".join(name if units == 1 else f"{name}: {units}" for name, units in names)
        return text.replace(" ", NO_BREAK_SPACE)

    def _rest(self, calendars: tuple[int, ...]) -> int:
        """The index of the breaks of these calendars, as far as they lie in the picture; -1 where there are none."""
        if calendars not in self.rest_index:
            breaks = self.problem.breaks(*calendars) if calendars else np.zeros((0, 2), dtype=np.int64)
            seen = np.clip(breaks[(breaks[:, 0] < self.last) & (breaks[:, 1] > self.first)], self.first, self.last)
            self.rest_index[calendars] = len(self.rest) if len(seen) else -1
            self.rest += [seen] if len(seen) else []
        return self.rest_index[calendars]

    def _profile(self, resource: int, row: int) -> Profile:
        time, level = self.s.use(resource)
        changes, base = self.problem.changes(resource), int(self.problem.capacity[resource])
        if base == FAR:  # drawn as what would do
            base = int(level.max(initial=0))
        limits = {self.first: base}
        for low, high, units in changes[(changes[:, 0] < self.last) & (changes[:, 1] > self.first)].tolist():
            limits[max(low, self.first)] = units
            if high < self.last:
                limits[high] = base
        steps = sorted(limits.items())
        return Profile(row, time, level, np.array([t for t, _ in steps]), np.array([units for _, units in steps]))

    # --- bars ---------------------------------------------------------------------------------

    def _bars(self, item: Ints, row: Ints, *, with_lanes: bool) -> Bars:
        """Work, cut at pauses, and the pauses; entry k is a bar of ``item[k]`` in ``row[k]``."""
        lane = pack_lanes(row, self.start[item], self.end[item]) if with_lanes else np.zeros_like(item)
        pieces: list[tuple[int, int, int, int, int, int]] = []
        for i, r, at in zip(item.tolist(), row.tolist(), lane.tolist(), strict=True):
            pieces += [(r, low, high, int(kind), i, at) for low, high, kind in self._pieces(i)]
        table = np.array(pieces, dtype=np.int64).reshape(-1, 6)
        columns = ("row", "start", "end", "kind", "item", "lane")
        return Bars.sorted(**dict(zip(columns, table.T.copy(), strict=True)))

    def _pieces(self, item: int) -> Iterator[tuple[int, int, Kind]]:
        task, start, end = int(self.task[item]), int(self.start[item]), int(self.end[item])
        at = start
        if end > start + int(self.s.duration[task]):
            breaks = self.windows.breaks(int(self.s.mode[task]))
            for low, high in breaks[(breaks[:, 0] >= start) & (breaks[:, 1] <= end)].tolist():
                if low > at:
                    yield at, low, Kind.WORK
                yield low, high, Kind.PAUSE
                at = high
        if at < end or start == end:
            yield at, end, Kind.WORK

    def _with_changes(self, bars: Bars) -> Bars:
        """Times with fewer units of a resource, as downtime."""
        problem = self.problem
        less = problem.change_capacity < problem.capacity[problem.change_resource]
        seen = less & (problem.change_start < self.last)
        count = int(seen.sum())
        added = {
            "row": 2 * problem.change_resource[seen],
            "start": problem.change_start[seen],
            "end": np.minimum(self.last, problem.change_end[seen]),
            "kind": np.full(count, Kind.DOWNTIME),
            "item": np.full(count, -1),
            "lane": np.zeros(count, dtype=np.int64),
        }
        return Bars.sorted(**{name: np.concatenate([getattr(bars, name), part]) for name, part in added.items()})

    # --- links and causes ---------------------------------------------------------------------

    def _links(self) -> Links:
        """Between items; those by way of a lag's task as one."""
        problem, rows = self.problem, []
        into = {int(problem.link_to[k]): k for k in np.flatnonzero(self.lag[problem.link_to]).tolist()}
        for k in range(len(problem.link_from)):
            before, after, kind = int(problem.link_from[k]), int(problem.link_to[k]), int(problem.link_kind[k])
            from_end = kind not in FROM_START
            if self.lag[after]:
                continue
            if self.lag[before]:
                first = into[before]
                before, from_end = int(problem.link_from[first]), int(problem.link_kind[first]) not in FROM_START
            if self.item[before] >= 0 and self.item[after] >= 0:
                rows.append((self.item[before], self.item[after], from_end, kind in TO_END))
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        return Links(table[:, 0], table[:, 1], table[:, 2] > 0, table[:, 3] > 0)

    def _causes(self) -> Ints:
        """For each item one that it could not have started without: the one before a link that is tight, else one
        that gave back the units of a resource, or left the disjunctive group, that it needs; -1 where none did."""
        cause = self._linked()
        for item in np.flatnonzero(cause < 0).tolist():
            cause[item] = self._freed_by(item)
        return cause

    def _linked(self) -> Ints:
        """The tasks before tight links; a lag's task passes on what it waits for itself."""
        problem, s = self.problem, self.s
        tight = np.full(problem.num_tasks, -1)
        order = np.argsort(~self.lag[problem.link_to], kind="stable")  # links into lags first
        for k in order.tolist():
            before, after, kind = int(problem.link_from[k]), int(problem.link_to[k]), int(problem.link_kind[k])
            if not (s.present[before] and s.present[after]) or problem.min_lag[k] == -FAR or tight[after] >= 0:
                continue
            at = int((s.start if kind in FROM_START else s.end)[before] + problem.min_lag[k])
            window = self.windows.of(after, int(s.mode[after]))
            ready = window.first_start_to_end_at(at) if kind in TO_END else at
            if s.start[after] > max(0, int(problem.release[after])) and window.next_start(ready) >= s.start[after]:
                tight[after] = tight[before] if self.lag[before] else before
        found = tight[self.task]
        return np.where(found >= 0, self.item[found], -1)

    def _freed_by(self, item: int) -> int:
        """The item that ended last of those whose units were missing until then."""
        start, task = int(self.start[item]), int(self.task[item])
        if start <= max(0, int(self.problem.release[task])):
            return -1
        window = self.windows.of(task, int(self.s.mode[task]))
        done = int(np.searchsorted(self.end[self.by_end], start, side="right"))
        for other in self.by_end[:done][::-1].tolist():
            at = int(self.end[other])
            if window.next_start(at) < start:
                break
            if self.start[other] < at and self._in_the_way(other, item, at):
                return int(other)
        return -1

    def _in_the_way(self, other: int, item: int, at: int) -> bool:
        """Does ``other``, which runs until ``at``, keep ``item`` from running just before ``at``?"""
        running = (self.start < at) & (self.end >= at)
        for r in np.flatnonzero((self.demand[other] > 0) & (self.demand[item] > 0)).tolist():
            if int(self.demand[running, r].sum()) + int(self.demand[item, r]) > self._capacity(r, at - 1):
                return True
        pair = {int(self.task[other]), int(self.task[item])}
        return any(pair <= group for group in self.groups)

    def _capacity(self, resource: int, time: int) -> int:
        changes = self.problem.changes(resource)
        there = changes[(changes[:, 0] <= time) & (time < changes[:, 1]), 2]
        return int(there[0] if len(there) else self.problem.capacity[resource])

    def _critical(self, cause: Ints) -> tuple[int, ...]:
        """What the end of the project waited for, first to last.

        The last one ends last; of several that do, it starts last.
        """
        chain: list[int] = []
        item = int(np.lexsort((self.start, self.end))[-1]) if len(self.end) else -1
        while item >= 0 and item not in chain:
            chain.append(item)
            item = int(cause[item])
        return tuple(reversed(chain))
