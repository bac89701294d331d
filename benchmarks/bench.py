"""The harness: engines x instances x seeds, each run once, whatever happens in between.

``bench`` reads the records in the file, leaves those runs out, and appends each new one when it has finished. Thus the
same call continues one that was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from schedsolve.benchmarks.execute import GRACE, POLL, execute
from schedsolve.benchmarks.runs import Run, RunFile, Task, Tuning
from schedsolve.models.contracts import Problem

OnRun = Callable[[Run, int], None]
"""Called with each record that is added and the number of those added so far."""


@dataclass(frozen=True)
class Experiment:
    """The runs of a bench: every engine on every instance with every seed."""

    problems: Sequence[tuple[str, Problem]]
    """Each instance's name and problem."""
    engines: Sequence[str]
    seeds: Sequence[int]
    threads: int
    time_limit: float | None
    iterations: int | None = None
    params: Tuning | None = None
    """``auto`` gets all of them, another engine its own."""

    def tasks(self) -> list[Task]:
        """Seed by seed and engine after engine on each instance, so that what is there early compares like with like.

        An instance that is listed twice is run once.
        """
        unique: dict[str, Task] = {}
        for seed, (name, problem), engine in product(self.seeds, self.problems, self.engines):
            task = Task(
                problem=problem,
                instance=name,
                engine=engine,
                seed=seed,
                threads=self.threads,
                time_limit=self.time_limit,
                iterations=self.iterations,
                params=self._params(engine),
            )
            unique.setdefault(task.key, task)
        return list(unique.values())

    def _params(self, engine: str) -> Tuning:
        return {name: values for name, values in (self.params or {}).items() if engine in ("auto", name)}


def open_tasks(tasks: Iterable[Task], runs: Iterable[Run], *, retry_failed: bool = False) -> list[Task]:
    """The tasks that have no record yet; with ``retry_failed`` also those whose last record says FAILED."""
    last = {run.key: run for run in runs}
    done = {key for key, run in last.items() if not (retry_failed and run.failed)}
    return [task for task in tasks if task.key not in done]


def bench(
    tasks: Sequence[Task], file: RunFile, executor: Executor, *, grace: float = GRACE, on_run: OnRun | None = None
) -> None:
    """Do the tasks on ``executor`` and append each record to ``file`` as its run finishes.

    What the runs themselves do wrong is in their records. An exception (Ctrl-C, a full disk) cancels the runs
    not begun; the executor ends those that have begun when it exits.
    """
    futures = [executor.submit(execute, task, grace) for task in tasks]
    try:
        for count, future in enumerate(_as_completed(futures), start=1):
            run = future.result()
            file.append(run)
            if on_run is not None:
                on_run(run, count)
    finally:
        for future in futures:
            future.cancel()


def _as_completed(futures: Iterable[Future[Run]]) -> Iterator[Future[Run]]:
    """Waits in short steps: a signal that comes just before a wait without an end would go unheard."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=POLL, return_when=FIRST_COMPLETED)
        yield from done


def load_all(sources: Iterable[str], load: Callable[[str], Problem]) -> list[tuple[str, Problem]]:
    """Each source's problem under its name; under its source where other problems have that name, too."""
    found: list[tuple[str, str, Problem]] = []
    owners: dict[str, set[str]] = {}
    for source in sources:
        problem = load(source)
        name = problem.name or Path(source).name
        found.append((source, name, problem))
        owners.setdefault(name, set()).add(problem.fingerprint)
    named = []
    for source, name, problem in found:
        alone = len(owners[name]) == 1
        named.append((name if alone else source, problem))
    return named
