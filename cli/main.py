"""The entry of ``schedsolve``: finds the command, runs it, and turns every outcome into an exit code."""

from __future__ import annotations

import time

STARTED = time.perf_counter() - time.process_time()
"""When the process began, near enough: so far it has done nothing but compute."""

import os  # noqa: E402

# Nothing here needs more, and each takes memory when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys  # noqa: E402
import threading  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from io import TextIOWrapper  # noqa: E402

import click  # noqa: E402

from schedsolve.cli import errors, interrupt  # noqa: E402
from schedsolve.cli.echo import echo  # noqa: E402
from schedsolve.cli.exit_codes import ExitCode  # noqa: E402
from schedsolve.cli.lazy import LazyGroup  # noqa: E402
from schedsolve.cli.session import Session  # noqa: E402
from schedsolve.instances.output import naming_stdout  # noqa: E402

COMMANDS = {
    "solve": "Find a schedule and a bound.",
    "validate": "Check a solution against a problem.",
    "info": "Say what is in a problem and which engines can solve it.",
    "explain": "Say why a problem has no solution.",
    "convert": "Write a problem in another format.",
    "compile": "Write the model that an engine would solve.",
    "generate": "Make a random problem from a seed.",
    "instances": "List the bundled instances.",
    "rules": "List the dispatch rules.",
    "bench": "Run engines on instances and record what they reach.",
    "compare": "Compare engines by recorded runs.",
    "warmup": "Compile all that would be compiled when first used.",
    "schema": "Print the JSON Schema of a document.",
    "completion": "Print the completion script of a shell.",
    "version": "Print versions.",
}
"""Name to short help; the command itself is ``command`` in the module of that name."""


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        import schedsolve

        echo(f"schedsolve {schedsolve.__version__}")
        ctx.exit()


@click.group(cls=LazyGroup, commands_in="schedsolve.cli", short_helps=COMMANDS, invoke_without_command=True)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.pass_context
def schedsolve(ctx: click.Context) -> None:
    """State a scheduling problem once; get a schedule that a checker has accepted and a bound.

    \b
    schedsolve solve ft06                       a classic, solved to optimality
    schedsolve solve plant.json -o plan.csv     your own problem, the schedule as a table

    A FILE may be "-" (standard input), compressed with gzip, FILE#NAME to pick one of several, or the
    name of a bundled instance. Every option may also come from the environment: --time-limit from
    SCHEDSOLVE_TIME_LIMIT.

    \b
    Exit codes: 0 a valid answer; 1 answered with no (violations, infeasible); 2 bad usage or input;
    3 no solution in time; 70 internal error; 129, 130, 143 ended by SIGHUP, Ctrl-C, SIGTERM without a solution.
    """
    if ctx.invoked_subcommand is None:
        echo(ctx.get_help())


def run(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Run one command; all errors are reported here and come back as its exit code."""
    _open_streams()
    session = session or Session()
    try:
        interrupt.listen()
        code = schedsolve.main(arguments, prog_name="schedsolve", standalone_mode=False, obj=session)
        with naming_stdout():
            sys.stdout.flush()
        return int(code or ExitCode.OK)
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except interrupt.Terminated as signal:
        return signal.exit_code
    except (BrokenPipeError, SystemExit):  # SystemExit: what click makes of a broken pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
        return ExitCode.OK
    except Exception as error:
        return errors.report(error, session)


def _open_streams() -> None:
    """Give the program the three streams that its caller may have closed: those of the null device.

    This has to come first. Else the next file to be opened would get the number of such a stream, and all that is
    said there, also by libraries and child processes, would go into the file.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 (open until the end)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name must not fail a terminal without its letters
    code = run(session=Session(started=STARTED))
    interrupt.ignore()
    if threading.active_count() > 1:
        # A solver was left behind in its C++ code; the interpreter's own exit would tear it up or wait for it.
        os._exit(code)
    sys.exit(code)
