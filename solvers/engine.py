"""The engines of a family by their names: imported, and run with the parameters that are theirs."""

from __future__ import annotations

from collections.abc import Mapping

from schedsolve.models.contracts import Problem
from schedsolve.models.family import Family, Role
from schedsolve.models.registry import family
from schedsolve.solvers.contracts import Engine, RuleEngine
from schedsolve.solvers.options import make_params
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop


def missing_in(parts: Family, name: str, problem: Problem) -> list[str]:
    """What an engine does not model of a problem of its family, in words. Raises ``UnknownName``."""
    engine: Engine[Problem] = parts.engine(name)
    return list(engine.supports(problem))


def run_engine(
    name: str,
    progress: Progress,
    stop: Stop,
    *,
    threads: int,
    seed: int,
    params: Mapping[str, object],
    rule: str | None = None,
) -> None:
    """Let an engine of the problem's family work.

    ``params`` are some of its ``Params`` by name; ``rule`` goes to those of role *first* in a family with rules.
    """
    parts = family(progress.problem.kind)
    engine: Engine[Problem] = parts.engine(name)
    own = make_params(engine.Params, name, params)
    if parts.rules and parts.engines[name].role is Role.FIRST:
        builder: RuleEngine[Problem] = parts.engine(name)
        builder.run(progress.problem, progress, stop, threads=threads, seed=seed, params=own, rule=rule)
    else:
        engine.run(progress.problem, progress, stop, threads=threads, seed=seed, params=own)
