"""Solving on a dask cluster: with engines made up for the purpose on workers in this process, and on real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from schedsolve import Result, Status, Stop, solve
from schedsolve.instances.bundled import bundled
from schedsolve.models.check import violations
from schedsolve.models.errors import MissingExtra
from schedsolve.models.family import Engine, Role
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.registry import FAMILIES
from schedsolve.solvers.cluster import coordinator
from schedsolve.solvers.cluster.connect import connected
from schedsolve.solvers.cluster.coordinator import portfolio
from schedsolve.solvers.cluster.exchange import Counterpart
from schedsolve.solvers.portfolio.turn import Turn
from schedsolve.solvers.progress import Progress

distributed = pytest.importorskip("distributed")

PROBLEM = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]])
BEST = JobShopSolution(start=[0, 3, 0, 3])
LATER = JobShopSolution(start=[4, 7, 0, 8])
BROKEN = JobShopSolution(start=[0, 0, 0, 0])

HANG = 60.0
"""Seconds after which a test gives up; none of them takes a tenth of it."""

Run = Callable[..., None]


@dataclass(frozen=True)
class Params:
    steps: int = 1


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of two workers with one thread each, in this process: they know the engines made up here."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def run(address: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """``run(options…, a=engine, b=engine)``: solve ``PROBLEM`` on the cluster with these engines."""

    def call(options: dict[str, Any] | None = None, dispatch: Run = lambda *_, **__: None, **engines: Run) -> Result:
        for name, engine in {"dispatch": dispatch, **engines}.items():
            module = SimpleNamespace(Params=Params, run=engine, supports=lambda _: [])
            monkeypatch.setitem(sys.modules, f"fake_{name}", module)
        monkeypatch.setitem(sys.modules, "fake_bound", SimpleNamespace(bound=lambda _: [None]))
        fake = replace(
            FAMILIES["jobshop"],
            engines={"dispatch": Engine("fake_dispatch", Role.FIRST)}
            | {name: Engine(f"fake_{name}", Role.EXACT) for name in engines},
            bound="fake_bound:bound",
        )
        monkeypatch.setitem(FAMILIES, "jobshop", fake)
        return solve(PROBLEM, **({"cluster": address, "time_limit": HANG} | (options or {})))

    return call


def until(condition: Callable[[], bool], stop: Stop) -> None:
    while not condition() and not stop.now():
        time.sleep(0.005)


def rule(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
    progress.offer(LATER, "rule")


def finder(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
    """Only finds, and goes on until others prove."""
    progress.offer(BEST, "finder")
    until(lambda: progress.closed, stop)


def waits(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
    until(lambda: False, stop)


def fails(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
    raise RuntimeError("boom")


# --- what the workers tell one another ----------------------------------------------------------


def test_incumbents_and_bounds_meet(run):
    seen = []

    def prover(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        """Only proves, once it has heard of the solution."""
        until(lambda: progress.values == (7,), stop)
        seen.append((progress.engine, progress.solution))
        progress.raise_bound(7, "prover")

    def waits_for_the_proof(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        finder(problem, progress, stop)
        seen.append(progress.proved_by)

    result = run(dispatch=rule, finder=waits_for_the_proof, prover=prover)
    assert (result.status, result.objective, result.bound) == (Status.OPTIMAL, 7, 7)
    assert (result.engine, result.proved_by, result.stopped_by) == ("finder", "prover", "proof")
    assert (result.threads, result.notes) == (2, ("cluster of 2 workers",))
    assert [(t.who, t.objective, t.bound) for t in result.trace] == [
        ("rule", 12, None),
        ("finder", 7, None),
        ("prover", 7, 7),
    ]
    assert ("finder", BEST) in seen


def test_workers_begin_with_what_the_rules_found(run):
    began = []

    def engine(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        began.append((progress.engine, progress.solution))

    result = run(dispatch=rule, a=engine)
    assert began == [("rule", LATER)] * 2
    assert (result.engine, result.objective, result.stopped_by) == ("rule", 12, "iterations")


def test_a_worker_that_proves_infeasible_ends_it(run):
    def engine(problem: JobShop, progress: Progress, stop: Stop, *, seed: int, **_: Any) -> None:
        if seed == 0:
            progress.prove_infeasible("a")
        until(lambda: False, stop)

    result = run(a=engine)
    assert (result.status, result.proved_by, result.stopped_by) == (Status.INFEASIBLE, "a", "proof")


def test_each_worker_thread_gets_a_seed_and_the_limits(run):
    got = []

    def engine(problem: JobShop, progress: Progress, stop: Stop, **options: Any) -> None:
        got.append((options["seed"], options["threads"], options["params"], stop.iterations, progress.cutoff))

    run({"engine": "a", "seed": 5, "iterations": 9, "cutoff": 100, "params": {"a": {"steps": 3}}}, a=engine)
    assert sorted(got) == [(5, 1, Params(3), 9, 100), (6, 1, Params(3), 9, 100)]


# --- the end --------------------------------------------------------------------------------------


def test_a_stop_ends_all_workers(run):
    stop, begun, ended = Stop(), threading.Barrier(3), threading.Barrier(3)

    def engine(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        begun.wait(HANG)
        until(lambda: False, stop)
        ended.wait(HANG)

    def interrupt() -> None:
        begun.wait(HANG)
        stop.request("interrupt")

    threading.Thread(target=interrupt).start()
    result = run({"stop": stop}, dispatch=rule, a=engine)
    assert (result.stopped_by, result.objective) == ("interrupt", 12)
    ended.wait(HANG)  # raises where a worker does not end


def test_the_target_ends_all_workers(run):
    result = run({"target": 7, "time_limit": None}, dispatch=rule, a=finder)
    assert (result.stopped_by, result.objective, result.status) == ("target", 7, Status.FEASIBLE)


def test_workers_whose_time_is_over_say_so(run):
    def engine(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        """Its solver has a limit of its own, a moment before the end."""
        stop.request("time")

    result = run({"time_limit": 60}, dispatch=rule, a=engine)
    assert (result.objective, result.stopped_by) == (12, "time")


def test_a_worker_that_hears_nothing_gives_up(run, monkeypatch):
    monkeypatch.setattr(coordinator, "BEAT", HANG)
    monkeypatch.setattr("schedsolve.solvers.cluster.worker.LOST", 1.0)
    result = run(dispatch=rule, a=waits)
    assert (result.objective, result.stopped_by) == (12, "iterations")


# --- what goes wrong ------------------------------------------------------------------------------


def test_a_failing_engine_is_noted_and_the_others_go_on(run):
    def proves(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        until(lambda: progress.values == (7,), stop)
        time.sleep(0.2)
        progress.raise_bound(7, "b")

    def fails_then(problem: JobShop, progress: Progress, stop: Stop, **_: Any) -> None:
        progress.offer(BEST, "a")
        fails(problem, progress, stop)

    result = run(dispatch=rule, a=fails_then, b=proves)
    assert (result.status, result.engine) == (Status.OPTIMAL, "a")
    assert "bug: a failed, please report: RuntimeError: boom" in result.notes


def test_a_failure_on_all_workers_is_raised_where_nobody_found_anything(run):
    with pytest.raises(RuntimeError, match="boom"):
        run(a=fails)


def test_a_cluster_without_workers_left_gives_the_best_so_far(run, monkeypatch):
    counts = iter([distributed.Client.nthreads])
    monkeypatch.setattr(coordinator, "LOOK", 0.0)
    monkeypatch.setattr(coordinator, "GONE", 0.0)
    monkeypatch.setattr(distributed.Client, "nthreads", lambda client: next(counts, lambda _: {})(client))
    result = run(dispatch=rule, a=waits)
    assert (result.objective, result.status, result.stopped_by) == (12, Status.FEASIBLE, "error")
    assert result.notes == ("cluster of 2 workers", "the cluster has lost all of its workers")


def test_what_a_worker_sends_is_checked_here():
    there, here = Progress(PROBLEM, Stop()), Progress(PROBLEM, Stop())
    there.offer(BEST, "a")
    here.learn(replace(there.known(), solution=BROKEN))
    assert here.solution is None
    assert here.notes[0].startswith("bug: a gave an invalid solution")


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r'--cluster needs the extra "cluster": pip install "schedsolve\[cluster\]"'):
        solve(PROBLEM, cluster="local")


# --- parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "workers", "engines"),
    [
        ([Turn("a", 3), Turn("b", 1)], 4, ["a", "a", "a", "b"]),
        ([Turn("a", 1), Turn("b", 1)], 3, ["a", "b", "a"]),
        ([Turn("a", 1, 0.5), Turn("b", 1)], 1, ["auto"]),
        ([], 2, []),
    ],
)
def test_the_portfolio_follows_the_turns(turns, workers, engines):
    assert portfolio(turns, workers) == engines


def test_nothing_is_told_twice_or_back():
    here, there = Progress(PROBLEM, Stop()), Counterpart()
    assert there.news(here) is not None
    assert there.news(here) is None
    here.offer(LATER, "a")
    assert there.news(here).solution == LATER
    here.raise_bound(5, "b")
    news = there.news(here)
    assert (news.solution, news.values, news.bounds, news.proved_by) == (None, (12,), (5,), ("b",))
    other = Progress(PROBLEM, Stop())
    other.offer(BEST, "c")
    there.heard(other.known())
    here.learn(other.known())
    assert (here.engine, here.bounds) == ("c", [5])
    assert there.news(here) is None
    here.raise_bound(6, "b")
    assert there.news(here).solution is None


# --- real processes -------------------------------------------------------------------------------


def schedsolve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schedsolve", "solve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_command():
    done = schedsolve("ft06", "--cluster", "local", "--threads", "2", "--engine", "cpsat", "--format", "json", "-q")
    assert (done.returncode, done.stderr) == (0, "")
    result = Result.from_json(done.stdout)
    assert (result.status, result.objective, result.threads) == (Status.OPTIMAL, 55, 2)
    assert violations(bundled("ft06"), result) == []


def test_nobody_there():
    done = schedsolve("la21", "--cluster", "tcp://127.0.0.1:9", "--time-limit", "3", "--format", "json", "-q")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("schedsolve: --cluster tcp://127.0.0.1:9: no dask scheduler answers there")
    assert done.stderr.count("\n") == 1


def test_a_killed_worker_is_replaced():
    problem, killed = bundled("la16"), threading.Event()
    with connected("local", 1) as client:

        def kill_the_worker(point: Any, *_: Any) -> None:
            if point.who == "cpsat" and not killed.is_set():
                killed.set()
                os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)

        result = solve(
            problem,
            "cpsat",
            cluster=client.scheduler.address,
            time_limit=2 * HANG,
            on_improvement=kill_the_worker,
            on_bound=kill_the_worker,
        )
    assert killed.is_set()
    assert result.status is Status.OPTIMAL
    assert violations(problem, result) == []
