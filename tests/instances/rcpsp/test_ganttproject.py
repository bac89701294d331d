"""GanttProject's files: nested tasks, dependencies, days off, resources."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from schedsolve.instances.rcpsp import lags
from schedsolve.instances.read import load, read_text
from schedsolve.models.errors import InvalidFile
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, Schedule, violations

HOUSE = Path(__file__).parents[2] / "support" / "house.gan"
START = datetime(2026, 3, 30)


@pytest.fixture(scope="module")
def house() -> RCPSP:
    problem = load(HOUSE)
    assert isinstance(problem, RCPSP)
    return problem


def test_the_project_is_read(house):
    tasks = ("Shell / Dig", "Shell / Walls", "Roof", "Move in", "Permit", "lag 3FS4+1d")
    assert house.task_names == tasks
    assert (house.name, house.tick, house.origin) == ("House", 86400, "2026-03-30T00:00")
    assert house.duration.tolist() == [3, 2, 1, 0, 1, 1]
    assert house.release.tolist() == [0, 0, 8, 0, 0, 0]
    assert house.done.tolist() == [False] * 4 + [True, False]
    assert house.resource_names == ("Anna (%)",)
    assert house.demand[:, 0].tolist() == [100, 0, 50, 0, 0, 0]
    found = [(x.before, x.after, LINK_KINDS[x.kind], x.lag) for x in lags.links(house)]
    assert found == [(0, 3, "FS", 0), (1, 3, "FS", 0), (0, 1, "FS", 0), (1, 2, "FS", 1)]


def test_the_dates_are_those_that_a_person_computes(house):
    """Walls: Thursday, not on Good Friday or the weekend, Monday. A day later, but not on the day that Anna is off:
    Thursday the 9th."""
    starts = [0, 3, 10, 8, 0]
    solution = lags.with_lags(house, np.array(starts))
    assert not violations(house, solution)
    ends = [START + timedelta(days=int(end)) for end in Schedule(house, solution).end[:3]]
    assert ends == [datetime(2026, 4, 2), datetime(2026, 4, 7), datetime(2026, 4, 10)]
    for task, codes in ((1, {"min_lag"}), (2, {"break"}), (3, {"min_lag"})):
        sooner = np.array(starts)
        sooner[task] -= 1
        assert {v.code for v in violations(house, lags.with_lags(house, sooner))} & codes


def test_days_off_of_a_resource_are_in_a_calendar_of_its_own(house):
    assert house.calendar_names == ("days of work", "days of Anna")
    assert house.breaks(1).tolist() == [[9, 10]]
    assert [4, 7] in house.breaks(0).tolist()  # Good Friday and the weekend
    assert [27, 28] in house.breaks(0).tolist()  # the Saturday before is worked
    assert [26, 28] not in house.breaks(0).tolist()


def project(body: str) -> str:
    return f'<project name="x">\n{body}\n</project>'


def tasks(*rows: str) -> str:
    return f"<tasks>{''.join(rows)}</tasks>"


def task(number: int, within: str = "", more: str = "") -> str:
    return f'<task id="{number}" name="t{number}" start="2026-03-30" duration="2" {more}>{within}</task>'


def calendars(week: str, more: str = "") -> str:
    return f"<calendars><day-types>{week}</day-types>{more}</calendars>"


WEEK = '<default-week mon="0" tue="0" wed="0" thu="0" fri="0" sat="1" sun="1"/>'


@pytest.mark.parametrize(
    ("week", "more", "breaks"),
    [
        (WEEK, "", [[5, 7], [12, 14]]),
        (f'<calendar id="1">{WEEK}<only-show-weekends value="false"/></calendar>', "", [[5, 7], [12, 14]]),
        (WEEK + '<only-show-weekends value="true"/>', '<date year="2026" month="4" date="3"/>', [[4, 5]]),
        (WEEK, '<date year="2026" month="4" date="3" type="NEUTRAL"/>', [[5, 7], [12, 14]]),
        (WEEK, '<date year="2026" month="4" date="4" type="WORKING_DAY"/>', [[6, 7], [12, 14]]),
    ],
)
def test_days_off(week, more, breaks):
    problem = read_text(project(calendars(week, more) + tasks(task(1))), "plan.gan")
    found = problem.breaks(0)
    assert found[found[:, 0] < 14].tolist() == breaks


def test_what_is_done_keeps_its_dates_and_waits_for_nothing():
    done = '<task id="1" name="t1" start="2026-03-02" duration="3" complete="100"><depend id="2"/></task>'
    late = '<task id="2" name="t2" start="2026-04-01" duration="2" complete="100"/>'
    problem = read_text(project(tasks(done, late, task(3, '<depend id="2"/><depend id="4"/>'), task(4))), "plan.gan")
    assert problem.origin == "2026-03-30T00:00"
    assert problem.fixed_start[:2].tolist() == [-28, 2]
    assert list(zip(problem.link_from.tolist(), problem.link_to.tolist(), strict=True)) == [(0, 1), (2, 3)]


def test_allocations_of_one_resource_add_up():
    one = '<allocation task-id="1" resource-id="7" load="{}"/>'
    text = tasks(task(1)) + '<resources><resource id="7" name="Anna"/></resources>'
    problem = read_text(project(f"{text}<allocations>{one.format(30)}{one.format(45.4)}</allocations>"), "plan.gan")
    assert problem.demand.tolist() == [[75]]


@pytest.mark.parametrize(("number", "kind"), [(1, "SS"), (2, "FS"), (3, "FF"), (4, "SF")])
def test_dependencies_of_all_types(number, kind):
    text = project(tasks(task(1, f'<depend id="2" type="{number}" difference="0"/>'), task(2)))
    problem = read_text(text, "plan.gan")
    (link,) = lags.links(problem)
    assert (link.before, link.after, LINK_KINDS[link.kind]) == (0, 1, kind)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (tasks(), "line 1: project: expected at least one task"),
        (tasks(task(1), task(1)), "line 2: project/tasks/task: the id 1 is given twice"),
        (tasks('<task name="x"/>'), 'the attribute "id" is missing'),
        (tasks('<task id="1" start="2026-03-30" duration="long"/>'), 'whole number for duration, found "long"'),
        (tasks('<task id="1" start="2026-03-30" duration="-2"/>'), "duration of at least 0, found -2"),
        (tasks('<task id="1" start="spring" duration="2"/>'), 'date like 2026-01-05 for start, found "spring"'),
        (tasks(task(1, '<depend id="3" type="2"/>')), "there is no task with the id 3"),
        (tasks(task(1, '<depend id="2" type="5"/>'), task(2)), "a type from 1 to 4, found 5"),
        (tasks(task(1, '<depend id="1" type="2"/>')), '"t1" is linked with itself'),
        (tasks(task(1, task(3) + '<depend id="2" type="1"/>'), task(2)), 'a link SS from "t1" to "t2" is not read'),
        (tasks(task(1)) + '<allocations><allocation task-id="1" resource-id="4"/></allocations>', "resource .* id 4"),
        (tasks(task(1)) + '<calendars><date year="" month="2" date="30"/></calendars>', "no day 30 in month 2"),
        (tasks(task(1)) + '<calendars><date year="2026" month="2" date="29"/></calendars>', "no day 29 in month 2"),
        (tasks(task(1)) + '<calendars><date month="2" date="2" type="PARTY"/></calendars>', "a type HOLIDAY, .*PARTY"),
        (tasks('<task id="1" start="2026-03-30" duration="99999999"/>'), "duration of at most 36600, found 99999999"),
        (tasks(task(1)) + '<resources><resource id="7"/><resource id="7"/></resources>', "the id 7 is given twice"),
        (
            tasks(task(1)) + '<resources><resource id="7"/></resources><allocations>'
            '<allocation task-id="1" resource-id="7" load="-5"/></allocations>',
            'a load like 100.0, found "-5"',
        ),
        (
            tasks(task(1)) + '<resources><resource id="7"/></resources>'
            '<vacations><vacation start="2026-03-30" end="2026-03-29" resourceid="7"/></vacations>',
            "expected an end after the start",
        ),
        (
            tasks(task(1)) + '<vacations><vacation start="2026-03-30" end="2026-03-30" resourceid="4"/></vacations>',
            "no resource with the id 4",
        ),
        (
            tasks(task(1))
            + '<calendars><day-types><default-week mon="1" tue="1" wed="1" thu="1" fri="1" sat="1" sun="1"/>'
            "</day-types></calendars>",
            "all days of the week are days off",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(body, says):
    with pytest.raises(InvalidFile, match=says) as caught:
        read_text(project(body), "plan.gan")
    assert caught.value.line is not None
