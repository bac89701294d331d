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
===================  ==========================================================================

Each rule is looked at by itself: none hides another. A rule is broken only where a task that is ``held`` to it takes
part, one that is not done; a limit only where such tasks add to what exceeds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from schedsolve.models.numerals import counted
from schedsolve.models.rcpsp.objectives import objective_values
from schedsolve.models.rcpsp.problem import LINK_KINDS, RCPSP
from schedsolve.models.rcpsp.schedule import Schedule
from schedsolve.models.rcpsp.solution import RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.models.violation import Violation

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

VERBS = {"S": "starts", "F": "ends"}

SHOWN = 5
"""Tasks named in the message of a conflict of many; its ``things`` hold all."""


def violations(problem: RCPSP, solution: RCPSPSolution) -> list[Violation]:
    """All rules that ``solution`` breaks; empty: accepted."""
    found = [*_shape(problem, solution)]
    if len(solution.start) != problem.num_tasks:
        return found
    known, held = _known_modes(problem, solution), ~problem.done
    whole = replace(solution, mode=np.where(known, solution.mode, 0))
    schedule = Schedule(problem, whole)
    found += [*_left_out(problem, schedule), *_fixed(problem, solution), *_outset(problem)]
    if not known.all():
        found += broken_rules(OF_STARTS, problem, schedule, held)
        found += [broken for broken in _links(problem, schedule, held) if _sides_known(problem, broken, known)]
        schedule = Schedule(problem, replace(whole, left_out=whole.left_out | ~known))
        return [*found, *broken_rules(OF_ANY_TASKS, problem, schedule, held)]
    found += broken_rules(RULES, problem, schedule, held)
    return found


def evaluate(problem: RCPSP, solution: RCPSPSolution) -> list[tuple[str, int]]:
    """The problem's objectives with their values, in order; none where the solution's shape is not the problem's."""
    return [] if any(_shape(problem, solution)) else objective_values(problem, Schedule(problem, solution))


def broken_rules(rules: Iterable[Rule], problem: RCPSP, schedule: Schedule, held: Flags) -> list[Violation]:
    """Those of ``rules`` that are broken where the tasks ``held`` (n) are held to them."""
    return [violation for rule in rules for violation in rule(problem, schedule, held)]


def _known_modes(problem: RCPSP, solution: RCPSPSolution) -> Flags:
    """n: is the mode one that the task has?"""
    known: Flags = (solution.mode >= 0) & (solution.mode < np.diff(problem.mode_ptr))
    return known


def _shape(problem: RCPSP, solution: RCPSPSolution) -> Iterator[Violation]:
    if len(solution.start) != problem.num_tasks:
        yield Violation("shape", f"{len(solution.start)} starts given for {problem.num_tasks} tasks")
        return
    for i in np.flatnonzero(~_known_modes(problem, solution)).tolist():
        count = problem.mode_ptr[i + 1] - problem.mode_ptr[i]
        text = f"{problem.task_name(i)} has {counted(count, 'mode')}, none with index {solution.mode[i]}"
        yield Violation("mode", text, {"task": [i]})


def _left_out(problem: RCPSP, s: Schedule) -> Iterator[Violation]:
    for i in np.flatnonzero(~s.present & ~problem.optional).tolist():
        yield Violation("left_out", f"{problem.task_name(i)} is left out and not optional", {"task": [i]})
    for i in np.flatnonzero(~s.present & problem.optional & (problem.fixed_start != FAR)).tolist():
        text = f"{problem.task_name(i)} is left out and has a fixed start"
        yield Violation("left_out", text, {"task": [i]})


def _choice(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    """Several that are not held to it count as one."""
    for c, tasks in enumerate(problem.choices()):
        chosen = np.array([i for i in tasks if s.present[i]], dtype=np.int64)
        if min(1, (~held[chosen]).sum()) + held[chosen].sum() != 1:
            text = f"exactly one of {_names(problem, tasks)} is to be done, {len(chosen)} are"
            yield Violation("choice", text, {"choice": [c], "task": tasks}, amount=abs(len(chosen) - 1))


def _fixed(problem: RCPSP, solution: RCPSPSolution) -> Iterator[Violation]:
    start, mode, present = solution.start, solution.mode, ~solution.left_out
    for i in np.flatnonzero(present & (problem.fixed_start != FAR) & (start != problem.fixed_start)).tolist():
        text = f"{problem.task_name(i)} starts at {start[i]}, fixed at {problem.fixed_start[i]}"
        yield Violation("fixed", text, {"task": [i]}, amount=abs(int(start[i] - problem.fixed_start[i])))
    for i in np.flatnonzero(present & (problem.fixed_mode >= 0) & (mode != problem.fixed_mode)).tolist():
        text = f"{problem.task_name(i)} is done in mode {mode[i]}, fixed to mode {problem.fixed_mode[i]}"
        yield Violation("fixed", text, {"task": [i]})


def _outset(problem: RCPSP) -> Iterator[Violation]:
    for v in np.flatnonzero(problem.reservoir_initial > problem.reservoir_maximum).tolist():
        initial, maximum = int(problem.reservoir_initial[v]), int(problem.reservoir_maximum[v])
        text = f"{problem.reservoir_name(v)} holds {initial} at the outset, at most {maximum} allowed"
        yield Violation("reservoir_full", text, {"reservoir": [v]}, amount=initial - maximum)


def _release(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    for i in np.flatnonzero(s.present & held & (s.start < problem.release)).tolist():
        text = f"{problem.task_name(i)} starts at {s.start[i]}, it is released at {problem.release[i]}"
        yield _of("release", text, [i], (s.start[i], problem.release[i]))


def _deadline(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    """``FAR`` is no deadline, but no time that comes either: what waits for the end of an endless break is late."""
    whole = np.full(problem.num_tasks, problem.project_deadline)
    for whose, deadline in (("its", problem.deadline), ("the project's", whole)):
        for i in np.flatnonzero(s.present & held & (deadline < FAR) & (s.end > deadline)).tolist():
            text = f"{problem.task_name(i)} ends at {s.end[i]}, after {whose} deadline {deadline[i]}"
            yield _of("deadline", text, [i], (deadline[i], s.end[i]))
    for i in np.flatnonzero(s.present & held & (s.end > FAR)).tolist():
        yield _of("deadline", f"{problem.task_name(i)} never ends: {s.end[i]} is beyond all time", [i], (FAR, s.end[i]))


def _links(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    a, b = problem.link_from, problem.link_to
    from_start = np.isin(problem.link_kind, [LINK_KINDS.index("SS"), LINK_KINDS.index("SF")])
    to_end = np.isin(problem.link_kind, [LINK_KINDS.index("FF"), LINK_KINDS.index("SF")])
    earlier = np.where(from_start, s.start[a], s.end[a])
    later = np.where(to_end, s.end[b], s.start[b])
    counts = s.present[a] & s.present[b] & (held[a] | held[b])
    gap = later - earlier
    for code, wrong, limit in (
        ("min_lag", counts & (gap < problem.min_lag), problem.min_lag),
        ("max_lag", counts & (gap > problem.max_lag), problem.max_lag),
    ):
        for k in np.flatnonzero(wrong).tolist():
            i, j, kind = int(a[k]), int(b[k]), LINK_KINDS[problem.link_kind[k]]
            verbs = [VERBS[side] for side in kind]
            bound = "at least" if code == "min_lag" else "at most"
            text = (
                f"{problem.task_name(j)} {verbs[1]} at {later[k]}, {problem.task_name(i)} {verbs[0]} at {earlier[k]}: "
                f"{gap[k]} after it, {bound} {limit[k]} allowed"
            )
            span = (int(earlier[k] + limit[k]), int(later[k]))
            yield Violation(code, text, {"link": [k], "task": [i, j]}, (min(span), max(span)), abs(span[0] - span[1]))


def _sides_known(problem: RCPSP, broken: Violation, known: Flags) -> bool:
    """Is the link broken whatever the modes that are not known? A start does not hang on them."""
    sides = zip(broken.things["task"], LINK_KINDS[problem.link_kind[broken.things["link"][0]]], strict=True)
    return all(side == "S" or known[task] for task, side in sides)


def _capacity(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    """Use against capacity, both step functions: compared wherever one of them changes, and one who is held to it is
    at work."""
    for r, base in enumerate(problem.capacity.tolist()):
        times, use = s.use(r)
        if not len(times):
            continue
        changes = problem.changes(r)
        moments = np.unique(np.concatenate([times, changes[:, 0], changes[:, 1]]))
        used = _at(moments, times, use)
        by_held = used if held.all() else _at(moments, *s.use(r, among=held))
        step = np.searchsorted(changes[:, 0], moments, side="right") - 1
        inside = (step >= 0) & (moments < changes[step, 1]) if len(changes) else np.zeros(len(moments), dtype=bool)
        units = np.where(inside, changes[step, 2], base) if len(changes) else np.full(len(moments), base)
        for low, high in _stretches(moments, (used > units) & (units < FAR) & (by_held > 0)):
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


def _budget(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    for k, budget in enumerate(problem.budget.tolist()):
        used = sum(problem.consumption[s.mode[s.present], k].tolist())
        by_held = sum(problem.consumption[s.mode[s.present & held], k].tolist())
        if used > budget and by_held > 0:
            text = f"{problem.nonrenewable_name(k)} has a budget of {budget}, {used} are used up"
            tasks = np.flatnonzero(s.present & (problem.consumption[s.mode, k] > 0)).tolist()
            yield Violation("budget", text, {"nonrenewable": [k], "task": tasks}, amount=used - budget)


def of_reservoirs(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    """The level is below 0 where those who are held to it have taken more than they gave, above the maximum where
    they have given more."""
    for v, maximum in enumerate(problem.reservoir_maximum.tolist()):
        name = problem.reservoir_name(v)
        times, level = s.level(v)
        by_held = _at(times, *s.change(v, among=held))
        for code, wrong in (
            ("reservoir_empty", (level < 0) & (by_held < 0)),
            ("reservoir_full", (level > maximum) & (by_held > 0)),
        ):
            for low, high in _stretches(times, wrong):
                inside = level[(times >= low) & (times < high)]
                reached = int(inside.min() if code == "reservoir_empty" else inside.max())
                bound, limit = ("at least", 0) if code == "reservoir_empty" else ("at most", maximum)
                text = f"{name} is at {reached} in [{low}, {high}), {bound} {limit} allowed"
                yield Violation(code, text, {"reservoir": [v]}, (low, high), abs(reached - limit))


def _overlap(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    """Sweep over each group by start: a task that starts too early is reported with the one that reaches furthest.

    Two that are not held to it do not exclude one another, so the latest ends are kept apart for those held and not.
    """
    for g, members in enumerate(problem.groups()):
        latest: dict[bool, int] = {}
        for j in sorted((i for i in members if s.works[i]), key=lambda i: (s.start[i], s.end[i])):
            bound = bool(held[j])
            rivals = [i for other, i in latest.items() if (bound or other) and s.end[i] > s.start[j]]
            if rivals:
                i = max(rivals, key=lambda i: int(s.end[i]))
                low, high = int(s.start[j]), int(min(s.end[i], s.end[j]))
                text = f"{_names(problem, [i, j])} of {problem.group_name(g)} overlap in [{low}, {high})"
                yield Violation("overlap", text, {"group": [g], "task": [i, j]}, (low, high), high - low)
            if bound not in latest or s.end[j] > s.end[latest[bound]]:
                latest[bound] = j


def _break(problem: RCPSP, s: Schedule, held: Flags) -> Iterator[Violation]:
    for calendars, tasks in s.by_calendars.items():
        for calendar in calendars:
            yield from _break_of(problem, s, calendar, tasks[held[tasks]])


def _break_of(problem: RCPSP, s: Schedule, calendar: int, tasks: Ints) -> Iterator[Violation]:
    """The first break of the calendar that each task does not keep."""
    breaks = problem.breaks(calendar)
    if not len(breaks):
        return
    start = s.start[tasks]
    until = np.where(problem.pause[tasks], start + 1, s.end[tasks])
    first = np.searchsorted(breaks[:, 1], start, side="right")
    inside = np.minimum(first, len(breaks) - 1)
    wrong = (first < len(breaks)) & (breaks[inside, 0] < until)
    for i, at in zip(tasks[wrong].tolist(), inside[wrong].tolist(), strict=True):
        low, high = breaks[at].tolist()
        verb = "starts" if problem.pause[i] else "works"
        text = (
            f"{problem.task_name(i)} {verb} in [{s.start[i]}, {s.end[i]}), "
            f"{problem.calendar_name(calendar)} has a break in [{low}, {high})"
        )
        span = (max(low, int(s.start[i])), min(high, int(s.end[i])))
        yield Violation("break", text, {"task": [i], "calendar": [calendar]}, span, span[1] - span[0])


Rule = Callable[[RCPSP, Schedule, Flags], Iterator[Violation]]

OF_STARTS: tuple[Rule, ...] = (_choice, _release)
"""Rules in which modes have no part."""

OF_ANY_TASKS: tuple[Rule, ...] = (_deadline, _capacity, _budget, _overlap, _break)
"""Rules that some tasks break whatever the others do."""

RULES: tuple[Rule, ...] = (*OF_STARTS, _links, *OF_ANY_TASKS, of_reservoirs)

BETWEEN: tuple[Rule, ...] = (_choice, _links, _capacity, _budget, _overlap, of_reservoirs)
"""Rules that tasks break together."""


def _at(moments: Ints, times: Ints, values: Ints) -> Ints:
    """The step function with ``values`` from ``times`` on, 0 before, at each of ``moments``."""
    found: Ints = np.concatenate([[0], values])[np.searchsorted(times, moments, side="right")]
    return found


def _stretches(moments: Ints, wrong: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Maximal time spans in which ``wrong`` holds; ``wrong[k]`` speaks of the time from ``moments[k]`` to the next.

    The last one ends when nothing comes any more: at ``FAR``, or after the last moment where that is even later.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wrong, [False]])))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield int(moments[first]), int(moments[end]) if end < len(moments) else max(FAR, int(moments[-1]) + 1)


def _of(code: str, text: str, tasks: list[int], span: tuple[int, int]) -> Violation:
    low, high = int(span[0]), int(span[1])
    return Violation(code, text, {"task": tasks}, (low, high), high - low)


def _names(problem: RCPSP, tasks: list[int]) -> str:
    shown = [problem.task_name(i) for i in tasks[:SHOWN]]
    if len(tasks) > SHOWN:
        return f"{', '.join(shown)} and {len(tasks) - SHOWN} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"
