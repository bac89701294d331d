"""Microsoft Project's XML: the dates that a person computes, and all of it back after writing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from schedsolve.instances.rcpsp import lags, mspdi, mspdi_write
from schedsolve.instances.read import load, read_text
from schedsolve.instances.source import Source
from schedsolve.instances.write import save
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution, Schedule, violations
from schedsolve.models.record import FAR

HOUSE = Path(__file__).parents[2] / "support" / "house.xml"
START = datetime(2026, 3, 30, 8)

BY_HAND = {
    # 24 hours of work: Monday to Wednesday.
    "Shell / Dig": ("2026-03-30T08:00", "2026-04-01T17:00"),
    # Two hours of work after Wednesday 17:00 is Thursday 10:00; four hours without a pause fit only after lunch.
    "Shell / Pour": ("2026-04-02T13:00", "2026-04-02T17:00"),
    # Needs the crane alone: Thursday 8 hours, Good Friday off, Saturday morning 4 hours, Monday morning 4 hours.
    "Shell / Walls": ("2026-04-02T08:00", "2026-04-06T12:00"),
    # A day of work after Monday noon is Tuesday noon; then 4 hours on Tuesday, 4 on Wednesday.
    "Shell / Roof": ("2026-04-07T13:00", "2026-04-08T12:00"),
    # 48 elapsed hours.
    "Dry": ("2026-04-02T17:00", "2026-04-04T17:00"),
    # Begins four hours of work before the roof is done.
    "Paint": ("2026-04-08T08:00", "2026-04-08T17:00"),
    # 24 elapsed hours after the paint.
    "Move in": ("2026-04-09T17:00", "2026-04-09T17:00"),
}


def hours(text: str) -> int:
    return round((datetime.fromisoformat(text) - START).total_seconds() / 3600)


def by_hand(problem: RCPSP) -> RCPSPSolution:
    return lags.with_lags(problem, np.array([hours(start) for start, _ in BY_HAND.values()]))


@pytest.fixture(scope="module")
def house() -> RCPSP:
    problem = load(HOUSE)
    assert isinstance(problem, RCPSP)
    return problem


def test_the_project_is_read(house):
    tasks = [name for name in house.task_names if not name.startswith("lag ")]
    assert tasks == list(BY_HAND)
    assert house.task_names[len(tasks) :] == ("lag 2FS3+2h", "lag 4FS5+1d", "lag 5FS7-4h")
    assert (house.name, house.origin, house.tick) == ("House", "2026-03-30T08:00", 3600)
    assert house.resource_names == ("Crew", "Crane", "Anna (%)")
    assert house.capacity.tolist() == [2, 1, 100]
    assert house.weight[:7].tolist() == [700] + [500] * 6
    assert [int(due) for due in house.due if due != FAR] == [hours("2026-04-06T17:00")]


def test_the_dates_are_those_that_a_person_computes(house):
    solution = by_hand(house)
    assert not violations(house, solution)
    ends = Schedule(house, solution).end
    for task, (start, end) in enumerate(BY_HAND.values()):
        assert START + timedelta(hours=int(solution.start[task])) == datetime.fromisoformat(start)
        assert START + timedelta(hours=int(ends[task])) == datetime.fromisoformat(end)


@pytest.mark.parametrize("task", range(1, len(BY_HAND)), ids=list(BY_HAND)[1:])
def test_no_task_could_start_sooner(house, task):
    starts = by_hand(house).start[: len(BY_HAND)].copy()
    for sooner in range(1, 20):
        starts[task] -= 1
        assert violations(house, lags.with_lags(house, starts)), f"{sooner} hours"


def test_what_is_written_is_read_back_the_same(house, tmp_path):
    save(house, tmp_path / "again.xml")
    again = load(tmp_path / "again.xml")
    assert again == house
    save(again, tmp_path / "more.xml")
    assert (tmp_path / "more.xml").read_text() == (tmp_path / "again.xml").read_text()


def test_dates_of_a_schedule_are_written_and_read_back(house, tmp_path):
    solution = by_hand(house)
    save(solution, tmp_path / "plan.xml", problem=house)
    text = (tmp_path / "plan.xml").read_text()
    problem, again = mspdi.read_schedule(Source(text, "plan.xml"))
    assert problem == house
    assert again == solution
    space = {"p": mspdi_write.NAMESPACE}
    tasks = {
        task.findtext("p:Name", namespaces=space): tuple(
            (task.findtext(f"p:{tag}", namespaces=space) or "")[:16] for tag in ("Start", "Finish")
        )
        for task in ElementTree.fromstring(text).iterfind("p:Tasks/p:Task", space)
    }
    assert {name.rpartition(" / ")[2]: dates for name, dates in BY_HAND.items()}.items() <= tasks.items()
    assert tasks["Shell"] == ("2026-03-30T08:00", "2026-04-08T12:00")


def test_leveling_delays_say_how_long_a_task_waits_for_more_than_links_and_calendars(house):
    text = mspdi_write.write_schedule(house, by_hand(house))
    assert text.count("<LevelingDelay>") == 1
    assert "<LevelingDelay>1800</LevelingDelay>" in text  # Pour may start on Thursday at 10, and does so at 13
    later = by_hand(house).start[:7].copy()
    later[6] += 5
    text = mspdi_write.write_schedule(house, lags.with_lags(house, later))
    assert "<LevelingDelay>3000</LevelingDelay>" in text


def project(tasks: str, more: str = "") -> str:
    return (
        '<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-03-30T08:00:00</StartDate>\n'
        f"{more}\n<Tasks>\n{tasks}\n</Tasks></Project>"
    )


def task(uid: int, more: str = "", duration: str = "PT8H0M0S") -> str:
    return f"<Task><UID>{uid}</UID><Name>t{uid}</Name><Duration>{duration}</Duration>{more}</Task>"


def read(tasks: str, more: str = "") -> RCPSP:
    problem = read_text(project(tasks, more), "plan.xml")
    assert isinstance(problem, RCPSP)
    return problem


def link(uid: int, kind: int, lag: int = 0, layout: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{layout}</LagFormat></PredecessorLink>"
    )


def test_without_calendars_the_standard_one_is_followed():
    assert read(task(1)).calendar_names == ("Standard",)


@pytest.mark.parametrize(("number", "kind"), [(0, "FF"), (1, "FS"), (2, "SF"), (3, "SS")])
@pytest.mark.parametrize("lag", [0, 4800, -2400])
def test_links_of_all_types_with_lags_come_back(number, kind, lag):
    problem = read(task(1) + task(2, link(1, number, lag)))
    (found,) = lags.links(problem)
    assert (found.before, found.after, found.lag or 0) == (0, 1, lag // 600 * 3600 // problem.tick)
    assert ("FS", "SS", "FF", "SF")[found.kind] == kind
    assert read_text(mspdi_write.write(problem), "again.xml").fingerprint == problem.fingerprint


def test_lags_elapsed_and_in_percent():
    problem = read(task(1) + task(2, link(1, 1, 600, 6)) + task(3, link(1, 1, 50, 19)))
    assert [(x.lag, x.elapsed) for x in lags.links(problem)] == [(1, True), (4, False)]


def constrained(kind: int, date: str = "2026-04-01T10:00:00") -> RCPSP:
    return read(task(1, f"<ConstraintType>{kind}</ConstraintType><ConstraintDate>{date}</ConstraintDate>"))


def test_constraints_bound_and_fix_starts_and_ends():
    assert not constrained(0).release.any()
    assert not constrained(1).release.any()
    assert constrained(2).fixed_start[0] == hours("2026-04-01T10:00")
    both = constrained(3)
    assert (both.release[0], both.deadline[0]) == (hours("2026-03-31T10:00"), hours("2026-04-01T10:00"))
    assert constrained(4).release[0] == hours("2026-04-01T10:00")
    assert constrained(5).deadline[0] == hours("2026-04-02T10:00")
    assert constrained(6).release[0] == hours("2026-03-31T10:00")
    assert constrained(7).deadline[0] == hours("2026-04-01T10:00")


@pytest.mark.parametrize("kind", range(8))
def test_constraints_come_back(kind):
    problem = constrained(kind)
    assert read_text(mspdi_write.write(problem), "again.xml").fingerprint == problem.fingerprint


def test_constraints_and_links_of_a_summary_task_hold_for_all_within():
    outline = (
        "<Task><UID>1</UID><Name>Phase</Name><OutlineLevel>1</OutlineLevel><ConstraintType>4</ConstraintType>"
        "<ConstraintDate>2026-04-01T08:00:00</ConstraintDate></Task>"
        + task(2, "<OutlineLevel>2</OutlineLevel>")
        + task(3, "<OutlineLevel>2</OutlineLevel>")
        + task(4, "<OutlineLevel>1</OutlineLevel>" + link(1, 1))
    )
    problem = read(outline)
    assert problem.task_names == ("Phase / t2", "Phase / t3", "t4")
    assert problem.release.tolist() == [48, 48, 0]
    assert list(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)) == [(0, 2), (1, 2)]


def test_what_is_inactive_is_left_out_with_its_links():
    problem = read(task(1, "<Active>0</Active>") + task(2, link(1, 1)))
    assert (problem.task_names, len(problem.link_from)) == (("t2",), 0)


def test_completed_and_manual_tasks_keep_their_dates():
    actual = "<ActualStart>2026-03-27T09:00:00</ActualStart><ActualFinish>2026-03-30T09:00:00</ActualFinish>"
    problem = read(
        task(1, f"<PercentComplete>100</PercentComplete>{actual}")
        + task(2, "<Manual>1</Manual><Start>2026-04-01T08:00:00</Start>")
    )
    assert problem.origin == "2026-03-30T08:00"
    assert (problem.done.tolist(), problem.fixed_start[0], problem.duration[0]) == ([True, False], -71, 72)
    assert problem.fixed_start[1] == 48
    assert read_text(mspdi_write.write(problem), "again.xml").fingerprint == problem.fingerprint


def test_what_has_begun_keeps_its_start_and_waits_for_nothing():
    """The second task has begun, out of turn and before the date that it was to start at; the third is done."""
    snet = "<ConstraintType>4</ConstraintType><ConstraintDate>2026-04-02T08:00:00</ConstraintDate>"
    actual = "<ActualStart>2026-03-31T08:00:00</ActualStart>"
    done = actual + "<ActualFinish>2026-03-31T17:00:00</ActualFinish><PercentComplete>100</PercentComplete>"
    problem = read(
        task(1)
        + task(2, snet + actual + link(1, 1))
        + task(3, done + link(1, 1))
        + task(4, done + link(3, 1) + link(2, 1))
    )
    assert problem.release.tolist() == [0] * 4
    assert problem.fixed_start.tolist() == [FAR, 24, 24, 24]
    assert list(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)) == [(2, 3)]
    assert not violations(problem, RCPSPSolution(start=[0, 24, 24, 24]))


def test_what_begins_before_the_project_moves_no_other_task_there():
    manual = "<Manual>1</Manual><Start>2026-03-27T08:00:00</Start>"
    snet = "<ConstraintType>4</ConstraintType><ConstraintDate>2026-04-02T08:00:00</ConstraintDate>"
    problem = read(task(1, manual) + task(2) + task(3, snet))
    assert problem.origin == "2026-03-27T08:00"
    assert problem.fixed_start.tolist() == [0, FAR, FAR]
    assert problem.release.tolist() == [0, 72, 6 * 24]


@pytest.mark.parametrize("date", ["2026-04-03T17:00:00", "2026-04-04T12:00:00", "2026-04-06T08:00:00"])
def test_a_finish_that_is_fixed_in_non_working_time_is_that_of_the_work_before(date):
    problem = constrained(3, date)
    starts = [t for t in range(hours("2026-04-10T17:00")) if not violations(problem, RCPSPSolution(start=[t]))]
    assert starts == [hours("2026-04-03T08:00")]


def test_a_summary_task_without_active_tasks_within_is_none():
    phase = "<Task><UID>1</UID><Name>Phase</Name><OutlineLevel>1</OutlineLevel><Duration>PT40H0M0S</Duration></Task>"
    problem = read(phase + task(2, "<OutlineLevel>2</OutlineLevel><Active>0</Active>") + task(3, link(1, 1)))
    assert (problem.task_names, len(problem.link_from)) == (("t3",), 0)


def test_units_above_one_in_shares_and_in_several_assignments():
    more = "<Resources>" + "".join(
        f"<Resource><UID>{uid}</UID><Name>{name}</Name>{rest}</Resource>"
        for uid, name, rest in (
            (1, "crew", "<MaxUnits>2.5</MaxUnits>"),
            (2, "paint", "<Type>0</Type>"),
            (3, "saw", "<MaxUnits>3</MaxUnits>"),
        )
    )
    assigned = [(1, 1, "1.5"), (1, 1, "0.5"), (1, 2, "9"), (1, 3, "2"), (2, 2, "1"), (2, -65535, "1")]
    more += "</Resources><Assignments>" + "".join(
        f"<Assignment><TaskUID>{a}</TaskUID><ResourceUID>{r}</ResourceUID><Units>{u}</Units></Assignment>"
        for a, r, u in assigned
    )
    problem = read(task(1) + task(2), more + "</Assignments>")
    assert problem.resource_names == ("crew (%)", "saw")
    assert problem.capacity.tolist() == [250, 3]
    assert problem.demand.tolist() == [[200, 2], [0, 0]]


def test_a_yearly_holiday_and_the_days_of_an_old_exception():
    more = (
        "<CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><Name>all</Name><WeekDays>"
        + "".join(
            f"<WeekDay><DayType>{k}</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime>"
            "<FromTime>00:00:00</FromTime><ToTime>00:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>"
            for k in range(1, 8)
        )
        + "<WeekDay><DayType>0</DayType><DayWorking>0</DayWorking><TimePeriod><FromDate>2026-04-02T00:00:00</FromDate>"
        "<ToDate>2026-04-03T23:59:00</ToDate></TimePeriod></WeekDay></WeekDays><Exceptions><Exception><Type>2</Type>"
        "<TimePeriod><FromDate>2020-01-01T00:00:00</FromDate><ToDate>2030-12-31T00:00:00</ToDate></TimePeriod>"
        "<Month>3</Month><MonthDay>6</MonthDay><DayWorking>0</DayWorking></Exception></Exceptions></Calendar></Calendars>"
    )
    breaks = read(task(1), more).breaks(0)
    days = [(START + timedelta(hours=8 * int(low)), int(high - low) * 8) for low, high in breaks]
    assert days == [(datetime(2026, 4, 2), 48), (datetime(2026, 4, 6), 24)]


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tasks", "says"),
    [
        ("", "line 1: Project: expected at least one Task"),
        (
            task(1, duration="2 days"),
            'line 4: Project/Tasks/Task/Duration: expected a length like PT16H0M0S, found "2 days"',
        ),
        (task(1, "<Priority>high</Priority>"), 'Task/Priority: expected a whole number, found "high"'),
        (task(1, "<Deadline>soon</Deadline>"), 'Task/Deadline: expected a date like .*, found "soon"'),
        (task(1, "<ConstraintType>9</ConstraintType>"), "expected ConstraintType from 0 to 7, found 9"),
        (task(1, "<ConstraintType>4</ConstraintType>"), "the ConstraintDate of a constraint SNET is missing"),
        (task(1, "<CalendarUID>5</CalendarUID>"), "calendar 5 is not among the calendars"),
        (task(1, link(8, 1)), "PredecessorLink: task 8 is not among the tasks"),
        (task(1) + task(2, link(1, 7)), "expected Type from 0 to 3, found 7"),
        (task(1, link(1, 1)), '"t1" is linked with itself'),
        (task(1) + task(1), "UID 1 is given twice"),
        ("<Task><Name>x</Name></Task>", "Task: the UID is missing"),
        (task(1, duration="PT999999999H"), 'task "t1" takes more than a hundred years'),
        (task(1) + task(2, link(1, 1, 10**10)), 'task "t2" comes after a lag of more than a hundred years'),
        (task(1, "<Deadline>2206-01-01T00:00:00</Deadline>"), "has the date 2206-01-01 .*, a hundred years from"),
        (task(1, "<Priority>-1</Priority>"), "expected Priority of at least 0, found -1"),
        (
            task(1, "<ActualStart>2026-03-31T08:00:00</ActualStart><ActualFinish>2026-03-30T08:00:00</ActualFinish>"),
            "expected an ActualFinish after the ActualStart",
        ),
        (
            task(1, "<ConstraintType>3</ConstraintType><ConstraintDate>2026-04-01T08:00:00</ConstraintDate>")
            + task(2, "<OutlineLevel>2</OutlineLevel>"),
            'a constraint MFO of the summary task "t1" is not read',
        ),
        (
            task(1) + task(2, "<OutlineLevel>2</OutlineLevel>") + task(3, link(1, 1, 50, 19)),
            'a lag in percent of the summary task "t1" is not read',
        ),
        (
            task(1, "<OutlineLevel>1</OutlineLevel>")
            + task(2, "<OutlineLevel>2</OutlineLevel>")
            + task(3, "<OutlineLevel>1</OutlineLevel>" + link(1, 3)),
            'a link SS from the summary task "t1" is not read; link a task within',
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tasks, says):
    with pytest.raises(InvalidFile, match=says) as caught:
        read(tasks)
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("<CalendarUID>1</CalendarUID><Calendars><Calendar><UID>2</UID></Calendar></Calendars>", "calendar 1 is not"),
        (
            "<Calendars><Calendar><UID>1</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars>",
            "BaseCalendarUID 1 is not another calendar",
        ),
        (
            "<Calendars><Calendar><UID>1</UID><WeekDays><WeekDay><DayType>8</DayType></WeekDay></WeekDays></Calendar>"
            "</Calendars>",
            "expected DayType from 0 to 7, found 8",
        ),
        (
            "<Assignments><Assignment><TaskUID>1</TaskUID><ResourceUID>3</ResourceUID></Assignment></Assignments>",
            "resource 3 is not among the resources",
        ),
        (
            "<Assignments><Assignment><TaskUID>7</TaskUID><ResourceUID>3</ResourceUID></Assignment></Assignments>",
            "task 7 is not among the tasks",
        ),
        ("<Resources><Resource><Name>x</Name></Resource></Resources>", "Resource: the UID is missing"),
        ("<Resources>" + "<Resource><UID>4</UID></Resource>" * 2 + "</Resources>", "UID 4 is given twice"),
    ],
)
def test_what_is_wrong_around_the_tasks_is_named(more, says):
    with pytest.raises(InvalidFile, match=says):
        read(task(1), more)


def test_document_types_are_refused():
    evil = '<?xml version="1.0"?>\n<!DOCTYPE Project [<!ENTITY a "aaaa">]>\n<Project>&a;</Project>'
    with pytest.raises(InvalidFile, match="line 2: a document type declaration"):
        read_text(evil, "plan.xml", format="mspdi")


def test_elements_nested_too_deep_are_refused():
    with pytest.raises(InvalidFile, match="line 1: elements are nested deeper than 200"):
        read_text("<Project>" + "<a>" * 300000, "plan.xml", format="mspdi")


def test_broken_xml_is_named_with_its_line():
    with pytest.raises(InvalidFile, match="line 2: is no well-formed XML: mismatched tag"):
        read_text("<Project>\n</Projekt>", "plan.xml", format="mspdi")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"origin": ""}, "needs the date of time 0"),
        ({"mode_ptr": [0, 2], "duration": [1, 2]}, "several modes"),
        ({"mode_ptr": [0, 1, 2], "duration": [1, 1], "link_from": [0], "link_to": [1], "max_lag": [3]}, "maximum lags"),
        ({"release": [3], "deadline": [9]}, "a release and a deadline"),
        ({"weight": [2000]}, "weights"),
    ],
)
def test_what_the_format_cannot_say_is_refused_by_name(fields, says):
    known = {"mode_ptr": [0, 1], "duration": [1], "capacity": [], "origin": "2026-03-30T08:00"}
    with pytest.raises(InvalidProblem, match=says):
        mspdi_write.write(RCPSP(**(known | fields)))  # type: ignore[arg-type]
