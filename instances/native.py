"""The native JSON of problems, solutions and results, their JSON Schemas and examples.

A document opens with ``"schema": "schedsolve/1"``, ``"kind"`` (the family) and ``"role"``: problem,
solution or result. The rest are the fields of the record; those that hold their default are left out.
"""

from __future__ import annotations

import re
from typing import Any

from schedsolve.instances.descriptions import described
from schedsolve.instances.source import Source, open_source
from schedsolve.models.errors import InvalidProblem, UnknownName, suggestion
from schedsolve.models.record import SCHEMA
from schedsolve.models.registry import FAMILIES, family, resolve

RESULT = "schedsolve.solvers.result:Result"
RESULT_DOCUMENT = "schedsolve.solvers.result:result_document"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLES = {kind: f"schedsolve.instances.{kind}_example:problem_and_solution" for kind in FAMILIES}
"""Kind to a function that returns a small problem and its optimal solution."""


def recognise(source: Source) -> bool:
    """A text that opens with ``{``."""
    return source.text.lstrip().startswith("{")


def read(source: Source) -> Any:
    """The problem in ``source``. Raises ``InvalidFile`` with the JSON path of what is wrong."""
    kind, role = _head(source)
    if role != "problem":
        raise source.error(f"holds a {role}, expected a problem")
    return _decoded(source, resolve(family(kind).problem))


def read_solution(path: str) -> Any:
    """The solution or the result in a file (``-``: standard input). Raises ``InvalidFile``."""
    source = open_source(str(path))
    kind, role = _head(source)
    if role == "problem":
        raise source.error("holds a problem, expected a solution or a result")
    return _decoded(source, resolve(RESULT if role == "result" else family(kind).solution))


def write(thing: Any) -> str:
    """The JSON document of a problem, solution or result."""
    return str(thing.to_json()) + "\n"


def schema_names() -> list[str]:
    """The names that ``schema`` and ``example`` know."""
    return [*(name for kind in FAMILIES for name in (kind, f"{kind}.solution")), "result"]


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind's problems ("jobshop"), its solutions ("jobshop.solution"), or of results."""
    import msgspec

    if name not in schema_names():
        raise UnknownName("schema", name, schema_names())
    head = {"$schema": DIALECT, "title": f"{SCHEMA} {name}"}
    if name == "result":
        return head | msgspec.json.schema(resolve(RESULT_DOCUMENT)())
    parts = family(name.removesuffix(".solution"))
    record = resolve(parts.solution if name.endswith(".solution") else parts.problem)
    return head | described(msgspec.json.schema(record.document_type()), record)


def example(name: str) -> str:
    """A small valid document of each ``schema``."""
    if name not in schema_names():
        raise UnknownName("schema", name, schema_names())
    kind = next(iter(EXAMPLES)) if name == "result" else name.removesuffix(".solution")
    problem, solution = resolve(EXAMPLES[kind])()
    if name == "result":
        return write(_example_result(problem, solution))
    return write(problem if name == kind else solution)


def _example_result(problem: Any, solution: Any) -> Any:
    """What ``solve`` returns when it has proved ``solution`` optimal."""
    module = RESULT.partition(":")[0]
    level, status, point = (resolve(f"{module}:{part}") for part in ("Level", "Status", "TracePoint"))
    values = family(problem.kind).load("evaluate")(problem, solution)
    return resolve(RESULT)(
        kind=problem.kind,
        problem=problem.fingerprint,
        status=status.OPTIMAL,
        stopped_by="proof",
        solution=solution,
        objectives=tuple(level(name, value, value) for name, value in values),
        engine="cpsat",
        proved_by="cpsat",
        trace=tuple(point(0.02, value, value, "cpsat", name) for name, value in values),
        seconds=0.02,
        settings={s.name: getattr(problem, s.name) for s in problem.settings} | {"objective": list(problem.objective)},
    )


def _head(source: Source) -> tuple[str, str]:
    """Kind and role of a document, whose schema is checked."""
    import msgspec

    try:
        document = msgspec.json.decode(source.text, type=dict[str, msgspec.Raw])
        head = {key: msgspec.json.decode(document[key]) for key in ("schema", "kind", "role") if key in document}
    except (msgspec.DecodeError, RecursionError) as error:
        raise source.error(*_syntax(source.text, str(error))) from None
    if head.get("schema") != SCHEMA:
        found = f"found {head['schema']!r}" if "schema" in head else "found none"
        raise source.error(f'expected "schema": "{SCHEMA}", {found}')
    kind, role = head.get("kind"), head.get("role", "problem")
    if kind not in FAMILIES:
        raise source.error(f'no kind "{kind}"{suggestion(str(kind), list(FAMILIES))}')
    if role not in ("problem", "solution", "result"):
        raise source.error(f'expected the role problem, solution or result, found "{role}"')
    return kind, role


def _decoded(source: Source, record: Any) -> Any:
    try:
        return record.from_json(source.text)
    except (InvalidProblem, UnknownName) as error:
        raise source.error(*_syntax(source.text, str(error))) from None


def _syntax(text: str, message: str) -> tuple[str, int | None]:
    """The message with its byte turned into a line, where it names one."""
    place = re.search(r" \(byte (\d+)\)", message)
    if place is None:
        return message, None
    line = text.encode().count(b"\n", 0, int(place.group(1))) + 1
    return message.replace(place.group(0), ""), line
