"""Other solvers as engines of the harness: what a user would get without schedsolve, on the same instances.

Each is used as its own manual uses it; one module per family, with a function for each peer. Their schedules are
checked as ours are; their bounds are what they say. Their clock starts before their packages are imported, as ours
does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

from schedsolve.benchmarks.peers.answer import Answer
from schedsolve.models.contracts import Problem
from schedsolve.models.errors import InvalidOption, Unsupported
from schedsolve.models.family import resolve
from schedsolve.models.registry import FAMILIES, family

Peer = Callable[..., Answer]
"""``peer(problem, threads=, seed=, time_limit=)``. Raises ``Unsupported`` for what it does not model."""


def check(engine: str) -> None:
    """Raise ``InvalidOption`` where the package behind a peer is not installed."""
    if engine == "peer:pyjobshop" and find_spec("pyjobshop") is None:
        raise InvalidOption(f"{engine} needs PyJobShop beside schedsolve: pip install pyjobshop")


def _run(name: str, problem: Problem, *, threads: int, seed: int, time_limit: float | None) -> Answer:
    """Run the peer that the problem's family has by this name."""
    peers = family(problem.kind).peers
    if name not in peers:
        raise Unsupported(f"peer:{name}", [f"problems of kind {problem.kind}"])
    peer: Peer = resolve(peers[name])
    return peer(problem, threads=threads, seed=seed, time_limit=time_limit)


def _peers() -> dict[str, Peer]:
    found: dict[str, Peer] = {}
    for parts in FAMILIES.values():
        found |= {f"peer:{name}": partial(_run, name) for name in parts.peers}
    return found


PEERS = _peers()
"""The engines of the harness that are not schedsolve's."""
