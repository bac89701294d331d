"""When to stop: deadlines, requests, stages, targets and gaps."""

from __future__ import annotations

import time

import pytest

from schedsolve.solvers.stop import Stop, closed_levels, relative_gap


def test_without_limits_it_never_stops_by_itself():
    stop = Stop()
    assert stop.remaining() == float("inf")
    assert not stop.now()
    assert stop.reached([10], [0]) is None


def test_the_deadline_counts_from_its_start():
    stop = Stop(time_limit=10, started=time.perf_counter() - 11)
    assert stop.remaining() == 0
    assert stop.elapsed() >= 11
    assert stop.flag[0] == 0
    assert stop.now()
    assert (stop.reason, stop.flag[0]) == ("time", 1)


def test_the_first_reason_is_kept():
    stop = Stop(time_limit=100)
    stop.request("interrupt")
    stop.request("proof")
    assert stop.now()
    assert stop.reason == "interrupt"


def test_a_stage_ends_with_its_time_or_with_the_whole():
    whole = Stop(time_limit=100, iterations=7)
    short, long = whole.within(0), whole.within(1000)
    assert short.now()
    assert short.reason == "time"
    assert not whole.now()
    assert not long.now()
    assert long.iterations == 7
    assert long.remaining() <= 100
    whole.request("interrupt")
    assert long.now()
    assert (short.reason, long.reason) == ("time", "interrupt")
    assert whole.within(5).now()


def test_the_end_of_a_stage_that_has_all_the_time_is_that_of_the_whole():
    whole = Stop(time_limit=100)
    part, last = whole.within(50), whole.within(100)
    inner = last.within(last.remaining())
    part.request("time")
    assert whole.reason is None
    inner.request("time")  # as an engine says whose solver had a limit of its own
    assert (last.reason, whole.reason) == ("time", "time")


def test_another_word_in_a_stage_is_not_for_the_whole():
    whole = Stop(time_limit=100)
    whole.within(100).request("iterations")
    assert whole.reason is None


def test_a_stage_of_endless_time():
    assert Stop().within(float("inf")).remaining() == float("inf")


@pytest.mark.parametrize(
    ("limits", "objective", "bound", "reason"),
    [
        ({"target": 10}, 10, None, "target"),
        ({"target": 10}, 11, 10, None),
        ({"gap": 0.1}, 100, 90, "gap"),
        ({"gap": 0.1}, 100, 89, None),
        ({"gap": 0.1}, 100, None, None),
        ({"gap": 0.0}, 0, 0, "gap"),
        ({"target": 5, "gap": 0.5}, 8, 4, "gap"),
    ],
)
def test_target_and_gap(limits, objective, bound, reason):
    assert Stop(**limits).reached([objective], [bound]) == reason


@pytest.mark.parametrize(
    ("limits", "values", "bounds", "reason"),
    [
        ({"target": 0}, (1, -9592), (1, None), None),
        ({"target": 0}, (1, -9592), (None, None), None),
        ({"target": 1}, (1, 9592), (1, None), "target"),
        ({"target": 1}, (1, 9592), (0, None), "target"),
        ({"gap": 0.1}, (100, 50), (50, None), None),
        ({"gap": 0.1}, (100, 50), (95, None), "gap"),
        ({"gap": 0.1}, (100, 50), (100, None), None),
        ({"gap": 0.1}, (100, 50), (100, 46), "gap"),
        ({"gap": 0.1}, (100, 50), (100, 50), "gap"),
    ],
)
def test_of_several_objectives(limits, values, bounds, reason):
    """The target belongs to the first, the gap to the first that is not proved."""
    assert Stop(**limits).reached(values, bounds) == reason


def test_relative_gap():
    assert relative_gap(100, 90) == pytest.approx(0.1)
    assert relative_gap(0, -3) == 3
    assert relative_gap(-10, -15) == pytest.approx(0.5)


def test_levels_are_closed_from_the_first_on():
    assert closed_levels((5, 3), (5, 3)) == 2
    assert closed_levels((5, 3), (5, 2)) == 1
    assert closed_levels((5, 3), (4, 3)) == 0
    assert closed_levels((5, 3), (None, 3)) == 0
