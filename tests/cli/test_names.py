"""Names come from files that nobody vouches for: outputs are well-formed all the same, and no terminal obeys them."""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
import warnings
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from schedsolve.instances.read import load
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution

Invoke = Callable[..., Any]

NASTY: tuple[str, ...] = runpy.run_path(str(Path(__file__).parents[1] / "support" / "nasty_names.py"))["NASTY"]
PLAIN = tuple(f"name {k}" for k in range(len(NASTY)))
COUNT = len(NASTY)

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
SOLVE = ("--engine", "dispatch", "--quiet", "--rule", "best")


def shop(names: tuple[str, ...], **fields: Any) -> JobShop:
    """Each job has an operation on each machine; ``names`` name all there is."""
    two = names[: COUNT // 2], names[COUNT // 2 :]
    jobs = [[(k % len(two[1]), 1), ((k + 1) % len(two[1]), 2)] for k in range(len(two[0]))]
    operations = tuple(names[k % COUNT] for k in range(2 * len(jobs)))
    known = {"job_names": two[0], "machine_names": two[1], "operation_names": operations, "name": "".join(names)}
    return JobShop.from_jobs(jobs, num_machines=len(two[1]), due=[9] * len(jobs), **known | fields)


def project(names: tuple[str, ...], **fields: Any) -> RCPSP:
    """A chain of tasks, each with a resource of its own."""
    known: dict[str, Any] = {
        "mode_ptr": range(COUNT + 1),
        "duration": [1] * COUNT,
        "capacity": [1] * COUNT,
        "demand": [[int(k == r) for r in range(COUNT)] for k in range(COUNT)],
        "link_from": range(COUNT - 1),
        "link_to": range(1, COUNT),
        "task_names": names,
        "resource_names": names,
        "name": "".join(names),
        "origin": "2026-01-05T08:00",
        "tick": 3600,
    }
    return RCPSP(**known | fields)


PROBLEMS = {"jobshop": shop, "rcpsp": project}


@pytest.fixture(params=PROBLEMS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    """The file of a problem of a family with nasty names, or with ``names``."""

    def call(names: tuple[str, ...] = NASTY, **fields: Any) -> Path:
        path = tmp_path / "problem.json"
        path.write_text(PROBLEMS[request.param](names, **fields).to_json(), encoding="utf-8")
        return path

    return call


def shows(invoke: Invoke, command: str, written: Callable[..., Path], *options: str | Path, **fields: Any) -> str:
    """The text that a command prints, of as many lines as with plain names, and nothing in it to be obeyed."""
    expected = invoke(command, written(PLAIN, **fields), *options)
    outcome = invoke(command, written(**fields), *options)
    assert outcome.code == expected.code
    assert (OBEYED.findall(outcome.out), OBEYED.findall(outcome.err)) == ([], [])
    assert outcome.out.count("\n") == expected.out.count("\n")
    return str(outcome.out)


def test_info(invoke: Invoke, written: Callable[..., Path]) -> None:
    assert "\\x1b]0;title\\x07job" in shows(invoke, "info", written)


def test_the_answer(invoke: Invoke, written: Callable[..., Path]) -> None:
    text = shows(invoke, "solve", written, *SOLVE)
    for name in ("\\x1b[2Jb", "\\x9b31mred", "line\\nfeed", "right\\u202eto left", "[red]not red[/red]", "日本語 😀"):
        assert name in text, name


def test_violations(invoke: Invoke, written: Callable[..., Path], tmp_path: Path) -> None:
    kind = json.loads(written().read_text())["kind"]
    solution = JobShopSolution(start=[0] * (COUNT // 2 * 2)) if kind == "jobshop" else RCPSPSolution(start=[0] * COUNT)
    (tmp_path / "plan.json").write_text(solution.to_json())
    assert "\\x1b" in shows(invoke, "validate", written, tmp_path / "plan.json")


def test_explain(invoke: Invoke, tmp_path: Path) -> None:
    files = []
    for names in (PLAIN, NASTY):
        files.append(tmp_path / f"{len(files)}.json")
        problem = project(names, deadline=[2**53] * 6 + [3] + [2**53] * (COUNT - 7))
        files[-1].write_text(problem.to_json(), encoding="utf-8")
    plain, nasty = (invoke("explain", file, "-j", "1", "--time-limit", "20") for file in files)
    assert (nasty.code, OBEYED.findall(nasty.out)) == (0, [])
    assert nasty.out.count("\n") == plain.out.count("\n")
    assert "bell\\x07" in nasty.out


def test_schedule_as_csv(invoke: Invoke, written: Callable[..., Path], tmp_path: Path) -> None:
    assert invoke("solve", written(), *SOLVE, "-o", tmp_path / "plan.csv").code == 0
    text = (tmp_path / "plan.csv").read_bytes().decode()
    assert CONTROL.findall(text) == []
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert {len(row) for row in rows} == {len(header)}
    assert len(rows) in (COUNT, COUNT // 2 * 2)
    outside = re.sub(r'"(?:[^"]|"")*"', "", text)
    assert "\r" not in outside
    assert outside.count("\n") == len(rows) + 1
    cells = {cell for row in rows for cell in row}
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))]
    for cell in ("'-2+3", "'+1+1", "'@SUM(A1)", "'\r=1", "carriage\rreturn"):
        assert cell in cells, cell


def test_numbers_stay_numbers(invoke: Invoke, tmp_path: Path) -> None:
    problem = JobShop.from_jobs([[(0, 3)], [(0, 3)]], done=[1, 0], fixed_start=[-5, 2**53], job_names=("-5", "b"))
    (tmp_path / "problem.json").write_text(problem.to_json())
    assert invoke("solve", tmp_path / "problem.json", *SOLVE, "-o", tmp_path / "plan.csv").code == 0
    assert (tmp_path / "plan.csv").read_text().splitlines()[1] == "'-5,1,machine 0,-5,-2,3"


def test_schedule_as_xml_is_read_back(invoke: Invoke, tmp_path: Path) -> None:
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.xml"
    problem.write_text(project(NASTY, capacity=[2] * COUNT).to_json(), encoding="utf-8")
    assert invoke("solve", problem, *SOLVE, "-o", plan).code == 0
    tree = ElementTree.parse(plan)
    names = [e.text for e in tree.iter("{http://schemas.microsoft.com/project}Name")]
    assert CONTROL.findall("".join(filter(None, names))) == []
    for name in ("carriage\rreturn", "line\nfeed", "right\u202eto left", "non\ufffdcharacter\ufffd"):
        assert name in names
    assert invoke("info", plan).code == 0
    assert load(plan).num_tasks == COUNT


def test_schedule_as_calendar(invoke: Invoke, tmp_path: Path) -> None:
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.ics"
    problem.write_text(project(NASTY).to_json(), encoding="utf-8")
    assert invoke("solve", problem, *SOLVE, "-o", plan).code == 0
    data = plan.read_bytes()
    *lines, last = data.split(b"\r\n")
    assert last == b""
    assert max(map(len, lines)) <= 75
    text = data.decode().replace("\r\n ", "")
    content = text.split("\r\n")[:-1]
    assert not [line for line in content if re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]", line)]
    assert [line for line in content if not re.match("[A-Z-]+[:;]", line)] == []
    assert content.count("BEGIN:VEVENT") == COUNT
    assert "SUMMARY:crlf\\nBEGIN:VEVENT" in content


class Page(HTMLParser):
    """Counts the elements, and keeps the text of the scripts."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script":
            self.scripts.append(data)


def test_page(invoke: Invoke, written: Callable[..., Path], tmp_path: Path) -> None:
    pages = []
    for names in (PLAIN, NASTY):
        assert invoke("solve", written(names), *SOLVE, "--gantt", tmp_path / "plan.html").code == 0
        pages.append((tmp_path / "plan.html").read_text(encoding="utf-8"))
    plain, nasty = map(Page, pages)
    assert CONTROL.findall(pages[1]) == []
    assert plain.tags == nasty.tags
    assert any("[red]not red[/red]" in script for script in nasty.scripts)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_picture(invoke: Invoke, written: Callable[..., Path], tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / f"plan.{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = invoke("solve", written(), *SOLVE, "--gantt", picture)
    assert (outcome.code, outcome.err) == (0, "")
    if suffix == "png":
        assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        return
    texts = [e.text for e in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert CONTROL.findall("".join(filter(None, texts))) == []
    assert "line feed" in texts
    assert any("$" in text for text in filter(None, texts))


# --- messages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NASTY)
def test_messages_that_quote_a_file_or_an_argument(invoke: Invoke, tmp_path: Path, name: str) -> None:
    file = tmp_path / "broken.csv"
    file.write_text(f'job,step,machine,duration\na,1,b,"{name.replace(chr(34), "")}"\n', encoding="utf-8")
    quoted = name.replace("\0", "").replace("/", "")
    for words in (("info", file), ("info", f"{quoted}.jsp"), ("solve", "ft06", "--set", f"{quoted}=1"), (quoted,)):
        outcome = invoke(*words)
        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
        assert (OBEYED.findall(outcome.out), OBEYED.findall(outcome.err)) == ([], [])


def test_a_traceback(invoke: Invoke) -> None:
    outcome = invoke("info", "\x1b[2J.jsp", "--debug")
    assert "Traceback" in outcome.err
    assert OBEYED.findall(outcome.err) == []


def test_a_file_name_that_is_no_text_names_its_problem(program: Invoke, tmp_path: Path) -> None:
    path = bytes(tmp_path / "shop") + b"\xff.jsp"
    try:
        Path(path.decode(errors="surrogateescape")).write_text("1 1\n0 5\n")
    except OSError:
        pytest.skip("no such file names here")
    outcome = program("convert", path.decode(errors="surrogateescape"), "-")
    assert (outcome.code, outcome.json["name"]) == (0, "shop\ufffd")


# --- records of runs --------------------------------------------------------------------------


@pytest.fixture
def runs(invoke: Invoke, tmp_path: Path) -> Path:
    """Records of runs whose instances and engines have nasty names."""
    path = tmp_path / "runs.jsonl"
    assert invoke("bench", "ft06", "--engine", "dispatch", "--time-limit", "9", "-o", path, "--quiet").code == 0
    record = json.loads(path.read_text())
    records = [record | {"engine": name, "instance": name} for name in NASTY]
    path.write_text("".join(json.dumps(each, separators=(",", ":")) + "\n" for each in records))
    return path


def test_comparisons(invoke: Invoke, runs: Path) -> None:
    text, markdown = (invoke("compare", runs, "--format", format) for format in ("text", "markdown"))
    for outcome in (text, markdown):
        assert (outcome.code, OBEYED.findall(outcome.out)) == (0, [])
    assert text.out.splitlines()[COUNT].strip()
    assert len({line.replace("\\|", "").count("|") for line in markdown.out.splitlines() if line[:1] == "|"}) == 1
    table = invoke("compare", runs, "--format", "csv").out
    assert OBEYED.findall(table) == []
    header, *rows = csv.reader(io.StringIO(table, newline=""), strict=True)
    assert len(rows) == COUNT
    assert {len(row) for row in rows} == {len(header)}
    assert not [row[0] for row in rows if row[0].startswith(("=", "+", "-", "@"))]


def test_pictures_of_comparisons(invoke: Invoke, runs: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    lines = runs.read_text().splitlines(keepends=True)
    runs.write_text("".join(lines[:3] + lines[-5:]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = invoke("compare", runs, "--plot", tmp_path / "profile.svg", "--convergence", tmp_path / "gap.svg")
    assert (outcome.code, outcome.err) == (0, "")
    for name in ("profile.svg", "gap.svg"):
        texts = [e.text for e in ElementTree.parse(tmp_path / name).iter("{http://www.w3.org/2000/svg}text")]
        assert any("_under" in text for text in filter(None, texts))
