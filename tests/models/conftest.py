"""Random small shops over all features, and valid schedules for them that no solver had a hand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule, violations
from schedsolve.models.record import FAR

Case = tuple[JobShop, JobShopSolution]


@pytest.fixture(scope="session")
def random_case() -> Callable[[int], Case]:
    """``random_case(seed)``: a random shop and a valid schedule of it."""
    return _random_case


def _random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    while True:
        problem = random_shop(rng)
        solution = serial_schedule(problem, rng)
        if not violations(problem, solution):  # a job may need setups between its own operations and have no time
            break
    solution = shift_left(problem, solution, rng)
    return freeze_some(problem, solution, rng), solution


def random_shop(rng: np.random.Generator) -> JobShop:
    def chance(p: float) -> bool:
        return bool(rng.random() < p)

    n, m = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    style = rng.choice(["job", "flexible", "open", "permutation"])
    fields: dict[str, Any] = {"open_shop": style == "open", "permutation": style == "permutation"}
    route = rng.permutation(m)
    jobs = []
    for _ in range(n):
        if style == "permutation":
            machines = [[k] for k in route]
        else:
            most = m if style == "flexible" else 1
            length = int(rng.integers(1, 4))
            machines = [rng.choice(m, size=int(rng.integers(1, most + 1)), replace=False) for _ in range(length)]
        jobs.append([[(int(k), 0 if chance(0.15) else int(rng.integers(1, 5))) for k in choice] for choice in machines])
    operations = sum(map(len, jobs))
    if chance(0.5):
        fields["release"] = rng.integers(0, 6, n)
    fields["due"] = [int(rng.integers(0, 25)) if chance(0.6) else None for _ in range(n)]
    fields["weight"] = rng.integers(0, 4, n)
    if chance(0.5):
        k = int(rng.integers(1, 5))
        begin = rng.integers(0, 20, k)
        fields |= {"downtime_machine": rng.integers(0, m, k), "downtime_start": begin}
        fields |= {"downtime_end": begin + rng.integers(1, 4, k), "pause": chance(0.5)}
    if chance(0.5):
        fields |= {"setup": rng.integers(0, 4, (m, 2, 2)), "initial_setup": rng.integers(0, 4, (m, 2))}
        fields["setup_family"] = rng.integers(0, 2, operations)
    if chance(0.4):
        fields["transport"] = rng.integers(0, 3, (m, m))
    fields["no_wait"] = chance(0.25)
    fields["blocking"] = str(rng.choice(["none", "no_swap", "swap"]))
    return JobShop.from_jobs(jobs, num_machines=m, objective="makespan,total_weighted_tardiness", **fields)


def serial_schedule(problem: JobShop, rng: np.random.Generator) -> JobShopSolution:
    """Job after job, each with the machines to itself, started as soon as no downtime is in the way."""
    alternative = rng.integers(0, np.diff(problem.alt_ptr))
    start = np.zeros(problem.num_operations, dtype=np.int64)
    clock = int(problem.initial_setup.max(initial=0))
    for job in rng.permutation(problem.num_jobs).tolist():
        operations = np.arange(problem.job_ptr[job], problem.job_ptr[job + 1])
        if problem.open_shop:
            rng.shuffle(operations)
        wait = np.zeros(len(operations), dtype=np.int64) if problem.no_wait else rng.integers(0, 3, len(operations))
        clock = max(clock, int(problem.release[job]))
        while (end := place(problem, operations, start, alternative, wait, clock)) is None:
            clock += 1
        clock = end + int(problem.setup.max(initial=0)) + 1
    return JobShopSolution(start=start, alternative=alternative)


def place(problem: JobShop, operations: Any, start: Any, alternative: Any, wait: Any, clock: int) -> int | None:
    """Start ``operations`` one after another from ``clock`` on; their end, or None where a machine is down."""
    at, previous = clock, None
    for o, slack in zip(operations, wait, strict=True):
        a = problem.alt_ptr[o] + alternative[o]
        machine, left = int(problem.machine[a]), int(problem.duration[a])
        if left or not problem.open_shop:  # in an open shop length 0 has no place in the sequence of its job
            if previous is not None:
                at += int(slack) + (int(problem.transport[previous, machine]) if problem.transport.size else 0)
            previous = machine
        start[o] = at
        down = {t for low, high in problem.downtimes(machine).tolist() for t in range(low, high)}
        while left:
            if at in down and (at == start[o] or not problem.pause):
                return None
            left -= at not in down
            at += 1
    return at


def shift_left(problem: JobShop, solution: JobShopSolution, rng: np.random.Generator) -> JobShopSolution:
    """Move jobs, and single operations, towards 0 where the checker still accepts it."""
    for _ in range(12):
        start = solution.start.copy()
        chosen = problem.job_of == rng.integers(problem.num_jobs)
        if rng.random() < 0.5:
            chosen = np.arange(problem.num_operations) == rng.integers(problem.num_operations)
        start[chosen] -= rng.integers(1, 12)
        moved = JobShopSolution(start=start, alternative=solution.alternative)
        if not violations(problem, moved):
            solution = moved
    return solution


def freeze_some(problem: JobShop, solution: JobShopSolution, rng: np.random.Generator) -> JobShop:
    """The problem with deadlines, fixed starts and machines, and an executed past, all as in ``solution``."""
    schedule = Schedule(problem, solution)
    n, size = problem.num_jobs, problem.num_operations
    fields: dict[str, Any] = {}
    if rng.random() < 0.5:
        fields["deadline"] = np.where(rng.random(n) < 0.5, schedule.completion + rng.integers(0, 4, n), FAR)
    if rng.random() < 0.4:
        fields["fixed_start"] = np.where(rng.random(size) < 0.3, solution.start, FAR)
        fields["fixed_machine"] = np.where(rng.random(size) < 0.6, schedule.machine, -1)
    if rng.random() < 0.3:
        done = schedule.end <= rng.integers(1, 15)
        fields["fixed_start"] = np.where(done, solution.start, fields.get("fixed_start", FAR))
        fields["done"] = done
    frozen = replace(problem, **fields)
    return problem if violations(frozen, solution) else frozen  # done counts its plain duration: a pause may vanish
