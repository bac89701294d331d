"""Formats of project scheduling whose problems go beyond the model: each is refused by what is missing.

Source of the formats: https://github.com/PyJobShop/PSPLIB; MSPSP: K. D. Young, T. Feydy, A. Schutt, CP 2017.
"""

from __future__ import annotations

from schedsolve.instances.source import Source
from schedsolve.models.numerals import is_integer


def recognise_selection(source: Source) -> bool:
    """A head ``tasks resources …``, a line of capacities, then three lines of numbers a task."""
    rows = source.rows
    if len(rows) < 5 or len(rows[0].words) < 3 or not all(map(is_integer, rows[0].words[:3])):
        return False
    tasks, resources = (int(word) for word in rows[0].words[:2])
    sizes = [len(row.words) for row in rows]
    return len(rows) == 2 + 3 * tasks and sizes[1] == resources and set(sizes[2::3]) == {1 + resources}


def read_selection(source: Source) -> None:
    """Refuse a project with a flexible structure (RCPSP-PS)."""
    raise source.error("holds groups of tasks to select from (RCPSP-PS): tasks that bring in others are not modelled")


def recognise_mspsp(source: Source) -> bool:
    """MiniZinc data with the skills that tasks ask for and workers have."""
    return "sreq" in source.text and "mastery" in source.text


def read_mspsp(source: Source) -> None:
    """Refuse a project whose tasks need several skilled workers each (MSPSP)."""
    raise source.error("holds tasks that need teams (MSPSP): several workers chosen by skill are not modelled")


def read_mplib(source: Source) -> None:
    """Refuse a portfolio of projects (MPLIB)."""
    raise source.error("holds a portfolio (MPLIB): several projects, each with an end of its own, are not modelled")


def read_mslib(source: Source) -> None:
    """Refuse a project with a workforce of skill levels (MSLIB)."""
    raise source.error("holds a workforce with skill levels (MSLIB): teams chosen by skill and level are not modelled")
