"""Priority rules for project scheduling: one, or all of them in both schemes, then samples.

Every schedule is improved by double justification where time can be reversed and the objective gains by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from schedsolve.models.rcpsp import RCPSP, violations
from schedsolve.models.rcpsp.violations import evaluate
from schedsolve.models.record import FAR
from schedsolve.solvers.compiling.obtain import obtain
from schedsolve.solvers.dispatch.rcpsp.builder import Builder, meets_bounds
from schedsolve.solvers.dispatch.rcpsp.compiling import KERNELS, PLAIN, Schemes, compiled_schemes
from schedsolve.solvers.dispatch.rcpsp.justification import latest_ends
from schedsolve.solvers.dispatch.rcpsp.layout import Vector
from schedsolve.solvers.dispatch.rcpsp.modes import Selection, select
from schedsolve.solvers.dispatch.rcpsp.priority import Network, Values
from schedsolve.solvers.dispatch.rcpsp.project import Project, make_project
from schedsolve.solvers.dispatch.rcpsp.rules import WORST_CASE, Spec, order_to_try
from schedsolve.solvers.features import missing
from schedsolve.solvers.options import check_ranges
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.stop import Stop

MODELLED = frozenset(
    {
        "several modes", "time lags", "unlimited resources", "changes of capacity", "budgets", "reservoirs",
        "release dates", "due dates", "deadlines", "disjunctive groups", "optional tasks", "calendars",
        "pausing tasks", "fixed tasks", "done tasks",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning numbers of the dispatch engine."""

    plain_tasks: int = 1000
    """Up to so many tasks all runs in plain Python, which is quicker than to load numba."""
    samples: int = 20
    """Schedules drawn after all rules, where ``iterations`` does not say how many."""
    repairs: int = 200
    """Attempts to repair a schedule with maximum lags or deadlines."""
    justify: bool = True
    """Improve each schedule by double justification?"""

    def __post_init__(self) -> None:
        check_ranges(self, plain_tasks=0, samples=0, repairs=0)


def supports(problem: RCPSP) -> list[str]:
    """Every feature of the model has a construction, some without a promise that it succeeds."""
    return missing(problem, MODELLED)


def run(
    problem: RCPSP,
    progress: Progress,
    stop: Stop,
    *,
    threads: int,
    seed: int,
    params: Params,
    rule: str | None = None,
) -> None:
    """Offer the schedule of ``rule`` (``"lft"``, ``"lft:parallel"``), or those of all rules and of samples.

    ``rule`` None or ``"best"``: all, those that suit the objective first. ``iterations`` counts schedules, two more for
    each double justification. The first one is finished whatever ``stop`` says: it is what a solve falls back on.
    Nothing is offered where no modes within the budgets, or no schedule within deadlines, were found. Raises
    ``UnknownName`` for an unknown rule.
    """
    listed = rule in (None, "best")
    specs = _specs(problem) if rule is None or listed else [Spec.parse(rule)]
    selection = select(problem, seed)
    if selection is None:
        return
    project = make_project(problem, selection.fixed(problem))
    dispatcher = Dispatcher(problem, project, selection, progress, stop, seed, params)
    large = problem.num_tasks > params.plain_tasks
    if large:
        dispatcher.first_of_many(specs[0])
        if dispatcher.over or not obtain(KERNELS, stop=stop, progress=progress):
            return
        dispatcher.use(compiled_schemes())
    samples = islice(dispatcher.by_samples(), params.samples if stop.iterations is None else None)
    for _ in chain(dispatcher.by_rules(specs), samples if listed else ()):
        if dispatcher.over:
            return


def warmup() -> None:
    """Compile the schemes, or load them where they are kept."""
    KERNELS.compile()


class Dispatcher:
    """One run of the engine: builds schedules and offers them."""

    def __init__(
        self,
        problem: RCPSP,
        project: Project,
        selection: Selection,
        progress: Progress,
        stop: Stop,
        seed: int,
        params: Params,
    ):
        self.problem = problem
        self.project = project
        self.selection = selection
        self.progress = progress
        self.stop = stop
        self.seed = seed
        self.params = params
        self.network = Network(problem, project, selection.free(problem), seed)
        self.always_valid = meets_bounds(problem, project)
        self.builder = Builder(problem, project, selection, PLAIN, seed)

    @property
    def over(self) -> bool:
        """Is all proved, the time up, or are the schedules made that ``iterations`` allows?"""
        spent = self.stop.iterations is not None and self.builder.count >= self.stop.iterations
        return spent or self.progress.closed or self.stop.now()

    def first_of_many(self, spec: Spec) -> None:
        """A large project's first schedule, in plain Python."""
        order = self.builder.order(self.network.values(spec.rule.name))
        placed = None if order is None else self.builder.serial(order, onward=True)
        if placed is not None:
            self._offer(placed, f"{spec.rule.name}:onward")

    def use(self, schemes: Schemes) -> None:
        """Go on with other schemes, those that are compiled."""
        count = self.builder.count
        self.builder = Builder(self.problem, self.project, self.selection, schemes, self.seed)
        self.builder.count = count

    def by_rules(self, specs: list[Spec]) -> Iterator[None]:
        """Make and offer the schedule of each rule; yields after each."""
        for spec in specs:
            values = self.network.values(spec.rule.name)
            if spec.parallel and not self.project.cyclic:
                placed = self.builder.parallel(values, worst_case=spec.rule.name == WORST_CASE)
            else:
                placed = self._serial(self.builder.order(values))
            self._improve_and_offer(placed, str(spec))
            yield

    def by_samples(self) -> Iterator[None]:
        """Draw lists by regret and offer their schedules in both schemes in turn, for ever; yields after each."""
        values = self.network.values("lft")
        parallel = False
        while True:
            order = self.builder.order(values, sampled=True)
            if order is None:
                return
            if parallel:
                placed = self.builder.parallel(_ranks(order))
            else:
                placed = self._serial(order)
            self._improve_and_offer(placed, "sample")
            parallel = not parallel and not self.project.cyclic
            yield

    def _serial(self, order: Vector | None) -> Vector | None:
        if order is None:
            return None
        return self.builder.serial(order) if self.always_valid else self.builder.repaired(order, self.params.repairs)

    def _improve_and_offer(self, placed: Vector | None, name: str) -> None:
        if placed is None:
            return
        self._offer(placed, name)
        limit = self.stop.iterations
        affordable = self.params.justify and (limit is None or self.builder.count + 2 <= limit)
        latest = latest_ends(self.problem, placed) if affordable else None
        better = None if latest is None else self.builder.justified(placed, latest)
        if better is not None:
            self._offer(better, name)

    def _offer(self, placed: Vector, name: str) -> None:
        """Offer what is better than the incumbent and valid."""
        solution = self.builder.solution(placed)
        values = tuple(value for _, value in evaluate(self.problem, solution))
        if self.progress.values is not None and values >= self.progress.values:
            return
        if self.always_valid or not violations(self.problem, solution):
            self.progress.offer(solution, f"dispatch {name}")


def _specs(problem: RCPSP) -> list[Spec]:
    measure = problem.levels[0].measure
    features = {
        "due": bool(np.any(np.minimum(problem.due, problem.deadline) < FAR)),
        "weight": bool(np.any(problem.weight != problem.weight[0])) or measure == "completion_time",
    }
    return order_to_try(problem.levels[0], features, schemes=True)


def _ranks(order: Vector) -> Values:
    ranks = [0] * len(order)
    for rank, task in enumerate(order):
        ranks[task] = rank
    return ranks
