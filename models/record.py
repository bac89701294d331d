"""Frozen dataclasses with numpy fields that compare, hash, pickle and travel as JSON by value.

The code that ``dataclass`` generates for them does not: its ``==`` and ``hash`` raise on arrays
and pickling drops ``writeable=False``. A field's type says how it looks in JSON: the second
argument of its ``Annotated`` (``IntArray`` is a list of integers); fields that hold their default
are left out, so that a field added later changes no fingerprint.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, get_type_hints

import numpy as np
import numpy.typing as npt

from schedsolve.models.errors import InvalidProblem, UnknownName

if TYPE_CHECKING:
    import msgspec

SCHEMA = "schedsolve/1"
"""Written into every document; readers refuse another one."""

FAR = 2**53
"""A time that never comes: "no due date", "not fixed". ``null`` in JSON. Beyond all real times."""

IntArray = Annotated[npt.NDArray[np.int64], list[int]]
IntMatrix = Annotated[npt.NDArray[np.int64], list[list[int]]]
IntCube = Annotated[npt.NDArray[np.int64], list[list[list[int]]]]
BoolArray = Annotated[npt.NDArray[np.bool_], list[bool]]
OptionalTimes = Annotated[npt.NDArray[np.int64], list[int | None]]
"""Times of which some may be absent (``FAR`` in the array, ``null`` in JSON)."""


def filled(fill: int | bool, *, label: bool = False) -> Any:
    """A field that may be left out: the constructor fills it with ``fill`` to its full shape."""
    return field(default=None, metadata={"fill": fill, "label": label})


def label(default: Any = "") -> Any:
    """A field that names things and constrains nothing: not part of the fingerprints."""
    return field(default=default, metadata={"label": True})


@dataclass(frozen=True)
class Setting:
    """A parameter that ``--set NAME=VALUE`` and ``with_settings`` may change after reading."""

    name: str
    type: type
    meaning: str
    choices: tuple[str, ...] = ()

    def parse(self, text: Any) -> Any:
        """The value in this setting's type; a string is read the way the command line writes it."""
        if self.type is bool and isinstance(text, str):
            words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
            if text.lower() not in words:
                raise InvalidProblem(self.name, f'expected true or false, got "{text}"')
            return words[text.lower()]
        if self.choices and text not in self.choices:
            raise InvalidProblem(self.name, f'expected one of {", ".join(self.choices)}, got "{text}"')
        try:
            return self.type(text)
        except ValueError:
            raise InvalidProblem(self.name, f'expected {self.type.__name__}, got "{text}"') from None


class Record:
    """Base of problems and solutions: value semantics, JSON, fingerprints."""

    kind: ClassVar[str] = ""
    """The family's name in the registry; the same for a problem and its solution."""

    role: ClassVar[str] = "problem"
    settings: ClassVar[tuple[Setting, ...]] = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))  # type: ignore[arg-type]

    def __hash__(self) -> int:
        return hash((type(self), self._digest(labels=True)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), {f.name: getattr(self, f.name) for f in fields(self)})  # type: ignore[arg-type]

    def _freeze(self, name: str, value: Any) -> None:
        """Set a field of the frozen dataclass from its ``__post_init__``; arrays become read-only."""
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        object.__setattr__(self, name, value)

    # --- identity -----------------------------------------------------------------------------

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the canonical JSON without names: the same problem, whatever its things are called."""
        return self._digest()

    @cached_property
    def data_fingerprint(self) -> str:
        """As ``fingerprint``, and without the objective: the same constraints."""
        return self._digest(skip=("objective",))

    def _digest(self, *, labels: bool = False, skip: tuple[str, ...] = ()) -> str:
        import msgspec

        values = {k: v for k, v in self.to_builtins(labels=labels).items() if k not in skip}
        return hashlib.sha256(msgspec.json.encode([self.kind, self.role, values])).hexdigest()[:16]

    # --- JSON ---------------------------------------------------------------------------------

    def to_builtins(self, *, labels: bool = True) -> dict[str, Any]:
        """The fields as plain lists, numbers and strings; those that hold their default are left out."""
        out: dict[str, Any] = {}
        types = get_type_hints(type(self), include_extras=True)
        for f in fields(self):  # type: ignore[arg-type]
            value = getattr(self, f.name)
            if (f.metadata.get("label") and not labels) or _is_default(f, value):
                continue
            if isinstance(value, np.ndarray):
                optional = types[f.name] is OptionalTimes
                value = [None if t == FAR else t for t in value.tolist()] if optional else value.tolist()
            out[f.name] = list(value) if isinstance(value, tuple) else value
        return out

    def to_json(self) -> str:
        """The native JSON document; ``from_json`` reads it back to an equal record."""
        import msgspec

        head = {"schema": SCHEMA, "kind": self.kind, "role": self.role}
        return msgspec.json.encode(head | self.to_builtins()).decode()

    @classmethod
    def from_builtins(cls, values: dict[str, Any]) -> Self:
        """The record of decoded and type-checked JSON values."""
        types = get_type_hints(cls, include_extras=True)
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        arguments: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise UnknownName("field", name, sorted(known))
            if types[name] is OptionalTimes and value is not None:
                value = [FAR if t is None else t for t in value]
            arguments[name] = tuple(value) if isinstance(value, list) and types[name] == tuple[str, ...] else value
        return cls(**arguments)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read ``to_json``'s document. Raises ``InvalidProblem`` with the JSON path of what is wrong."""
        import msgspec

        try:
            document = msgspec.json.decode(text, type=cls.document_type())
        except msgspec.DecodeError as error:
            raise InvalidProblem("JSON", str(error)) from None
        values = {
            f.name: getattr(document, f.name)
            for f in fields(cls)  # type: ignore[arg-type]
            if getattr(document, f.name) is not msgspec.UNSET
        }
        return cls.from_builtins(values)

    @classmethod
    def document_type(cls) -> type[msgspec.Struct]:
        """The twin ``msgspec.Struct`` that decodes strictly (1.5 is no integer) and yields the JSON Schema."""
        return _document_type(cls)  # type: ignore[arg-type]


def int_array(field_name: str, values: Any, *, dimensions: int = 1) -> npt.NDArray[np.int64]:
    """A read-only int64 copy of ``values``; raises ``InvalidProblem`` where they are not integers."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InvalidProblem(field_name, f"expected {dimensions} dimensions with rows of equal length") from None
    if array.size == 0 and array.ndim != dimensions:
        array = np.zeros((0,) * dimensions, dtype=np.int64)
    if array.ndim != dimensions:
        raise InvalidProblem(field_name, f"expected {dimensions} dimensions, got {array.ndim}")
    if array.size and array.dtype.kind not in "iub":
        bad = [x for x in array.ravel().tolist() if not (isinstance(x, int | float) and x == x // 1)]
        if bad:
            raise InvalidProblem(field_name, f"expected integers, got {bad[0]!r}")
    if array.size and (array.max() > FAR or array.min() < -FAR):
        raise InvalidProblem(field_name, f"{array.flat[np.abs(array).argmax()]} is beyond ±2^53")
    array = array.astype(np.int64, copy=True)
    array.flags.writeable = False
    return array


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return bool(a == b)


def _is_default(f: Any, value: Any) -> bool:
    if "fill" in f.metadata:
        return bool(np.all(value == f.metadata["fill"]))
    if isinstance(value, np.ndarray):
        return False
    return bool(value == f.default)


def _rebuild(cls: type, values: dict[str, Any]) -> Any:
    return cls(**values)


@cache
def _document_type(cls: type) -> type[msgspec.Struct]:
    import msgspec

    types = get_type_hints(cls, include_extras=True)
    head = [("schema", Annotated[str, msgspec.Meta(pattern=f"^{SCHEMA}$")]), ("kind", str), ("role", str, cls.role)]  # type: ignore[attr-defined]
    body: list[Any] = []
    for f in fields(cls):
        annotation = types[f.name]
        metadata = getattr(annotation, "__metadata__", None)
        json_type = metadata[0] if metadata else annotation
        optional = f.default is not f.default_factory  # MISSING is both where there is no default
        body.append((f.name, json_type | msgspec.UnsetType, msgspec.UNSET) if optional else (f.name, json_type))
    required = [x for x in head + body if len(x) == 2]
    return msgspec.defstruct(
        cls.__name__,
        required + [x for x in head + body if len(x) == 3],
        forbid_unknown_fields=True,
        kw_only=True,
    )
