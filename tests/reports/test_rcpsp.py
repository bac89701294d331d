"""The bars of projects: rows, pauses, links, what is critical, the use of resources."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from schedsolve.instances.rcpsp import lags
from schedsolve.instances.read import load
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution
from schedsolve.models.record import FAR
from schedsolve.reports import draw
from schedsolve.reports.gantt import Gantt, Kind
from schedsolve.reports.picture import short_names
from schedsolve.reports.rcpsp import NO_BREAK_SPACE, NO_PHASE, NOBODY, picture

HOUSE = Path(__file__).parent.parent / "support" / "house.xml"
STARTS = [0, 77, 72, 197, 81, 216, 249]


@pytest.fixture(scope="module")
def house() -> tuple[RCPSP, RCPSPSolution]:
    problem = load(HOUSE)
    return problem, lags.with_lags(problem, np.array(STARTS))


@pytest.fixture(scope="module")
def chart(house: tuple[RCPSP, RCPSPSolution]) -> Gantt:
    return picture(*house)


SMALL = RCPSP(
    mode_ptr=[0, 1, 2, 3, 4],
    duration=[3, 4, 2, 0],
    capacity=[2, 3],
    demand=[[2, 0], [1, 1], [1, 0], [0, 0]],
    link_from=[1],
    link_to=[3],
    change_resource=[0, 1],
    change_start=[3, 5],
    change_end=[4, 6],
    change_capacity=[1, 9],
    optional=[False, False, True, False],
    due=[FAR, 6, FAR, FAR],
    resource_names=("crew", "crane"),
)
PLAN = RCPSPSolution(start=[0, 3, 5, 7])


def pieces(chart: Gantt, name: str, noun: str = "task") -> list[tuple[int, int, str]]:
    view = chart.view(noun)
    mine = view.bars.take(view.bars.item == chart.items.name.index(name))
    return [(int(a), int(b), Kind(k).name) for a, b, k in zip(mine.start, mine.end, mine.kind, strict=True)]


def test_lags_have_no_rows(chart):
    view = chart.view("task")
    assert view.rows == (
        *("Dig", "Pour", "Walls", "Roof", "Dry", "Paint", "Move in"),
        *("Crew (2)", "Crane (1)", "Anna (100 %)"),
    )
    assert chart.subtitle == "7 tasks, 3 resources, 10 links"


def test_names_stay_whole_where_their_ends_are_alike():
    problem = RCPSP(mode_ptr=[0, 1, 2], duration=[1, 1], capacity=[], task_names=("A / Test", "B / Test"))
    assert picture(problem, RCPSPSolution(start=[0, 1])).view("task").rows == ("A / Test", "B / Test")


def test_work_is_cut_at_breaks(chart):
    assert pieces(chart, "Shell / Pour") == [(77, 81, "WORK")]
    assert pieces(chart, "Shell / Walls") == [
        *((72, 76, "WORK"), (76, 77, "PAUSE"), (77, 81, "WORK"), (81, 120, "PAUSE"), (120, 124, "WORK")),
        *((124, 168, "PAUSE"), (168, 172, "WORK")),
    ]
    assert pieces(chart, "Move in") == [(249, 249, "WORK")]


def test_colours_are_phases_or_resources(chart):
    assert (chart.key_noun, chart.keys) == ("phase", ("Shell", NO_PHASE))
    assert chart.items.key.tolist() == [0, 0, 0, 0, 1, 1, 1]
    small = picture(SMALL, PLAN)
    assert (small.key_noun, small.keys) == ("resource", ("crew", "crane", NOBODY))
    assert small.items.key.tolist() == [0, 0, 0, 2]
    bare = RCPSP(mode_ptr=[0, 1], duration=[1], capacity=[])
    assert picture(bare, RCPSPSolution(start=[0])).keys == ("task",)


def test_links_by_way_of_lags_join_the_tasks(chart):
    links = chart.view("task").links
    found = set(zip(links.before.tolist(), links.after.tolist(), strict=True))
    assert {(0, 1), (3, 5), (2, 3), (5, 6)} <= found
    assert links.from_end.all()
    assert not links.to_end.any()


def test_the_critical_path_goes_through_links_and_lags(chart):
    names = [chart.items.name[item] for item in chart.critical]
    assert names == ["Shell / Dig", "Shell / Walls", "Shell / Roof", "Paint", "Move in"]


def test_the_critical_path_goes_through_resources():
    chart = picture(SMALL, PLAN)
    assert [chart.items.name[i] for i in chart.critical] == ["task 0", "task 1", "task 3"]
    assert chart.items.cause.tolist() == [-1, 0, -1, 1]


def test_use_stands_against_what_is_there():
    crew, crane = picture(SMALL, PLAN).view("task").profiles
    assert (crew.time.tolist(), crew.level.tolist()) == ([0, 3, 5, 7], [2, 1, 2, 0])
    assert (crew.limit_time.tolist(), crew.limit.tolist()) == ([0, 3, 4], [2, 1, 2])
    assert crane.top == 9


def test_the_view_by_resource_has_lanes_and_times_with_fewer_units():
    view = picture(SMALL, PLAN).view("resource")
    assert view.rows == ("crew", "crew (2) in use", "crane", "crane (3) in use")
    assert view.lanes.tolist() == [2, 2, 1, 2]
    down = view.bars.of(Kind.DOWNTIME)
    assert (down.row.tolist(), down.start.tolist(), down.end.tolist()) == ([0], [3], [4])


def test_what_is_left_out_has_no_bar():
    chart = picture(SMALL, RCPSPSolution(start=[0, 3, 5, 7], left_out=[False, False, True, False]))
    assert chart.items.name == ("task 0", "task 1", "task 3")


def test_non_working_time_is_that_of_the_calendars_that_a_row_follows(chart):
    view = chart.view("task")
    assert len(view.rest) == 2
    standard, crane = (set(map(tuple, breaks.tolist())) for breaks in view.rest)
    assert (4, 5) in standard & crane
    assert (81, 168) in standard  # Good Friday and the weekend
    assert {(81, 120), (124, 168)} <= crane  # but Saturday morning
    assert view.rest_of.tolist() == [0, 0, 1, 0, -1, 0, -1, 0, 1, 0]


def test_pauses_too_short_to_see_are_bridged(chart):
    view = chart.view("task")
    walls = view.bars.take(view.bars.row == 2).bridged(2)
    assert list(zip(walls.start.tolist(), walls.end.tolist(), strict=True)) == [
        *((72, 81), (81, 120), (120, 124), (124, 168), (168, 172))
    ]
    assert len(view.bars.bridged(1)) == len(view.bars)
    whole = view.bars.bridged(1000)
    assert whole.row.tolist() == list(range(7))
    assert whole.end.tolist() == [57, 81, 172, 220, 129, 225, 249]


@pytest.mark.parametrize("suffix", [".png", ".svg", ".html"])
def test_pictures_are_drawn_and_the_same_each_time(house, tmp_path, suffix):
    for name in ("a", "b"):
        draw.draw(*house, tmp_path / (name + suffix))
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_the_figure_names_rows_and_what_is_drawn(house, tmp_path):
    draw.draw(*house, tmp_path / "plan.svg")
    texts = {e.text for e in ElementTree.parse(tmp_path / "plan.svg").iter("{http://www.w3.org/2000/svg}text")}
    assert {"Walls", "Anna (100 %)", "milestone", "critical path", "non-working time", "capacity"} <= texts
    assert "lag 4FS5+1d" not in " ".join(filter(None, texts))


def test_the_page_says_who_is_busy_and_lists_tasks_without_resources(house, tmp_path):
    draw.draw(*house, tmp_path / "plan.html")
    page = (tmp_path / "plan.html").read_text()
    assert "The busiest resource is Crane (1), at work 40.2 % of that time" in page
    assert '<td>Dry</td><td>Dry</td><td></td><td class="number">2026-04-02 17:00</td>' in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S).group(1))  # type: ignore[union-attr]
    task = data["views"][0]
    assert (data["noun"], data["milestones"], data["critical"]) == ("task", True, [0, 2, 3, 5, 6])
    assert [p["row"] for p in task["profiles"]] == [7, 8, 9]
    assert task["lanes"] == [1] * 7 + [2] * 3
    assert task["restOf"] == [0, 0, 1, 0, -1, 0, -1, 0, 1, 0]


def test_late_tasks_are_counted_by_task(tmp_path):
    draw.draw(SMALL, PLAN, tmp_path / "plan.html")
    assert "1 of 4 tasks end after their due date." in (tmp_path / "plan.html").read_text()


@pytest.mark.browser
@pytest.mark.parametrize("view", ["task", "resource"])
def test_the_page_works_in_a_browser(house, tmp_path, browser, view):
    draw.draw(*house, tmp_path / "plan.html", view=view)
    browser.complaints.clear()
    browser.open(tmp_path / "plan.html")
    browser.wait_for("gantt.context && gantt.until")
    browser.evaluate("document.getElementById('why').click()")
    assert browser.evaluate("gantt.chain.map((i) => gantt.data.items.name[i])")[0] == "Move in"
    assert "5 tasks" in browser.evaluate("document.getElementById('found').textContent")
    browser.evaluate("document.getElementById('search').value = 'dry'; 0")
    browser.evaluate("document.getElementById('search').dispatchEvent(new Event('input')); 0")
    browser.evaluate("document.getElementById('search').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'})); 0")
    for x in range(150, 1300, 40):
        for y in range(40, 560, 30):
            browser.evaluate(f"tell(gantt, {x}, {y})")
    assert not browser.complaints


@pytest.mark.browser
def test_the_page_bridges_short_pauses_when_zoomed_out(house, tmp_path, browser):
    draw.draw(*house, tmp_path / "plan.html")
    browser.open(tmp_path / "plan.html")
    browser.wait_for("gantt.context && gantt.until")
    assert browser.evaluate("gantt.until[0]") in (4, 9)  # at most the first lunch is bridged
    browser.evaluate("gantt.plot = 60; gantt.bridge(); 0")
    assert browser.evaluate("gantt.until[0]") == 57
    assert browser.evaluate("gantt.hidden[1]") == 1


def test_the_critical_path_ends_with_what_starts_last_of_all_that_end_last():
    problem = RCPSP(mode_ptr=[0, 1, 2, 3], duration=[2, 3, 0], capacity=[], link_from=[0, 1], link_to=[1, 2])
    assert picture(problem, RCPSPSolution(start=[0, 2, 5])).critical == (0, 1, 2)


def test_what_waits_for_units_waits_for_those_that_are_there():
    """Beside the first task there is room for the second one until time 3, when a unit is taken away."""
    problem = RCPSP(
        mode_ptr=[0, 1, 2],
        duration=[4, 2],
        capacity=[3],
        demand=[[1], [2]],
        change_resource=[0],
        change_start=[3],
        change_end=[9],
        change_capacity=[2],
    )
    chart = picture(problem, RCPSPSolution(start=[0, 4]))
    assert chart.items.cause.tolist() == [-1, 0]
    (profile,) = chart.view("task").profiles
    assert (profile.limit_time.tolist(), profile.limit.tolist()) == ([0, 3], [3, 2])


def test_short_forms_of_what_a_task_uses_keep_its_resources():
    problem = RCPSP(mode_ptr=[0, 1, 2], duration=[4, 2], capacity=[9], demand=[[3], [2]], resource_names=("dig crew",))
    captions = picture(problem, RCPSPSolution(start=[0, 4])).view("task").captions
    assert [caption.replace(NO_BREAK_SPACE, " ") for caption in captions] == ["dig crew: 3", "dig crew: 2"]
    assert short_names(captions) == captions
