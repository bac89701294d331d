"""The constraints of a project, in words, and the project without some of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.rcpsp.heads_tails import Arcs, HeadsTails, arcs, heads_tails, lengths
from schedsolve.solvers.contracts import Change
from schedsolve.solvers.cpsat.rcpsp.horizon import safe_horizon
from schedsolve.solvers.explain.explanation import Item, Key
from schedsolve.solvers.explain.rcpsp.core import core
from schedsolve.solvers.stop import Stop

Ints = npt.NDArray[np.int64]

VERBS = {"S": "starts", "F": "ends"}


def explainer(problem: RCPSP) -> ProjectExplainer:
    """The explainer of a project."""
    return ProjectExplainer(problem)


class ProjectExplainer:
    """See ``contracts.Explainer``. When a task that is done was done is a fact, and so are durations."""

    def __init__(self, problem: RCPSP):
        self.problem = problem

    def items(self) -> list[Item]:
        """Decisions and dates first, links last: a conflict rather names what a planner has set himself."""
        p = self.problem
        found = [*self._dates()]
        limited = np.flatnonzero(p.limited).tolist()
        found += [_item("capacity", self._capacity_words(r), resource=r) for r in limited]
        for g, members in enumerate(p.groups()):
            found.append(_item("group", f"{_list(p, members)} of {p.group_name(g)} do not overlap", group=g))
        for c in range(p.num_calendars):
            found.append(_item("calendar", f"{p.calendar_name(c)} has breaks", calendar=c))
        for k, budget in enumerate(p.budget.tolist()):
            found.append(_item("budget", f"{p.nonrenewable_name(k)} has a budget of {budget}", nonrenewable=k))
        for v in range(len(p.reservoir_initial)):
            found.append(_item("reservoir", self._reservoir_words(v), reservoir=v))
        for c, members in enumerate(p.choices()):
            found.append(_item("choice", f"exactly one of {_list(p, members)} is done", choice=c))
        return [*found, *self._links()]

    def _dates(self) -> Iterator[Item]:
        p = self.problem
        free = ~p.done
        for i in np.flatnonzero((p.fixed_start < FAR) & free).tolist():
            yield _item("fixed_start", f"{p.task_name(i)} starts at {p.fixed_start[i]}", task=i)
        for i in np.flatnonzero((p.fixed_mode >= 0) & free).tolist():
            yield _item("fixed_mode", f"{p.task_name(i)} is done in mode {p.fixed_mode[i]}", task=i)
        if p.project_deadline < FAR:
            yield _item("project_deadline", f"all ends by {p.project_deadline}")
        for i in np.flatnonzero((p.deadline < FAR) & free).tolist():
            yield _item("deadline", f"{p.task_name(i)} ends by {p.deadline[i]}", task=i)
        for i in np.flatnonzero((p.release > 0) & free).tolist():
            yield _item("release", f"{p.task_name(i)} starts at {p.release[i]} or later", task=i)

    def _links(self) -> Iterator[Item]:
        p = self.problem
        for k in range(len(p.link_from)):
            if p.min_lag[k] > -FAR:
                yield _item("min_lag", self._min_lag_words(k), link=k)
            if p.max_lag[k] < FAR:
                yield _item("max_lag", self._max_lag_words(k), link=k)

    # --- words --------------------------------------------------------------------------------

    def _capacity_words(self, resource: int) -> str:
        head = "" if self.problem.capacity[resource] == FAR else "a capacity of "
        return f"{self.problem.resource_name(resource)} has {head}{self._units(resource)}"

    def _demand_words(self, resource: int, task: int, units: int) -> str:
        p = self.problem
        return f"{p.task_name(task)} needs {units} of {p.resource_name(resource)}, which has {self._units(resource)}"

    def _units(self, resource: int) -> str:
        if self.problem.capacity[resource] == FAR:
            return "no limit but at times"
        changes = ", other at times" if len(self.problem.changes(resource)) else ""
        return f"{self.problem.capacity[resource]}{changes}"

    def _reservoir_words(self, reservoir: int) -> str:
        p = self.problem
        limit = p.reservoir_maximum[reservoir]
        between = "is never below 0" if limit == FAR else f"stays between 0 and {limit}"
        return f"{p.reservoir_name(reservoir)}, {p.reservoir_initial[reservoir]} at the outset, {between}"

    def _min_lag_words(self, k: int) -> str:
        lag, (a, verb_a), (b, verb_b) = int(self.problem.min_lag[k]), *self._ends(k)
        if lag < 0:
            return f"{a} {verb_a} at most {-lag} after {b} {verb_b}"
        if LINK_KINDS[self.problem.link_kind[k]] == "FS" and lag == 0:
            return f"{b} starts after {a} has ended"
        return f"{b} {verb_b} at least {lag} after {a} {verb_a}"

    def _max_lag_words(self, k: int) -> str:
        lag, (a, verb_a), (b, verb_b) = int(self.problem.max_lag[k]), *self._ends(k)
        return f"{b} {verb_b} at most {lag} after {a} {verb_a}"

    def _ends(self, k: int) -> list[tuple[str, str]]:
        p = self.problem
        tasks = (int(p.link_from[k]), int(p.link_to[k]))
        kind = LINK_KINDS[p.link_kind[k]]
        return [(p.task_name(task), VERBS[letter]) for task, letter in zip(tasks, kind, strict=True)]

    # --- conflicts that are found without solving ---------------------------------------------

    def checks(self) -> Iterator[list[Item]]:
        """Tasks that ask for more than there is; windows that are too small for a task; chains of links that are too
        long for the dates at their ends, or that close a circle; more work between two dates than can be done."""
        p = self.problem
        by_key = {item.key: item for item in self.items()}
        for r in range(p.num_resources):
            needed = np.minimum.reduceat(np.where(p.duration > 0, p.demand[:, r], 0), p.mode_ptr[:-1])
            if np.any((needed > p.greatest_capacity[r]) & ~p.optional & ~p.done):
                yield [by_key["capacity", (("resource", r),)]]
        for keys in (self._chain(), self._overload()):
            if keys is not None:
                yield [by_key[key] for key in keys if key in by_key]

    def _chain(self) -> list[Key] | None:
        """Keys of items that leave a task no time, or of links in a circle, breaks aside; None where there are none."""
        p = self.without([item for item in self.items() if item.code == "calendar"])
        sure = p.mandatory
        found = arcs(p, sure, *lengths(p))
        w = heads_tails(p)
        if w is None:
            circle = _circle(found, lengths(p)[0])
            return None if circle is None else [_link_key(found, arc) for arc in circle]
        latest = np.minimum(p.deadline, p.project_deadline)
        latest = np.where(p.fixed_start < FAR, np.minimum(latest, p.fixed_start + w.length), latest)
        late = np.flatnonzero(sure & ~p.done & (w.end > latest))
        if not len(late):
            return None
        task = int(late[(w.end - latest)[late].argmax()])
        links = _pushing(p, w, found, task)
        keys: list[Key] = [("project_deadline", ()), ("deadline", (("task", task),))]
        for i in [task, *found.of[links].tolist()]:
            keys += [(code, (("task", i),)) for code in ("release", "fixed_start", "fixed_mode")]
        return [*keys, *(_link_key(found, arc) for arc in links)]

    def _overload(self) -> list[Key] | None:
        """Keys of a resource and of the fewest dates that give it more work than it can do; None where it can."""
        p = self.problem
        whole = np.full(p.num_tasks, p.project_deadline)
        found = []
        for resource in range(p.num_resources):
            work = np.minimum.reduceat(p.duration * p.demand[:, resource], p.mode_ptr[:-1])
            for latest in (whole, np.minimum(p.deadline, whole)):
                held = np.flatnonzero((work > 0) & ~p.optional & ~p.done & (latest < FAR))
                held = held[np.argsort(latest[held], kind="stable")]
                for low in np.unique(p.release[held]).tolist():
                    tasks = held[p.release[held] >= low]
                    over = np.flatnonzero(np.cumsum(work[tasks]) > _room(p, resource, low, latest[tasks]))
                    if len(over):
                        keys = self._keys_of_dates(low, latest, tasks[: over[0] + 1])
                        found.append([*keys, ("capacity", (("resource", resource),))])
        return min(found, key=len, default=None)

    def _keys_of_dates(self, low: int, latest: Ints, tasks: Ints) -> list[Key]:
        """Keys of the dates by which tasks start at ``low`` or later and end at their ``latest``."""
        p = self.problem
        keys: list[Key] = [("project_deadline", ())] if np.any(latest[tasks] == p.project_deadline) else []
        keys += [("deadline", (("task", i),)) for i in tasks[latest[tasks] < p.project_deadline].tolist()]
        return keys + [("release", (("task", i),)) for i in tasks.tolist() if low > 0]

    def refined(self, conflict: list[Item]) -> list[Item]:
        """Capacities as the demands of single tasks on them, where no calendar hangs on the demand."""
        p = self.problem
        finer: list[Item] = []
        for item in conflict:
            resource = item.things.get("resource", -1)
            if item.code != "capacity" or p.resource_calendar[resource] >= 0:
                finer.append(item)
                continue
            most = _most(p, np.where(p.duration > 0, p.demand[:, resource], 0))
            for i in np.flatnonzero(most > 0).tolist():
                words = self._demand_words(resource, i, int(most[i]))
                finer.append(_item("demand", words, resource=resource, task=i))
        return finer

    # --- the project without some of them -----------------------------------------------------

    def without(self, given_up: Sequence[Item]) -> RCPSP:
        """The project without these constraints."""
        change = _Edit(self.problem)
        for item in given_up:
            getattr(change, item.code)(**item.things)
        return change.project()

    def core(self, items: Sequence[Item], stop: Stop, seconds: float) -> list[Item] | None:
        """What CP-SAT names of the assumption that all hold."""
        return core(self.problem, items, stop, seconds)

    def change(self, item: Item) -> Change | None:
        """Later deadlines, earlier releases, more units, a larger budget, shorter or longer lags."""
        p, things = self.problem, item.things
        long = safe_horizon(p.any_solution().with_fields(project_deadline=FAR))
        match item.code:
            case "project_deadline":
                return Change(
                    long,
                    lambda more: replace(p, project_deadline=p.project_deadline + more),
                    lambda more: f"the end of all later by {more}, at {p.project_deadline + more}",
                )
            case "deadline":
                i = things["task"]
                return self._step("deadline", i, long, 1, f"the deadline of {p.task_name(i)}", "later")
            case "release":
                i = things["task"]
                return self._step("release", i, int(p.release[i]), -1, f"the release of {p.task_name(i)}", "earlier")
            case "capacity" | "demand":
                r = things["resource"]
                return self._more_units(r)
            case "budget":
                k = things["nonrenewable"]
                most = max(1, int(_most(p, p.consumption[:, k]).sum()))
                return self._step("budget", k, most, 1, f"the budget of {p.nonrenewable_name(k)}", "more")
            case "min_lag" if p.min_lag[things["link"]] != 0:  # a plain precedence holds or does not
                k = things["link"]
                lag = int(p.min_lag[k])
                return self._step("min_lag", k, lag if lag > 0 else long, -1, f'the lag in "{item.words}"', "less")
            case "max_lag":
                k = things["link"]
                most = long + abs(int(p.max_lag[k]))
                return self._step("max_lag", k, most, 1, f'the lag in "{item.words}"', "more")
        return None

    def _step(self, field: str, index: int, most: int, sign: int, what: str, how: str) -> Change:
        def problem(amount: int) -> RCPSP:
            values = getattr(self.problem, field).copy()
            values[index] += sign * amount
            return self.problem.with_fields(**{field: values})

        return Change(most, problem, lambda amount: f"{what}: {amount} {how}")

    def _more_units(self, resource: int) -> Change:
        """More units of a resource, at all times."""
        p = self.problem
        rows = p.change_resource == resource
        most = max(1, int(_most(p, p.demand[:, resource]).sum()))

        def problem(amount: int) -> RCPSP:
            units = (np.arange(p.num_resources) == resource) & (p.capacity < FAR)
            return replace(p, capacity=p.capacity + amount * units, change_capacity=p.change_capacity + amount * rows)

        return Change(most, problem, lambda amount: f"{amount} more of {p.resource_name(resource)}, at all times")


class _Edit:
    """The fields of a project under change; one method for each code of an item."""

    def __init__(self, problem: RCPSP):
        self.problem = problem
        names = ["fixed_start", "fixed_mode", "deadline", "release", "capacity", "demand", "budget"]
        names += ["withdrawal", "delivery", "reservoir_maximum", "min_lag", "max_lag"]
        self.fields: dict[str, Ints] = {name: getattr(problem, name).copy() for name in names}
        self.latest = problem.project_deadline
        self.idle: set[int] = set()
        """Calendars without breaks."""
        self.unlimited: set[int] = set()
        """Renewable resources of which there is enough."""
        self.groups: set[int] = set()
        self.choices: set[int] = set()

    def project(self) -> RCPSP:
        """The project with all changes."""
        p = self.problem
        fields: dict[str, object] = self.fields | {"project_deadline": self.latest}
        if self.unlimited:
            kept = ~np.isin(p.change_resource, list(self.unlimited))
            for name in ("change_resource", "change_start", "change_end", "change_capacity"):
                fields[name] = getattr(p, name)[kept]
        if self.idle:
            kept = ~np.isin(p.break_calendar, list(self.idle))
            for name in ("break_calendar", "break_start", "break_end"):
                fields[name] = getattr(p, name)[kept]
        for name, gone, parts in (("group", self.groups, p.groups()), ("choice", self.choices, p.choices())):
            left = [tasks for k, tasks in enumerate(parts) if k not in gone]
            if gone:
                fields[f"{name}_ptr"] = list(accumulate((len(tasks) for tasks in left), initial=0))
                fields[f"{name}_task"] = list(chain.from_iterable(left))
        if self.groups:
            fields["group_names"] = ()
        return p.with_fields(**fields)

    def fixed_start(self, task: int) -> None:
        self.fields["fixed_start"][task] = FAR

    def fixed_mode(self, task: int) -> None:
        self.fields["fixed_mode"][task] = -1

    def project_deadline(self) -> None:
        self.latest = FAR

    def deadline(self, task: int) -> None:
        self.fields["deadline"][task] = FAR

    def release(self, task: int) -> None:
        self.fields["release"][task] = 0

    def capacity(self, resource: int) -> None:
        self.unlimited.add(resource)
        self.fields["capacity"][resource] = FAR

    def demand(self, resource: int, task: int) -> None:
        p = self.problem
        self.fields["demand"][p.mode_ptr[task] : p.mode_ptr[task + 1], resource] = 0

    def group(self, group: int) -> None:
        self.groups.add(group)

    def calendar(self, calendar: int) -> None:
        self.idle.add(calendar)

    def budget(self, nonrenewable: int) -> None:
        self.fields["budget"][nonrenewable] = FAR - 1

    def reservoir(self, reservoir: int) -> None:
        self.fields["reservoir_maximum"][reservoir] = FAR
        for name in ("withdrawal", "delivery"):
            self.fields[name][:, reservoir] = 0

    def choice(self, choice: int) -> None:
        self.choices.add(choice)

    def min_lag(self, link: int) -> None:
        self.fields["min_lag"][link] = -FAR

    def max_lag(self, link: int) -> None:
        self.fields["max_lag"][link] = FAR


def _item(code: str, words: str, **things: int) -> Item:
    return Item(code, things, words)


def _list(problem: RCPSP, tasks: Sequence[int]) -> str:
    names = [problem.task_name(task) for task in tasks]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _most(problem: RCPSP, amount: Ints) -> Ints:
    """n: the greatest ``amount`` (M) of the modes of each task."""
    return np.maximum.reduceat(amount, problem.mode_ptr[:-1])


def _room(problem: RCPSP, resource: int, low: int, high: Ints) -> npt.NDArray[np.floating]:
    """Units times ticks of a resource from ``low`` to each of ``high``; rounded, where they are very many."""
    base = float(problem.capacity[resource])
    room = base * (high - low)
    for start, end, units in problem.changes(resource).tolist():
        room += (units - base) * np.maximum(0, np.minimum(high, end) - max(low, start))
    return room


def _pushing(problem: RCPSP, w: HeadsTails, found: Arcs, task: int) -> list[int]:
    """The fewest arcs that, one behind the other, push a task to its earliest start from a task's own dates."""
    before = np.where(found.after_end, w.end[found.of], w.head[found.of]) + found.lag
    own = np.where(problem.fixed_start < FAR, np.maximum(problem.fixed_start, problem.release), problem.release)
    pushes: dict[int, list[int]] = {task: []}
    reached = [task]
    for i in reached:  # which grows; links may go round in circles of length 0
        if w.head[i] <= own[i]:
            return pushes[i]
        for arc in np.flatnonzero((found.to == i) & (before == w.head[i])).tolist():
            j = int(found.of[arc])
            if j not in pushes:
                pushes[j] = [*pushes[i], arc]
                reached.append(j)
    return pushes[task]


def _link_key(found: Arcs, arc: int) -> Key:
    return ("max_lag" if found.greatest[arc] else "min_lag", (("link", int(found.link[arc])),))


def _circle(found: Arcs, shortest: Ints) -> list[int] | None:
    """The arcs of a circle of positive length."""
    import networkx as nx

    length = found.lag + np.where(found.after_end, shortest[found.of], 0)
    graph = nx.DiGraph()
    for arc in np.argsort(length, kind="stable").tolist():  # of parallel arcs the longest is left
        graph.add_edge(int(found.of[arc]), int(found.to[arc]), weight=-int(length[arc]), arc=arc)
    for task in list(graph.nodes):
        graph.add_edge("root", task, weight=0, arc=-1)
    try:
        nodes = nx.find_negative_cycle(graph, "root")
    except nx.NetworkXError:
        return None
    return [graph.edges[a, b]["arc"] for a, b in itertools.pairwise(nodes)]
