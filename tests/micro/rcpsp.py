"""One small project per feature and objective, with an optimum that can be checked by hand.

Every engine that models a problem is run on it, and brute force as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schedsolve.models.rcpsp import LINK_KINDS, RCPSP
from schedsolve.models.record import FAR


@dataclass(frozen=True)
class Micro:
    """A problem, its optimum (one value an objective; None: infeasible), and why."""

    name: str
    sentence: str
    problem: RCPSP
    optimum: tuple[int, ...] | None


MICRO: list[Micro] = []


def micro(name: str, sentence: str, optimum: int | tuple[int, ...] | None, tasks: Sequence[Any], **fields: Any) -> None:
    """Each task is a mode ``(duration, demand, …)`` or a list of such; ``precede`` lists pairs of tasks."""
    modes = [task if isinstance(task, list) else [task] for task in tasks]
    rows = [mode for task in modes for mode in task]
    fields |= links(*((a, b, "FS", 0, FAR) for a, b in fields.pop("precede", ())))
    problem = RCPSP(
        mode_ptr=[sum(map(len, modes[:i])) for i in range(len(modes) + 1)],
        duration=[row[0] for row in rows],
        demand=[row[1:] for row in rows],
        **({"capacity": []} | fields),
    )
    MICRO.append(Micro(name, sentence, problem, (optimum,) if isinstance(optimum, int) else optimum))


def links(*rows: tuple[int, int, str, int, int]) -> dict[str, Any]:
    """Links from (task, task, kind, least lag, greatest lag)."""
    if not rows:
        return {}
    a, b, kind, least, most = (list(column) for column in zip(*rows, strict=True))
    kinds = [LINK_KINDS.index(name) for name in kind]
    return {"link_from": a, "link_to": b, "link_kind": kinds, "min_lag": least, "max_lag": most}


def changes(*rows: tuple[int, int, int, int]) -> dict[str, Any]:
    """Changes of capacity from (resource, start, end, units)."""
    resource, start, end, units = (list(column) for column in zip(*rows, strict=True))
    return {"change_resource": resource, "change_start": start, "change_end": end, "change_capacity": units}


def breaks(*rows: tuple[int, int], **fields: Any) -> dict[str, Any]:
    """One calendar with breaks (start, end)."""
    start, end = (list(column) for column in zip(*rows, strict=True))
    return {"num_calendars": 1, "break_calendar": [0] * len(rows), "break_start": start, "break_end": end} | fields


# --- tasks and renewable resources ------------------------------------------------------------------

micro("one task", "It takes 3.", 3, [(3,)])
micro("no resources", "Without resources all go at once: the longest takes 4.", 4, [(3,), (4,)])
micro("precedence", "One after the other: 2 + 3.", 5, [(2,), (3,)], precede=[(0, 1)])
micro("capacity", "Two tasks of 2 units on 3 do not go at once: 2 + 3.", 5, [(2, 2), (3, 2)], capacity=[3])
micro(
    "three on two units",
    "Of three tasks of one unit two go at once: the two short ones one after the other beside the long one.",
    4,
    [(4, 1), (2, 1), (2, 1)],
    capacity=[2],
)
micro(
    "length 0",
    "A task of length 0 uses nothing renewable: it asks for 5 of 1 unit and is done at 0.",
    3,
    [(0, 5), (3, 1)],
    capacity=[1],
    objective="total_completion_time",
)
micro("demand above capacity", "2 units are asked for, 1 is there.", None, [(1, 2)], capacity=[1])
micro(
    "a circle of precedences",
    "Neither can come first.",
    None,
    [(1,), (1,)],
    precede=[(0, 1), (1, 0)],
)

# --- modes and budgets ------------------------------------------------------------------------------

micro("two modes", "The faster mode.", 2, [[(5,), (2,)]])
micro(
    "modes that share",
    "Both in their slow mode of one unit go at once, for 3; one after the other would take 4.",
    3,
    [[(2, 2), (3, 1)], [(2, 2), (3, 1)]],
    capacity=[2],
)
micro(
    "budget",
    "The fast mode uses up 2 of a budget of 3: only one of the tasks can afford it, 2 and 5 at once.",
    5,
    [[(2,), (5,)], [(2,), (5,)]],
    budget=[3],
    consumption=[[2], [0], [2], [0]],
)
micro("budget exceeded", "2 + 2 of 3.", None, [(1,), (1,)], budget=[3], consumption=[[2], [2]])
micro(
    "cost",
    "The cheapest modes, then as early as possible: 1 + 2, at 5.",
    (3, 5),
    [[(2,), (5,)], [(3,), (1,)]],
    cost=[4, 1, 2, 7],
    objective=("total_cost", "makespan"),
)

# --- changes of capacity ----------------------------------------------------------------------------

micro("downtime", "3 do not fit before [2, 4): from 4 to 7.", 7, [(3, 1)], capacity=[1], **changes((0, 2, 4, 0)))
micro(
    "fewer units",
    "Both go at once only after the change to one unit, or one beside it: 2 + 2 one after the other.",
    4,
    [(2, 1), (2, 1)],
    capacity=[2],
    **changes((0, 1, 9, 1)),
)
micro("more units", "2 units are there in [3, 5) only.", 5, [(2, 2)], capacity=[1], **changes((0, 3, 5, 2)))
micro(
    "never again",
    "From 2 on no units for ever, and 3 do not fit before.",
    None,
    [(3, 1)],
    capacity=[1],
    **changes((0, 2, FAR, 0)),
)
micro(
    "changes that overlap",
    "The least counts: 1 unit in [0, 4), 2 in [4, 6) although the first change has 3 until 5.",
    8,
    [(2, 3)],
    capacity=[3],
    **changes((0, 0, 4, 1), (0, 2, 5, 3), (0, 3, 6, 2)),
)
micro("unlimited", "There is always enough.", 3, [(3, 5), (2, 9)], capacity=[FAR])
micro(
    "no limit but at times",
    "One unit in [1, 4), no limit at other times: both at once from 4 on.",
    6,
    [(2, 2), (2, 3)],
    capacity=[FAR],
    **changes((0, 1, 4, 1)),
)

# --- links ------------------------------------------------------------------------------------------

micro("least lag", "2 + 3 to wait + 1.", 6, [(2,), (1,)], **links((0, 1, "FS", 3, FAR)))
micro(
    "negative lag",
    "The second may start 1 before the first ends: 2 - 1 + 3.",
    4,
    [(2,), (3,)],
    **links((0, 1, "FS", -1, FAR)),
)
micro(
    "start to start",
    "Starts 2 after the start: 2 + 1, but the first takes 5.",
    5,
    [(5,), (1,)],
    **links((0, 1, "SS", 2, FAR)),
)
micro("finish to finish", "Ends 1 after the end: 3 + 1.", 4, [(3,), (1,)], **links((0, 1, "FF", 1, FAR)))
micro("start to finish", "Ends 5 after the start.", 5, [(2,), (1,)], **links((0, 1, "SF", 5, FAR)))
micro(
    "greatest lag",
    "The second starts at 4 and at most 1 after the end of the first: their sum is least at 5 + 3.",
    8,
    [(2,), (1,)],
    release=[0, 4],
    objective="total_completion_time",
    **links((0, 1, "FS", 0, 1)),
)
micro(
    "no wait",
    "The two stay together, and together they do not fit before the downtime [2, 4): 4 + 2 + 1.",
    7,
    [(2, 1), (1, 1)],
    capacity=[1],
    **(links((0, 1, "FS", 0, 0)) | changes((0, 2, 4, 0))),
)
micro(
    "lags that contradict",
    "At least 3 after and at most 2 after.",
    None,
    [(1,), (1,)],
    **links((0, 1, "SS", 3, FAR), (0, 1, "SS", -FAR, 2)),
)
micro(
    "negative greatest lag",
    "The second starts at least 2 before the first ends... and so before it: 0, then from 0 on.",
    3,
    [(3,), (1,)],
    **links((0, 1, "FS", -FAR, -2)),
)

# --- reservoirs -------------------------------------------------------------------------------------

micro(
    "reservoir",
    "The second takes out what the first puts in at its end, 3: 3 + 2.",
    5,
    [(3,), (2,)],
    reservoir_initial=[0],
    withdrawal=[[0], [1]],
    delivery=[[1], [0]],
)
micro(
    "reservoir at one time",
    "What is delivered and what is withdrawn at 3 count together, although 1 is the most that fits.",
    (3, 5),
    [(3,), (2,)],
    reservoir_initial=[0],
    reservoir_maximum=[1],
    withdrawal=[[0], [2]],
    delivery=[[2], [0]],
    release=[0, 1],
    objective=("maximum_lateness", "makespan"),
    due=[0, FAR],
)
micro(
    "reservoir overflows",
    "The first delivers 2 into room for 1: the second must withdraw before; it is there from 4 on.",
    (5, 9),
    [(1,), (1,)],
    reservoir_initial=[2],
    reservoir_maximum=[3],
    withdrawal=[[0], [1]],
    delivery=[[2], [0]],
    release=[0, 4],
    objective=("makespan", "total_completion_time"),
)
micro(
    "reservoir too full",
    "It holds 2 at the outset, at most 1 is allowed.",
    None,
    [(1,)],
    reservoir_initial=[2],
    reservoir_maximum=[1],
)
micro("reservoir empty", "Nobody delivers.", None, [(1,)], reservoir_initial=[0], withdrawal=[[1]])

# --- groups, windows, past --------------------------------------------------------------------------

micro(
    "group", "The two never overlap, the third may: 2 + 3.", 5, [(2,), (3,), (4,)], group_ptr=[0, 2], group_task=[0, 1]
)
micro("release", "From 4 to 6.", 6, [(2,), (3,)], release=[4, 0])
micro(
    "deadline decides the order",
    "The long one must be first to end by 5: 5 + 7 instead of 2 + 7.",
    12,
    [(2, 1), (5, 1)],
    capacity=[1],
    deadline=[FAR, 5],
    objective="total_completion_time",
)
micro(
    "project deadline", "3 + 3 on one unit do not end by 5.", None, [(3, 1), (3, 1)], capacity=[1], project_deadline=5
)
micro(
    "fixed start",
    "It runs from 2 to 4, the other one after it.",
    7,
    [(2, 1), (3, 1)],
    capacity=[1],
    fixed_start=[2, FAR],
)
micro("fixed mode", "The slow mode is decided.", 5, [[(5,), (2,)]], fixed_mode=[0])
micro(
    "done",
    "The past occupies its unit from -1 to 2, although it was released at 3 and due to end by 1.",
    4,
    [(3, 1), (2, 1)],
    capacity=[1],
    release=[3, 0],
    deadline=[1, FAR],
    fixed_start=[-1, FAR],
    done=[True, False],
)
micro(
    "links and groups of the past",
    "Two that are done overlap against a precedence and a group; the third keeps both, from 3 on.",
    4,
    [(2,), (2,), (1,)],
    fixed_start=[0, 1, FAR],
    done=[True, True, False],
    group_ptr=[0, 3],
    group_task=[0, 1, 2],
    precede=[(0, 1), (1, 2)],
)

micro(
    "a past above capacity",
    "Two that are done held one unit at once until 2 and 3: it is free from 3 on.",
    5,
    [(2, 1), (3, 1), (2, 1)],
    capacity=[1],
    fixed_start=[0, 0, FAR],
    done=[True, True, False],
)
micro(
    "a past above capacity in another mode",
    "Whichever way the first was done, the two left nothing before 1; the slow way holds a unit until 4.",
    3,
    [[(1, 3), (4, 1)], (1, 2), (2, 1)],
    capacity=[2],
    fixed_start=[0, 0, FAR],
    done=[True, True, False],
)
micro(
    "a task under way beside a past above capacity",
    "It is not done, has to keep to the capacity, and does not.",
    None,
    [(2, 1), (3, 1), (2, 1)],
    capacity=[1],
    fixed_start=[0, 0, 1],
    done=[True, True, False],
)
micro(
    "a past over budget",
    "3 of a budget of 2 are used up: what is left must be done in the slow mode, which uses none.",
    5,
    [(1,), (1,), [(2,), (5,)]],
    budget=[2],
    consumption=[[2], [1], [1], [0]],
    fixed_start=[0, 0, FAR],
    done=[True, True, False],
)
micro(
    "nothing left of a budget",
    "3 of a budget of 2 are used up, and one more is asked for.",
    None,
    [(1,), (1,)],
    budget=[2],
    consumption=[[3], [1]],
    fixed_start=[0, FAR],
    done=[True, False],
)
micro(
    "a past that emptied a reservoir",
    "2 were taken out of 1, which is nothing left; 1 may be taken once 1 is delivered, at 3.",
    5,
    [(1,), (3,), (2,)],
    reservoir_initial=[1],
    withdrawal=[[2], [0], [1]],
    delivery=[[0], [1], [0]],
    fixed_start=[0, FAR, FAR],
    done=[True, False, False],
)
micro(
    "a past that overfilled a reservoir",
    "It holds 3, at most 2 are allowed: 1 more fits once 2 were taken out, at 4. The ends: 0, 4 and 5.",
    (5, 9),
    [(1,), (2,), (1,)],
    reservoir_initial=[1],
    reservoir_maximum=[2],
    withdrawal=[[0], [0], [2]],
    delivery=[[2], [1], [0]],
    fixed_start=[-1, FAR, 4],
    done=[True, False, False],
    objective=("makespan", "total_completion_time"),
)
micro(
    "two of a choice in the past",
    "Both were done although one was to be; the third is not done any more.",
    3,
    [(2,), (3,), (9,)],
    optional=[True, True, True],
    choice_ptr=[0, 3],
    choice_task=[0, 1, 2],
    fixed_start=[0, 0, FAR],
    done=[True, True, False],
)

# --- calendars --------------------------------------------------------------------------------------

micro("break", "3 do not fit before the break [2, 4): from 4 to 7.", 7, [(3,)], **breaks((2, 4), task_calendar=[0]))
micro("pause", "2 before the break [2, 4), 1 after it.", 5, [(3,)], **breaks((2, 4), task_calendar=[0], pause=[True]))
micro(
    "pause at once",
    "No task starts in a break: from 3 to 4.",
    4,
    [(1,)],
    release=[1],
    **breaks((1, 3), task_calendar=[0], pause=[True]),
)
micro(
    "end at a break",
    "A task that ends where a break starts does not linger: the next one goes on at 2.",
    3,
    [(2,), (1,)],
    precede=[(0, 1)],
    **breaks((2, 5), task_calendar=[0, -1], pause=[True, False]),
)
micro(
    "calendar of a resource",
    "The mode that uses the resource keeps its break [1, 5): the one without it is sooner done, with 4.",
    4,
    [[(2, 1), (4, 0)]],
    capacity=[1],
    **breaks((1, 5), resource_calendar=[0]),
)
micro(
    "pausing keeps the unit",
    "The first works in [0, 1) and [3, 4) and keeps the unit meanwhile; the second, without calendar, waits.",
    (6, 10),
    [(2, 1), (2, 1)],
    capacity=[1],
    precede=[(0, 1)],
    objective=("makespan", "total_completion_time"),
    **breaks((1, 3), task_calendar=[0, -1], pause=[True, False]),
)
micro(
    "length 0 in a break",
    "A task of length 0 follows no calendar.",
    1,
    [(0,)],
    release=[1],
    **breaks((0, 5), task_calendar=[0]),
)
micro(
    "worth waiting for a break",
    "The milestone is 4 after the start, and the task ends with it: with 2 to do it must pause for 2, in [10, 12).",
    13,
    [(2,), (0,)],
    **(links((0, 1, "SS", 4, 4), (0, 1, "FF", 0, 0)) | breaks((10, 12), task_calendar=[0, -1], pause=[True, False])),
)

# --- optional tasks ---------------------------------------------------------------------------------

micro("optional", "What may be left out is.", 2, [(2,), (9,)], optional=[False, True])
micro(
    "choice",
    "One of the two, the short one.",
    3,
    [(5,), (3,)],
    optional=[True, True],
    choice_ptr=[0, 2],
    choice_task=[0, 1],
)
micro(
    "links of what is left out",
    "The second is left out, and with it the long way by it.",
    3,
    [(1,), (9,), (2,)],
    optional=[False, True, False],
    precede=[(0, 1), (1, 2), (0, 2)],
)
micro(
    "only a fixed start must be kept",
    "With a fixed mode it may be left out.",
    0,
    [[(4,), (2,)]],
    optional=[True],
    fixed_mode=[0],
)
micro("fixed is not left out", "A fixed start must be kept.", 9, [(4,)], optional=[True], fixed_start=[5])

# --- objectives -------------------------------------------------------------------------------------

micro(
    "total completion time",
    "The short one first: 2 + 5.",
    7,
    [(3, 1), (2, 1)],
    capacity=[1],
    objective="total_completion_time",
)
micro(
    "total weighted completion time",
    "The heavy one first: 5 x 3 + 1 x 5.",
    20,
    [(3, 1), (2, 1)],
    capacity=[1],
    weight=[5, 1],
    objective="total_weighted_completion_time",
)
micro(
    "total tardiness",
    "In order of due dates, 2 late: (3 - 3) + (5 - 3).",
    2,
    [(3, 1), (2, 1)],
    capacity=[1],
    due=[3, 3],
    release=[0, 3],
    objective="total_tardiness",
)
micro(
    "total weighted tardiness",
    "Either the heavy one is on time and the other 3 late, or it is 2 late at 5 each.",
    3,
    [(3, 1), (2, 1)],
    capacity=[1],
    due=[3, 2],
    weight=[5, 1],
    objective="total_weighted_tardiness",
)
micro("maximum lateness", "Early by 1 at best: 3 - 4.", -1, [(3,)], due=[4], objective="maximum_lateness")
micro(
    "lateness of nobody",
    "What has a due date is left out: 0, for it would be late.",
    (0, 3),
    [(3,), (3,)],
    optional=[True, False],
    due=[1, FAR],
    objective=("maximum_lateness", "makespan"),
)
micro(
    "worth doing to be early",
    "Early by 2 is less than 0, the lateness of nobody.",
    (-2, 3),
    [(3,), (3,)],
    optional=[True, False],
    due=[5, FAR],
    objective=("maximum_lateness", "makespan"),
)
micro(
    "tardy tasks", "One of the two is on time.", 1, [(3, 1), (3, 1)], capacity=[1], due=[3, 3], objective="tardy_tasks"
)
micro(
    "weighted tardy tasks",
    "The light one is late.",
    2,
    [(3, 1), (3, 1)],
    capacity=[1],
    due=[3, 3],
    weight=[2, 5],
    objective="weighted_tardy_tasks",
)
micro(
    "net present value",
    "At 100 % interest 8 in at 1 are worth 4, and 8 paid at 4, as late as may be, half a unit.",
    -3500,
    [(1,), (1,)],
    cash_flow=[8, -8],
    discount_rate=1_000_000,
    project_deadline=4,
    objective="net_present_value",
)
micro(
    "each cash flow is rounded",
    "At 1 % interest 7 at 3 are worth 6794.13 thousandths, rounded down 6794, and -7 are worth -6795.",
    1,
    [(0,), (0,)],
    cash_flow=[7, -7],
    discount_rate=10_000,
    fixed_start=[3, 3],
    objective="net_present_value",
)
micro(
    "paid when it is worth nothing",
    "At so much interest a payment is best put off for ever: its worth comes to 0.",
    0,
    [(1,)],
    cash_flow=[-8],
    discount_rate=10**12,
    objective="net_present_value",
)
micro(
    "resource levelling",
    "One after the other, 3 x 1, instead of twice the use at once, 4 + 1.",
    3,
    [(2, 1), (1, 1)],
    capacity=[2],
    objective="resource_levelling",
)
micro(
    "resource levelling by a deadline",
    "By 3 the two of 2 overlap at one time: 1 + 4 + 1.",
    6,
    [(2, 1), (2, 1)],
    capacity=[2],
    project_deadline=3,
    objective="resource_levelling",
)
micro(
    "resource overload",
    "By 3 one unit beyond the target of 1 at one time, at a cost of 4.",
    4,
    [(2, 1), (2, 1)],
    capacity=[2],
    project_deadline=3,
    resource_target=[1],
    resource_cost=[4],
    objective="resource_overload",
)
micro(
    "resource investment",
    "One unit does if the tasks go one after the other, and then it takes 5: 7 for the unit.",
    (7, 5),
    [(2, 1), (3, 1)],
    capacity=[2],
    resource_cost=[7],
    objective=("resource_investment", "makespan"),
)
micro(
    "resource investment without limit",
    "By 2 all three go at once: 3 units have to be bought.",
    3,
    [(2, 1), (2, 1), (2, 1)],
    capacity=[FAR],
    project_deadline=2,
    objective="resource_investment",
)
micro(
    "resource investment within a capacity",
    "No more than 2 units can be bought.",
    None,
    [(2, 1), (2, 1), (2, 1)],
    capacity=[2],
    project_deadline=2,
    objective="resource_investment",
)
micro(
    "levelling without limit",
    "By 3 two of the three overlap at one time, or all three do at one: 1 + 4 + 4 at least.",
    9,
    [(2, 1), (2, 1), (1, 1)],
    capacity=[FAR],
    project_deadline=3,
    objective="resource_levelling",
)
micro(
    "lexicographic",
    "First the makespan, then the sum of ends: of all that end by 5 the short one first, 2 + 5.",
    (5, 7),
    [(3, 1), (2, 1)],
    capacity=[1],
    objective=("makespan", "total_completion_time"),
)
