"""A small job shop with its optimal schedule: what ``schedsolve schema jobshop --example`` shows."""

from __future__ import annotations

import numpy as np

from schedsolve.models.jobshop import JobShop, JobShopBuilder, JobShopSolution


def problem_and_solution() -> tuple[JobShop, JobShopSolution]:
    """Two orders through a workshop: total tardiness 1, as both need the mill from time 3 on."""
    shop = JobShopBuilder("workshop")
    shop.job("order 1", due=8).operation("saw", 3).operation("mill", 5)
    shop.job("order 2", due=9, weight=2).operation({"saw": 4, "lathe": 3}).operation("mill", 2)
    shop.downtime("lathe", 6, 10)
    problem = shop.build(objective="total_tardiness,makespan", origin="2026-01-05T06:00", tick=60)
    return problem, JobShopSolution(start=np.array([0, 3, 0, 8]), alternative=np.array([0, 0, 1, 0]))
