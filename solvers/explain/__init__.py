"""Why a problem has no solution: a minimal set of its constraints that cannot hold together, and what would help.

``conflict`` finds the set, ``explain`` spends the time, one module per family names the constraints and states the
problem without some of them.
"""
