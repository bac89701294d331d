"""Taillard's job, flow and open shops, number for number.

E. Taillard, Benchmarks for basic scheduling problems, EJOR 64 (1993) 278-285. Durations are uniform on
1 to 99; in job and open shops a second stream shuffles the machines of each job.
"""

from __future__ import annotations

from schedsolve.instances.generators.arguments import check
from schedsolve.instances.generators.lehmer import Lehmer
from schedsolve.models.errors import UnknownName
from schedsolve.models.jobshop import JobShop

SHORTEST, LONGEST = 1, 99


def jobshop(*, jobs: int, machines: int, time_seed: int, machine_seed: int, name: str = "") -> JobShop:
    """A job shop in which every job visits every machine once, in an order of its own (ta01 to ta80)."""
    durations = _durations(jobs, machines, time_seed)
    routes = _routes(jobs, machines, machine_seed)
    return JobShop.from_jobs(
        [list(zip(*job, strict=True)) for job in zip(routes, durations, strict=True)], num_machines=machines, name=name
    )


def openshop(*, jobs: int, machines: int, time_seed: int, machine_seed: int, name: str = "") -> JobShop:
    """An open shop; the operations of a job are listed by machine, as the published tables are."""
    durations = _durations(jobs, machines, time_seed)
    routes = _routes(jobs, machines, machine_seed)
    return JobShop.from_jobs(
        [sorted(zip(*job, strict=True)) for job in zip(routes, durations, strict=True)],
        num_machines=machines,
        open_shop=True,
        name=name,
    )


def flowshop(*, jobs: int, machines: int, time_seed: int, permutation: bool = True, name: str = "") -> JobShop:
    """A flow shop; by default, as in the literature on these instances, one job order on all machines."""
    by_machine = _durations(machines, jobs, time_seed)
    return JobShop.from_jobs(
        [list(enumerate(job)) for job in zip(*by_machine, strict=True)],
        num_machines=machines,
        permutation=permutation,
        name=name,
    )


SHOPS = ("job", "flow", "open")


def taillard(
    *,
    jobs: int = 15,
    machines: int = 15,
    shop: str = "job",
    time_seed: int = 840612802,
    machine_seed: int = 398197754,
) -> JobShop:
    """A shop of any size from two seeds of one's own; the defaults give ta01. Flow shops use ``time_seed`` only."""
    check("jobs", jobs, 1)
    check("machines", machines, 1)
    if shop not in SHOPS:
        raise UnknownName("shop", shop, SHOPS)
    name = f"taillard-{shop}-{jobs}x{machines}-{time_seed}"
    if shop == "flow":
        return flowshop(jobs=jobs, machines=machines, time_seed=time_seed, name=name)
    make = jobshop if shop == "job" else openshop
    return make(
        jobs=jobs, machines=machines, time_seed=time_seed, machine_seed=machine_seed, name=f"{name}-{machine_seed}"
    )


def _durations(rows: int, columns: int, seed: int) -> list[list[int]]:
    stream = Lehmer(seed)
    return [[stream.uniform(SHORTEST, LONGEST) for _ in range(columns)] for _ in range(rows)]


def _routes(jobs: int, machines: int, seed: int) -> list[list[int]]:
    """Each job's machines, shuffled from the identity by swapping each place with a later one."""
    stream = Lehmer(seed)
    routes = []
    for _ in range(jobs):
        route = list(range(machines))
        for j in range(machines):
            k = stream.uniform(j, machines - 1)
            route[j], route[k] = route[k], route[j]
        routes.append(route)
    return routes
