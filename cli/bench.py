"""``schedsolve bench``: run engines on instances, each run in a process of its own, and record what they reach."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Unpack

import click

from schedsolve.cli import names, params
from schedsolve.cli.columns import percent
from schedsolve.cli.echo import echo, tell, unfailing_stderr
from schedsolve.cli.options import ProblemOptions, problem_options, read_problem, subcommand
from schedsolve.cli.types import Duration, Name, Output, Seeds, Source, WholeNumberRange
from schedsolve.instances.characters import printable
from schedsolve.solvers.threads import MOST_THREADS

if TYPE_CHECKING:
    from schedsolve.benchmarks.bench import Experiment, OnRun
    from schedsolve.benchmarks.runs import Run, Task


class Options(ProblemOptions):
    """The values of the options; what is not given is None."""

    engines: tuple[str, ...]
    seeds: tuple[int, ...]
    time_limit: float
    grace: float
    threads: int | None
    workers: int
    cluster: str | None
    params: params.Tuning
    iterations: int | None
    retry_failed: bool
    output: str
    quiet: bool


@subcommand
@click.argument("words", type=Source(names.suites), metavar="SUITE|FILE...", nargs=-1, required=True)
@click.option(
    "--engine",
    "engines",
    type=Name("engine", names.contestants),
    multiple=True,
    default=["auto"],
    show_default=True,
    metavar="ENGINE",
    help="auto, another engine, or peer:cpsat, peer:pyjobshop. May be repeated.",
)
@click.option(
    "--seeds", type=Seeds(), default="1", show_default=True, metavar="SEEDS", help="3 (for 0, 1, 2), or 4,7, or 5-9."
)
@click.option(
    "--time-limit",
    type=Duration(),
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="Of each run: 30, 30s, 2m, 1h or inf.",
)
@click.option(
    "--grace",
    type=Duration(),
    default="10s",
    show_default=True,
    metavar="DURATION",
    help="A run this much beyond its limit is killed, and recorded as failed.",
)
@click.option(
    "-j",
    "--threads",
    type=WholeNumberRange(1, MOST_THREADS),
    metavar="N",
    help="Threads of each run; if not given, all cores are shared among the workers.",
)
@click.option(
    "--workers",
    type=WholeNumberRange(1, MOST_THREADS),
    default=1,
    show_default=True,
    metavar="N",
    help="Runs at the same time.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Spread the runs over a dask cluster: tcp://HOST:PORT, or local for one of --workers processes here.",
)
@problem_options
@params.option
@click.option("--iterations", type=WholeNumberRange(min=1), metavar="N", help="Stop each run after this much work.")
@click.option("--retry-failed", is_flag=True, help="Run again what is recorded as failed.")
@click.option(
    "-o",
    "--output",
    type=Output(".jsonl"),
    required=True,
    metavar="RUNS.jsonl",
    help="Where to append the records; runs that it holds are not repeated.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def command(words: tuple[str, ...], **options: Unpack[Options]) -> None:
    """Run each engine on each instance with each seed, and append a record of each run to RUNS.jsonl.

    \b
    schedsolve bench ta41-50 --engine auto --engine cpsat --seeds 3 --time-limit 20s -o runs.jsonl
    schedsolve bench plant.fjs instances/ --engine auto --engine peer:cpsat -o runs.jsonl

    A suite (`classics`, `la`, `ta`, `openshop`, ...), a bundled instance, a range of them, a file with one or many
    instances, a folder. Each run is a process of its own. Killed or interrupted, the same command goes on from
    where it was. `schedsolve compare` makes tables of the records.
    """
    from schedsolve.benchmarks.bench import bench, open_tasks
    from schedsolve.benchmarks.runs import appending

    tasks = _plan(words, options).tasks()
    path, workers = options["output"], options["workers"]
    with appending(path) as file:
        open_ = open_tasks(tasks, file.runs, retry_failed=options["retry_failed"])
        before = len(file.runs)
        try:
            with _executor(options["cluster"], workers) as executor, _progress(open_, quiet=options["quiet"]) as on_run:
                bench(open_, file, executor, grace=options["grace"], on_run=on_run)
        except BaseException:
            made = len(file.runs) - before
            if 0 < made < len(open_):
                tell(f"schedsolve: {len(open_) - made} of {len(tasks)} runs are left; the same command does them")
            raise
        echo(_summary(tasks, file.runs, len(open_), path))


def _executor(address: str | None, workers: int) -> AbstractContextManager[Executor]:
    from schedsolve.benchmarks import cluster
    from schedsolve.benchmarks.execute import LocalExecutor

    return LocalExecutor(workers) if address is None else cluster.executor(address, workers)


def _plan(words: tuple[str, ...], options: Options) -> Experiment:
    """What is to be run; all that can be refused is refused here, before time is spent."""
    from schedsolve.benchmarks import peers
    from schedsolve.benchmarks.bench import Experiment, load_all
    from schedsolve.benchmarks.suites import expand_all
    from schedsolve.models.registry import family
    from schedsolve.solvers.cluster import connect

    if options["cluster"]:
        connect.check(options["cluster"])
    engines = tuple(dict.fromkeys(options["engines"]))
    for engine in engines:
        peers.check(engine)
    problems = load_all(expand_all(words, options["kind"]), lambda source: read_problem(source, options))
    for kind in {problem.kind for _, problem in problems}:
        params.check(family(kind), options["params"])
    limit = options["time_limit"]
    return Experiment(
        problems=problems,
        engines=engines,
        seeds=options["seeds"],
        threads=options["threads"] or max(1, (os.cpu_count() or 1) // options["workers"]),
        time_limit=None if math.isinf(limit) else limit,
        iterations=options["iterations"],
        params=options["params"],
    )


def _summary(tasks: list[Task], runs: list[Run], done: int, path: str) -> str:
    """``42 runs in runs.jsonl: 12 were there, 30 are new, 2 failed``."""
    last = {run.key: run for run in runs}
    failed = sum(last[task.key].failed for task in tasks)
    parts = [f"{len(tasks) - done} were there", f"{done} are new", *([f"{failed} failed"] if failed else [])]
    return f"{len(tasks)} run{'s' * (len(tasks) != 1)} in {path}: {', '.join(parts)}"


@contextmanager
def _progress(tasks: list[Task], *, quiet: bool) -> Iterator[OnRun | None]:
    """A bar on a terminal, else a line for each run."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar(len(tasks)) as on_run:
            yield on_run
    else:
        yield lambda run, count: tell(f"{count}/{len(tasks)}  {line(run)}")


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Run, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        MofNCompleteColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    console = Console(file=unfailing_stderr())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        shown = bar.add_task("", total=total)
        yield lambda run, count: bar.update(shown, completed=count, description=line(run))


def line(run: Run) -> str:
    """``ta21 auto seed 0: FEASIBLE makespan 1700, bound 1642, 3.5 % above best known, 20.1 s``, of one line."""
    return printable(_line(run))


def _line(run: Run) -> str:
    head = f"{run.instance} {run.engine} seed {run.seed}: {run.status}"
    if run.failed:
        return f"{head}, {run.error}"
    level = run.headline
    value = f" {run.level} {level.shown(run.objective)}" if run.objective is not None else ""
    parts = [head + value]
    if run.bound is not None and run.status != "OPTIMAL":
        parts.append(f"bound {level.shown(run.bound)}")
    if run.gap_to_best_known is not None:
        side = "above" if run.gap_to_best_known >= 0 else "below"
        parts.append(f"{percent(abs(run.gap_to_best_known))} {side} best known")
    if run.seconds is not None:
        parts.append(f"{run.seconds:.1f} s")
    return ", ".join(parts)
