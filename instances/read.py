"""Read a problem from a file of any known format, from standard input, or by the name of a bundled instance."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from schedsolve.instances.formats import FORMATS, Format, is_text, named, recognise
from schedsolve.instances.source import Source, open_source
from schedsolve.models import arguments
from schedsolve.models.contracts import Problem
from schedsolve.models.errors import InvalidFile, InvalidProblem, UnknownName, suggestion
from schedsolve.models.family import resolve
from schedsolve.models.setting import Setting

PLACE = re.compile("[1-9][0-9]{0,8}")
SHOWN = 100
"""Names of instances in an error."""


class Loaded(NamedTuple):
    """A problem, and the settings that belong to the format of its file."""

    problem: Problem
    settings: tuple[tuple[Setting, object], ...] = ()
    """Each with its value; None where none was given."""


def load(
    source: str | os.PathLike[str],
    *,
    kind: str | None = None,
    format: str | None = None,
    objective: str | None = None,
    **settings: object,
) -> Any:
    """The problem in ``source``: a path, ``-`` for standard input, or a bundled instance's name ("ft06").

    ``FILE#name`` and ``FILE#7`` (from 1) pick one of a file with several instances. Files may be gzip.
    The format is recognised from suffix and content (``instances/formats.py`` has the rules); ``kind``
    (a family, or a format's name) and ``format`` override. ``settings`` go to the format where it
    declares them, and the others, with ``objective``, to the problem's ``with_settings``. A path that
    exists wins over a bundled name.

    Raises ``InvalidFile`` with path and line, ``UnknownName`` for a name that nothing answers to, and
    ``InvalidOption`` for what is no path.

    >>> print(load("ft06"))
    ft06: jobshop
      jobs: 6
      machines: 6
      operations: 36
      features: none
      objective: makespan
    """
    return loaded(source, kind=kind, format=format, objective=objective, **settings).problem


def loaded(
    source: str | os.PathLike[str],
    *,
    kind: str | None = None,
    format: str | None = None,
    objective: str | None = None,
    **settings: object,
) -> Loaded:
    """As ``load``, with the settings of the file's format."""
    place = arguments.path("source", source)
    for name, value in (("kind", kind), ("format", format)):
        if value is not None:
            arguments.text(name, value)
    path, pick = _split(place)
    if path != "-" and not os.path.exists(path):
        return Loaded(_bundled(place).with_settings(objective=objective, **settings))
    given, chosen = _recognised(_opened(path, settings, kind, format), kind, format)
    own = _take_settings(given, chosen)
    problem = _read(_picked(given, chosen, pick), chosen)
    rest = {name: value for name, value in settings.items() if name not in own}
    _check_names(rest, problem, chosen)
    return Loaded(
        problem.with_settings(objective=objective, **rest),
        tuple((setting, own.get(setting.name)) for setting in chosen.settings),
    )


def read_text(text: str, path: str = "text", kind: str | None = None, format: str | None = None) -> Problem:
    """The problem in ``text``; ``path`` names it in errors, and its suffix helps to recognise the format."""
    source, chosen = _recognised(Source(text, path, Path(path).stem), kind, format)
    return _read(_picked(source, chosen, None), chosen)


def instances_in(source: str | os.PathLike[str], *, kind: str | None = None) -> list[str]:
    """The sources of all instances in a file: ``FILE#name`` for each of several, else the file itself."""
    place = os.fspath(source)
    if place == "-" or not os.path.exists(place):
        return [place]
    given, chosen = _recognised(_opened(place, {}, kind, None), kind, None)
    names = _sections(given, chosen)
    return [f"{place}#{name}" for name in names] if len(names) > 1 else [place]


def _split(place: str) -> tuple[str, str | None]:
    """``FILE#pick`` as its two parts; a path that exists as it stands is one."""
    path, mark, pick = place.rpartition("#")
    if mark and not os.path.exists(place) and (path == "-" or os.path.exists(path)):
        return path, pick
    return place, None


def _bundled(name: str) -> Problem:
    from schedsolve.instances.bundled import bundled, names

    if os.sep in name or "/" in name or Path(name).suffix:
        stem = Path(name).stem
        hint = f'; "{stem}" without suffix is a bundled instance' if stem in names() else ""
        raise InvalidFile(name, f"no such file{hint}")
    if name not in names():
        raise UnknownName("file or bundled instance", name, names())
    return bundled(name)


def _opened(path: str, settings: dict[str, object], kind: str | None, format: str | None) -> Source:
    """The source of a path; ``kind`` may be a format's name."""
    return open_source(path, settings, lambda head: is_text(path, head, format or kind))


def _recognised(source: Source, kind: str | None, format: str | None) -> tuple[Source, Format]:
    """The source and its format. The source is told its kind, and a hint for its errors how to read it otherwise."""
    if kind in FORMATS:
        kind, format = None, format or kind
    if format is None:
        chosen, source.hint = recognise(source, kind)
    else:
        chosen = named(format)
        if not chosen.holds(kind):
            raise source.error(f"{chosen.name} holds problems of kind {' or '.join(chosen.kinds)}, not {kind}")
    source.kind = chosen.kind_read(kind)
    return source, chosen


def _take_settings(source: Source, chosen: Format) -> dict[str, object]:
    """The settings that the format declares, in their types; they are so in ``source.settings`` as well."""
    declared = {setting.name: setting for setting in chosen.settings}
    own: dict[str, object] = {}
    for name, value in source.settings.items():
        if name in declared:
            own[name] = declared[name].parse(value)
    source.settings = {**source.settings, **own}
    return own


def _check_names(settings: dict[str, object], problem: Problem, chosen: Format) -> None:
    """Raise ``UnknownName``, with all names that are known, for a setting of neither the problem nor the format."""
    known = sorted(setting.name for setting in (*chosen.settings, *problem.settings))
    for name in settings:
        if name not in known:
            raise UnknownName(f"setting of {problem.kind}", name, known)


def _sections(source: Source, chosen: Format) -> list[str]:
    """The names of the instances in a file of several."""
    return resolve(chosen.sections)(source) if chosen.sections else []


def _picked(source: Source, chosen: Format, pick: str | None) -> Source:
    """The one instance of the source that is asked for."""
    names = _sections(source, chosen)
    known = names or [source.name]
    if pick is None and len(known) > 1:
        shown = ", ".join(known[:SHOWN]) + ", …" * (len(known) > SHOWN)
        raise replace(source, hint="").error(
            f'holds {len(known)} instances, pick one as "{source.path}#{known[0]}"; known: {shown}'
        )
    if pick is None:
        index = 0
    elif pick in known:
        index = known.index(pick)
    elif PLACE.fullmatch(pick) and int(pick) <= len(known):
        index = int(pick) - 1
    else:
        raise replace(source, hint="").error(f'holds no instance "{pick}"{suggestion(pick, known)}')
    return resolve(chosen.section)(source, index) if names else source


def _read(source: Source, chosen: Format) -> Problem:
    try:
        problem: Problem = resolve(chosen.read)(source)
        return problem
    except (InvalidProblem, UnknownName) as error:
        raise source.error(str(error)) from None
