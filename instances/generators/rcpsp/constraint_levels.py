"""Projects of rising difficulty, one level after the other, after R-ConstraintBench.

Tasks stand in layers; level k has exactly k precedences, each from a layer to a later one and none of them redundant.
To these come, each with a probability, downtime of resources, time windows, and pairs of tasks that must not overlap.
The levels of one seed have the same tasks and build upon each other: the precedences of level k are the first k of
level k + 1. All that is drawn is kept by one hidden schedule, so every project is possible, unless a contradiction of
a named kind is put into it: taking back this one change makes it possible again.

Source: R. Jain and S. Wetter, R-ConstraintBench, arXiv:2508.15204 (2025); sizes and ranges are our own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from schedsolve.instances.generators.arguments import check, stream
from schedsolve.instances.generators.rcpsp.hidden_schedule import Hidden, hidden_schedule, random_order
from schedsolve.instances.generators.rcpsp.partial_order import PartialOrder, bits
from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR

Ints = npt.NDArray[np.int64]

FLAVOURS = ("plain", "migration")
PHASES = ("survey", "disconnect", "move", "install", "test", "hand over")
"""The layers of a data-centre migration."""
CREWS = ("crew", "network", "forklift", "dock")
"""Its resources."""
CAPACITIES = 2, 6
MOST_TASKS = 5000
WIDEST, NARROWEST, LAST_LEVEL = 20, 2, 60
"""Windows leave up to so much room on each side at level 1, and so little from level 60 on."""
TRIES = 30
"""Shares of each preference that are tried for a sequence of ``LAST_LEVEL`` precedences."""


def levels(
    *,
    level: int = 20,
    tasks: int = 20,
    layers: int = 5,
    resources: int = 4,
    min_duration: int = 1,
    max_duration: int = 10,
    downtime: float = 0.75,
    windows: float = 0.75,
    disjunctive: float = 0.75,
    flavour: str = "plain",
    contradiction: str = "none",
    objective: str = "makespan",
    seed: int = 0,
) -> RCPSP:
    """The project of a level; ``downtime``, ``windows`` and ``disjunctive`` are the probabilities that it has them.

    ``contradiction`` names what makes it impossible, one of ``CONTRADICTIONS``; the problem's name ends in it. Raises
    ``InvalidProblem`` where so few tasks in layers cannot have so many precedences.
    """
    for name, value, low, high in (
        ("tasks", tasks, 2, MOST_TASKS), ("layers", layers, 2, tasks), ("level", level, 0, FAR),
        ("resources", resources, 1, FAR), ("min_duration", min_duration, 1, FAR),
        ("max_duration", max_duration, min_duration, FAR),
        ("downtime", downtime, 0, 1), ("windows", windows, 0, 1), ("disjunctive", disjunctive, 0, 1),
    ):  # fmt: skip
        check(name, value, low, high)
    layer = np.arange(tasks) * layers // tasks
    capacity = stream(seed, "capacity").integers(*CAPACITIES, size=resources, endpoint=True)
    arcs = _precedences(layer, level, seed)
    task_names, resource_names = _names(flavour, layer, resources)
    problem = RCPSP(
        mode_ptr=np.arange(tasks + 1),
        duration=stream(seed, "duration").integers(min_duration, max_duration, size=tasks, endpoint=True),
        capacity=capacity,
        demand=stream(seed, "demand").integers(0, capacity, size=(tasks, resources), endpoint=True),
        link_from=np.array([i for i, _ in arcs], dtype=np.int64),
        link_to=np.array([j for _, j in arcs], dtype=np.int64),
        objective=tuple(name.strip() for name in objective.split(",")),
        task_names=task_names,
        resource_names=resource_names,
        name=f"levels-{tasks}-{level}-{seed}",
    )
    axes = stream(seed, f"axes {level}").random(3) < [downtime, windows, disjunctive]
    if axes[0]:
        problem = _with_downtimes(problem, level, seed)
    order = random_order(problem, stream(seed, f"hidden {level}"))
    hidden = hidden_schedule(problem, np.zeros(tasks, dtype=np.int64), order)
    if axes[1]:
        problem = _with_windows(problem, hidden, level, seed)
    if axes[2]:
        problem = _with_disjunctive_pairs(problem, hidden, level, seed)
    if contradiction == "none":
        return problem
    if contradiction not in CONTRADICTIONS:
        raise UnknownName("contradiction", contradiction, ["none", *CONTRADICTIONS])
    contradict = CONTRADICTIONS[contradiction]
    impossible = contradict(problem, hidden, stream(seed, f"contradiction {level}"))
    return replace(impossible, name=f"{problem.name}-{contradiction}")


def _names(flavour: str, layer: Ints, resources: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of the tasks and of the resources; none where a flavour has none."""
    if flavour not in FLAVOURS:
        raise UnknownName("flavour", flavour, list(FLAVOURS))
    if flavour == "plain":
        return (), ()
    check("layers", int(layer[-1]) + 1, 2, len(PHASES))
    check("resources", resources, 1, len(CREWS))
    rack = np.arange(len(layer)) - np.searchsorted(layer, layer) + 1
    names = tuple(f"{PHASES[at]} rack {k}" for at, k in zip(layer.tolist(), rack.tolist(), strict=True))
    return names, CREWS[:resources]


def _precedences(layer: Ints, level: int, seed: int) -> list[tuple[int, int]]:
    """The first ``level`` arcs of a sequence that depends on the seed alone, as long as it need not be very long."""
    longest: list[tuple[int, int]] = []
    shares = np.arange(TRIES + 1) / TRIES
    for near, across in (*((share, 0.0) for share in shares[:-1]), *((0.0, share) for share in shares[1:])):
        arcs = _sequence(layer, near, across, seed)
        longest = max(longest, arcs, key=len)
        if len(longest) >= max(level, LAST_LEVEL):
            break
    if len(longest) < level:
        room = f"{len(layer)} tasks in {layer[-1] + 1} layers have room for {len(longest)} precedences"
        raise InvalidProblem("level", f"{room}, not {level}")
    return sorted(longest[:level])


def _sequence(layer: Ints, near: float, across: float, seed: int) -> list[tuple[int, int]]:
    """Random arcs from layers to later ones, none redundant, until there are no more.

    Preferred are those between ``near`` layers, or ``across`` the middle, of which none makes another one redundant.
    """
    i, j = np.nonzero(layer[:, None] < layer)
    order = PartialOrder(len(layer))
    middle = (layer[-1] + 1) // 2
    crosses = (layer[i] < middle) & (layer[j] >= middle)
    arcs = []
    rank = stream(seed, "arcs").random(len(i)) + near * (layer[j] - layer[i]) - across * crosses
    for pair in np.argsort(rank).tolist():
        a, b = int(i[pair]), int(j[pair])
        if not order.ordered(a, b) and not order.makes_redundant(a, b):
            order.add(a, b)
            arcs.append((a, b))
    return arcs


def _with_downtimes(problem: RCPSP, level: int, seed: int) -> RCPSP:
    """One to three times in which each resource is not there, while the work lasts."""
    rng = stream(seed, f"downtime {level}")
    horizon = max(1, int((problem.duration @ problem.demand / problem.capacity).max()))
    rows = []
    for r in range(problem.num_resources):
        for _ in range(int(rng.integers(1, 3, endpoint=True))):
            start = int(rng.integers(0, horizon))
            rows.append((r, start, start + int(rng.integers(1, 5, endpoint=True))))
    resource, start_times, end_times = np.array(rows, dtype=np.int64).T
    return replace(
        problem,
        change_resource=resource,
        change_start=start_times,
        change_end=end_times,
        change_capacity=np.zeros(len(rows), dtype=np.int64),
    )


def _with_windows(problem: RCPSP, hidden: Hidden, level: int, seed: int) -> RCPSP:
    """A release date and a deadline for each task, tighter from level to level."""
    passed = min(1.0, max(0, level - 1) / (LAST_LEVEL - 1))
    room = round(WIDEST + passed * (NARROWEST - WIDEST))
    rng = stream(seed, f"windows {level}")
    early, late = rng.integers(0, room, size=(2, len(hidden.start)), endpoint=True)
    return replace(problem, release=np.maximum(0, hidden.start - early), deadline=hidden.end + late)


def _with_disjunctive_pairs(problem: RCPSP, hidden: Hidden, level: int, seed: int) -> RCPSP:
    """One pair for every three precedences, but at least one, of tasks that do not overlap in the hidden schedule."""
    i, j = np.nonzero(_unordered(problem))
    apart = (hidden.end[i] <= hidden.start[j]) | (hidden.end[j] <= hidden.start[i])
    kept = stream(seed, f"disjunctive {level}").permutation(np.flatnonzero(apart))[: max(1, level // 3)]
    return _with_groups(problem, np.column_stack([i, j])[np.sort(kept)])


def _with_groups(problem: RCPSP, pairs: Ints) -> RCPSP:
    tasks = np.concatenate([problem.group_task, pairs.ravel()])
    ends = problem.group_ptr[-1] + 2 * np.arange(1, len(pairs) + 1)
    return replace(problem, group_ptr=np.concatenate([problem.group_ptr, ends]), group_task=tasks)


def _order(problem: RCPSP) -> PartialOrder:
    order = PartialOrder(problem.num_tasks)
    for i, j in zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True):
        order.add(i, j)
    return order


def _unordered(problem: RCPSP) -> npt.NDArray[np.bool_]:
    """n x n: True for i < j of which none comes after the other."""
    order, n = _order(problem), problem.num_tasks
    return np.array([[i < j and not order.ordered(i, j) for j in range(n)] for i in range(n)])


# --- contradictions -----------------------------------------------------------------------------


def _window_too_small(problem: RCPSP, hidden: Hidden, rng: np.random.Generator) -> RCPSP:
    """A task has less time between release and deadline than it takes."""
    task = int(rng.integers(problem.num_tasks))
    return _with_deadline(problem, task, int(problem.release[task] + problem.duration[task]) - 1)


def _chain_too_long(problem: RCPSP, hidden: Hidden, rng: np.random.Generator) -> RCPSP:
    """A task has its deadline before it can end after those that it follows."""
    followers = np.unique(problem.link_to)
    if not len(followers):
        raise InvalidProblem("contradiction", "chain needs a precedence: raise the level")
    task = int(rng.choice(followers))
    release = problem.release.copy()
    release[task] = 0
    freed = replace(problem, release=release)
    return _with_deadline(freed, task, int(_heads(freed)[task] + freed.duration[task]) - 1)


def _heads(problem: RCPSP) -> Ints:
    """The earliest start of each task by release dates and precedences, which go from lower to higher numbers."""
    head = problem.release.copy()
    for i, j in sorted(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)):
        head[j] = max(head[j], head[i] + problem.duration[i])
    return head


def _demand_too_large(problem: RCPSP, hidden: Hidden, rng: np.random.Generator) -> RCPSP:
    """A task asks for more of a resource than there ever is."""
    task, resource = int(rng.integers(problem.num_tasks)), int(rng.integers(problem.num_resources))
    demand = problem.demand.copy()
    demand[task, resource] = problem.capacity[resource] + 1
    return replace(problem, demand=demand)


def _circle(problem: RCPSP, hidden: Hidden, rng: np.random.Generator) -> RCPSP:
    """A task comes before one that it follows."""
    order = _order(problem)
    pairs: list[tuple[int, int]] = []
    for i in range(problem.num_tasks):
        pairs += [(i, j) for j in bits(order.after[i])]
    if not pairs:
        raise InvalidProblem("contradiction", "circle needs a precedence: raise the level")
    i, j = pairs[int(rng.integers(len(pairs)))]
    return replace(
        problem,
        link_from=np.append(problem.link_from, j),
        link_to=np.append(problem.link_to, i),
        link_kind=np.append(problem.link_kind, LINK_KINDS.index("FS")),
        min_lag=np.append(problem.min_lag, 0),
        max_lag=np.append(problem.max_lag, FAR),
    )


def _pair_too_tight(problem: RCPSP, hidden: Hidden, rng: np.random.Generator) -> RCPSP:
    """Two tasks that must not overlap each end in time, but not one after the other."""
    i, j = np.nonzero(_unordered(problem))
    head, duration = _heads(problem), problem.duration
    latest = np.minimum(head[i], head[j]) + duration[i] + duration[j] - 1
    close = np.flatnonzero((head[i] + duration[i] <= latest) & (head[j] + duration[j] <= latest))
    if not len(close):
        raise InvalidProblem("contradiction", "pair needs two tasks of about one time: another level or seed has them")
    k = int(rng.choice(close))
    pair = np.array([i[k], j[k]])
    deadline = problem.deadline.copy()
    deadline[pair] = latest[k]
    return replace(_with_groups(problem, pair[None, :]), deadline=deadline)


def _too_much_work(problem: RCPSP, hidden: Hidden, rng: np.random.Generator) -> RCPSP:
    """All is to be done before the busiest resource can have done its work."""
    busiest = (problem.duration @ problem.demand / problem.capacity).max()
    return replace(problem, project_deadline=max(0, int(np.ceil(busiest)) - 1))


def _with_deadline(problem: RCPSP, task: int, time: int) -> RCPSP:
    deadline = problem.deadline.copy()
    deadline[task] = time
    return replace(problem, deadline=deadline)


CONTRADICTIONS: dict[str, Callable[[RCPSP, Hidden, np.random.Generator], RCPSP]] = {
    "window": _window_too_small,
    "chain": _chain_too_long,
    "capacity": _demand_too_large,
    "circle": _circle,
    "pair": _pair_too_tight,
    "work": _too_much_work,
}
"""By name: what makes a project impossible. ``f(problem, hidden, rng)`` gives the project with it."""
