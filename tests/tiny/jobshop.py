"""Random tiny job shops with every feature switched on and off at random, small enough to enumerate."""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import factorial, prod
from typing import Any

from schedsolve.models.jobshop import JobShop, past_violations
from schedsolve.models.jobshop.objectives import OBJECTIVES
from schedsolve.models.record import FAR


def tiny(seed: int, *, combinations: int = 2000, operations: int = 7) -> JobShop:
    """A problem that brute force settles by at most about that many combinations of orders."""
    rng = random.Random(seed)
    while True:
        problem = _draw(rng)
        if problem.num_operations <= operations and _combinations(problem) <= combinations:
            return problem


FORMULATIONS = {"manne"}
"""Those of the MILP engine, all of which some of the problems must reach."""

FEATURES = {*OBJECTIVES, "blocking=swap", "blocking=no_swap", "pause", "done", "broken past", "infeasible"}
"""What a set of random problems should hold, beside what ``features`` finds in it."""


def features(problem: JobShop) -> Iterator[str]:
    """The names of what a problem has beyond the plain job shop."""
    yield f"blocking={problem.blocking}"
    present = {
        "pause": problem.pause,
        "downtime": len(problem.downtime_start) > 0 and not problem.pause,
        "setup": problem.setup.any(),
        "initial setup": problem.initial_setup.any(),
        "alternatives": problem.is_flexible,
        "length 0": (problem.duration == 0).any(),
        "deadline": (problem.deadline != FAR).any(),
        "fixed start": ((problem.fixed_start != FAR) & ~problem.done).any(),
        "fixed machine": (problem.fixed_machine >= 0).any(),
        "transport": problem.transport.any(),
        "release": problem.release.any(),
        "done": problem.done.any(),
        "broken past": any(past_violations(problem)),
        "no_wait": problem.no_wait,
        "open_shop": problem.open_shop,
        "permutation": problem.permutation,
    }
    yield from (name for name, is_there in present.items() if is_there)


def _combinations(problem: JobShop) -> int:
    """An estimate: choices, sequences of the operations that may come to a machine, orders within open jobs."""
    count = prod(problem.alt_ptr[o + 1] - problem.alt_ptr[o] for o in range(problem.num_operations))
    for k in range(problem.num_machines):
        count *= factorial(len(set(problem.operation_of[problem.machine == k].tolist())))
    if problem.open_shop:
        count *= prod(factorial(b - a) for a, b in zip(problem.job_ptr, problem.job_ptr[1:], strict=False))
    if problem.blocking != "none":
        count *= 2 ** int((problem.duration == 0).sum())
    return int(count)


def _draw(rng: random.Random) -> JobShop:
    num_jobs, num_machines = rng.choice([2, 2, 3]), rng.choice([2, 2, 3])
    permutation = rng.random() < 0.12
    draw_jobs = _flow_shop if permutation else rng.choice([_jobs, _jobs, _jobs, _jobs, _jobs, _rotated])
    jobs = draw_jobs(rng, num_jobs, num_machines)
    count = sum(len(job) for job in jobs)
    fields: dict[str, Any] = {"num_machines": num_machines, "permutation": permutation}
    fields |= _windows(rng, num_jobs) | _downtime(rng, num_machines)
    fields["weight"] = [rng.choice([0, 1, 1, 2, 3]) for _ in range(num_jobs)]
    if rng.random() < 0.35:
        fields |= _setups(rng, num_machines, count)
    if rng.random() < 0.25:
        fields["transport"] = [
            [0 if i == j and rng.random() < 0.8 else rng.randint(0, 3) for j in range(num_machines)]
            for i in range(num_machines)
        ]
    fields["no_wait"] = rng.random() < 0.2
    fields["blocking"] = rng.choice(["none", "none", "none", "no_swap", "no_swap", "swap"])
    fields["open_shop"] = not permutation and rng.random() < 0.25
    names = [name for name in OBJECTIVES if name != "maximum_lateness" or any(d != FAR for d in fields["due"])]
    fields["objective"] = tuple(rng.sample(names, 2 if rng.random() < 0.25 else 1))
    problem = JobShop.from_jobs(jobs, **fields)
    return _with_past(rng, problem, jobs, fields) if rng.random() < 0.4 else problem


def _jobs(rng: random.Random, num_jobs: int, num_machines: int) -> list[Any]:
    longest, zero, flexible = rng.choice([1, 2, 4, 6]), rng.random() < 0.3, rng.random() < 0.35

    def pair() -> tuple[int, int]:
        return rng.randrange(num_machines), 0 if zero and rng.random() < 0.4 else rng.randint(1, longest)

    return [
        [[pair() for _ in range(rng.choice([1, 2, 2]) if flexible else 1)] for _ in range(rng.randint(1, 3))]
        for _ in range(num_jobs)
    ]


def _flow_shop(rng: random.Random, num_jobs: int, num_machines: int) -> list[Any]:
    route = rng.sample(range(num_machines), num_machines)
    zero = rng.choice([0, 0.5])
    return [[[(k, 0 if rng.random() < zero else rng.randint(1, 5))] for k in route] for _ in range(num_jobs)]


def _rotated(rng: random.Random, num_jobs: int, num_machines: int) -> list[Any]:
    """Jobs that follow each other in a circle, so that all want to move on at once."""
    return [[[((j + i) % num_machines, 1)] for i in range(2)] for j in range(num_jobs)]


def _windows(rng: random.Random, num_jobs: int) -> dict[str, Any]:
    def some(chance: float, low: int, high: int) -> list[int | None]:
        return [rng.randint(low, high) if rng.random() < chance else None for _ in range(num_jobs)]

    deadlines = some(0.4, 4, 25) if rng.random() < 0.25 else [None] * num_jobs
    return {
        "release": [t or 0 for t in some(0.3, 0, 6)],
        "due": [FAR if t is None else t for t in some(0.75, 1, 14)],
        "deadline": [FAR if t is None else t for t in deadlines],
    }


def _downtime(rng: random.Random, num_machines: int) -> dict[str, Any]:
    if rng.random() < 0.6:
        return {}
    rows = [
        (rng.randrange(num_machines), t, t + rng.randint(1, 4)) for t in rng.choices(range(10), k=rng.randint(1, 3))
    ]
    machine, start, end = zip(*rows, strict=True)
    return {
        "downtime_machine": machine,
        "downtime_start": start,
        "downtime_end": end,
        "pause": rng.random() < 0.5,
    }


def _setups(rng: random.Random, num_machines: int, count: int) -> dict[str, Any]:
    families = rng.randint(1, 3)
    highest = rng.choice([2, 6, 9])

    def row() -> list[int]:
        return [rng.choice([0, 0, highest, rng.randint(0, highest)]) for _ in range(families)]

    return {
        "setup": [[row() for _ in range(families)] for _ in range(num_machines)],
        "initial_setup": [row() if rng.random() < 0.5 else [0] * families for _ in range(num_machines)],
        "setup_family": [rng.randrange(families) for _ in range(count)],
    }


def _with_past(rng: random.Random, problem: JobShop, jobs: list[Any], fields: dict[str, Any]) -> JobShop:
    """Fix some starts and machines; some of them are done, with or without breaking rules."""
    count = problem.num_operations
    fixed_start, fixed_machine, done = [FAR] * count, [-1] * count, [False] * count
    free = [rng.choice([0, 0, -3])] * problem.num_machines  # the past may lie before time 0
    broken = rng.random() < 0.5
    for o in range(count):
        a = rng.randrange(problem.alt_ptr[o], problem.alt_ptr[o + 1])
        machine = int(problem.machine[a])
        first = problem.job_ptr[problem.job_of[o]] == o
        draw = rng.random()
        if broken and draw < 0.6:
            fixed_start[o], done[o] = rng.randint(-2, 5), True
            if rng.random() < 0.9:
                fixed_machine[o] = machine
        elif draw < 0.25 and (first or done[o - 1]):
            ready = free[machine]
            if not first and rng.random() < 0.8:
                ready = max(ready, fixed_start[o - 1] + int(problem.duration[problem.alt_ptr[o - 1]]))
            fixed_start[o], fixed_machine[o], done[o] = ready + rng.choice([0, 0, 1]), machine, True
            free[machine] = fixed_start[o] + int(problem.duration[a])
        elif draw < 0.4:
            fixed_start[o] = rng.randint(0, 12)
        elif draw < 0.6:
            fixed_machine[o] = machine
    return JobShop.from_jobs(jobs, **fields, fixed_start=fixed_start, fixed_machine=fixed_machine, done=done)
