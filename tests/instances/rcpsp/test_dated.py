"""From working days and weekly calendars to ticks and breaks: the dates are those that a person computes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from schedsolve.instances.calendars.worktime import ALL_DAY, WorkCalendar, both, from_breaks
from schedsolve.instances.rcpsp import lags
from schedsolve.instances.rcpsp.dated import DatedLink, DatedProject, DatedResource, DatedTask, build
from schedsolve.instances.rcpsp.task_times import TaskTime
from schedsolve.instances.source import Source
from schedsolve.models.breaks import paused_end
from schedsolve.models.errors import InvalidFile, InvalidProblem
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, Schedule, violations

HOUR, DAY = 3600, 86400
MONDAY = datetime(2026, 3, 30, 8)
OFFICE = WorkCalendar(
    "office",
    (((8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)),) * 5 + ((),) * 2,
    {date(2026, 4, 3): ()},
)
SOURCE = Source("", "plan.xml")


def plan(tasks: list[DatedTask], links: tuple[DatedLink, ...] = (), **fields: object) -> RCPSP:
    known = {"resources": [], "calendars": [OFFICE]} | fields
    return build(DatedProject("plan", MONDAY, tasks, list(links), **known), SOURCE)  # type: ignore[arg-type]


def task(hours: float, **fields: object) -> DatedTask:
    known = {"calendar": 0, "lag_calendar": 0} | fields
    return DatedTask("1", "task", round(hours * HOUR), 7, **known)  # type: ignore[arg-type]


def end(problem: RCPSP, start: datetime, index: int = 0) -> datetime:
    ticks = [0] * problem.num_tasks
    ticks[index] = round((start - MONDAY).total_seconds()) // problem.tick
    schedule = Schedule(problem, RCPSPSolution(start=ticks))
    return MONDAY + timedelta(seconds=int(schedule.end[index]) * problem.tick)


def test_three_days_of_work_over_a_holiday_and_a_weekend():
    problem = plan([task(24)])
    assert problem.tick == HOUR
    assert end(problem, datetime(2026, 4, 2, 13)) == datetime(2026, 4, 8, 12)


@pytest.mark.parametrize(
    ("hours", "tick"), [(24, 3600), (0.5, 1800), (1.25, 900), (24 + 1 / 60, 60), (1 / 3600, 60)], ids=str
)
def test_the_tick_is_the_greatest_common_divisor_in_whole_minutes(hours, tick):
    assert plan([task(hours)]).tick == tick


def test_dates_and_lags_count_for_the_tick_too():
    assert plan([task(8, start_from=datetime(2026, 4, 1, 8, 20))]).tick == 1200
    assert plan([task(8), task(8)], (DatedLink(0, 1, 0, 600, True),)).tick == 600


def test_the_horizon_has_room_for_all_work_one_after_the_other():
    problem = plan([task(8 * 40), task(8 * 30, pause=False, calendar=None), task(8 * 100)])
    breaks = problem.breaks(0)
    last = int(paused_end(breaks, np.array([0]), np.array([8 * 140]))[0])
    assert last < breaks[-1, 0]
    horizon = MONDAY + timedelta(hours=int(breaks[-1, 1]))
    assert (horizon.weekday(), horizon.hour) == (0, 0)


def test_single_holidays_of_a_calendar_that_always_works_are_kept():
    always = WorkCalendar("always", special={date(2026, 3, 31): ()})
    problem = plan([task(48)], calendars=[always])
    assert end(problem, MONDAY) == datetime(2026, 4, 2, 8)


def test_calendars_without_breaks_or_followers_are_left_out():
    problem = plan([task(8)], calendars=[OFFICE, WorkCalendar("always"), OFFICE])
    assert problem.calendar_names == ("office",)
    assert plan([task(8, calendar=1)], calendars=[OFFICE, WorkCalendar("always")]).num_calendars == 0


# --- dates ------------------------------------------------------------------------------------


def allowed(problem: RCPSP, times: list[int]) -> list[int]:
    """Those of the times at which the task may start."""
    return [t for t in times if not violations(problem, RCPSPSolution(start=[t]))]


@pytest.mark.parametrize(("hours", "pause"), [(0, True), (3, True), (8, True), (20, True), (0, False), (3, False)])
@pytest.mark.parametrize("at", [3, 4, 5, 9, 12, 24, 100, 110, 120, 144])
def test_bounds_of_starts_and_ends_are_exact(hours, pause, at):
    when = MONDAY + timedelta(hours=at)
    free = plan([task(hours, pause=pause)], tick=HOUR)
    starts = allowed(free, list(range(200)))
    ends = {t: int(Schedule(free, RCPSPSolution(start=[t])).end[0]) for t in starts}
    for field, keeps in (
        ("start_from", lambda t: t >= at),
        ("end_from", lambda t: ends[t] >= at),
        ("start_by", lambda t: t <= at),
        ("end_by", lambda t: ends[t] <= at),
    ):
        kept = [t for t in starts if keeps(t)]
        change = len(kept) if field.endswith("by") else len(starts) - len(kept)
        near = starts[max(0, change - 2) : change + 2]  # on both sides of where it begins or ceases to hold
        problem = plan([task(hours, pause=pause, **{field: when})], tick=HOUR)
        assert allowed(problem, near) == [t for t in near if t in kept]


def test_a_fixed_start_in_a_break_moves_to_its_end():
    problem = plan([task(8, start_at=datetime(2026, 4, 3, 10))])
    assert MONDAY + timedelta(hours=int(problem.fixed_start[0])) == datetime(2026, 4, 6, 8)


def test_what_is_done_keeps_its_dates():
    done = task(8, start_at=datetime(2026, 3, 28, 8), done_at=datetime(2026, 3, 29, 10))
    problem = plan([done, task(8)], tick=HOUR)
    assert (problem.done[0], problem.fixed_start[0], problem.duration[0]) == (True, -48, 26)
    assert not violations(problem, RCPSPSolution(start=[-48, 0]))


# --- lags -------------------------------------------------------------------------------------


def plus(free: list[bool], time: int, work: int) -> int:
    """The earliest hour with so much work since ``time``; negative: the earliest with no more than that until it."""
    if work >= 0:
        return next(t for t in range(time, len(free)) if sum(free[time:t]) >= work)
    return next(t for t in range(time + 1) if sum(free[t:time]) <= -work)


@pytest.mark.parametrize(("kind", "lag"), list(product(range(4), (-9, -3, 2, 8, 19))))
def test_lags_in_working_time_are_exact(kind, lag):
    """Wherever the first task lies, the second one can start just where adding up working hours says."""
    free = [not OFFICE.breaks(MONDAY + timedelta(hours=t), MONDAY + timedelta(hours=t + 1)) for t in range(300)]
    letters = LINK_KINDS[kind]
    problem = plan([task(6), task(10)], (DatedLink(0, 1, kind, lag * HOUR),), tick=HOUR)
    assert problem.num_tasks == 3
    assert problem.task_names[2] == f"lag 1{letters}1{'+' if lag > 0 else '-'}" + lags.spelt(abs(lag) * HOUR, 8 * HOUR)
    alone = plan([task(6), task(10)], tick=HOUR)
    for first in (48, 53, 72, 75, 77, 168):
        ends = Schedule(alone, RCPSPSolution(start=[first, 0])).end
        limit = plus(free, first if letters[0] == "S" else int(ends[0]), lag)
        starts = [t for t in range(250) if free[t]]
        moved = {t: int(Schedule(alone, RCPSPSolution(start=[first, t])).end[1]) for t in starts}
        expected = next(t for t in starts if (t if letters[1] == "S" else moved[t]) >= limit)
        assert not violations(problem, lags.with_lags(problem, np.array([first, expected])))
        sooner = [t for t in starts if t < expected]
        if sooner:
            found = violations(problem, lags.with_lags(problem, np.array([first, sooner[-1]])))
            assert {violation.code for violation in found} == {"min_lag"}


def test_lags_that_need_no_task_of_their_own():
    links = (DatedLink(0, 1, 0, 2 * HOUR, True), DatedLink(0, 1, 1, 0), DatedLink(0, 1, 2, -HOUR, True))
    problem = plan([task(6), task(10)], links)
    assert problem.num_tasks == 2
    assert problem.min_lag.tolist() == [2, 0, -1]
    always = plan([task(6), task(10, lag_calendar=None)], (DatedLink(0, 1, 0, 2 * HOUR),))
    assert (always.num_tasks, always.min_lag.tolist()) == (2, [2])


def test_lags_are_links_again():
    links = tuple(DatedLink(0, 1, kind, lag * HOUR) for kind, lag in product(range(4), (-9, 2)))
    problem = plan([task(6), task(10)], (*links, DatedLink(0, 1, 3, HOUR, True)))
    found = [(x.before, x.after, x.kind, x.lag, x.elapsed) for x in lags.links(problem)]
    assert found == [(0, 1, x.kind, x.lag // HOUR, False) for x in links] + [(0, 1, 3, 1, True)]
    assert lags.is_lag(problem).tolist() == [False] * 2 + [True] * 8


def test_a_task_that_is_only_called_like_a_lag_is_none():
    problem = RCPSP(mode_ptr=[0, 1], duration=[1], capacity=[], task_names=("lag 1FS2+1d",))
    assert not lags.is_lag(problem).any()


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("lag 1FS2+1d", True), ("lag aSSb-3h", True), ("lag FSFS2+1d", True), ("lag a-bFFc+d", True),
        ("lag 1FS2+", False), ("lag 1FS+1d", False), ("lag FS2+1d", False), ("lag 1FS2", False), ("lag 1+FS2", False),
        ("lag  1FS2+1d", False), ("lag 1FS2+1d ", False), ("lag\t1FS2+1d", False), ("lag 1FS 2+1d", False),
        ("lap 1FS2+1d", False), ("", False), ("lag " + "FS" * 200_000, False), ("lag x" + "FS+" * 200_000, True),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_names_of_lags(name, is_one):
    problem = RCPSP(
        mode_ptr=[0, 1, 2, 3], duration=[1, 1, 1], capacity=[], link_from=[0, 1], link_to=[1, 2],
        task_names=("a", name, "b"),
    )  # fmt: skip
    assert lags.is_lag(problem).tolist() == [False, is_one, False]


# --- resources --------------------------------------------------------------------------------


def test_shares_of_a_resource_are_counted_in_hundredths():
    resources = [DatedResource("Anna"), DatedResource("crew", Fraction(2))]
    demand = {0: Fraction(1, 2), 1: Fraction(2)}
    problem = plan([task(8, demand=demand)], resources=resources)
    assert problem.resource_names == ("Anna (%)", "crew")
    assert problem.capacity.tolist() == [100, 2]
    assert problem.demand.tolist() == [[50, 2]]


def test_a_task_may_ignore_the_calendar_of_its_resource():
    night = WorkCalendar("mornings", (((8 * HOUR, 10 * HOUR),),) * 7)
    tasks = [task(8, demand={0: Fraction(1)}, own_time=True), task(8, demand={0: Fraction(1)})]
    problem = plan(tasks, calendars=[OFFICE, night], resources=[DatedResource("Anna", calendar=1)])
    assert end(problem, MONDAY, 0) == datetime(2026, 3, 30, 17)
    assert end(problem, MONDAY, 1) == datetime(2026, 4, 2, 10)


def test_what_is_done_or_takes_no_time_leaves_the_calendar_to_its_resource():
    done = task(8, start_at=MONDAY, done_at=MONDAY + timedelta(hours=8), demand={0: Fraction(1)}, own_time=True)
    event = task(0, demand={0: Fraction(1)}, own_time=True)
    problem = plan([done, event, task(8)], resources=[DatedResource("Anna", calendar=0)])
    assert problem.resource_calendar.tolist() == [0]
    assert problem.task_calendar.tolist() == [-1, -1, 0]


# --- refusals ---------------------------------------------------------------------------------


def test_a_task_longer_than_all_windows_is_refused():
    with pytest.raises(InvalidFile, match=r'line 7: task "task" must not pause and takes 5h; office never works .* 4h'):
        plan([task(5, pause=False)])


def test_without_calendars_nothing_is_too_far_away():
    problem = plan([task(10**9, calendar=None, lag_calendar=None)], tick=HOUR)
    assert problem.duration.tolist() == [10**9]


def test_calendars_that_never_work_together_are_refused():
    weekend = WorkCalendar("weekend", ((),) * 5 + (ALL_DAY,) * 2)
    with pytest.raises(InvalidFile, match=r'line 7: task "task" follows calendars that leave no time to work'):
        plan(
            [task(5, demand={0: Fraction(1)})],
            calendars=[OFFICE, weekend],
            resources=[DatedResource("guard", calendar=1)],
        )


# --- calendars --------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [3, 11])
@pytest.mark.parametrize(
    "start", [MONDAY, datetime(2026, 4, 3, 10), datetime(2026, 4, 4), datetime(2026, 4, 1, 17, 30)]
)
def test_breaks_are_turned_back_into_the_calendar(weeks, start):
    until = datetime(2026, 3, 30) + timedelta(weeks=weeks)
    special = OFFICE.special | {date(2026, 4, 11): ((8 * HOUR, 9 * HOUR),)}
    calendar = WorkCalendar("office", OFFICE.week, special)
    found = from_breaks("office", start, calendar.breaks(start, until))
    assert found.week == calendar.week
    assert found.special == {day: hours for day, hours in special.items() if day >= start.date() and hours} | {
        day: hours for day, hours in special.items() if day > start.date() or (day == start.date() and start.hour < 17)
    }


def test_a_few_breaks_are_single_days():
    breaks = [(0, 3 * HOUR), (30 * HOUR, 40 * HOUR)]
    calendar = from_breaks("", MONDAY, breaks)
    assert calendar.week == (ALL_DAY,) * 7
    assert set(calendar.special) == {date(2026, 3, 30), date(2026, 3, 31)}
    assert calendar.breaks(MONDAY, MONDAY + timedelta(days=20)) == breaks


def test_breaks_that_reach_too_far_are_no_calendar():
    with pytest.raises(InvalidProblem, match="reach over more than 146400 days"):
        from_breaks("", MONDAY, [(0, 2**53)])


def test_a_single_break_leaves_the_rest_of_its_day():
    found = from_breaks("", MONDAY, [(0, 3 * HOUR)])
    assert found.breaks(MONDAY, MONDAY + timedelta(days=20)) == [(0, 3 * HOUR)]


def test_two_calendars_together_work_when_both_do():
    early = WorkCalendar("early", (((6 * HOUR, 14 * HOUR),),) * 7)
    joint = both(OFFICE, early)
    assert joint.hours(date(2026, 3, 30)) == ((8 * HOUR, 12 * HOUR), (13 * HOUR, 14 * HOUR))
    assert joint.hours(date(2026, 4, 3)) == ()


def test_the_end_of_work_by_walking_the_calendar():
    assert OFFICE.end(MONDAY, 9 * HOUR) == datetime(2026, 3, 31, 9)
    assert OFFICE.end(datetime(2026, 4, 2, 16), 2 * HOUR) == datetime(2026, 4, 6, 9)
    assert OFFICE.end(MONDAY, 0) == MONDAY


@pytest.mark.parametrize(("time", "end"), [(4, 4), (5, 5), (6, 5), (7, 5), (8, 8), (0, 0), (30, 30)])
def test_ends_in_a_break_are_where_it_begins(time, end):
    assert TaskTime(3, np.array([[5, 7], [10, 12]]), True).end_at(time) == end


def test_no_start_is_early_enough_before_a_break_from_the_outset():
    assert TaskTime(3, np.array([[0, 5]]), True).last_end_from(4) == 0
