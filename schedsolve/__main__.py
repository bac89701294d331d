"""Where the program begins: the command ``schedsolve``, and ``python -m schedsolve``."""

import signal


def main() -> None:
    """The command line. Ctrl-C while it is being loaded ends the process, without a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from schedsolve.cli.main import main as command

    command()


if __name__ == "__main__":
    main()
