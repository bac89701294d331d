"""How far each engine gets up the levels: ``python -m schedsolve.benchmarks.level_table runs/levels.jsonl``.

Of recorded runs on projects of the generator ``levels``, the share solved on each ten levels, and the area under it:
the mean share over all levels, each with equal weight. Impossible projects do not count.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from statistics import mean

from schedsolve.benchmarks.runs import Run, merged, read_runs

NAME = re.compile(r"levels-\d+-(\d+)-\d+")
TOGETHER = 10
"""Levels in a row of the table."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Share of projects solved by level.")
    parser.add_argument("records", nargs="+", help="of schedsolve bench")
    arguments = parser.parse_args()
    shares = solved_shares(chain.from_iterable(map(read_runs, arguments.records)))
    if not shares:
        parser.error("no runs on projects of the generator levels")
    print("\n".join(table(shares)))


def solved_shares(runs: Iterable[Run]) -> dict[str, dict[int, float]]:
    """For each engine and level the share of its runs with a valid schedule."""
    solved: dict[str, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for run in merged(runs):
        match = NAME.fullmatch(run.instance)
        if match:
            solved[run.engine][int(match[1])].append(run.value is not None)
    return {engine: {level: mean(of[level]) for level in sorted(of)} for engine, of in solved.items()}


def table(shares: dict[str, dict[int, float]]) -> list[str]:
    """Lines in Markdown, a column for each engine."""
    groups = sorted({(level - 1) // TOGETHER for level in chain.from_iterable(shares.values())})
    lines = [f"| levels | {' | '.join(shares)} |", "|---" + "|--:" * len(shares) + "|"]
    for group in groups:
        low, high = group * TOGETHER + 1, (group + 1) * TOGETHER
        cells = []
        for of in shares.values():
            part = [share for level, share in of.items() if low <= level <= high]
            cells.append(f"{100 * mean(part):.0f} %" if part else "")
        lines.append(f"| {low}-{high} | {' | '.join(cells)} |")
    areas = (f"{mean(of.values()):.3f}" for of in shares.values())
    return [*lines, f"| area | {' | '.join(areas)} |"]


if __name__ == "__main__":
    main()
