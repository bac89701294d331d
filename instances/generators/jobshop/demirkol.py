"""Demirkol, Mehta and Uzsoy's job shops, number for number.

E. Demirkol, S. Mehta, R. Uzsoy, Benchmarks for shop scheduling problems, EJOR 109 (1998) 137-141.
Durations are uniform on 1 to 200. In the second half of the set (dmu41 to dmu80) each job visits the first
half of the machines before the second, which makes those instances harder.
"""

from __future__ import annotations

import numpy as np

from schedsolve.instances.generators.arguments import check
from schedsolve.instances.generators.lehmer import Lehmer
from schedsolve.models.jobshop import JobShop

LONGEST = 200


def demirkol(
    *, jobs: int = 20, machines: int = 15, seed: int = 155125852, two_sets: bool = False, name: str = ""
) -> JobShop:
    """A job shop in which every job visits every machine once; the defaults give dmu01.

    The original computes in single precision: a uniform number is float32(x) / 2^31, and its product with
    200 is a double. A route sorts the machines by numbers drawn for them.
    """
    check("jobs", jobs, 1)
    check("machines", machines, 1)
    stream = Lehmer(seed)
    states = np.array([stream.next() for _ in range(jobs * 2 * machines)], dtype=np.float32)
    keys, uniform = np.moveaxis(states.reshape(jobs, 2, machines) / np.float32(2**31), 1, 0)
    durations = 1 + (LONGEST * uniform.astype(np.float64)).astype(np.int64)
    half = machines // 2 if two_sets else 0
    routes = np.hstack(
        [
            np.argsort(keys[:, :half], axis=1, kind="stable"),
            half + np.argsort(keys[:, half:], axis=1, kind="stable"),
        ]
    )
    return JobShop.from_jobs(
        [list(zip(*job, strict=True)) for job in zip(routes.tolist(), durations.tolist(), strict=True)],
        num_machines=machines,
        name=name or f"demirkol-{jobs}x{machines}-{seed}",
    )
