"""Solvers that are left behind: they are asked to stop until they do, and the interpreter's end waits for them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading

import pytest

from schedsolve.solvers import native

SCRIPTS = 40

MANY_SCRIPTS = f"""
    import os, sys, time
    from schedsolve import JobShop, JobShopSolution
    from schedsolve.solvers.cpsat import driver
    from schedsolve.solvers.progress import Progress
    from schedsolve.solvers.stop import Stop


    def leave_a_solver_behind():
        '''CP-SAT has to wait where it hands in a solution, and so does not hear that it should stop.'''
        problem, model = JobShop.from_jobs([[(0, 3)]]), driver.Model()
        x = model.new_int_var(0, 9, "x")
        model.minimize(x)

        def decode(read):
            progress.stop.request("time")
            time.sleep(1.0)
            return JobShopSolution(start=[read(x)])

        progress = Progress(problem, Stop())
        options = dict(decode=decode, progress=progress, stop=progress.stop, known=None)
        driver.minimise(model, "num_workers: 1", **options)


    class Large:
        '''What takes the interpreter long to give up: it is in its end when the solver comes back.'''

        def __del__(self, sleep=time.sleep):
            sleep(1.5)


    children = []
    for number in range({SCRIPTS}):
        pid = os.fork()
        if not pid:
            large = Large()
            leave_a_solver_behind()
            if number % 10 == 1:
                raise ValueError("the script's own error")
            if number % 10 == 2:
                sys.exit(7)
            break
        children.append(pid)
    else:
        print(*(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="makes many scripts of one, which takes fork")
def test_a_script_that_has_left_a_solver_behind_ends_as_it_would_have() -> None:
    """Torn out of a solver, a thread aborts the process, whatever the script's own exit code."""
    command = [sys.executable, "-c", textwrap.dedent(MANY_SCRIPTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    codes = [int(code) for code in done.stdout.split()]
    assert codes == [{1: 1, 2: 7}.get(number % 10, 0) for number in range(SCRIPTS)]
    assert "terminate" not in done.stderr
    assert done.stderr.count("the script's own error") == SCRIPTS // 10


def test_a_solver_that_is_left_behind_is_asked_until_it_ends() -> None:
    over, asked = threading.Event(), []

    def ask() -> None:
        asked.append(True)
        if len(asked) == 3:
            over.set()

    native.ask_until(over, ask)
    assert over.wait(20)
    assert len(asked) == 3


def test_running_solvers_are_known_until_they_end() -> None:
    before = len(native._running)
    with native.running(list):
        assert len(native._running) == before + 1
    with pytest.raises(ZeroDivisionError), native.running(list):
        raise ZeroDivisionError
    assert len(native._running) == before
