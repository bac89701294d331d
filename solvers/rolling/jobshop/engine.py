"""The engine ``rolling``: draws windows, has CP-SAT improve them, and puts what it finds into the schedule."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schedsolve.models.jobshop import JobShop
from schedsolve.models.registry import family
from schedsolve.solvers.compiling.obtain import obtain
from schedsolve.solvers.cpsat import jobshop as cpsat
from schedsolve.solvers.dispatch.jobshop.engine import breaks_rules
from schedsolve.solvers.options import check_ranges, check_shares
from schedsolve.solvers.progress import Progress
from schedsolve.solvers.rolling.jobshop.plan import NEEDED, Decoder, Plan
from schedsolve.solvers.rolling.jobshop.window import MAXIMA, Span, Window, put_in
from schedsolve.solvers.stop import Stop
from schedsolve.solvers.threads import in_threads

if TYPE_CHECKING:
    from schedsolve.models.jobshop import JobShopSolution

RULES_SHARE = 0.2
"""Share of the time that the rules may take for a start."""

SHORTEST = 10
"""Operations that the windows are not shortened beyond."""


@dataclass(frozen=True)
class Params:
    """Tuning numbers, chosen by measurement on two cores."""

    window: int = 40
    """Operations in the first windows, ..."""
    per_machine: int = 3
    """... and at least so many for each machine; windows that are solved soon get longer, others shorter."""
    step: float = 0.4
    """How far the windows of the first pass move on, in windows."""
    work: float = 0.2
    """CP-SAT's deterministic time for one window, about seconds; ..."""
    seconds: float = 1.0
    """... and seconds, where ``iterations`` does not ask for answers that repeat themselves."""
    lookahead: int = 100
    """Operations behind the window that follow with their sequences, where the objective is a sum."""
    narrow: float = 0.5
    """Share of the windows after the first pass that are open on some of the machines only."""
    machines: float = 0.4
    """The share of the machines that these are open on."""

    def __post_init__(self) -> None:
        check_ranges(self, window=1, per_machine=0, work=0, seconds=0, lookahead=0)
        check_shares(self, "step", "narrow", "machines")


def supports(problem: JobShop) -> list[str]:
    """What cannot be put together from windows: jobs that move in step with each other, orders within jobs."""
    switches = ("open_shop", "permutation", "no_wait")
    missing = [name for name in switches if getattr(problem, name)]
    if problem.blocking != "none":
        missing.append(f"blocking={problem.blocking}")
    return missing + cpsat.supports(problem)


def warmup() -> None:
    """Compile the kernels, or load them where they are kept."""
    for kernels in NEEDED:
        kernels.compile()


def run(problem: JobShop, progress: Progress, stop: Stop, *, threads: int, seed: int, params: Params) -> None:
    """Improve on what is known until it is time to stop; ``iterations`` counts windows, shared by the threads.

    Starts from the dispatch rules where nothing is known; where they find nothing, neither does this.
    """
    if progress.solution is None:
        rules = family(problem.kind).load("engine:dispatch")
        stage = stop.within(RULES_SHARE * stop.remaining())
        stage.iterations = None  # which counts windows here
        rules.run(problem, progress, stage, threads=threads, seed=seed, params=rules.Params(), rule=None)
    if progress.closed or progress.solution is None:
        return
    if not obtain(*NEEDED, stop=stop, progress=progress):
        return
    horizon = _Horizon(problem, progress, stop, params, np.random.default_rng(seed))
    in_threads(min(threads, horizon.most_windows), lambda number: horizon.roll())


class _Horizon:
    """What the threads share: the plan, and where the next windows are."""

    def __init__(
        self, problem: JobShop, progress: Progress, stop: Stop, params: Params, random: np.random.Generator
    ) -> None:
        assert progress.solution is not None
        self.problem, self.progress, self.stop, self.params, self.random = problem, progress, stop, params, random
        self.settings = cpsat.search_settings(problem, 1, cpsat.Params())
        self.seconds = params.seconds if stop.iterations is None else math.inf
        self.left = math.inf if stop.iterations is None else stop.iterations
        self.decoder = Decoder(problem)
        self.plan = Plan(problem, progress.solution)
        self.passed = 0
        """Ranks that the first pass has left behind."""
        least = max(params.window, params.per_machine * problem.num_machines)
        self.size = {False: float(least), True: float(least)}
        """Operations in a window, and in a narrow one."""
        self.levels = list(range(progress.level, len(problem.objective)))
        """The objectives that may be improved upon."""
        self.at_work: set[Span] = set()
        self.lock = threading.Lock()

    @property
    def most_windows(self) -> int:
        """So many of the shortest windows have room beside one another."""
        return -(-self.problem.num_operations // SHORTEST)

    def roll(self) -> None:
        """One thread's work; where it fails, the others end, too."""
        from schedsolve.solvers.cpsat.driver import OutOfTime

        try:
            while self._next():
                pass
        except OutOfTime:
            return
        except BaseException:
            self.left = 0
            raise

    @property
    def _over(self) -> bool:
        return self.left <= 0 or not self.levels or self.progress.closed or self.stop.now()

    def _next(self) -> bool:
        """Draw a window, solve it, take what comes of it; False where there is none to be drawn any more."""
        from schedsolve.solvers.cpsat.driver import solve_part
        from schedsolve.solvers.rolling.jobshop.formulation import WindowModel

        with self.lock:
            if self._over:
                return False
            self.left -= 1
            self._hear_of_others()
            plan, level = self.plan, self._level()
            span = self._span(level)
            seed = int(self.random.integers(2**31))
            self.at_work.add(span)
        try:
            model = WindowModel(Window(plan, span, self.problem.objective[: level + 1]), self.stop)
            part = None
            if model.possible:
                limits = {"seconds": self.seconds, "work": self.params.work}
                part = solve_part(model.variables.model, self.settings, stop=self.stop, seed=seed, **limits)
        finally:
            self.at_work.discard(span)
        with self.lock:
            if part is not None and part.read is not None:
                self._take(model.window, model.decode(part.read))
            proved = part is None or part.proved
            self._adapt(span, level, proved, 0.0 if part is None else part.work / self.params.work)
        return True

    def _hear_of_others(self) -> None:
        """Go on from the incumbent where others have found a better one."""
        if self.progress.values is not None and self.progress.values < self.plan.cost[1:]:
            assert self.progress.solution is not None
            self.plan = Plan(self.problem, self.progress.solution)

    def _level(self) -> int:
        """The first objective every other time, else any."""
        if len(self.levels) == 1 or self.random.random() < 0.5:
            return self.levels[0]
        return int(self.random.choice(self.levels))

    def _span(self, level: int) -> Span:
        """The next window of the first pass, or, afterwards or where it overlaps one at work, one at random."""
        size, m = self.problem.num_operations, self.problem.num_machines
        machines = np.ones(m, dtype=bool)
        first, narrow = self.passed, False
        length = min(size, round(self.size[False]))
        if first < size and not any(other.first < first + length and first < other.end for other in self.at_work):
            self.passed += max(1, round(length * self.params.step)) if first + length < size else size
        else:
            narrow = m > 2 and length < size and self.random.random() < self.params.narrow
            if narrow:
                count = max(2, round(m * self.params.machines))
                machines[self.random.permutation(m)[count:]] = False
                length = min(size, round(self.size[True] * m / count))
            first = min(max(0, int(self.random.integers(-length // 2, size - length // 2))), size - length)
        end = min(size, first + length)
        sums = any(name not in MAXIMA for name in self.problem.objective[: level + 1])
        return Span(first, end, min(size, end + self.params.lookahead) if sums else end, machines)

    def _take(self, window: Window, found: JobShopSolution) -> None:
        """Put the window's new sequences and machines into the plan, and keep what results if it is no worse."""
        solution = self.decoder.decode(*put_in(self.plan, window, found))
        if solution is None or breaks_rules(self.problem, solution):
            return
        plan = Plan(self.problem, solution)
        if plan.cost <= self.plan.cost:
            self.plan = plan
            if self.progress.values is None or plan.cost[1:] < self.progress.values:
                self.progress.offer(solution, "rolling")

    def _adapt(self, span: Span, level: int, proved: bool, effort: float) -> None:
        """Longer windows where they are solved soon, shorter ones where they are not."""
        narrow = not span.open_machines.all()
        if not proved:
            self.size[narrow] = max(float(SHORTEST), 0.8 * self.size[narrow])
        elif effort < 0.3:
            self.size[narrow] = min(float(self.problem.num_operations), 1.25 * self.size[narrow])
        whole = span.end - span.first == self.problem.num_operations and not narrow
        if proved and whole and self.levels[:1] == [level]:  # others may have seen to it meanwhile
            self.levels.remove(level)
