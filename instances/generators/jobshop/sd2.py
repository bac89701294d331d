"""The SD2 mix of flexible job shops, number for number.

R. Wang, G. Wang, J. Sun, F. Deng, J. Chen, Flexible job shop scheduling via dual attention network-based
reinforcement learning, IEEE Transactions on Neural Networks and Learning Systems 35 (2024) 3091-3102.
S. Li et al., Learning-guided rolling horizon optimization for long-horizon flexible job-shop scheduling (ICLR
2025) draw 600 such instances from seed 0, train on the first 450 and test on the last 100.

Each operation has 1 to m machines, and on each of them a duration of its own, uniform on 1 to 99.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schedsolve.instances.generators.arguments import check
from schedsolve.models.jobshop import JobShop

SHORTEST, LONGEST = 1, 99


def sd2(*, jobs: int = 20, machines: int = 10, operations: int = 30, seed: int = 0, index: int = 0) -> JobShop:
    """Instance ``index`` of the sequence that a seed starts. Takes time in proportion to ``index``,
    for the numbers of all instances before it are drawn: about 5 ms each for 600 operations."""
    check("jobs", jobs, 1)
    check("machines", machines, 1)
    check("operations", operations, 1)
    check("seed", seed, 0, 2**32 - 1)
    check("index", index, 0, 100_000)
    stream = np.random.RandomState(seed)  # numpy's old generator: the published instances come from it
    for _ in range(index + 1):
        durations = _durations(stream, jobs, machines, operations)
    eligible = durations > 0
    return JobShop(
        num_machines=machines,
        job_ptr=np.arange(jobs + 1) * operations,
        alt_ptr=np.concatenate([[0], np.cumsum(eligible.sum(axis=1))]),
        machine=np.nonzero(eligible)[1],
        duration=durations[eligible],
        name=f"sd2-{jobs}x{machines}x{operations}-{seed}-{index}",
    )


def _durations(stream: np.random.RandomState, jobs: int, machines: int, operations: int) -> npt.NDArray[np.int64]:
    """N x m; 0 where a machine cannot do the operation."""
    stream.randint(operations, operations + 1, size=jobs)  # the lengths of the jobs, all equal in this set
    count = stream.randint(1, machines + 1, size=jobs * operations)
    durations = stream.randint(SHORTEST, LONGEST + 1, size=(jobs * operations, machines))
    for row in np.flatnonzero(count < machines):
        durations[row, stream.choice(machines, machines - count[row], replace=False)] = 0
    return durations
