"""The arguments of public functions: of the right type and in range, or ``InvalidOption`` says what was expected."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import TypeAlias, TypeGuard, TypeVar

import numpy as np

from schedsolve.models.contracts import Problem
from schedsolve.models.errors import InvalidOption
from schedsolve.models.record import Record

T = TypeVar("T")

SHOWN = 60
"""Letters of a wrong value that a message shows at most."""


Number: TypeAlias = "int | float | np.integer | np.floating"


def integer(name: str, value: object, low: int | None = None, high: int | None = None) -> int:
    """``value``, an integer also of numpy, no truth value, from ``low`` to ``high``."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise wrong(name, value, "an integer")
    _check_range(name, value, low, high)
    return int(value)


def number(name: str, value: object, low: float | None = None, high: float | None = None) -> float:
    """``value``, an integer or a floating-point number, no NaN, from ``low`` to ``high``; infinite where too large."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise wrong(name, value, "a number")
    if value != value:
        raise wrong(name, value, "a number" if low is None else f"{low} or more")
    _check_range(name, value, low, high)
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value > 0 or -1)


def text(name: str, value: object) -> str:
    """``value``, a string."""
    if not isinstance(value, str):
        raise wrong(name, value, "a string")
    return value


def path(name: str, value: object) -> str:
    """``value``, a path, as a string."""
    if not isinstance(value, (str, os.PathLike)) or not isinstance(place := os.fspath(value), str):
        raise wrong(name, value, "a path")
    return place


def function(name: str, value: object) -> Callable[..., object]:
    """``value``, something that can be called."""
    if not callable(value):
        raise wrong(name, value, "a function")
    return value


def instance(name: str, value: object, of: type[T], expected: str) -> T:
    """``value``, which is ``of`` that type; ``expected`` names it."""
    if not isinstance(value, of):
        raise wrong(name, value, expected)
    return value


def is_problem(value: object) -> TypeGuard[Problem]:
    """Is it a problem of some family, and neither a solution nor a result?"""
    return isinstance(value, Record) and value.role == "problem"


def problem(value: T) -> T:
    """``value``, a problem of some family."""
    if isinstance(value, str):
        raise wrong("problem", value, f"a problem; schedsolve.load({value[:SHOWN]!r}) reads one")
    given: object = value
    if not is_problem(given):
        raise wrong("problem", value, 'a problem, as schedsolve.load("ft06") gives')
    return value


def solution(name: str, value: T, kind: str) -> T:
    """``value``, a solution of a family's problems."""
    if not isinstance(value, Record) or value.role != "solution":
        raise wrong(name, value, "a Result or a solution")
    if value.kind != kind:
        raise wrong(name, value, f"a solution of kind {kind}")
    return value


def wrong(name: str, value: object, expected: str) -> InvalidOption:
    """The error that says what an argument is and what it should be."""
    return InvalidOption(f"{name} is {_shown(value)}, expected {expected}")


def _check_range(name: str, value: Number, low: float | None, high: float | None) -> None:
    if (low is None or value >= low) and (high is None or value <= high):
        return
    raise wrong(name, value, f"{low} or more" if low is not None and value < low else f"{high} or less")


def _shown(value: object) -> str:
    """A value as far as it is short; else its type."""
    if isinstance(value, (str, bool, int, float, np.generic, type(None))):
        try:
            shown = repr(value.item() if isinstance(value, np.generic) else value)
        except ValueError:  # thousands of digits
            return "an integer of thousands of digits"
        return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
    return f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"
