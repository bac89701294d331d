"""The promises of ``solve``, with engines made up for the purpose."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from schedsolve import RCPSP, Status, Stop, solve, supports
from schedsolve.models.check import violations
from schedsolve.models.errors import InvalidOption, InvalidSolution, UnknownName, Unsupported
from schedsolve.models.family import Engine, Role
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.result import Result

PROBLEM = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]])
BEST = JobShopSolution(start=[0, 3, 0, 3])
LATER = JobShopSolution(start=[4, 7, 0, 8])
BROKEN = JobShopSolution(start=[0, 0, 0, 0])


@dataclass(frozen=True)
class Params:
    steps: int = 1


Run = Callable[..., None]
Family = Callable[..., None]


@pytest.fixture
def family(monkeypatch) -> Family:
    """``family(dispatch=run, a=run, …)``: only these engines; ``auto`` runs all but dispatch side by side."""

    def register(
        *, bounds: Any = (None,), auto: tuple[str, ...] | None = None, bounding: tuple[str, ...] = (), **engines: Run
    ) -> None:
        def add(name: str, **members: Any) -> str:
            monkeypatch.setitem(sys.modules, f"fake_{name}", SimpleNamespace(**members))
            return f"fake_{name}"

        def role(name: str) -> Role:
            return Role.FIRST if name == "dispatch" else Role.BOUND if name in bounding else Role.EXACT

        engines.setdefault("dispatch", lambda *_, **__: None)
        modules = {}
        for name, run in engines.items():
            features = ["wheels"] if name == "unable" else []
            module = add(name, Params=Params, run=run, supports=lambda _, f=features: f)
            in_auto = auto is None or name in (*auto, *bounding, "dispatch")
            modules[name] = Engine(module, role(name), in_auto)
        bound = bounds if callable(bounds) else lambda problem: list(bounds)
        fake = replace(
            FAMILIES["jobshop"],
            engines=modules,
            bound=add("bound", bound=bound) + ":bound",
        )
        monkeypatch.setitem(FAMILIES, "jobshop", fake)

    return register


def offers(*solutions: JobShopSolution, bound: int | None = None, name: str = "a") -> Run:
    """An engine that offers these, and then perhaps a bound."""

    def run(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        for solution in solutions:
            progress.offer(solution, name)
        progress.raise_bound(bound, name)

    return run


def fails(error: BaseException) -> Run:
    def run(*_: Any, **__: Any) -> None:
        raise error

    return run


def waits(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
    """An engine that finds nothing and listens."""
    while not stop.now():
        time.sleep(0.005)


# --- what comes back --------------------------------------------------------------------------


def test_rules_and_bounds_come_first_and_may_be_enough(family):
    family(bounds=(7,), dispatch=offers(BEST, name="dispatch"), a=fails(AssertionError("not needed")))
    result = solve(PROBLEM)
    assert (result.status, result.objective, result.bound, result.gap) == (Status.OPTIMAL, 7, 7, 0)
    assert (result.engine, result.proved_by, result.stopped_by) == ("dispatch", "bound", "proof")
    assert result.notes == ()
    assert result.problem == PROBLEM.fingerprint
    assert violations(PROBLEM, result) == []


def test_a_better_engine_improves_and_proves(family):
    family(bounds=(5,), dispatch=offers(LATER, name="dispatch"), a=offers(BEST, bound=7))
    result = solve(PROBLEM)
    assert (result.status, result.engine, result.proved_by) == (Status.OPTIMAL, "a", "a")
    assert [(t.who, t.objective, t.bound) for t in result.trace] == [
        ("bound", None, 5),
        ("dispatch", 12, 5),
        ("a", 7, 5),
        ("a", 7, 7),
    ]


def test_without_proof_it_is_feasible_and_without_solution_unknown(family):
    family(dispatch=offers(LATER, name="dispatch"))
    result = solve(PROBLEM)
    assert (result.status, result.stopped_by, result.bound, result.gap) == (Status.FEASIBLE, "iterations", None, None)
    family(a=waits)
    result = solve(PROBLEM, time_limit=0.05)
    assert (result.status, result.stopped_by, result.solution, result.objective) == (Status.UNKNOWN, "time", None, None)


@pytest.mark.parametrize("threads", [1, 2])
def test_what_the_time_limit_ends_was_stopped_by_time(family, threads):
    def hurries(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        """Knows its time, and asks no clock."""
        time.sleep(stop.remaining())

    for engines in ({"a": waits}, {"a": hurries}, {"a": offers(LATER), "b": hurries}, {"a": hurries, "b": waits}):
        family(**engines)
        assert solve(PROBLEM, time_limit=0.05, threads=threads).stopped_by == "time"
    family(a=hurries)
    assert solve(PROBLEM, "a", time_limit=0.02).stopped_by == "time"


def test_bounding_engines_run_before_the_others_for_a_share_of_the_time(family):
    order = []

    def bounding(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        order.append(("bounding", stop.remaining() <= 10))
        progress.raise_bound(6, "bounding")

    def engine(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        order.append(("a", progress.bounds[0] == 6))

    family(bounding=("b",), b=bounding, a=engine)
    assert solve(PROBLEM, time_limit=100).bound == 6
    assert order == [("bounding", True), ("a", True)]


def test_engines_that_cannot_are_left_out_of_auto_and_refused_by_name(family):
    family(unable=fails(AssertionError("must not run")), a=offers(BEST))
    assert solve(PROBLEM).objective == 7
    with pytest.raises(Unsupported, match="unable does not model wheels"):
        solve(PROBLEM, "unable")
    assert supports(PROBLEM, "unable") == ["wheels"]
    assert supports(PROBLEM, "a") == []


def test_unknown_names_are_refused_before_anything_runs(family):
    family(a=offers(BEST))
    with pytest.raises(UnknownName, match='no engine "b"'):
        solve(PROBLEM, "b")
    with pytest.raises(UnknownName, match='no engine "b"'):
        solve(PROBLEM, params={"b": {}})
    with pytest.raises(UnknownName, match='no parameter of a "step"; did you mean steps'):
        solve(PROBLEM, params={"a": {"step": 1}})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"time_limit": -1}, "time_limit is -1, expected 0 or more"),
        ({"time_limit": float("nan")}, "time_limit is nan"),
        ({"iterations": -1}, "iterations is -1, expected 0 or more"),
        ({"gap": -0.1}, "gap is -0.1"),
        ({"threads": 0}, "threads is 0, expected 1 or more"),
        ({"engine": "a", "rule": "spt"}, "a rule goes with the engines auto and dispatch, not with a"),
    ],
)
def test_options_out_of_range_are_refused_before_anything_runs(family, options, message):
    family(a=fails(AssertionError("not to be run")))
    with pytest.raises(InvalidOption, match=message):
        solve(PROBLEM, **options)


def test_an_unknown_rule_is_the_callers_mistake_even_with_a_hint(family):
    family(dispatch=fails(UnknownName("rule", "stp", ["spt"])), a=offers(BEST))
    with pytest.raises(UnknownName, match="did you mean spt"):
        solve(PROBLEM, rule="stp", hint=LATER)


def test_engines_get_their_parameters(family):
    seen = {}

    def run(problem: JobShop, progress: Any, stop: Stop, **options: Any) -> None:
        seen.update(options)

    family(a=run, dispatch=run)
    solve(PROBLEM, "a", threads=3, seed=5, params={"a": {"steps": 9}})
    assert seen == {"threads": 3, "seed": 5, "params": Params(steps=9)}
    solve(PROBLEM, "dispatch", rule="spt", threads=1)
    assert seen == {"threads": 1, "seed": 0, "params": Params(), "rule": "spt"}


def test_threads_are_shared_by_engines_side_by_side(family):
    seen = []

    def run(problem: JobShop, progress: Any, stop: Stop, *, threads: int, **_: Any) -> None:
        seen.append(threads)

    family(a=run, b=run)
    assert solve(PROBLEM, threads=4).threads == 4
    assert seen == [2, 2]
    solve(PROBLEM, threads=1)
    assert seen[2:] == [1, 1]


# --- engines that end early -------------------------------------------------------------------


def test_auto_says_why_it_does_without_its_first_engine(family):
    family(unable=fails(AssertionError("must not run")), a=offers(BEST))
    assert solve(PROBLEM).notes == ("unable was left out: it does not model wheels",)
    family(a=offers(BEST), unable=fails(AssertionError("must not run")))
    assert solve(PROBLEM).notes == ()  # the first one can do all


def test_an_engine_that_ends_early_without_a_schedule_says_so(family):
    def ends(*_: Any, **__: Any) -> None:
        """Gives up without a word."""

    family(a=ends)
    early = "came to its end by itself, without a schedule"
    assert solve(PROBLEM, "a").notes == (f"a {early}",)
    assert solve(PROBLEM).notes == (f"auto {early}",)
    assert solve(PROBLEM, "a", iterations=5).notes == ()
    family(a=offers(BEST))
    assert solve(PROBLEM, "a").notes == ()
    family(a=waits)
    assert solve(PROBLEM, "a", time_limit=0.05).notes == ()


def test_times_too_fine_for_an_objective_are_named():
    project = RCPSP(
        mode_ptr=[0, 1, 2, 3],
        duration=[2_000_000, 3_000_000, 1_000_000],
        capacity=[4],
        demand=[[1], [2], [2]],
        project_deadline=5_000_000,
        objective="resource_levelling",
    )
    result = solve(project, time_limit=60)
    assert (result.status, result.stopped_by) == ("FEASIBLE", "iterations")
    assert "cpsat was left out: it does not model resource_levelling over so many times" in result.notes[0]


def test_what_the_caller_asked_for_in_vain_is_no_bug():
    with pytest.raises(Unsupported, match="rule neh for jobs that are not placed as a whole"):
        solve(PROBLEM, rule="neh")


# --- engines with bugs ------------------------------------------------------------------------


def test_an_invalid_solution_is_a_bug_and_the_next_best_valid_one_is_returned(family):
    family(dispatch=offers(LATER, name="dispatch"), a=offers(BROKEN))
    result = solve(PROBLEM)
    assert (result.objective, result.engine) == (12, "dispatch")
    (note,) = result.notes
    assert note.startswith("bug: a gave an invalid solution")


def test_infeasible_is_believed_only_without_a_solution(family):
    def infeasible(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        progress.prove_infeasible("a")

    family(a=infeasible)
    result = solve(PROBLEM)
    assert (result.status, result.stopped_by, result.proved_by) == (Status.INFEASIBLE, "proof", "a")
    family(dispatch=offers(LATER, name="dispatch"), a=infeasible)
    result = solve(PROBLEM)
    assert (result.status, result.objective) == (Status.FEASIBLE, 12)
    assert result.notes == ("bug: a called a problem infeasible that dispatch solved, please report",)


def test_a_solution_after_a_false_proof_is_no_proof(family):
    def confused(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        progress.prove_infeasible("a")
        progress.offer(BEST, "a")

    family(a=confused)
    result = solve(PROBLEM)
    assert (result.status, result.stopped_by, result.proved_by) == (Status.FEASIBLE, "error", None)


def test_a_bound_above_a_solution_is_refused(family):
    family(a=offers(BEST, bound=8))
    result = solve(PROBLEM)
    assert (result.status, result.bound) == (Status.FEASIBLE, None)
    assert result.notes == ("bug: a claimed makespan bound 8 above a solution of 7, please report",)


def test_a_failing_engine_does_not_lose_what_others_find(family):
    def late(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        time.sleep(0.1)
        progress.offer(BEST, "b")

    family(dispatch=fails(RuntimeError("no rules")), a=fails(RuntimeError("boom")), b=late)
    result = solve(PROBLEM)
    assert (result.objective, result.status, result.stopped_by) == (7, Status.FEASIBLE, "error")
    assert result.notes == (
        "bug: dispatch failed, please report: RuntimeError: no rules",
        "bug: a failed, please report: RuntimeError: boom",
    )


def test_a_failure_is_raised_where_nobody_found_anything(family):
    family(a=fails(RuntimeError("boom")))
    with pytest.raises(RuntimeError, match="boom"):
        solve(PROBLEM)
    with pytest.raises(RuntimeError, match="boom"):
        solve(PROBLEM, "a")


def test_failing_bounds_are_noted(family):
    family(bounds=fails(RuntimeError("no bound")), dispatch=offers(BEST, name="dispatch"))
    result = solve(PROBLEM)
    assert (result.objective, result.bound) == (7, None)
    assert result.notes == ("bug: bound failed, please report: RuntimeError: no bound",)


# --- lexicographic objectives -----------------------------------------------------------------


def test_a_lower_level_has_a_bound_only_once_those_above_are_closed(family):
    problem = PROBLEM.with_settings(objective="makespan,total_completion_time")
    family(bounds=(5, 11), a=offers(BEST))
    result = solve(problem)
    assert [(x.name, x.value, x.bound) for x in result.objectives] == [
        ("makespan", 7, 5),
        ("total_completion_time", 12, None),
    ]
    assert result.level == "makespan"
    family(bounds=(5, 11), a=offers(BEST, bound=7))
    result = solve(problem)
    assert (result.status, result.level, result.objective, result.bound) == (
        Status.FEASIBLE,
        "total_completion_time",
        12,
        11,
    )
    family(bounds=(5, 12), a=offers(BEST, bound=7))
    assert solve(problem).status is Status.OPTIMAL


# --- hints ------------------------------------------------------------------------------------


def test_a_hint_is_the_first_incumbent(family):
    family(a=offers(LATER))
    for hint in (BEST, solve(PROBLEM, "a", hint=BEST)):
        result = solve(PROBLEM, hint=hint)
        assert (result.objective, result.engine) == (7, "hint")
    family(a=offers(BEST))
    assert solve(PROBLEM, hint=LATER).engine == "a"


def test_an_invalid_hint_is_refused_and_an_empty_result_ignored(family):
    family(a=offers(LATER))
    with pytest.raises(InvalidSolution, match="precedence"):
        solve(PROBLEM, hint=BROKEN)
    family(a=waits)
    empty = solve(PROBLEM, time_limit=0.02)
    family(a=offers(LATER))
    assert solve(PROBLEM, hint=empty).objective == 12


# --- the end ----------------------------------------------------------------------------------


def test_an_engine_that_does_not_listen_is_left_behind(family):
    released = threading.Event()
    told = []

    def deaf(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        released.wait(60)
        told.append(progress.offer(BEST, "deaf"))

    family(dispatch=offers(LATER, name="dispatch"), deaf=deaf)
    heard = []
    result = solve(PROBLEM, time_limit=0.1, on_improvement=lambda point, _: heard.append(point.objective))
    assert (result.objective, result.stopped_by) == (12, "time")
    assert result.notes == ("an engine did not stop in time and was left behind",)
    assert result.seconds < 30
    released.set()
    while not told:
        time.sleep(0.01)
    assert told == [False]
    assert heard == [12]


@pytest.mark.parametrize(("limits", "reason"), [({"target": 12}, "target"), ({"gap": 0.5}, "gap")])
def test_target_and_gap_end_the_search(family, limits, reason):
    family(bounds=(7,), dispatch=offers(LATER, name="dispatch"), a=waits)
    result = solve(PROBLEM, time_limit=None, **limits)
    assert (result.stopped_by, result.objective, result.status) == (reason, 12, Status.FEASIBLE)


@pytest.fixture
def ctrl_c():
    """Ctrl-C is heard, also in a process that was started to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("times", [1, 2])
def test_interrupt_returns_the_best_so_far(family, times):
    def interrupted(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        for _time in range(times):
            _thread.interrupt_main()
            waits(problem, progress, stop)
            time.sleep(0.1)

    family(dispatch=offers(LATER, name="dispatch"), a=interrupted)
    result = solve(PROBLEM, time_limit=None)
    assert (result.status, result.objective, result.stopped_by) == (Status.FEASIBLE, 12, "interrupt")


def test_a_callers_own_stop_ends_it(family):
    family(dispatch=offers(LATER, name="dispatch"), a=waits)
    stop = Stop()
    result = solve(PROBLEM, stop=stop, on_improvement=lambda *_: stop.request("interrupt"))
    assert (result.objective, result.stopped_by) == (12, "interrupt")


# --- callbacks --------------------------------------------------------------------------------


def test_callbacks_hear_of_everything(family):
    family(bounds=(5,), dispatch=offers(LATER, name="dispatch"), a=offers(BEST, bound=6))
    improvements, bounds = [], []
    result = solve(PROBLEM, on_improvement=lambda *x: improvements.append(x), on_bound=bounds.append)
    assert [(point.objective, solution) for point, solution in improvements] == [(12, LATER), (7, BEST)]
    assert [(point.bound, point.who) for point in bounds] == [(5, "bound"), (6, "a")]
    assert sorted([p for p, _ in improvements] + bounds, key=lambda p: p.seconds) == list(result.trace)


@pytest.mark.parametrize("error", [ZeroDivisionError("mine"), KeyboardInterrupt()])
def test_what_a_callback_raises_comes_out_of_solve(family, error):
    def callback(*_: Any) -> None:
        raise error

    family(dispatch=offers(LATER, name="dispatch"), a=waits)
    with pytest.raises(type(error)):
        solve(PROBLEM, time_limit=None, on_improvement=callback)


# --- below a cutoff ---------------------------------------------------------------------------


def test_only_solutions_below_the_cutoff_count(family):
    family(bounds=(5,), a=offers(LATER, BEST, bound=7))
    value = solve(PROBLEM).objective
    result = solve(PROBLEM, cutoff=value + 1)
    assert (result.status, result.objective) == ("OPTIMAL", value)
    assert {t.objective for t in result.trace} == {None, value}
    result = solve(PROBLEM, cutoff=value, hint=LATER)
    assert (result.status, result.solution, result.bound, result.stopped_by) == ("UNKNOWN", None, value, "proof")


def test_infeasible_below_the_cutoff_is_a_bound(family):
    def run(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        progress.prove_infeasible("a")

    family(a=run)
    result = solve(PROBLEM, cutoff=6)
    assert (result.status, result.bound, result.proved_by, result.stopped_by) == ("UNKNOWN", 6, "a", "proof")


def test_a_bound_at_the_cutoff_ends_the_search(family):
    family(bounds=(5,), a=fails(AssertionError("not needed")))
    result = solve(PROBLEM, cutoff=5)
    assert (result.status, result.bound, result.stopped_by, result.notes) == ("UNKNOWN", 5, "proof", ())


# --- the same again ---------------------------------------------------------------------------


def test_same_seed_and_iterations_same_answer(family):
    def search(problem: JobShop, progress: Any, stop: Stop, *, seed: int, **_: Any) -> None:
        rng = np.random.default_rng(seed)
        for _step in range(stop.iterations or 0):
            progress.offer(JobShopSolution(start=BEST.start + rng.integers(0, 1000)), "a")

    family(a=search)

    def solved(seed: int) -> Result:
        return solve(PROBLEM, iterations=20, seed=seed, threads=1, time_limit=None)

    assert solved(3).solution == solved(3).solution
    assert [t.objective for t in solved(3).trace] == [t.objective for t in solved(3).trace]
    assert solved(3).solution != solved(4).solution
    assert solved(3).stopped_by == "iterations"


def test_a_result_survives_json(family):
    family(bounds=(5,), dispatch=offers(BEST, name="dispatch"), a=fails(RuntimeError("boom")))
    result = solve(PROBLEM, seed=4)
    twin = Result.from_json(result.to_json())
    assert twin.to_builtins() == result.to_builtins()
    assert violations(PROBLEM, twin) == []


def test_an_engine_that_only_raises_bounds_may_prove_that_there_is_no_solution(family: Family) -> None:
    order: list[str] = []

    def refute(problem: JobShop, progress: Any, stop: Stop, **_: Any) -> None:
        progress.prove_infeasible("b")

    family(bounding=("b",), b=refute, a=lambda *_, **__: order.append("a"))
    result = solve(PROBLEM, threads=1)
    assert (result.status, result.stopped_by, result.proved_by) == ("INFEASIBLE", "proof", "b")
    assert order == []
