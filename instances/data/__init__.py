"""The data that come with schedsolve: stored instances, seeds of generated ones, best-known bounds."""
