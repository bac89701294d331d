"""How late anything needs to happen: a time by which some optimal schedule has ended."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR


def safe_horizon(problem: RCPSP) -> int:
    """If there is a feasible schedule, then an optimal one, for any objective, ends by this time.

    Take an optimal schedule and a moment, after the last of all dates, at which no task is in work and no lag is
    running. All that happens later can happen earlier by the length of that idle time: distances that are longer
    than they must be shrink, nothing else changes. So after the last date no more than the sum of all durations
    and lags can pass. The longest modes count, and as lags also negative maximum ones, which are lags back.

    Breaks and drops of capacity are dates, too, but where moving things to before them is no loss, they
    count only if they begin before the work can be over.
    """
    longest = np.maximum.reduceat(problem.duration, problem.mode_ptr[:-1]).tolist()
    lags = [max(0, lag) for lag in problem.min_lag.tolist()]
    lags += [max(0, -lag) for lag in problem.max_lag.tolist()]
    work = sum(longest) + sum(lags)
    time = max(_dates(problem, longest))
    movable = _is_movable(problem)
    for start, end in sorted(_interruptions(problem)):
        if movable and start >= time + work:
            break
        time = max(time, end if end < FAR else start)
    return int(min(time + work, problem.project_deadline))


def _dates(problem: RCPSP, longest: list[int]) -> Iterator[int]:
    """After the last of these, later is no better and no more is possible, but for breaks and drops of capacity."""
    yield 0
    yield from problem.release.tolist()
    for fixed, duration in zip(problem.fixed_start.tolist(), longest, strict=True):
        if fixed != FAR:
            yield fixed + duration
    base = problem.capacity[problem.change_resource]
    for k in np.flatnonzero(problem.change_capacity > base).tolist():
        end = int(problem.change_end[k])
        yield end if end < FAR else int(problem.change_start[k])
    if "net_present_value" in problem.objective and problem.discount_rate:
        deadline = np.minimum(problem.deadline, problem.project_deadline)[problem.cash_flow < 0]
        yield from (min(end, worthless_from(problem.discount_rate)) for end in deadline.tolist())


def worthless_from(rate: int) -> int:
    """From this time on ``discounted`` makes nothing of any cash flow: (1 + rate) ** time is beyond 2^60."""
    return math.ceil(60 * math.log(2) / math.log1p(rate / 1_000_000)) + 1


def _interruptions(problem: RCPSP) -> Iterator[tuple[int, int]]:
    """Breaks, and changes to less capacity."""
    yield from zip(problem.break_start.tolist(), problem.break_end.tolist(), strict=True)
    drops = problem.change_capacity < problem.capacity[problem.change_resource]
    yield from zip(problem.change_start[drops].tolist(), problem.change_end[drops].tolist(), strict=True)


def _is_movable(problem: RCPSP) -> bool:
    """Does a schedule stay valid if tasks go, in the same order, to a time without breaks?

    Tasks that paused become shorter there. That can break links to their ends and upper limits of any kind,
    and fill a reservoir too early.
    """
    if not np.any(problem.pause) or not problem.num_calendars:
        return True
    to_end = np.isin(problem.link_kind, [LINK_KINDS.index("FF"), LINK_KINDS.index("SF")])
    return not (np.any(to_end) or np.any(problem.max_lag != FAR) or np.any(problem.reservoir_maximum != FAR))
