"""The options that solvers have in common: what is refused of them, and how an engine gets seeds it can use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar, get_type_hints

import numpy as np

from schedsolve.models import arguments
from schedsolve.models.arguments import wrong
from schedsolve.models.errors import InvalidOption, UnknownName
from schedsolve.models.family import Family
from schedsolve.solvers.threads import MOST_THREADS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

LARGEST = 2**53
"""Objectives of larger absolute value are not those of any problem: times and sums are exact up to here."""

MOST = 10**9
"""Tuning numbers that are integers are not larger."""

SEED_BITS = 4096
"""A seed has no more binary digits, so that it can be printed."""

SEEDS = 2**31
"""All solvers take seeds from 0 on and below this."""


def checked_seed(value: object) -> int:
    """A seed: any integer from 0 on."""
    seed = arguments.integer("seed", value, 0)
    if seed.bit_length() > SEED_BITS:
        raise wrong("seed", value, f"less than 2^{SEED_BITS}")
    return seed


def fold(seed: int) -> int:
    """The seed that solvers get: ``seed`` itself where it is below 2^31, else a hash of it that is."""
    return seed if seed < SEEDS else int(np.random.SeedSequence(seed).generate_state(1)[0]) % SEEDS


def checked_threads(value: object) -> int:
    """How many threads; None: as many as there are cores."""
    if value is None:
        return min(MOST_THREADS, os.cpu_count() or 1)
    return arguments.integer("threads", value, 1, MOST_THREADS)


def checked_value(name: str, value: object) -> int | None:
    """The value of an objective, or None."""
    return None if value is None else arguments.integer(name, value, -LARGEST, LARGEST)


def check_params(parts: Family, params: object) -> None:
    """Raise unless ``params`` maps engines of a family to some of their ``Params``, as in ``make_params``."""
    if not isinstance(params, Mapping):
        raise wrong("params", params, "a mapping from engines to their parameters")
    for engine, values in params.items():
        if arguments.text("an engine in params", engine) == "auto":
            raise InvalidOption("auto has no parameters of its own; those of its engines go by their names")
        if not isinstance(values, Mapping):
            raise wrong(f"params[{engine!r}]", values, "a mapping from names to values")
        make_params(parts.engine(engine).Params, engine, values)


def make_params(params_type: type[T], engine: str, values: Mapping[str, object]) -> T:
    """An engine's ``Params`` with some of them changed.

    Raises ``UnknownName`` for one it does not have and ``InvalidOption`` for a value of another type or out of range.
    """
    types = get_type_hints(params_type)
    known = [f.name for f in fields(params_type)]
    for name in values:
        if name not in known:
            raise UnknownName(f"parameter of {engine}", str(name), known)
    try:
        return params_type(**{name: _typed(name, value, types[name]) for name, value in values.items()})
    except InvalidOption as error:
        raise InvalidOption(f"parameters of {engine}: {error}") from None


def _typed(name: str, value: object, kind: type) -> object:
    if kind is int:
        return arguments.integer(name, value, high=MOST)
    if kind is float:
        return arguments.number(name, value)
    return arguments.instance(name, value, kind, "true or false" if kind is bool else "a string")


def check_ranges(params: DataclassInstance, **lows: float) -> None:
    """Raise ``InvalidOption`` where one of an engine's ``params`` is below its least value; for ``__post_init__``."""
    for name, low in lows.items():
        arguments.number(name, getattr(params, name), low)


def check_shares(params: DataclassInstance, *names: str) -> None:
    """Raise ``InvalidOption`` where one of an engine's ``params`` is no share, from 0 to 1; for ``__post_init__``."""
    for name in names:
        arguments.number(name, getattr(params, name), 0, 1)
