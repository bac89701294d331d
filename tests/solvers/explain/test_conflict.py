"""The search for a minimal conflict, on sets of numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schedsolve.solvers.explain.conflict import minimal_conflict


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.lists(st.frozensets(st.integers(0, n - 1), min_size=1), min_size=1, max_size=5)
    )
)
def test_a_conflict_is_possible_without_any_one_of_its_members(conflicts: list[frozenset[int]]) -> None:
    def possible(kept: list[int]) -> bool:
        return not any(conflict <= set(kept) for conflict in conflicts)

    found = minimal_conflict(range(12), possible)
    assert not possible(found)
    assert frozenset(found) in conflicts
    for item in found:
        assert possible([other for other in found if other != item])


def test_earlier_items_are_preferred() -> None:
    assert minimal_conflict("abcd", lambda kept: not ({"a", "b"} <= set(kept) or {"c", "d"} <= set(kept))) == ["a", "b"]


def test_what_is_impossible_from_the_outset_needs_nothing() -> None:
    assert minimal_conflict([1, 2], lambda kept: False) == []
