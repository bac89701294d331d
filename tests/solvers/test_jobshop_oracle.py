"""Brute force for job shops against one that knows even less: neither of them misses a rule or adds one."""

from __future__ import annotations

from types import ModuleType

import pytest

from schedsolve.models.jobshop.violations import evaluate, violations

FAMILY = "jobshop"
VERY_TINY = range(1000, 1040)
LATEST = 7
"""Where ``enumerate_starts`` ends."""


@pytest.mark.parametrize("seed", VERY_TINY)
def test_brute_force_agrees_with_all_start_vectors(seed: int, tiny: ModuleType, oracle: ModuleType) -> None:
    """The checker accepts nothing better than brute force finds."""
    problem = tiny.tiny(seed, operations=3)
    optimum = oracle.brute_force(problem)
    best = oracle.enumerate_starts(
        problem,
        accepts=lambda p, s: not violations(p, s),
        evaluate=lambda p, s: tuple(value for _, value in evaluate(p, s)),
        latest=LATEST,
    )
    if optimum is None or optimum.solution.start.max() <= LATEST:
        assert best == (optimum and optimum.values)
    else:
        assert best is None or best >= optimum.values
