"""``schedsolve info``: what is in a problem, what is known of it, and who can solve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from schedsolve.cli.columns import columns, facts
from schedsolve.cli.echo import echo, echo_document
from schedsolve.cli.options import ProblemOptions, file_argument, format_option, problem_options, read, subcommand
from schedsolve.cli.session import session
from schedsolve.instances.characters import printable
from schedsolve.models.family import Family
from schedsolve.models.record import FAR
from schedsolve.models.registry import family

if TYPE_CHECKING:
    from schedsolve.models.contracts import Problem
    from schedsolve.models.objective import Objective
    from schedsolve.models.setting import Setting

    Settings = tuple[tuple[Setting, object], ...]
    """Each with its present value."""


@subcommand
@file_argument
@problem_options
@format_option("text", "json")
def command(file: str, **options: Unpack[ProblemOptions]) -> None:
    """Say what is in FILE: sizes, features, bounds, the engines that can solve it, the settings it takes.

    \b
    schedsolve info ft10
    schedsolve info jobs.csv --set no_wait=true --format json
    """
    problem, of_format = read(file, options)
    if session().format == "json":
        echo_document(_json(problem, of_format))
    else:
        echo(text(problem, of_format))


def text(problem: Problem, of_format: Settings = ()) -> str:
    """All of it, for people; ``of_format`` are the settings of the file's format."""
    parts = family(problem.kind)
    settings = [(s.name, _shown(value), _meaning(s)) for s, value in (*of_format, *_settings(problem))]
    lines = [
        f"{printable(problem.name) or 'unnamed'}: {parts.kind}, {parts.title}",
        facts(_facts(problem)),
        "\nengines (--engine NAME)",
        facts([("auto", "picks and combines them"), *_engines(problem)]),
    ]
    if settings:
        lines += ["\nsettings (--set NAME=VALUE)", columns(("name", "value", "meaning"), settings)]
    if parts.rules:
        lines += ["\ndispatch rules (--rule NAME; see schedsolve rules)", f"  {', '.join(_rules(parts))}"]
    return "\n".join(lines)


def _facts(problem: Problem) -> list[tuple[str, object]]:
    from schedsolve.cli.answer import best_known_text
    from schedsolve.instances.best_known import best_known

    known = best_known(problem)
    return [
        ("sizes", ", ".join(f"{count} {what}" for what, count in problem.sizes.items())),
        ("features", ", ".join(problem.features) or "none beyond the basic problem"),
        ("objective", ", then ".join(problem.objective)),
        ("bound", ", then ".join(x.shown(bound) for x, bound in bounds(problem) if bound is not None)),
        ("best known", known and best_known_text(known, problem.levels)),
        ("fingerprint", problem.fingerprint),
    ]


def bounds(problem: Problem) -> list[tuple[Objective, int | None]]:
    """Each level and its cheap lower bound."""
    parts = family(problem.kind)
    found = parts.load("bound")(problem) if parts.bound else [None] * len(problem.levels)
    return list(zip(problem.levels, found, strict=True))


def _rules(parts: Family) -> list[str]:
    """The names of the family's rules."""
    return list(parts.load("rules")) if parts.rules else []


def _engines(problem: Problem) -> list[tuple[str, str]]:
    return [(name, f"does not model {', '.join(lacks)}" if lacks else "yes") for name, lacks in unsupported(problem)]


def unsupported(problem: Problem) -> list[tuple[str, list[str]]]:
    """Each engine of the family and what it does not model."""
    from schedsolve.solvers.solve import supports

    return [(name, supports(problem, name)) for name in family(problem.kind).engines]


def _settings(problem: Problem) -> Settings:
    return tuple((setting, getattr(problem, setting.name)) for setting in problem.settings)


def _meaning(setting: Setting) -> str:
    return f"{setting.meaning} ({', '.join(setting.choices)})" if setting.choices else setting.meaning


def _shown(value: object) -> str:
    if value is None or (value == FAR and not isinstance(value, bool)):
        return "none"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(problem: Problem, of_format: Settings) -> str:
    from schedsolve.cli.documents import Info, ObjectiveValue, SettingNow, encode
    from schedsolve.instances.best_known import best_known

    return encode(
        Info(
            kind=problem.kind,
            title=family(problem.kind).title,
            name=problem.name,
            problem=problem.fingerprint,
            data=problem.data_fingerprint,
            sizes=problem.sizes,
            features=list(problem.features),
            bounds=[ObjectiveValue.of(objective, bound) for objective, bound in bounds(problem)],
            best_known=best_known(problem),
            engines=dict(unsupported(problem)),
            settings=[
                SettingNow(s.name, s.type_name, s.meaning, list(s.choices), value)
                for s, value in (*of_format, *_settings(problem))
            ],
            rules=_rules(family(problem.kind)),
        )
    )
