"""Priority rules and constructive heuristics, one package for each family."""
