"""Kernels are marked where they are defined, and find one another."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from schedsolve.solvers.kernel import helpers, kernel


@kernel
def entry(n: int) -> int:
    return upper(n) + lower(n)


@kernel
def upper(n: int) -> int:
    return lower(n) + 1


@kernel
def lower(n: int) -> int:
    return max(0, n)


@kernel
def calls_itself_in_the_end(n: int) -> int:
    return comes_back(n)


@kernel
def comes_back(n: int) -> int:
    return calls_itself_in_the_end(n - 1) if n else 0


@kernel
def strays(n: int) -> int:
    return unmarked(n)


def unmarked(n: int) -> int:
    return n


def test_a_kernel_runs_as_it_is() -> None:
    assert entry(3) == 7


@kernel
def shares_a_name(shop: Any) -> Any:
    return shop.shares_a_name + shop.unmarked


def test_attributes_are_not_calls() -> None:
    assert helpers([shares_a_name]) == []


def test_the_helpers_of_an_entry_are_found_each_once_behind_those_it_calls() -> None:
    assert helpers([entry]) == [lower, upper]
    assert helpers([entry, upper]) == [lower, upper]
    assert helpers([lower]) == []


@pytest.mark.parametrize("start", [calls_itself_in_the_end, comes_back])
def test_a_kernel_that_calls_itself_is_refused(start: object) -> None:
    with pytest.raises(TypeError, match="calls itself"):
        helpers([start])  # type: ignore[list-item]


def test_what_is_no_kernel_is_refused() -> None:
    with pytest.raises(TypeError, match=r"test_kernel\.unmarked is called by a kernel, and is none"):
        helpers([strays])
    with pytest.raises(TypeError, match="unmarked"):
        helpers([unmarked])


def test_modules_of_kernels_are_imported_without_numba() -> None:
    modules = (
        "schedsolve.solvers.kernel",
        "schedsolve.solvers.compiling",
        "schedsolve.solvers.search.jobshop",
        "schedsolve.solvers.search.rcpsp",
        "schedsolve.solvers.dispatch.jobshop",
        "schedsolve.solvers.dispatch.rcpsp",
    )
    code = f"import sys, {', '.join(modules)}; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
