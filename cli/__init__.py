"""The command line ``schedsolve``: one module per command, each imported only when it is called."""
