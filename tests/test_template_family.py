"""The family of ``examples/packing``: no time, no rules, tiers, a dotted kind, and no trace of it in any shared file.

All commands work on it; its engines agree with brute force.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import schedsolve
from schedsolve.models import contracts
from schedsolve.models.family import Family, Role
from schedsolve.models.registry import FAMILIES, kinds_below

ROOT = Path(__file__).parent.parent
KIND = "packing.bins"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def template() -> Iterator[ModuleType]:
    """The package, known to this process."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        import packing
        import packing.problem

        FAMILIES[KIND] = packing.FAMILY
        yield packing
    finally:
        sys.path.remove(str(ROOT / "examples"))
        FAMILIES.pop(KIND, None)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("solve", …)`` in an empty folder, in a process that knows the family."""
    known = {"PYTHONPATH": str(ROOT / "examples"), "SCHEDSOLVE_FAMILIES": "packing"}

    def call(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "schedsolve", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ | known, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return call


@pytest.fixture
def file(run: Run, tmp_path: Path) -> str:
    (tmp_path / "bins.json").write_text(run("schema", KIND, "--example").stdout)
    return "bins.json"


def random_problem(seed: int) -> Any:
    from packing.problem import Packing

    rng = random.Random(seed)
    items, bins = rng.randint(1, 5), rng.randint(1, 3)
    return Packing(
        capacity=[[rng.randint(0, 6), rng.randint(0, 6)] for _ in range(bins)],
        demand=[[rng.randint(0, 4), rng.randint(0, 4)] for _ in range(items)],
        priority=[rng.choice([1, 5, 9]) for _ in range(items)],
        fixed_bin=[rng.choice([-1, -1, rng.randrange(bins)]) for _ in range(items)],
        objective=rng.choice([("unpacked",), ("unpacked", "bins_used"), ("bins_used", "unpacked")]),
    )


def best(problem: Any) -> tuple[int, ...]:
    """By trying all."""
    from packing.problem import PackingSolution
    from packing.violations import evaluate, violations

    values = []
    for bins in itertools.product(range(-1, problem.num_bins), repeat=problem.num_items):
        solution = PackingSolution(bin=list(bins))
        if not violations(problem, solution):
            values.append(tuple(value for _, value in evaluate(problem, solution)))
    return min(values)


# --- as a library -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["auto", "cpsat"])
def test_engines_agree_with_brute_force(template: ModuleType, name: str) -> None:
    seen = set()
    for seed in range(60):
        problem = random_problem(seed)
        result = schedsolve.solve(problem, name, threads=1, time_limit=20)
        assert not result.notes
        assert result.status == "OPTIMAL"
        assert tuple(level.value for level in result.objectives) == best(problem), seed
        assert schedsolve.violations(problem, result) == []
        seen.add((problem.objective, len(problem.tiers)))
    assert len(seen) == 9


def test_parts_are_what_their_contracts_say(template: ModuleType) -> None:
    family: Family = template.FAMILY
    problem, solution = family.load("example")()
    for part in ("violations", "evaluate", "picture", "table"):
        assert callable(family.load(part))
    assert (problem.kind, solution.kind, family.kind) == (KIND, KIND, KIND)
    assert [level.name for level in problem.levels] == ["unpacked[9]", "unpacked[5]", "unpacked[1]", "bins_used"]
    assert family.with_role(Role.FIRST) == ["first-fit"]
    assert family.auto == ["cpsat"]
    assert kinds_below("packing") == kinds_below(KIND) == [KIND]
    assert family.stem == "packing/bins"
    assert isinstance(problem, contracts.Problem)


# --- on the command line ----------------------------------------------------------------------------


def test_solve_prints_tiers_and_a_table(run: Run, file: str) -> None:
    answer = run("solve", file, "--time-limit", "20").stdout
    assert answer.startswith("two bins: OPTIMAL")
    for line in ("unpacked[9]  0 (optimal)", "unpacked[1]  1 (optimal)", "bins_used    2 (optimal)"):
        assert line in answer
    assert "schedule" not in answer


def test_solve_writes_json_events_tables_and_pictures(run: Run, file: str, tmp_path: Path) -> None:
    result = json.loads(run("solve", file, "--format", "json").stdout)
    assert [level["value"] for level in result["objectives"]] == [0, 0, 1, 2]
    assert result["objectives"][0]["unit"] == "count"
    events = [json.loads(line) for line in run("solve", file, "--format", "jsonl").stdout.splitlines()]
    assert (events[0]["type"], events[-1]["type"]) == ("start", "result")
    run("solve", file, "-o", "plan.csv")
    assert (tmp_path / "plan.csv").read_text().splitlines()[1] == "0,9,0"
    for suffix in ("html", "svg", "png"):
        run("solve", file, "--plot", f"plan.{suffix}")
        assert (tmp_path / f"plan.{suffix}").stat().st_size > 1000
    assert "schedule" not in (tmp_path / "plan.svg").read_text()


def test_info_leaves_out_what_the_family_does_not_have(run: Run, file: str) -> None:
    text = run("info", file).stdout
    assert "2 bins, 5 items" in text
    assert "first-fit" in text
    assert "rules" not in text
    assert "settings" not in text
    known = json.loads(run("info", file, "--format", "json").stdout)
    assert known["rules"] == []
    names = [bound["name"] for bound in known["bounds"]]
    assert names == ["unpacked[9]", "unpacked[5]", "unpacked[1]", "bins_used"]


def test_validate_accepts_and_refuses(run: Run, file: str, tmp_path: Path) -> None:
    run("solve", file, "-o", "plan.json")
    assert run("validate", file, "plan.json").stdout.startswith("feasible: unpacked[9] 0")
    plan = json.loads((tmp_path / "plan.json").read_text())
    plan["solution"]["bin"][4] = 1
    (tmp_path / "full.json").write_text(json.dumps(plan))
    refused = json.loads(run("validate", file, "full.json", "--format", "json", code=1).stdout)
    assert {violation["code"] for violation in refused["violations"]} == {"capacity", "claim"}
    plan["solution"]["bin"] = [7]
    (tmp_path / "short.json").write_text(json.dumps(plan))
    refused = json.loads(run("validate", file, "short.json", "--format", "json", code=1).stdout)
    assert refused["objectives"] == []


def test_bench_and_compare(run: Run, file: str) -> None:
    engines = ("--engine", "first-fit", "--engine", "cpsat", "--engine", "auto")
    run("bench", file, *engines, "--time-limit", "10", "-o", "runs.jsonl")
    table = run("compare", "runs.jsonl").stdout
    rows = {words[0]: words[1:] for line in table.splitlines() if len(words := line.split()) > 5}
    assert rows["cpsat"][:5] == rows["auto"][:5] == ["1", "1", "0", "1", "1"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("explain bins.json", "explain does not model problems of kind packing.bins"),
        ("solve bins.json --rule spt", "a rule, spt: problems of kind packing.bins have none"),
        ("solve bins.json --engine milp", 'no engine "milp"; known: auto, first-fit, cpsat'),
        ("compile bins.json --engine cpsat -o x.pb", "cpsat cannot write its models of problems of kind packing.bins"),
        ("solve bins.json -o plan.xml", "is written as .json or .csv"),
        ("solve bins.json --objective makespan", 'no objective "makespan"'),
    ],
)
def test_what_the_family_does_without_is_said_in_one_line(run: Run, file: str, command: str, said: str) -> None:
    refused = run(*command.split(), code=2).stderr
    assert said in refused
    assert len(refused.strip().splitlines()) == 1


def test_a_family_that_is_not_there_is_an_error_of_one_line(tmp_path: Path) -> None:
    known = {"SCHEDSOLVE_FAMILIES": "nothing_of_that_name"}
    done = subprocess.run(
        [sys.executable, "-m", "schedsolve", "info", "ft06"],
        cwd=tmp_path,
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "SCHEDSOLVE_FAMILIES: nothing_of_that_name is no module with a FAMILY" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


BAD = {
    "syntax": ("FAMILY =", "SyntaxError"),
    "raises": ("1 / 0", "ZeroDivisionError"),
    "another": (
        "from packing import FAMILY as own\nfrom dataclasses import replace\nFAMILY = replace(own, kind='jobshop')",
        "there is a kind jobshop already",
    ),
    "nameless": (
        "from packing import FAMILY as own\nfrom dataclasses import replace\nFAMILY = replace(own, kind='../etc')",
        "cannot be the name of a kind",
    ),
}


@pytest.mark.parametrize("module", BAD)
def test_a_module_that_is_no_family_is_refused_in_one_line(tmp_path: Path, module: str) -> None:
    text, said = BAD[module]
    (tmp_path / f"{module}.py").write_text(text)
    path = os.pathsep.join([str(ROOT / "examples"), str(tmp_path)])
    known = {"PYTHONPATH": path, "SCHEDSOLVE_FAMILIES": module}
    command = [sys.executable, "-m", "schedsolve", "info", "ft06"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | known, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert f"SCHEDSOLVE_FAMILIES: {module}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_family_needs_neither_table_nor_picture(run: Run, file: str, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(
        "from dataclasses import replace\nfrom packing import FAMILY as own\n"
        "FAMILY = replace(own, table='', picture='')\n"
    )
    path = os.pathsep.join([str(ROOT / "examples"), str(tmp_path)])
    known = {"PYTHONPATH": path, "SCHEDSOLVE_FAMILIES": "plain"}

    def solve(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "schedsolve", "solve", file, *options]
        return subprocess.run(
            command, cwd=tmp_path, env=os.environ | known, capture_output=True, text=True, check=False
        )

    assert solve().stdout.strip().endswith("proved by    cpsat")
    refused = solve("--plot", "x.html")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "there are no pictures of problems of kind packing.bins" in refused.stderr


def test_bench_finds_a_family_that_lies_in_the_current_folder(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "packing", tmp_path / "packing")
    known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    known["SCHEDSOLVE_FAMILIES"] = "packing"
    for words in (
        ("solve", "ft06", "-o", "x.json"),
        ("bench", "ft06", "--engine", "dispatch", "-o", "runs.jsonl"),
    ):
        command = [sys.executable, "-m", "schedsolve", *words]
        done = subprocess.run(command, cwd=tmp_path, env=known, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "FAILED" not in (tmp_path / "runs.jsonl").read_text()


def test_nothing_to_pack_and_nowhere_to_pack_it(template: ModuleType) -> None:
    from packing.problem import Packing

    problem = Packing(capacity=[], demand=[], objective="bins_used")
    result = schedsolve.solve(problem, "cpsat", threads=1, time_limit=20)
    assert (result.status, result.objective, result.notes) == ("OPTIMAL", 0, ())


def test_no_shared_file_knows_of_it() -> None:
    rooms = ("schedsolve", "models", "solvers", "instances", "reports", "cli", "benchmarks")
    for room in rooms:
        for path in (ROOT / room).rglob("*.py"):
            assert "packing" not in path.read_text().lower(), path
