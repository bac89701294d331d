"""Random projects with the parameters of ProGen and RanGen, and with the side conditions of real ones.

The network has an order strength: the share of all pairs of tasks that are ordered, directly or not. The resource
factor is the share of the resources that a task asks for on average; the resource strength places the capacity between
what one task needs (0) and the peak of the schedule in which every task starts as early as its predecessors allow (1).

Each quantity is drawn from a stream of its own (the seed and the quantity's name). All side conditions are drawn
around one hidden schedule that keeps them: no project is impossible.

Sources: R. Kolisch, A. Sprecher, A. Drexl, Management Science 41 (1995) 1693-1703; E. Demeulemeester, M. Vanhoucke,
W. Herroelen, Journal of Scheduling 6 (2003) 17-38.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from schedsolve.instances.generators.arguments import check, stream
from schedsolve.instances.generators.rcpsp.hidden_schedule import Hidden, hidden_schedule, random_order
from schedsolve.instances.generators.rcpsp.partial_order import PartialOrder
from schedsolve.instances.generators.sizes import check_size
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]

MOST_TASKS = 20_000
"""Which come after which is known for all pairs."""


def project(
    *,
    tasks: int = 30,
    order_strength: float = 0.5,
    min_duration: int = 1,
    max_duration: int = 10,
    resources: int = 4,
    resource_factor: float = 0.5,
    resource_strength: float = 0.3,
    max_demand: int = 10,
    modes: int = 1,
    nonrenewable: int = 0,
    nonrenewable_strength: float = 0.5,
    lag_share: float = 0.0,
    max_lag: int = 10,
    working_time: int = 0,
    break_time: int = 2,
    pause_share: float = 0.5,
    change_share: float = 0.0,
    window_share: float = 0.0,
    window_slack: int = 10,
    due_factor: float = 0.0,
    max_weight: int = 1,
    objective: str = "makespan",
    seed: int = 0,
) -> RCPSP:
    """A project of so many tasks between a dummy source and a dummy sink, which has at least one schedule.

    With several modes, the shorter ones ask for more. ``lag_share`` of the links get a least lag up to ``max_lag``, a
    kind (FS, SS, FF, SF) and a largest lag. ``working_time`` is that between two breaks of ``break_time``, which all
    tasks follow: ``pause_share`` of them, and those that are longer than it, pause; 0: no breaks. The capacities are
    lower for ``change_share`` of the time. ``window_share`` of the tasks get a release date and a deadline, each up to
    ``window_slack`` outside of the hidden schedule. Due dates are ``due_factor`` times the earliest ends without
    resources.
    """
    check("tasks", tasks, 1, MOST_TASKS)
    for name, share in (("order_strength", order_strength), ("lag_share", lag_share), ("window_share", window_share)):
        check(name, share, 0, 1)
    check("due_factor", due_factor, 0, 1000)
    arcs = _network(tasks, order_strength, seed)
    duration = _durations(tasks, modes, min_duration, max_duration, seed)
    demand = _requests(tasks, modes, resources, resource_factor, max_demand, seed, "demand")
    consumption = _requests(tasks, modes, nonrenewable, 1.0, max_demand, seed, "consumption")
    mode = _hidden_modes(consumption, modes, seed)
    chosen = np.arange(1, tasks + 1), mode[1:-1]
    count = np.array([1, *[modes] * tasks, 1])
    kept = np.arange(modes) < count[:, None]
    problem = RCPSP(
        mode_ptr=np.concatenate([[0], np.cumsum(count)]),
        duration=duration[kept],
        capacity=_capacities(arcs, duration, demand, mode, resource_strength),
        demand=demand[kept],
        budget=_budgets(consumption, consumption[chosen], nonrenewable_strength),
        consumption=consumption[kept],
        link_from=np.array([i for i, _ in arcs]),
        link_to=np.array([j for _, j in arcs]),
        weight=_weights(tasks, max_weight, seed),
        task_names=("source", *(f"task {i}" for i in range(1, tasks + 1)), "sink"),
        resource_names=tuple(f"R{k}" for k in range(1, resources + 1)),
        nonrenewable_names=tuple(f"N{k}" for k in range(1, nonrenewable + 1)),
        name=f"project-{tasks}-{seed}",
    )
    problem = _with_lags(problem, lag_share, max_lag, seed)
    problem = _with_breaks(problem, working_time, break_time, pause_share, seed)
    problem = _with_changes(problem, change_share, seed)
    hidden = hidden_schedule(problem, mode, random_order(problem, stream(seed, "hidden")))
    release, deadline = _windows(problem, hidden, window_share, window_slack, seed)
    return replace(
        problem,
        max_lag=_max_lags(problem, hidden, lag_share, max_lag, seed),
        release=release,
        deadline=deadline,
        due=_due_dates(problem, due_factor),
        objective=tuple(name.strip() for name in objective.split(",")),
    )


def _network(tasks: int, strength: float, seed: int) -> list[tuple[int, int]]:
    """The arcs between tasks 1 to n, none of them redundant, and those of the source 0 and the sink n + 1.

    Pairs are ordered at random until the order strength is reached.
    """
    rng = stream(seed, "network")
    order = PartialOrder(tasks)
    wanted = round(strength * tasks * (tasks - 1) / 2)
    lower, upper = np.triu_indices(tasks, k=1)
    have = 0
    for pair in rng.permutation(len(lower)).tolist():
        i, j = int(lower[pair]), int(upper[pair])
        if have >= wanted:
            break
        if not order.ordered(i, j):
            order.add(i, j)
            have = order.pairs()
    arcs = [(i + 1, j + 1) for i, j in order.reduced()]
    first = [(0, i + 1) for i in range(tasks) if not order.before[i]]
    last = [(i + 1, tasks + 1) for i in range(tasks) if not order.after[i]]
    return sorted(first + arcs + last)


def _durations(tasks: int, modes: int, shortest: int, longest: int, seed: int) -> Ints:
    """(n + 2) x modes: rising; those of the dummies are 0."""
    check("modes", modes, 1)
    check("min_duration", shortest, 1)
    check("max_duration", longest, shortest)
    drawn = stream(seed, "duration").integers(shortest, longest, size=(tasks, modes), endpoint=True)
    return np.pad(np.sort(drawn, axis=1), ((1, 1), (0, 0)))


def _requests(tasks: int, modes: int, kinds: int, factor: float, most: int, seed: int, purpose: str) -> Ints:
    """(n + 2) x modes x resources: falling over the modes; ``factor`` of all pairs of task and resource ask at all."""
    check("resources" if purpose == "demand" else "nonrenewable", kinds, 0)
    check("resource_factor", factor, 0, 1)
    check("max_demand", most, 1)
    rng = stream(seed, purpose)
    drawn = rng.integers(1, most, size=(tasks, modes, kinds), endpoint=True)
    asks = rng.permutation(tasks * kinds).reshape(tasks, 1, kinds) < round(factor * tasks * kinds)
    return np.pad(-np.sort(-drawn, axis=1) * asks, ((1, 1), (0, 0), (0, 0)))


def _hidden_modes(consumption: Ints, modes: int, seed: int) -> Ints:
    """n + 2: a random mode of each task; with non-renewable resources, one that uses little under random weights."""
    rng = stream(seed, "modes")
    if not consumption.shape[2]:
        drawn = rng.integers(0, modes, size=len(consumption))
    else:
        drawn = np.argmin(consumption @ rng.random(consumption.shape[2]), axis=1)
    drawn[[0, -1]] = 0
    return drawn.astype(np.int64)


def _capacities(arcs: list[tuple[int, int]], duration: Ints, demand: Ints, mode: Ints, strength: float) -> Ints:
    """Between the largest demand of a task and the peak of the earliest schedule, in the hidden modes."""
    check("resource_strength", strength, 0, 1)
    every = np.arange(len(mode))
    duration, demand = duration[every, mode], demand[every, mode]
    start = _earliest(arcs, duration)
    length = int((start + duration).max()) + 1
    check_size("tasks x max_duration x resources", length, demand.shape[1])
    profile = np.zeros((length, demand.shape[1]), dtype=np.int64)
    np.add.at(profile, start, demand)
    np.subtract.at(profile, start + duration, demand)
    least, peak = demand.max(axis=0), np.cumsum(profile, axis=0).max(axis=0)
    capacity: Ints = least + np.rint(strength * np.maximum(0, peak - least)).astype(np.int64)
    return np.maximum(capacity, 1)


def _earliest(arcs: list[tuple[int, int]], duration: Ints) -> Ints:
    """Earliest starts without resources; arcs are sorted and go from lower to higher numbers."""
    start = np.zeros(len(duration), dtype=np.int64)
    for i, j in arcs:
        start[j] = max(start[j], start[i] + duration[i])
    return start


def _budgets(consumption: Ints, used: Ints, strength: float) -> Ints:
    """Between what the hidden modes use up (strength 0) and what the thirstiest modes would (1)."""
    check("nonrenewable_strength", strength, 0, 1)
    least, most = used.sum(axis=0), consumption.max(axis=1).sum(axis=0)
    budget: Ints = least + np.floor(strength * (most - least)).astype(np.int64)
    return budget


def _weights(tasks: int, most: int, seed: int) -> Ints:
    """n + 2: random, those of the dummies 0; all 1 where there is nothing to draw."""
    check("max_weight", most, 1)
    if most == 1:
        return np.ones(tasks + 2, dtype=np.int64)
    return np.pad(stream(seed, "weight").integers(1, most, tasks, endpoint=True), 1)


def _between_tasks(problem: RCPSP, share: float, seed: int) -> Ints:
    """The links that get lags: a share of those without dummies."""
    links = np.flatnonzero((problem.link_from > 0) & (problem.link_to < problem.num_tasks - 1))
    return stream(seed, "links").permutation(links)[: round(share * len(links))]


def _with_lags(problem: RCPSP, share: float, longest: int, seed: int) -> RCPSP:
    """Kinds and least lags; a task that a link does not follow to its end is linked to the sink."""
    check("max_lag", longest, 0)
    links = _between_tasks(problem, share, seed)
    rng = stream(seed, "lags")
    lag, kind = np.zeros_like(problem.min_lag), np.zeros_like(problem.link_kind)
    lag[links] = rng.integers(0, longest, size=len(links), endpoint=True)
    kind[links] = rng.integers(0, len(LINK_KINDS), size=len(links))
    sink = problem.num_tasks - 1
    loose = np.setdiff1d(problem.link_from[kind != 0], problem.link_from[problem.link_to == sink])
    return replace(
        problem,
        link_from=np.concatenate([problem.link_from, loose]),
        link_to=np.concatenate([problem.link_to, np.full(len(loose), sink)]),
        link_kind=np.concatenate([kind, np.zeros_like(loose)]),
        min_lag=np.concatenate([lag, np.zeros_like(loose)]),
        max_lag=np.full(len(kind) + len(loose), FAR),
    )


def _max_lags(problem: RCPSP, hidden: Hidden, share: float, slack: int, seed: int) -> Ints:
    """Largest lags up to ``slack`` above what the links measure in the hidden schedule."""
    links = _between_tasks(problem, share, seed)
    from_start = np.isin(problem.link_kind[links], [LINK_KINDS.index("SS"), LINK_KINDS.index("SF")])
    to_end = np.isin(problem.link_kind[links], [LINK_KINDS.index("FF"), LINK_KINDS.index("SF")])
    i, j = problem.link_from[links], problem.link_to[links]
    gap = np.where(to_end, hidden.end[j], hidden.start[j]) - np.where(from_start, hidden.start[i], hidden.end[i])
    most = np.full(len(problem.max_lag), FAR)
    most[links] = gap + stream(seed, "max_lags").integers(0, slack, size=len(links), endpoint=True)
    return most


def _with_breaks(problem: RCPSP, work: int, rest: int, pause_share: float, seed: int) -> RCPSP:
    """One calendar for all tasks: ``rest`` after each ``work`` units of time, until all work is done twice over."""
    check("working_time", work, 0)
    check("break_time", rest, 1)
    check("pause_share", pause_share, 0, 1)
    if not work:
        return problem
    longest = np.maximum.reduceat(problem.duration, problem.mode_ptr[:-1])
    rounds = 2 * -(-int(longest.sum()) // work)
    check_size("breaks by working_time", rounds)
    start = work + np.arange(rounds) * (work + rest)
    return replace(
        problem,
        num_calendars=1,
        break_calendar=np.zeros(rounds, dtype=np.int64),
        break_start=start,
        break_end=start + rest,
        task_calendar=np.zeros(problem.num_tasks, dtype=np.int64),
        pause=(stream(seed, "pause").random(problem.num_tasks) < pause_share) | (longest > work),
        calendar_names=("week",),
    )


def _with_changes(problem: RCPSP, share: float, seed: int) -> RCPSP:
    """Times of lower capacity, of two mean durations on average, while the work lasts."""
    check("change_share", share, 0, 0.95)
    if not share:
        return problem
    rng = stream(seed, "changes")
    mean_length = max(1.0, 2 * float(problem.duration.mean()))
    horizon = 2 * int(np.maximum.reduceat(problem.duration, problem.mode_ptr[:-1]).sum())
    rows = []
    for r, units in enumerate(problem.capacity.tolist()):
        time = int(rng.exponential(mean_length * (1 - share) / share))
        while time < horizon:
            length = 1 + int(rng.uniform(0, 2 * mean_length - 1))
            rows.append((r, time, time + length, int(rng.integers(0, units))))
            time += length + 1 + int(rng.exponential(mean_length * (1 - share) / share))
    resource, start, end, units = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return replace(problem, change_resource=resource, change_start=start, change_end=end, change_capacity=units)


def _windows(problem: RCPSP, hidden: Hidden, share: float, slack: int, seed: int) -> tuple[Ints, Ints]:
    """Release dates and deadlines up to ``slack`` before the hidden start and after the hidden end."""
    check("window_slack", slack, 0)
    n = problem.num_tasks
    rng = stream(seed, "windows")
    chosen = 1 + rng.permutation(n - 2)[: round(share * (n - 2))]
    release, deadline = np.zeros(n, dtype=np.int64), np.full(n, FAR)
    early, late = rng.integers(0, slack, size=(2, len(chosen)), endpoint=True)
    release[chosen] = np.maximum(0, hidden.start[chosen] - early)
    deadline[chosen] = hidden.end[chosen] + late
    return release, deadline


def _due_dates(problem: RCPSP, factor: float) -> Ints:
    """Multiples of the earliest ends by the network alone, in the shortest modes; none for the dummies."""
    due = np.full(problem.num_tasks, FAR)
    if factor:
        shortest = np.minimum.reduceat(problem.duration, problem.mode_ptr[:-1])
        arcs = sorted(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True))
        due[1:-1] = (factor * (_earliest(arcs, shortest) + shortest)[1:-1]).astype(np.int64)
    return due
