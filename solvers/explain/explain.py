"""``explain``: does a problem have a solution, which of its constraints forbid it, what is the least that would help?

A subset of the constraints is tried by stating the problem without the others and solving that from scratch. So every
step is checked as any other solve is, and no solver's core is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields

from schedsolve.models import arguments
from schedsolve.models.contracts import Problem
from schedsolve.models.errors import Unsupported
from schedsolve.models.family import Role
from schedsolve.models.registry import family
from schedsolve.solvers.contracts import Engine, Explainer, MakeExplainer
from schedsolve.solvers.engine import missing_in
from schedsolve.solvers.explain.conflict import minimal_conflict
from schedsolve.solvers.explain.explanation import Explanation, Item, Relaxation
from schedsolve.solvers.options import LARGEST, checked_seed, checked_threads
from schedsolve.solvers.result import Status
from schedsolve.solvers.solve import solve
from schedsolve.solvers.stop import Stop

FIRST_SHARE = 0.5
"""Share of the time in which the problem as a whole has to prove infeasible."""

CORE_SHARE = 0.2
"""Share of the time left that a solver may take to name a core."""

START = "start_from_rules"
"""The parameter of an exact engine by which it begins with the engines of role *first*."""

ANY = LARGEST
"""A target that every solution reaches: the first one will do."""


class _OutOfTime(Exception):
    pass


def explain(
    problem: Problem, *, time_limit: float | None = 60.0, threads: int | None = None, seed: int = 0
) -> Explanation:
    """Why ``problem`` has no solution, or that it has one.

    ``time_limit`` in seconds, for all. Raises ``Unsupported`` for a family whose constraints cannot be named.

    >>> plan = ProjectBuilder()
    >>> plan.task("dig", 4)
    >>> plan.task("pour", 3, deadline=6).after("dig")
    >>> found = explain(plan.build())
    >>> for item in found.conflict:
    ...     print(item.words)
    pour ends by 6
    pour starts after dig has ended
    >>> print(found.relaxations[0].words)
    the deadline of pour: 1 later
    """
    parts = family(arguments.problem(problem).kind)
    if not parts.explainer:
        raise Unsupported("explain", [f"problems of kind {problem.kind}"])
    stop = Stop(time_limit=time_limit)
    threads, seed = checked_threads(threads), checked_seed(seed)
    make: MakeExplainer[Problem] = parts.load("explainer")
    return _Search(problem, make(problem), stop, threads, seed).explanation()


class _Search:
    """One explanation under way."""

    def __init__(self, problem: Problem, explainer: Explainer, stop: Stop, threads: int, seed: int):
        self.problem, self.explainer, self.stop = problem, explainer, stop
        self.parts = family(problem.kind)
        self.threads, self.seed = threads, seed
        self.items = explainer.items()
        self.notes: list[str] = []
        """Why solves have given no answer."""

    def explanation(self) -> Explanation:
        found = self._plain_conflict()
        if found is None:
            feasible = self._is_possible(self.problem, FIRST_SHARE * self.stop.remaining())
            if feasible is not False:
                return Explanation(feasible, seconds=self.stop.elapsed(), notes=tuple(self.notes))
            found = self.items
        conflict, minimal = self._minimal(found)
        relaxations = tuple(self._relaxations(conflict)) or tuple(self._given_up(conflict))
        notes = [] if minimal else [*self.notes, "the conflict may not be minimal: not all of it could be tried"]
        return Explanation(False, tuple(conflict), minimal, relaxations, self.stop.elapsed(), tuple(notes))

    def _plain_conflict(self) -> list[Item] | None:
        """The first of the plain conflicts that a solve confirms."""
        for conflict in self.explainer.checks():
            if self._is_possible(self._only(conflict, self.items), self.stop.remaining()) is False:
                return conflict
        return None

    def _minimal(self, found: list[Item]) -> tuple[list[Item], bool]:
        """A minimal conflict among ``found``, refined to the smallest items; and whether the time was enough."""
        finer = self.explainer.refined(found)
        universe = [*(item for item in self.items if item not in found), *finer]
        conflict = found
        try:
            start = self._core(finer, universe)
            if start is None:
                conflict = minimal_conflict(found, self._possible_among(self.items))
                start = self.explainer.refined(conflict)
                universe = [*(item for item in self.items if item not in conflict), *start]
            conflict = start
            conflict = minimal_conflict(conflict, self._possible_among(universe))
        except _OutOfTime:
            return conflict, False
        return conflict, True

    def _core(self, items: list[Item], universe: list[Item]) -> list[Item] | None:
        """The items in a solver's core, which is asked for again while it gets shorter. None where a fresh solve does
        not confirm that they cannot hold together."""
        core = self._named(items)
        while core is not None:
            shorter = self._named(core)
            if shorter is None or len(shorter) >= len(core):
                break
            core = shorter
        if core is None or self._is_possible(self._only(core, universe), self.stop.remaining()) is not False:
            return None
        return core

    def _named(self, items: list[Item]) -> list[Item] | None:
        """A solver's core. None where it gives none, or runs out of memory: the search can begin without one."""
        try:
            return self.explainer.core(items, self.stop, CORE_SHARE * self.stop.remaining())
        except MemoryError:
            return None

    def _possible_among(self, universe: list[Item]) -> Callable[[list[Item]], bool]:
        def possible(kept: list[Item]) -> bool:
            answer = self._is_possible(self._only(kept, universe), self.stop.remaining())
            if answer is None:
                raise _OutOfTime
            return answer

        return possible

    def _only(self, kept: Sequence[Item], universe: list[Item]) -> Problem:
        wanted = set(kept)
        return self.explainer.without([item for item in universe if item not in wanted])

    def _is_possible(self, problem: Problem, seconds: float) -> bool | None:
        """Does it have a solution? A first try, then an exact engine; None where that is not known in time."""
        if self.stop.now():
            return None
        problem = problem.any_solution()
        limit = min(seconds, self.stop.remaining())
        for name in self._able(Role.FIRST, problem):
            found = solve(problem, name, iterations=1, time_limit=limit, threads=1, seed=self.seed)
            if found.solution is not None:
                return True
        exact = next(iter(self._able(Role.EXACT, problem)), "auto")
        result = solve(
            problem,
            exact,
            time_limit=min(limit, self.stop.remaining()),
            threads=self.threads,
            seed=self.seed,
            target=ANY,
            params=self._without_a_start(exact),
        )
        if result.solution is not None:
            return True
        if result.status == Status.INFEASIBLE:
            return False
        self.notes += [note for note in result.notes if note not in self.notes]
        return None

    def _able(self, role: Role, problem: Problem) -> list[str]:
        """The engines of a role that model the problem."""
        return [name for name in self.parts.with_role(role) if not missing_in(self.parts, name, problem)]

    def _without_a_start(self, name: str) -> dict[str, dict[str, bool]]:
        """Params by which an engine does not try again what has just failed."""
        if name == "auto":
            return {}
        engine: Engine[Problem] = self.parts.engine(name)
        return {name: {START: False}} if START in {f.name for f in fields(engine.Params)} else {}

    def _relaxations(self, conflict: list[Item]) -> Iterator[Relaxation]:
        """For each item of the conflict the least change after which there is a solution, if there is one."""
        told = set()
        for item in conflict:
            least = self._least(item)
            if least is not None and least.words not in told:
                told.add(least.words)
                yield least

    def _least(self, item: Item) -> Relaxation | None:
        """The least amount of ``item`` to give up after which there is a solution, found by doubling, then halving."""
        change = self.explainer.change(item)
        if change is None or self._is_possible(change.problem(change.most), self._share()) is not True:
            return None
        low, high = 0, 1  # low does not help
        while high < change.most and not self._is_possible(change.problem(high), self._share()):
            low, high = high, min(2 * high, change.most)
        while high - low > 1:
            middle = (low + high) // 2
            if self._is_possible(change.problem(middle), self._share()):
                high = middle
            else:
                low = middle
        return Relaxation(item, high, change.words(high))

    def _given_up(self, conflict: list[Item]) -> Iterator[Relaxation]:
        """The items of the conflict of which giving up one alone gives a solution."""
        for item in conflict:
            if self._is_possible(self.explainer.without([item]), self._share()):
                yield Relaxation(item, None, f'give up "{item.words}"')

    def _share(self) -> float:
        return max(0.1, self.stop.remaining() / 4)
