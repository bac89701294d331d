"""A first solution, from the engines that give one in milliseconds: what others start from and fall back on."""

from __future__ import annotations

from collections.abc import Mapping

from schedsolve.models.family import Role
from schedsolve.models.registry import family
from schedsolve.solvers.engine import missing_in, run_engine
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


def first_solution(
    progress: Progress,
    stop: Stop,
    *,
    threads: int,
    seed: int,
    rule: str | None = None,
    params: Mapping[str, object] | None = None,
) -> None:
    """Where nothing is known yet, let the engines of role *first* do their work.

    ``rule`` and ``params`` are theirs; they are for callers who know the family.
    """
    if progress.solution is not None:
        return
    parts = family(progress.problem.kind)
    for name in parts.with_role(Role.FIRST):
        if not missing_in(parts, name, progress.problem):
            run_engine(name, progress, stop, threads=threads, seed=seed, params=params or {}, rule=rule)
