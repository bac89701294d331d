"""``schedsolve compare``: tables and pictures of recorded runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

import click

from schedsolve.cli.columns import columns
from schedsolve.cli.echo import echo, echo_document, tell
from schedsolve.cli.options import format_option, subcommand
from schedsolve.cli.session import session
from schedsolve.cli.types import Input, Output, Share
from schedsolve.instances import csv_text
from schedsolve.instances.characters import printable

if TYPE_CHECKING:
    from schedsolve.benchmarks.compare import Comparison, EngineRow, InstanceRow
    from schedsolve.benchmarks.runs import Run

Row = TypeVar("Row")

Column = tuple[str, Callable[[Row], str]]
"""A column of a table for people: its header, and the text of a row in it."""


class Options(TypedDict):
    """The values of the options."""

    by: str
    target: float
    apart: bool
    plot: str | None
    convergence: str | None


@subcommand
@click.argument("files", type=Input(dir_okay=False), metavar="RUNS.jsonl...", nargs=-1, required=True)
@click.option(
    "--by",
    type=click.Choice(["engine", "instance"]),
    default="engine",
    show_default=True,
    help="A row for each engine, or for each engine on each instance.",
)
@click.option(
    "--target",
    type=Share(),
    default="1%",
    show_default=True,
    metavar="SHARE",
    help="A run is on target within this share of the best known objective.",
)
@click.option(
    "--apart", is_flag=True, help="Compare the files with each other: engines are named after their file, too."
)
@format_option("text", "markdown", "csv", "json")
@click.option(
    "--plot", type=Output(".png", ".svg"), metavar="OUT", help="Draw the performance profile to OUT.png or OUT.svg."
)
@click.option(
    "--convergence",
    type=Output(".png", ".svg"),
    metavar="OUT",
    help="Draw the mean gap over time to OUT.png or OUT.svg.",
)
def command(files: tuple[str, ...], **options: Unpack[Options]) -> None:
    """Compare engines by the runs in RUNS.jsonl, which `schedsolve bench` has recorded; several files are joined.

    \b
    schedsolve compare runs.jsonl --plot profile.png
    schedsolve compare old.jsonl new.jsonl --apart --by instance --format markdown

    Gaps are to the best-known values, of the objective above them and of the bound below them; seeds are averaged for
    each instance, and instances have equal weight. What is missing in the numbers is said below them. A win: no other
    engine's mean objective is better.
    """
    from schedsolve.benchmarks import plots
    from schedsolve.benchmarks.compare import Comparison
    from schedsolve.benchmarks.runs import read_runs
    from schedsolve.models.errors import InvalidFile

    pictures = {plots.draw_profile: options["plot"], plots.draw_convergence: options["convergence"]}
    if any(pictures.values()):
        plots.check()
    runs: list[Run] = []
    for path in files:
        found = read_runs(path)
        runs += [_named(run, path) for run in found] if options["apart"] else found
    comparison = Comparison(runs, options["target"])
    if not comparison.runs:
        raise InvalidFile(", ".join(files), "no runs are recorded there")
    text = _text(comparison, options["by"])
    (echo_document if session().format == "json" else echo)(text)
    for draw, place in pictures.items():
        if place:
            draw(comparison, place)


def _named(run: Run, path: str) -> Run:
    """The run under the name of its engine and its file."""
    import msgspec

    return msgspec.structs.replace(run, engine=f"{run.engine} {Path(path).stem}")


def _text(comparison: Comparison, by: str) -> str:
    """The answer in the format asked for."""
    if session().format == "json":
        from schedsolve.cli import documents

        return documents.encode(
            documents.Comparison(
                target=comparison.target,
                engines=comparison.by_engine(),
                instances=comparison.by_instance(),
                notes=comparison.notes(),
            )
        )
    if session().format == "csv":
        for note in comparison.notes():
            tell(f"note: {note}")
        return _csv(comparison.by_engine() if by == "engine" else comparison.by_instance())
    if by == "engine":
        header, table = _table(_engine_columns(comparison), comparison.by_engine())
    else:
        header, table = _table(_instance_columns(comparison.target), comparison.by_instance())
    words = {"engine", "instance"}
    if session().format == "markdown":
        return "\n".join([*_markdown(header, table, words), *_notes(comparison, "- ")])
    aligned = columns(header, table, indent="", right=set(header) - words)
    return "\n".join([aligned, *_notes(comparison, "note: ")])


def _markdown(header: list[str], table: list[list[str]], words: set[str]) -> list[str]:
    """The lines of a table; columns other than ``words`` are numbers."""
    marks = dict.fromkeys(header, "--:") | dict.fromkeys(words, "---")
    cells = [[printable(cell).replace("|", "\\|") for cell in row] for row in table]
    lines = [header, [marks[name] for name in header], *cells]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _notes(comparison: Comparison, mark: str) -> list[str]:
    """An empty line and the notes, each behind a mark; nothing where there are none."""
    notes = [f"{mark}{printable(note)}" for note in comparison.notes()]
    return ["", *notes] if notes else []


def _table(shown: Sequence[Column[Row]], rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """The header, and the cells row by row."""
    return [name for name, _ in shown], [[text(row) for _, text in shown] for row in rows]


def _engine_columns(comparison: Comparison) -> list[Column[EngineRow]]:
    """The columns for engines; a number that is not of all runs comes with the number of its runs."""
    common = len(comparison.with_all_gaps)
    partial = 0 < common < len(comparison.cells)

    def with_gap(row: EngineRow) -> str:
        return str(row.with_gap) if row.with_gap == row.runs else f"{row.with_gap}/{row.runs}"

    return [
        ("engine", lambda row: row.engine),
        ("instances", lambda row: str(row.instances)),
        ("runs", lambda row: str(row.runs)),
        ("failed", lambda row: str(row.failed)),
        ("solved", lambda row: str(row.solved)),
        ("proved", lambda row: str(row.proved)),
        ("wins", lambda row: str(row.wins)),
        ("mean gap %", lambda row: _percent(row.mean_gap)),
        ("median gap %", lambda row: _percent(row.median_gap)),
        ("of runs", with_gap),
        *([(f"gap % on common {common}", lambda row: _percent(row.common_gap))] if partial else []),
        ("bound gap %", lambda row: _percent(row.mean_bound_gap)),
        ("mean s", lambda row: _seconds(row.mean_seconds)),
        (f"within {100 * comparison.target:g} %", lambda row: f"{row.on_target}/{row.with_target}"),
        ("after s", lambda row: _seconds(row.seconds_to_target)),
    ]


def _instance_columns(target: float) -> list[Column[InstanceRow]]:
    def best_known(row: InstanceRow) -> str:
        known = row.best_known
        if known is None:
            return ""
        lower, upper = row.shown(known.lower), row.shown(known.upper)
        return upper if lower == upper else f"{lower}-{upper}"

    def mean(row: InstanceRow) -> str:
        return "" if row.mean_objective is None else f"{row.mean_objective / (row.scale or 1):.10g}"

    return [
        ("instance", lambda row: row.instance),
        ("best known", best_known),
        ("engine", lambda row: row.engine),
        ("runs", lambda row: str(row.runs)),
        ("failed", lambda row: str(row.failed)),
        ("solved", lambda row: str(row.solved)),
        ("proved", lambda row: str(row.proved)),
        ("win", lambda row: "*" if row.wins else ""),
        ("mean objective", mean),
        ("best", lambda row: row.shown(row.best_objective)),
        ("bound", lambda row: row.shown(row.best_bound)),
        ("mean gap %", lambda row: _percent(row.mean_gap)),
        ("mean s", lambda row: _seconds(row.mean_seconds)),
        (f"within {100 * target:g} %", lambda row: f"{row.on_target}/{row.runs}" if row.best_known else ""),
        ("after s", lambda row: _seconds(row.seconds_to_target)),
    ]


def _csv(rows: Sequence[EngineRow] | Sequence[InstanceRow]) -> str:
    """All fields, in full precision; the two best-known values in columns of their own."""
    import msgspec

    records = [_flat(msgspec.structs.asdict(row)) for row in rows]
    return csv_text.for_spreadsheets([list(records[0]), *(list(record.values()) for record in records)]).rstrip("\n")


def _flat(fields: dict[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in fields.items():
        if name == "best_known":
            flat |= {f"{name}_{end}": getattr(value, end, None) for end in ("lower", "upper")}
        else:
            flat[name] = int(value) if isinstance(value, bool) else value
    return flat


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.2f}"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
