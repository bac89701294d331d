"""The experiments behind the documentation are commands that ``bench`` understands."""

from __future__ import annotations

import shlex

import pytest

from schedsolve.benchmarks.performance import EXPERIMENTS
from schedsolve.benchmarks.suites import expand_all
from schedsolve.cli.bench import command as bench
from schedsolve.cli.compare import command as compare


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiments_are_commands(name: str) -> None:
    for line in EXPERIMENTS[name].benches:
        context = bench.make_context("bench", [*shlex.split(line), "-o", "runs.jsonl"])
        words = context.params["words"]
        assert expand_all([word for word in words if "{data}" not in word]) or all("{data}" in word for word in words)
    compare.make_context("compare", ["runs.jsonl", *shlex.split(EXPERIMENTS[name].compare)], resilient_parsing=True)
