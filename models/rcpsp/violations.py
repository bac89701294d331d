"""The independent checker of project schedules: every broken rule, with what and how much.

One function per rule, numpy and exact integers; it shares no code with any solver. The codes:

===================  ==========================================================================
``shape``            wrong number of starts
``mode``             a mode that the task does not have
``left_out``         a task is left out that is not optional, or has a fixed start
``choice``           none or several tasks of an exactly-one choice are done
``release``          start before the task's release date (or before time 0)
``deadline``         end after the task's, or the project's, deadline
``fixed``            not the fixed start or mode
``min_lag``          starts or ends too early after another task (precedence, for a lag of 0 or more)
``max_lag``          starts or ends too late after another task
``capacity``         more units of a renewable resource in use than there are
``budget``           more units of a non-renewable resource used up than there are
``reservoir_empty``  the level of a reservoir falls below 0
``reservoir_full``   the level of a reservoir rises above its maximum
``overlap``          two tasks of a disjunctive group at the same time
``break``            works (or, where it may pause, starts) during a break of a calendar that it follows
``objective``, ``bound``, ``fingerprint``   a claim that does not hold
===================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from schedsolve.models.rcpsp.objectives import objective_values
from schedsolve.models.rcpsp.problem import LINK_KINDS, RCPSP
from schedsolve.models.rcpsp.schedule import Schedule
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.models.violation import Claim, Violation, claim_violations

Ints = npt.NDArray[np.int64]

SHOWN = 5
"""Tasks named in the message of a conflict of many; its ``things`` hold all."""


def violations(problem: RCPSP, solution: RCPSPSolution, *, claim: Claim | None = None) -> list[Violation]:
    """All rules that ``solution`` breaks, and all of ``claim`` that is not true; empty: accepted."""
    found = [*_shape(problem, solution)]
    if found:
        return found
    schedule = Schedule(problem, solution)
    for rule in (
        _left_out,
        _choice,
        _release,
        _deadline,
        _fixed,
        _links,
        _capacity,
        _budget,
        _reservoir,
        _overlap,
        _break,
    ):
        found.extend(rule(problem, schedule))
    if claim is not None:
        found.extend(claim_violations(claim, problem.fingerprint, objective_values(problem, schedule)))
    return found


def evaluate(problem: RCPSP, solution: RCPSPSolution) -> list[tuple[str, int]]:
    """The problem's objectives with their values, in order."""
    return objective_values(problem, Schedule(problem, solution))


def _shape(problem: RCPSP, solution: RCPSPSolution) -> Iterator[Violation]:
    n = problem.num_tasks
    if len(solution.start) != n:
        yield Violation("shape", f"{len(solution.start)} starts given for {n} tasks")
        return
    count = np.diff(problem.mode_ptr)
    for i in np.flatnonzero((solution.mode < 0) | (solution.mode >= count)).tolist():
        text = f"{problem.task_name(i)} has {count[i]} modes, none with index {solution.mode[i]}"
        yield Violation("mode", text, {"task": [i]})


def _left_out(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for i in np.flatnonzero(~s.present & ~problem.optional).tolist():
        yield Violation("left_out", f"{problem.task_name(i)} is left out and not optional", {"task": [i]})
    for i in np.flatnonzero(~s.present & problem.optional & (problem.fixed_start != FAR)).tolist():
        text = f"{problem.task_name(i)} is left out and has a fixed start"
        yield Violation("left_out", text, {"task": [i]})


def _choice(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for c, tasks in enumerate(problem.choices()):
        done = [i for i in tasks if s.present[i]]
        if len(done) != 1:
            text = f"exactly one of {_names(problem, tasks)} is to be done, {len(done)} are"
            yield Violation("choice", text, {"choice": [c], "task": tasks}, amount=abs(len(done) - 1))


def _release(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for i in np.flatnonzero(s.present & (s.start < problem.release) & ~problem.done).tolist():
        text = f"{problem.task_name(i)} starts at {s.start[i]}, it is released at {problem.release[i]}"
        yield _of("release", text, [i], (s.start[i], problem.release[i]))


def _deadline(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    """``FAR`` is no deadline, but no time that comes either: what waits for the end of an endless break is late."""
    deadline = np.minimum(problem.deadline, problem.project_deadline)
    for i in np.flatnonzero(s.present & (s.end > deadline) & ~problem.done).tolist():
        whose = "its" if problem.deadline[i] <= problem.project_deadline else "the project's"
        text = f"{problem.task_name(i)} ends at {s.end[i]}, after {whose} deadline {deadline[i]}"
        if deadline[i] == FAR:
            text = f"{problem.task_name(i)} never ends: {s.end[i]} is beyond all time"
        yield _of("deadline", text, [i], (deadline[i], s.end[i]))


def _fixed(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for i in np.flatnonzero(s.present & (problem.fixed_start != FAR) & (s.start != problem.fixed_start)).tolist():
        text = f"{problem.task_name(i)} starts at {s.start[i]}, fixed at {problem.fixed_start[i]}"
        yield Violation("fixed", text, {"task": [i]}, amount=abs(int(s.start[i] - problem.fixed_start[i])))
    chosen = s.mode - problem.mode_ptr[:-1]
    for i in np.flatnonzero(s.present & (problem.fixed_mode >= 0) & (chosen != problem.fixed_mode)).tolist():
        text = f"{problem.task_name(i)} is done in mode {chosen[i]}, fixed to mode {problem.fixed_mode[i]}"
        yield Violation("fixed", text, {"task": [i]})


def _links(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    a, b = problem.link_from, problem.link_to
    from_start = np.isin(problem.link_kind, [LINK_KINDS.index("SS"), LINK_KINDS.index("SF")])
    to_end = np.isin(problem.link_kind, [LINK_KINDS.index("FF"), LINK_KINDS.index("SF")])
    earlier = np.where(from_start, s.start[a], s.end[a])
    later = np.where(to_end, s.end[b], s.start[b])
    counts = s.present[a] & s.present[b] & ~(problem.done[a] & problem.done[b])
    gap = later - earlier
    for code, wrong, limit in (
        ("min_lag", counts & (gap < problem.min_lag), problem.min_lag),
        ("max_lag", counts & (gap > problem.max_lag), problem.max_lag),
    ):
        for k in np.flatnonzero(wrong).tolist():
            i, j, kind = int(a[k]), int(b[k]), LINK_KINDS[problem.link_kind[k]]
            verbs = ["ends" if side == "F" else "starts" for side in kind]
            bound = "at least" if code == "min_lag" else "at most"
            text = (
                f"{problem.task_name(j)} {verbs[1]} at {later[k]}, {problem.task_name(i)} {verbs[0]} at {earlier[k]}: "
                f"{gap[k]} after it, {bound} {limit[k]} allowed"
            )
            span = (int(earlier[k] + limit[k]), int(later[k]))
            yield Violation(code, text, {"link": [k], "task": [i, j]}, (min(span), max(span)), abs(span[0] - span[1]))


def _capacity(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    """Use against capacity, both step functions: compared wherever one of them changes."""
    for r, base in enumerate(problem.capacity.tolist()):
        times, use = s.use(r)
        if not len(times):
            continue
        changes = problem.changes(r)
        moments = np.unique(np.concatenate([times, changes[:, 0], changes[:, 1]]))
        used = np.concatenate([[0], use])[np.searchsorted(times, moments, side="right")]
        step = np.searchsorted(changes[:, 0], moments, side="right") - 1
        inside = (step >= 0) & (moments < changes[step, 1]) if len(changes) else np.zeros(len(moments), dtype=bool)
        units = np.where(inside, changes[step, 2], base) if len(changes) else np.full(len(moments), base)
        for low, high in _stretches(moments, used > units):
            over = (moments >= low) & (moments < high)
            worst = int((used - units)[over].argmax())
            time, asked, there = (int(x[over][worst]) for x in (moments, used, units))
            tasks = np.flatnonzero(
                s.works & (problem.demand[s.mode, r] > 0) & (s.start <= time) & (time < s.end)
            ).tolist()
            text = (
                f"{problem.resource_name(r)} holds {there}, {_names(problem, tasks)} "
                f"{'asks' if len(tasks) == 1 else 'ask'} for {asked} in [{low}, {high})"
            )
            yield Violation("capacity", text, {"resource": [r], "task": tasks}, (low, high), asked - there)


def _budget(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for k, budget in enumerate(problem.budget.tolist()):
        used = sum(problem.consumption[s.mode[s.present], k].tolist())
        if used > budget:
            text = f"{problem.nonrenewable_name(k)} has a budget of {budget}, {used} are used up"
            tasks = np.flatnonzero(s.present & (problem.consumption[s.mode, k] > 0)).tolist()
            yield Violation("budget", text, {"nonrenewable": [k], "task": tasks}, amount=used - budget)


def _reservoir(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for v, maximum in enumerate(problem.reservoir_maximum.tolist()):
        times, level = s.level(v)
        name, initial = problem.reservoir_name(v), int(problem.reservoir_initial[v])
        if initial > maximum:
            text = f"{name} holds {initial} at the outset, at most {maximum} allowed"
            yield Violation("reservoir_full", text, {"reservoir": [v]}, amount=initial - maximum)
        for code, wrong in (("reservoir_empty", level < 0), ("reservoir_full", level > maximum)):
            for low, high in _stretches(times, wrong):
                inside = level[(times >= low) & (times < high)]
                reached = int(inside.min() if code == "reservoir_empty" else inside.max())
                bound, limit = ("at least", 0) if code == "reservoir_empty" else ("at most", maximum)
                text = f"{name} is at {reached} in [{low}, {high}), {bound} {limit} allowed"
                yield Violation(code, text, {"reservoir": [v]}, (low, high), abs(reached - limit))


def _overlap(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    """Sweep over each group by start: a task that starts too early is reported with the one that reaches furthest.

    Two that are done do not exclude one another, so the latest ends are kept apart for those that are done and not.
    """
    for g, members in enumerate(problem.groups()):
        latest: dict[bool, int] = {}
        for j in sorted((i for i in members if s.works[i]), key=lambda i: (s.start[i], s.end[i])):
            done = bool(problem.done[j])
            rivals = [i for other, i in latest.items() if not (done and other) and s.end[i] > s.start[j]]
            if rivals:
                i = max(rivals, key=lambda i: int(s.end[i]))
                low, high = int(s.start[j]), int(min(s.end[i], s.end[j]))
                text = f"{_names(problem, [i, j])} of {problem.group_name(g)} overlap in [{low}, {high})"
                yield Violation("overlap", text, {"group": [g], "task": [i, j]}, (low, high), high - low)
            if done not in latest or s.end[j] > s.end[latest[done]]:
                latest[done] = j


def _break(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for calendars, tasks in s.by_calendars.items():
        breaks = problem.breaks(*calendars)
        if not len(breaks):
            continue
        names = ", ".join(problem.calendar_name(c) for c in calendars)
        start = s.start[tasks]
        until = np.where(problem.pause[tasks], start + 1, s.end[tasks])
        first = np.searchsorted(breaks[:, 1], start, side="right")
        inside = np.minimum(first, len(breaks) - 1)
        wrong = (first < len(breaks)) & (breaks[inside, 0] < until)
        for i, at in zip(tasks[wrong].tolist(), inside[wrong].tolist(), strict=True):
            low, high = breaks[at].tolist()
            verb = "starts" if problem.pause[i] else "works"
            text = (
                f"{problem.task_name(i)} {verb} in [{s.start[i]}, {s.end[i]}), {names} has a break in [{low}, {high})"
            )
            span = (max(low, int(s.start[i])), min(high, int(s.end[i])))
            yield Violation("break", text, {"task": [i], "calendar": list(calendars)}, span, span[1] - span[0])


def _stretches(moments: Ints, wrong: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Maximal time spans in which ``wrong`` holds; ``wrong[k]`` speaks of the time from ``moments[k]`` to the next."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wrong, [False]])))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield int(moments[first]), int(moments[end]) if end < len(moments) else FAR


def _of(code: str, text: str, tasks: list[int], span: tuple[int, int]) -> Violation:
    low, high = int(span[0]), int(span[1])
    return Violation(code, text, {"task": tasks}, (low, high), high - low)


def _names(problem: RCPSP, tasks: list[int]) -> str:
    shown = [problem.task_name(i) for i in tasks[:SHOWN]]
    if len(tasks) > SHOWN:
        return f"{', '.join(shown)} and {len(tasks) - SHOWN} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"
