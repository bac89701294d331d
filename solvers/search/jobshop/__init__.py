"""Local search for machine scheduling: tabu search on the disjunctive graph, compiled by numba."""
