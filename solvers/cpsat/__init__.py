"""Constraint programming with OR-Tools CP-SAT: one driver, one formulation for each family."""
