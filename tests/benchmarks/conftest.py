from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from schedsolve.benchmarks.runs import Point, Run
from schedsolve.instances.best_known import BestKnown
from schedsolve.models.level import Level


@pytest.fixture
def record() -> Callable[..., Run]:
    """Make the record of a run; ``value`` and ``bound`` are those of its one objective."""

    def call(
        engine: str = "a", instance: str = "x", *, value: int | None = 110, bound: int | None = 100, **fields: Any
    ) -> Run:
        upper = fields.pop("upper", 100)
        trace = [Point(at, objective, None) for at, objective in fields.pop("trace", [])]
        status = "UNKNOWN" if value is None else "OPTIMAL" if value == bound else "FEASIBLE"
        values: dict[str, Any] = {
            "kind": "jobshop",
            "instance": instance,
            "problem": f"fingerprint of {instance}",
            "engine": engine,
            "seed": 0,
            "threads": 1,
            "time_limit": 10.0,
            "iterations": None,
            "params": {},
            "status": status,
            "objectives": [Level("makespan", value, bound)],
            "best_known": None if upper is None else BestKnown(upper, upper),
            "seconds": 10.0,
            "wall_seconds": 10.5,
            "trace": trace,
        }
        return Run(**values | fields)

    return call
