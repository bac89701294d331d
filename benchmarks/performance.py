"""The experiments of docs/performance.md: ``python -m schedsolve.benchmarks.performance [NAME…]``.

Each is one or more ``schedsolve bench``, whose records go to FOLDER/NAME.jsonl (interrupted, the same command goes
on), and the ``schedsolve compare`` that prints its table. Instances that are not bundled are looked for in the folder
that the environment variable SCHEDSOLVE_BENCHMARKS names.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

THREE = "--engine auto --engine peer:cpsat --engine peer:pyjobshop"
FLEXIBLE = (
    "{data}/fjsp/brandimarte/mk08.txt {data}/fjsp/brandimarte/mk10.txt {data}/fjsp/hurink_rdata/la21_rdata.txt "
    "{data}/fjsp/hurink_vdata/la38_vdata.txt {data}/fjsp/hurink_sdata/la40_sdata.txt "
    "{data}/fjsp/dauzere/dpp08a.txt {data}/fjsp/dauzere/dpp18a.txt"
)
LARGE = "{data}/jobshop/tai/tai_1000_100_1.txt {data}/jobshop/tai/tai_100_1000_1.txt"
MIXED = (
    "ft06 ft10 ft20 la01-05 la16-20 la21-25 la36-40 orb01-05 abz7 swv01 swv06 yn1 ta01 ta11 ta21 ta31 ta41 "
    "ta51 ta61 ta71"
)


LEVELS = range(1, 61)


class Experiment(NamedTuple):
    """What is run, and how its table is made."""

    benches: tuple[str, ...]
    """Arguments of ``schedsolve bench``, two threads each where nothing else is said."""
    compare: str = "--by instance"
    generates: tuple[str, ...] = ()
    """Arguments of ``schedsolve generate`` for the files in ``{folder}`` that the benches name."""


EXPERIMENTS = {
    "sizes": Experiment((f"sizes {THREE} --seeds 3 --time-limit 20s",)),
    "ta41-50": Experiment(("ta41-50 --time-limit 60s",)),
    "ta61-80": Experiment(("ta61-80 --time-limit 30s",)),
    "swv": Experiment(("swv01-15 --time-limit 30s",)),
    "proofs": Experiment(
        (
            "proofs ta01-10 --engine auto --engine peer:cpsat --time-limit 60s",
            "proofs ta01-10 --engine peer:cpsat --threads 8 --time-limit 60s",
        )
    ),
    "blocking": Experiment(
        (
            "la01-05 --engine cpsat --set blocking=swap --time-limit 30s",
            "la01-05 --engine cpsat --set blocking=no_swap --time-limit 30s",
        )
    ),
    "flexible": Experiment((f"{FLEXIBLE} {THREE} --time-limit 20s",)),
    "brandimarte": Experiment(("{data}/fjsp/brandimarte --time-limit 60s",)),
    "small-flexible": Experiment(
        ("{data}/fjsp/chambers {data}/fjsp/fattahi {data}/fjsp/kacem --time-limit 20s",), compare=""
    ),
    "lrho": Experiment(("{data}/fjsp/lrho --engine auto --engine rolling --time-limit 60s",)),
    "large": Experiment((f"{LARGE} --time-limit 60s", "{data}/jobshop/tai/tai_100_100_1.txt --time-limit 20s")),
    "engines": Experiment(
        (f"{MIXED} --engine auto --engine search --engine cpsat --engine peer:cpsat --time-limit 5s --cluster local",),
        compare="",
    ),
    "projects": Experiment((f"rcpsp-sample {THREE} --seeds 3 --time-limit 3s",)),
    "project-proofs": Experiment(
        (
            "rcpsp-proofs --engine auto --engine peer:cpsat --time-limit 5s",
            "rcpsp-proofs --engine peer:cpsat --threads 8 --time-limit 5s",
        ),
        compare="",
    ),
    "project-engines": Experiment(
        ("rcpsp-proofs --engine dispatch --engine search --engine cpsat --engine milp --time-limit 5s",), compare=""
    ),
    "verdicts": Experiment(
        ("rcpsp-max-j10 rcpsp-max-ubo10 rcpsp-cpr-bl --time-limit 5s", "rcpsp-mm-j10 --time-limit 5s"), compare=""
    ),
    "levels": Experiment(
        ("{folder}/levels --engine dispatch --engine cpsat --engine milp --engine auto --time-limit 2s",),
        compare="",
        generates=tuple(
            f"levels --level {level} --downtime 1 --windows 1 --disjunctive 1 -o {{folder}}/levels/level{level}.json"
            for level in LEVELS
        ),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="The experiments of docs/performance.md.")
    parser.add_argument("names", nargs="*", default=[*EXPERIMENTS], help=", ".join(EXPERIMENTS))
    parser.add_argument("--folder", type=Path, default=Path("runs"), help="for the records (default: runs)")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in EXPERIMENTS:
            parser.error(f'no experiment "{name}"; known: {", ".join(EXPERIMENTS)}')
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.names:
        run(EXPERIMENTS[name], arguments.folder / f"{name}.jsonl")


def run(experiment: Experiment, records: Path) -> None:
    """Do what is left of an experiment and print its table. Raises ``CalledProcessError`` where a bench fails."""
    places = {"data": os.environ.get("SCHEDSOLVE_BENCHMARKS", "../shared/benchmarks"), "folder": records.parent}
    for line in experiment.generates:
        words = shlex.split(line.format(**places))
        Path(words[-1]).parent.mkdir(exist_ok=True)
        if not Path(words[-1]).exists():
            _schedsolve("generate", *words)
    for line in experiment.benches:
        words = shlex.split(line.format(**places))
        threads = [] if "--threads" in words else ["--threads", "2"]
        _schedsolve("bench", *words, *threads, "-o", str(records))
    _schedsolve("compare", str(records), *shlex.split(experiment.compare))


def _schedsolve(*arguments: str) -> None:
    print("schedsolve", shlex.join(arguments), flush=True)
    subprocess.run([sys.executable, "-m", "schedsolve", *arguments], check=True)


if __name__ == "__main__":
    main()
