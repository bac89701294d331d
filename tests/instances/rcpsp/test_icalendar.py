"""Schedules as iCalendar: what calendars of people read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from schedsolve.instances.rcpsp import lags
from schedsolve.instances.rcpsp.icalendar import write_schedule
from schedsolve.instances.read import load
from schedsolve.instances.write import save
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution

HOUSE = Path(__file__).parents[2] / "support" / "house.xml"
NAME = "Büro; Flur, \\Keller\\\nund " + "sehr ü" * 20


def text(**fields: object) -> str:
    known: dict[str, object] = {
        "mode_ptr": [0, 1, 2],
        "duration": [90, 0],
        "capacity": [3],
        "demand": [[2], [0]],
        "task_names": (f"Bau / {NAME}", "fertig"),
        "resource_names": ("crew",),
        "origin": "2026-03-30T08:00",
    }
    return write_schedule(RCPSP(**(known | fields)), RCPSPSolution(start=[0, 90]))  # type: ignore[arg-type]


def test_lines_end_and_fold_as_they_must():
    lines = text().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    assert "\n" not in "".join(lines)


def test_events_in_local_time_milestones_without_an_end():
    lines = text(task_names=("Bau / Wand", "fertig")).split("\r\n")
    first, second = lines.index("BEGIN:VEVENT"), len(lines) - lines[::-1].index("BEGIN:VEVENT") - 1
    wall, done = lines[first:second], lines[second:]
    assert "DTSTART:20260330T080000" in wall
    assert "DTEND:20260330T093000" in wall
    assert {"SUMMARY:Wand", "CATEGORIES:Bau", "DESCRIPTION:crew: 2"} <= set(wall)
    assert "DTSTART:20260330T093000" in done
    assert not any(line.startswith("DTEND") for line in done)


def test_another_program_reads_what_was_meant():
    icalendar = pytest.importorskip("icalendar")
    calendar = icalendar.Calendar.from_ical(text(origin="2026-03-30T08:00+02:00"))
    wall, done = calendar.walk("VEVENT")
    assert str(wall["SUMMARY"]) == NAME
    assert wall["DTSTART"].dt == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert wall["DTEND"].dt == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert wall["UID"] != done["UID"]


def test_lags_and_tasks_that_are_left_out_are_no_events(tmp_path):
    house = load(HOUSE)
    solution = lags.with_lags(house, np.zeros(7, dtype=np.int64))
    save(solution, tmp_path / "plan.ics", problem=house)
    assert (tmp_path / "plan.ics").read_text().count("BEGIN:VEVENT") == 7
    problem = RCPSP(mode_ptr=[0, 1], duration=[1], capacity=[], optional=[True], origin="2026-03-30")
    assert "VEVENT" not in write_schedule(problem, RCPSPSolution(start=[0], left_out=[True]))


def test_without_a_date_of_time_0_there_are_no_events():
    with pytest.raises(InvalidProblem, match="ics: needs the date of time 0"):
        text(origin="")


def test_other_families_have_no_such_file(tmp_path):
    shop = load("ft06")
    from schedsolve.models.jobshop import JobShopSolution

    with pytest.raises(InvalidFile, match=r'a schedule is written as \.json or \.csv, not "\.ics"'):
        save(JobShopSolution(start=[0] * 36), tmp_path / "plan.ics", problem=shop)
