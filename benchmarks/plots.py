"""Pictures of a comparison, drawn with matplotlib: performance profile and convergence.

Both speak of the instances that every engine was run on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from schedsolve.benchmarks.compare import Cell, Comparison, relative
from schedsolve.instances.characters import one_line
from schedsolve.instances.output import write_bytes
from schedsolve.models.errors import MissingExtra, SchedsolveError
from schedsolve.reports.colours import palette
from schedsolve.reports.figure_style import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SETTINGS = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "schedsolve",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9AA4AF",
    "axes.grid": True,
    "grid.color": "#D0D7DE",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "xtick.color": "#57606A",
    "ytick.color": "#57606A",
}
SIZE = (7.5, 4.4)
"""Inches."""
LEGEND_LETTERS = 110
"""What fits into a line of the legend; a key takes as much as 11 of them."""
DPI = 150
SOFT = "#57606A"
FIRST_SECONDS = 0.05
"""Where the logarithmic axis of time begins."""

Floats = npt.NDArray[np.float64]


def check() -> None:
    """Raise ``MissingExtra`` where matplotlib is not installed: call it before other work."""
    if find_spec("matplotlib") is None:
        raise MissingExtra("plot", "a picture as .png or .svg")


def ratios(comparison: Comparison) -> dict[str, list[float]]:
    """For each engine, how far its mean objective is from the best engine's on each common instance.

    1 is the best, infinite is a run without a schedule. Objectives may be 0: the ratio is
    1 + (value - best) / max(1, abs(best)). Instances that no engine solved are left out.
    """
    found: dict[str, list[float]] = {engine: [] for engine in comparison.engines}
    for problem in comparison.common:
        scores = {engine: cell.score[0] for engine, cell in comparison.cells[problem].items()}
        best = min(scores.values())
        if best < math.inf:
            for engine, score in scores.items():
                found[engine].append(1 + relative(score, best))
    return found


def mean_gap_over_time(cells: Sequence[Cell]) -> tuple[Floats, Floats]:
    """Times and the mean gap to the best known from each on, over the runs with a schedule and a best-known value.

    It begins when the last of them has its first schedule.
    """
    steps = []
    for cell in cells:
        for run in cell.runs:
            points = [(p.seconds, p.objective) for p in run.trace if p.objective is not None]
            if cell.known is not None and points:
                times, values = np.array(points, dtype=float).T
                upper = cell.known.upper
                steps.append((times, (np.minimum.accumulate(values) - upper) / max(1, abs(upper))))
    if not steps:
        return np.zeros(0), np.zeros(0)
    begin = max(times[0] for times, _ in steps)
    grid = np.unique(np.concatenate([times for times, _ in steps]))
    grid = grid[grid >= begin]
    gaps = [values[np.searchsorted(times, grid, side="right") - 1] for times, values in steps]
    return grid, np.mean(gaps, axis=0)


def draw_profile(comparison: Comparison, path: str) -> None:
    """The performance profile (E. Dolan and J. More, Math. Programming 91, 2002, 201-213) of the objectives.

    A curve for each engine: the share of instances on which it is at most so far from the best engine.
    Raises ``SchedsolveError`` where there is no instance to draw.
    """
    found = ratios(comparison)
    count = len(next(iter(found.values()), []))
    if not count:
        raise SchedsolveError(f"{path}: no instance was run with every engine and solved by one")
    finite = [ratio for of in found.values() for ratio in of if ratio < math.inf]
    right = max(0.1, 105 * (max(finite) - 1))
    order = sorted(found, key=lambda engine: mean(min(r, max(finite) + 1) for r in found[engine]))
    with _figure() as (figure, axes):
        for engine, colour, style in _looks(comparison.engines, order):
            x = [100 * (ratio - 1) for ratio in sorted(found[engine]) if ratio < math.inf]
            y = [100 * (k + 1) / count for k in range(len(x))]
            level = y[-1] if y else 0.0
            axes.step([0, *x, right], [0, *y, level], where="post", color=colour, linestyle=style, label=_label(engine))
        axes.set_xlim(0, right)
        axes.set_ylim(0, 102)
        axes.set_xlabel("objective above the best engine's, %")
        axes.set_ylabel("instances, %")
        _title(axes, "Performance profile", f"{count} instances, mean over seeds")
        _save(figure, path)


def draw_convergence(comparison: Comparison, path: str) -> None:
    """The mean gap to the best known over time, a curve for each engine.

    Raises ``SchedsolveError`` where no instance that every engine was run on has a best-known value.
    """
    problems = [problem for problem in comparison.common if problem in comparison.known]
    cells = {engine: [comparison.cells[problem][engine] for problem in problems] for engine in comparison.engines}
    runs = {engine: [run for cell in of for run in cell.runs] for engine, of in cells.items()}
    curves = {engine: mean_gap_over_time(of) for engine, of in cells.items()}
    ends = {engine: float(gaps[-1]) for engine, (times, gaps) in curves.items() if len(times)}
    if not ends:
        raise SchedsolveError(
            f"{path}: no solution of an instance with a best-known value that every engine was run on"
        )
    last = max(run.seconds or 0.0 for of in runs.values() for run in of)
    from matplotlib.ticker import LogLocator, NullLocator

    with _figure() as (figure, axes):
        for engine, colour, style in _looks(comparison.engines, sorted(ends, key=ends.__getitem__)):
            times, gaps = curves[engine]
            without = sum(run.value is None for run in runs[engine])
            label = engine + (f" ({without} of {len(runs[engine])} runs without a solution)" if without else "")
            x, y = [*times, max(1.05 * last, times[-1])], [*(100 * gaps), 100 * gaps[-1]]
            axes.step(x, y, where="post", color=colour, linestyle=style, label=_label(label))
            axes.plot(x[:1], y[:1], marker="o", markersize=4, color=colour)
        axes.set_xscale("log")
        axes.set_xlim(FIRST_SECONDS, 1.05 * max(last, 2 * FIRST_SECONDS))
        bottom, top = 100 * min(0.0, *ends.values()), 100 * max(gaps[0] for _, gaps in curves.values() if len(gaps))
        axes.set_ylim(bottom, top + 0.06 * max(top - bottom, 1.0))
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=100))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("seconds")
        axes.set_ylabel("mean gap to the best known, %")
        _title(axes, "Convergence", f"{len(problems)} instances; a curve begins when its last run has a solution")
        _save(figure, path)


@contextmanager
def _figure() -> Iterator[tuple[Figure, Axes]]:
    """A figure with one pair of axes, under our settings."""
    from matplotlib.figure import Figure

    with drawing(SETTINGS):
        figure = Figure(figsize=SIZE, layout="constrained")
        yield figure, figure.add_subplot()


def _looks(engines: Sequence[str], order: Sequence[str]) -> list[tuple[str, str, str]]:
    """Colour and line style of each engine: the same ones whatever the order in which they are drawn."""
    colours = palette(len(engines))
    styles = ("-", "--", "-.", ":")
    looks = {engine: (colours[k], styles[k % len(styles)]) for k, engine in enumerate(engines)}
    return [(engine, *looks[engine]) for engine in order]


def _label(text: str) -> str:
    """What the legend can show: matplotlib leaves out what is empty or begins with an underscore."""
    line = one_line(text)
    return f" {line}" if line[:1] in ("", "_") else line


def _title(axes: Axes, title: str, subtitle: str) -> None:
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", pad=20)
    axes.text(0, 1.02, subtitle, transform=axes.transAxes, color=SOFT, va="bottom")


def _save(figure: Figure, path: str) -> None:
    """Add the legend, below the axes where it hides no curve, and write the picture."""
    labels = figure.axes[0].get_legend_handles_labels()[1]
    columns = max(1, LEGEND_LETTERS // (11 + max(map(len, labels))))
    figure.legend(loc="outside lower left", ncols=min(columns, len(labels)), frameon=False, handlelength=3)
    out = BytesIO()
    file_format = Path(path).suffix.lower().removeprefix(".")
    metadata = {"Date": None, "Creator": "schedsolve"} if file_format == "svg" else {"Software": "schedsolve"}
    figure.savefig(out, format=file_format, dpi=DPI, metadata=metadata)
    write_bytes(path, out.getvalue())
