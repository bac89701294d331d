"""Job shops of any size, improved window by window: what lies before a window is settled, what lies behind it keeps
its sequences, and CP-SAT finds the best order and machines in between.

The first pass goes from left to right, as a rolling horizon does (S. Li et al., Learning-guided rolling horizon
optimization for long-horizon flexible job-shop scheduling, ICLR 2025); then windows are drawn at random, some long and
narrow over a part of the machines (large-neighbourhood search: P. Shaw, CP 1998; T. Carchrae and J. C. Beck, Principles
for the design of large neighborhood search, Journal of Mathematical Modelling and Algorithms 8 (2009) 245-270).
"""

from schedsolve.solvers.rolling.jobshop.engine import Params, run, supports, warmup

__all__ = ["Params", "run", "supports", "warmup"]
