"""Hostile inputs through the command: exit code 2, one line, no traceback, little memory.

All of them run one after the other in a few processes; some, and with ``SCHEDSOLVE_TEST_SCALE`` above 1 all, in
processes of their own, as ``python tests/support/hostile.py`` runs them.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

HOSTILE = runpy.run_path(str(Path(__file__).parent.parent / "support" / "hostile.py"))
BATCHES = 4
EVERY = 1 if int(os.environ.get("SCHEDSOLVE_TEST_SCALE", "1")) > 1 else 16
"""One of so many cases has a process of its own."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """All cases, their files written."""
    return HOSTILE["cases"](tmp_path_factory.mktemp("hostile"))


def test_there_are_many_cases_and_each_has_a_name_of_its_own(cases):
    assert len(cases) >= 500
    assert len({case.name for case in cases}) == len(cases)


@pytest.mark.parametrize("part", range(BATCHES))
def test_hostile_input_is_refused_in_one_line(cases, part):
    mine = [case for case in cases if not case.stdin][part::BATCHES]
    outcomes = HOSTILE["batch"](mine, seconds=600)
    wrong = [
        text for case, outcome in zip(mine, outcomes, strict=True) for text in HOSTILE["complaints"](case, outcome)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_hostile_input_is_refused_by_a_process_of_its_own(cases):
    mine = [case for k, case in enumerate(cases) if case.stdin or k % EVERY == 0]
    wrong = [text for case in mine for text in HOSTILE["complaints"](case, HOSTILE["alone"](case))]
    assert not wrong, "\n".join(wrong)
