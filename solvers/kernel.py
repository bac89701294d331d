"""Kernels: functions that run as they are and, compiled by numba, as machine code. Importing this imports no numba."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_marked: set[Any] = set()


def kernel(function: Function) -> Function:
    """Mark a function where it is defined as one that may be compiled.

    It works on arrays and numbers, calls other kernels only, by the names that its module gives them, and never
    itself: a compiled function that calls itself cannot be loaded from numba's cache.
    """
    _marked.add(function)
    return function


def helpers(entries: Iterable[Callable[..., Any]]) -> list[FunctionType]:
    """The kernels that ``entries`` call, directly or through others: each once, behind those that it calls.

    Raises ``TypeError`` where a kernel calls itself or a function that is none.
    """
    found: list[FunctionType] = []
    for entry in entries:
        for function in _called(_checked(entry)):
            _collect(function, [entry], found)
    return found


def _collect(function: FunctionType, callers: list[Any], found: list[FunctionType]) -> None:
    if function in callers:
        raise TypeError(f"{function.__name__} calls itself, which a kernel must not")
    if function in found:
        return
    for called in _called(_checked(function)):
        _collect(called, [*callers, function], found)
    found.append(function)


def _called(function: FunctionType) -> list[FunctionType]:
    """The Python functions that a function names, in the order in which it does."""
    loads = [step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"]
    named = [function.__globals__.get(name) for name in loads]
    return [value for value in named if isinstance(value, FunctionType)]


def _checked(function: Any) -> FunctionType:
    if function not in _marked:
        raise TypeError(f"{function.__module__}.{function.__name__} is called by a kernel, and is none")
    assert isinstance(function, FunctionType)
    return function
