"""Suites: lists of instances by name, and what a word on the command line of ``bench`` stands for.

A word is a path (a file, one of its instances as FILE#NAME, or a folder), a suite, a bundled instance, or a range
of bundled instances such as ``ta41-50``. Some suites are folders of public instances that are not bundled: they are
looked for below the folder that the variable SCHEDSOLVE_BENCHMARKS names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from schedsolve.benchmarks.runs import holds_runs
from schedsolve.instances.bundled import SETS, Entry, catalogue
from schedsolve.instances.read import instances_in
from schedsolve.models.errors import InvalidFile, UnknownName
from schedsolve.models.registry import FAMILIES


def _of_families(table: str) -> dict[str, tuple[str, ...]]:
    """The suites of all families in one: their ``SUITES`` or their ``PUBLIC``."""
    found: dict[str, tuple[str, ...]] = {}
    for parts in FAMILIES.values():
        if parts.suites:
            found |= getattr(parts.load("suites"), table)
    return found


SUITES: dict[str, tuple[str, ...]] = {name: (name,) for name in SETS} | _of_families("SUITES")
"""Suite to the sets, instances and ranges that it is made of; each set of bundled instances is one."""

PUBLIC = _of_families("PUBLIC")
"""Suite to what it holds of the folder of public instances: patterns of files."""

FOLDER_VARIABLE, FOLDER = "SCHEDSOLVE_BENCHMARKS", "../shared/benchmarks"
"""Where the public instances are: the variable, and the folder where it is not set."""

RANGE = re.compile(r"([A-Za-z]\D*|tai\d+x\d+_)(\d+)-\1?(\d+)")


def expand(word: str, kind: str | None = None) -> list[str]:
    """The sources, for ``instances.read.load``, of all instances that ``word`` stands for.

    A path that exists wins over a name. A file with several instances gives all of them; a folder gives those of
    its files, without hidden ones and those of runs. ``kind`` is that of ``load``. Raises ``InvalidFile`` for what
    cannot be read, and ``UnknownName``.
    """
    if os.path.isdir(word):
        return _in_folder(word, kind)
    if os.path.exists(word) or word == "-" or "#" in word:
        return instances_in(word, kind=kind)
    if word in SUITES:
        return list(chain.from_iterable(map(_named, SUITES[word])))
    if word in PUBLIC:
        return list(chain.from_iterable(instances_in(path, kind=kind) for path in _public_files(word)))
    return _named(word)


def expand_all(words: Sequence[str], kind: str | None = None) -> list[str]:
    """The sources of all words, each once, in their order."""
    return list(dict.fromkeys(chain.from_iterable(expand(word, kind) for word in words)))


def _in_folder(folder: str, kind: str | None) -> list[str]:
    found: list[str] = []
    for path in sorted(Path(folder).iterdir(), key=_natural):
        if path.is_file() and not path.name.startswith(".") and not holds_runs(path):
            found += instances_in(path, kind=kind)
    if not found:
        raise InvalidFile(folder, "the folder holds no files")
    return found


def _public_files(suite: str) -> list[Path]:
    """The files of a suite that is not bundled. Raises ``InvalidFile`` where they are not there."""
    root = Path(os.environ.get(FOLDER_VARIABLE, FOLDER))
    files: list[Path] = []
    for pattern in PUBLIC[suite]:
        found = sorted(root.glob(pattern), key=_natural)
        if not found:
            hint = f"{FOLDER_VARIABLE} names the folder of public instances, now {root}"
            raise InvalidFile(str(root / pattern), f"no files for the suite {suite} ({hint})")
        files += found
    return files


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorts mk2 before mk10."""
    return [_part(text) for text in re.split(r"(\d+)", path.name)]


def _part(text: str) -> tuple[int, str]:
    """A number, or the word before or after one."""
    return (int(text), "") if text.isdecimal() else (0, text)


def _named(name: str) -> list[str]:
    """A set, an instance or a range of bundled instances."""
    entries = {entry.name: entry for entry in catalogue()}
    if name in SETS:
        return [entry.name for entry in entries.values() if entry.set == name]
    match = RANGE.fullmatch(name)
    if match and match[1] + match[2] in entries:
        return _range(name, match[1], match[2], match[3].zfill(len(match[2])), list(entries.values()))
    if "/" in name or os.sep in name or Path(name).suffix:
        raise InvalidFile(name, "no such file")
    if name not in entries:
        raise UnknownName("suite or bundled instance", name, [*SUITES, *PUBLIC, *entries])
    return [name]


def _range(name: str, letters: str, first: str, last: str, entries: list[Entry]) -> list[str]:
    """The instances of one set from ``letters + first`` to ``letters + last``; both must be there."""
    group = next(entry.set for entry in entries if entry.name == letters + first)
    same = [entry.name for entry in entries if entry.set == group and entry.name.startswith(letters)]
    found = [n for n in same if int(first) <= int(n.removeprefix(letters)) <= int(last)]
    if letters + last not in found:
        raise UnknownName("range of bundled instances", name, [f"{same[0]}-{same[-1].removeprefix(letters)}"])
    return found
