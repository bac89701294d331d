"""The checker: what a solution breaks, and what it is worth. It shares no code with any engine."""

from __future__ import annotations

from packing.problem import UNPACKED, Packing, PackingSolution
from schedsolve.models.violation import Violation


def violations(problem: Packing, solution: PackingSolution) -> list[Violation]:
    """Every rule that is broken; of a solution of another shape only that."""
    if not _fits(problem, solution):
        return [Violation("shape", f"expected {problem.num_items} bins from -1 to {problem.num_bins - 1}")]
    found = []
    for i, (wanted, given) in enumerate(zip(problem.fixed_bin, solution.bin, strict=True)):
        if wanted >= 0 and given not in (-1, wanted):
            found.append(Violation("fixed_bin", f"item {i} is in bin {given}, not in {wanted}", {"item": [i]}))
    for b in range(problem.num_bins):
        items = [i for i, given in enumerate(solution.bin) if given == b]
        for r, holds in enumerate(problem.capacity[b].tolist()):
            taken = sum(problem.demand[items, r].tolist())
            if taken > holds:
                text = f"bin {b} holds {holds} of resource {r}, its items take {taken}"
                things = {"bin": [b], "resource": [r], "item": items}
                found.append(Violation("capacity", text, things, amount=taken - holds))
    return found


def evaluate(problem: Packing, solution: PackingSolution) -> list[tuple[str, int]]:
    """The value of each level; nothing for a solution of another shape."""
    if not _fits(problem, solution):
        return []
    out = [int(p) for p, b in zip(problem.priority, solution.bin, strict=True) if b < 0]
    used = len({b for b in solution.bin.tolist() if b >= 0})
    values: list[int] = []
    for name in problem.objective:
        values += [out.count(tier) for tier in problem.tiers] if name == UNPACKED.name else [used]
    return [(level.name, value) for level, value in zip(problem.levels, values, strict=True)]


def _fits(problem: Packing, solution: PackingSolution) -> bool:
    given = solution.bin.tolist()
    return len(given) == problem.num_items and all(-1 <= b < problem.num_bins for b in given)
