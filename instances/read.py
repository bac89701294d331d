"""Read a problem from a file of any known format, from standard input, or by the name of a bundled instance."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from schedsolve.instances.formats import FORMATS, Format, named, recognise
from schedsolve.instances.source import Source, open_source
from schedsolve.models import arguments
from schedsolve.models.errors import InvalidFile, InvalidProblem, UnknownName, suggestion
from schedsolve.models.family import resolve

PLACE = re.compile("[1-9][0-9]{0,8}")
SHOWN = 100
"""Names of instances in an error."""


def load(
    source: str | os.PathLike[str],
    *,
    kind: str | None = None,
    format: str | None = None,
    objective: str | None = None,
    **settings: Any,
) -> Any:
    """The problem in ``source``: a path, ``-`` for standard input, or a bundled instance's name ("ft06").

    ``FILE#name`` and ``FILE#7`` (from 1) pick one of a file with several instances. Files may be gzip.
    The format is recognised from suffix and content (``instances/formats.py`` has the rules); ``kind``
    (a family, or a format's name) and ``format`` override. ``objective`` and ``settings`` go to the
    problem's ``with_settings``. A path that exists wins over a bundled name.

    Raises ``InvalidFile`` with path and line, ``UnknownName`` for a name that nothing answers to, and
    ``InvalidOption`` for what is no path.
    """
    place = arguments.path("source", source)
    for name, value in (("kind", kind), ("format", format)):
        if value is not None:
            arguments.text(name, value)
    path, pick = _split(place)
    if path != "-" and not os.path.exists(path):
        problem = _bundled(place)
    else:
        text, chosen = _recognised(open_source(path, settings), kind, format)
        problem = _read(_picked(text, chosen, pick), chosen)
    return problem.with_settings(objective=objective, **settings)


def read_text(text: str, path: str = "text", kind: str | None = None, format: str | None = None) -> Any:
    """The problem in ``text``; ``path`` names it in errors, and its suffix helps to recognise the format."""
    source, chosen = _recognised(Source(text, path, Path(path).stem), kind, format)
    return _read(_picked(source, chosen, None), chosen)


def instances_in(source: str | os.PathLike[str], *, kind: str | None = None) -> list[str]:
    """The sources of all instances in a file: ``FILE#name`` for each of several, else the file itself."""
    place = os.fspath(source)
    if place == "-" or not os.path.exists(place):
        return [place]
    text, chosen = _recognised(open_source(place), kind, None)
    names = _sections(text, chosen)
    return [f"{place}#{name}" for name in names] if len(names) > 1 else [place]


def _split(place: str) -> tuple[str, str | None]:
    """``FILE#pick`` as its two parts; a path that exists as it stands is one."""
    path, mark, pick = place.rpartition("#")
    if mark and not os.path.exists(place) and (path == "-" or os.path.exists(path)):
        return path, pick
    return place, None


def _bundled(name: str) -> Any:
    from schedsolve.instances.bundled import bundled, names

    if os.sep in name or "/" in name or Path(name).suffix:
        stem = Path(name).stem
        hint = f'; "{stem}" without suffix is a bundled instance' if stem in names() else ""
        raise InvalidFile(name, f"no such file{hint}")
    if name not in names():
        raise UnknownName("file or bundled instance", name, names())
    return bundled(name)


def _recognised(source: Source, kind: str | None, format: str | None) -> tuple[Source, Format]:
    """The source, able to say in its errors how to read it otherwise, and its format."""
    if kind in FORMATS:
        kind, format = None, format or kind
    if format is None:
        chosen, hint = recognise(source, kind)
        return replace(source, hint=hint), chosen
    chosen = named(format)
    if not chosen.holds(kind):
        raise source.error(f"{chosen.name} holds problems of kind {chosen.kind}, not {kind}")
    return source, chosen


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


def _read(source: Source, chosen: Format) -> Any:
    try:
        return resolve(chosen.read)(source)
    except (InvalidProblem, UnknownName) as error:
        raise source.error(str(error)) from None
