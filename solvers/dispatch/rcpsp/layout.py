"""Where things lie in the flat tables of a project: rows one after the other, entry c of row i at ``i * WIDTH + c``.

Few packed tables instead of many: a compiled function pays for every array that it is handed.
"""

from __future__ import annotations

from typing import Any

Vector = Any
"""A list (plain Python) or a one-dimensional int64 array (compiled)."""

NEVER = 2**62
"""Later than every time that can be computed."""

TASK_WIDTH = 6
"""Table ``tasks``: the task's rows in ``arcs``, in and out, and its modes."""
FIRST_IN, END_IN, FIRST_OUT, END_OUT, FIRST_MODE, END_MODE = range(6)

MODE_WIDTH = 8
"""Table ``modes``: entries in ``lists`` of what the mode needs (pairs: column, units), of the breaks it follows (pairs:
start, end), and of what it does to reservoirs (fours: column, units taken, units given, maximum)."""
DURATION, PAUSE, FIRST_NEED, END_NEED, FIRST_BREAK, END_BREAK, FIRST_STOCK, END_STOCK = range(8)

ARC_WIDTH = 5
"""Table ``arcs``, first those that come in, then those that go out. The end of a task that counts is START or END.
ORDERS: is the task behind placed after the one before?"""
OTHER, OTHER_END, OWN_END, LAG, ORDERS = range(5)

BOUND_WIDTH = 4
"""Table ``bounds`` of each task, from release dates, deadlines and links with fixed tasks."""
LEAST_START, LEAST_END, LATEST_START, LATEST_END = range(4)

PLACED_WIDTH = 5
"""Table ``placed``: the schedule so far; START is NEVER where a task is not placed. The nodes are those in which it
starts and behind which it ends."""
START, END, MODE, START_NODE, END_NODE = range(5)

#     profile   | USED | WIDTH | node | node | node | room ...
#                               ^ FIRST_NODE = 2      ^ USED
#
#     node      | TIME | NEXT | units left of resource 0 | of resource 1 | ...           WIDTH entries
#
#     units   5 |-----+           +-----      nodes lie as they were made, and are linked as they follow in time:
#             3 |     +-----+     |
#             0 |           +-----+           0 -> 4 -> 8 -> 12
#               0     4     8     12   time

USED, WIDTH, FIRST_NODE = range(3)
"""Head of a ``profile``: entries in use and entries of a node. Nodes are linked in time and known by where they begin:
time, next node (0: none), then the units left of each resource from then on until the next node."""
TIME, NEXT, LEVELS = range(3)
