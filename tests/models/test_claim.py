"""What a result states is held to the problem, to its solution and to itself; each false claim is named."""

from __future__ import annotations

import re
from typing import Any

import pytest

from schedsolve.models.check import check, violations
from schedsolve.models.claim import Claim, solution_and_claim
from schedsolve.models.errors import InvalidOption
from schedsolve.models.jobshop import JobShop, JobShopSolution
from schedsolve.models.rcpsp import RCPSP, RCPSPSolution

PROBLEM = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 4)]], objective="makespan,total_flow_time", tick=1)
SOLUTION = JobShopSolution(start=[0, 3, 0, 3])

STATED: dict[str, Any] = {
    "schema": "schedsolve/1",
    "version": 1,
    "kind": "jobshop",
    "role": "result",
    "problem": PROBLEM.fingerprint,
    "status": "FEASIBLE",
    "stopped_by": "time",
    "objective": 12,
    "bound": 9,
    "gap": 0.25,
    "level": "total_flow_time",
    "objectives": [
        {"name": "makespan", "value": 7, "bound": 7},
        {"name": "total_flow_time", "value": 12, "bound": 9},
    ],
    "engine": "a",
    "proved_by": "b",
    "seconds": 1.5,
    "seed": 3,
    "threads": 2,
    "versions": {},
    "notes": [],
    "settings": {"no_wait": False, "blocking": "none", "tick": 1, "objective": ["makespan", "total_flow_time"]},
    "trace": [
        {"seconds": 0.1, "objective": None, "bound": 5, "who": "b", "stage": "makespan"},
        {"seconds": 0.2, "objective": 8, "bound": 5, "who": "a", "stage": "makespan"},
        {"seconds": 0.2, "objective": 7, "bound": 5, "who": "a", "stage": "makespan"},
        {"seconds": 0.3, "objective": 7, "bound": 7, "who": "b", "stage": "makespan"},
        {"seconds": 0.3, "objective": 14, "bound": 9, "who": "b", "stage": "total_flow_time"},
        {"seconds": 0.4, "objective": 12, "bound": 9, "who": "a", "stage": "total_flow_time"},
    ],
}


def false(solution: Any = SOLUTION, problem: Any = PROBLEM, /, **changes: Any) -> list[str]:
    """What is found false in the claim above with some changes, of a solution that breaks no rule."""
    found = violations(problem, solution, claim=Claim(STATED | changes))
    assert {v.code for v in found} <= {"claim"}
    return [v.message for v in found]


def listed(*levels: tuple[str, int | None, int | None]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value, "bound": bound} for name, value, bound in levels]


def test_a_true_claim() -> None:
    assert false() == []
    assert false(settings={}) == []
    assert violations(PROBLEM, SOLUTION, claim=Claim({})) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "rcpsp"}, "kind rcpsp stated, the problem is of kind jobshop"),
        ({"problem": "feed"}, f"made for problem feed, this one is {PROBLEM.fingerprint}"),
        (
            {"status": "OPTIMAL", "stopped_by": "proof"},
            "status OPTIMAL stated, total_flow_time 12 and bound 9 do not meet",
        ),
        ({"status": "UNKNOWN"}, "status UNKNOWN stated, there is a solution"),
        ({"status": "INFEASIBLE", "stopped_by": "proof"}, "status INFEASIBLE stated, there is a solution"),
        ({"stopped_by": "boredom"}, "stopped by boredom stated, expected one of proof, time, "),
        ({"stopped_by": "proof"}, "stopped by proof stated, FEASIBLE proves nothing"),
        ({"objective": 11}, "objective 11 stated, total_flow_time is 12"),
        ({"objective": None}, "objective none stated, total_flow_time is 12"),
        ({"bound": 10}, "bound 10 stated, 9 in the list for total_flow_time"),
        ({"bound": None}, "bound none stated, 9 in the list for total_flow_time"),
        ({"gap": 0.2}, "gap 0.2 stated, objective 12 and bound 9 give 0.25"),
        ({"gap": None}, "gap none stated, objective 12 and bound 9 give 0.25"),
        ({"level": "makespan"}, "level makespan stated, it is total_flow_time"),
        ({"objectives": []}, "objectives none stated, the problem has makespan, total_flow_time"),
        (
            {"objectives": STATED["objectives"][:1]},
            "objectives makespan stated, the problem has makespan, total_flow_time",
        ),
        ({"objectives": STATED["objectives"][::-1]}, "objectives total_flow_time, makespan stated, the problem has "),
        ({"objectives": STATED["objectives"] * 2}, "objectives makespan, total_flow_time, makespan, total_flow_time "),
        (
            {"objectives": listed(("makespan", 6, 6), ("total_flow_time", 12, 9))},
            "makespan 6 stated, the solution has 7",
        ),
        (
            {"objectives": listed(("makespan", None, 7), ("total_flow_time", 12, 9))},
            "no makespan stated, there is a solution",
        ),
        (
            {"objectives": listed(("makespan", 7, 8), ("total_flow_time", 12, 9))},
            "makespan bound 8 stated, the solution has 7",
        ),
        (
            {"objectives": listed(("makespan", 7, 6), ("total_flow_time", 12, 9))},
            "total_flow_time bound 9 stated, though a level above is open",
        ),
        (
            {"objectives": listed(("makespan", 7, 7), ("total_flow_time", 12, 12))},
            "status FEASIBLE stated, objective and bound of total_flow_time meet",
        ),
        ({"engine": None}, "engine null stated, there is a solution"),
        ({"engine": "z"}, "engine z stated, the trace does not name it"),
        ({"proved_by": None}, "proved_by null stated, there is a bound"),
        ({"proved_by": "z"}, "proved_by z stated, the trace does not name it"),
        ({"seconds": -0.5}, "seconds -0.5 stated, expected 0 or more"),
        ({"seconds": float("nan")}, "seconds nan stated, expected 0 or more"),
        ({"seed": -1}, "seed -1 stated, expected 0 or more"),
        ({"threads": -2}, "threads -2 stated, expected 0 or more"),
    ],
)
def test_each_false_claim_is_named(changes: dict[str, Any], message: str) -> None:
    found = false(**changes)
    assert any(text.startswith(message) for text in found), found


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("no_wait", True, "made with no_wait true, the problem has false; --set no_wait=true checks it as it was made"),
        ("blocking", "swap", "made with blocking swap, the problem has none; --set blocking=swap checks it"),
        ("tick", 60, "made with tick 60, the problem has 1; --set tick=60 checks it as it was made"),
        ("origin", "2030-01-01", "made with origin 2030-01-01, the problem has empty; --set origin=2030-01-01 checks"),
        (
            "objective",
            ["makespan"],
            "made with objective makespan, the problem has makespan,total_flow_time; --objective",
        ),
        ("objective", ["x\x1b[31m"], 'made with objective "x\\u001b[31m", the problem has'),
        ("objective", 3, "objective: 3 stated, expected a list of names"),
        ("objective", [3], "objective: […] stated, expected a list of names"),
        ("no_wait", [1], "no_wait: […] stated, which is none of its values"),
        ("no_wait", None, "no_wait: null stated, which is none of its values"),
        ("blocking", {"a": 1}, "blocking: {…} stated, which is none of its values"),
        ("tick", 1.5, "tick: 1.5 stated, which is none of its values"),
        ("tick", float("inf"), "tick: Infinity stated, which is none of its values"),
        ("colour", "red", "settings: colour stated, which jobshop does not have"),
        ("self", 1, "settings: self stated, which jobshop does not have"),
    ],
)
def test_settings_that_differ_are_named_with_what_to_pass(name: str, value: Any, message: str) -> None:
    (text,) = false(settings=STATED["settings"] | {name: value})
    assert text.startswith(message)


def test_settings_of_equal_meaning_are_equal() -> None:
    settings = {"no_wait": "no", "tick": "1", "pause": 0, "objective": "makespan, total_flow_time"}
    assert false(settings=settings) == []


def test_where_settings_alone_make_it_another_problem_they_alone_are_named() -> None:
    strict = PROBLEM.with_settings(blocking="swap")
    (text,) = false(SOLUTION, strict)
    assert text.startswith("made with blocking none, the problem has swap")
    other = JobShop.from_jobs([[(0, 3), (1, 2)], [(1, 2), (0, 5)]], objective=PROBLEM.objective, tick=1)
    assert false(SOLUTION, other) == [f"made for problem {PROBLEM.fingerprint}, this one is {other.fingerprint}"]
    assert len(false(SOLUTION, other.with_settings(tick=5))) == 2


def test_what_was_made_for_another_problem_is_held_to_itself() -> None:
    other = PROBLEM.with_settings(objective="total_tardiness")
    assert len(false(SOLUTION, other)) == 1
    assert [text.split(" stated")[0] for text in false(SOLUTION, other, objective=3, gap=1.0)[1:]] == [
        "objective 3",
        "gap 1",
    ]


def point(objective: int | None, bound: int | None, stage: str = "makespan", seconds: float = 0.5) -> dict[str, Any]:
    return {"seconds": seconds, "objective": objective, "bound": bound, "who": "a", "stage": stage}


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([point(7, 7, "tardiness")], "point 7 speaks of no objective of the list"),
        ([point(7, 7, seconds=0.1)], "point 7 is at 0.1 s, not in 0.4 to 1.5"),
        ([point(7, 7, seconds=2.0)], "point 7 is at 2.0 s, not in 0.4 to 1.5"),
        ([point(8, 7)], "point 7 raises makespan from 7 to 8"),
        ([point(None, 7)], "point 7 has lost the value of makespan"),
        ([point(7, 6)], "point 7 lowers the bound of makespan from 7"),
        ([point(7, None)], "point 7 lowers the bound of makespan from 7"),
        ([point(7, 8)], "point 7 has the bound 8 above makespan 7"),
        ([point(11, 9, "total_flow_time")], "ends at total_flow_time 11, not at 12"),
        ([point(12, 10, "total_flow_time")], "ends at the bound 10 of total_flow_time, not at 9"),
    ],
)
def test_a_trace_that_no_search_leaves_is_refused(points: list[dict[str, Any]], message: str) -> None:
    assert false(trace=STATED["trace"] + points) == [f"trace: {message}"]


def test_a_trace_that_ends_too_early_is_refused() -> None:
    assert false(trace=STATED["trace"][:-1]) == ["trace: ends at total_flow_time 14, not at 12"]
    assert false(trace=STATED["trace"][:1], engine="b") == ["trace: ends without a solution, one is stated"]
    assert false(trace=STATED["trace"][4:]) == ["trace: point 1 speaks of total_flow_time before there is a solution"]
    assert false(trace=[]) == []


def test_a_bound_that_a_schedule_refutes_may_fall_and_levels_below_may_get_worse() -> None:
    early = [
        point(9, 9, seconds=0),
        point(10, 4, "total_flow_time", seconds=0),
        point(8, None, seconds=0),
        point(8, 4, seconds=0),
    ]
    assert false(trace=early + STATED["trace"][2:]) == []
    assert false(trace=[*early, point(8, None, "total_flow_time", 0), *STATED["trace"][2:]]) == []


NOTHING = {
    "status": "UNKNOWN",
    "objective": None,
    "bound": 5,
    "gap": None,
    "level": "makespan",
    "objectives": listed(("makespan", None, 5), ("total_flow_time", None, None)),
    "engine": None,
    "trace": STATED["trace"][:1],
}


class Empty:
    """Stands for a result that holds no solution."""

    role = "result"
    solution = None

    def __init__(self, **changes: Any):
        self.claim = Claim(STATED | NOTHING | changes)


def false_without_solution(**changes: Any) -> list[str]:
    verdict = check(PROBLEM, Empty(**changes))
    assert (verdict.broken, verdict.objectives) == ([], [])
    return [v.message for v in verdict.false]


def test_true_claims_without_a_solution() -> None:
    assert false_without_solution() == []
    assert false_without_solution(status="INFEASIBLE", stopped_by="proof", proved_by="c") == []
    assert false_without_solution(stopped_by="proof") == []  # below a cutoff of 5 there is nothing
    levels = listed(("makespan", None, None), ("total_flow_time", None, None))
    assert false_without_solution(bound=None, objectives=levels, proved_by=None, trace=[]) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "OPTIMAL", "stopped_by": "proof"}, "status OPTIMAL stated, there is no solution; .* -o OUT.json"),
        ({"status": "FEASIBLE"}, "status FEASIBLE stated, there is no solution"),
        ({"status": "INFEASIBLE"}, "stopped by time stated, INFEASIBLE is by proof"),
        ({"status": "INFEASIBLE", "stopped_by": "proof", "proved_by": None}, "proved_by null stated, there is a proof"),
        ({"stopped_by": "target"}, "stopped by target stated, there is no solution"),
        ({"engine": "a"}, "engine a stated, there is no solution"),
        ({"objective": 7}, "objective 7 stated, makespan is none"),
        ({"gap": 0.5}, "gap 0.5 stated, objective none and bound 5 give none"),
        ({"level": "total_flow_time"}, "level total_flow_time stated, it is makespan"),
        (
            {"objectives": listed(("makespan", 7, 5), ("total_flow_time", None, None))},
            "makespan 7 stated, there is no solution",
        ),
        (
            {"objectives": listed(("makespan", None, 5), ("total_flow_time", None, 3))},
            "total_flow_time bound 3 stated, though a level above is open",
        ),
        ({"trace": STATED["trace"][:2]}, "trace: ends with a solution, none is stated"),
        (
            {
                "stopped_by": "proof",
                "bound": None,
                "proved_by": None,
                "objectives": listed(("makespan", None, None), ("total_flow_time", None, None)),
                "trace": [],
            },
            "stopped by proof stated, UNKNOWN proves nothing",
        ),
    ],
)
def test_false_claims_without_a_solution(changes: dict[str, Any], message: str) -> None:
    found = false_without_solution(**changes)
    assert any(re.match(message, text) for text in found), found


def test_numbers_beyond_all_measure_do_no_harm() -> None:
    far = 10**4000
    levels = listed(("makespan", 7, -far), ("total_flow_time", 12, None))
    assert any("gap 0.5 stated" in text for text in false(objectives=levels, bound=-far, gap=0.5, objective=far))
    zero = JobShop.from_jobs([[(0, 0)]])
    stated = {"objectives": listed(("makespan", 0, -far)), "gap": 0.5, "objective": 0}
    assert [v.message for v in violations(zero, JobShopSolution(start=[0]), claim=Claim(stated))]


def test_of_a_solution_of_another_shape_only_the_shape_and_the_claims_are_looked_at() -> None:
    verdict = check(PROBLEM, JobShopSolution(start=[0]), claim=Claim(STATED | {"status": "UNKNOWN"}))
    assert [v.code for v in verdict.violations] == ["shape", "claim"]
    assert verdict.objectives == []
    verdict = check(PROBLEM, RCPSPSolution(start=[0, 3, 0, 3]))
    assert [str(v) for v in verdict.violations] == ["shape: a solution of kind rcpsp, the problem is of kind jobshop"]
    task = RCPSP(mode_ptr=[0, 1], duration=[3], capacity=[])
    assert check(task, RCPSPSolution(start=[0], mode=[1])).objectives == []
    assert check(task, RCPSPSolution(start=[0])).objectives == [("makespan", 3)]


@pytest.mark.parametrize("given", [None, 3, "plan.json", {"start": [0]}, PROBLEM])
def test_what_is_neither_a_result_nor_a_solution_is_refused(given: Any) -> None:
    with pytest.raises(InvalidOption, match=r"solution is .*, expected a Result or a solution"):
        violations(PROBLEM, given)


def test_both_parts_of_a_result() -> None:
    empty = Empty()
    assert solution_and_claim(SOLUTION) == (SOLUTION, None)
    assert solution_and_claim(empty) == (None, empty.claim)
