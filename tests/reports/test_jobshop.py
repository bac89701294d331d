"""The bars of job-shop schedules."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schedsolve.models.jobshop import JobShop, JobShopSolution, violations
from schedsolve.reports.gantt import Gantt, Kind
from schedsolve.reports.jobshop import picture


def chart_of(problem: JobShop, start: list[int]) -> Gantt:
    solution = JobShopSolution(start=start)
    assert violations(problem, solution) == []
    return picture(problem, solution)


def spans(chart: Gantt, noun: str, kind: Kind) -> list[tuple[int, int, int, int]]:
    """(row, item, start, end) of the bars of one kind."""
    found = chart.view(noun).bars.of(kind)
    columns = (found.row, found.item, found.start, found.end)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_every_operation_is_a_bar_on_its_machine_and_in_its_job() -> None:
    chart = chart_of(JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 4), (0, 1)]]), [0, 4, 0, 4])
    assert spans(chart, "machine", Kind.WORK) == [(0, 0, 0, 3), (0, 3, 4, 5), (1, 2, 0, 4), (1, 1, 4, 6)]
    assert spans(chart, "job", Kind.WORK) == [(0, 0, 0, 3), (0, 1, 4, 6), (1, 2, 0, 4), (1, 3, 4, 5)]
    assert (chart.start, chart.end) == (0, 6)
    assert chart.items.name[3] == "job 1 step 2"
    assert chart.items.key.tolist() == [0, 0, 1, 1]
    for view in chart.views:
        assert set(view.bars.kind.tolist()) == {Kind.WORK}
        assert view.lanes.tolist() == [1, 1]


def test_the_chosen_alternative_decides_the_row_and_the_length() -> None:
    problem = JobShop.from_jobs([[[(0, 5), (1, 3)]]])
    chart = picture(problem, JobShopSolution(start=[2], alternative=[1]))
    assert spans(chart, "machine", Kind.WORK) == [(1, 0, 2, 5)]


def test_captions_name_the_job_on_machines_and_the_machine_in_jobs() -> None:
    chart = chart_of(JobShop.from_jobs([[(1, 3)], [(0, 2)]]), [0, 0])
    for noun, wanted in (("machine", ["job 0", "job 1"]), ("job", ["machine 1", "machine 0"])):
        view = chart.view(noun)
        assert [view.captions[k] for k in view.caption.tolist()] == wanted


def test_paused_work_is_split_at_downtime() -> None:
    downtime: dict[str, Any] = {"downtime_machine": [0, 0, 0], "downtime_start": [4, 8, 30], "downtime_end": [6, 9, 40]}
    chart = chart_of(JobShop.from_jobs([[(0, 6)]], pause=True, **downtime), [2])
    pieces = [(0, 0, 2, 4), (0, 0, 6, 8), (0, 0, 9, 11)]
    assert spans(chart, "machine", Kind.WORK) == spans(chart, "job", Kind.WORK) == pieces
    assert spans(chart, "machine", Kind.PAUSE) == [(0, 0, 4, 6), (0, 0, 8, 9)]
    assert spans(chart, "machine", Kind.DOWNTIME) == [(0, -1, 4, 6), (0, -1, 8, 9)]  # the last comes after the end
    assert spans(chart, "job", Kind.DOWNTIME) == []


def test_work_that_ends_where_downtime_begins_is_whole() -> None:
    downtime: dict[str, Any] = {"downtime_machine": [0], "downtime_start": [4], "downtime_end": [6]}
    chart = chart_of(JobShop.from_jobs([[(0, 4), (0, 3)]], pause=True, **downtime), [0, 6])
    assert spans(chart, "machine", Kind.WORK) == [(0, 0, 0, 4), (0, 1, 6, 9)]
    assert spans(chart, "machine", Kind.PAUSE) == []


@given(st.lists(st.integers(0, 40), min_size=2, max_size=12), st.integers(0, 30), st.integers(1, 20))
def test_pieces_and_pauses_tile_an_operation(edges: list[int], start: int, duration: int) -> None:
    cuts = np.unique(edges)
    low, high = cuts[:-1:2], cuts[1::2]
    inside = (low <= start) & (start < high)
    start = int(high[inside][0]) if inside.any() else start
    problem = JobShop.from_jobs(
        [[(0, duration)]], pause=True, downtime_machine=[0] * len(low), downtime_start=low, downtime_end=high
    )
    chart = chart_of(problem, [start])
    work = spans(chart, "machine", Kind.WORK)
    assert sum(end - begin for _, _, begin, end in work) == duration
    busy = sorted((begin, end) for _, _, begin, end in work + spans(chart, "machine", Kind.PAUSE))
    assert busy[0][0] == start
    assert [a[1] for a in busy[:-1]] == [b[0] for b in busy[1:]]


def test_setups_stand_before_their_operations_on_machines_only() -> None:
    setups: dict[str, Any] = {"setup": [[[0, 2], [1, 0]]], "initial_setup": [[3, 0]]}
    chart = chart_of(JobShop.from_jobs([[(0, 4)], [(0, 5)]], **setups), [3, 10])
    assert spans(chart, "machine", Kind.SETUP) == [(0, 0, 0, 3), (0, 1, 8, 10)]
    assert spans(chart, "job", Kind.SETUP) == []


def test_setups_of_an_executed_past_do_not_cover_work() -> None:
    problem = JobShop.from_jobs(
        [[(0, 4)], [(0, 5)]], setup=[[[0, 2], [2, 0]]], fixed_start=[0, 5], done=[True, True], name="past"
    )
    assert spans(chart_of(problem, [0, 5]), "machine", Kind.SETUP) == [(0, 1, 4, 5)]


def test_blocked_machines_are_held_until_the_job_moves_on() -> None:
    problem = JobShop.from_jobs([[(1, 9)], [(0, 3), (1, 2)]], blocking="no_swap")
    chart = chart_of(problem, [0, 0, 9])
    assert spans(chart, "machine", Kind.BLOCKED) == [(0, 1, 3, 9)]
    assert spans(chart, "job", Kind.BLOCKED) == [(1, 1, 3, 9)]


def test_transport_lies_between_the_operations_of_a_job() -> None:
    problem = JobShop.from_jobs([[(0, 3), (1, 2)]], transport=[[0, 4], [4, 0]])
    assert spans(chart_of(problem, [0, 8]), "job", Kind.TRANSPORT) == [(0, 0, 3, 7)]


def test_overlapping_done_operations_of_a_job_get_lanes() -> None:
    problem = JobShop.from_jobs([[(0, 5), (1, 5)], [(0, 2)]], fixed_start=[0, 3, 5], done=[True, True, False])
    chart = chart_of(problem, [0, 3, 5])
    assert chart.view("job").lanes.tolist() == [2, 1]
    assert chart.view("job").bars.lane.tolist() == [0, 1, 0]
    assert chart.view("machine").lanes.tolist() == [1, 1]


def test_what_ends_after_its_due_date_is_late() -> None:
    problem = JobShop.from_jobs([[(0, 3), (0, 3)], [(1, 9)]], due=[4, None])
    chart = chart_of(problem, [0, 3, 0])
    assert chart.items.late.tolist() == [False, True, False]
    assert chart.view("job").due is not None
    assert chart.view("machine").due is None


def test_causes_lead_back_along_job_machine_and_blocking() -> None:
    job_and_machine = JobShop.from_jobs([[(0, 3), (1, 4)], [(1, 2), (0, 1)], [(1, 1)]])
    chart = chart_of(job_and_machine, [0, 3, 0, 4, 7])
    # job 0 step 1; its step 2 follows it; job 1 step 1; its step 2 starts late, for nobody; job 2 waits on machine 1.
    assert chart.items.cause.tolist() == [-1, 0, -1, -1, 1]
    blocking = JobShop.from_jobs([[(1, 9)], [(0, 3), (1, 2)], [(0, 1)]], blocking="no_swap")
    chart = chart_of(blocking, [0, 0, 9, 9])
    assert chart.items.cause.tolist() == [-1, -1, 0, 2]


def test_operations_of_length_zero_are_bars_of_length_zero() -> None:
    chart = chart_of(JobShop.from_jobs([[(0, 3), (1, 0), (0, 2)]]), [0, 3, 3])
    assert (1, 1, 3, 3) in spans(chart, "machine", Kind.WORK)
