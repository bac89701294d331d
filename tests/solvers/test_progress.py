"""The incumbent and the bounds: what is taken, what is refused and what is noted as a bug."""

from __future__ import annotations

import threading

import pytest

from schedsolve.models.errors import UnknownName
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

JOBS = [[(0, 3), (1, 2)], [(1, 2), (0, 4)]]
BEST = JobShopSolution(start=[0, 3, 0, 3])
"""Makespan 7, the least; total completion 12."""
LATER = JobShopSolution(start=[4, 7, 0, 8])
"""Makespan 12, total completion 21."""
OTHER = JobShopSolution(start=[6, 9, 0, 2])
"""Makespan 11, total completion 17."""
BROKEN = JobShopSolution(start=[0, 0, 0, 0])


def progress(objective="makespan", **stop) -> Progress:
    return Progress(JobShop.from_jobs(JOBS, objective=objective), Stop(**stop))


def test_better_solutions_are_taken_and_worse_are_not():
    p = progress()
    assert p.offer(LATER, "a")
    assert (p.values, p.engine) == ((12,), "a")
    assert p.offer(BEST, "b")
    assert not p.offer(LATER, "a")
    assert not p.offer(BEST, "c")
    assert (p.solution, p.values, p.engine) == (BEST, (7,), "b")
    assert [(t.objective, t.bound, t.who, t.stage) for t in p.trace] == [
        (12, None, "a", "makespan"),
        (7, None, "b", "makespan"),
    ]
    assert not p.stop.now()


def test_an_invalid_solution_is_dropped_and_noted_once():
    p = progress()
    assert not p.offer(BROKEN, "liar")
    assert not p.offer(BROKEN, "liar")
    assert p.solution is None
    (note,) = p.notes
    assert note.startswith("bug: liar gave an invalid solution, please report: precedence: job 0 step 2 starts at 0")


def test_bounds_rise_and_close():
    p = progress()
    assert p.raise_bound(5, "a")
    assert not p.raise_bound(4, "b")
    assert not p.raise_bound(None, "b")
    assert p.offer(BEST, "rule")
    assert not p.closed
    assert p.raise_bound(7, "b")
    assert p.closed
    assert (p.bounds, p.proved_by) == ([7], ["b"])
    assert p.stop.now()
    assert p.stop.reason == "proof"


def test_a_bound_above_a_solution_is_refused_and_noted():
    p = progress()
    p.offer(BEST, "rule")
    assert not p.raise_bound(8, "liar")
    assert p.bounds == [None]
    assert p.notes == ["bug: liar claimed makespan bound 8 above a solution of 7, please report"]


def test_a_solution_below_a_bound_refutes_it():
    p = progress()
    p.raise_bound(9, "liar")
    assert p.offer(BEST, "rule")
    assert (p.bounds, p.proved_by) == ([None], [None])
    assert p.notes == ["bug: liar claimed makespan bound 9, rule found 7, please report"]


def test_infeasible_is_closed():
    p = progress()
    p.prove_infeasible("a")
    assert p.infeasible
    assert p.closed
    assert p.stop.reason == "proof"


def test_a_solution_overrules_infeasible_whichever_comes_first():
    first, then = progress(), progress()
    first.raise_bound(3, "bound")
    first.prove_infeasible("liar")
    assert first.offer(BEST, "rule")
    then.offer(BEST, "rule")
    then.prove_infeasible("liar")
    for p in (first, then):
        assert not p.infeasible
        assert not p.closed
        assert p.notes == ["bug: liar called a problem infeasible that rule solved, please report"]
    assert first.proved_by == ["bound"]


def test_lower_levels_count_once_the_upper_ones_are_closed():
    p = progress("makespan,total_completion_time")
    assert not p.raise_bound(12, "a", level=1)
    p.offer(BEST, "rule")
    assert not p.raise_bound(12, "a", level=1)
    assert p.level == 0
    assert p.raise_bound(7, "a")
    assert (p.level, p.closed) == (1, False)
    assert not p.raise_bound(13, "liar", level=1)
    assert p.raise_bound(12, "a", level=1)
    assert p.closed
    assert [(t.stage, t.bound) for t in p.trace] == [
        ("makespan", None),
        ("makespan", 7),
        ("total_completion_time", 12),
    ]


def test_standing_bounds_count_as_soon_as_the_levels_above_are_closed():
    p = progress("makespan,total_completion_time,tardy_jobs")
    p.raise_standing_bounds([7, 12, 0], "bound")
    assert p.bounds == [7, None, None]
    p.offer(LATER, "rule")
    assert p.bounds == [7, None, None]
    p.offer(BEST, "rule")
    assert p.bounds == [7, 12, 0]
    assert p.closed


def test_a_refuted_bound_takes_the_levels_below_with_it():
    p = progress("makespan,total_completion_time")
    p.offer(OTHER, "rule")
    p.raise_bound(11, "liar")
    p.raise_bound(17, "liar", level=1)
    assert p.closed
    assert p.offer(BEST, "search")
    assert p.bounds == [None, None]
    assert len(p.notes) == 1


@pytest.mark.parametrize(("stop", "reason"), [({"target": 12}, "target"), ({"gap": 0.5}, "gap"), ({"gap": 0.1}, None)])
def test_target_and_gap_stop(stop, reason):
    p = progress(**stop)
    p.raise_bound(7, "bound")
    p.offer(LATER, "rule")
    assert p.stop.reason == reason


def test_the_target_belongs_to_the_first_objective():
    """That the second one is below it, once the first is proved, ends nothing."""
    p = progress("total_completion_time,makespan", target=11)
    p.raise_bound(17, "bound")
    p.offer(OTHER, "rule")
    assert (p.values, p.level, p.stop.reason) == ((17, 11), 1, None)
    p = progress("makespan,total_completion_time", target=11)
    p.offer(OTHER, "rule")
    assert p.stop.reason == "target"


def test_callbacks_hear_of_improvements_and_bounds():
    heard = []
    problem = JobShop.from_jobs(JOBS)
    p = Progress(
        problem,
        Stop(),
        on_improvement=lambda t, s: heard.append((t.objective, s)),
        on_bound=lambda t: heard.append(t.bound),
    )
    p.offer(LATER, "a")
    p.raise_bound(6, "a")
    p.raise_bound(5, "a")
    p.offer(BEST, "a")
    assert heard == [(12, LATER), 6, (7, BEST)]


def test_what_a_callback_raises_is_kept_and_stops():
    def fail(*_):
        raise KeyboardInterrupt

    p = Progress(JobShop.from_jobs(JOBS), Stop(), on_improvement=fail)
    assert p.offer(LATER, "a")
    assert isinstance(p.error, KeyboardInterrupt)
    assert p.stop.reason == "error"
    assert p.offer(BEST, "a")


def test_failures_are_noted_and_wrong_names_stop():
    p = progress()
    p.fail("a", RuntimeError("boom"))
    p.fail("b", ValueError("later"))
    assert str(p.failure) == "boom"
    assert p.notes == [
        "bug: a failed, please report: RuntimeError: boom",
        "bug: b failed, please report: ValueError: later",
    ]
    assert not p.stop.now()
    p.fail("dispatch", UnknownName("rule", "x", []))
    assert isinstance(p.error, UnknownName)
    assert p.stop.now()


def test_after_the_end_nothing_changes():
    p = progress()
    p.offer(LATER, "a")
    p.finish()
    assert not p.offer(BEST, "a")
    assert not p.raise_bound(7, "a")
    p.prove_infeasible("a")
    assert (p.values, p.bounds, p.infeasible, p.notes, len(p.trace)) == ((12,), [None], False, [], 1)


def test_many_threads():
    """Whoever offers what and when: the best stays, the trace goes down and the bounds up."""
    p = Progress(JobShop.from_jobs([[(0, 1)]]), Stop())

    def work(offset: int) -> None:
        for k in range(60, 0, -1):
            p.offer(JobShopSolution(start=[k * 4 + offset]), str(offset))
            p.raise_bound(1 - k, str(offset))

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert p.values == (5,)
    values = [t.objective for t in p.trace if t.objective is not None]
    assert values == sorted(values, reverse=True)
    bounds = [t.bound for t in p.trace if t.bound is not None]
    assert bounds == sorted(bounds)
    assert p.notes == []
