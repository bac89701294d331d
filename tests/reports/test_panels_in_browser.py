"""The pages of stacks and maps used as a person would use them, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schedsolve.models.level import Level
from schedsolve.reports.axis import byte_marks, byte_text
from schedsolve.reports.headline import Headline
from schedsolve.reports.page import page
from schedsolve.reports.panels import Panels

if TYPE_CHECKING:
    from conftest import Browser

pytestmark = pytest.mark.browser


def opened(browser: Browser, picture: Panels, folder: Path) -> Browser:
    path = folder / "picture.html"
    path.write_text(page(picture.drawable(), Headline((Level("unplaced", 2, 1),))), encoding="utf-8")
    browser.complaints.clear()
    browser.open(path)
    browser.wait_for("panels.context && panels.theme")
    return browser


@pytest.fixture
def bins(browser: Browser, cluster: Panels, tmp_path: Path) -> Browser:
    return opened(browser, cluster, tmp_path)


@pytest.fixture
def addresses(browser: Browser, memory: Panels, tmp_path: Path) -> Browser:
    return opened(browser, memory, tmp_path)


def middle(browser: Browser, name: str) -> tuple[float, float]:
    """Where on the screen the first box of an item is drawn."""
    x, y = browser.evaluate(
        f"(() => {{ const [x, y, w, h] = panels.itemBox(panels.data.items.name.indexOf('{name}'));"
        "const c = panels.canvas.getBoundingClientRect(); return [c.left + x + w / 2, c.top + y + h / 2]; })()"
    )
    return x, y


def hover(browser: Browser, x: float, y: float) -> str:
    browser.mouse("mouseMoved", x, y)
    browser.wait_for('!document.getElementById("tip").hidden')
    return str(browser.evaluate('document.getElementById("tip").innerText'))


def lit(browser: Browser) -> list[str] | None:
    return browser.evaluate(  # type: ignore[no-any-return]
        "panels.lit && panels.data.items.name.filter((_, i) => panels.lit[i])"
    )


def click(browser: Browser, x: float, y: float) -> None:
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, x, y, button="left", clickCount=1)


def test_hovering_tells_where_a_pod_is_and_what_it_takes(bins: Browser) -> None:
    told = hover(bins, *middle(bins, "web-2"))
    for wanted in ("web-2", "priority 0", "moves away", "before", "middle", "after", "left", "1000 m", "2 GiB"):
        assert wanted in told
    assert bins.complaints == []


def test_hovering_over_a_node_tells_how_full_it_is(bins: Browser) -> None:
    x, y = bins.evaluate(
        "(() => { const c = panels.canvas.getBoundingClientRect(), p = panels.panels[0];"
        "return [c.left + 20, c.top + p.toY(p.drawn(1))]; })()"
    )
    told = hover(bins, x, y)
    assert "left" in told
    assert "3500 m of 4000 m" in told
    assert bins.complaints == []


def test_a_click_highlights_the_priority_and_outlines_the_pod(bins: Browser) -> None:
    click(bins, *middle(bins, "db"))
    bins.wait_for("panels.lit")
    assert "huge" in (lit(bins) or [])
    assert "web-1" not in (lit(bins) or [])
    assert bins.evaluate("panels.chain.map((i) => panels.data.items.name[i])") == ["db"]
    bins.press("Escape")
    bins.wait_for("!panels.lit")
    assert bins.complaints == []


def test_changes_can_be_pointed_out(bins: Browser) -> None:
    assert bins.evaluate('document.getElementById("why").textContent') == "Changes"
    bins.press("c")
    bins.wait_for("panels.lit")
    assert lit(bins) == ["web-2", "db", "train", "batch"]
    assert bins.evaluate('document.getElementById("found").textContent') == "4 pods"
    bins.press("c")
    bins.wait_for("!panels.lit")
    bins.press("v")  # there is one view only
    assert bins.complaints == []


@pytest.mark.parametrize(("wanted", "found"), [("TRAIN", ["train"]), ("pend", ["db", "huge"])])
def test_search_finds_pods_by_name_and_by_node(bins: Browser, wanted: str, found: list[str]) -> None:
    bins.evaluate(
        '(() => { const s = document.getElementById("search");'
        f's.value = "{wanted}"; s.dispatchEvent(new Event("input"));'
        's.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"})); })()'
    )
    assert lit(bins) == found
    assert f"1 of {len(found)}: {found[0]}" in bins.evaluate('document.getElementById("found").textContent')
    assert bins.complaints == []


def test_many_rows_scroll(bins: Browser) -> None:
    whole = bins.evaluate("panels.panels[0].v")
    assert whole == [0, 1]
    bins.evaluate("panels.body = panels.content / 2, panels.fit(), panels.pan(0, 1e6), panels.draw()")
    assert bins.evaluate("panels.panels.map((p) => p.v)") == [[0.5, 1], [0.5, 1]]
    bins.evaluate("panels.reveal(panels.data.items.name.indexOf('web-1'))")
    assert bins.evaluate("panels.panels[0].v[0]") < 0.5
    x, y = middle(bins, "web-1")
    bins.evaluate("panels.fit(), panels.draw()")
    bins.mouse("mouseWheel", x, y, deltaX=0, deltaY=50)
    bins.wait_for("panels.panels[0].v[0] > 0 && panels.panels[1].v[0] > 0")
    bins.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300, modifiers=2)
    bins.wait_for("panels.panels[0].u[1] - panels.panels[0].u[0] < 1")
    assert bins.evaluate("panels.panels[1].u") == [0, 1]  # amounts of another resource stay as they are
    assert bins.complaints == []


def test_hovering_tells_address_size_and_time(addresses: Browser) -> None:
    told = hover(addresses, *middle(addresses, "c"))
    for wanted in ("4 – 7 steps", "163\u2009840 – 229\u2009376 B", "64 KiB (65\u2009536 B)", "activation"):
        assert wanted in told
    assert "being copied" in hover(addresses, *middle(addresses, "w"))
    assert addresses.complaints == []


def test_hovering_over_free_memory_tells_what_is_in_use(addresses: Browser) -> None:
    x, y = addresses.evaluate(
        "(() => { const c = panels.canvas.getBoundingClientRect(), p = panels.panels[1];"
        "return [c.left + p.toX(2.5), c.top + p.top + 2]; })()"
    )
    assert "240 KiB" in hover(addresses, x, y)
    assert addresses.complaints == []


def test_the_wheel_zooms_both_ways_around_the_pointer(addresses: Browser) -> None:
    x, y = middle(addresses, "c")
    addresses.mouse("mouseWheel", x, y, deltaX=0, deltaY=-400)
    addresses.wait_for("panels.panels[0].u[1] - panels.panels[0].u[0] < 0.7")
    assert middle(addresses, "c") == (pytest.approx(x, abs=1), pytest.approx(y, abs=1))
    windows = addresses.evaluate("panels.panels.map((p) => [p.u, p.v])")
    assert windows[0][0] == windows[1][0] == windows[2][0]  # they share time
    assert windows[0][1] != [0, 1]
    assert windows[1][1] == windows[2][1] == [0, 1]
    addresses.press("0")
    addresses.wait_for("panels.panels[0].u[1] - panels.panels[0].u[0] === 1")
    assert addresses.complaints == []


def test_what_is_there_at_the_peak_can_be_pointed_out(addresses: Browser) -> None:
    addresses.evaluate('document.getElementById("why").click()')
    addresses.wait_for("panels.lit")
    found = lit(addresses) or []
    assert (found[0], found[2], len(found)) == ("x", "b", 3)
    assert addresses.complaints == []


def test_pages_mark_and_name_bytes_as_figures_do(addresses: Browser) -> None:
    for start, end, count in ((0, 2**20, 4), (100, 1000, 3), (9 * 2**17, 11 * 2**17, 2), (0, 3, 10), (0, 2**40, 7)):
        script = f"new Axis({{ kind: 'bytes' }}).marks({start}, {end}, {count})"
        assert addresses.evaluate(script) == [list(mark) for mark in byte_marks(start, end, count)]
    for value in (0, 1023, 1024, 22208, 2**20 + 2**18, 2**33 + 1):
        assert addresses.evaluate(f"byteText({value})") == byte_text(value)


def test_dark_pages_take_their_colours(bins: Browser) -> None:
    bins.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    bins.wait_for('panels.theme.card === "#161b22"')
    ground = bins.evaluate("Array.from(panels.context.getImageData(2, 2, 1, 1).data)")
    bins.call("Emulation.setEmulatedMedia", media="", features=[])
    assert sum(ground[:3]) < 150
    assert bins.complaints == []
