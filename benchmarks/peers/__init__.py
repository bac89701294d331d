"""Other solvers as engines of the harness: what a user would get without schedsolve, on the same instances.

Each is used as its own manual uses it; one module per family, with a function for each peer. Their schedules are
checked as ours are; their bounds are what they say. Their clock starts before their packages are imported, as ours
does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from schedsolve.benchmarks.peers.answer import Answer
from schedsolve.models.errors import InvalidOption, Unsupported

FAMILIES = ("jobshop", "rcpsp")
"""The kinds of problem that peers take."""

Peer = Callable[..., Answer]
"""``peer(problem, threads=, seed=, time_limit=)``. Raises ``Unsupported`` for what it does not model."""


def check(engine: str) -> None:
    """Raise ``InvalidOption`` where the package behind a peer is not installed."""
    if engine == "peer:pyjobshop" and find_spec("pyjobshop") is None:
        raise InvalidOption(f"{engine} needs PyJobShop beside schedsolve: pip install pyjobshop")


def _run(name: str, problem: Any, **limits: Any) -> Answer:
    if problem.kind not in FAMILIES:
        raise Unsupported(f"peer:{name}", [f"problems of kind {problem.kind}"])
    answer: Answer = getattr(import_module(f"schedsolve.benchmarks.peers.{problem.kind}"), name)(problem, **limits)
    return answer


PEERS: dict[str, Peer] = {f"peer:{name}": partial(_run, name) for name in ("cpsat", "pyjobshop")}
"""The engines of the harness that are not schedsolve's."""
