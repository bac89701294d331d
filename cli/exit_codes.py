"""What the exit code of every command means."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The codes; scripts may rely on them."""

    OK = 0
    """A valid answer was printed; ``validate``: the solution is feasible."""
    NO = 1
    """The question was answered with no: violations, or proved infeasible."""
    BAD_INPUT = 2
    """Bad usage or bad input; one line on stderr says where and why."""
    NO_SOLUTION = 3
    """No solution was found in time."""
    INTERNAL = 70
    """A bug of ours (EX_SOFTWARE of sysexits.h)."""
    HUNG_UP = 129
    """The terminal was closed before there was a solution (128 + SIGHUP)."""
    INTERRUPTED = 130
    """Ctrl-C before there was a solution (128 + SIGINT)."""
    TERMINATED = 143
    """SIGTERM before there was a solution (128 + SIGTERM)."""
