"""Drawing to files: what is refused early, and what the files hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from schedsolve.models.errors import InvalidFile, MissingExtra, SchedsolveError
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.reports import draw, page_gantt
from schedsolve.reports.gantt import Kind
from schedsolve.reports.jobshop import picture
from schedsolve.solvers.result import Level, Result, Status, TracePoint

EVIL = "</script><b>$x_1$ & co"
PROBLEM = JobShop.from_jobs(
    [[(0, 5), (1, 4)], [(1, 3), (0, 6)]],
    name=EVIL,
    job_names=(EVIL, "plain"),
    machine_names=("saw", "mill"),
    due=[8, 20],
    downtime_machine=[1],
    downtime_start=[3],
    downtime_end=[4],
    setup=np.full((2, 2, 2), 1),
    origin="2026-03-03T06:00",
)
SOLUTION = JobShopSolution(start=[0, 5, 0, 6])


def result(**fields: Any) -> Result:
    trace = (TracePoint(0.1, 15, None, "SPT", "makespan"), TracePoint(0.5, 12, 9, "cpsat", "makespan"))
    known: dict[str, Any] = {
        "kind": "jobshop",
        "problem": PROBLEM.fingerprint,
        "status": Status.FEASIBLE,
        "stopped_by": "time",
        "solution": SOLUTION,
        "objectives": (Level("makespan", 12, 9),),
        "engine": "cpsat",
        "proved_by": "cpsat",
        "trace": trace,
        "seconds": 1.0,
    }
    return Result(**(known | fields))


def test_other_suffixes_are_refused_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"plan\.jpg: a picture's name ends in \.png or \.svg or \.html"):
        draw.check(tmp_path / "plan.jpg")


def test_a_missing_matplotlib_is_named_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r'pip install "schedsolve\[plot\]"'):
        draw.check(tmp_path / "plan.png")
    draw.check(tmp_path / "plan.html")


def test_places_that_cannot_be_written_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidFile, match="there is no folder"):
        draw.check(tmp_path / "nowhere" / "plan.html")
    (tmp_path / "plan.html").mkdir()
    with pytest.raises(InvalidFile, match="is a folder"):
        draw.check(tmp_path / "plan.html")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(InvalidFile, match="cannot be written"):
        draw.check(tmp_path / "plan.svg")


def test_a_result_without_a_schedule_cannot_be_drawn(tmp_path: Path) -> None:
    with pytest.raises(SchedsolveError, match="there is no solution to draw"):
        draw.draw(PROBLEM, result(solution=None, objectives=(Level("makespan", None, 9),)), tmp_path / "plan.html")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.html"
    path.write_text("old")

    def fail(source: str, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(InvalidFile, match=r"plan\.html: cannot be written: disk full"):
        draw.draw(PROBLEM, result(), path)
    assert [p.name for p in tmp_path.iterdir()] == ["plan.html"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("view", ["machine", "job"])
@pytest.mark.parametrize("suffix", [".png", ".svg", ".html"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, suffix: str, view: str) -> None:
    for name in ("a", "b"):
        draw.draw(PROBLEM, result(), tmp_path / (name + suffix), view=view)
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_png_is_an_image_of_some_size(tmp_path: Path) -> None:
    path = tmp_path / "plan.PNG"
    draw.draw(PROBLEM, result(), path)
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(content[k : k + 4], "big") for k in (16, 20))
    assert 1000 < width < 4000
    assert 200 < height < 1000


def test_svg_is_well_formed_and_names_things_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "plan.svg"
    draw.draw(PROBLEM, result(), path)
    texts = [e.text for e in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")]
    for wanted in (EVIL, "saw", "plain", "FEASIBLE  ·  makespan 12 (bound 9)  ·  gap 25.0 %", "downtime", "setup"):
        assert wanted in texts


def html(tmp_path: Path, problem: JobShop = PROBLEM, answer: Any = None) -> str:
    draw.draw(problem, result() if answer is None else answer, tmp_path / "plan.html")
    return (tmp_path / "plan.html").read_text()


def embedded(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_html_loads_nothing(tmp_path: Path) -> None:
    text = html(tmp_path)
    assert not re.search(r"https?:|//cdn|@import|url\(|\bsrc=|fetch\(|XMLHttpRequest", text)
    assert "default-src 'none'" in text


def test_html_escapes_names(tmp_path: Path) -> None:
    text = html(tmp_path)
    assert text.count("</script>") == 2
    assert "<b>$x_1$" not in text
    assert "&lt;/script&gt;&lt;b&gt;$x_1$ &amp; co" in text
    assert embedded(text)["keys"] == [EVIL, "plain"]


def test_html_carries_the_bars(tmp_path: Path) -> None:
    data = embedded(html(tmp_path))
    for given, view in zip(data["views"], picture(PROBLEM, SOLUTION).views, strict=True):
        assert given["rows"] == list(view.rows)
        start, end, row = [], [], []
        for r, (low, high) in enumerate(zip(given["first"], given["first"][1:], strict=False)):
            starts = np.cumsum(given["start"][low:high]).tolist()
            start += starts
            end += [s + length for s, length in zip(starts, given["length"][low:high], strict=True)]
            row += [r] * (high - low)
        assert (row, start, end) == (view.bars.row.tolist(), view.bars.start.tolist(), view.bars.end.tolist())
        assert given["kind"] == view.bars.kind.tolist()
        assert given["item"] == view.bars.item.tolist()
    assert data["views"][1]["due"] == [8, 20]
    assert [p["objective"] for p in data["trace"]] == [15, 12]


def test_html_opens_with_the_view_asked_for(tmp_path: Path) -> None:
    for view, opens in (("machine", 0), ("job", 1)):
        draw.draw(PROBLEM, result(), tmp_path / "plan.html", view=view)
        assert embedded((tmp_path / "plan.html").read_text())["opens"] == opens


def test_html_tells_the_schedule_in_words_and_as_a_table(tmp_path: Path) -> None:
    text = html(tmp_path)
    assert "FEASIBLE, makespan 12 (bound 9), gap 25.0 %" in text
    assert "1 of 2 jobs end after their due date" in text
    assert "<td>plain step 2</td><td>saw</td><td>plain</td>" in text
    assert text.count("<tr>") == 5


def test_html_table_stops_at_a_thousand_rows(tmp_path: Path) -> None:
    problem = JobShop.from_jobs([[(0, 1)] * 1100])
    text = html(tmp_path, problem, JobShopSolution(start=list(range(1100))))
    assert text.count("<tr>") == 1001
    assert "The first 1000 of 1100 as a table" in text


def test_a_bare_solution_shows_its_objective_and_no_trace(tmp_path: Path) -> None:
    text = html(tmp_path, PROBLEM, SOLUTION)
    assert "<dt>makespan</dt><dd>12</dd>" in text
    assert "<dt>bound</dt>" not in text
    assert embedded(text)["trace"] == []


def test_too_many_bars_become_shares_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_gantt, "MOST_BARS", 3)
    monkeypatch.setattr(page_gantt, "MOST_STEPS", 4)
    data = embedded(html(tmp_path))
    assert data["views"][0]["start"] == []
    # Steps of 3: the saw works in [0, 5) and [6, 12), the mill in [0, 3) and [5, 9).
    assert data["views"][0]["occupancy"] == [[100, 67, 100, 100], [100, 33, 100, 0]]
    assert data["views"][1]["occupancy"] == [[100, 100, 100, 0], [100, 0, 100, 100]]


def test_large_schedules_get_figures_of_bounded_size(tmp_path: Path) -> None:
    machines, jobs = 3, 900
    problem = JobShop.from_jobs([[(k, 2) for k in range(machines)] for _ in range(jobs)])
    start = [2 * (j + k) for j in range(jobs) for k in range(machines)]
    draw.draw(problem, JobShopSolution(start=start), tmp_path / "plan.png", view="job")
    content = (tmp_path / "plan.png").read_bytes()
    assert max(int.from_bytes(content[k : k + 4], "big") for k in (16, 20)) < 2**14
    work = picture(problem, JobShopSolution(start=start)).view("job").bars.of(Kind.WORK)
    assert len(work) == machines * jobs
