"""What a result states beside its solution, and what of that is false.

A claim is held to what the checker knows by itself, which is the problem and the objective values of the solution, and
to itself: what is said twice must agree. The problem as it is given decides: the settings and the objective that a
result was made with are compared with its, never applied to it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NotRequired, TypedDict

from msgspec.structs import replace

from schedsolve.models import arguments
from schedsolve.models.contracts import Problem, Solution
from schedsolve.models.errors import InvalidProblem, SchedsolveError
from schedsolve.models.level import Level
from schedsolve.models.plain import Json
from schedsolve.models.trace import Point, fault
from schedsolve.models.violation import Violation

CODE = "claim"

STOPPED_BY = ("proof", "time", "iterations", "target", "gap", "interrupt", "error")
"""The words for why a search ended."""

TOLERANCE = 1e-6
"""Of a gap, which is a fraction and written with a finite number of digits."""


class StatedLevel(TypedDict):
    """An objective as it is stated."""

    name: str
    value: int | None
    bound: int | None
    unit: NotRequired[str | None]
    scale: NotRequired[int | None]


class Stated(TypedDict, total=False):
    """What a result states: names and form are those of its JSON document; what is absent is not stated."""

    schema: str
    version: int
    kind: str
    role: str
    problem: str
    status: str
    stopped_by: str
    objective: int | None
    bound: int | None
    gap: float | None
    level: str
    objectives: list[StatedLevel]
    engine: str | None
    proved_by: str | None
    seconds: float
    seed: int
    threads: int
    versions: dict[str, str]
    notes: list[str]
    settings: dict[str, Json]
    details: dict[str, Json]
    trace: list[Point]


@dataclass(frozen=True)
class Claim:
    """What a result states."""

    stated: Stated


def solution_and_claim(
    given: Any, *, name: str = "solution", expected: str = "a Result or a solution"
) -> tuple[Solution | None, Claim | None]:
    """The two parts of a ``Result``, whose solution may be missing; a bare solution claims nothing.

    This is the one place that asks which of the two it is. Raises ``InvalidOption`` for anything else, in the words
    ``name`` and ``expected``.
    """
    role = None if isinstance(given, type) else getattr(given, "role", None)
    if role == "result":
        return given.solution, given.claim
    if role == "solution":
        return given, None
    raise arguments.wrong(name, given, expected)


def false_claims(
    problem: Problem,
    claim: Claim,
    values: Sequence[tuple[str, int]],
    *,
    solved: bool,
    details: Mapping[str, Json] | None = None,
) -> list[Violation]:
    """All that is false in ``claim``, a violation of code ``claim`` each.

    ``values`` are the problem's objectives as the checker found them, empty where it could not; ``solved`` says
    whether there is a solution at all; ``details`` are the family's, None where they are not known. Where the result
    was made for another problem it is only held to itself.
    """
    case = _Case(problem, claim.stated, values, solved, details)
    groups = (_origin, _objectives, _units, _headline, _status, _stop, _makers, _numbers, _trace, _details)
    return [Violation(CODE, text) for group in groups for text in group(case)]


@dataclass(frozen=True)
class _Case:
    """A claim and what it is held to."""

    problem: Problem
    stated: Stated
    found: Sequence[tuple[str, int]]
    solved: bool
    details: Mapping[str, Json] | None = None

    @cached_property
    def own(self) -> bool:
        """Was it made for this problem?"""
        return self.stated.get("problem", self.problem.fingerprint) == self.problem.fingerprint

    @cached_property
    def values(self) -> dict[str, int]:
        """The objective values that it is held to, by name."""
        return dict(self.found) if self.own else {}

    @cached_property
    def objectives(self) -> list[Level]:
        """The objectives as stated."""
        return [Level(**stated) for stated in self.stated.get("objectives", ())]

    @cached_property
    def fits(self) -> bool:
        """Are the stated objectives those of the problem, or any at all where it was made for another one?"""
        names = [level.name for level in self.objectives]
        return names == [level.name for level in self.problem.levels] if self.own else bool(names)

    @cached_property
    def levels(self) -> list[Level]:
        """The stated objectives, where they fit, with their true values, where these are known."""
        levels = self.objectives if self.fits else []
        return [replace(x, value=self.values.get(x.name, x.value) if self.solved else None) for x in levels]

    @cached_property
    def headline(self) -> Level | None:
        """The first open level, else the last."""
        return next((level for level in self.levels if not level.closed), self.levels[-1] if self.levels else None)


# --- the problem ----------------------------------------------------------------------------------


def _origin(case: _Case) -> Iterator[str]:
    """Kind, settings and fingerprint: was it made for this problem?"""
    problem, stated = case.problem, case.stated
    kind, recorded = stated.get("kind", problem.kind), stated.get("settings", {})
    if kind != problem.kind:
        yield f"kind {_shown(kind)} stated, the problem is of kind {problem.kind}"
    yield from _settings(problem, recorded)
    if not case.own and not _made_for(problem, recorded, stated["problem"]):
        yield f"made for problem {_shown(stated['problem'])}, this one is {problem.fingerprint}"


def _settings(problem: Problem, recorded: Mapping[str, Json]) -> Iterator[str]:
    """The settings that differ from the problem's. Those that are not recorded are not compared."""
    for name, value in recorded.items():
        try:
            made, given = _setting(problem, name, value)
        except InvalidProblem as error:
            yield str(error)
            continue
        if made != given:
            option = f"--objective {_shown(made)}" if name == "objective" else f"--set {name}={_shown(made)}"
            yield (
                f"made with {name} {_shown(made) or 'empty'}, the problem has {_shown(given) or 'empty'}; "
                f"{option} checks it as it was made"
            )


def _setting(problem: Problem, name: str, value: Json) -> tuple[Json, Json]:
    """A recorded setting in its own type, and the problem's. Raises ``InvalidProblem`` where it is no value of it."""
    if name == "objective":
        return ",".join(_names_in(value)), ",".join(problem.objective)
    for setting in problem.settings:
        if setting.name == name:
            try:
                made, given = setting.parse(value), getattr(problem, name)
            except InvalidProblem:
                raise InvalidProblem(name, f"{_shown(value)} stated, which is none of its values") from None
            return (",".join(map(str, made)), ",".join(map(str, given))) if isinstance(made, tuple) else (made, given)
    raise InvalidProblem("settings", f"{_shown(name)} stated, which {problem.kind} does not have")


def _names_in(value: Json) -> list[str]:
    """The names of recorded objectives. Raises ``InvalidProblem`` where they are none."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise InvalidProblem("objective", f"{_shown(value)} stated, expected a list of names")
    return [str(name).strip() for name in names]


def _made_for(problem: Problem, recorded: Mapping[str, Json], fingerprint: str) -> bool:
    """Is it the recorded settings alone that make this another problem?"""
    try:
        objective = _names_in(recorded["objective"]) if "objective" in recorded else None
        settings = {name: _setting(problem, name, value)[0] for name, value in recorded.items() if name != "objective"}
        return problem.with_settings(objective=objective, **settings).fingerprint == fingerprint
    except SchedsolveError:
        return False


# --- what it is worth -----------------------------------------------------------------------------


def _objectives(case: _Case) -> Iterator[str]:
    """The list of objectives: names in order, values, bounds."""
    if "objectives" not in case.stated:
        return
    if not case.fits:
        stated = ", ".join(_shown(level.name) for level in case.objectives) or "none"
        yield f"objectives {stated} stated, the problem has {_names(case.problem)}"
    closed = True
    for level in case.objectives:
        name, value, bound = _shown(level.name), level.value, level.bound
        reached = case.values.get(level.name, value) if case.solved else None
        if value is not None and not case.solved:
            yield f"{name} {value} stated, there is no solution"
        elif value is None and case.solved:
            yield f"no {name} stated, there is a solution"
        elif value != reached:
            yield f"{name} {value} stated, the solution has {reached}"
        if bound is not None and reached is not None and bound > reached:
            yield f"{name} bound {bound} stated, the solution has {reached}"
        if bound is not None and not closed:
            yield f"{name} bound {bound} stated, though a level above is open"
        closed = closed and replace(level, value=reached).closed


def _units(case: _Case) -> Iterator[str]:
    """What the values are amounts of, where that is stated."""
    known = {objective.name: objective for objective in case.problem.levels}
    for level in case.objectives if case.own else ():
        objective = known.get(level.name)
        if objective is None:
            continue
        if level.unit not in (None, objective.unit):
            yield f"{level.name} in {_shown(level.unit)} stated, it is in {objective.unit}"
        if level.scale not in (None, objective.scale):
            yield f"{level.name} with scale {level.scale} stated, it is {objective.scale}"


def _headline(case: _Case) -> Iterator[str]:
    """Level, objective, bound and gap are those of the first open level, else of the last."""
    stated, head = case.stated, case.headline
    if head is None:  # the list is of no use, but the solution may be
        true = case.values.get(stated.get("level", ""))
        if true is not None and stated.get("objective", true) != true:
            yield f"objective {_number(stated['objective'])} stated, {stated['level']} is {true}"
        return
    if stated.get("level", head.name) != head.name:
        yield f"level {_shown(stated['level'])} stated, it is {head.name}"
    if stated.get("objective", head.value) != head.value:
        yield f"objective {_number(stated['objective'])} stated, {head.name} is {_number(head.value)}"
    if stated.get("bound", head.bound) != head.bound:
        yield f"bound {_number(stated['bound'])} stated, {_number(head.bound)} in the list for {head.name}"
    gap = _gap(head.value, head.bound)
    if "gap" in stated and not _close(stated["gap"], gap):
        text = f"objective {_number(head.value)} and bound {_number(head.bound)}"
        yield f"gap {_number(stated['gap'])} stated, {text} give {_number(gap)}"


def _gap(value: int | None, bound: int | None) -> float | None:
    if value is None or bound is None:
        return None
    try:
        return (value - bound) / max(1, abs(value))
    except OverflowError:  # more than any number that JSON can state
        return math.inf


def _close(stated: float | None, true: float | None) -> bool:
    if stated is None or true is None:
        return stated is true
    return math.isclose(stated, true, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _status(case: _Case) -> Iterator[str]:
    status = case.stated.get("status")
    if status is None:
        return
    if not case.solved:
        if status in ("OPTIMAL", "FEASIBLE"):
            yield (
                f"status {status} stated, there is no solution; where this is what was printed of a long solution, "
                "-o OUT.json writes the whole"
            )
        return
    if status in ("INFEASIBLE", "UNKNOWN"):
        yield f"status {status} stated, there is a solution"
    head = case.headline
    if head is None:
        return
    if status == "OPTIMAL" and not head.closed:
        yield f"status OPTIMAL stated, {head.name} {_number(head.value)} and bound {_number(head.bound)} do not meet"
    if status == "FEASIBLE" and head.closed and head.value == head.bound:
        yield f"status FEASIBLE stated, objective and bound of {head.name} meet"


# --- how it came about ----------------------------------------------------------------------------


def _stop(case: _Case) -> Iterator[str]:
    """A proof ends the search where all is proved, or, below a cutoff, that nothing is to be found."""
    word, status = case.stated.get("stopped_by"), case.stated.get("status")
    if word is None:
        return
    if word not in STOPPED_BY:
        yield f"stopped by {_shown(word)} stated, expected one of {', '.join(STOPPED_BY)}"
        return
    if status is None:
        return
    below_cutoff = status == "UNKNOWN" and case.stated.get("bound") is not None
    if word != "proof" and status in ("OPTIMAL", "INFEASIBLE"):
        yield f"stopped by {word} stated, {status} is by proof"
    if word == "proof" and status not in ("OPTIMAL", "INFEASIBLE") and not below_cutoff:
        yield f"stopped by proof stated, {status} proves nothing"
    if word in ("target", "gap") and not case.solved:
        yield f"stopped by {word} stated, there is no solution"


def _makers(case: _Case) -> Iterator[str]:
    """Who found the solution and who gave the bound: null where there is none, else one that the trace names."""
    stated = case.stated
    named = {point["who"] for point in stated.get("trace", ())}
    infeasible = stated.get("status") == "INFEASIBLE"
    bound = stated.get("bound") if case.headline is None else case.headline.bound
    bounded = infeasible or bound is not None
    if "engine" in stated:
        yield from _maker("engine", stated["engine"], "solution", "solution" if case.solved else "", named)
    if "proved_by" in stated:
        made = ("proof" if infeasible else "bound") if bounded else ""
        yield from _maker("proved_by", stated["proved_by"], "bound", made, set() if infeasible else named)


def _maker(name: str, who: str | None, what: str, made: str, named: set[str]) -> Iterator[str]:
    """``made``: what there is that somebody must have made, empty where it is nothing."""
    if made and who is None:
        yield f"{name} null stated, there is a {made}"
    elif not made and who is not None:
        yield f"{name} {_shown(who)} stated, there is no {what}"
    elif who is not None and named and who not in named:
        yield f"{name} {_shown(who)} stated, the trace does not name it"


def _numbers(case: _Case) -> Iterator[str]:
    stated = case.stated
    numbers = {"seconds": stated.get("seconds", 0), "seed": stated.get("seed", 0), "threads": stated.get("threads", 0)}
    for name, value in numbers.items():
        if not 0 <= value < math.inf:
            yield f"{name} {value} stated, expected 0 or more"


def _trace(case: _Case) -> Iterator[str]:
    points = case.stated.get("trace", ())
    if points and case.levels:
        wrong = fault(points, case.levels, case.stated.get("seconds", math.inf))
        if wrong:
            yield f"trace: {wrong}"


def _details(case: _Case) -> Iterator[str]:
    """What the family tells of the solution."""
    if case.details is None or not case.own:
        return
    for name, value in case.stated.get("details", {}).items():
        if name not in case.details:
            yield f"detail {_shown(name)} stated, which {case.problem.kind} does not tell"
        elif value != case.details[name]:
            yield f"detail {_shown(name)} {_shown(value)} stated, it is {_shown(case.details[name])}"


# --- words ----------------------------------------------------------------------------------------


def _shown(value: object) -> str:
    """A value the way the command line writes it; in quotes, and shortened, where it is no plain word."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    if not text.isprintable() or " " in text:
        text = json.dumps(text)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _names(problem: Problem) -> str:
    return ", ".join(level.name for level in problem.levels)


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
