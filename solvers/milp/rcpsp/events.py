"""A project as a mixed-integer program over events: for each task, mode and event, is it in work from then on?

The on/off event-based formulation of O. Kone, C. Artigues, P. Lopez and M. Mongeau, Event-based MILP models for
resource-constrained project scheduling problems, Computers & Operations Research 38 (2011) 3-13, with starts and ends
of their own, so that links take any lags. Its size does not depend on the horizon. Use rises at starts only: it is
enough to look at as many events as there are tasks. Changes of capacity are tasks with fixed times.

For given binaries all constraints are differences of times with integer right-hand sides, so that rounding all times
down keeps a solution feasible: times need not be integer variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from schedsolve.models.rcpsp.objectives import NPV_SCALE, OBJECTIVES
from schedsolve.models.rcpsp.problem import RCPSP
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.rcpsp.heads_tails import heads_tails
from schedsolve.solvers.bounds.rcpsp.objectives import past_is_kept
from schedsolve.solvers.milp.driver import Expression, Values
from schedsolve.solvers.milp.frame import ROUNDING, Time, relaxation
from schedsolve.solvers.milp.rcpsp.formulation import Amount, Formulation


class Worker(NamedTuple):
    """Something that takes time: a task that occupies resources, or a change of capacity."""

    start: Time
    end: Time
    modes: dict[int, Expression]
    """1 where it is done in this mode; the modes that take time only."""


class EventBased(Formulation):
    """Variables and constraints of one problem; ``i``, ``j`` are tasks, ``e`` is an event, ``m`` a mode."""

    def __init__(self, problem: RCPSP, horizon: int) -> None:
        super().__init__(problem, horizon)
        self.done: list[bool] = problem.done.tolist()
        self.modes = [list(self.modes_of(i)) for i in self.tasks]
        self._variables()
        self.choose()
        self._latest_ends()
        self._links()
        self.keep_budgets()
        self._events()
        self._renewable()
        self._groups()

    def decode(self, values: Values) -> RCPSPSolution:
        def value(x: Expression) -> float:
            return float(x) if isinstance(x, int) else values(x)

        start = np.floor([values(time.at) + ROUNDING for time in self.start]).astype(np.int64)
        mode = np.array([max((value(x), m) for m, x in chosen.items())[1] for chosen in self.chosen])
        left_out = np.array([value(present) < 0.5 for present in self.present])
        return RCPSPSolution(start=start, mode=mode - self.problem.mode_ptr[:-1], left_out=left_out)

    # --- variables ----------------------------------------------------------------------------

    def _variables(self) -> None:
        model, duration = self.model, self.problem.duration.tolist()
        self.start = [Time(model.continuous(f"start_{i}", *w), *w) for i, w in enumerate(self._windows())]
        self.present = [1 if self.sure[i] else model.binary(f"present_{i}") for i in self.tasks]
        self.chosen: list[dict[int, Expression]] = []
        self.end: list[Time] = []
        for i, modes in enumerate(self.modes):
            chosen = dict.fromkeys(modes, self.present[i])
            if len(modes) > 1:
                chosen = {m: model.binary(f"mode_{i}_{m - modes[0]}") for m in modes}
                model.add(model.total(chosen.values()) == self.present[i])
            lengths = [duration[m] for m in modes]
            at = self.start[i].at + model.total(duration[m] * x for m, x in chosen.items())
            low = self.start[i].low + (min(lengths) if self.sure[i] else 0)
            self.chosen.append(chosen)
            self.end.append(Time(at, low, self.start[i].high + max(lengths)))

    def _windows(self) -> list[tuple[int, int]]:
        """Earliest and latest starts by dates, and, of tasks that are surely done, by heads and tails."""
        problem, found = self.problem, heads_tails(self.problem)
        rows = []
        for i, modes in enumerate(self.modes):
            fixed, shortest = int(problem.fixed_start[i]), min(problem.duration[modes].tolist())
            if fixed != FAR:
                rows.append((fixed, fixed))
                continue
            low, high = int(problem.release[i]), self.latest_end(i) - shortest
            if found is not None and self.sure[i]:
                low, high = max(low, int(found.head[i])), min(high, self.horizon - int(found.tail[i]) - shortest)
            # An empty window stays a point: the rows that it breaks make the model infeasible.
            rows.append((low, max(low, high)))
        return rows

    # --- constraints --------------------------------------------------------------------------

    def _wait(self, earlier: Time, later: Time, lag: int, conditions: Sequence[Expression]) -> None:
        """``later >= earlier + lag`` where all ``conditions`` (0 or 1) are 1."""
        missing = relaxation(self.model, earlier, later, lag, conditions)
        if missing is not None:
            self.model.add(later.at - earlier.at + missing >= lag)

    def _latest_ends(self) -> None:
        """Deadlines and the horizon; of fixed starts also release dates."""
        for i in self.tasks:
            if not self.done[i]:
                self.model.add(self.end[i].at <= self.latest_end(i))
                self.model.add(bool(self.start[i].low >= self.problem.release[i]))

    def _links(self) -> None:
        for (i, i_ends), (j, j_ends), lag in self.arcs:
            earlier, later = (self.end if i_ends else self.start)[i], (self.end if j_ends else self.start)[j]
            self._wait(earlier, later, lag, [self.present[i], self.present[j]])

    def over_modes(self, amount: Sequence[int]) -> Expression:
        return self.model.total(amount[m] * x for chosen in self.chosen for m, x in chosen.items())

    # --- events -------------------------------------------------------------------------------

    def _events(self) -> None:
        """Times of events in order, and for each worker, mode and event whether it is in work from then on."""
        self.most = [max(units for _, _, units in self._capacity(r)) for r in range(self.problem.num_resources)]
        self.workers = {f"task_{i}": self._worker(i) for i in self.tasks if self._worker(i).modes}
        for r, most in enumerate(self.most):
            for k, (low, high, units) in enumerate(self._capacity(r)):
                if units < most:
                    start, end = Time(low, low, low), Time(high, high, high)
                    self.workers[f"change_{r}_{k}"] = Worker(start, end, {most - units: 1})
        workers = self.workers.values()
        low = min((w.start.low for w in workers), default=0)
        high = max((w.start.high for w in workers), default=0)
        self.events = range(len(workers))
        self.event = [Time(self.model.continuous(f"event_{e}", low, high), low, high) for e in self.events]
        for e in self.events[1:]:
            self.model.add(self.event[e].at >= self.event[e - 1].at)
        self.on = {name: self._in_work(name, worker) for name, worker in self.workers.items()}

    def _worker(self, i: int) -> Worker:
        problem = self.problem
        member = i in problem.group_task
        modes = {m: x for m, x in self.chosen[i].items() if problem.duration[m] and (member or problem.demand[m].any())}
        return Worker(self.start[i], self.end[i], modes)

    def _capacity(self, r: int) -> list[tuple[int, int, int]]:
        """The units of a renewable resource over time, as steps (from, to, units).

        No more of them than all tasks together can ask for: large coefficients cost exactness.
        """
        asked = int(np.maximum.reduceat(self.problem.demand[:, r], self.problem.mode_ptr[:-1]).sum())
        low = min(0, *(time.low for time in self.start), 0)
        high = max(self.horizon, *(time.high for time in self.end))
        time, base = low, int(self.problem.capacity[r])
        steps = []
        for start, end, units in self.problem.changes(r).tolist():
            steps += [(time, start, base), (max(low, start), min(end, high), units)]
            time = max(low, end)
        steps = [step for step in [*steps, (time, high, base)] if step[0] < step[1]] or [(low, high, base)]
        return [(start, end, min(units, asked)) for start, end, units in steps]

    def _in_work(self, name: str, worker: Worker) -> dict[int, list[Expression]]:
        """The binaries of one worker: on from an event at its start to one at its end, or to the last one."""
        on = {m: [self.model.binary(f"on_{name}_{m}_{e}") for e in self.events] for m in worker.modes}
        at = [self.model.total(row[e] for row in on.values()) for e in self.events]
        for m, chosen in worker.modes.items():
            for x in on[m]:
                self.model.add(x <= chosen)
        for m, chosen in worker.modes.items():
            self.model.add(self.model.total(on[m]) >= chosen)
        for e in self.events:
            before = at[e - 1] if e else 0
            self._wait(worker.start, self.event[e], 0, [at[e]])
            self._wait(self.event[e], worker.start, 0, [at[e], 1 - before])
            if e:
                self._wait(worker.end, self.event[e], 0, [before, 1 - at[e]])
        return on

    def _use(self, r: int, e: int, tasks: Iterable[int]) -> Amount:
        """The use of a renewable resource by tasks from an event on."""
        demand = self.problem.demand[:, r].tolist()
        rows = [self.on[f"task_{i}"] for i in tasks if f"task_{i}" in self.on]
        most = sum(max(demand[m] for m in on) for on in rows)
        return Amount(self.model.total(demand[m] * row[e] for on in rows for m, row in on.items() if demand[m]), most)

    def _renewable(self) -> None:
        to_do, past = ([i for i in self.tasks if self.done[i] == done] for done in (False, True))
        for r, most in enumerate(self.most):
            changes = [on for name, on in self.on.items() if name.startswith(f"change_{r}_")]
            exceeded = not past_is_kept(self.problem, r)
            for e in self.events:
                missing = self.model.total(units * row[e] for on in changes for units, row in on.items())
                own, used = self._use(r, e, to_do), self._use(r, e, past)
                greatest = used.most + (most if changes else 0)
                gone = Amount(used.value + missing, greatest if exceeded else most)
                self.keep(own, gone, most)

    def _groups(self) -> None:
        for tasks in self.problem.groups():
            for e in self.events:
                at = {i: [row[e] for row in self.on.get(f"task_{i}", {}).values()] for i in tasks}
                to_do = [x for i in tasks if not self.done[i] for x in at[i]]
                for past in [at[i] for i in tasks if self.done[i]] or [[]]:
                    self.model.add(self.model.total([*past, *to_do]) <= 1)

    # --- objectives ---------------------------------------------------------------------------

    def objective(self, name: str) -> Expression:
        problem, aim = self.problem, OBJECTIVES[name]
        weight = problem.weight.tolist() if aim.weighted else [1] * problem.num_tasks
        match aim.measure:
            case "makespan":
                return self._greatest("makespan", 0, dict.fromkeys(self.tasks, 0))
            case "lateness":
                return self._greatest("lateness", None, self._dues)
            case "completion_time":
                return self.model.total(w * c for w, c in zip(weight, self._completion, strict=True))
            case "tardiness":
                return self.model.total(weight[i] * self._tardiness(i, due) for i, due in self._dues.items())
            case "tardy":
                return self.model.total(weight[i] * self._tardy(i, due) for i, due in self._dues.items())
            case "resource_investment":
                return self.model.total(self._peaks())
            case "net_present_value":
                flow = problem.cash_flow.tolist()
                return self.model.total(-NPV_SCALE * flow[i] * self.present[i] for i in self.tasks)
            case "cost":
                return self.over_modes(problem.cost.tolist())
            case _:
                raise AssertionError(name)

    @cached_property
    def _dues(self) -> dict[int, int]:
        return {i: due for i, due in enumerate(self.problem.due.tolist()) if due != FAR}

    @cached_property
    def _completion(self) -> list[Expression]:
        """Ends as integer variables, so that the solver knows integer objectives; 0 for tasks left out."""
        completion = []
        for i in self.tasks:
            low = self.end[i].low if self.sure[i] else 0
            time = self.model.integer(f"completion_{i}", low, self.end[i].high)
            self._wait(self.end[i], Time(time, low, self.end[i].high), 0, [self.present[i]])
            completion.append(time)
        return completion

    def _greatest(self, name: str, least: int | None, dues: dict[int, int]) -> Expression:
        """The greatest end, counted from the due date, of the tasks that are done (``least``: or this), 0 of none."""
        low = min(self.end[i].low - due for i, due in dues.items()) if least is None else least
        if least is None and not any(self.sure[i] for i in dues):
            low = min(low, 0)
        high = max(low, 0, *(self.end[i].high - due for i, due in dues.items()))
        greatest = self.model.integer(name, low, high)
        if least is None:
            self.count_none(greatest, low, dues)
        for i, due in dues.items():
            self._wait(self.end[i], Time(greatest, low, high), -due, [self.present[i]])
        return greatest

    def _tardiness(self, i: int, due: int) -> Expression:
        most = max(0, self.end[i].high - due)
        tardiness = self.model.integer(f"tardiness_{i}", 0, most)
        self._wait(self.end[i], Time(tardiness, 0, most), -due, [self.present[i]])
        return tardiness

    def _tardy(self, i: int, due: int) -> Expression:
        tardy = self.model.binary(f"tardy_{i}")
        self._wait(self.end[i], Time(due, due, due), 0, [self.present[i], 1 - tardy])
        return tardy

    def _peaks(self) -> list[Expression]:
        peaks = []
        for r, cost in enumerate(self.problem.resource_cost.tolist()):
            use = [self._use(r, e, self.tasks) for e in self.events]
            peak = self.model.integer(f"peak_{r}", 0, max((amount.most for amount in use), default=0))
            for amount in use:
                self.model.add(peak >= amount.value)
            peaks.append(cost * peak)
        return peaks
