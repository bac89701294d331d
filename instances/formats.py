"""Which file formats there are and how a file's format is recognised.

The rules, in order:

1. A format that is named (``format=``, or ``kind=`` with a format's name) is taken.
2. Among the formats with the file's suffix, if there are any, else among all (with ``kind=``, those
   that hold problems of that kind, or of one below it): a single one is taken; of several the first,
   in the order of ``FORMATS``, that recognises the content.
3. Formats with a suffix of which none recognises the content give way to all others.
4. What opens as an object of JSON is only offered to the formats with the suffix ``.json``. Where none of them
   recognises it, it is taken for native JSON, whose reader says what it lacks.

Formats of bytes and of JSON look at the first 4 KB alone (``Source.head``). Those of bytes are asked before all others
in rules 2 and 3, because formats of text refuse bytes that are none.

So ``.jsp``, ``.fjs``, ``.osp`` and ``.fsp`` always decide, ``.txt`` and unknown suffixes leave it to the content.
Texts of numbers that could be read in several ways are recognised so:

* a header of three numbers, ``jobs machines average``, is ``fjsplib``;
* rows that all hold one number for each machine are ``openshop``;
* rows that all hold two numbers for each machine are ``jsplib``;
* rows that all are as long as their own counts of operations and alternatives say, with machines
  from 1, are ``fjsplib``;
* all others are ``jsplib``. ``flowshop`` is never guessed.

A format may hold problems of several kinds; the first is read unless another one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from schedsolve.instances.source import Source
from schedsolve.models.errors import InvalidFile, UnknownName, suggestion
from schedsolve.models.family import resolve
from schedsolve.models.registry import FAMILIES, kinds_below, stands_for
from schedsolve.models.setting import Setting


@dataclass(frozen=True)
class Format:
    """A file format. Its parts are dotted paths, imported when needed."""

    name: str
    kinds: tuple[str, ...]
    """The kinds of problems that a file may be read as, the default first; none: the file itself says it."""
    title: str
    suffixes: tuple[str, ...]
    read: str
    """``read(source) -> problem``; raises ``InvalidFile``."""
    write: str = ""
    """``write(problem) -> str``; raises ``InvalidProblem`` for one whose structure it cannot carry."""
    recognise: str = ""
    """``recognise(source) -> bool``, from the content alone; "" where that is not possible."""
    sections: str = ""
    """``sections(source) -> list[str]``, the names, where a file may hold several instances."""
    section: str = ""
    """``section(source, index) -> Source``, one of them."""
    carries: frozenset[str] | None = frozenset()
    """The fields that ``write`` can carry; None for all. Names and dates of reports are no loss."""
    binary: bool = False
    """Is it made of bytes (``Source.data``), and no text?"""
    settings: tuple[Setting, ...] = ()
    """What ``--set`` tells the reader, in ``Source.settings``, and not the problem."""

    def holds(self, kind: str | None) -> bool:
        """Does it hold problems of a kind, or of one below it?"""
        return kind is None or not self.kinds or any(stands_for(kind, its) for its in self.kinds)

    def kind_read(self, asked: str | None) -> str:
        """The kind to read a file as, where one is asked for or none; "" where the file itself says it."""
        return next((its for its in self.kinds if asked is None or stands_for(asked, its)), "")


_SHOP = frozenset({"num_machines", "job_ptr", "alt_ptr", "machine", "duration"})
_TABLE = _SHOP | {
    "release", "due", "deadline", "weight", "objective", "permutation", "open_shop", "no_wait", "blocking", "pause",
}  # fmt: skip
_PROJECT = frozenset({"mode_ptr", "duration", "capacity", "demand", "link_from", "link_to"})

_PLAN = _PROJECT | {
    "link_kind", "min_lag", "release", "due", "deadline", "weight", "num_calendars", "break_calendar", "break_start",
    "break_end", "task_calendar", "resource_calendar", "pause", "fixed_start",
}  # fmt: skip

FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            name="json",
            kinds=(),
            title="the native JSON of any family",
            suffixes=(".json",),
            read="schedsolve.instances.native:read",
            write="schedsolve.instances.native:write",
            recognise="schedsolve.instances.native:recognise",
            carries=None,
        ),
        Format(
            name="mspdi",
            kinds=("rcpsp",),
            title="Microsoft Project's XML",
            suffixes=(".xml",),
            read="schedsolve.instances.rcpsp.mspdi:read",
            write="schedsolve.instances.rcpsp.mspdi_write:write",
            recognise="schedsolve.instances.rcpsp.mspdi:recognise",
            carries=_PLAN | {"done"},
        ),
        Format(
            name="ganttproject",
            kinds=("rcpsp",),
            title="GanttProject's file",
            suffixes=(".gan", ".xml"),
            read="schedsolve.instances.rcpsp.ganttproject:read",
            recognise="schedsolve.instances.rcpsp.ganttproject:recognise",
        ),
        Format(
            name="psplib",
            kinds=("rcpsp",),
            title="project in one mode or several, as PSPLIB and MMLIB write it",
            suffixes=(".sm", ".mm"),
            read="schedsolve.instances.rcpsp.psplib:read",
            write="schedsolve.instances.rcpsp.psplib:write",
            recognise="schedsolve.instances.rcpsp.psplib:recognise",
            carries=_PROJECT | {"budget", "consumption"},
        ),
        Format(
            name="progen-max",
            kinds=("rcpsp",),
            title="project with minimum and maximum time lags (RCPSP/max)",
            suffixes=(".sch",),
            read="schedsolve.instances.rcpsp.progen_max:read",
            write="schedsolve.instances.rcpsp.progen_max:write",
            recognise="schedsolve.instances.rcpsp.progen_max:recognise",
            carries=_PROJECT | {"link_kind", "min_lag", "max_lag"},
        ),
        Format(
            name="patterson",
            kinds=("rcpsp",),
            title="project as Patterson and RanGen write it, also with reservoirs",
            suffixes=(".rcp",),
            read="schedsolve.instances.rcpsp.patterson:read",
            write="schedsolve.instances.rcpsp.patterson:write",
            recognise="schedsolve.instances.rcpsp.patterson:recognise",
            carries=_PROJECT | {"reservoir_initial", "withdrawal", "delivery"},
        ),
        Format(
            name="imopse",
            kinds=("rcpsp",),
            title="project of tasks for people with skills and salaries",
            suffixes=(".def",),
            read="schedsolve.instances.rcpsp.imopse:read",
            recognise="schedsolve.instances.rcpsp.imopse:recognise",
        ),
        Format(
            name="rcpsp-ps",
            kinds=("rcpsp",),
            title="project with tasks to select; only refused by name",
            suffixes=(".txt",),
            read="schedsolve.instances.rcpsp.unread:read_selection",
            recognise="schedsolve.instances.rcpsp.unread:recognise_selection",
        ),
        Format(
            name="mspsp",
            kinds=("rcpsp",),
            title="project of tasks for teams; only refused by name",
            suffixes=(".dzn",),
            read="schedsolve.instances.rcpsp.unread:read_mspsp",
            recognise="schedsolve.instances.rcpsp.unread:recognise_mspsp",
        ),
        Format(
            name="mplib",
            kinds=("rcpsp",),
            title="portfolio of projects; only refused by name",
            suffixes=(".rcmp",),
            read="schedsolve.instances.rcpsp.unread:read_mplib",
        ),
        Format(
            name="mslib",
            kinds=("rcpsp",),
            title="project with a workforce of skill levels; only refused by name",
            suffixes=(".msrcp",),
            read="schedsolve.instances.rcpsp.unread:read_mslib",
        ),
        Format(
            name="fjsplib",
            kinds=("jobshop",),
            title="flexible job shop, machines from 1",
            suffixes=(".fjs", ".txt"),
            read="schedsolve.instances.jobshop.fjsplib:read",
            write="schedsolve.instances.jobshop.fjsplib:write",
            recognise="schedsolve.instances.jobshop.fjsplib:recognise",
            carries=_SHOP,
        ),
        Format(
            name="openshop",
            kinds=("jobshop",),
            title="open shop, a matrix of durations",
            suffixes=(".osp", ".txt"),
            read="schedsolve.instances.jobshop.duration_matrix:read_open_shop",
            write="schedsolve.instances.jobshop.duration_matrix:write_open_shop",
            recognise="schedsolve.instances.jobshop.duration_matrix:recognise",
            carries=_SHOP | {"open_shop"},
        ),
        Format(
            name="flowshop",
            kinds=("jobshop",),
            title="flow shop, a matrix of durations",
            suffixes=(".fsp",),
            read="schedsolve.instances.jobshop.duration_matrix:read_flow_shop",
            write="schedsolve.instances.jobshop.duration_matrix:write_flow_shop",
            carries=_SHOP,
        ),
        Format(
            name="csv",
            kinds=("jobshop",),
            title="table of jobs and their steps, with dates, weights and names",
            suffixes=(".csv",),
            read="schedsolve.instances.jobshop.table:read",
            write="schedsolve.instances.jobshop.table:write",
            recognise="schedsolve.instances.jobshop.table:recognise",
            carries=_TABLE,
        ),
        Format(
            name="tasks",
            kinds=("rcpsp",),
            title="table of tasks, with links, resources, calendars and dates",
            suffixes=(".csv",),
            read="schedsolve.instances.rcpsp.table:read",
            write="schedsolve.instances.rcpsp.table_write:write",
            recognise="schedsolve.instances.rcpsp.table:recognise",
            carries=_PLAN | {"objective", "project_deadline", "discount_rate"},
        ),
        Format(
            name="jsplib",
            kinds=("jobshop",),
            title="job shop, pairs of machine (from 0) and duration",
            suffixes=(".jsp", ".jss", ".txt"),
            read="schedsolve.instances.jobshop.text:read",
            write="schedsolve.instances.jobshop.text:write",
            recognise="schedsolve.instances.jobshop.text:recognise",
            sections="schedsolve.instances.jobshop.text:sections",
            section="schedsolve.instances.jobshop.text:section",
            carries=_SHOP,
        ),
    )
}
"""By name. In this order they are asked whether they recognise a text: the plainest one is last."""


def named(name: str) -> Format:
    """The format of a name. Raises ``UnknownName`` with the nearest one."""
    if name not in FORMATS:
        raise UnknownName("format", name, list(FORMATS))
    return FORMATS[name]


def recognise(source: Source, kind: str | None = None) -> tuple[Format, str]:
    """The format of a text, and a hint for errors where another one could have been meant.

    Raises ``InvalidFile`` where none recognises it, ``UnknownName`` for an unknown ``kind``.
    """
    if kind is not None and not kinds_below(kind):
        raise UnknownName("kind or format", kind, [*FAMILIES, *FORMATS])
    possible = [f for f in FORMATS.values() if f.holds(kind)]
    fitting = [f for f in possible if source.suffix in f.suffixes]
    if len(fitting) == 1:
        return fitting[0], ""
    found = _first([f for f in possible if f.binary], source) or _first(fitting, source)
    if found is None and source.opens_with("{"):
        found = _first([f for f in possible if ".json" in f.suffixes], source) or FORMATS["json"]
    found = found or _first(possible, source)
    if found is None:
        known = ", ".join(f.name for f in possible)
        raise source.error(f"is in no format that is known here ({known}; --kind names one)")
    if not found.kinds:
        return found, ""
    others = ", ".join(f.name for f in (fitting if found in fitting else possible) if f is not found)
    return found, f" (read as {found.name}; --kind NAME reads it as {others})"


def is_text(path: str, head: bytes, name: str | None = None) -> bool:
    """Does a file that begins with ``head`` hold text? Not where it is in a format of bytes, or one is named."""
    source = Source(head, path)
    for f in FORMATS.values():
        if f.binary and (f.name == name or source.suffix in f.suffixes or _recognises(f, source)):
            return False
    return True


def for_writing(path: str, suffix: str, kind: str) -> list[Format]:
    """The formats that a suffix stands for, plainest first. Raises ``InvalidFile`` where there is none."""
    possible = [f for f in FORMATS.values() if f.holds(kind) and f.write]
    fitting = [f for f in possible if suffix in f.suffixes]
    if not fitting:
        known = list(dict.fromkeys(chain.from_iterable(f.suffixes for f in possible)))
        raise InvalidFile(path, f'no format is written as "{suffix}"{suggestion(suffix, known)}')
    return fitting[::-1]


def _first(formats: Iterable[Format], source: Source) -> Format | None:
    return next((f for f in formats if _recognises(f, source)), None)


def _recognises(chosen: Format, source: Source) -> bool:
    return bool(chosen.recognise and resolve(chosen.recognise)(source))
