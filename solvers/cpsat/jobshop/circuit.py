"""One sequence through optional nodes, as a circuit that passes a depot (None): arcs are direct successions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.driver import Expression, Literal
from schedsolve.solvers.cpsat.jobshop.variables import Variables

Arcs = dict[tuple[int | None, int | None], Literal]


def circuit(v: Variables, nodes: Mapping[int, Literal], leave: Sequence[Expression]) -> Arcs:
    """A literal for each arc between operations that may be in the sequence, from and to the depot.

    ``nodes`` maps each operation to the literal of its presence. Operations that are done follow one another as
    they ``leave``; the others are the caller's.
    """
    if not nodes:
        return {}
    model = v.model
    place: dict[int | None, int] = {None: 0} | {o: i + 1 for i, o in enumerate(nodes)}
    known = {o: _window(v, o, leave) for o in nodes if v.problem.done[o]}
    arcs: Arcs = {}
    for before in place:
        v.poll()
        for after in place:
            if before == after:
                continue
            if before is None or after is None or not v.both_done(before, after):
                arcs[before, after] = model.new_bool_var("")
            elif (literal := _arc_in_past(v, before, after, known, leave)) is not None:
                arcs[before, after] = literal
    loops = [(place[o], place[o], ~present) for o, present in nodes.items() if present is not v.true]
    if len(loops) == len(nodes):
        empty = model.new_bool_var("")
        loops.append((0, 0, empty))
        for present in nodes.values():
            model.add_implication(empty, ~present)
    model.add_circuit([*((place[a], place[b], literal) for (a, b), literal in arcs.items()), *loops])
    return arcs


def _arc_in_past(
    v: Variables, before: int, after: int, known: dict[int, tuple[int, int]], leave: Sequence[Expression]
) -> Literal | None:
    """A literal that says that ``before`` leaves next before ``after``, both done; None where it does not.

    ``known`` says when each of them may leave. Of two that leave at once the one that started first comes first.
    """
    start = v.problem.fixed_start
    tie = int((start[before], before) > (start[after], after))
    if known[before][0] + tie > known[after][1]:
        return None
    literal = v.model.new_bool_var("")
    if known[before][1] + tie > known[after][0]:
        v.given(v.model.add(leave[before] + tie <= leave[after]), literal)
    return literal


def _window(v: Variables, done: int, leave: Sequence[Expression]) -> tuple[int, int]:
    """When an operation that is done may leave: with blocking, no one knows until when it stays."""
    start = int(v.problem.fixed_start[done])
    lengths = [way.length for way, _ in v.ways[done]]
    return start + min(lengths), start + max(lengths) if leave[done] is v.end[done] else FAR
