"""A project as a mixed-integer program over time: one binary for each task, mode and time at which it may start.

A. A. B. Pritsker, L. J. Waters and P. M. Wolfe, Multiproject scheduling with limited resources: a zero-one
programming approach, Management Science 16 (1969) 93-108; links by time as in N. Christofides, R. Alvarez-Valdes and
J. M. Tamarit, Project scheduling with resource constraints: a branch and bound approach, EJOR 29 (1987) 262-273.

Since each binary knows its end, breaks, reservoirs and any function of the end are covered as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from schedsolve.models.rcpsp.objectives import OBJECTIVES, discounted
from schedsolve.models.rcpsp.problem import RCPSP
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.milp.driver import Expression, Values
from schedsolve.solvers.milp.rcpsp.formulation import Amount, Arc, Formulation


class Placement(NamedTuple):
    """One way to do a task: its mode, counted over all, with its start and end."""

    mode: int
    start: int
    end: int


class TimeIndexed(Formulation):
    """Variables and constraints of one problem; ``i`` is a task, ``x`` a binary."""

    def __init__(self, problem: RCPSP, horizon: int) -> None:
        super().__init__(problem, horizon)
        placements = _within_links([list(self._placements(i)) for i in self.tasks], self.arcs, self.sure)
        self.x = [{p: self.model.binary(self._name(i, p)) for p in found} for i, found in enumerate(placements)]
        self.present = [self._presence(i) for i in self.tasks]
        self._happened: dict[tuple[int, bool], tuple[list[int], list[Expression]]] = {}
        self.choose()
        self._links()
        self._renewable()
        self.keep_budgets()
        self._reservoirs()
        self._groups()

    def decode(self, values: Values) -> RCPSPSolution:
        first = self.problem.mode_ptr[:-1]
        start, mode, left_out = np.zeros_like(first), first.copy(), np.ones(len(first), dtype=bool)
        for i in self.tasks:
            for p, x in self.x[i].items():
                if values(x) > 0.5:
                    start[i], mode[i], left_out[i] = p.start, p.mode, False
        return RCPSPSolution(start=start, mode=mode - first, left_out=left_out)

    # --- variables ----------------------------------------------------------------------------

    def _placements(self, i: int) -> Iterator[Placement]:
        """All that windows, breaks and fixed decisions leave."""
        problem, fixed = self.problem, int(self.problem.fixed_start[i])
        latest = self.latest_end(i)
        for mode in self.modes_of(i):
            duration = int(problem.duration[mode])
            if problem.done[i]:
                yield Placement(mode, fixed, fixed + duration)
                continue
            closed = self._closed(mode)
            low, high = int(problem.release[i]), latest - duration
            for start in range(low, high + 1) if fixed == FAR else [fixed]:
                end = _end(start, duration, closed, pause=bool(problem.pause[i]))
                if low <= start and end is not None and end <= latest:
                    yield Placement(mode, start, end)

    def _name(self, i: int, p: Placement) -> str:
        """Of a binary; without the minus of the past, which model files do not take."""
        mode = p.mode - int(self.problem.mode_ptr[i])
        return f"done_{i}_{mode}" if self.problem.done[i] else f"start_{i}_{mode}_{p.start}"

    def _closed(self, mode: int) -> set[int]:
        """The ticks at which a mode cannot be worked in."""
        calendars = self.problem.calendars_of(mode)
        breaks = self.problem.breaks(*calendars).tolist() if calendars else []
        return {t for low, high in breaks for t in range(low, min(high, self.horizon + 1))}

    def _presence(self, i: int) -> Expression:
        """1 where the task is done."""
        total = self.model.total(self.x[i].values())
        if self.sure[i]:
            self.model.add(total == 1 if self.x[i] else False)
            return 1
        present = self.model.binary(f"present_{i}")
        self.model.add(total == present)
        return present

    def _has_happened(self, i: int, finish: bool, time: int) -> Expression:
        """1 where the task is done and has started (``finish``: ended) by ``time``."""
        if (i, finish) not in self._happened:
            self._happened[i, finish] = self._steps(i, finish)
        times, steps = self._happened[i, finish]
        at = int(np.searchsorted(times, time, side="right"))
        return steps[at - 1] if at else 0

    def _steps(self, i: int, finish: bool) -> tuple[list[int], list[Expression]]:
        """The times at which a task may start (end), and for each whether it has by then."""
        by_time: dict[int, list[Expression]] = defaultdict(list)
        for p, x in self.x[i].items():
            by_time[p.end if finish else p.start].append(x)
        times = sorted(by_time)
        steps: list[Expression] = []
        for time in times[:-1]:
            step = self.model.continuous(f"{'ended' if finish else 'started'}_{i}_{len(steps)}", 0, 1)
            self.model.add(self.model.total([*steps[-1:], *by_time[time]]) == step)
            steps.append(step)
        return times, [*steps, self.present[i]][: len(times)]

    # --- constraints --------------------------------------------------------------------------

    def _links(self) -> None:
        """If the earlier one happens at t or later, the later one does not before t + lag."""
        for (i, i_ends), (j, j_ends), lag in self.arcs:
            for time in sorted({p.end if i_ends else p.start for p in self.x[i]}):
                not_before = self.present[i] - self._has_happened(i, i_ends, time - 1)
                too_early = self._has_happened(j, j_ends, time + lag - 1)
                if not (isinstance(too_early, int) and too_early == 0):
                    self._at_most_one([not_before, too_early])

    def _at_most_one(self, terms: list[Expression]) -> None:
        total = self.model.total(terms)
        self.model.add(total <= 1)

    def _in_work(self, amount: Sequence[int]) -> dict[int, list[tuple[int, int, Expression]]]:
        """By time: task, ``amount`` of the mode and binary of all placements that would then be in work."""
        found: dict[int, list[tuple[int, int, Expression]]] = defaultdict(list)
        for i in self.tasks:
            for p, x in self.x[i].items():
                units = amount[p.mode]
                if units:
                    for time in range(p.start, p.end):
                        found[time].append((i, units, x))
        return found

    def _use(self, resource: int) -> Iterator[tuple[int, Amount]]:
        """Each time at which a renewable resource may be in use, with the use."""
        demand = self.problem.demand[:, resource].tolist()
        for time, rows in sorted(self._in_work(demand).items()):
            yield time, self._sum(rows)

    def _sum(self, rows: list[tuple[int, int, Expression]]) -> Amount:
        """Of amounts of tasks, each with the binary of the placement in which it counts."""
        amounts: dict[int, list[int]] = defaultdict(list)
        for i, units, _ in rows:
            amounts[i].append(units)
        value = self.model.total(units * x for _, units, x in rows)
        most = sum(max(units) for units in amounts.values())
        least = sum(min(u) for i, u in amounts.items() if self.sure[i] and len(u) == len(self.x[i]))
        return Amount(value, most, least)

    def _renewable(self) -> None:
        for resource, base in enumerate(self.problem.capacity.tolist()):
            changes = self.problem.changes(resource).tolist()
            demand = self.problem.demand[:, resource].tolist()
            for time, rows in self._in_work(demand).items():
                units = next((there for low, high, there in changes if low <= time < high), base)
                own = self._sum([row for row in rows if not self.problem.done[row[0]]])
                past = self._sum([row for row in rows if self.problem.done[row[0]]])
                if own.most and own.most + past.most > units:
                    self.keep(own, past, units)

    def _reservoirs(self) -> None:
        """All that happens up to each time neither empties a reservoir nor overfills it."""
        problem = self.problem
        done = problem.done[problem.task_of]
        for v, (initial, maximum) in enumerate(
            zip(problem.reservoir_initial.tolist(), problem.reservoir_maximum.tolist(), strict=True)
        ):
            self.model.add(initial <= maximum)
            least = -self.greatest(np.where(done, 0, problem.withdrawal[:, v]))
            most = self.greatest(np.where(done, 0, problem.delivery[:, v]))
            past: dict[int, dict[Placement, int]] = {i: {} for i in np.flatnonzero(problem.done).tolist()}
            own: Expression | None = None
            for at, (_, rows) in enumerate(sorted(self._level_changes(v).items())):
                to_do = [change * x for i, _, change, x in rows if i not in past]
                for i, p, change, _ in rows:
                    if i in past:
                        past[i][p] = past[i].get(p, 0) + change
                if to_do:
                    now = self.model.continuous(f"change_{v}_{at}", least, most)
                    self.model.add(self.model.total([*([] if own is None else [own]), *to_do]) == now)
                    own = now
                if own is not None:
                    self.keep(Amount(own, most), self._changed(past, 1), maximum - initial)
                    self.keep(Amount(-1 * own, -least), self._changed(past, -1), initial)

    def _changed(self, changes: dict[int, dict[Placement, int]], sign: int) -> Amount:
        """What tasks have changed, by the placements of each."""
        rows = [(sign * units, self.x[i][p]) for i, row in changes.items() for p, units in row.items()]
        by_task = [[sign * changes[i].get(p, 0) for p in self.x[i]] for i in changes if self.x[i]]
        most, least = (sum(of(amounts) for amounts in by_task) for of in (max, min))
        return Amount(self.model.total(units * x for units, x in rows), most, least)

    def _level_changes(self, v: int) -> dict[int, list[tuple[int, Placement, int, Expression]]]:
        """By time: the task, placement and binary of what would take out of a reservoir or put in, and how much."""
        changes: dict[int, list[tuple[int, Placement, int, Expression]]] = defaultdict(list)
        taken, given = self.problem.withdrawal[:, v].tolist(), self.problem.delivery[:, v].tolist()
        for i in self.tasks:
            for p, x in self.x[i].items():
                if taken[p.mode]:
                    changes[p.start].append((i, p, -taken[p.mode], x))
                if given[p.mode]:
                    changes[p.end].append((i, p, given[p.mode], x))
        return changes

    def _groups(self) -> None:
        done = self.problem.done
        for tasks in self.problem.groups():
            member = np.isin(self.problem.task_of, tasks).astype(int).tolist()
            for rows in self._in_work(member).values():
                to_do = [x for i, _, x in rows if not done[i]]
                for past in [[x] for i, _, x in rows if done[i]] or [[]]:
                    self._at_most_one([*past, *to_do])

    # --- objectives ---------------------------------------------------------------------------

    def objective(self, name: str) -> Expression:
        problem, aim = self.problem, OBJECTIVES[name]
        weight = problem.weight.tolist() if aim.weighted else [1] * problem.num_tasks
        due, flow = problem.due.tolist(), problem.cash_flow.tolist()
        match aim.measure:
            case "makespan":
                return self._greatest("makespan", 0, lambda i, p: p.end, list(self.tasks))
            case "completion_time":
                return self._total(lambda i, p: weight[i] * p.end)
            case "tardiness":
                return self._total(lambda i, p: weight[i] * max(0, p.end - due[i]))
            case "tardy":
                return self._total(lambda i, p: weight[i] * (p.end > due[i]))
            case "lateness":
                dated = [i for i in self.tasks if due[i] != FAR]
                return self._greatest("lateness", None, lambda i, p: p.end - due[i], dated)
            case "net_present_value":
                return self._total(lambda i, p: -discounted(flow[i], problem.discount_rate, p.end) if flow[i] else 0)
            case "cost":
                return self.over_modes(problem.cost.tolist())
            case _:
                return self._of_use(name)

    def _total(self, value: Callable[[int, Placement], int]) -> Expression:
        return self.model.total(value(i, p) * x for i in self.tasks for p, x in self.x[i].items() if value(i, p))

    def over_modes(self, amount: Sequence[int]) -> Expression:
        return self._total(lambda _, p: amount[p.mode])

    def _greatest(
        self, name: str, least: int | None, value: Callable[[int, Placement], int], tasks: list[int]
    ) -> Expression:
        """The greatest value of the tasks that are done (``least``: or this), 0 of none."""
        values = [value(i, p) for i in tasks for p in self.x[i]]
        if not any(self.sure[i] for i in tasks):
            values.append(0)
        low, high = min(values, default=0), max(values, default=0)
        if least is not None:
            low, high = min(low, least), max(high, least)
        greatest = self.model.integer(name, low if least is None else least, high)
        if least is None:
            self.count_none(greatest, low, tasks)
        for i in tasks:
            own = self.model.total(value(i, p) * x for p, x in self.x[i].items())
            self.model.add(greatest >= own + low * (1 - self.present[i]))
        return greatest

    def _of_use(self, name: str) -> Expression:
        total = []
        for r, cost in enumerate(self.problem.resource_cost.tolist()):
            if cost == 0:
                continue
            target = int(self.problem.resource_target[r])
            use = list(self._use(r))
            peak = self.model.integer(f"peak_{r}", 0, max((amount.most for _, amount in use), default=0))
            for at, (_, (units, most, _)) in enumerate(use):
                match name:
                    case "resource_investment":
                        self.model.add(peak >= units)
                    case "resource_overload" if most > target:
                        beyond = self.model.integer(f"beyond_{r}_{at}", 0, most - target)
                        self.model.add(beyond >= units - target)
                        total.append(cost * beyond)
                    case "resource_levelling":
                        total.append(cost * self._square(f"square_{r}_{at}", units, most))
            if name == "resource_investment":
                total.append(cost * peak)
        return self.model.total(total)

    def _square(self, name: str, units: Expression, most: int) -> Expression:
        """At least the square of ``units``: above the lines through the squares of neighbouring integers."""
        square = self.model.integer(name, 0, most * most)
        for k in range(most):
            self.model.add(square >= (2 * k + 1) * units - k * (k + 1))
        return square


def _end(start: int, duration: int, closed: set[int], *, pause: bool) -> int | None:
    """When work from ``start`` on ends; None where breaks do not allow it."""
    if duration == 0 or not closed:
        return start + duration
    if not pause:
        return None if any(t in closed for t in range(start, start + duration)) else start + duration
    if start in closed:
        return None
    time, left = start, duration
    while left:
        left -= time not in closed
        time += 1
    return time


def _within_links(placements: list[list[Placement]], arcs: list[Arc], sure: list[bool]) -> list[list[Placement]]:
    """Without the placements that a link to a task that is surely done rules out."""

    def times(task: int, finish: bool) -> list[int]:
        return [p.end if finish else p.start for p in placements[task]]

    def keep(task: int, finish: bool, low: int, high: int) -> bool:
        kept = [p for p, t in zip(placements[task], times(task, finish), strict=True) if low <= t <= high]
        changed = len(kept) < len(placements[task])
        placements[task] = kept
        return changed

    for _ in range(len(placements)):
        changed = False
        for (i, i_ends), (j, j_ends), lag in arcs:
            if sure[i] and placements[i]:
                changed |= keep(j, j_ends, min(times(i, i_ends)) + lag, FAR)
            if sure[j] and placements[j]:
                changed |= keep(i, i_ends, -FAR, max(times(j, j_ends)) - lag)
        if not changed:
            break
    return placements
