"""How late anything needs to happen: a time by which some optimal schedule has ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR


def safe_horizon(problem: JobShop) -> int:
    """If there is a feasible schedule, then an optimal one, for any objective, ends by this time.

    Take an optimal schedule and a moment after all releases, fixed operations and downtimes at which
    nothing is processed, moved or set up. All that starts later can start earlier by the length of
    that idle time: sequences stay, no end grows. So after the last of these dates no more than the
    sum of all processing, transport and setup times can pass. A downtime counts only if it begins
    before the work can be over; one that never ends delays nothing.
    """
    work = _work(problem)
    time = _last_date(problem)
    downtimes = zip(problem.downtime_start.tolist(), problem.downtime_end.tolist(), strict=True)
    for start, end in sorted(downtimes):
        if start >= time + work:
            break
        if end < FAR:
            time = max(time, end)
    return time + work


def _work(problem: JobShop) -> int:
    """Sum over operations of the longest processing, transport and setup each can need."""
    longest = np.maximum.reduceat(problem.duration, problem.alt_ptr[:-1])
    work = sum(longest.tolist())
    for times in (problem.transport, problem.setup):
        if times.size:
            work += problem.num_operations * int(times.max())
    return int(work)


def _last_date(problem: JobShop) -> int:
    """After this, no date but those of downtimes delays anything."""
    fixed = problem.fixed_start[problem.fixed_start != FAR]
    longest = int(problem.duration.max())
    dates: Sequence[npt.NDArray[np.int64]] = (problem.release, problem.initial_setup, fixed + longest)
    return max(int(d.max()) for d in dates if d.size)
