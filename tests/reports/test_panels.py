"""Stacks and maps as PNG, SVG and HTML: what the files hold, and what hostile names cannot do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.level import Level
from schedsolve.reports import draw, page_panels
from schedsolve.reports.figure import figure
from schedsolve.reports.headline import Headline
from schedsolve.reports.page import page
from schedsolve.reports.panels import Look, Panels

HEADLINE = Headline((Level("unplaced", 2, 1),), "FEASIBLE", 0.5, "search", 1.0)
DRAWN = "</script><b>$x_1$ & co \ufffd[1m"
SCHEDULING = re.compile(r"schedul|machine|gantt|makespan|\bjob|operation|critical path", re.IGNORECASE)


@pytest.fixture(params=["cluster", "memory"])
def picture(request: pytest.FixtureRequest) -> Panels:
    made: Panels = request.getfixturevalue(request.param)
    return made.drawable()


def texts(picture: Panels) -> list[str]:
    svg = ElementTree.fromstring(figure(picture, HEADLINE, None, "svg"))
    return [e.text or "" for e in svg.iter("{http://www.w3.org/2000/svg}text")]


def embedded(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


@pytest.mark.parametrize("file_format", ["png", "svg"])
def test_the_same_picture_gives_the_same_bytes(picture: Panels, file_format: str) -> None:
    first = figure(picture, HEADLINE, None, file_format)
    assert first == figure(picture, HEADLINE, None, file_format)
    assert first.startswith(b"\x89PNG" if file_format == "png" else b"<?xml")


def test_svg_names_things_as_they_are(cluster: Panels, memory: Panels) -> None:
    found = texts(cluster.drawable())
    for wanted in ("left", "pending", "before", "after", "web-1", "cpu (m): 70.8 % in use", "16 GiB", "goes on"):
        assert wanted in found
    assert f"prod {DRAWN}" in found
    assert {"moved here", "moves away", "newly placed", "capacity", "target", "free", "priority 1000"} <= set(found)
    found = texts(memory.drawable())
    for wanted in ("fast memory: addresses up to 240 KiB of 256 KiB", "64 KiB", "time (steps)", DRAWN, "spilled"):
        assert wanted in found


def test_html_loads_nothing_and_escapes_names(picture: Panels) -> None:
    text = page(picture, HEADLINE)
    assert not re.search(r"https?:|//cdn|@import|url\(|\bsrc=|fetch\(|XMLHttpRequest", text)
    assert text.count("</script>") == 2
    assert "<b>$x_1$" not in text
    assert "\x1b" not in text
    assert DRAWN in embedded(text)["items"]["name"]


def test_html_carries_the_boxes_and_axes(picture: Panels) -> None:
    data = embedded(page(picture, HEADLINE))
    for given, panel in zip(data["panels"], picture.panels, strict=True):
        for column in ("x0", "x1", "y0", "y1", "kind", "item"):
            assert given[column] == getattr(panel.boxes, column).tolist()
        assert (given["x"]["name"], given["y"]["kind"]) == (panel.x.name, panel.y.kind)
    assert [kind["look"] for kind in data["kinds"]] == [str(kind.look) for kind in picture.kinds]


def test_html_tells_it_in_words_and_as_a_table(cluster: Panels) -> None:
    text = page(cluster.drawable(), HEADLINE)
    assert "FEASIBLE, unplaced 2 (bound 1), gap 50.0 %. 6 of 8 pods are on 3 of 3 nodes." in text
    assert '<td>train</td><td>priority 1000</td><td>pending</td><td>right</td><td class="number">3000 m</td>' in text
    assert text.count("<tr>") == 9


def test_nothing_in_it_speaks_of_scheduling(picture: Panels) -> None:
    text = page(picture, HEADLINE)
    shown = re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)
    assert not SCHEDULING.search(shown)
    assert not SCHEDULING.search(" ".join(texts(picture)))


def test_looks_differ_not_by_colour_alone(picture: Panels) -> None:
    looks = [kind.look for kind in picture.kinds]
    assert len(set(looks)) == len(looks)
    assert set(looks) <= set(Look)


def test_of_too_many_boxes_the_largest_are_drawn(cluster: Panels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_panels, "MOST_BOXES", 20)
    text = page(cluster.drawable(), HEADLINE)
    kept = [item for panel in embedded(text)["panels"] for item in panel["item"]]
    whole = [item for panel in cluster.panels for item in panel.boxes.item.tolist()]
    assert kept.count(-1) == whole.count(-1)
    assert len(kept) - kept.count(-1) == 20
    assert cluster.items.name.index("huge") in kept
    assert "largest of 30 boxes are drawn" in text


def test_a_family_is_drawn_by_the_picture_that_it_brings(
    cluster: Panels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedsolve.reports.jobshop.picture", lambda problem, solution: cluster)
    for suffix in draw.SUFFIXES:
        draw.draw(JobShop.from_jobs([[(0, 1)]]), JobShopSolution(start=[0]), tmp_path / f"plan{suffix}")
    assert "moved here" in (tmp_path / "plan.html").read_text()
    assert "moved here" in (tmp_path / "plan.svg").read_text()


def test_large_pictures_are_of_bounded_size(cluster: Panels) -> None:
    from dataclasses import replace

    panel = cluster.panels[0]
    rows = tuple(f"node {i}" for i in range(3000))
    tall = replace(panel, y=replace(panel.y, rows=rows), y_range=(0, 2 * len(rows)))
    content = figure(replace(cluster, panels=(tall,)), HEADLINE, None, "png")
    assert max(int.from_bytes(content[k : k + 4], "big") for k in (16, 20)) < 2**14
    assert np.all(panel.boxes.y1 <= 8)
