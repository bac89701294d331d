"""The engine ``search``: a genetic algorithm over activity lists in every thread, which share what is best."""

from __future__ import annotations

from dataclasses import dataclass

from schedsolve.models.rcpsp import RCPSP, violations
from schedsolve.solvers.compiling.obtain import ask_for, obtain
from schedsolve.solvers.dispatch.rcpsp.builder import meets_bounds
from schedsolve.solvers.dispatch.rcpsp.modes import select
from schedsolve.solvers.dispatch.rcpsp.project import make_project
from schedsolve.solvers.features import missing
from schedsolve.solvers.first import first_solution
from schedsolve.solvers.options import check_ranges, check_shares
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.search.rcpsp.aims import AIMS
from schedsolve.solvers.search.rcpsp.population import KERNELS, Population
from schedsolve.solvers.stop import Stop
from schedsolve.solvers.threads import in_threads

EXCHANGE = 20
"""Generations after which a population takes in a better schedule of others."""

WORK_AT_ONCE = 20_000
"""Tasks times schedules between two looks at what others have found: some hundredths of a second."""


MODELLED = frozenset(
    {
        "several modes", "time lags", "unlimited resources", "changes of capacity", "budgets", "reservoirs",
        "release dates", "due dates", "deadlines", "disjunctive groups", "calendars",
        "pausing tasks", "fixed tasks", "done tasks",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen on every eleventh instance of PSPLIB's j120 and j60."""

    population: int = 0
    """Individuals; 0: by what ``iterations`` allows, else 150."""
    exchanges: float = 0.03
    """Probability with which two neighbours in a list change places."""
    modes: float = 0.03
    """Probability with which a task changes its mode."""
    other_scheme: float = 0.15
    """Probability with which a child is scheduled by the other scheme than its parent."""
    choosing: float = 0.5
    """Probability with which the serial scheme may choose modes."""
    patience: int = 100
    """Generations without improvement after which a population is made anew."""

    def __post_init__(self) -> None:
        check_ranges(self, population=0, patience=1)
        check_shares(self, "exchanges", "modes", "other_scheme", "choosing")


def supports(problem: RCPSP) -> list[str]:
    """What the search does not model: objectives that may gain by delay or by longer modes, and choices of tasks."""
    aimless = [level.name for level in problem.levels if level.measure not in AIMS]
    return [f"objective {name}" for name in aimless] + missing(problem, MODELLED)


def is_compiled(problem: RCPSP) -> bool:
    """Is the search compiled? If not, it is about to be."""
    return ask_for(KERNELS)


def warmup() -> None:
    """Compile the kernels, or load them where they are kept."""
    KERNELS.compile()


def run(problem: RCPSP, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Improve on what is known until it is time to stop; ``iterations`` counts schedules, shared by the threads."""
    made = 0
    if progress.solution is None:
        first_solution(progress, stop, threads=1, seed=seed, rule="lft:parallel", params={"justify": False})
        made = 1
    if progress.closed or stop.now() or not obtain(KERNELS, stop=stop, progress=progress):
        return
    schedules = None if stop.iterations is None else (stop.iterations - made) // threads
    in_threads(threads, lambda number: _evolve(problem, progress, stop, schedules, seed + 1000 * number, params))


def population_size(schedules: int | None) -> int:
    """Individuals for an amount of work: few that live long where there is little."""
    if schedules is None:
        return 150
    return 40 if schedules <= 2000 else 80 if schedules <= 20_000 else 150


def _evolve(problem: RCPSP, progress: Progress, stop: Stop, schedules: int | None, seed: int, params: Params) -> None:
    """One thread's work: population after population."""
    size = params.population or population_size(schedules)
    made = 0
    while not stop.now() and not progress.closed:
        population = _population(problem, size, params, seed)
        left = None if schedules is None else schedules - made
        _live(population, progress, stop, left, params)
        made += population.made
        seed += 1
        if left is not None and left - population.made < population.price:
            return


def _live(population: Population, progress: Progress, stop: Stop, schedules: int | None, params: Params) -> None:
    """Generation after generation until ``patience`` is at its end."""
    chunk = max(1, WORK_AT_ONCE // population.problem.num_tasks)
    best, vain, generations = population.best, 0, 0
    while not stop.now() and not progress.closed and vain < params.patience:
        individuals = chunk if schedules is None else min(chunk, (schedules - population.made) // population.price)
        if individuals < 1:
            return
        population.go_on(individuals, stop.flag)
        if population.best < best:
            best, vain = population.best, 0
            if population.is_valid:
                _offer(population, progress)
        if population.at:
            continue
        vain, generations = vain + 1, generations + 1
        known = progress.known()
        if generations % EXCHANGE == 0 and known.solution is not None and known.values != population.objectives:
            population.adopt(known.solution)


def _offer(population: Population, progress: Progress) -> None:
    solution = population.solution()
    sure = meets_bounds(population.problem, population.project)
    if sure or not violations(population.problem, solution):
        progress.offer(solution, "search")


def _population(problem: RCPSP, size: int, params: Params, seed: int) -> Population:
    selection = select(problem, seed, over_budget=True)
    assert selection is not None, "without optional tasks there is nothing to choose"
    project = make_project(problem, selection.fixed(problem))
    rates = (params.exchanges, params.modes, params.other_scheme, params.choosing)
    return Population(problem, project, selection, size, rates, seed)
