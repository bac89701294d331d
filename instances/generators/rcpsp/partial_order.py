"""A partial order of tasks that grows arc by arc and always knows what is reached from where."""

from __future__ import annotations

from collections.abc import Iterator


class PartialOrder:
    """Tasks 0 to n - 1; sets of tasks are the bits of integers."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.next = [0] * n
        """The successors by an arc."""
        self.after = [0] * n
        """All that come after, by arcs of any number."""
        self.before = [0] * n

    def add(self, i: int, j: int) -> None:
        """Add the arc from i to j, which must not close a circle."""
        self.next[i] |= 1 << j
        later, earlier = self.after[j] | 1 << j, self.before[i] | 1 << i
        for k in bits(earlier):
            self.after[k] |= later
        for k in bits(later):
            self.before[k] |= earlier

    def ordered(self, i: int, j: int) -> bool:
        """Does one of the two come after the other?"""
        return bool((self.after[i] | self.before[i]) >> j & 1)

    def makes_redundant(self, i: int, j: int) -> bool:
        """Would the arc from i to j be a detour around an arc that is there?"""
        later = self.after[j] | 1 << j
        return any(self.next[k] & later for k in bits(self.before[i] | 1 << i))

    def pairs(self) -> int:
        """How many pairs are ordered."""
        return sum(mask.bit_count() for mask in self.after)

    def reduced(self) -> list[tuple[int, int]]:
        """The arcs that no path of several goes around, sorted."""
        arcs = []
        for i in range(self.n):
            around = 0
            for k in bits(self.next[i]):
                around |= self.after[k]
            arcs += [(i, j) for j in bits(self.next[i] & ~around)]
        return arcs


def bits(mask: int) -> Iterator[int]:
    """The members of a set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
