"""How problems are solved: bounds, dispatch rules, search, CP-SAT, MILP, and the one entry that combines them."""
