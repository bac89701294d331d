"""The checker on hand-made schedules: which rule, which operations, where and how much."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import pytest

from schedsolve.models.check import validate
from schedsolve.models.check import violations as check
from schedsolve.models.errors import InvalidSolution
from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule, objective_values, violations
from schedsolve.models.jobshop.past import past_cases, past_violations
from schedsolve.models.jobshop.violations import _cycles
from schedsolve.models.record import FAR
from schedsolve.models.violation import Violation


def found(jobs, start, alternative=None, **fields) -> list[Violation]:
    solution = JobShopSolution(start=start, alternative=[0] * len(start) if alternative is None else alternative)
    return violations(JobShop.from_jobs(jobs, **fields), solution)


def codes(*arguments, **fields) -> list[str]:
    return [v.code for v in found(*arguments, **fields)]


TWO = [[(0, 3), (1, 2)], [(1, 2), (0, 4)]]
"""Two jobs on two machines, in opposite directions; 0 3 0 3 is a schedule."""


def test_accepted():
    assert found(TWO, [0, 3, 0, 3]) == []


# --- one rule after another -------------------------------------------------------------------


def test_wrong_number_of_starts():
    (v,) = found(TWO, [0, 3, 0])
    assert str(v) == "shape: 3 starts given for 4 operations"


def test_alternative_out_of_range():
    (v,) = found([[[(0, 1), (1, 1)]]], [0], [2])
    assert str(v) == "alternative: job 0 step 1 has 2 alternatives, none with index 2"
    assert v.things == {"operation": [0]}
    assert codes([[[(0, 1), (1, 1)]]], [0], [-1]) == ["alternative"]


def test_release():
    (v,) = found(TWO, [1, 4, 0, 4], release=[3, 0])
    assert str(v) == "release: job 0 step 1 starts at 1, its job is released at 3"
    assert (v.things, v.interval, v.amount) == ({"operation": [0], "job": [0], "machine": [0]}, (1, 3), 2)
    assert codes(TWO, [-1, 3, 0, 3]) == ["release"]


def test_deadline():
    (v,) = found(TWO, [0, 3, 0, 3], deadline=[None, 6])
    assert str(v) == "deadline: job 1 step 2 ends at 7, after its job's deadline 6"
    assert (v.interval, v.amount) == ((6, 7), 1)
    assert codes(TWO, [0, 3, 0, 3], deadline=[5, 7]) == []


def test_fixed():
    (v,) = found(TWO, [0, 3, 0, 4], fixed_start=[None, None, None, 3])
    assert str(v) == "fixed: job 1 step 2 starts at 4, fixed to 3"
    assert (v.interval, v.amount) == ((3, 4), 1)
    jobs = [[[(0, 1), (1, 1)]]]
    assert str(found(jobs, [0], [0], fixed_machine=[1])[0]) == "fixed: job 0 step 1 is on machine 0, fixed to machine 1"
    assert codes(jobs, [0], [1], fixed_machine=[1]) == []


def test_precedence():
    (v,) = found(TWO, [0, 2, 0, 3])
    assert str(v) == "precedence: job 0 step 2 starts at 2, job 0 step 1 ends at 3"
    assert (v.things, v.interval, v.amount) == ({"operation": [0, 1], "job": [0], "machine": [0, 1]}, (2, 3), 1)


def test_transport():
    transport = [[0, 2], [1, 0]]
    (v,) = found(TWO, [0, 4, 0, 3], transport=transport)
    assert str(v) == "precedence: job 0 step 2 starts at 4, job 0 step 1 ends at 3 and needs 2 for transport"
    assert v.amount == 1
    assert codes(TWO, [0, 5, 0, 3], transport=transport) == []


def test_no_wait():
    (v,) = found(TWO, [0, 4, 1, 3], no_wait=True)
    assert str(v) == "no_wait: job 0 step 2 starts at 4 instead of 3, its job may not wait"
    assert v.amount == 1
    assert codes(TWO, [1, 4, 1, 4], no_wait=True) == ["no_wait"]
    assert codes([[(0, 3), (1, 2)]], [0, 5], no_wait=True, transport=[[0, 2], [0, 0]]) == []


def test_machine_overlap():
    (v,) = found([[(0, 3)], [(0, 3)]], [0, 2])
    assert str(v) == "machine_overlap: machine 0 holds job 0 step 1 until 3, job 1 step 1 starts at 2"
    assert (v.things, v.interval, v.amount) == ({"operation": [0, 1], "job": [0, 1], "machine": [0]}, (2, 3), 1)
    assert codes([[(0, 3)], [(0, 3)]], [0, 3]) == []


def test_every_overlapping_operation_is_reported_once_with_the_one_that_reaches_furthest():
    reported = found([[(0, 10)], [(0, 2)], [(0, 2)], [(0, 2)]], [0, 1, 4, 10])
    assert [v.things["operation"] for v in reported] == [[0, 1], [0, 2]]


def test_setups_between_neighbours_and_before_the_first():
    jobs = [[(0, 2)], [(0, 2)], [(0, 2)]]
    setup = [[[0, 3, 0], [0, 0, 1], [0, 0, 0]]]
    assert codes(jobs, [0, 5, 8], setup=setup) == []
    (v,) = found(jobs, [0, 4, 8], setup=setup)
    assert str(v) == "setup: machine 0 needs setup 3 between job 0 step 1 (until 2) and job 1 step 1 (from 4)"
    assert (v.interval, v.amount) == ((4, 5), 1)
    (v,) = found(jobs, [0, 5, 8], setup=setup, initial_setup=[[2, 0, 0]])
    assert str(v) == "setup: machine 0 needs initial setup 2, job 0 step 1 starts at 0"
    assert (v.interval, v.amount) == ((0, 2), 2)


def test_setups_need_no_triangle_inequality():
    """From job 0 to job 1 takes 9, but by way of job 2 nothing."""
    setup = [[[0, 9, 0], [0, 0, 0], [0, 0, 0]]]
    assert codes([[(0, 1)], [(0, 1)], [(0, 1)]], [0, 2, 1], setup=setup) == []


def test_downtime_without_pause():
    down = {"downtime_machine": [0], "downtime_start": [2], "downtime_end": [4]}
    (v,) = found([[(0, 3)]], [0], **down)
    assert str(v) == "downtime: machine 0 is down in [2, 4), job 0 step 1 works in [0, 3)"
    assert (v.interval, v.amount) == ((2, 3), 1)
    assert codes([[(0, 2)], [(0, 2)]], [0, 4], **down) == []
    assert codes([[(0, 9)]], [0], **down) == ["downtime"]


def test_pause_moves_the_end_out():
    down = {"downtime_machine": [0, 0], "downtime_start": [2, 5], "downtime_end": [4, 6], "pause": True}

    def ends(jobs, start):
        problem = JobShop.from_jobs(jobs, **down)
        return Schedule(problem, JobShopSolution(start=start)).end.tolist()

    assert ends([[(0, 2)], [(0, 3)], [(0, 4)], [(0, 0)]], [0, 0, 0, 3]) == [2, 5, 7, 3]
    assert ends([[(0, 1)], [(0, 2)], [(0, 1)]], [4, 4, 6]) == [5, 7, 7]
    assert codes([[(0, 3), (1, 1)]], [0, 5], **down) == []
    assert codes([[(0, 3), (1, 1)]], [0, 4], **down) == ["precedence"]
    (v,) = found([[(0, 1)]], [3], **down)
    assert str(v) == "downtime: machine 0 is down in [2, 4), job 0 step 1 starts in [3, 5)"


def test_permutation():
    jobs = [[(0, 1), (1, 1)], [(0, 1), (1, 1)], [(0, 1), (1, 1)]]
    assert codes(jobs, [0, 1, 1, 2, 2, 3], permutation=True) == []
    (v,) = found(jobs, [0, 3, 1, 2, 2, 4], permutation=True)
    assert v.code == "permutation"
    assert sorted(v.things["job"]) == [0, 1]
    assert codes(jobs, [0, 3, 1, 2, 2, 4]) == []


def test_permutation_over_machines_that_share_no_two_jobs():
    """0 before 1 on the first, 1 before 2 on the second, 2 before 0 on the third: no single order."""
    jobs = [[(0, 1), (1, 0), (2, 1)], [(0, 1), (1, 1), (2, 0)], [(0, 0), (1, 1), (2, 1)]]
    (v,) = found(jobs, [0, 1, 9, 1, 2, 3, 0, 3, 4], permutation=True)
    assert v.code == "permutation"
    assert sorted(v.things["job"]) == [0, 1, 2]


# --- open shop --------------------------------------------------------------------------------


def test_open_shop_takes_any_order_but_one_at_a_time():
    jobs = [[(0, 2), (1, 3)]]
    assert codes(jobs, [3, 0], open_shop=True) == []
    order, v = found(jobs, [1, 0], open_shop=True)
    assert order.code == "precedence"
    assert str(v) == "job_overlap: job 0 step 2 and job 0 step 1 are done at the same time"
    assert (v.interval, v.amount) == ((1, 3), 2)


def test_open_shop_follows_the_order_of_ends():
    jobs = [[(0, 2), (1, 3)]]
    transport = [[0, 9], [1, 0]]
    assert codes(jobs, [4, 0], open_shop=True, transport=transport) == []
    assert codes(jobs, [3, 0], open_shop=True, transport=transport) == ["precedence"]
    assert codes(jobs, [5, 0], open_shop=True, no_wait=True) == ["no_wait"]
    # job 0 waits on machine 1 until it goes on to machine 0
    assert codes([*jobs, [(1, 1)]], [5, 0, 3], open_shop=True, blocking="swap") == ["machine_overlap"]
    assert codes([*jobs, [(1, 1)]], [5, 0, 5], open_shop=True, blocking="swap") == []


# --- blocking ---------------------------------------------------------------------------------


def test_a_blocked_machine_is_held():
    jobs = [[(0, 1), (1, 1)], [(0, 1)]]
    (v,) = found(jobs, [0, 3, 1], blocking="no_swap")
    assert str(v) == (
        "machine_overlap: machine 0 holds job 0 step 1 until 3 (blocked there until its job moves on), "
        "job 1 step 1 starts at 1"
    )
    assert codes(jobs, [0, 3, 3], blocking="no_swap") == []
    assert codes(jobs, [0, 3, 1]) == []
    # the way takes 1: the machine is left at 2
    assert codes(jobs, [0, 3, 2], blocking="no_swap", transport=[[0, 1], [0, 0]]) == []


def ring(k: int, **fields) -> tuple[JobShop, JobShopSolution]:
    """Job j goes from machine j to machine j + 1 (the last to 0), all at time 1."""
    jobs = [[(j, 1), ((j + 1) % k, 1)] for j in range(k)]
    return JobShop.from_jobs(jobs, job_names=tuple("ABCDE"[:k]), **fields), JobShopSolution(start=[0, 1] * k)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_swap_is_refused_with_the_circle_of_jobs_named(k):
    problem, solution = ring(k, blocking="no_swap")
    (v,) = violations(problem, solution)
    assert v.code == "swap"
    assert sorted(v.things["job"]) == list(range(k))
    assert sorted(v.things["machine"]) == list(range(k))
    assert all(name in v.message for name in "ABCDE"[:k])
    assert v.message.endswith("exchange machines in a circle at 1, which needs swap")
    assert (v.interval, v.amount) == ((1, 1), k)
    for blocking in ("swap", "none"):
        assert violations(problem.with_settings(blocking=blocking), solution) == []


def test_a_chain_of_moves_that_ends_at_an_empty_machine_is_no_swap():
    jobs = [[(0, 1), (1, 1)], [(1, 1), (2, 1)], [(2, 1), (3, 1)]]
    assert codes(jobs, [0, 1, 0, 1, 0, 1], blocking="no_swap") == []


def test_transport_between_machines_makes_room_for_a_swap():
    problem, solution = ring(2, blocking="no_swap", transport=[[0, 1], [1, 0]])
    assert violations(problem, JobShopSolution(start=[0, 2, 0, 2])) == []
    assert "precedence" in {v.code for v in violations(problem, solution)}


def test_a_stop_of_length_zero_elsewhere_breaks_the_circle_and_in_the_circle_does_not():
    aside = [[(0, 1), (2, 0), (1, 1)], [(1, 1), (0, 1)]]
    assert codes(aside, [0, 1, 1, 0, 1], blocking="no_swap") == []
    both_aside = [[(0, 1), (2, 0), (1, 1)], [(1, 1), (3, 0), (0, 1)]]
    assert codes(both_aside, [0, 1, 1, 0, 1, 1], blocking="no_swap") == []


def test_two_circles_are_two_violations():
    jobs = [[(0, 1), (1, 1)], [(1, 1), (0, 1)], [(2, 1), (3, 1)], [(3, 1), (2, 1)]]
    reported = found(jobs, [0, 1] * 4, blocking="no_swap")
    assert [sorted(v.things["job"]) for v in reported] == [[0, 1], [2, 3]]


# --- length 0 ---------------------------------------------------------------------------------


def test_length_zero_occupies_nothing():
    down = {"downtime_machine": [0], "downtime_start": [1], "downtime_end": [3]}
    assert codes([[(0, 5)], [(0, 0)]], [3, 4], **down) == []
    assert codes([[(0, 0)], [(0, 0)]], [2, 2], **down, pause=True) == []
    setup = [[[9, 9], [9, 9]]]
    assert codes([[(0, 5)], [(0, 0)]], [0, 5], setup=setup) == []
    assert codes([[(0, 0)]], [0], initial_setup=[[4]]) == []


def test_length_zero_follows_its_job_except_in_open_shops():
    jobs = [[(0, 5), (1, 0)]]
    assert codes(jobs, [0, 4]) == ["precedence"]
    assert codes(jobs, [0, 6], no_wait=True) == ["no_wait"]
    assert codes(jobs, [0, 4], open_shop=True, no_wait=True, transport=[[0, 3], [3, 0]]) == []


def test_length_zero_blocks_while_its_job_waits():
    jobs = [[(0, 0), (1, 1)], [(0, 1)]]
    assert codes(jobs, [0, 3, 1], blocking="swap") == ["machine_overlap"]
    assert codes(jobs, [0, 0, 0], blocking="swap") == []


# --- no rule hides another ----------------------------------------------------------------------


def test_an_overlap_does_not_hide_a_setup_that_is_missing():
    jobs = [[(0, 2)], [(0, 2)]]
    setup = [[[0, 3], [0, 0]]]
    assert codes(jobs, [0, 1], setup=setup) == ["machine_overlap", "setup"]
    assert codes(jobs, [1, 0], setup=setup) == ["machine_overlap"]  # none is needed in this order


def test_a_start_too_early_does_not_hide_that_the_job_may_not_wait():
    assert codes([[(0, 3), (1, 2)]], [0, 2], no_wait=True) == ["precedence", "no_wait"]
    assert codes([[(0, 3), (1, 2)]], [0, 2], no_wait=True, open_shop=True) == ["precedence", "no_wait", "job_overlap"]


def test_three_at_once_are_reported_as_often_as_one_too_many_is_there():
    jobs = [[(0, 9)], [(0, 2)], [(0, 2)]]
    assert codes(jobs, [0, 1, 5]) == ["machine_overlap"] * 2


# --- the executed past ------------------------------------------------------------------------


def test_done_is_exempt_from_windows_downtime_and_rules_among_itself():
    past = {"done": [True, True, False, False], "fixed_start": [-2, 0, None, None]}
    down = {"downtime_machine": [0], "downtime_start": [-1], "downtime_end": [0]}
    assert codes(TWO, [-2, 0, 2, 4], **past, **down, release=[9, 0], deadline=[1, None], no_wait=True) == []
    assert codes(TWO, [-2, 0, 0, 4], **past) == ["machine_overlap"]  # the machine is taken all the same
    assert codes(TWO, [-1, 0, 2, 4], **past) == ["fixed"]


def test_done_pauses_nowhere():
    down = {"downtime_machine": [0], "downtime_start": [1], "downtime_end": [5], "pause": True}
    assert codes([[(0, 3), (1, 1)]], [0, 7], **down) == []
    assert codes([[(0, 3), (1, 1)]], [0, 3], **down) == ["precedence"]
    assert codes([[(0, 3), (1, 1)]], [0, 3], **down, done=[True, False], fixed_start=[0, None]) == []


def test_rules_hold_between_done_and_not_done():
    jobs = [[(0, 2)], [(0, 2)]]
    setup = [[[3, 3], [3, 3]]]
    first = {"done": [True, False], "fixed_start": [0, None]}
    assert codes(jobs, [0, 2], setup=setup, **first) == ["setup"]
    assert codes(jobs, [0, 2], setup=setup, done=[True, True], fixed_start=[0, 2]) == []
    assert codes([[(0, 2), (1, 2)]], [0, 1], **first) == ["precedence"]


def past_codes(jobs, start, **fields) -> list[str]:
    """What operations that are all done broke; as a schedule it is accepted."""
    past = {"done": [True] * len(start), "fixed_start": start}
    assert codes(jobs, start, **past, **fields) == []
    return [v.code for v in past_violations(JobShop.from_jobs(jobs, **past, **fields))]


def test_a_past_that_broke_rules_is_accepted_and_they_are_named():
    one = [[(0, 3)], [(0, 3)]]
    assert past_codes(one, [0, 3]) == []
    assert past_codes(one, [0, 1]) == ["machine_overlap"]
    assert past_codes(one, [0, 4], setup=[[[0, 2], [0, 0]]]) == ["setup"]
    assert past_codes(TWO, [0, 2, 0, 4]) == ["precedence"]
    assert past_codes(TWO, [0, 4, 0, 7], no_wait=True) == ["no_wait"] * 2
    assert past_codes([[(0, 3), (1, 2)]], [0, 2], open_shop=True) == ["precedence", "job_overlap"]
    assert past_codes([[(0, 1), (1, 1)]] * 2, [0, 3, 1, 2], permutation=True) == ["permutation"]
    assert past_codes([[(0, 1), (1, 1)], [(1, 1), (0, 1)]], [0, 1, 0, 1], blocking="no_swap") == ["swap"]
    assert past_codes([[(0, 1), (1, 1)], [(0, 1)]], [0, 3, 1], blocking="swap") == ["machine_overlap"]


def test_the_past_is_named_for_the_user_once_a_rule():
    problem = JobShop.from_jobs([[(0, 3)]] * 3, done=[True] * 3, fixed_start=[0, 1, 1])
    (case,) = past_cases(problem)
    assert str(case) == "machine_overlap: machine 0 holds job 0 step 1 until 3, job 1 step 1 starts at 1"
    assert len(past_violations(problem)) == 2


def test_what_nobody_knows_of_the_past_breaks_no_rule():
    """On which of two machines the first was is open; the second is not done."""
    jobs = [[[(0, 3), (1, 3)]], [(0, 3)], [(0, 3)]]
    problem = JobShop.from_jobs(jobs, done=[True, True, False], fixed_start=[0, 1, 2])
    assert past_cases(problem) == []


def test_who_comes_after_a_past_that_overlaps_waits_for_all_of_it():
    past = {"done": [True, True, False], "fixed_start": [0, 1, None]}
    jobs = [[(0, 9)], [(0, 3)], [(0, 1)]]
    assert codes(jobs, [0, 1, 9], **past) == []
    assert codes(jobs, [0, 1, 4], **past) == ["machine_overlap"]
    setup = [[[0, 0, 2], [0, 0, 9], [0, 0, 0]]]  # from the one that left last: 2
    assert codes(jobs, [0, 1, 11], setup=setup, **past) == []
    assert codes(jobs, [0, 1, 10], setup=setup, **past) == ["setup"]


def test_a_job_goes_on_behind_what_ended_last_in_its_past():
    jobs = [[(0, 9), (1, 3), (2, 1)]]
    past = {"done": [True, True, False], "fixed_start": [0, 1, None], "open_shop": True, "no_wait": True}
    assert codes(jobs, [0, 1, 9], **past) == []
    assert codes(jobs, [0, 1, 10], **past) == ["no_wait"]


def test_a_done_operation_whose_job_has_not_gone_on_blocks():
    jobs = [[(0, 2), (1, 1)], [(0, 1)], [(0, 1)]]
    past = {"done": [True, False, True, False], "fixed_start": [0, None, 3, None], "blocking": "swap"}
    assert codes(jobs, [0, 6, 3, 6], **past) == []  # the other done one was there meanwhile
    assert codes(jobs, [0, 6, 3, 5], **past) == ["machine_overlap"]


def test_permutation_binds_those_that_are_not_done():
    jobs = [[(0, 1), (1, 1)], [(0, 1), (1, 1)], [(0, 1), (1, 1)]]
    start = [1, 5, 0, 6, 2, 7]
    fields = {"permutation": True, "fixed_start": start}
    assert codes(jobs, start, **fields, done=[True, False, True, False, True, False]) == []
    assert codes(jobs, start, **fields, done=[True, False, False, False, True, False]) == ["permutation"]


def test_a_long_past_that_broke_rules_everywhere_is_checked_as_fast_as_another():
    """Of 20,000 operations that are done at once, 10,000 enter a machine when 10,000 leave it."""
    size = 5_000
    jobs = [[(0, 1), (1, 1)]] * size + [[(1, 1), (0, 1)]] * size
    past = {"fixed_start": [0, 1] * 2 * size, "done": [True, True] * size + [True, False] * size}
    problem = JobShop.from_jobs(jobs, blocking="no_swap", **past)
    counted = Counter(v.code for v in violations(problem, JobShopSolution(start=problem.fixed_start)))
    assert counted["machine_overlap"] == size - 1
    assert counted.keys() == {"machine_overlap"}
    assert len(past_cases(problem)) == 1


# --- objectives -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("makespan", 7),
        ("total_completion_time", 12),
        ("total_weighted_completion_time", 2 * 5 + 3 * 7),
        ("total_flow_time", 11),
        ("total_weighted_flow_time", 2 * 5 + 3 * 6),
        ("total_tardiness", 1 + 3),
        ("total_weighted_tardiness", 2 * 1 + 3 * 3),
        ("maximum_lateness", 3),
        ("tardy_jobs", 2),
        ("weighted_tardy_jobs", 5),
    ],
)
def test_objectives(name, value):
    problem = JobShop.from_jobs(TWO, release=[0, 1], due=[4, 4], weight=[2, 3], objective=name)
    schedule = Schedule(problem, JobShopSolution(start=[0, 3, 1, 3]))
    assert objective_values(problem, schedule) == [(name, value)]


def test_total_setup_time_counts_neighbours_and_the_first():
    setup = [[[0, 3], [5, 0]]]
    problem = JobShop.from_jobs([[(0, 1)], [(0, 1)]], setup=setup, initial_setup=[[1, 2]], objective="total_setup_time")
    assert objective_values(problem, Schedule(problem, JobShopSolution(start=[1, 9]))) == [("total_setup_time", 4)]
    assert objective_values(problem, Schedule(problem, JobShopSolution(start=[9, 2]))) == [("total_setup_time", 7)]


def test_jobs_without_due_date_are_never_late_and_sums_never_overflow():
    n = 3000
    objective = "total_completion_time,total_weighted_completion_time,tardy_jobs,maximum_lateness"
    problem = JobShop.from_jobs(
        [[(k, 1)] for k in range(n)], due=[*[None] * (n - 1), 0], objective=objective, weight=[FAR] * n
    )
    late = JobShopSolution(start=[FAR - 1] * n)
    values = [value for _, value in objective_values(problem, Schedule(problem, late))]
    assert values == [n * FAR, n * FAR * FAR, 1, FAR]


def test_validate_raises_with_all_violations():
    problem = JobShop.from_jobs(TWO)
    validate(problem, JobShopSolution(start=[0, 3, 0, 3]))
    with pytest.raises(
        InvalidSolution, match=r"3 violations: precedence: .*; precedence: .*; machine_overlap: "
    ) as error:
        validate(problem, JobShopSolution(start=[0, 2, 0, 1]))
    assert [v.code for v in error.value.violations] == codes(TWO, [0, 2, 0, 1])
    assert check(problem, JobShopSolution(start=[0, 3, 0, 3])) == []


def test_a_violation_as_plain_values():
    (v,) = found([[(0, 3)], [(0, 3)]], [0, 2])
    assert v.to_builtins() == {
        "code": "machine_overlap",
        "message": "machine 0 holds job 0 step 1 until 3, job 1 step 1 starts at 2",
        "things": {"operation": [0, 1], "job": [0, 1], "machine": [0]},
        "interval": [2, 3],
        "amount": 1,
        "spans": [],
    }


# --- circles ----------------------------------------------------------------------------------


def test_a_swap_in_the_executed_past_is_past():
    problem, solution = ring(3, blocking="no_swap", done=[True] * 6, fixed_start=[0, 1] * 3)
    assert violations(problem, solution) == []
    problem, solution = ring(2, blocking="no_swap", done=[True, True, False, False], fixed_start=[0, 1, 0, None])
    assert [v.code for v in violations(problem, solution)] == ["swap"]
    facts = ring(2, blocking="no_swap", done=[True, True, True, False], fixed_start=[0, 1, 0, None])
    assert violations(*facts) == []  # on the machine that is still to be left, both have been


@pytest.mark.parametrize("seed", range(60))
def test_every_knot_gives_a_cycle_and_no_two_share_a_node(seed):
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 12, size=(rng.integers(1, 25), 2)).tolist()
    first: dict[int, list[int]] = {}
    for before, after in edges:
        first.setdefault(after, []).append(before)
    cycles = list(_cycles(first))
    for cycle in cycles:
        assert all(before in first[after] for before, after in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    nodes = [node for cycle in cycles for node in cycle]
    assert len(nodes) == len(set(nodes))
    knots = [k for k in nx.strongly_connected_components(nx.DiGraph(edges)) if len(k) > 1]
    loops = [{a} for a, b in edges if a == b]
    for knot in knots + loops:
        assert any(node in knot for node in nodes)
