"""One sequence through optional nodes, as a circuit that passes a depot (None): arcs are direct successions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schedsolve.models.record import FAR
from schedsolve.solvers.cpsat.jobshop.variables import Expression, Literal, Variables

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
    arcs: Arcs = {}
    for before in place:
        for after in place:
            if before is None or after is None:
                if before != after:
                    arcs[before, after] = model.new_bool_var("")
            elif before != after and (literal := _arc(v, before, after, leave)) is not None:
                arcs[before, after] = literal
    loops = [(place[o], place[o], ~present) for o, present in nodes.items() if present is not v.true]
    if len(loops) == len(nodes):
        empty = model.new_bool_var("")
        loops.append((0, 0, empty))
        for present in nodes.values():
            model.add_implication(empty, ~present)
    model.add_circuit([*((place[a], place[b], literal) for (a, b), literal in arcs.items()), *loops])
    return arcs


def _arc(v: Variables, before: int, after: int, leave: Sequence[Expression]) -> Literal | None:
    """A literal for ``after`` next; None where both are done and it can only be the other way round."""
    literal = v.model.new_bool_var("")
    if not v.both_done(before, after):
        return literal
    start = v.problem.fixed_start
    tie = int((start[before], before) > (start[after], after))
    (first, last), (low, high) = (_window(v, o, leave) for o in (before, after))
    if first + tie > high:
        return None
    if last + tie > low:
        v.given(v.model.add(leave[before] + tie <= leave[after]), literal)
    return literal


def _window(v: Variables, done: int, leave: Sequence[Expression]) -> tuple[int, int]:
    """When an operation that is done may leave: with blocking, no one knows until when it stays."""
    start = int(v.problem.fixed_start[done])
    lengths = [way.length for way, _ in v.modes[done]]
    return start + min(lengths), start + max(lengths) if leave[done] is v.end[done] else FAR
