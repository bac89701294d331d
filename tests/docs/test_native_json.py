"""The page on native JSON: its documents are read, solved and checked as they stand, and no field is left out."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from schedsolve import solve
from schedsolve.instances.native import schema
from schedsolve.models.jobshop import JobShop, JobShopSolution, violations
from schedsolve.models.jobshop.violations import evaluate

PAGE = (Path(__file__).parents[2] / "docs" / "native_json.md").read_text(encoding="utf-8")


def documents() -> tuple[JobShop, JobShopSolution]:
    problem, solution = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return JobShop.from_json(problem), JobShopSolution.from_json(solution)


def test_the_solution_on_the_page_is_that_of_the_problem() -> None:
    problem, solution = documents()
    assert violations(problem, solution) == []
    result = solve(problem, threads=1)
    assert result.status == "OPTIMAL"
    assert [level.value for level in result.objectives] == [value for _, value in evaluate(problem, solution)]
    for level in result.objectives:
        assert f" of {level.value}" in PAGE


def test_every_field_has_its_row_with_its_default() -> None:
    rows = [[cell.strip() for cell in line.split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")]
    told = {name: row[2] for row in rows if len(row) == 4 for name in re.findall(r"`(\w+)`", row[0])}
    assert set(told) == {field.name for field in fields(JobShop)}
    required = set(schema("jobshop")["$defs"]["JobShop"]["required"]) - {"schema", "kind"}
    assert {name for name, default in told.items() if default == "needed"} == required


def test_the_schema_tells_what_every_field_means() -> None:
    for name, record in (("jobshop", JobShop), ("jobshop.solution", JobShopSolution)):
        definition = schema(name)["$defs"][record.__name__]
        for field in fields(record):
            assert definition["properties"][field.name]["description"]
