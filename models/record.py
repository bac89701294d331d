"""Frozen dataclasses with numpy fields that compare, hash, pickle and travel as JSON by value.

The code that ``dataclass`` generates for them does not: its ``==`` and ``hash`` raise on arrays
and pickling drops ``writeable=False``. A field's type says how it looks in JSON: the second
argument of its ``Annotated`` (``IntArray`` is a list of integers); fields that hold their default
are left out, so that a field added later changes no fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, replace
from functools import cache, cached_property
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Self, TypeVar, get_type_hints, overload

import numpy as np
import numpy.typing as npt

from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.objective import Objective
from schedsolve.models.plain import Json
from schedsolve.models.setting import Setting as Setting
from schedsolve.models.setting import Value

if TYPE_CHECKING:
    import msgspec

T = TypeVar("T")
R = TypeVar("R")

SCHEMA: Final = "schedsolve/1"
"""Written into every document; readers refuse another one."""

FAR = 2**53
"""A time that never comes: "no due date", "not fixed". ``null`` in JSON. Beyond all real times."""

MOST_FILLED = 20_000_000
"""Entries of an array that is left out: a few numbers must not take all of the memory."""
MOST_THINGS = 100_000
"""Things that are only counted, as machines are, at most."""

IntArray = Annotated[npt.NDArray[np.int64], list[int]]
IntMatrix = Annotated[npt.NDArray[np.int64], list[list[int]]]
IntCube = Annotated[npt.NDArray[np.int64], list[list[list[int]]]]
BoolArray = Annotated[npt.NDArray[np.bool_], list[bool]]
OptionalTimes = Annotated[npt.NDArray[np.int64], list[int | None]]
"""Times of which some may be absent (``FAR`` in the array, ``null`` in JSON)."""


BASIC = ""
"""The feature of an optional field without which no problem is complete, or that only objectives ask for."""


def filled(fill: int | bool, feature: str | None = None) -> Any:
    """An array that may be left out: the constructor fills it with ``fill`` to its full shape.

    Where that shape does not follow from other fields, an array of nothing but ``fill`` must mean the
    same as none at all: both are left out of JSON and fingerprints. ``feature`` as in ``scalar``.
    """
    return field(default=None, metadata={"fill": fill, "feature": feature})


def scalar(default: T, feature: str) -> T:
    """A single value of a problem that may be left out.

    ``feature`` says in words what a problem has that sets it, ``BASIC`` where that makes none harder; ``{}`` in it
    stands for the value. Engines that do not state that they model these words refuse the problem.
    """
    made: T = field(default=default, metadata={"feature": feature})
    return made


def endless() -> Any:
    """A required array in which ``null`` in JSON, ``None`` in a list, is ``FAR``."""
    return field(metadata={"null": FAR})


@overload
def label() -> str: ...
@overload
def label(default: T) -> T: ...
def label(default: object = "") -> object:
    """A field that names things and constrains nothing: not part of the fingerprints."""
    made: object = field(default=default, metadata={"label": True})
    return made


class Record:
    """Base of problems and solutions: value semantics, JSON, fingerprints."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]

    kind: ClassVar[str] = ""
    """The family's name in the registry; the same for a problem and its solution."""

    role: ClassVar[str] = "problem"
    settings: ClassVar[tuple[Setting, ...]] = ()
    known_objectives: ClassVar[Mapping[str, Objective]] = MappingProxyType({})
    """What can be minimised, by name: ``objective`` holds some of these names."""

    @property
    def levels(self) -> tuple[Objective, ...]:
        """What is minimised, the first level first: one level for each name in ``objective``, in a family with tiers
        one for each tier."""
        names: tuple[str, ...] = self.objective  # type: ignore[attr-defined]  # of a problem
        return tuple(self.known_objectives[name] for name in names)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    def __hash__(self) -> int:
        return hash((type(self), self.fingerprint))

    def __str__(self) -> str:
        """Of a problem its name, its counts, what makes it more than the basic one, and what is minimised."""
        if self.role != "problem":
            return repr(self)
        lines = [f"{getattr(self, 'name', '') or 'unnamed'}: {self.kind}"]
        lines += [f"  {what}: {count}" for what, count in self.sizes.items()]
        lines.append(f"  features: {', '.join(self.features) or 'none'}")
        lines.append(f"  objective: {', '.join(level.name for level in self.levels)}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), {f.name: getattr(self, f.name) for f in fields(self)})

    def _freeze(self, name: str, value: object) -> None:
        """Set a field of the frozen dataclass from its ``__post_init__``; arrays become read-only."""
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        object.__setattr__(self, name, value)

    def _fill(self, name: str, shape: tuple[int, ...], what: str) -> None:
        """Freeze a ``filled`` field as an array of ``shape``; ``what`` says in errors what it counts."""
        fill = type(self).__dataclass_fields__[name].metadata["fill"]
        given = getattr(self, name)
        if given is None:
            if prod(shape) > MOST_FILLED:
                raise InvalidProblem(
                    name, f"{' x '.join(map(str, shape))} ({what}) is more than {MOST_FILLED:,} entries"
                )
            array = np.full(shape, fill, dtype=np.int64)
        else:
            array = int_array(name, with_far(given) if fill == FAR else given, dimensions=len(shape))
        if array.shape != shape:
            raise InvalidProblem(name, f"expected shape {shape} ({what}), got {array.shape}")
        self._freeze(name, array)

    def _given(self, name: str, dimensions: int) -> npt.NDArray[np.int64]:
        """A field whose shape follows from nothing else; empty where it was left out."""
        given = getattr(self, name)
        return int_array(name, () if given is None else given, dimensions=dimensions)

    def _name(self, field_name: str, length: int) -> None:
        """Freeze the names of ``length`` things, or none."""
        names = tuple(getattr(self, field_name))
        if names and len(names) != length:
            raise InvalidProblem(field_name, f"expected {length} names, got {len(names)}")
        self._freeze(field_name, names)

    # --- changes ------------------------------------------------------------------------------

    def with_fields(self, **fields: object) -> Self:
        """A copy with other values of some fields, which the constructor checks. Raises ``UnknownName``."""
        known = type(self).__dataclass_fields__
        for name in fields:
            if name not in known:
                raise UnknownName(f"field of {self.kind}", name, list(known))
        return replace(self, **fields)

    def with_settings(self, *, objective: str | Sequence[str] | None = None, **values: object) -> Self:
        """A copy with another objective (a name, or several, also "a,b") or other ``settings``.

        Settings that transform the problem are applied last, in the order of ``settings``. Applying one again
        changes nothing. Raises ``InvalidProblem`` for another value of one that is applied already, and
        ``UnknownName`` for a name that is no setting.
        """
        known = {s.name: s for s in self.settings}
        given: dict[str, Value] = {}
        for name, value in values.items():
            if name not in known:
                raise UnknownName(f"setting of {self.kind}", name, sorted(known))
            given[name] = known[name].parse(value)
        changes: dict[str, object] = {name: value for name, value in given.items() if not known[name].transforms}
        if objective is not None:
            changes["objective"] = objective
        problem = self.with_fields(**changes) if changes else self
        for setting in self.settings:
            if setting.transforms and setting.name in given:
                problem = problem._with_applied(setting, given[setting.name])
        return problem

    def _with_applied(self, setting: Setting, value: Value) -> Self:
        """This problem transformed by a setting, whose field keeps the value."""
        before = getattr(self, setting.name)
        if before == value:
            return self
        if before != type(self).__dataclass_fields__[setting.name].default:
            applied = ",".join(map(str, before)) if setting.many else before
            raise InvalidProblem(setting.name, f'is applied already, with "{str(applied)[:40]}": read the problem anew')
        return self.transformed(setting.name, value).with_fields(**{setting.name: value})

    def transformed(self, name: str, value: Value) -> Self:
        """The problem that a setting which ``transforms`` makes of this one; for families that have such settings."""
        raise NotImplementedError(f"{self.kind} has no setting {name} that transforms it")

    # --- questions ----------------------------------------------------------------------------

    easiest: ClassVar[str] = ""
    """The objective that costs engines least."""

    def any_solution(self) -> Self:
        """The same constraints, where any solution will do: with the objective that costs engines least."""
        return self.with_settings(objective=self.easiest)

    @property
    def sizes(self) -> dict[str, int]:
        """The counts that a problem class names ``num_…``."""
        names = [name for name in dir(self) if name.startswith("num_")]
        return {name.removeprefix("num_"): getattr(self, name) for name in names}

    @cached_property
    def features(self) -> tuple[str, ...]:
        """What makes a problem more than the basic one, in words."""
        return self.features_of_fields()

    def features_of_fields(self) -> tuple[str, ...]:
        """The features of the fields that are in use, each once. All of their values are looked at."""
        found: dict[str, None] = {}
        for f in fields(self):
            words, value = f.metadata.get("feature"), getattr(self, f.name)
            if words and not _is_default(f, value):
                found[words.format(value)] = None
        return tuple(found)

    # --- identity -----------------------------------------------------------------------------

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the canonical JSON without names: the same problem, whatever its things are called."""
        return self._digest()

    @cached_property
    def data_fingerprint(self) -> str:
        """As ``fingerprint``, and without the objective: the same constraints."""
        return self._digest(skip=("objective",))

    def _digest(self, *, skip: tuple[str, ...] = ()) -> str:
        import msgspec

        values = {k: v for k, v in self.to_builtins(labels=False).items() if k not in skip}
        return hashlib.sha256(msgspec.json.encode([self.kind, self.role, values])).hexdigest()[:16]

    # --- JSON ---------------------------------------------------------------------------------

    def to_builtins(self, *, labels: bool = True) -> dict[str, Json]:
        """The fields as plain lists, numbers and strings; those that hold their default are left out."""
        out: dict[str, Json] = {}
        for f in fields(self):
            value = getattr(self, f.name)
            if (f.metadata.get("label") and not labels) or _is_default(f, value):
                continue
            if isinstance(value, np.ndarray):
                optional = FAR in (f.metadata.get("fill"), f.metadata.get("null"))
                value = [None if t == FAR else t for t in value.tolist()] if optional else value.tolist()
            out[f.name] = list(value) if isinstance(value, tuple) else value
        return out

    def to_json(self) -> str:
        """The native JSON document; ``from_json`` reads it back to an equal record."""
        import msgspec

        head = {"schema": SCHEMA, "kind": self.kind, "role": self.role}
        return msgspec.json.encode(head | self.to_builtins()).decode()

    @classmethod
    def from_builtins(cls, values: Mapping[str, Json]) -> Self:
        """The record that ``to_builtins`` was called on. Raises ``InvalidProblem`` with the path of what is wrong."""
        import msgspec

        head = {"schema": SCHEMA, "kind": cls.kind}
        return cls._from_document(lambda: msgspec.convert({**head, **values}, type=cls.document_type()))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read ``to_json``'s document. Raises ``InvalidProblem`` with the JSON path of what is wrong."""
        import msgspec

        return cls._from_document(lambda: msgspec.json.decode(text, type=cls.document_type()))

    @classmethod
    def _from_document(cls, decode: Callable[[], msgspec.Struct]) -> Self:
        import msgspec

        try:
            document = decode()
        except (msgspec.DecodeError, UnicodeError, TypeError) as error:  # TypeError: of what is no text
            raise InvalidProblem("JSON", str(error)) from None
        values = {f.name: getattr(document, f.name) for f in fields(cls)}
        return cls(**{name: value for name, value in values.items() if value is not msgspec.UNSET})

    @classmethod
    def document_type(cls) -> type[msgspec.Struct]:
        """The twin ``msgspec.Struct`` that decodes strictly (1.5 is no integer) and yields the JSON Schema."""
        return _document_type(cls, cls.kind, cls.role)  # type: ignore[arg-type]  # a class is hashable


def int_array(field_name: str, values: object, *, dimensions: int = 1) -> npt.NDArray[np.int64]:
    """A read-only int64 copy of ``values``; raises ``InvalidProblem`` where they are not integers."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InvalidProblem(field_name, f"expected {dimensions} dimensions with rows of equal length") from None
    if array.size == 0 and array.ndim < dimensions:
        array = np.zeros((0,) * dimensions, dtype=np.int64)
    if array.ndim != dimensions:
        raise InvalidProblem(field_name, f"expected {dimensions} dimensions, got {array.ndim}")
    if array.size and array.dtype.kind not in "iub":
        array = np.asarray(values, dtype=object)  # as given: one text among numbers makes numpy turn all into texts
        _refuse(field_name, array, ~np.vectorize(_is_integer)(array), "index", "is no integer")
    _refuse(field_name, array, (array > FAR) | (array < -FAR), "index", "is beyond ±2^53")
    array = array.astype(np.int64, copy=not isinstance(values, list))  # of a list it is a new one already
    array.flags.writeable = False
    return array


def with_far(values: object) -> object:
    """``values`` with ``FAR`` for each ``None`` in a list."""
    return [FAR if t is None else t for t in values] if isinstance(values, list | tuple) else values


def objective_names(given: object, known: Sequence[str]) -> tuple[str, ...]:
    """The names in an ``objective`` field: one, several, or several with commas. Raises where one is not known."""
    if not isinstance(given, (str, Sequence)) or not all(isinstance(name, str) for name in given):
        raise InvalidProblem("objective", f"expected names, got {given!r}")
    names = tuple(name.strip() for name in (given.split(",") if isinstance(given, str) else given))
    for name in names:
        if name not in known:
            raise UnknownName("objective", name, list(known))
    if not names or len(set(names)) < len(names):
        raise InvalidProblem("objective", "expected one or more names, each once")
    return names


def check_range(
    field_name: str, values: npt.NDArray[np.int64 | np.bool_], low: int, high: int, what: str = "index"
) -> None:
    """Raise ``InvalidProblem`` for the first value outside ``low`` to ``high``; ``what`` says what is counted."""
    expected = f"{low} to {high}" if high < FAR else f"{low} or more"
    _refuse(field_name, values, (values < low) | (values > high), what, f"is not {expected}")


def _refuse(
    field_name: str, values: npt.NDArray[np.generic], wrong: npt.NDArray[np.bool_], what: str, why: str
) -> None:
    for index in np.argwhere(wrong)[:1].tolist():
        place = ", ".join(map(str, index))
        raise InvalidProblem(field_name, f"{what} {place}: {values.item(*index)!r} {why}")


def _is_integer(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _same(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(np.asarray(a), np.asarray(b))
    return bool(a == b)


def _is_default(f: Field[object], value: object) -> bool:
    if "fill" in f.metadata:
        return bool(np.all(value == f.metadata["fill"]))
    if isinstance(value, np.ndarray):
        return False
    return bool(value == f.default)


def _rebuild(make: Callable[..., R], values: dict[str, object]) -> R:
    return make(**values)


@cache
def _document_type(cls: type, kind: str, role: str) -> type[msgspec.Struct]:
    import msgspec

    types = get_type_hints(cls, include_extras=True)
    required: list[tuple[str, Any]] = [("schema", Literal[SCHEMA]), ("kind", Literal[kind])]
    optional: list[tuple[str, Any, object]] = [("role", Literal[role], role)]
    for f in fields(cls):
        annotation = types[f.name]
        metadata = getattr(annotation, "__metadata__", None)
        json_type = metadata[0] if metadata else annotation
        if f.default is MISSING:
            required.append((f.name, json_type))
        else:
            optional.append((f.name, json_type | msgspec.UnsetType, msgspec.UNSET))
    return msgspec.defstruct(cls.__name__, [*required, *optional], forbid_unknown_fields=True, kw_only=True)
