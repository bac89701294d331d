"""``schedsolve warmup``: compile what engines would otherwise compile beside their first work."""

from __future__ import annotations

import time
from math import inf

from schedsolve.cli.echo import echo
from schedsolve.cli.options import subcommand
from schedsolve.models.registry import FAMILIES


@subcommand
def command() -> None:
    """Compile all engines now; later runs find the code in numba's cache and are at full speed at once.

    \b
    schedsolve warmup
    schedsolve warmup && schedsolve solve ta41
    """
    from schedsolve.solvers.compiling import kept, lock
    from schedsolve.solvers.compiling.kernels import check_kept

    with lock.alone(kept.writable(), patience=inf):
        for kind, parts in FAMILIES.items():
            for name in parts.engines:
                if warmup := getattr(parts.load(f"engine:{name}"), "warmup", None):
                    started = time.perf_counter()
                    warmup()
                    echo(f"{kind} {name}: {time.perf_counter() - started:.1f} s")
    check_kept()
