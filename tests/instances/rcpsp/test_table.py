"""Tables of tasks in, tables of schedules out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from schedsolve.instances.rcpsp import lags
from schedsolve.instances.rcpsp.table import schedule_rows
from schedsolve.instances.rcpsp.table_write import write
from schedsolve.instances.read import load, read_text
from schedsolve.instances.write import save, solution_table
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, violations
from schedsolve.models.record import FAR

HOUSE = Path(__file__).parents[2] / "support" / "house.xml"

TABLE = """\
# origin: 2026-03-30T08:00
# calendar: office = mon-fri 08:00-12:00 13:00-17:00; 2026-04-03 off
# calendar: mornings = mon-sun 08:00-10:00
# resource: crew = 2
# resource: Anna = 100%, mornings
# objective: total_weighted_tardiness, makespan
id,name,duration,predecessors,resources,release,due,weight,pause,calendar
1,Dig,3d,,crew:2,,,,,
2,Pour,4h,1FS+2h,crew,,,,no,
3,Walls,2d,"1, 2SS",crew;crane,,2026-04-06T17:00,5,,
4,Check,1h,3FF-1ed;2,Anna:50%,2026-04-02,,,,mornings
5,Dry,2ed,2,,,,,,none
6,Done,0,4;5,,,,,,
"""


def read(text: str) -> RCPSP:
    problem = read_text(text, "plan.csv")
    assert isinstance(problem, RCPSP)
    return problem


def test_the_table_is_read():
    p = read(TABLE)
    assert p.task_names == ("Dig", "Pour", "Walls", "Check", "Dry", "Done", "lag 1FS2+2h")
    assert p.tick == 3600
    assert p.duration.tolist() == [24, 4, 16, 1, 48, 0, 2]
    assert p.resource_names == ("crew", "Anna (%)", "crane")
    assert p.capacity.tolist() == [2, 100, 1]
    assert p.demand[:4].tolist() == [[2, 0, 0], [1, 0, 0], [1, 0, 1], [0, 50, 0]]
    assert p.calendar_names == ("office", "mornings")
    assert p.task_calendar.tolist() == [0, 0, 0, 1, -1, -1, 0]
    assert p.resource_calendar.tolist() == [-1, 1, -1]
    assert p.pause[:4].tolist() == [True, False, True, True]
    assert p.release.tolist() == [0, 0, 0, 64, 0, 0, 0]
    assert (p.due[2], p.weight[2], p.weight[0]) == (177, 5, 1)
    assert p.objective == ("total_weighted_tardiness", "makespan")
    found = [(x.before, x.after, LINK_KINDS[x.kind], x.lag, x.elapsed) for x in lags.links(p)]
    assert (0, 1, "FS", 2, False) in found
    assert (1, 2, "SS", 0, True) in found
    assert (2, 3, "FF", -24, True) in found


def test_the_dates_are_those_that_a_person_computes():
    """As in the project that Microsoft Project wrote: Pour after lunch on Thursday, Walls over Good Friday."""
    p = read(TABLE)
    solution = lags.with_lags(p, np.array([0, 77, 77, 120, 81, 129]))
    assert {v.code for v in violations(p, solution)} == {"min_lag"}  # only Check, before the end of Walls
    rows = [dict(zip(schedule_rows(p, solution)[0], row, strict=True)) for row in schedule_rows(p, solution)[1]]
    dates = {row["task"]: (row["start_date"], row["end_date"]) for row in rows}
    assert list(dates) == ["Dig", "Pour", "Walls", "Dry", "Check", "Done"]
    assert dates["Walls"] == ("2026-04-02T13:00", "2026-04-07T12:00")
    assert dates["Dry"] == ("2026-04-02T17:00", "2026-04-04T17:00")
    walls = next(row for row in rows if row["task"] == "Walls")
    assert (walls["resources"], walls["due"], walls["tardiness"]) == ("crew;crane", 177, 196 - 177)


def test_numbers_are_ticks_where_nothing_else_is_said():
    p = read("id,duration,predecessors,resources\n1,3,,crew\n2,4,1FS+2,crew\n3,0,1;2SS\n")
    assert (p.tick, p.origin, p.task_names) == (60, "", ())
    assert p.duration.tolist() == [3, 4, 0]
    assert p.min_lag.tolist() == [2, 0, 0]
    assert p.capacity.tolist() == [1]


def test_days_without_calendars_are_whole_days():
    p = read("id,duration,predecessors\na,2d\nb,1w,aFS+50%\n")
    assert (p.tick, p.duration.tolist(), p.min_lag.tolist()) == (86400, [2, 7], [1])
    assert p.task_names == ("a", "b")


def test_days_of_other_lengths():
    p = read(TABLE.replace("# resource: crew", "# day: 6h\n# resource: crew", 1))
    assert p.duration[0] == 18


def test_ids_that_look_like_links_are_ids():
    p = read("id,duration,predecessors\nA-1,1\n2FS,1\nx,1,A-1;2FS;2FSSS+1\n")
    assert [(a, LINK_KINDS[k]) for a, k in zip(p.link_from, p.link_kind, strict=True)] == [
        (0, "FS"),
        (1, "FS"),
        (1, "SS"),
    ]


def test_what_is_written_is_read_back_the_same():
    p = read(TABLE)
    assert read(write(p)) == p
    house = load(HOUSE)
    assert read(write(house)).fingerprint == house.fingerprint
    plain = RCPSP(
        mode_ptr=[0, 1, 2, 3],
        duration=[3, 4, 0],
        capacity=[4, 2],
        demand=[[3, 0], [1, 2], [0, 0]],
        link_from=[0, 1],
        link_to=[1, 2],
        link_kind=[0, 3],
        min_lag=[-2, 5],
        release=[0, 3, 0],
        deadline=[FAR, 90, FAR],
        fixed_start=[0, FAR, FAR],
        weight=[1, 2, 3],
        objective="total_weighted_completion_time",
        project_deadline=99,
        name="plan",
    )
    assert read(write(plain)).fingerprint == plain.fingerprint


def test_a_resource_may_have_no_limit():
    text = "# resource: crew = unlimited\n# resource: Anna = unlimited\nid,duration,resources\n1,2,crew:9;Anna:50%\n"
    problem = read(text)
    assert problem.capacity.tolist() == [FAR, FAR]
    assert problem.demand.tolist() == [[9, 50]]
    assert [line for line in write(problem).splitlines() if "unlimited" in line] == text.splitlines()[:2]
    assert read(write(problem)) == problem


def test_tables_of_schedules_say_only_what_there_is(tmp_path):
    p = RCPSP(
        mode_ptr=[0, 2, 3, 4],
        duration=[3, 5, 2, 1],
        capacity=[4],
        demand=[[2], [1], [1], [0]],
        optional=[False, False, True],
        resource_names=("crew",),
    )
    solution = RCPSPSolution(start=[4, 0, 0], mode=[1, 0, 0], left_out=[False, False, True])
    assert solution_table(p, solution) == (
        "task,mode,start,end,duration,resources\ntask 1,1,0,2,2,crew\ntask 0,2,4,9,5,crew\n"
    )
    save(solution, tmp_path / "plan.csv", problem=p)
    assert (tmp_path / "plan.csv").read_text() == solution_table(p, solution)


@pytest.mark.parametrize(
    ("solution", "says"),
    [
        (RCPSPSolution(start=[0]), "start: 1 starts given for 2 tasks"),
        (RCPSPSolution(start=[0, 0], mode=[0, 3]), "mode: task 1 has no such mode"),
    ],
)
def test_solutions_of_another_shape_are_refused(solution, says):
    with pytest.raises(InvalidProblem, match=says):
        schedule_rows(RCPSP(mode_ptr=[0, 1, 2], duration=[1, 1], capacity=[]), solution)


HEAD = "id,duration,predecessors,resources,release,calendar,pause\n"
DATED = "# origin: 2026-03-30T08:00\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("id,predecessors\n1,\n", 1, 'column "duration" is missing'),
        ("id,duration,predecesors\n1,2,\n", 1, '"predecesors" is not known; did you mean predecessors?'),
        ("# calender: x = mon 08:00-09:00\n" + HEAD, 1, '"calender" is not known; did you mean calendar?'),
        (HEAD, 1, "expected rows below the column names"),
        (HEAD + "1,,\n", 2, "column duration: is empty"),
        (HEAD + "1,3\n1,4\n", 3, 'column id: "1" is given twice, first in line 2'),
        (HEAD + "1,long\n", 2, 'expected a length of time like 4h or 2d, or a number of ticks, found "long"'),
        (HEAD + "1,-3\n", 2, "expected a length of at least 0, found -3"),
        (HEAD + "1,3\n2,3,7FS\n", 3, 'column predecessors: no task "7"'),
        (HEAD + "1,3\n2,3,1FS+soon\n", 3, 'no task "1FS\\+soon"'),
        (HEAD + "1,3\n2,3,2\n", 3, "task 2 is linked with itself"),
        (HEAD + "1,3,,crew:many\n", 2, 'expected a number of units like 2 or 50%, found "many"'),
        (HEAD + "1,3,,crew:3\n", 2, 'say how many there are, "# resource: crew = 3"'),
        (HEAD + "1,3,,crew;crew\n", 2, '"crew" is given twice'),
        (HEAD + "1,3,,,2026-04-01\n", 2, "needs the date of time 0"),
        (DATED + HEAD + "1,3,,,April\n", 3, 'column release: expected a whole number or an ISO date, found "April"'),
        (HEAD + "1,3,,,,office\n", 2, 'column calendar: no calendar "office"'),
        (HEAD + "1,3,,,,,maybe\n", 2, 'column pause: expected yes or no, found "maybe"'),
        ("# calendar: office\n" + HEAD + "1,3\n", 1, 'expected "# calendar: NAME = …", found "office"'),
        ("# calendar: o = mon-fri\n" + HEAD + "1,3\n", 1, 'expected hours like 08:00-12:00, or off, found "mon-fri"'),
        ("# calendar: o = monday off\n" + HEAD + "1,3\n", 1, "expected days like mon-fri or 2026-04-03"),
        ("# calendar: o = mon 17:00-08:00\n" + HEAD + "1,3\n", 1, "expected hours like 08:00-12:00"),
        ("# calendar: o = 2026-13-01 off\n" + HEAD + "1,3\n", 1, "expected days like mon-fri or 2026-04-03"),
        ("# calendar: o = mon-fri 08:00-12:00\n" + HEAD + "1,3\n", 1, "calendars need the date of time 0"),
        ("# resource: crew = 2, night\n" + HEAD + "1,3\n", 1, 'resource: no calendar "night"'),
        ("# day: long\n" + HEAD + "1,3\n", 1, 'day: expected hours like 8h, found "long"'),
        ("# objective: speed\n" + HEAD + "1,3\n", 1, 'no objective "speed"'),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, line, says):
    with pytest.raises(InvalidFile, match=says) as caught:
        read_text(text, "plan.csv", format="tasks")
    assert caught.value.line == line


def test_tables_of_tasks_and_of_jobs_are_told_apart():
    assert read_text("id,duration\n1,3\n", "x.csv").kind == "rcpsp"
    assert read_text("job,step,machine,duration\nA,1,saw,3\n", "x.csv").kind == "jobshop"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"max_lag": [3]}, "several modes or maximum lags"),
        ({"task_names": ("a ", "b")}, "cannot carry the name 'a '"),
        ({"capacity": [1], "resource_names": ("crew; crane",)}, "cannot carry the name 'crew; crane'"),
        ({"capacity": [1, 1], "resource_names": ("crew", "crew (%)")}, "cannot carry the name 'crew'"),
        ({"num_calendars": 1, "calendar_names": ("none",), "origin": "2026-03-30"}, "cannot carry the name 'none'"),
        ({"num_calendars": 1, "break_calendar": [0], "break_start": [1], "break_end": [2]}, "calendars without"),
    ],
)
def test_what_a_table_cannot_say_is_refused_by_name(fields, says):
    known = {"mode_ptr": [0, 1, 2], "duration": [1, 1], "capacity": [], "link_from": [0], "link_to": [1]}
    with pytest.raises(InvalidProblem, match=re.escape(says)):
        write(RCPSP(**(known | fields)))  # type: ignore[arg-type]
