"""The planner's table of jobs, and the table of a schedule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedsolve.instances.jobshop.example import problem_and_solution
from schedsolve.instances.jobshop.table import schedule_rows, write
from schedsolve.instances.read import load, read_text
from schedsolve.instances.write import solution_table
from schedsolve.models.errors import InvalidFile
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.record import FAR

TABLE = """\
# Orders of Monday: cutting and milling
# origin: 2026-01-05T06:00
# objective: total_weighted_tardiness
Job,Step,Machine,Duration,Release,Due date,Weight,Customer
A,10,saw,30,0,2026-01-05T09:00,2,Smith
A,20,mill 1,45,,,,Smith
A,20,mill 2,50,,,,Smith
"B, urgent",10,saw,20,2026-01-05T06:10,120,1,"Jones, Inc."
"""


def read(text: str) -> JobShop:
    return read_text(text, "orders.csv")


def test_the_table_of_the_documentation():
    problem = read(TABLE)
    assert problem.name == "orders"
    assert problem.job_names == ("A", "B, urgent")
    assert problem.machine_names == ("saw", "mill 1", "mill 2")
    assert problem.operation_names == ("10", "20", "10")
    assert problem.job_ptr.tolist() == [0, 2, 3]
    assert problem.alt_ptr.tolist() == [0, 1, 3, 4]
    assert problem.machine.tolist() == [0, 1, 2, 0]
    assert problem.duration.tolist() == [30, 45, 50, 20]
    assert problem.release.tolist() == [0, 10]
    assert problem.due.tolist() == [180, 120]
    assert problem.weight.tolist() == [2, 1]
    assert problem.objective == ("total_weighted_tardiness",)
    assert (problem.origin, problem.tick) == ("2026-01-05T06:00", 60)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter):
    plain = "job,step,machine,duration,due\nA,1,saw,3,9\nA,2,mill,4,\n"
    assert read(plain.replace(",", delimiter)) == read(plain)


@pytest.mark.parametrize(
    "head", ["JOB,Step,Machine,Processing time", " job , step,machine ,processing_time", '"job",step,machine,duration']
)
def test_spelling_of_column_names(head):
    assert read(f"{head}\nA,1,saw,3\n") == read("job,step,machine,duration\nA,1,saw,3\n")


def test_columns_in_any_order_and_blank_rows():
    plain = read("job,step,machine,duration\nA,1,saw,3\nB,1,saw,2\n")
    assert read("duration,job,machine,step\n3,A,saw,1\n,,,\n\n2,B,saw,1\n") == plain


def test_numbered_steps_are_done_by_number():
    problem = read("job,step,machine,duration\nA,10,saw,1\nA,9,mill,2\nA,9.5,saw,3\n")
    assert problem.duration.tolist() == [2, 3, 1]
    assert problem.operation_names == ("9", "9.5", "10")


def test_named_steps_are_done_in_order_of_appearance():
    problem = read("job,step,machine,duration\nA,turn,saw,1\nA,cut,mill,2\nB,10,saw,3\nB,9,saw,4\n")
    assert problem.duration.tolist() == [1, 2, 3, 4]
    assert problem.operation_names == ("turn", "cut", "10", "9")


def test_rows_of_a_step_are_alternatives_wherever_they_stand():
    problem = read("job,step,machine,duration\nA,1,saw,1\nA,2,mill,2\nA,1.0,lathe,3\n")
    assert problem.alt_ptr.tolist() == [0, 2, 3]
    assert problem.machine.tolist() == [0, 2, 1]
    assert problem.duration.tolist() == [1, 3, 2]


def test_plain_numbering_and_default_names_leave_no_names():
    problem = read("job,step,machine,duration\njob 0,1,machine 0,3\njob 0,2,machine 1,3\n")
    assert problem == replace(JobShop.from_jobs([[(0, 3), (1, 3)]]), name="orders")


def test_operation_names():
    problem = read("job,step,operation,machine,duration\nA,1,cut,saw,3\nA,2,,saw,3\nA,1,,mill,4\n")
    assert problem.operation_names == ("cut", "step 2")
    with pytest.raises(InvalidFile, match="line 3: column operation: turn here, but cut in line 2"):
        read("job,step,operation,machine,duration\nA,1,cut,saw,3\nA,1,turn,mill,4\n")


def test_values_of_a_job_may_stand_in_any_of_its_rows():
    problem = read("job,step,machine,duration,due,weight\nA,1,saw,3,,\nB,1,saw,1,,\nA,2,saw,3,40,2\nA,3,saw,3,40,\n")
    assert problem.due.tolist() == [40, FAR]
    assert problem.weight.tolist() == [2, 1]


def test_dates_between_ticks_never_give_more_room():
    text = (
        "# origin: 2026-01-05T06:00\n# tick: 3600\njob,step,machine,duration,release,due,deadline\n"
        "A,1,saw,1,2026-01-05T06:30,2026-01-05T08:30,2026-01-05T09:59\n"
        "B,1,saw,1,2026-01-04,2026-01-05,2026-01-06\n"
    )
    problem = read(text)
    assert problem.release.tolist() == [1, 0]
    assert problem.due.tolist() == [2, -6]
    assert problem.deadline.tolist() == [3, 18]


def test_origin_and_tick_of_the_caller_win(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("job,step,machine,duration,due\nA,1,saw,1,2026-01-06\n")
    assert load(path, origin="2026-01-05").due.tolist() == [1440]
    problem = load(path, origin="2026-01-05", tick="3600")
    assert problem.due.tolist() == [24]
    assert (problem.origin, problem.tick) == ("2026-01-05", 3600)
    path.write_text("# origin: 2026-01-05T12:00\n" + path.read_text())
    assert load(path, tick=3600).due.tolist() == [12]
    assert load(path, origin="2026-01-05", tick=3600).due.tolist() == [24]
    with pytest.raises(InvalidFile, match="origin: expected an ISO 8601 date"):
        load(path, origin="Monday")


def test_dates_with_time_zones():
    text = "# origin: 2026-01-05T06:00+01:00\njob,step,machine,duration,due\nA,1,saw,1,2026-01-05T06:00Z\n"
    assert read(text).due.tolist() == [60]


def test_settings_of_the_family_may_stand_in_comments():
    problem = read("# no_wait: true\n# Blocking: swap\n# note: free text\njob,step,machine,duration\nA,1,saw,1\n")
    assert problem.no_wait
    assert problem.blocking == "swap"


def test_machines_may_be_listed():
    problem = read('# machines: mill, "saw, big", lathe\njob,step,machine,duration\nA,1,"saw, big",1\n')
    assert problem.machine_names == ("mill", "saw, big", "lathe")
    assert problem.machine.tolist() == [1]


def test_names_that_look_like_comments_are_names():
    assert read("job,step,machine,duration\n#12,1,saw,1\n").job_names == ("#12",)


def test_line_of_an_error_below_a_cell_of_two_lines():
    with pytest.raises(InvalidFile, match="line 4: column duration"):
        read('job,step,machine,duration,note\nA,1,saw,1,"two\nlines"\nA,2,saw,x,\n')


NAMES = st.lists(
    st.text("ab c,;\"'#0é", min_size=1, max_size=6).filter(lambda s: s == s.strip()),
    min_size=4,
    max_size=4,
    unique=True,
)


@given(
    jobs=st.lists(
        st.lists(
            st.dictionaries(st.integers(0, 3), st.integers(0, 99), min_size=1).map(lambda d: list(d.items())),
            min_size=1,
            max_size=4,
        ),
        min_size=4,
        max_size=4,
    ),
    job_names=NAMES,
    machine_names=NAMES,
    due=st.lists(st.one_of(st.integers(-9, 99), st.just(FAR)), min_size=4, max_size=4),
    release=st.lists(st.integers(0, 9), min_size=4, max_size=4),
    settings_of=st.fixed_dictionaries(
        {},
        optional={
            "blocking": st.sampled_from(["swap", "no_swap"]),
            "no_wait": st.just(True),
            "objective": st.sampled_from(["total_tardiness,makespan", "tardy_jobs"]),
            "tick": st.just(1),
        },
    ),
)
@settings(deadline=None, max_examples=100)
def test_what_is_written_is_read_back(jobs, job_names, machine_names, due, release, settings_of):
    problem = JobShop.from_jobs(jobs, num_machines=4, due=due, release=release, name="orders")
    for names in ({}, {"job_names": tuple(job_names), "machine_names": tuple(machine_names)}):
        named = replace(problem, **names).with_settings(**settings_of)
        assert read(write(named)) == named


def test_text_of_a_table():
    problem = JobShop.from_jobs(
        [[[(1, 5), (0, 6)], (0, 2)]], due=[9], name="orders", objective=("total_tardiness",), no_wait=True
    )
    assert write(problem) == (
        "# objective: total_tardiness\n# no_wait: True\n# machines: machine 0,machine 1\n"
        "job,step,machine,duration,due\n"
        "job 0,1,machine 1,5,9\njob 0,1,machine 0,6,9\njob 0,2,machine 0,2,9\n"
    )


# --- schedules --------------------------------------------------------------------------------


def test_schedule_of_the_example():
    problem, solution = problem_and_solution()
    columns, rows = schedule_rows(problem, solution)
    assert columns == [
        "job",
        "step",
        "machine",
        "start",
        "end",
        "duration",
        "start_date",
        "end_date",
        "job_end",
        "due",
        "tardiness",
    ]
    day = "2026-01-05T06:"
    assert list(rows) == [
        ["order 1", 1, "saw", 0, 3, 3, f"{day}00", f"{day}03", 8, 8, 0],
        ["order 2", 1, "lathe", 0, 3, 3, f"{day}00", f"{day}03", 10, 9, 1],
        ["order 1", 2, "mill", 3, 8, 5, f"{day}03", f"{day}08", 8, 8, 0],
        ["order 2", 2, "mill", 8, 10, 2, f"{day}08", f"{day}10", 10, 9, 1],
    ]


def test_plain_schedule_as_csv():
    problem = JobShop.from_jobs([[(0, 5), (1, 4)], [(1, 3)]])
    solution = JobShopSolution(start=np.array([0, 5, 0]))
    assert solution_table(problem, solution) == (
        "job,step,machine,start,end,duration\n"
        "job 0,1,machine 0,0,5,5\njob 1,1,machine 1,0,3,3\njob 0,2,machine 1,5,9,4\n"
    )


def test_jobs_without_due_date_have_no_tardiness_and_operations_their_names():
    problem = JobShop.from_jobs([[(0, 5)], [(0, 3)]], due=[FAR, 6], operation_names=("cut", "turn"))
    columns, rows = schedule_rows(problem, JobShopSolution(start=np.array([0, 5])))
    assert columns == ["job", "step", "operation", "machine", "start", "end", "duration", "job_end", "due", "tardiness"]
    assert [row[2] for row in rows] == ["cut", "turn"]
    _, rows = schedule_rows(problem, JobShopSolution(start=np.array([0, 5])))
    assert [row[-3:] for row in rows] == [[5, "", ""], [8, 6, 2]]


def test_seconds_are_shown_where_there_are_some():
    problem = JobShop.from_jobs([[(0, 5)]], origin="2026-01-05T06:00", tick=1)
    _, rows = schedule_rows(problem, JobShopSolution(start=np.array([0])))
    assert next(rows)[-2:] == ["2026-01-05T06:00", "2026-01-05T06:00:05"]


def test_times_beyond_the_calendar_have_no_date():
    problem = JobShop.from_jobs([[(0, 5)]], origin="2026-01-05T06:00")
    columns, rows = schedule_rows(problem, JobShopSolution(start=np.array([2**50])))
    (row,) = [dict(zip(columns, row, strict=True)) for row in rows]
    assert (row["start"], row["start_date"], row["end_date"]) == (2**50, "", "")
