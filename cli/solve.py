"""``schedsolve solve``: find a schedule and a bound."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from schedsolve.cli import interrupt, names, params
from schedsolve.cli.echo import echo, echo_document, tell
from schedsolve.cli.exit_codes import ExitCode
from schedsolve.cli.options import (
    ProblemOptions,
    file_argument,
    format_option,
    problem_options,
    read_problem,
    subcommand,
)
from schedsolve.cli.session import session
from schedsolve.cli.types import Duration, Input, Name, Output, Share, WholeNumber, WholeNumberRange
from schedsolve.instances.output import is_replaced
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.threads import MOST_THREADS

if TYPE_CHECKING:
    from schedsolve.cli.progress import Silent
    from schedsolve.models.contracts import Problem, Solution
    from schedsolve.solvers.result import Result

SUMMARY_ABOVE = 10_000
"""Decisions above which the JSON on stdout leaves the solution out."""

LEAVE = 2.0
"""Seconds for the workers of a cluster of our own to end, once the answer is printed, where the time limit has them."""


class Options(ProblemOptions):
    """The values of the options; a limit that is not given is None."""

    engine: str
    time_limit: float
    threads: int | None
    cluster: str | None
    seed: int
    rule: str | None
    hint: str | None
    params: params.Tuning
    target: int | None
    gap: float | None
    iterations: int | None
    output: str | None
    plot: str | None
    quiet: bool
    exit_zero: bool


class Arguments(TypedDict):
    """What the library's ``solve`` is called with, beside the problem and who listens."""

    engine: str
    threads: int | None
    cluster: str | None
    seed: int
    rule: str | None
    params: params.Tuning
    hint: Solution | None


def _output_help() -> str:
    """What ``--output`` writes: some kinds have files of their own."""
    text = "Write the whole result to OUT.json or the solution to OUT.csv"
    for parts in FAMILIES.values():
        if parts.writes:
            files = " or ".join(f"OUT{suffix}" for suffix in parts.writes)
            text += f"; of {parts.kind} also to {files}"
    return f"{text}."


@subcommand
@file_argument
@click.option(
    "--engine",
    type=Name("engine", names.engines),
    default="auto",
    show_default=True,
    metavar="ENGINE",
    help="auto, or one of those that `schedsolve info FILE` lists.",
)
@click.option(
    "--time-limit",
    type=Duration(),
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="30, 30s, 2m, 1h or inf; counts from the start of the program.",
)
@click.option(
    "-j",
    "--threads",
    type=WholeNumberRange(1, MOST_THREADS),
    metavar="N",
    help="Threads to use; all cores, if not given.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Solve on all workers of a dask cluster: tcp://HOST:PORT, or local for one of --threads processes here.",
)
@click.option(
    "--seed", type=WholeNumberRange(min=0), default=0, show_default=True, metavar="N", help="For everything random."
)
@problem_options
@click.option(
    "--rule",
    type=Name("rule", names.rules, check=False),
    metavar="NAME",
    help="Dispatch rule instead of the best of all: mwkr, mwkr:active; see `schedsolve rules`.",
)
@click.option(
    "--hint",
    metavar="SOLUTION.json",
    type=Input(dir_okay=False),
    help="A valid solution to start from; the answer is never worse.",
)
@params.option
@click.option("--target", type=WholeNumber(), metavar="VALUE", help="Stop when the first objective is VALUE or less.")
@click.option(
    "--gap",
    type=Share(),
    metavar="SHARE",
    help="Stop at this gap to the bound, of the first objective not proved: 0.05 or 5%.",
)
@click.option(
    "--iterations",
    type=WholeNumberRange(min=1),
    metavar="N",
    help="Stop after this much work, which unlike time is the same on every machine.",
)
@click.option(
    "-o",
    "--output",
    type=Output(),
    metavar="OUT",
    help=_output_help(),
)
@click.option(
    "--plot",
    "--gantt",
    "plot",
    type=Output(".png", ".svg", ".html"),
    envvar=["SCHEDSOLVE_PLOT", "SCHEDSOLVE_GANTT"],
    metavar="OUT",
    help="Draw the solution to OUT.png, OUT.svg or OUT.html; --gantt is the old name.",
)
@format_option("text", "json", "jsonl")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0, not 1, where the problem is infeasible.")
def command(file: str, **options: Unpack[Options]) -> int:
    """Find a schedule of FILE and a bound that says how good it is.

    \b
    schedsolve solve ft10 --time-limit 1m --plot ft10.html
    schedsolve solve plant.json --objective tardy_jobs,makespan -o plan.csv

    Ctrl-C ends the search; the best schedule so far is the answer.
    """
    problem = read_problem(file, options)
    arguments = _arguments(problem, options)
    report = _reporter(problem, options)
    with interrupt.ends(report.stop, report.close) as signals:
        result = _solve(problem, report, arguments)
        try:
            _write(problem, result, options, signals)
        finally:  # a full disk must not cost the answer
            signals.phase = "over"
            with suppress(OSError) if signals.hung_up else nullcontext():
                _print(problem, result)
    if options["cluster"]:
        from schedsolve.solvers.cluster import connect

        over = 1.05 * options["time_limit"] + 0.5 - (time.perf_counter() - session().started)
        connect.wait_until_left(max(0.0, min(LEAVE, over)))
    if result.solution is not None:
        return ExitCode.OK
    if result.status == "INFEASIBLE":
        return ExitCode.OK if options["exit_zero"] else ExitCode.NO
    return signals.exit_code if signals.first else ExitCode.NO_SOLUTION


def _arguments(problem: Problem, options: Options) -> Arguments:
    """What ``solve`` is called with; all that can be refused is refused here, before time is spent."""
    from schedsolve.models.registry import family

    params.check(family(problem.kind), options["params"])
    if options["output"]:
        from schedsolve.instances.write import check_suffix

        check_suffix(options["output"], problem.kind)
    if options["plot"]:
        from schedsolve.reports import draw

        draw.check_kind(problem.kind)
        draw.check(options["plot"])
    return Arguments(
        engine=options["engine"],
        threads=options["threads"],
        cluster=options["cluster"],
        seed=options["seed"],
        rule=options["rule"],
        params=options["params"],
        hint=None if options["hint"] is None else _read_hint(problem, options["hint"]),
    )


def _read_hint(problem: Problem, path: str) -> Solution:
    """The solution in ``path``. Raises ``InvalidFile`` where it does not solve ``problem``."""
    from schedsolve.instances.native import read_solution
    from schedsolve.models.check import violations
    from schedsolve.models.claim import solution_and_claim
    from schedsolve.models.errors import InvalidFile

    solution: Solution | None = solution_and_claim(read_solution(path))[0]
    if solution is None:
        raise InvalidFile(path, "the result holds no solution to start from")
    if solution.kind != problem.kind:
        raise InvalidFile(path, f"a solution of kind {solution.kind}, the problem is {problem.kind}")
    broken = violations(problem, solution)
    if broken:
        more = f", and {len(broken) - 1} more" if len(broken) > 1 else ""
        raise InvalidFile(path, f"no valid solution of this problem: {broken[0]}{more}")
    return solution


def _reporter(problem: Problem, options: Options) -> Silent:
    """Who reports of the search; its ``stop`` holds the limits."""
    from schedsolve.cli.events import Start
    from schedsolve.cli.progress import reporter
    from schedsolve.solvers.stop import Stop

    limit = options["time_limit"]
    stop = Stop(
        time_limit=None if math.isinf(limit) else limit,
        iterations=options["iterations"],
        target=options["target"],
        gap=options["gap"],
        started=session().started,
    )
    start = Start(
        kind=problem.kind,
        name=problem.name,
        problem=problem.fingerprint,
        objectives=[level.name for level in problem.levels],
        engine=options["engine"],
        time_limit=stop.time_limit,
        threads=options["threads"],
        seed=options["seed"],
    )
    return reporter(stop, session().format, quiet=options["quiet"], start=start, levels=problem.levels)


def _solve(problem: Problem, report: Silent, arguments: Arguments) -> Result:
    from schedsolve.solvers.solve import solve

    with report:
        return solve(problem, stop=report.stop, on_improvement=report.improvement, on_bound=report.bound, **arguments)


def _write(problem: Problem, result: Result, options: Options, signals: interrupt.Signals) -> None:
    """The files that were asked for; without a solution there is only the JSON result to write."""
    output, picture = options["output"], options["plot"]
    # Files are completed whatever signal comes. A pipe is not: it may wait for its reader without end.
    signals.phase = "writing" if all(is_replaced(path) for path in (output, picture) if path) else "over"
    if output and (result.solution is not None or output.lower().endswith((".json", ".json.gz"))):
        from schedsolve.instances.write import save

        save(result, output, problem=problem)
        output = None
    if picture and result.solution is not None:
        from schedsolve.reports import draw

        draw.draw(problem, result, picture)
        picture = None
    for path in filter(None, (output, picture)):
        tell(f"schedsolve: no solution, {path} is not written")


def _print(problem: Problem, result: Result) -> None:
    if session().format == "text":
        from schedsolve.cli.answer import text

        echo(text(problem, result))
    elif session().format == "json":
        echo_document(_summary(result).to_json())
    else:
        from schedsolve.cli import events

        events.emit(events.Result.of(result))


def _summary(result: Result) -> Result:
    """The result without its solution, where that is too long for a terminal."""
    from schedsolve.models.registry import family

    decisions = 0 if result.solution is None else max(map(_length, result.solution.to_builtins().values()))
    if decisions <= SUMMARY_ABOVE:
        return result
    noun = family(result.kind).nouns.solution
    note = f"the {noun} of {decisions} decisions is left out here; -o OUT.json writes it"
    return replace(result, solution=None, notes=(*result.notes, note))


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0
