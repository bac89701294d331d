"""The page on the native JSON of projects: its example is one, and no field is missing."""

import re
from dataclasses import fields
from pathlib import Path

import schedsolve
from schedsolve.models.rcpsp import LINK_KINDS, RCPSP, RCPSPSolution, violations
from schedsolve.models.rcpsp.violations import evaluate

PAGE = (Path(__file__).parents[2] / "docs" / "native_json_projects.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_example_is_solved_as_the_page_says() -> None:
    problem, solution = RCPSP.from_json(EXAMPLES[0]), RCPSPSolution.from_json(EXAMPLES[1])
    assert violations(problem, solution) == []
    result = schedsolve.solve(problem, "cpsat", threads=1, time_limit=20)
    assert result.status == "OPTIMAL"
    assert [(level.name, level.value) for level in result.objectives] == evaluate(problem, solution)


def test_every_field_has_a_row() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    told = set(re.findall(r"`(\w+)`", " ".join(rows)))
    assert {field.name for kind in (RCPSP, RCPSPSolution) for field in fields(kind)} | {
        "schema",
        "kind",
        "role",
    } == told


def test_the_kinds_of_links_are_those_of_the_model() -> None:
    assert ", ".join(f"{code} = {name}" for code, name in enumerate(LINK_KINDS)) in PAGE
