"""The table of levels, on records counted by hand."""

from __future__ import annotations

from collections.abc import Callable

from schedsolve.benchmarks.level_table import solved_shares, table
from schedsolve.benchmarks.runs import Run


def test_shares_by_level_and_the_area_under_them(record: Callable[..., Run]) -> None:
    runs = [record("rules", f"levels-20-{level}-0", value=None if level > 15 else 9) for level in range(1, 21)]
    runs += [record("cpsat", "levels-20-3-0"), record("cpsat", "levels-20-3-1", value=None)]
    runs += [record("cpsat", "la01"), record("cpsat", "levels-20-4-0-window", value=None)]
    shares = solved_shares(runs)
    assert shares["cpsat"] == {3: 0.5}
    assert table(shares) == [
        "| levels | rules | cpsat |",
        "|---|--:|--:|",
        "| 1-10 | 100 % | 50 % |",
        "| 11-20 | 50 % |  |",
        "| area | 0.750 | 0.500 |",
    ]
