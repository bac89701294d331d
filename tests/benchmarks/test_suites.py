from __future__ import annotations

from pathlib import Path

import pytest

from schedsolve.benchmarks.suites import SUITES, expand, expand_all
from schedsolve.instances.bundled import catalogue
from schedsolve.models.errors import InvalidFile, UnknownName

NAMES = {entry.name: entry.set for entry in catalogue()}
JSP = "2 2\n0 3 1 2\n1 4 0 1\n"
TWO = f"instance one\n{JSP}\ninstance two\n{JSP}"


@pytest.mark.parametrize("suite", SUITES)
def test_suites_are_of_bundled_instances(suite: str) -> None:
    found = expand(suite)
    assert found
    assert len(set(found)) == len(found)
    assert set(found) <= NAMES.keys()


@pytest.mark.parametrize(
    ("word", "count", "ends"),
    [
        ("ft", 3, ("ft06", "ft20")),
        ("ta", 80, ("ta01", "ta80")),
        ("flowshop", 120, ("ta001", "ta120")),
        ("openshop", 60, ("tai04x04_01", "tai20x20_10")),
        ("classics", 82, ("ft06", "yn4")),
        ("proofs", 54, ("ft06", "la40")),
        ("ft06", 1, ("ft06", "ft06")),
        ("ta41-50", 10, ("ta41", "ta50")),
        ("ta41-ta50", 10, ("ta41", "ta50")),
        ("ta001-010", 10, ("ta001", "ta010")),
        ("abz5-9", 5, ("abz5", "abz9")),
        ("tai07x07_09-10", 2, ("tai07x07_09", "tai07x07_10")),
        ("ft06-20", 3, ("ft06", "ft20")),
    ],
)
def test_names(word: str, count: int, ends: tuple[str, str]) -> None:
    found = expand(word)
    assert (len(found), found[0], found[-1]) == (count, *ends)


def test_ranges_stay_in_their_set() -> None:
    assert {NAMES[name] for name in expand("ta01-80")} == {"ta"}


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("clasics", "did you mean classics?"),
        ("tai04x04_11", "did you mean tai04x04_10?"),
        ("ta41-99", "known: ta01-80"),
        ("la05-01", "no range"),
    ],
)
def test_unknown_names(word: str, message: str) -> None:
    with pytest.raises(UnknownName, match=message.replace("?", r"\?")):
        expand(word)


def test_files_and_folders(tmp_path: Path) -> None:
    for name, text in (("mk10.jsp", JSP), ("mk2.jsp", JSP), ("many.txt", TWO), (".hidden", "no instance")):
        (tmp_path / name).write_text(text)
    two = [str(tmp_path / "many.txt#one"), str(tmp_path / "many.txt#two")]
    assert expand(str(tmp_path)) == [*two, str(tmp_path / "mk2.jsp"), str(tmp_path / "mk10.jsp")]
    assert expand(str(tmp_path / "mk2.jsp")) == [str(tmp_path / "mk2.jsp")]
    assert expand(str(tmp_path / "many.txt")) == two
    assert expand(two[1]) == [two[1]]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidFile, match="holds no files"):
        expand(str(tmp_path / "empty"))
    with pytest.raises(InvalidFile, match="no such file"):
        expand(str(tmp_path / "mk3.jsp"))


@pytest.mark.parametrize("begin", ["", '{"ty', '{"type":"run","kind":"jobshop"}\n'])
def test_files_of_runs_in_a_folder_are_no_instances(tmp_path: Path, begin: str) -> None:
    (tmp_path / "runs.jsonl").write_text(begin)
    with pytest.raises(InvalidFile, match="holds no files"):
        expand(str(tmp_path))
    (tmp_path / "mk2.jsp").write_text(JSP)
    assert expand(str(tmp_path)) == [str(tmp_path / "mk2.jsp")]
    (tmp_path / "other.jsonl").write_text("[1]\n")
    with pytest.raises(InvalidFile, match=r"other\.jsonl"):
        expand(str(tmp_path))


def test_a_path_wins_over_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ft06").write_text(JSP)
    (tmp_path / "la").mkdir()
    (tmp_path / "la" / "mine.jsp").write_text(JSP)
    monkeypatch.chdir(tmp_path)
    assert expand_all(["ft06", "la", "ft06"]) == ["ft06", str(Path("la") / "mine.jsp")]


def test_public_suites_are_files_below_the_folder_that_the_variable_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("j301_2.sm", "j301_10.sm", "j301_1.sm"):
        path = tmp_path / "rcpsp" / "j30" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("PRECEDENCE RELATIONS:\n")
    monkeypatch.setenv("SCHEDSOLVE_BENCHMARKS", str(tmp_path))
    assert [Path(source).name for source in expand("rcpsp-j30")] == ["j301_1.sm", "j301_2.sm", "j301_10.sm"]
    with pytest.raises(InvalidFile, match=r"no files for the suite rcpsp-j60 \(SCHEDSOLVE_BENCHMARKS names"):
        expand("rcpsp-j60")
    with pytest.raises(UnknownName, match="did you mean rcpsp-j30"):
        expand("rcpsp-j33")


@pytest.mark.benchmark_data
@pytest.mark.parametrize(
    ("suite", "count"),
    [("rcpsp-j30", 480), ("rcpsp-mm-j10", 536), ("rcpsp-proofs", 156), ("rcpsp-sample", 12)],
)
def test_public_suites(suite: str, count: int, benchmarks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDSOLVE_BENCHMARKS", str(benchmarks))
    assert len(expand(suite)) == count
