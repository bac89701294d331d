"""The ways to process an operation: on which machine, from when, for how long.

Downtime is dealt with here and nowhere else. An operation that may not pause can start only where it
fits between two downtimes; one that may pause lasts longer by the downtimes that it runs into, and all
starts from which it lasts equally long form one way.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.working_time import Intervals, between, clip, pausing


@dataclass(frozen=True, slots=True)
class Way:
    """One way to process an operation; ``length`` is from start to end, pauses included."""

    operation: int
    alternative: int
    """Counted within the operation."""
    machine: int
    length: int
    starts: Intervals


def ways(problem: JobShop, operation: int, horizon: int, downtimes: dict[int, Intervals]) -> list[Way]:
    """All ways of an operation that end by ``horizon``; empty where release, deadline, downtime or
    what is fixed leave none. ``downtimes`` maps a machine to its downtimes [start, end)."""
    found = []
    first = int(problem.alt_ptr[operation])
    for a in range(first, int(problem.alt_ptr[operation + 1])):
        machine, duration = int(problem.machine[a]), int(problem.duration[a])
        if problem.fixed_machine[operation] not in (-1, machine):
            continue
        for length, starts in _lengths(problem, operation, duration, horizon, downtimes.get(machine, [])):
            if starts:
                found.append(Way(operation, a - first, machine, length, starts))
    return found


def _lengths(
    problem: JobShop, operation: int, duration: int, horizon: int, down: Intervals
) -> list[tuple[int, Intervals]]:
    """The lengths that an alternative can have, each with the starts from which it has it."""
    fixed = int(problem.fixed_start[operation])
    if problem.done[operation]:
        return [(duration, [(fixed, fixed)])]
    job = int(problem.job_of[operation])
    earliest, latest_end = int(problem.release[job]), min(horizon, int(problem.deadline[job]))
    if duration == 0 or not down:
        found = [(duration, [(earliest, latest_end)])]
    elif problem.pause:
        found = pausing(duration, down, latest_end)
    else:
        found = [(duration, between(duration, down, latest_end))]
    window = (earliest, latest_end) if fixed == FAR else (max(earliest, fixed), min(latest_end, fixed))
    return [(length, clip(starts, window[0], min(window[1], latest_end - length))) for length, starts in found]
