"""The MILP engine through the library: what it refuses, how it ends, and that nothing is left of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schedsolve
from schedsolve.models.errors import UnknownName
from schedsolve.models.jobshop import JobShop
from schedsolve.solvers import child
from schedsolve.solvers.milp import jobshop, levels, process
from schedsolve.solvers.stop import Stop

FAMILY = "jobshop"

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def shop(jobs: int, machines: int, **fields: object) -> JobShop:
    """A random job shop; 15 x 15 keeps every solver busy for minutes."""
    rng = np.random.default_rng(7)
    rows = [[(int(k), int(rng.integers(1, 30))) for k in rng.permutation(machines)] for _ in range(jobs)]
    return JobShop.from_jobs(rows, **fields)


def alive(group: int) -> list[str]:
    """Commands of the processes of a group that are not dead (a zombie waits to be buried)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:  # gone meanwhile
            continue
        state, _, pgrp = rest.split()[:3]
        if int(pgrp) == group and state != "Z":
            found.append(name)
    return found


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process groups of the workers started during the test."""
    groups: list[int] = []
    start = child.start

    def noting(*arguments: Any) -> subprocess.Popen[str]:
        worker = start(*arguments)
        groups.append(worker.pid)
        return worker

    monkeypatch.setattr(child, "start", noting)
    return groups


# --- what it refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "feature"),
    [
        (JobShop.from_jobs([[(0, 0), (1, 1)]], blocking="swap"), "blocking with operations of length 0"),
        (JobShop.from_jobs([[(0, 1)]], blocking="no_swap", open_shop=True), "blocking=no_swap with open_shop"),
        (JobShop.from_jobs([[(0, 1)]], release=[2_000_000]), "times beyond 1000000"),
    ],
)
def test_refuses_by_name(problem: JobShop, feature: str) -> None:
    assert schedsolve.supports(problem, "milp") == [feature]
    with pytest.raises(schedsolve.Unsupported, match=f"milp does not model {feature}"):
        schedsolve.solve(problem, engine="milp")


def test_a_last_operation_of_length_0_blocks_nothing() -> None:
    assert schedsolve.supports(JobShop.from_jobs([[(0, 1), (1, 0)]], blocking="swap"), "milp") == []


@pytest.mark.parametrize("pause", [False, True])
def test_a_downtime_that_began_long_ago(pause: bool) -> None:
    down = {"downtime_machine": [0], "downtime_start": [-(2**53)], "downtime_end": [3], "pause": pause}
    result = schedsolve.solve(JobShop.from_jobs([[(0, 1)]], **down), "milp", time_limit=30)
    assert (result.status, result.objective, result.notes) == ("OPTIMAL", 4, ())


def test_solver_packages_stay_out_of_this_process() -> None:
    code = """
        import sys
        from schedsolve.models.jobshop import JobShop
        from schedsolve.solvers.milp import jobshop
        from schedsolve.solvers.progress import Progress
        from schedsolve.solvers.stop import Stop
        problem, stop = JobShop.from_jobs([[(0, 3)], [(0, 2)]]), Stop()
        progress = Progress(problem, stop)
        jobshop.run(problem, progress, stop, threads=1, seed=0, params=jobshop.Params())
        print(progress.values, progress.closed, sorted({"pulp", "highspy", "ortools"} & set(sys.modules)))
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "(5,) True []"


def test_only_the_driver_touches_pulp() -> None:
    folder = Path(levels.__file__).parent
    touching = [path.name for path in folder.rglob("*.py") if "import pulp" in path.read_text()]
    assert touching == ["driver.py"]


# --- what it finds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_limits_by_nodes_repeat_themselves_and_are_not_called_optimal(solver: str) -> None:
    problem = shop(7, 5, objective="total_completion_time")

    def solve() -> schedsolve.Result:
        return schedsolve.solve(
            problem, "milp", time_limit=60, iterations=1, threads=1, params={"milp": {"solver": solver}}
        )

    first, second = solve(), solve()
    assert (first.status, first.stopped_by) == ("FEASIBLE", "iterations")
    assert first.bound is not None
    assert first.bound < first.objective
    assert first.solution == second.solution
    assert first.bound == second.bound


def test_a_hint_is_the_cutoff_and_can_be_proved_optimal() -> None:
    problem = shop(4, 3)
    best = schedsolve.solve(problem, "milp", time_limit=60)
    assert best.status == "OPTIMAL"
    again = schedsolve.solve(problem, "milp", time_limit=60, hint=best)
    assert (again.status, again.objective, again.engine, again.proved_by) == ("OPTIMAL", best.objective, "hint", "milp")


def test_improvements_arrive_while_it_runs() -> None:
    seen: list[int] = []
    result = schedsolve.solve(shop(6, 5), "milp", time_limit=60, on_improvement=lambda p, _: seen.append(p.objective))
    assert result.status == "OPTIMAL"
    assert len(seen) > 1
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(("suffix", "first"), [("lp", "\\* jobshop"), ("mps", "*SENSE:Minimize")])
def test_writes_the_model(suffix: str, first: str, tmp_path: Path) -> None:
    path = tmp_path / f"model.{suffix}"
    jobshop.write_model(JobShop.from_jobs([[(0, 3)], [(0, 2)]]), path)
    text = path.read_text()
    assert text.startswith(first)
    assert "before_0_1" in text


# --- how it ends ------------------------------------------------------------------------------------


@needs_proc
@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_solver_that_overruns_is_ended(solver: str, workers: list[int]) -> None:
    problem, stop = shop(15, 15), Stop(time_limit=2.0)
    arguments = {"level": 0, "horizon": jobshop.horizon(problem), "values": [], "cutoff": None}
    forever = {"seconds": None, "nodes": None, "threads": 1, "seed": 0}
    task = levels._task(problem, jobshop.FORMULATION, arguments) | {"solver": solver, "limits": forever}
    list(process.messages(task, stop))
    assert stop.reason == "time"
    assert len(workers) == 1
    assert eventually(lambda: not alive(workers[0]))


@needs_proc
@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_time_limit_through_the_library(solver: str, workers: list[int]) -> None:
    result = schedsolve.solve(shop(15, 15), "milp", time_limit=1.5, params={"milp": {"solver": solver}})
    assert result.stopped_by == "time"
    assert result.status in ("FEASIBLE", "UNKNOWN")
    assert result.notes == ()
    assert eventually(lambda: not alive(workers[0]))


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_worker_says_that_its_time_was_over(solver: str) -> None:
    """Its time ends a moment before that of whoever asked, who would not know why it ended."""
    problem = shop(8, 8)
    arguments = {"level": 0, "horizon": jobshop.horizon(problem), "values": [], "cutoff": None}
    task = levels._task(problem, jobshop.FORMULATION, arguments) | {"solver": solver}
    limits = {"seconds": 1.0, "nodes": None, "threads": 1, "seed": 0}
    assert {"out_of_time": True} in process.messages(task | {"limits": limits}, Stop())
    limits = {"seconds": None, "nodes": 1, "threads": 1, "seed": 0}
    assert {"out_of_time": True} not in process.messages(task | {"limits": limits}, Stop(time_limit=20))


def test_what_ends_with_the_worker_s_time_was_stopped_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "messages", lambda task, stop: iter([{"bound": 3}, {"out_of_time": True}]))
    assert schedsolve.solve(shop(3, 3), "milp", time_limit=60).stopped_by == "time"


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_nothing_deprecated_is_used_and_nothing_left_open(solver: str) -> None:
    code = f"""
        import gc, schedsolve
        shop = schedsolve.JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]])
        print(schedsolve.solve(shop, "milp", params={{"milp": {{"solver": "{solver}"}}}}).status)
        gc.collect()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    environment = os.environ | {"PYTHONWARNINGS": "error"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "OPTIMAL\n", "")


@needs_proc
def test_a_stop_from_outside_ends_cbc_too(workers: list[int]) -> None:
    stop = Stop()
    seen: list[str] = []

    def interrupt() -> None:
        eventually(lambda: workers and any("cbc" in name for name in alive(workers[0])))
        seen.extend(alive(workers[0]))
        stop.request("interrupt")

    thread = threading.Thread(target=interrupt)
    thread.start()
    result = schedsolve.solve(shop(12, 12), "milp", stop=stop, params={"milp": {"solver": "cbc"}})
    thread.join()
    assert any("cbc" in name for name in seen)
    assert result.stopped_by == "interrupt"
    assert eventually(lambda: not alive(workers[0]))


@needs_proc
def test_the_worker_ends_with_its_parent(tmp_path: Path) -> None:
    task = {"kind": "jobshop", "problem": shop(15, 15).to_builtins(), "formulation": jobshop.FORMULATION}
    code = f"""
        from schedsolve.solvers import child
        from schedsolve.solvers.milp import process
        from schedsolve.solvers.stop import Stop
        start = child.start
        def noting(*arguments):
            worker = start(*arguments)
            print(worker.pid, flush=True)
            return worker
        child.start = noting
        task = {task!r}
        task["arguments"] = {{"level": 0, "horizon": 10000, "values": [], "cutoff": None}}
        task |= {{"solver": "cbc", "limits": {{"seconds": None, "nodes": None, "threads": 1, "seed": 0}}}}
        list(process.messages(task, Stop()))
    """
    script = tmp_path / "solve.py"
    script.write_text(textwrap.dedent(code))
    environment = os.environ | {"TMPDIR": str(tmp_path)}  # a killed parent leaves its folder behind
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    group = int(parent.stdout.readline())
    assert eventually(lambda: any("cbc" in name for name in alive(group)))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not alive(group))


@needs_proc
def test_a_worker_that_dies_is_reported(workers: list[int]) -> None:
    threading.Thread(target=lambda: eventually(lambda: workers) and os.killpg(workers[0], signal.SIGKILL)).start()
    with pytest.raises(process.WorkerError, match="the milp worker died with exit code -9"):
        schedsolve.solve(shop(15, 15), "milp", time_limit=30)


@needs_proc
def test_a_worker_is_ended_where_no_thread_can_write_to_it(workers: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(child, "hand_over", fail)
    result = schedsolve.solve(JobShop.from_jobs([[(0, 1), (1, 1)], [(1, 2), (0, 2)]]), "milp", time_limit=30)
    assert any("milp ended early, for want of memory or threads" in note for note in result.notes)
    assert len(workers) == 1
    assert eventually(lambda: not alive(workers[0]))


def test_an_error_in_the_worker_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobshop, "FORMULATION", "schedsolve.solvers.milp.jobshop.model:nonsense")
    with pytest.raises(process.WorkerError, match=r"the milp worker failed: AttributeError: .* 'nonsense'"):
        schedsolve.solve(JobShop.from_jobs([[(0, 1)]]), "milp", time_limit=30)


def test_an_unknown_solver_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownName, match='no MILP solver "gurobi"; known: highs, cbc'):
        schedsolve.solve(JobShop.from_jobs([[(0, 1)]]), "milp", params={"milp": {"solver": "gurobi"}})
