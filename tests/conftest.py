"""What the tests of all rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BENCHMARKS = os.environ.get("SCHEDSOLVE_BENCHMARKS", "../shared/benchmarks")


@pytest.fixture(scope="session")
def benchmarks() -> Path:
    """The folder of public instances; skips the test where it is not there."""
    folder = Path(__file__).parent.parent / BENCHMARKS
    if not folder.is_dir():
        pytest.skip("no public instances: set SCHEDSOLVE_BENCHMARKS")
    return folder
