"""Random job, flexible, flow and open shops with any of the side conditions that the model knows.

Each quantity is drawn from a stream of its own (the seed and the quantity's name), so that adding downtime
to a problem changes neither its durations nor its due dates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from schedsolve.instances.generators.arguments import check, stream
from schedsolve.instances.generators.sizes import check_size
from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR


class Conditions(TypedDict, total=False):
    """The side conditions that every random shop takes; see ``with_conditions``."""

    release_spread: float
    due_factor: float
    deadline_factor: float
    max_weight: int
    downtime_share: float
    pause: bool
    max_setup: int
    setup_families: int
    max_transport: int
    no_wait: bool
    blocking: str
    objective: str


def jobshop(
    *,
    jobs: int = 10,
    machines: int = 5,
    operations: int = 0,
    min_operations: int = 0,
    min_duration: int = 1,
    max_duration: int = 99,
    seed: int = 0,
    **conditions: Unpack[Conditions],
) -> JobShop:
    """A job shop. A job visits machines in random order, each once before any of them again.

    ``operations`` 0 stands for as many as machines, ``min_operations`` 0 for equally long jobs.
    """
    route, job_ptr = _routes(jobs, machines, operations, min_operations, seed)
    problem = JobShop(
        num_machines=machines,
        job_ptr=job_ptr,
        alt_ptr=np.arange(len(route) + 1),
        machine=route,
        duration=_durations(len(route), min_duration, max_duration, seed),
        name=f"jobshop-{jobs}x{machines}-{seed}",
    )
    return with_conditions(problem, seed, **conditions)


def flexible(
    *,
    jobs: int = 10,
    machines: int = 5,
    operations: int = 0,
    min_operations: int = 0,
    min_alternatives: int = 1,
    max_alternatives: int = 0,
    same_duration: bool = False,
    min_duration: int = 1,
    max_duration: int = 99,
    seed: int = 0,
    **conditions: Unpack[Conditions],
) -> JobShop:
    """A flexible job shop: the machine of the route and further ones, drawn anew for each operation.

    ``max_alternatives`` 0 stands for all machines. Durations differ between the machines of an
    operation, unless ``same_duration``. One operation a job on all machines: parallel machines.
    """
    most = max_alternatives or machines
    check("max_alternatives", most, 1, machines)
    check("min_alternatives", min_alternatives, 1, most)
    route, job_ptr = _routes(jobs, machines, operations, min_operations, seed)
    rng = stream(seed, "alternatives")
    count = rng.integers(min_alternatives, most, size=len(route), endpoint=True)
    rank = rng.random((len(route), machines))
    rank[np.arange(len(route)), route] = -1.0
    eligible = rank.argsort(axis=1).argsort(axis=1) < count[:, None]
    durations = _durations(len(route) * (1 if same_duration else machines), min_duration, max_duration, seed)
    durations = np.broadcast_to(durations.reshape(len(route), -1), eligible.shape)
    problem = JobShop(
        num_machines=machines,
        job_ptr=job_ptr,
        alt_ptr=np.concatenate([[0], np.cumsum(count)]),
        machine=np.nonzero(eligible)[1],
        duration=durations[eligible],
        name=f"flexible-{jobs}x{machines}-{seed}",
    )
    return with_conditions(problem, seed, **conditions)


def flowshop(
    *,
    jobs: int = 10,
    machines: int = 5,
    permutation: bool = True,
    min_duration: int = 1,
    max_duration: int = 99,
    seed: int = 0,
    **conditions: Unpack[Conditions],
) -> JobShop:
    """A flow shop: all jobs visit machine 0, then 1, and so on."""
    problem = replace(
        _machine_by_machine(jobs, machines, min_duration, max_duration, seed),
        permutation=permutation,
        name=f"flowshop-{jobs}x{machines}-{seed}",
    )
    return with_conditions(problem, seed, **conditions)


def openshop(
    *,
    jobs: int = 5,
    machines: int = 5,
    min_duration: int = 1,
    max_duration: int = 99,
    seed: int = 0,
    **conditions: Unpack[Conditions],
) -> JobShop:
    """An open shop: every job visits every machine once, in any order."""
    problem = replace(
        _machine_by_machine(jobs, machines, min_duration, max_duration, seed),
        open_shop=True,
        name=f"openshop-{jobs}x{machines}-{seed}",
    )
    return with_conditions(problem, seed, **conditions)


def with_conditions(
    problem: JobShop,
    seed: int,
    *,
    release_spread: float = 0.0,
    due_factor: float = 0.0,
    deadline_factor: float = 0.0,
    max_weight: int = 1,
    downtime_share: float = 0.0,
    pause: bool = False,
    max_setup: int = 0,
    setup_families: int = 5,
    max_transport: int = 0,
    no_wait: bool = False,
    blocking: str = "none",
    objective: str = "makespan",
) -> JobShop:
    """The problem with random side conditions.

    With H = the longest job or the mean load of a machine, whichever is more, releases are uniform on 0 to
    ``release_spread`` H. Due dates are the release plus a multiple of the job's total duration (the TWK rule,
    K. R. Baker, Management Science 30 (1984) 1093-1104; 1.3 is tight, 1.6 loose after M. Singer and M. Pinedo,
    IIE Transactions 30 (1998) 109-118). Downtimes last two mean operations on average and fill
    ``downtime_share`` of each machine's time up to 2 H; setup times are uniform and may break the triangle
    inequality; transport times are symmetric.
    """
    check("release_spread", release_spread, 0, 1000)
    check("due_factor", due_factor, 0, 1000)
    check("deadline_factor", deadline_factor, 0, 1000)
    check("max_weight", max_weight, 1)
    n = problem.num_jobs
    work, horizon = _work(problem)
    problem = _with_downtimes(problem, seed, downtime_share, 2 * horizon)
    problem = _with_setups(problem, seed, max_setup, setup_families)
    problem = _with_transport(problem, seed, max_transport)
    release = stream(seed, "release").integers(0, int(release_spread * horizon), size=n, endpoint=True)
    return replace(
        problem,
        release=release,
        due=release + (due_factor * work).astype(np.int64) if due_factor else np.full(n, FAR),
        deadline=release + (deadline_factor * work).astype(np.int64) if deadline_factor else np.full(n, FAR),
        weight=stream(seed, "weight").integers(1, max_weight, size=n, endpoint=True),
        pause=pause,
        no_wait=no_wait,
        blocking=blocking,
        objective=tuple(name.strip() for name in objective.split(",")),
    )


def _durations(size: int, shortest: int, longest: int, seed: int) -> npt.NDArray[np.int64]:
    check("min_duration", shortest, 0)
    check("max_duration", longest, shortest)
    return stream(seed, "duration").integers(shortest, longest, size=size, endpoint=True)


def _machine_by_machine(jobs: int, machines: int, shortest: int, longest: int, seed: int) -> JobShop:
    """Every job on machine 0, 1, … in turn."""
    check("jobs", jobs, 1)
    check("machines", machines, 1)
    return JobShop(
        num_machines=machines,
        job_ptr=np.arange(jobs + 1) * machines,
        alt_ptr=np.arange(jobs * machines + 1),
        machine=np.tile(np.arange(machines), jobs),
        duration=_durations(jobs * machines, shortest, longest, seed),
    )


def _routes(
    jobs: int, machines: int, operations: int, min_operations: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Machines of all operations, job by job, and where each job begins among them.

    A route runs through all machines in random order, then through all in another one, and so on;
    no two operations in a row are on the same machine, where there are two.
    """
    check("jobs", jobs, 1)
    check("machines", machines, 1)
    longest = operations or machines
    shortest = min_operations or longest
    check("operations", longest, 1)
    check("min_operations", shortest, 1, longest)
    rounds = -(-longest // machines)
    order = np.broadcast_to(np.arange(machines), (jobs, rounds, machines))
    order = stream(seed, "route").permuted(order, axis=2)
    for r in range(1, rounds):
        twice = order[:, r, 0] == order[:, r - 1, -1]
        order[twice, r, 0], order[twice, r, -1] = order[twice, r, -1], order[twice, r, 0]
    lengths = stream(seed, "length").integers(shortest, longest, size=jobs, endpoint=True)
    kept = np.arange(rounds * machines) < lengths[:, None]
    return order.reshape(jobs, -1)[kept], np.concatenate([[0], np.cumsum(lengths)])


def _work(problem: JobShop) -> tuple[npt.NDArray[np.int64], int]:
    """The total duration of each job by its quickest alternatives, and the time all the work takes at least."""
    quickest = np.minimum.reduceat(problem.duration, problem.alt_ptr[:-1])
    work = np.add.reduceat(quickest, problem.job_ptr[:-1])
    return work, max(int(work.max()), -(-int(work.sum()) // problem.num_machines))


def _with_downtimes(problem: JobShop, seed: int, share: float, horizon: int) -> JobShop:
    check("downtime_share", share, 0, 0.95)
    if not share:
        return problem
    rng = stream(seed, "downtime")
    mean_length = max(1.0, 2 * float(problem.duration.mean()))
    mean_gap = mean_length * (1 - share) / share
    rows = []
    for k in range(problem.num_machines):
        time = int(rng.exponential(mean_gap))
        while time < horizon:
            length = 1 + int(rng.uniform(0, 2 * mean_length - 1))
            rows.append((k, time, time + length))
            time += length + 1 + int(rng.exponential(mean_gap))
    machine, start, end = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return replace(problem, downtime_machine=machine, downtime_start=start, downtime_end=end)


def _with_setups(problem: JobShop, seed: int, longest: int, families: int) -> JobShop:
    """Setup times on each machine between families of jobs, none within a family; also from the idle machine."""
    check("max_setup", longest, 0)
    check("setup_families", families, 1)
    if not longest:
        return problem
    check_size("machines x setup_families x setup_families", problem.num_machines, families, families)
    rng = stream(seed, "setup")
    setup = rng.integers(1, longest, size=(problem.num_machines, families, families), endpoint=True)
    setup[:, np.arange(families), np.arange(families)] = 0
    initial = rng.integers(1, longest, size=(problem.num_machines, families), endpoint=True)
    family = rng.integers(0, families, size=problem.num_jobs)
    return replace(problem, setup=setup, initial_setup=initial, setup_family=family[problem.job_of])


def _with_transport(problem: JobShop, seed: int, longest: int) -> JobShop:
    check("max_transport", longest, 0)
    if not longest:
        return problem
    m = problem.num_machines
    check_size("machines x machines", m, m)
    upper = np.triu(stream(seed, "transport").integers(1, longest, size=(m, m), endpoint=True), k=1)
    return replace(problem, transport=upper + upper.T)
