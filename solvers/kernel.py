"""Kernels: functions that run as they are and, compiled by numba, as machine code. Importing this imports no numba."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import TypeGuard, TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

_marked: set[object] = set()


def kernel(function: Function) -> Function:
    """Mark a function where it is defined as one that may be compiled.

    It works on arrays and numbers, calls other kernels only, by the names that its module gives them, and never
    itself: a compiled function that calls itself cannot be loaded from numba's cache.
    """
    _marked.add(function)
    return function


def helpers(entries: Iterable[Callable[..., object]]) -> list[FunctionType]:
    """The kernels that ``entries`` call, directly or through others: each once, behind those that it calls.

    Raises ``TypeError`` where a kernel calls itself or a function that is none.
    """
    found: list[FunctionType] = []
    for entry in entries:
        for function in _called(_checked(entry)):
            _collect(function, [entry], found)
    return found


def stamp(entries: Iterable[Callable[..., object]]) -> str:
    """A text that changes with the code of ``entries`` and all that they call, and with the constants that they name.

    Raises ``TypeError`` where a kernel names what may change unseen.
    """
    functions = [_checked(entry) for entry in entries]
    functions += helpers(functions)
    return repr([(f.__name__, _code(f.__code__), f.__defaults__, _constants(f), _fields(f)) for f in functions])


def size(entry: Callable[..., object]) -> int:
    """Bytes of Python's code for a kernel and all that it calls."""
    return sum(len(function.__code__.co_code) for function in [_checked(entry), *helpers([entry])])


def _code(code: CodeType) -> tuple[object, ...]:
    constants = [_code(value) if isinstance(value, CodeType) else repr(value) for value in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, constants


def _constants(function: FunctionType) -> list[tuple[str, str]]:
    """What a function names, by value: numbers; functions and modules of others by their name."""
    constants = []
    for name, value in _named(function).items():
        if isinstance(value, (int, float)):
            constants.append((name, repr(value)))
        elif _is_of_others(value):
            constants.append((name, value.__name__))
        elif not isinstance(value, FunctionType):
            raise TypeError(f"{function.__name__} names {name}, which is neither a number nor a kernel")
    return constants


def _is_of_others(value: object) -> TypeGuard[ModuleType | BuiltinFunctionType]:
    """Is it numpy, or the logarithm, say?"""
    return isinstance(value, (ModuleType, BuiltinFunctionType)) and not value.__name__.startswith("schedsolve")


def _fields(function: FunctionType) -> list[tuple[str, ...]]:
    """Of named tuples that the function is handed: compiled code knows the fields by their places."""
    types = [function.__globals__.get(name) for name in function.__annotations__.values()]
    return [kind._fields for kind in types if isinstance(kind, type) and hasattr(kind, "_fields")]


def _collect(function: FunctionType, callers: Sequence[object], found: list[FunctionType]) -> None:
    if function in callers:
        raise TypeError(f"{function.__name__} calls itself, which a kernel must not")
    if function in found:
        return
    for called in _called(_checked(function)):
        _collect(called, [*callers, function], found)
    found.append(function)


def _called(function: FunctionType) -> list[FunctionType]:
    """The Python functions that a function names, in the order in which it does."""
    return [value for value in _named(function).values() if isinstance(value, FunctionType)]


@cache
def _named(function: FunctionType) -> dict[str, object]:
    """What a function finds in its module by name."""
    loads = [step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"]
    return {name: function.__globals__[name] for name in loads if name in function.__globals__}


def _checked(function: Callable[..., object]) -> FunctionType:
    if function not in _marked:
        raise TypeError(f"{function.__module__}.{function.__name__} is called by a kernel, and is none")
    assert isinstance(function, FunctionType)
    return function
