"""``python -m schedsolve``: the command line."""

from schedsolve.cli.main import main

if __name__ == "__main__":
    main()
