"""One sequence through optional nodes, as a circuit that passes a depot (None): arcs are direct successions."""

from __future__ import annotations

from collections.abc import Mapping

from schedsolve.solvers.cpsat.jobshop.variables import Literal, Variables

Arcs = dict[tuple[int | None, int | None], Literal]


def circuit(v: Variables, nodes: Mapping[int, Literal]) -> Arcs:
    """A literal for each arc between operations that may be in the sequence, from and to the depot.

    ``nodes`` maps each operation to the literal of its presence. Two operations that are both done can
    follow only in the order of their starts.
    """
    if not nodes:
        return {}
    model = v.model
    place: dict[int | None, int] = {None: 0} | {o: i + 1 for i, o in enumerate(nodes)}
    arcs: Arcs = {}
    for before in place:
        for after in place:
            if before == after or _reversed(v, before, after):
                continue
            arcs[before, after] = model.new_bool_var("")
    loops = [(place[o], place[o], ~present) for o, present in nodes.items() if present is not v.true]
    if len(loops) == len(nodes):
        empty = model.new_bool_var("")
        loops.append((0, 0, empty))
        for present in nodes.values():
            model.add_implication(empty, ~present)
    model.add_circuit([*((place[a], place[b], literal) for (a, b), literal in arcs.items()), *loops])
    return arcs


def _reversed(v: Variables, before: int | None, after: int | None) -> bool:
    if before is None or after is None or not (v.problem.done[before] and v.problem.done[after]):
        return False
    start = v.problem.fixed_start
    return (int(start[before]), before) > (int(start[after]), after)
