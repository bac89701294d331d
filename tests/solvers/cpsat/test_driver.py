"""The driver: what it makes of the solver's answers, and when it ends the solver."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

import schedsolve
from schedsolve.models.errors import InvalidOption
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.solvers.cpsat import driver
from schedsolve.solvers.cpsat.driver import Model, Outcome, Work, minimise
from schedsolve.solvers.cpsat.frame import Formulation, state_level
from schedsolve.solvers.cpsat.jobshop.formulation import formulate
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

ONE_WORKER = "num_workers: 1"
BOUND_FIRST = "num_workers: 1 use_objective_lb_search: true"
"""Comes to solutions late, and so is not the one to improve."""
TWO_JOBS = JobShop.from_jobs([[(0, 3)], [(0, 2)]])


def solution(*starts: int) -> JobShopSolution:
    return JobShopSolution(start=np.array(starts))


def makespan_model(low: int, high: int) -> tuple[Model, object]:
    """Minimise x in [low, high]."""
    model = Model()
    x = model.new_int_var(low, high, "x")
    model.minimize(x)
    return model, x


def made(problem: JobShop, progress: Progress) -> Formulation:
    """The whole model of the first level."""
    stated = formulate(problem, progress.stop, progress)
    state_level(stated, progress, 0)
    return stated


def impossible_model() -> Model:
    model, x = makespan_model(0, 9)
    model.add(x > 9)
    return model


def test_solutions_and_bound_reach_progress_with_the_offset() -> None:
    progress = Progress(TWO_JOBS, Stop())
    model, x = makespan_model(2, 9)
    outcome = minimise(
        model,
        ONE_WORKER,
        decode=lambda read: solution(0, 1 + read(x)),
        progress=progress,
        stop=progress.stop,
        known=None,
        offset=3,
    )
    assert outcome is Outcome.PROVED
    assert progress.values == (5,)
    assert progress.bounds == [5]
    assert progress.proved_by == ["cpsat"]


def test_infeasible_without_an_incumbent_is_a_proof() -> None:
    progress = Progress(TWO_JOBS, Stop())
    outcome = minimise(
        impossible_model(), ONE_WORKER, decode=solution, progress=progress, stop=progress.stop, known=None
    )
    assert outcome is Outcome.PROVED
    assert progress.infeasible
    assert progress.notes == []


def test_infeasible_with_an_incumbent_is_a_bug_and_no_proof() -> None:
    progress = Progress(TWO_JOBS, Stop())
    progress.offer(solution(0, 3), "hint")
    outcome = minimise(
        impossible_model(), ONE_WORKER, decode=solution, progress=progress, stop=progress.stop, known=progress.values
    )
    assert outcome is Outcome.STOPPED
    assert not progress.closed
    assert progress.bounds == [None]
    assert "bug: cpsat lost" in progress.notes[0]


def test_what_decoding_raises_ends_the_solve_and_is_raised() -> None:
    progress = Progress(TWO_JOBS, Stop())
    model, _ = makespan_model(0, 9)

    def decode(read: driver.Read) -> JobShopSolution:
        raise LookupError("no such variable")

    with pytest.raises(LookupError, match="no such variable"):
        minimise(model, ONE_WORKER, decode=decode, progress=progress, stop=progress.stop, known=None)


def test_settings_that_cpsat_does_not_know_are_refused() -> None:
    progress = Progress(TWO_JOBS, Stop())
    model, _ = makespan_model(0, 9)
    with pytest.raises(InvalidOption, match="CP-SAT has no such settings: 'workerz: 1'"):
        minimise(model, "workerz: 1", decode=solution, progress=progress, stop=progress.stop, known=None)


def test_a_model_that_cpsat_refuses_is_an_error() -> None:
    progress = Progress(TWO_JOBS, Stop())
    model, x = makespan_model(0, 2**62)
    y = model.new_int_var(0, 2**62, "y")
    model.add(2 * x + 2 * y <= 5)  # the sum can overflow
    with pytest.raises(ValueError, match="refused the model"):
        minimise(model, ONE_WORKER, decode=solution, progress=progress, stop=progress.stop, known=None)


def test_nothing_is_run_when_the_work_is_spent() -> None:
    progress = Progress(TWO_JOBS, Stop())
    model, _ = makespan_model(0, 9)
    outcome = minimise(
        model, ONE_WORKER, decode=solution, progress=progress, stop=progress.stop, known=None, work=Work(0)
    )
    assert outcome is Outcome.STOPPED
    assert progress.values is None


def test_a_stop_from_another_thread_ends_the_solver() -> None:
    problem = schedsolve.load("ta21")
    stop = Stop()
    progress = Progress(problem, stop)
    stated = made(problem, progress)
    threading.Timer(0.5, stop.request, ["interrupt"]).start()
    outcome = minimise(
        stated.model, ONE_WORKER, decode=stated.decode, progress=progress, stop=stop, known=progress.values
    )
    assert outcome is Outcome.STOPPED
    assert stop.reason == "interrupt"
    assert not progress.closed
    assert progress.notes == []


@pytest.mark.parametrize("start", ["no solution", "a poor solution"])
def test_a_much_better_solution_of_another_engine_ends_the_solve_as_outdated(start: str) -> None:
    problem = schedsolve.load("ft10")
    better = schedsolve.solve(problem, engine="cpsat", target=1000, threads=1).solution
    stop = Stop()
    progress = Progress(problem, stop)
    if start == "a poor solution":
        progress.offer(schedsolve.solve(problem, engine="dispatch", rule="LWKR").solution, "dispatch")
    known = progress.values
    stated = made(problem, progress)
    progress.offer(better, "another")
    outcome = minimise(
        stated.model,
        BOUND_FIRST,
        decode=stated.decode,
        progress=progress,
        stop=stop,
        known=known,
        restart_gain=0.02,
    )
    assert outcome is Outcome.OUTDATED
    assert progress.engine == "another"


def test_a_level_that_another_engine_closes_ends_the_solve() -> None:
    problem = schedsolve.load("ta21").with_settings(objective="makespan,total_completion_time")
    stop = Stop()
    progress = Progress(problem, stop)
    progress.offer(schedsolve.solve(problem, engine="dispatch").solution, "dispatch")
    assert progress.values is not None
    stated = made(problem, progress)
    threading.Timer(0.3, progress.raise_bound, [progress.values[0], "another"]).start()
    outcome = minimise(
        stated.model,
        BOUND_FIRST,
        decode=lambda read: progress.solution,
        progress=progress,
        stop=stop,
        known=progress.values,
    )
    assert outcome is Outcome.OUTDATED


@pytest.mark.parametrize("suffix", ["pb", "pbtxt", "txt"])
def test_models_are_written_as_text_or_binary(tmp_path: Path, suffix: str) -> None:
    model, _ = makespan_model(0, 9)
    path = tmp_path / f"model.{suffix}"
    driver.write(model, path)
    assert path.read_bytes().startswith(b"variables") == (suffix != "pb")


def test_a_model_that_can_not_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="could not write"):
        driver.write(makespan_model(0, 9)[0], tmp_path / "nowhere" / "model.pb")
