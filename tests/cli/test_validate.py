"""``validate`` as a user runs it: what decides, what is believed, exit codes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.rcpsp import RCPSP

Invoke = Callable[..., Any]

DISPATCH = ("--engine", "dispatch", "-q")

STRICT = JobShop.from_jobs([[(0, 1), (1, 5)], [(0, 1), (1, 5)]], no_wait=True, due=[6, 7])
BUSY = RCPSP(mode_ptr=[0, 1], duration=[3], capacity=[], project_deadline=2)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("strict.json").write_text(STRICT.to_json())
    Path("busy.json").write_text(BUSY.to_json())


@pytest.fixture
def solved(invoke: Invoke) -> Callable[..., dict[str, Any]]:
    """Solve with some arguments; the result is in r.json."""

    def call(*arguments: str) -> dict[str, Any]:
        invoke("solve", *DISPATCH, *arguments, "-o", "r.json")
        document: dict[str, Any] = json.loads(Path("r.json").read_text())
        return document

    return call


def write(document: Any, name: str = "r.json") -> str:
    Path(name).write_text(json.dumps(document))
    return name


def raised(document: dict[str, Any], bound: int) -> dict[str, Any]:
    """A result with another bound that contradicts nothing else in it."""
    value = document["objective"]
    document["trace"].append(document["trace"][-1] | {"bound": bound, "objective": value, "who": "bound"})
    document["objectives"][0]["bound"] = document["bound"] = bound
    document |= {"gap": (value - bound) / value, "proved_by": "bound"}
    return document | ({"status": "OPTIMAL", "stopped_by": "proof"} if bound == value else {})


# --- what decides -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "options", "rule"),
    [
        ("strict.json", ("--set", "no_wait=false"), "no_wait:"),
        ("strict.json", ("--objective", "total_tardiness"), None),
        ("busy.json", ("--set", "project_deadline=99"), "deadline:"),
        ("ft06", ("--set", "origin=2030-01-01"), None),
    ],
)
def test_the_file_decides_and_not_the_result(
    program: Invoke, invoke: Invoke, solved: Any, file: str, options: tuple[str, str], rule: str | None
) -> None:
    solved(file, *options)
    refused = program("validate", file, "r.json")
    assert (refused.code, refused.err) == (1, "")
    assert "  claim: made with " in refused.out
    assert f"; {' '.join(options)} checks it as it was made" in refused.out
    assert rule is None or rule in refused.out
    assert program("validate", file, "r.json", *options).code == 0
    document = invoke("validate", file, "r.json", "--format", "json").json
    assert document["feasible"] is False
    assert [x["name"] for x in document["objectives"]] == ["makespan"]


def test_an_older_result_that_records_fewer_settings(invoke: Invoke, solved: Any) -> None:
    document = solved("strict.json")
    document["settings"] = {"no_wait": "yes"}
    assert invoke("validate", "strict.json", write(document)).code == 0
    document["settings"] = {"tempo": 3}
    refused = invoke("validate", "strict.json", write(document))
    assert refused.code == 1
    assert "claim: settings: tempo stated, which jobshop does not have" in refused.out


# --- what is believed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"status": "OPTIMAL"}, "status OPTIMAL stated, makespan 59 and bound 52 do not meet"),
        ({"status": "UNKNOWN"}, "status UNKNOWN stated, there is a solution"),
        ({"status": "INFEASIBLE"}, "status INFEASIBLE stated, there is a solution"),
        ({"objective": 3, "bound": 3, "status": "OPTIMAL", "gap": 0}, "objective 3 stated, makespan is 59"),
        ({"bound": 999_999}, "bound 999999 stated, 52 in the list for makespan"),
        ({"gap": 0.0}, "gap 0 stated, objective 59 and bound 52 give 0.118644"),
        ({"level": "total_tardiness"}, "level total_tardiness stated, it is makespan"),
        ({"objectives": []}, "objectives none stated, the problem has makespan"),
        ({"problem": "0" * 16}, "made for problem 0000000000000000, this one is "),
        ({"solution": None}, "status FEASIBLE stated, there is no solution"),
    ],
)
def test_a_false_claim_is_refused(invoke: Invoke, solved: Any, changes: dict[str, Any], says: str) -> None:
    document = solved("ft06", "--rule", "mor", "--threads", "1")
    assert invoke("validate", "ft06", "r.json").out == "feasible: makespan 59\n"
    refused = invoke("validate", "ft06", write(document | changes))
    assert refused.code == 1
    assert refused.out.startswith("not as claimed: ")
    assert f"\n  claim: {says}" in refused.out
    listed = invoke("validate", "ft06", "r.json", "--format", "json").json
    assert {x["code"] for x in listed["violations"]} == {"claim"}
    assert listed["feasible"] is False
    assert invoke("validate", "ft06", "r.json", "--exit-zero").code == 0


@pytest.mark.parametrize(
    ("objective", "bound"),
    [("makespan", 56), ("makespan", 59), ("makespan,total_completion_time", 56)],
)
def test_a_bound_that_the_literature_refutes(invoke: Invoke, solved: Any, objective: str, bound: int) -> None:
    document = solved("ft06", "--rule", "mor", "--objective", objective)
    document["trace"] = [point for point in document["trace"] if point["stage"] == "makespan"]
    refused = invoke("validate", "ft06", write(raised(document, bound)), "--objective", objective)
    assert (refused.code, refused.out.splitlines()[0]) == (1, "not as claimed: 1 violation (1 claim)")
    assert f"claim: makespan bound {bound} stated, 55 has been reached (ScheduleOpt" in refused.out
    document = solved("ft06", "--rule", "mor")
    assert invoke("validate", "ft06", write(raised(document, 55))).code == 0


def test_infeasible_where_the_literature_has_a_schedule(invoke: Invoke, solved: Any) -> None:
    document = solved("ft06", "--set", "no_wait=true", "--objective", "makespan") | {"solution": None, "trace": []}
    document |= {"status": "INFEASIBLE", "stopped_by": "proof", "engine": None, "proved_by": "cpsat"}
    document |= {"objective": None, "bound": None, "gap": None, "settings": {}, "problem": _fingerprint(invoke, "ft06")}
    document["objectives"] = [{"name": "makespan", "value": None, "bound": None}]
    refused = invoke("validate", "ft06", write(document))
    assert refused.code == 1
    assert "claim: status INFEASIBLE stated, makespan 55 has been reached" in refused.out


def _fingerprint(invoke: Invoke, name: str) -> str:
    return str(invoke("info", name, "--format", "json").json["problem"])


# --- without a solution -----------------------------------------------------------------------


def test_a_true_result_without_a_solution_is_nothing_to_check(program: Invoke, solved: Any) -> None:
    document = solved("busy.json", "--engine", "auto")
    assert document["status"] == "INFEASIBLE"
    bounded_by = document["trace"][-1]["who"] if document["trace"] else None
    unknown = document | {"status": "UNKNOWN", "stopped_by": "time", "proved_by": bounded_by}
    for changed in (document, unknown):
        outcome = program("validate", "busy.json", write(changed))
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == "schedsolve: r.json: the result holds no solution\n"
    outcome = program("validate", "busy.json", write(document | {"stopped_by": "time"}))
    assert outcome.code == 1
    assert "claim: stopped by time stated, INFEASIBLE is by proof" in outcome.out


def test_the_summary_of_a_long_schedule(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedsolve.cli.solve.SUMMARY_ABOVE", 10)
    Path("r.json").write_text(invoke("solve", "ft06", "--format", "json", *DISPATCH).out)
    refused = invoke("validate", "ft06", "r.json")
    assert refused.code == 1
    assert "there is no solution; where this is what was printed of a long solution, -o OUT.json" in refused.out


# --- solutions of any shape -------------------------------------------------------------------


def test_a_role_may_be_left_out(invoke: Invoke, solved: Any) -> None:
    document = solved("ft06")
    bare = {"schema": document["schema"], "kind": "jobshop"} | document["solution"]
    assert invoke("validate", "ft06", write(bare)).code == 0
    assert invoke("solve", "ft06", "--hint", write(bare), *DISPATCH).code == 0
    del document["role"]
    assert invoke("validate", "ft06", write(document)).code == 0
    problem = {name: value for name, value in json.loads(STRICT.to_json()).items() if name != "role"}
    assert "holds a problem" in invoke("validate", "ft06", write(problem)).err
    assert "holds a solution, expected a problem" in invoke("solve", write(bare)).err
    neither = {"schema": document["schema"], "kind": "jobshop", "begin": [0]}
    outcome = invoke("validate", "ft06", write(neither))
    assert outcome.code == 2
    assert "has no role, and no field of a problem, a solution or a result" in outcome.err


@pytest.mark.parametrize("file", ["ft06", "house"])
def test_solutions_of_any_numbers_are_answered(invoke: Invoke, file: str) -> None:
    """Wrong lengths, indices that do not exist, negative and huge times: never more than a list of violations."""
    info = invoke("info", file, "--format", "json").json
    names = {"jobshop": ("alternative",), "rcpsp": ("mode", "left_out")}[info["kind"]]
    size = {"ft06": 36, "house": 16}[file]
    rng = random.Random(file)
    numbers = [-(2**53), -1, 0, 1, 2, 7, 1000, 2**31, 2**53 - 1, 2**53]
    codes = set()
    for case in range(60):
        length = size if case % 4 else rng.choice([0, 1, size - 1, size + 1, 500])
        document: dict[str, Any] = {"schema": "schedsolve/1", "kind": info["kind"], "role": "solution"}
        document["start"] = [rng.choice(numbers) for _ in range(length)]
        for name in names:
            choice = [False, True] if name == "left_out" else [0, 0, 0, 1] if case % 2 else numbers
            if rng.random() < 0.7:
                document[name] = [rng.choice(choice) for _ in range(length)]
        outcome = invoke("validate", file, write(document), "--format", rng.choice(["text", "json"]))
        assert (outcome.code, outcome.err) == (1, ""), document
        hinted = invoke("solve", file, "--hint", "r.json", *DISPATCH)
        assert (hinted.code, hinted.out) == (2, ""), document
        assert "no valid solution of this problem" in hinted.err
        codes.add(outcome.out.split("(")[1].split(" ")[1] if outcome.out.startswith("infeasible") else "json")
    assert len(codes) > 3, codes


def test_a_mode_that_does_not_exist(program: Invoke) -> None:
    plan = {"schema": "schedsolve/1", "kind": "rcpsp", "role": "solution", "start": [0] * 16, "mode": [9] * 16}
    outcome = program("validate", "house", write(plan), "--format", "json")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.json["objectives"] == []
    assert {x["code"] for x in outcome.json["violations"]} == {"mode"}


def test_another_kind_is_bad_input(invoke: Invoke) -> None:
    Path("plan.json").write_text(JobShopSolution(start=[0]).to_json())
    outcome = invoke("validate", "house", "plan.json")
    assert outcome.code == 2
    assert "is of kind jobshop, the problem is rcpsp" in outcome.err
