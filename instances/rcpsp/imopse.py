"""Multi-skill project scheduling in the format of iMOPSE (``.def``).

::

    Tasks: 3
    Resources: 2
    ====
    ResourceID   Salary   Skills
    1            56.2     Q4: 1   Q0: 0
    2            33.8     Q4: 0
    ====
    TaskID   Duration   Skill   Predecessor IDs
    1        10         Q4: 0
    2        15         Q0: 0   1
    3        9          Q4: 1   1 2

A person does one task at a time, and a task is done by one person who has its skill at the level asked or above. So
each person is a renewable resource with a capacity of 1, and a task has a mode for each person who can do it. The cost
of a mode is salary x duration, times the least power of ten that makes all salaries integers (10 in all published
files). The objective is the makespan; ``total_cost`` can be asked for.

Source: P. B. Myszkowski, M. E. Skowroński, L. P. Olech, K. Oślizło, Soft Computing 19 (2015) 3599-3619.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import numpy as np

from schedsolve.instances.source import Source
from schedsolve.models.rcpsp import RCPSP
from schedsolve.models.record import FAR, MOST_FILLED

COUNT = re.compile(r"^(Tasks|Resources):\s*([0-9]{1,15})\s*$", re.MULTILINE)
SKILL = re.compile(r"(Q[0-9]+):\s*(\S+)")
MOST_DECIMALS = 6
"""More digits than any money has: a salary with more is a mistake."""
MOST_PAIRS = 2_000_000
"""Of tasks and people: each may be a mode."""
MOST_DIGITS = 12
"""Of durations and levels."""


class Person(NamedTuple):
    """A line of the table of resources."""

    id: str
    salary: Decimal
    level: dict[str, int]


class Task(NamedTuple):
    """A line of the table of tasks."""

    line: int
    id: str
    duration: int
    skill: str
    level: int
    predecessors: list[str]


def recognise(source: Source) -> bool:
    """A text with the two tables."""
    return "ResourceID" in source.text and "TaskID" in source.text


def read(source: Source) -> RCPSP:
    """The project in ``source``."""
    people = [_person(source, line, text) for line, text in _table(source, "ResourceID")]
    tasks = [_task(source, line, text) for line, text in _table(source, "TaskID")]
    for head in COUNT.finditer(source.text):
        rows = len(tasks if head[1] == "Tasks" else people)
        if rows != int(head[2]):
            line = source.text.count("\n", 0, head.start()) + 1
            raise source.error(f"expected {head[2]} {head[1].lower()} as its head says, found {rows}", line)
    if len(tasks) * len(people) > MOST_PAIRS:
        raise source.error(f"holds {len(tasks)} tasks and {len(people)} people: more than {MOST_PAIRS:,} pairs of them")
    doers: list[int] = []
    duration: list[int] = []
    mode_ptr = [0]
    for task in tasks:
        able = [p for p, person in enumerate(people) if person.level.get(task.skill, -1) >= task.level]
        if not able:
            raise source.error(f"task {task.id}: nobody has the skill {task.skill} at level {task.level}", task.line)
        doers += able
        duration += [task.duration] * len(able)
        mode_ptr.append(len(doers))
    doer = np.array(doers)
    if len(doer) * len(people) > MOST_FILLED:
        raise source.error(f"{len(doer)} modes for {len(people)} people are more than {MOST_FILLED:,} demands")
    salary = _salaries(people)
    link_from, link_to = _links(source, tasks)
    return RCPSP(
        mode_ptr=np.array(mode_ptr),
        duration=np.array(duration),
        capacity=np.ones(len(people), dtype=np.int64),
        demand=(doer[:, None] == np.arange(len(people))).astype(np.int64),
        cost=np.array([worked * salary[p] for worked, p in zip(duration, doer.tolist(), strict=True)]),
        link_from=np.array(link_from, dtype=np.int64),
        link_to=np.array(link_to, dtype=np.int64),
        task_names=tuple(task.id for task in tasks),
        resource_names=tuple(f"resource {person.id}" for person in people),
        name=source.name,
    )


def _table(source: Source, head: str) -> list[tuple[int, str]]:
    """The lines below the one that begins with ``head``, up to the next ruler, with their numbers from 1."""
    rows: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(source.lines, start=1):
        if line.startswith(head):
            inside = True
        elif inside and line.startswith("="):
            break
        elif inside and line.strip():
            rows.append((number, line))
    if not rows:
        raise source.error(f'expected a table with the head "{head} …", found none')
    return rows


def _person(source: Source, line: int, text: str) -> Person:
    words = text.split(maxsplit=2)
    try:
        salary = Decimal(words[1])
    except (IndexError, InvalidOperation):
        raise source.error(f'expected "resource salary skills", found "{text.strip()[:40]}"', line) from None
    exponent = salary.as_tuple().exponent
    if not isinstance(exponent, int) or not 0 <= salary <= FAR or not -MOST_DECIMALS <= exponent <= MOST_DIGITS:
        raise source.error(f"expected a salary, found {words[1][:40]}", line)
    skills, rest = _skills(source, line, words[2] if len(words) > 2 else "")
    if rest:
        raise source.error(f'expected skills as "Q1: 2", found "{rest[0][:40]}"', line)
    return Person(words[0], salary, skills)


def _task(source: Source, line: int, text: str) -> Task:
    words = text.split(maxsplit=2)
    skills, rest = _skills(source, line, words[2] if len(words) > 2 else "")
    if len(skills) != 1:
        raise source.error(f'expected "task duration skill: level predecessors", found {len(skills)} skills', line)
    ((skill, level),) = skills.items()
    return Task(line, words[0], _natural(source, line, "a duration", words[1]), skill, level, rest)


def _skills(source: Source, line: int, text: str) -> tuple[dict[str, int], list[str]]:
    """The skills in a text with their levels, and the words that are none."""
    levels = {skill: _natural(source, line, "a level", level) for skill, level in SKILL.findall(text)}
    return levels, SKILL.sub(" ", text).split()


def _natural(source: Source, line: int, what: str, word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS):
        raise source.error(f'expected {what}, found "{word[:40]}"', line)
    return int(word)


def _links(source: Source, tasks: list[Task]) -> tuple[list[int], list[int]]:
    """Both ends of each precedence, predecessors first."""
    index = {task.id: i for i, task in enumerate(tasks)}
    ends: tuple[list[int], list[int]] = [], []
    for i, task in enumerate(tasks):
        if index[task.id] != i:
            raise source.error(f"task {task.id} is listed twice", task.line)
        for name in task.predecessors:
            if name not in index or name == task.id:
                raise source.error(f'task {task.id}: no other task "{name[:40]}" to come after', task.line)
            ends[0].append(index[name])
            ends[1].append(i)
    return ends


def _salaries(people: list[Person]) -> list[int]:
    """Salaries as integers, all multiplied by the same power of ten."""
    decimals = max(-min(0, int(person.salary.as_tuple().exponent)) for person in people)
    return [int(person.salary.scaleb(decimals)) for person in people]
