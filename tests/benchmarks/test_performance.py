"""The experiments behind the documentation are commands that ``bench`` understands."""

from __future__ import annotations

import shlex

import click
import pytest

from schedsolve.benchmarks.performance import EXPERIMENTS
from schedsolve.benchmarks.suites import expand_all
from schedsolve.cli.bench import command as bench
from schedsolve.cli.compare import command as compare
from schedsolve.cli.generate import command as generate


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_experiments_are_commands(name: str) -> None:
    for line in EXPERIMENTS[name].benches:
        context = bench.make_context("bench", [*shlex.split(line), "-o", "runs.jsonl"])
        words = context.params["words"]
        assert expand_all([word for word in words if "{" not in word]) or all("{" in word for word in words)
    for line in EXPERIMENTS[name].generates:
        generator, *options = shlex.split(line)
        assert isinstance(generate, click.Group)
        command = generate.get_command(click.Context(generate), generator)
        assert command is not None
        command.make_context(generator, options, resilient_parsing=True)
    compare.make_context("compare", ["runs.jsonl", *shlex.split(EXPERIMENTS[name].compare)], resilient_parsing=True)
