"""What people see: bins as stacks, and a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from packing.problem import Packing, PackingSolution
from schedsolve.reports.axis import Axis
from schedsolve.reports.picture import Items, Picture
from schedsolve.reports.stacks import Resource, stacks


def picture(problem: Packing, solution: PackingSolution) -> Picture:
    """A bar for each bin and resource."""
    tiers = problem.tiers
    key = [tiers.index(p) for p in problem.priority.tolist()]
    resources = [
        Resource(Axis(f"resource {r}"), problem.demand[:, r], problem.capacity[:, r])
        for r in range(problem.capacity.shape[1])
    ]
    return stacks(
        title=problem.name or "Packing",
        subtitle=f"{problem.num_items} items, {problem.num_bins} bins",
        items=Items(tuple(f"item {i}" for i in range(problem.num_items)), np.array(key)),
        item_noun="item",
        keys=tuple(f"priority {tier}" for tier in tiers),
        key_noun="priority",
        bins=Axis.of_rows("bin", tuple(f"bin {b}" for b in range(problem.num_bins))),
        resources=resources,
        after=solution.bin,
    )


def table(problem: Packing, solution: PackingSolution) -> tuple[list[str], list[list[Any]]]:
    """A row for each item."""
    rows = []
    for i, b in enumerate(solution.bin.tolist()):
        rows.append([i, int(problem.priority[i]), b if b >= 0 else "none"])
    return ["item", "priority", "bin"], rows
