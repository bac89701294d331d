"""The HTML page used as a person would use it, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.reports import draw, page_gantt

if TYPE_CHECKING:
    from conftest import Browser

pytestmark = pytest.mark.browser

PROBLEM = JobShop.from_jobs(
    [[(0, 5), (1, 4)], [(1, 3), (0, 6)]],
    name="</script><b>shop",
    job_names=("<i>A", "B"),
    machine_names=("saw", "mill"),
    due=[8, 20],
    setup=np.full((2, 2, 2), 1),
)
SOLUTION = JobShopSolution(start=[0, 5, 0, 6])


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Browser:
    """The browser with the page of the little shop."""
    draw.draw(PROBLEM, SOLUTION, tmp_path / "plan.html")
    browser.complaints.clear()
    browser.open(tmp_path / "plan.html")
    return browser


def middle(browser: Browser, item: int) -> tuple[float, float]:
    """Where on the screen the work of an operation is drawn."""
    x, y = browser.evaluate(
        f"(() => {{ const [x, y, w, h] = gantt.itemBox({item}), c = gantt.canvas.getBoundingClientRect();"
        "return [c.left + x + w / 2, c.top + y + h / 2]; })()"
    )
    return x, y


def hover(browser: Browser, item: int) -> str:
    browser.mouse("mouseMoved", *middle(browser, item))
    browser.wait_for('!document.getElementById("tip").hidden')
    return str(browser.evaluate('document.getElementById("tip").innerText'))


def click(browser: Browser, x: float, y: float) -> None:
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, x, y, button="left", clickCount=1)


def lit(browser: Browser) -> list[int] | None:
    return browser.evaluate("gantt.lit && Array.from(gantt.lit)")  # type: ignore[no-any-return]


def test_hovering_shows_the_operation(shown: Browser) -> None:
    text = hover(shown, 3)
    for wanted in ("B step 2", "saw", "6 – 12", "setup before", "due"):
        assert wanted in text
    text = hover(shown, 1)
    assert "<i>A step 2" in text
    assert "8, 1 late" in text
    shown.mouse("mouseMoved", 5, 5)
    shown.wait_for('document.getElementById("tip").hidden')
    assert shown.complaints == []


def test_rows_can_be_jobs(shown: Browser) -> None:
    before = middle(shown, 3)
    shown.evaluate('document.querySelectorAll("#views button")[1].click()')
    shown.wait_for('gantt.view.noun === "job"')
    assert middle(shown, 3) != before
    assert "B step 2" in hover(shown, 3)
    shown.press("v")
    shown.wait_for('gantt.view.noun === "machine"')
    assert shown.complaints == []


def test_the_wheel_zooms_around_the_pointer_and_a_drag_moves(shown: Browser) -> None:
    x, y = middle(shown, 3)
    at = shown.evaluate("[gantt.t0, gantt.t1]")
    shown.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
    shown.wait_for(f"gantt.t1 - gantt.t0 < {at[1] - at[0]}")
    assert middle(shown, 3)[0] == pytest.approx(x, abs=1)
    zoomed = shown.evaluate("[gantt.t0, gantt.t1]")
    shown.mouse("mousePressed", x, y, button="left", buttons=1, clickCount=1)
    shown.mouse("mouseMoved", x + 60, y, button="left", buttons=1)
    shown.mouse("mouseReleased", x + 60, y, button="left", clickCount=1)
    shown.wait_for(f"gantt.t0 < {zoomed[0]}")
    assert middle(shown, 3)[0] == pytest.approx(x + 60, abs=1)
    assert lit(shown) is None  # a drag is no click
    shown.press("0")
    shown.wait_for(f"gantt.t0 === {at[0]} && gantt.t1 === {at[1]}")
    assert shown.complaints == []


def test_a_click_highlights_the_job_and_what_it_waited_for(shown: Browser) -> None:
    click(shown, *middle(shown, 1))
    shown.wait_for("gantt.lit")
    assert lit(shown) == [1, 1, 0, 0]
    assert shown.evaluate("gantt.chain") == [1, 0]
    shown.press("Escape")
    shown.wait_for("!gantt.lit")
    shown.press("c")
    shown.wait_for("gantt.lit")
    assert shown.evaluate("gantt.chain") == [3, 0]  # the saw, set up between them
    assert shown.complaints == []


def test_search_finds_by_name(shown: Browser) -> None:
    shown.evaluate(
        '(() => { const s = document.getElementById("search");'
        's.value = "b STEP"; s.dispatchEvent(new Event("input")); })()'
    )
    assert lit(shown) == [0, 0, 1, 1]
    assert shown.evaluate('document.getElementById("found").textContent') == "2 operations"
    assert shown.complaints == []


def test_dark_and_printed_pages_take_their_colours(shown: Browser) -> None:
    def ground() -> list[int]:
        return shown.evaluate("Array.from(gantt.context.getImageData(2, 2, 1, 1).data)")  # type: ignore[no-any-return]

    shown.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    shown.wait_for('gantt.theme.card === "#161b22"')
    dark = ground()
    shown.call("Emulation.setEmulatedMedia", media="print")
    shown.wait_for('gantt.theme.card === "#fff"')
    light = ground()
    shown.call("Emulation.setEmulatedMedia", media="", features=[])
    assert sum(dark[:3]) < 150
    assert light[:3] == [255, 255, 255]


def test_a_page_of_shares_works_too(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_gantt, "MOST_BARS", 3)
    draw.draw(PROBLEM, SOLUTION, tmp_path / "plan.html")
    browser.complaints.clear()
    browser.open(tmp_path / "plan.html")
    x, y = browser.evaluate(
        "(() => { const c = gantt.canvas.getBoundingClientRect();"
        "return [c.left + gantt.x(1), c.top + gantt.y(0.5)]; })()"
    )
    browser.mouse("mouseMoved", x, y)
    browser.wait_for('!document.getElementById("tip").hidden')
    assert "100 %" in browser.evaluate('document.getElementById("tip").innerText')
    assert browser.complaints == []
