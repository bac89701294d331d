"""What the tables say, on records whose averages are known by hand."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from schedsolve.benchmarks.compare import Comparison
from schedsolve.benchmarks.runs import Run
from schedsolve.instances.best_known import BestKnown
from schedsolve.models.level import Level

Record = Callable[..., Run]


def test_seeds_are_averaged_and_instances_weigh_the_same(record: Record) -> None:
    runs = [record("a", "x", value=v, seed=s) for s, v in enumerate((101, 103, 105))]
    runs += [record("a", "y", value=110), record("a", "z", value=95)]
    (row,) = Comparison(runs).by_engine()
    assert (row.instances, row.runs, row.with_gap, row.solved) == (3, 5, 5, 5)
    assert row.mean_gap == pytest.approx((0.03 + 0.10 - 0.05) / 3, abs=1e-6)
    assert row.median_gap == pytest.approx(0.03)


def test_bounds_have_a_gap_of_their_own(record: Record) -> None:
    runs = [record("a", "x", bound=b, seed=s) for s, b in enumerate((90, 94))]
    runs += [record("a", "y", value=None, bound=98), record("a", "z", bound=None), record("a", "new", upper=None)]
    (row,) = Comparison(runs).by_engine()
    assert row.mean_bound_gap == pytest.approx((0.08 + 0.02) / 2)


def test_engines_are_sorted_by_their_gap(record: Record) -> None:
    runs = [record("none", "x", value=None), record("bad", "x", value=130), record("good", "x", value=101)]
    assert [row.engine for row in Comparison(runs).by_engine()] == ["good", "bad", "none"]


def test_like_is_compared_with_like(record: Record) -> None:
    runs = [record("a", "x", value=104), record("b", "x", value=106)]
    runs += [record("a", "hard", value=150), record("b", "hard", value=None)]
    runs += [record("a", "y", value=100), record("a", "y", value=102, seed=1), record("b", "y", value=101)]
    runs += [record("a", "alone", value=190), record("a", "new", upper=None), record("b", "new", upper=None)]
    comparison = Comparison(runs)
    assert [comparison.names[problem] for problem in comparison.with_all_gaps] == ["x", "y"]
    rows = {row.engine: row for row in comparison.by_engine()}
    assert list(rows) == ["a", "b"]
    assert (rows["a"].common_gap, rows["b"].common_gap) == (pytest.approx(0.025), pytest.approx(0.035))
    assert rows["a"].mean_gap == pytest.approx((0.04 + 0.5 + 0.01 + 0.9) / 4)


def test_what_has_no_gap_is_counted(record: Record) -> None:
    runs = [
        record("a", "x", value=102),
        record("a", "y", value=None),
        record("a", "z", value=None, status="FAILED", objectives=[], error="killed"),
        record("a", "w", value=7, upper=None),
        record("a", "v", value=None, bound=None, status="INFEASIBLE", upper=None),
        record("a", "u", value=100),
    ]
    comparison = Comparison(runs)
    (row,) = comparison.by_engine()
    assert (row.runs, row.failed, row.solved, row.proved, row.with_gap, row.with_target) == (6, 1, 3, 2, 2, 4)
    assert row.mean_gap == pytest.approx(0.01)
    assert comparison.notes() == [
        "no best-known value of w, v: not in the gaps",
        "a: 1 of 6 runs failed: killed",
        "a: 1 of 6 runs ended without a solution",
    ]


def test_wins_are_of_the_mean_objective_and_shared(record: Record) -> None:
    runs = [record("a", "x", value=v, seed=s) for s, v in enumerate((100, 110))]
    runs += [record("b", "x", value=v, seed=s) for s, v in enumerate((104, 105))]
    runs += [record("a", "y", value=5), record("b", "y", value=5)]
    runs += [record("a", "z", value=1), record("a", "z", value=None, seed=1), record("b", "z", value=900)]
    runs += [record("a", "w", value=None), record("b", "w", value=None)]
    assert {row.engine: row.wins for row in Comparison(runs).by_engine()} == {"a": 1, "b": 3}
    wins = [(row.instance, row.engine) for row in Comparison(runs).by_instance() if row.wins]
    assert wins == [("x", "b"), ("y", "a"), ("y", "b"), ("z", "b")]


def test_of_equal_first_objectives_the_next_one_wins(record: Record) -> None:
    def two(first: int, second: int) -> list[Level]:
        return [Level("tardy_jobs", first, first), Level("makespan", second, None)]

    runs = [record("a", objectives=two(3, 50)), record("b", objectives=two(3, 40)), record("c", objectives=two(4, 1))]
    assert {row.engine: row.wins for row in Comparison(runs).by_engine()} == {"a": 0, "b": 1, "c": 0}


@pytest.mark.parametrize(
    ("target", "reached", "seconds"), [(0.01, 1, 4.0), (0.05, 2, 2.5), (0.2, 2, 1.5), (0.0, 0, None)]
)
def test_time_to_target(record: Record, target: float, reached: int, seconds: float | None) -> None:
    runs = [
        record(seed=0, value=101, trace=[(1.0, 120), (2.0, 105), (4.0, 101)]),
        record(seed=1, value=105, trace=[(2.0, 110), (3.0, 105)]),
        record(seed=2, value=None),
    ]
    (row,) = Comparison(runs, target).by_engine()
    assert (row.with_target, row.on_target, row.seconds_to_target) == (3, reached, seconds)


def test_the_later_record_counts_and_that_is_said(record: Record) -> None:
    comparison = Comparison([record("a", value=120), record("a", value=110)])
    assert comparison.by_engine()[0].mean_gap == pytest.approx(0.1)
    assert comparison.notes() == ["1 run recorded again: the last record counts"]


def test_the_tightest_best_known_bounds_count_for_all(record: Record) -> None:
    old, new = record("a", value=110, upper=110), record("b", value=110, best_known=BestKnown(90, 100))
    comparison = Comparison([old, new])
    assert [row.mean_gap for row in comparison.by_engine()] == [pytest.approx(0.1)] * 2
    assert comparison.by_instance()[0].best_known == BestKnown(110, 100)


def test_labels_say_what_differs(record: Record) -> None:
    runs = [record("a"), record("a", threads=2), record("b", params={"b": {"size": 3}}), record("c", iterations=9)]
    assert Comparison(runs).engines == [
        "a, 1 thread", "a, 2 threads", 'b, 1 thread, {"b": {"size": 3}}', "c, 1 thread, 9 iterations"
    ]  # fmt: skip
    assert Comparison([record("a", threads=2), record("b", threads=2)]).engines == ["a", "b"]
    assert Comparison([record("a"), record("a", time_limit=None)]).engines == ["a, 10 s", "a, no time limit"]


def test_problems_with_one_name_are_told_apart(record: Record) -> None:
    runs = [record("a", "la01"), record("a", "la01", problem="f00"), record("a", "la02")]
    names = [row.instance for row in Comparison(runs).by_instance()]
    assert names == ["la01 (fingerprint of la01)", "la01 (f00)", "la02"]


def test_missing_instances_and_reported_bugs_are_said(record: Record) -> None:
    runs = [record("a", "x", notes=["bug: wrong", "left behind"]), record("b", "x"), record("b", "y")]
    comparison = Comparison(runs)
    assert comparison.notes() == ["a: not run on y", "a: bug: wrong"]
    assert comparison.common == ["fingerprint of x"]


def test_a_row_for_each_instance(record: Record) -> None:
    runs = [
        record("a", value=110, bound=90),
        record("a", seed=1, value=100, bound=100),
        record("a", seed=2, value=None),
    ]
    (row,) = Comparison(runs).by_instance()
    assert (row.runs, row.solved, row.proved, row.failed) == (3, 2, 1, 0)
    assert (row.mean_objective, row.best_objective, row.best_bound) == (105, 100, 100)
    assert row.mean_gap == pytest.approx(0.05)


def test_records_of_one_problem_may_list_different_objectives(record: Record) -> None:
    first, second = Level("makespan", 5, 5), Level("total_tardiness", 0, 0)
    runs = [record("a", "x", objectives=[first]), record("a", "x", seed=1, objectives=[first, second])]
    (row,) = Comparison(runs).by_engine()
    assert (row.runs, row.wins) == (2, 1)


def test_twenty_thousand_problems_take_no_time(record: Record) -> None:
    begin = time.process_time()
    comparison = Comparison([record(engine, f"p{k}") for k in range(10_000) for engine in "ab"])
    assert len(comparison.by_instance()) == 20_000
    assert len(comparison.by_engine()) == 2
    assert time.process_time() - begin < 10
