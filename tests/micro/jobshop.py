"""One small job shop per feature and objective, with an optimum that can be checked by hand.

Every engine that models a problem is run on it, and brute force as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR


@dataclass(frozen=True)
class Micro:
    """A problem, its optimum (one value an objective; None: infeasible), and why."""

    name: str
    sentence: str
    problem: JobShop
    optimum: tuple[int, ...] | None


MICRO: list[Micro] = []


def micro(name: str, sentence: str, optimum: int | tuple[int, ...] | None, jobs: Sequence[Any], **fields: Any) -> None:
    objective = fields.pop("objective", "makespan")
    fields["objective"] = (objective,) if isinstance(objective, str) else objective
    values = (optimum,) if isinstance(optimum, int) else optimum
    MICRO.append(Micro(name, sentence, JobShop.from_jobs(jobs, **fields), values))


def down(*rows: tuple[int, int, int]) -> dict[str, list[int]]:
    """Downtimes from (machine, start, end)."""
    machine, start, end = (list(column) for column in zip(*rows, strict=True))
    return {"downtime_machine": machine, "downtime_start": start, "downtime_end": end}


# --- routes, machines, alternatives -----------------------------------------------------------------

micro("one job", "The operations of a job follow one another: 3 + 2.", 5, [[(0, 3), (1, 2)]])
micro("one machine", "A machine does one operation at a time: 3 + 2.", 5, [[(0, 3)], [(0, 2)]])
micro(
    "two by two",
    "Machine 1 has 4 + 2 to do and can do so without a pause, the second job first.",
    6,
    [[(0, 3), (1, 2)], [(1, 4), (0, 1)]],
)
micro(
    "re-entrant",
    "The short job fits on machine 0 between the two visits of the first one.",
    5,
    [[(0, 2), (1, 1), (0, 2)], [(0, 1)]],
)
micro(
    "alternatives",
    "The first job takes machine 1 for 3, the second machine 0 for 4.",
    4,
    [[[(0, 5), (1, 3)]], [[(0, 4), (1, 3)]]],
)
micro(
    "two ways on one machine",
    "Of two alternatives on one machine the faster one, then the other job: 2 + 1.",
    3,
    [[[(0, 4), (0, 2)]], [(0, 1)]],
)
micro(
    "operation of length 0",
    "An operation of length 0 happens at 1 in the middle of another one on its machine: 3 + 4.",
    7,
    [[(0, 0), (1, 2)], [(0, 4)]],
    release=[1, 0],
    objective="total_completion_time",
)

# --- windows ----------------------------------------------------------------------------------------

micro("release", "Released at 4, it runs from 4 to 6.", 6, [[(0, 2)], [(0, 3)]], release=[4, 0])
micro(
    "deadline decides the order",
    "The long job must be first to end by 5: 5 + 7 instead of 2 + 7.",
    12,
    [[(0, 2)], [(0, 5)]],
    deadline=[FAR, 5],
    objective="total_completion_time",
)
micro("deadlines too early", "Two jobs of 3 do not both end by 5.", None, [[(0, 3)], [(0, 3)]], deadline=[5, 5])

# --- downtime ---------------------------------------------------------------------------------------

micro("downtime", "3 do not fit before the downtime [2, 4): from 4 to 7.", 7, [[(0, 3)]], **down((0, 2, 4)))
micro(
    "downtime filled up",
    "The 2 go before the downtime, the 3 after it.",
    7,
    [[(0, 2)], [(0, 3)]],
    **down((0, 2, 4)),
)
micro(
    "downtime ends where the next begins",
    "Downtimes [2, 4) and [4, 6) leave no room between them.",
    7,
    [[(0, 1)], [(0, 2)]],
    **down((0, 2, 4), (0, 4, 6)),
)
micro("pause", "2 before the downtime [2, 4), 1 after it.", 5, [[(0, 3)]], pause=True, **down((0, 2, 4)))
micro(
    "pause twice",
    "1 before [1, 2), 1 between, 1 after [3, 5).",
    6,
    [[(0, 3)]],
    pause=True,
    **down((0, 1, 2), (0, 3, 5)),
)
micro(
    "pause at once",
    "No operation starts inside a downtime: from 3 to 4.",
    4,
    [[(0, 1)]],
    release=[1],
    pause=True,
    **down((0, 1, 3)),
)
micro(
    "end at a downtime",
    "An operation that ends where a downtime starts does not linger: its job goes on at 2.",
    3,
    [[(0, 2), (1, 1)]],
    pause=True,
    **down((0, 2, 5)),
)

# --- setups and transport ---------------------------------------------------------------------------

micro(
    "setup by sequence",
    "From the first to the second job costs 1, back 4: 2 + 1 + 2.",
    5,
    [[(0, 2)], [(0, 2)]],
    setup=[[[0, 1], [4, 0]]],
)
micro(
    "setup between neighbours only",
    "A to C costs 9, but A, B, C in this order need none: the triangle inequality does not hold.",
    3,
    [[(0, 1)], [(0, 1)], [(0, 1)]],
    setup=[[[0, 0, 9], [9, 0, 0], [9, 9, 0]]],
)
micro(
    "initial setup of the first only",
    "The second job first, then the initial setup of 3 no longer matters.",
    4,
    [[(0, 2)], [(0, 2)]],
    initial_setup=[[3, 0]],
)
micro(
    "setup families",
    "Two jobs of one family, then the other: 2 + 2 + setup 3 + 2.",
    9,
    [[(0, 2)], [(0, 2)], [(0, 2)]],
    setup=[[[0, 3], [5, 0]]],
    setup_family=[0, 1, 0],
)
micro("transport", "2, then 3 on the way, then 2.", 7, [[(0, 2), (1, 2)]], transport=[[0, 3], [0, 0]])
micro(
    "transport and alternatives",
    "The near machine (2 + 1 + 3) beats the fast one (2 + 4 + 1).",
    6,
    [[(0, 2), [(1, 1), (2, 3)]]],
    transport=[[0, 4, 1], [0, 0, 0], [0, 0, 0]],
)

# --- no-wait, blocking ------------------------------------------------------------------------------

HELD = [[(0, 1), (1, 1)], [(0, 4)]]
micro(
    "waiting is free",
    "Machine 1 is down in [1, 4): the first job waits beside it while machine 0 does the second.",
    5,
    HELD,
    release=[0, 1],
    **down((1, 1, 4)),
)
micro(
    "blocking",
    "The same with blocking: the second job goes first (1 to 5), then 1 + 1.",
    7,
    HELD,
    release=[0, 1],
    blocking="no_swap",
    **down((1, 1, 4)),
)
micro(
    "no-wait",
    "Machine 1 is down in [2, 5). Machine 0 has no 4 free before 3, so the long job first, then 2 + 2.",
    8,
    [[(0, 2), (1, 2)], [(0, 4)]],
    no_wait=True,
    **down((1, 2, 5)),
)
micro(
    "no-wait with transport",
    "The second operation starts exactly 2 after the first one's end; the downtime [3, 6) moves both.",
    7,
    [[(0, 1), (1, 1)]],
    no_wait=True,
    transport=[[0, 2], [0, 0]],
    **down((1, 3, 6)),
)
EXCHANGE = [[(0, 1), (1, 1)], [(1, 1), (0, 1)]]
micro("no blocking", "Both jobs change machines at 1.", 2, EXCHANGE)
micro("swap", "With swap they may do so although neither machine is free first.", 2, EXCHANGE, blocking="swap")
micro("no swap", "Without swap one job must be through before the other begins.", 4, EXCHANGE, blocking="no_swap")
CIRCLE = [[(0, 1), (1, 1)], [(1, 1), (2, 1)], [(2, 1), (0, 1)]]
micro("circle with swap", "Three jobs change machines in a circle at 1.", 2, CIRCLE, blocking="swap")
micro(
    "circle without swap",
    "Two move one after another at 1, the third begins when its machine is left at 2.",
    4,
    CIRCLE,
    blocking="no_swap",
)
micro(
    "move one after another",
    "A chain that is no circle moves in one instant, without swap.",
    3,
    [[(0, 1), (1, 1), (2, 1)], [(1, 1), (2, 1)], [(0, 1)]],
    release=[0, 0, 1],
    blocking="no_swap",
)
micro(
    "length 0 that blocks",
    "The first job waits for machine 1 until 4, on machine 0 from 3 on; only then the last one gets machine 2.",
    6,
    [[(2, 1), (0, 0), (1, 1)], [(1, 4)], [(0, 3)], [(2, 3)]],
    blocking="swap",
    fixed_start=[0, FAR, FAR, 0, FAR, FAR],
)

# --- open shop, permutation -------------------------------------------------------------------------

BOTH = [[(0, 2), (1, 2)], [(0, 2), (1, 2)]]
micro("flow shop", "Both jobs visit machine 0 first.", 6, BOTH)
micro("open shop", "In any order: one starts on each machine.", 4, BOTH, open_shop=True)
micro(
    "open shop, one at a time",
    "The three operations of a job never overlap, though no other job is there.",
    6,
    [[(0, 1), (1, 2), (2, 3)]],
    open_shop=True,
)
micro(
    "open shop with transport",
    "From machine 0 to 1 takes 5, back 1: machine 1 first.",
    3,
    [[(0, 1), (1, 1)]],
    open_shop=True,
    transport=[[0, 5], [1, 0]],
)
micro(
    "open shop without waiting",
    "Machine 1 first; the downtime [1, 4) of machine 0 delays both.",
    5,
    [[(0, 1), (1, 1)]],
    open_shop=True,
    no_wait=True,
    release=[1],
    **down((0, 1, 4), (1, 6, 9)),
)
CROSSED = [[(0, 1), (1, 4), (2, 4), (3, 1)], [(0, 4), (1, 1), (2, 1), (3, 4)]]
micro("jobs may overtake", "The second job overtakes before machine 2 and ends at 11, the first at 12.", 12, CROSSED)
micro("permutation", "In one order on all machines it takes 14 either way.", 14, CROSSED, permutation=True)
ROUND: dict[str, Any] = {
    "jobs": [[(0, 1), (1, 0), (2, 1)], [(0, 1), (1, 1), (2, 0)], [(0, 0), (1, 1), (2, 1)]],
    "fixed_start": [0, FAR, 5, 1, 2, FAR, FAR, 3, 4],
}
micro("orders in a circle", "A before B, B before C and C before A, on a machine each: no order of jobs.", 6, **ROUND)
micro("no permutation in a circle", "Not the same order on all machines.", None, **ROUND, permutation=True)

# --- decided already --------------------------------------------------------------------------------

micro(
    "fixed start",
    "Fixed to [1, 3), the other job of 3 does not fit before.",
    6,
    [[(0, 2)], [(0, 3)]],
    fixed_start=[1, FAR],
)
micro("fixed machine", "Fixed to the slow machine.", 5, [[[(0, 2), (1, 5)]]], fixed_machine=[1])
micro(
    "done before its release",
    "What is done may have begun before the release at 5, what is not may not.",
    6,
    [[(0, 2), (1, 1)]],
    release=[5],
    fixed_start=[0, FAR],
    done=[True, False],
)
micro(
    "done in a downtime",
    "What is done has worked through the downtime: until 3, then 1.",
    4,
    [[(0, 3)], [(0, 1)]],
    fixed_start=[0, FAR],
    done=[True, False],
    **down((0, 1, 2)),
)
micro(
    "done out of order",
    "The job's order does not hold between two done operations.",
    5,
    [[(0, 2), (1, 1), (2, 2)]],
    fixed_start=[1, 0, FAR],
    done=[True, True, False],
    transport=[[0, 0, 2], [0, 0, 2], [0, 0, 0]],
)
micro(
    "done twice at once",
    "A machine did two operations at one time, if the records are right: who comes next waits for both, until 3.",
    4,
    [[(0, 2)], [(0, 2)], [(0, 1)]],
    fixed_start=[0, 1, FAR],
    done=[True, True, False],
)
micro(
    "done within another",
    "The setup is from the one that left last, at 5: 2, then 1; from the other one it would be 9.",
    8,
    [[(0, 5)], [(0, 2)], [(0, 1)]],
    setup=[[[0, 0, 2], [0, 0, 9], [0, 0, 0]]],
    fixed_start=[0, 1, FAR],
    done=[True, True, False],
)
micro(
    "done without the setup",
    "Nothing mends the setup of 9 that the past left out.",
    5,
    [[(0, 2)], [(0, 2)], [(0, 1)]],
    setup=[[[0, 9, 0], [0, 0, 0], [0, 0, 0]]],
    fixed_start=[0, 2, FAR],
    done=[True, True, False],
)
micro(
    "done on both machines by chance",
    "The first two jobs passed each other; the third comes last on both machines, from 3 to 5.",
    5,
    [[(0, 1), (1, 1)], [(0, 1), (1, 1)], [(0, 1), (1, 1)]],
    fixed_start=[0, 3, 1, 2, FAR, FAR],
    done=[True, True, True, True, False, False],
    permutation=True,
)
micro(
    "done at once with its own job",
    "In an open shop a job goes on without waiting behind the operation of its past that ended last, at 4.",
    5,
    [[(0, 4), (1, 1), (2, 1)]],
    fixed_start=[0, 1, FAR],
    done=[True, True, False],
    open_shop=True,
    no_wait=True,
)
micro(
    "done where a job still stands",
    "The first job has not left machine 0, where the second has been all the same: both are gone at 5, then 1.",
    6,
    [[(0, 1), (1, 1)], [(0, 1)], [(0, 1)]],
    release=[5, 0, 0],
    fixed_start=[0, FAR, 2, FAR],
    done=[True, False, True, False],
    blocking="swap",
)
micro(
    "fixed into a downtime",
    "Fixed to a time at which it cannot work.",
    None,
    [[(0, 2)]],
    fixed_start=[1],
    **down((0, 2, 3)),
)

# --- objectives -------------------------------------------------------------------------------------

micro("total completion time", "Shortest first: 1 + 4.", 5, [[(0, 3)], [(0, 1)]], objective="total_completion_time")
micro(
    "total weighted completion time",
    "Smith's rule, the heavy job first: 3 x 3 + 5.",
    14,
    [[(0, 2)], [(0, 3)]],
    weight=[1, 3],
    objective="total_weighted_completion_time",
)
micro(
    "total flow time",
    "From release to completion: 2 and 4 - 1.",
    5,
    [[(0, 2)], [(0, 2)]],
    release=[0, 1],
    objective="total_flow_time",
)
micro(
    "total weighted flow time",
    "With weight 4 the second job goes first, at its release: 4 x 2 + 5.",
    13,
    [[(0, 2)], [(0, 2)]],
    release=[0, 1],
    weight=[1, 4],
    objective="total_weighted_flow_time",
)
LATE: dict[str, Any] = {"jobs": [[(0, 3)], [(0, 2)]], "due": [3, 2]}
micro("total tardiness", "The second job first, then the first is 2 late.", 2, **LATE, objective="total_tardiness")
micro(
    "total weighted tardiness",
    "With weight 3 the first job goes first; the second is 3 late.",
    3,
    **LATE,
    weight=[3, 1],
    objective="total_weighted_tardiness",
)
micro(
    "no due date, no tardiness",
    "The job without a due date goes last and is never late.",
    0,
    [[(0, 9)], [(0, 2)]],
    due=[FAR, 2],
    objective="total_tardiness",
)
micro(
    "maximum lateness",
    "Nobody is late: 2 - 4 and 5 - 10; the greater one counts, below 0.",
    -2,
    [[(0, 3)], [(0, 2)]],
    due=[10, 4],
    objective="maximum_lateness",
)
THREE: dict[str, Any] = {"jobs": [[(0, 2)], [(0, 3)], [(0, 4)]], "due": [3, 5, 6]}
micro("tardy jobs", "2 and 3 are in time, 4 is not (Moore's rule).", 1, **THREE, objective="tardy_jobs")
micro(
    "weighted tardy jobs",
    "2 and 4 can both be in time, 3 and 4 cannot: the 3, of weight 4, is late.",
    4,
    **THREE,
    weight=[3, 4, 5],
    objective="weighted_tardy_jobs",
)
micro(
    "total setup time",
    "Initial 2 and then 1, instead of 1 and then 3.",
    3,
    [[(0, 2)], [(0, 2)]],
    setup=[[[0, 3], [1, 0]]],
    initial_setup=[[1, 2]],
    objective="total_setup_time",
)
CONFLICT: dict[str, Any] = {"jobs": [[(0, 2)], [(0, 2)]], "release": [3, 0], "setup": [[[0, 0], [1, 0]]]}
micro(
    "makespan, then setups",
    "In the order of release: from 0 to 2 and from 3 to 5, with setup 1.",
    (5, 1),
    **CONFLICT,
    objective=("makespan", "total_setup_time"),
)
micro(
    "setups, then makespan",
    "No setup in the other order, which starts at 3.",
    (0, 7),
    **CONFLICT,
    objective=("total_setup_time", "makespan"),
)
