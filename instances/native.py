"""The native JSON of problems, solutions and results, their JSON Schemas and examples.

A document opens with ``"schema": "schedsolve/1"``, ``"kind"`` (the family) and ``"role"``: problem,
solution or result. Where the role is left out the fields tell it. The rest are the fields of the record; those that
hold their default are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol, TypeVar

from schedsolve.instances.descriptions import Schema, described
from schedsolve.instances.source import Source, open_source
from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.errors import InvalidProblem, UnknownName, suggestion
from schedsolve.models.family import resolve
from schedsolve.models.record import SCHEMA
from schedsolve.models.registry import FAMILIES, family

CLAIM = re.compile(rb'"schema"\s*:\s*"schedsolve/')
RESULT = "schedsolve.solvers.result:Result"
RESULT_DOCUMENT = "schedsolve.solvers.result:ResultDocument"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


T = TypeVar("T")


class Native(Protocol):
    """What has a document: a problem, a solution or a result."""

    @property
    def kind(self) -> str: ...
    def to_json(self) -> str: ...


def recognise(source: Source) -> bool:
    """A JSON object with our schema at its beginning; other objects may be in other formats."""
    return source.opens_with("{") and CLAIM.search(source.head) is not None


def read(source: Source) -> Problem:
    """The problem in ``source``. Raises ``InvalidFile`` with the JSON path of what is wrong."""
    kind, role = _head(source)
    if role != "problem":
        raise source.error(f"holds a {role}, expected a problem")
    problem: Problem = _decoded(source, resolve(family(kind).problem).from_json)
    return problem


def read_solution(path: str) -> Native:
    """The solution or the result in a file (``-``: standard input). Raises ``InvalidFile``."""
    source = open_source(str(path))
    kind, role = _head(source)
    if role == "problem":
        raise source.error("holds a problem, expected a solution or a result")
    document = resolve(RESULT if role == "result" else family(kind).solution)
    found: Native = _decoded(source, document.from_json)
    return found


def write(thing: Native) -> str:
    """The JSON document of a problem, solution or result."""
    return thing.to_json() + "\n"


def schema_names() -> list[str]:
    """The names that ``schema`` and ``example`` know."""
    names = []
    for kind in FAMILIES:
        names += [kind, f"{kind}.solution"]
    return [*names, "result"]


def schema(name: str) -> Schema:
    """The JSON Schema of a kind's problems ("jobshop"), its solutions ("jobshop.solution"), or of results."""
    import msgspec

    if name not in schema_names():
        raise UnknownName("schema", name, schema_names())
    head: Schema = {"$schema": DIALECT, "title": f"{SCHEMA} {name}"}
    if name == "result":
        return head | msgspec.json.schema(resolve(RESULT_DOCUMENT))
    parts = family(name.removesuffix(".solution"))
    record = resolve(parts.solution if name.endswith(".solution") else parts.problem)
    return head | described(msgspec.json.schema(record.document_type()), record)


def example(name: str) -> str:
    """A small valid document of each ``schema``."""
    if name not in schema_names():
        raise UnknownName("schema", name, schema_names())
    kind = next(iter(FAMILIES)) if name == "result" else name.removesuffix(".solution")
    problem, solution = family(kind).load("example")()
    if name == "result":
        return write(_example_result(problem, solution))
    return write(problem if name == kind else solution)


def _example_result(problem: Problem, solution: Solution) -> Native:
    """What ``solve`` returns when it has proved ``solution`` optimal."""
    module = RESULT.partition(":")[0]
    status, point = (resolve(f"{module}:{part}") for part in ("Status", "TracePoint"))
    values = family(problem.kind).load("evaluate")(problem, solution)
    settings = {setting.name: getattr(problem, setting.name) for setting in problem.settings}
    result: Native = resolve(RESULT)(
        kind=problem.kind,
        problem=problem.fingerprint,
        status=status.OPTIMAL,
        stopped_by="proof",
        solution=solution,
        objectives=tuple(x.level(value, value) for x, (_, value) in zip(problem.levels, values, strict=True)),
        engine="cpsat",
        proved_by="cpsat",
        trace=tuple(point(0.02, value, value, "cpsat", name) for name, value in values),
        seconds=0.02,
        settings=settings | {"objective": list(problem.objective)},
    )
    return result


def _head(source: Source) -> tuple[str, str]:
    """Kind and role of a document, whose schema is checked."""
    import msgspec

    try:
        head = msgspec.json.decode(source.utf8, type=_head_type())
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise source.error(*_syntax(source, _reason(error))) from None
    if head.schema != SCHEMA:
        found = f"found {_shown(head.schema)}" if head.schema is not None else "found none"
        raise source.error(f'expected "schema": "{SCHEMA}", {found}')
    if head.kind not in FAMILIES:
        raise source.error(f"no kind {_shown(head.kind)}{suggestion(str(head.kind), list(FAMILIES))}")
    if head.role is msgspec.UNSET:
        return head.kind, _role(source, head.kind)
    if head.role not in ("problem", "solution", "result"):
        raise source.error(f"expected the role problem, solution or result, found {_shown(head.role)}")
    return head.kind, head.role


@cache
def _head_type() -> Any:
    """What is read first; all other fields are passed over, so that they take no memory."""
    import msgspec

    values = str | int | float | bool | None
    role = ("role", values | msgspec.UnsetType, msgspec.UNSET)
    return msgspec.defstruct("Head", [("schema", values, None), ("kind", values, None), role])


def _role(source: Source, kind: str) -> str:
    """The role of a document that names none: the one with most of its fields."""
    import msgspec

    parts = family(kind)
    documents = {
        "problem": resolve(parts.problem).document_type(),
        "solution": resolve(parts.solution).document_type(),
        "result": resolve(RESULT_DOCUMENT),
    }
    given = set(msgspec.json.decode(source.utf8, type=dict[str, msgspec.Raw]))
    given -= {"schema", "kind", "role"}
    shared = {}
    for role, document in documents.items():
        shared[role] = len(given & set(document.__struct_fields__))
    best = max(shared, key=lambda role: shared[role])
    if not shared[best]:
        raise source.error("has no role, and no field of a problem, a solution or a result")
    return best


def _shown(value: object) -> str:
    return f'"{value[:40]}"' if isinstance(value, str) else str(value)


def _reason(error: Exception) -> str:
    return "its values are nested too deeply" if isinstance(error, RecursionError) else str(error)


def _decoded(source: Source, from_json: Callable[[str | memoryview], T]) -> T:
    try:
        return from_json(source.utf8)
    except (InvalidProblem, UnknownName, RecursionError) as error:
        raise source.error(*_syntax(source, _reason(error))) from None


def _syntax(source: Source, message: str) -> tuple[str, int | None]:
    """The message with its byte turned into a line, where it names one."""
    place = re.search(r" \(byte (\d+)\)", message)
    if place is None:
        return message, None
    return message.replace(place.group(0), ""), source.line_at(int(place.group(1)))
