"""The multiplicative congruential generator behind the published instances: x <- 16807 x mod (2^31 - 1).

P. Bratley, B. L. Fox, L. E. Schrage, A Guide to Simulation (Springer, 1983). The originals split the
product by Schrage's method to stay within 32 bits; with Python's integers it is one line.
"""

from __future__ import annotations

from schedsolve.instances.generators.arguments import check

MULTIPLIER = 16807
MODULUS = 2**31 - 1


class Lehmer:
    """A stream of pseudo-random numbers. Raises ``InvalidProblem`` for a seed that is not 1 to 2^31 - 2."""

    def __init__(self, seed: int):
        check("seed", seed, 1, MODULUS - 1)
        self.state = seed

    def next(self) -> int:
        """The next state, from 1 to 2^31 - 2."""
        self.state = self.state * MULTIPLIER % MODULUS
        return self.state

    def uniform(self, low: int, high: int) -> int:
        """The next number as an integer from ``low`` to ``high``, both included."""
        return low + int(self.next() / MODULUS * (high - low + 1))
