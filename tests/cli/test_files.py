"""No command writes over what it reads, or one file twice; what cannot be written is refused before time is spent."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution

Invoke = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[str]"]

TINY = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 4), (0, 1)]])
DISPATCH = "--engine dispatch --quiet"

OVER_INPUT = [
    f"solve in.json {DISPATCH} -o in.json",
    f"solve in.json {DISPATCH} -o ./in.json",
    f"solve in.json {DISPATCH} -o folder/../in.json",
    f"solve in.json {DISPATCH} -o link.json",
    f"solve link.json {DISPATCH} -o in.json",
    f"solve hard.json {DISPATCH} -o in.json",
    f"solve in.json#1 {DISPATCH} -o in.json",
    f"solve in.json.gz {DISPATCH} -o in.json.gz",
    f"solve in.json {DISPATCH} --gantt link.html",
    f"solve in.json {DISPATCH} --hint plan.json -o plan.json",
    f"solve in.json {DISPATCH} --params options.toml --gantt options.html",
    "solve in.json --params output.toml",
    "convert in.json in.json",
    "convert in.json link.json",
    "compile in.json -o link.pb",
    "compile in.json --engine milp -o link.lp",
    "bench in.json --engine dispatch -o link.jsonl",
    "bench ft06 in.json --engine dispatch -o link.jsonl",
    "compare runs.jsonl --plot runs.svg",
    "compare runs.jsonl --convergence runs.svg",
]

TWICE = [
    f"solve in.json {DISPATCH} -o out.json --gantt out.html",
    f"solve in.json {DISPATCH} -o new.json --gantt new.html",
    "compare runs.jsonl --plot a.png --convergence a.png",
    "compare runs.jsonl --plot a.png --convergence ./a.png",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with files and links to them."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("in.json").write_text(TINY.to_json())
    Path("in.json.gz").write_bytes(gzip.compress(TINY.to_json().encode()))
    Path("plan.json").write_text(JobShopSolution(start=[0, 4, 0, 4]).to_json())
    Path("options.toml").write_text("threads = 1\n")
    Path("output.toml").write_text('output = "in.json"\nengine = "dispatch"\n')
    Path("runs.jsonl").write_text("")
    Path("out.json").write_text("old")
    links = {"link.json": "in.json", "link.html": "in.json", "link.pb": "in.json", "link.lp": "in.json"}
    links |= {"link.jsonl": "in.json", "options.html": "options.toml", "runs.svg": "runs.jsonl"}
    links |= {"out.html": "out.json", "new.html": "new.json"}
    try:
        for link, target in links.items():
            Path(link).symlink_to(target)
        os.link("in.json", "hard.json")
    except OSError:
        pytest.skip("no links here")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("words", OVER_INPUT)
def test_an_output_over_an_input_is_refused(invoke: Invoke, folder: Path, words: str) -> None:
    before = contents(folder)
    outcome = invoke(*words.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1
    assert " would be written over the input " in outcome.err
    assert contents(folder) == before


@pytest.mark.parametrize("words", TWICE)
def test_a_file_that_is_two_outputs_is_refused(invoke: Invoke, folder: Path, words: str) -> None:
    before = contents(folder)
    outcome = invoke(*words.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert " would be written twice: " in outcome.err
    assert contents(folder) == before


def test_the_environment_cannot_do_it_either(invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDSOLVE_OUTPUT", "in.json")
    assert invoke("solve", "in.json", *DISPATCH.split()).code == 2
    assert Path("in.json").read_text() == TINY.to_json()


@pytest.mark.parametrize("output", ["in.json", "hard.json", "link.json"])
def test_redirected_standard_input_is_an_input(start: Start, folder: Path, output: str) -> None:
    with open("in.json") as stream:
        process = start("solve", "-", *DISPATCH.split(), "-o", output, stdin=stream)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "over the input on standard input" in err
    assert Path("in.json").read_text() == TINY.to_json()


def test_redirected_standard_output_is_an_output(start: Start, folder: Path) -> None:
    before = Path("in.json").read_text()
    for words, says in (("solve in.json", "into the input in.json"), ("solve plan.json -o in.json", "twice")):
        with open("in.json", "a") as stream:
            process = start(*words.split(), *DISPATCH.split(), stdout=stream)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 2
        assert says in err
        assert Path("in.json").read_text() == before


def test_other_files_are_no_matter(invoke: Invoke, folder: Path) -> None:
    for words in (
        f"solve in.json {DISPATCH} -o new.csv --gantt folder/in.html",
        f"solve in.json {DISPATCH} --hint plan.json -o out.json",
        "convert ft06 ft06.json",
        "convert in.json folder/in.json",
        "solve in.json --engine dispatch --quiet --gantt page.html",
    ):
        assert invoke(*words.split()).code == 0, words


def test_an_input_that_is_not_there_is_said_to_be_so(invoke: Invoke, folder: Path) -> None:
    assert "no such file" in invoke("solve", "typo.json", *DISPATCH.split(), "-o", "typo.json").err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("solve in.json -o {long}.json", "name too long"),
        ("solve in.json --gantt {long}.html", "name too long"),
        ("convert in.json {long}.json", "name too long"),
        ("generate jobshop -o {long}.json", "name too long"),
        ("compile in.json -o {long}.pb", "name too long"),
        ("bench in.json -o {long}.jsonl", "name too long"),
        ("compare runs.jsonl --plot {long}.svg", "name too long"),
        ("solve in.json -o in.json/plan.json", "no folder in.json"),
        ("solve in.json -o /proc/plan.json", "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_refused_before_any_work(
    invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch, words: str, says: str
) -> None:
    if "/proc" in words and not Path("/proc").exists():
        pytest.skip("needs /proc")
    monkeypatch.setattr("schedsolve.instances.read.load", lambda *_, **__: pytest.fail("the problem is read"))
    before = contents(folder)
    outcome = invoke(*words.format(long="n" * 260).split())
    assert outcome.code == 2
    assert says in outcome.err
    assert contents(folder) == before


def test_names_as_long_as_the_system_has_them(invoke: Invoke, folder: Path) -> None:
    plan, picture = f"{'n' * 250}.json", f"{'n' * 250}.html"
    assert invoke("solve", "in.json", *DISPATCH.split(), "-o", plan, "--gantt", picture).code == 0
    assert (os.path.getsize(plan) > 0, os.path.getsize(picture) > 0) == (True, True)


def test_what_is_said_of_an_input_is_not_written_into_it(start: Start, folder: Path) -> None:
    before = Path("in.json").read_bytes()
    with open("in.json", "ab") as same:
        process = start("info", "in.json", stderr=same)
        process.communicate(timeout=60)
    assert process.returncode == 2
    assert Path("in.json").read_bytes() == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words",
    [
        "solve in.json --engine dispatch --quiet",
        "solve in.json --engine dispatch --format json",
        "solve in.json --engine dispatch --format jsonl",
        "info in.json",
        "convert in.json -",
        "generate jobshop",
    ],
)
def test_a_full_disk_under_standard_output_is_named(start: Start, folder: Path, words: str) -> None:
    with open("/dev/full", "w") as full:
        process = start(*words.split(), stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.splitlines()[-1] == "schedsolve: standard output: No space left on device"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(("file", "words"), [("out.html", "--gantt out.html"), ("out.csv", "-o out.csv")])
def test_a_full_disk_under_a_file_is_named(invoke: Invoke, folder: Path, file: str, words: str) -> None:
    Path(file).unlink(missing_ok=True)
    Path(file).symlink_to("/dev/full")
    outcome = invoke("solve", "in.json", *DISPATCH.split(), *words.split())
    assert outcome.code == 2
    assert outcome.err == f"schedsolve: {file}: cannot be written: no space left on device\n"
    assert "OPTIMAL" in outcome.out


def test_a_full_disk_under_models_is_named(invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    outcome = invoke("compile", "in.json", "-o", "model.pb")
    assert (outcome.code, outcome.err) == (2, "schedsolve: model.pb: cannot be written: no space left on device\n")
    assert not Path("model.pb").exists()


def test_a_full_disk_under_compiled_code_is_named(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    unwritten = SimpleNamespace(not_kept="where/code/is/kept cannot be written: no space left on device")
    monkeypatch.setattr("schedsolve.cli.warmup.FAMILIES", {})
    monkeypatch.setattr("schedsolve.solvers.compiling.kernels.KNOWN", {"a": unwritten})
    outcome = invoke("warmup")
    assert (outcome.code, outcome.err) == (2, f"schedsolve: compiled code: {unwritten.not_kept}\n")
