"""Valid schedules, each broken in one named way by construction: the checker must name that rule, every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from schedsolve.models.jobshop import JobShop, JobShopSolution, Schedule, violations
from schedsolve.models.record import FAR


class NotHere(Exception):
    """This schedule has nothing that could be broken in this way."""


@dataclass
class Case:
    """A valid schedule about to be broken."""

    problem: JobShop
    solution: JobShopSolution
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.problem, self.solution)

    def pick(self, candidates: Any) -> Any:
        candidates = list(candidates)
        if not candidates:
            raise NotHere
        return candidates[self.rng.integers(len(candidates))]

    def some(self, low: int, high: int) -> int:
        """A number from ``low`` to ``high - 1``."""
        return int(self.rng.integers(low, high))

    def operation(self, wanted: Any) -> int:
        """One of the operations that are not done and for which the mask ``wanted`` holds."""
        return int(self.pick(np.flatnonzero(wanted & ~self.problem.done)))

    def started(self, times: dict[int, int]) -> JobShopSolution:
        start = self.solution.start.copy()
        for operation, time in times.items():
            start[operation] = time
        return JobShopSolution(start=start, alternative=self.solution.alternative)

    def chosen(self, operation: int, alternative: int) -> JobShopSolution:
        alternatives = self.solution.alternative.copy()
        alternatives[operation] = alternative
        return JobShopSolution(start=self.solution.start, alternative=alternatives)

    def neighbours_in_jobs(self) -> list[tuple[int, int]]:
        """(operation, next one of its job), not both done."""
        after = self.schedule.successor
        done = self.problem.done
        return [(a, int(b)) for a, b in enumerate(after) if b >= 0 and not (done[a] and done[b])]

    def pairs(self, group: Any) -> list[tuple[int, int]]:
        """Ordered pairs of operations of positive length in one group, the second not done."""
        busy = np.flatnonzero(self.schedule.duration > 0).tolist()
        return [(a, b) for a in busy for b in busy if a != b and group[a] == group[b] and not self.problem.done[b]]


Broken = JobShopSolution | tuple[JobShop, JobShopSolution]
MUTATIONS: list[tuple[str, Callable[[Case], Broken]]] = []


def breaks(code: str) -> Callable[[Callable[[Case], Broken]], Callable[[Case], Broken]]:
    def register(mutation: Callable[[Case], Broken]) -> Callable[[Case], Broken]:
        MUTATIONS.append((code, mutation))
        return mutation

    return register


@breaks("shape")
def wrong_number_of_starts(case: Case) -> Broken:
    start = case.solution.start
    return JobShopSolution(start=start[:-1] if case.some(0, 2) else [*start, 0])


@breaks("alternative")
def alternative_out_of_range(case: Case) -> Broken:
    o = case.some(0, case.problem.num_operations)
    count = int(np.diff(case.problem.alt_ptr)[o])
    return case.chosen(o, case.pick([-1, count, count + 7]))


@breaks("release")
def started_before_release(case: Case) -> Broken:
    o = case.operation(np.ones(case.problem.num_operations, dtype=bool))
    return case.started({o: int(case.problem.release[case.problem.job_of[o]]) - case.some(1, 5)})


@breaks("deadline")
def ended_after_deadline(case: Case) -> Broken:
    deadline = case.problem.deadline[case.problem.job_of]
    o = case.operation(deadline != FAR)
    return case.started({o: int(deadline[o] - case.schedule.duration[o]) + case.some(1, 5)})


@breaks("fixed")
def moved_from_fixed_start(case: Case) -> Broken:
    o = int(case.pick(np.flatnonzero(case.problem.fixed_start != FAR)))
    return case.started({o: int(case.solution.start[o]) + case.pick([-2, -1, 1, 2])})


@breaks("fixed")
def moved_from_fixed_machine(case: Case) -> Broken:
    problem = case.problem
    elsewhere = problem.machine != problem.fixed_machine[problem.operation_of]
    a = case.pick(np.flatnonzero(elsewhere & (problem.fixed_machine[problem.operation_of] != -1)))
    o = int(problem.operation_of[a])
    return case.chosen(o, int(a - problem.alt_ptr[o]))


@breaks("precedence")
def started_before_the_previous_operation_has_ended(case: Case) -> Broken:
    s = case.schedule
    if case.problem.open_shop:  # there, only transport makes a next operation wait
        a, b = case.pick((a, b) for a, b in case.neighbours_in_jobs() if s.transfer[a] > 0)
        return case.started({b: int(s.end[a]) + case.some(0, s.transfer[a])})
    a, b = case.pick(case.neighbours_in_jobs())
    return case.started({b: int(s.end[a] + s.transfer[a]) - case.some(1, 4)})


@breaks("no_wait")
def waited(case: Case) -> Broken:
    if not case.problem.no_wait:
        raise NotHere
    last = case.schedule.successor < 0
    _, b = case.pick((a, b) for a, b in case.neighbours_in_jobs() if last[b] or not case.problem.open_shop)
    return case.started({b: int(case.solution.start[b]) + case.some(1, 5)})


@breaks("job_overlap")
def two_operations_of_a_job_at_once(case: Case) -> Broken:
    if not case.problem.open_shop:
        raise NotHere
    a, b = case.pick(case.pairs(case.problem.job_of))
    return case.started({b: int(case.solution.start[a]) + case.some(0, case.schedule.duration[a])})


@breaks("machine_overlap")
def moved_into_a_neighbour(case: Case) -> Broken:
    a, b = case.pick(case.pairs(case.schedule.machine))
    return case.started({b: int(case.solution.start[a]) + case.some(0, case.schedule.duration[a])})


@breaks("machine_overlap")
def entered_before_the_blocking_job_had_left(case: Case) -> Broken:
    s, job = case.schedule, case.problem.job_of
    a, b = case.pick((a, b) for a, b in case.pairs(s.machine) if s.departure[a] > s.end[a] and job[a] != job[b])
    return case.started({b: int(s.departure[a]) - 1})


@breaks("setup")
def shortened_setup(case: Case) -> Broken:
    s, job = case.schedule, case.problem.job_of
    pairs = [(int(a), int(b)) for a, b in zip(*s.machine_pairs, strict=True)]
    free = [(a, b) for a, b in pairs if job[a] != job[b] and s.duration[b] > 0 and not case.problem.done[b]]
    a, b = case.pick((a, b) for a, b in free if s.setup_before[b] > 0)
    return case.started({b: int(s.departure[a]) + case.some(0, s.setup_before[b])})


@breaks("setup")
def shortened_initial_setup(case: Case) -> Broken:
    s = case.schedule
    first = np.isin(np.arange(case.problem.num_operations), s.machine_first)
    o = case.operation(first & (s.setup_before > 0) & (s.duration > 0))
    return case.started({o: int(s.setup_before[o]) - case.some(1, 4)})


@breaks("downtime")
def moved_into_downtime(case: Case) -> Broken:
    s, problem = case.schedule, case.problem
    o = case.operation((s.duration > 0) & np.isin(s.machine, problem.downtime_machine))
    low, high = case.pick(problem.downtimes(int(s.machine[o])).tolist())
    return case.started({o: case.some(low if problem.pause else low - int(s.duration[o]) + 1, high)})


@breaks("permutation")
def two_jobs_exchanged_on_one_machine(case: Case) -> Broken:
    problem, start = case.problem, case.solution.start
    if not problem.permutation:
        raise NotHere
    job, pairs = problem.job_of, case.pairs(case.schedule.machine)
    on_two = Counter((job[a], job[b]) for a, b in pairs)
    a, b = case.pick((a, b) for a, b in pairs if on_two[job[a], job[b]] > 1)
    return case.started({a: int(start[b]), b: int(start[a])})


@breaks("swap")
def jobs_in_a_circle_that_move_at_once(case: Case) -> Broken:
    k = case.some(2, 6)
    length = case.rng.integers(1, 6, size=(k, 2))
    machine = case.rng.permutation(k).tolist()
    jobs = [[(machine[j], length[j, 0]), (machine[(j + 1) % k], length[j, 1])] for j in range(k)]
    problem = JobShop.from_jobs(jobs, blocking="no_swap")
    at = int(length[:, 0].max()) + case.some(0, 4)
    solution = JobShopSolution(start=np.tile([0, at], k))
    assert violations(problem.with_settings(blocking="swap"), solution) == []
    return problem, solution


def codes_of(case: Case, broken: Broken) -> set[str]:
    problem, solution = broken if isinstance(broken, tuple) else (case.problem, broken)
    return {v.code for v in violations(problem, solution)}


def documented_codes() -> set[str]:
    """The codes of the table in the checker's docstring."""
    text = import_module("schedsolve.models.jobshop.violations").__doc__ or ""
    rows = [line for line in text.splitlines() if line.startswith("``")]
    return {word.strip("`,") for row in rows for word in row.split("  ")[0].split()}


def test_every_mutation_is_caught_by_its_code(random_case):
    caught: Counter[str] = Counter()
    for seed in range(400):
        problem, solution = random_case(seed)
        assert violations(problem, solution) == []
        for code, mutation in MUTATIONS:
            case = Case(problem, solution, np.random.default_rng([seed, len(caught)]))
            try:
                broken = mutation(case)
            except NotHere:
                continue
            assert code in codes_of(case, broken), (mutation.__name__, seed, problem.to_json(), broken)
            caught[mutation.__name__] += 1
    print(f"{sum(caught.values())} mutated schedules: {dict(caught)}")
    assert sum(caught.values()) >= 1000
    assert all(caught[mutation.__name__] >= 20 for _, mutation in MUTATIONS), caught
    assert {code for code, _ in MUTATIONS} == documented_codes()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_serial_schedules_broken_by_hypothesis(data):
    """Pure job shops: whatever hypothesis draws, a moved operation breaks the rule it was moved against."""
    routes = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), min_size=1, max_size=4)
    jobs = data.draw(st.lists(routes, min_size=2, max_size=4))
    problem = JobShop.from_jobs(jobs, num_machines=3)
    slack = data.draw(st.lists(st.integers(0, 3), min_size=problem.num_operations, max_size=problem.num_operations))
    start = np.cumsum([0, *problem.duration[:-1]]) + np.cumsum(slack)
    assert violations(problem, JobShopSolution(start=start)) == []
    a, b = data.draw(st.sampled_from(list(pairwise(range(problem.num_operations)))))
    moved = start.copy()
    moved[b] = start[a] + data.draw(st.integers(0, int(problem.duration[a]) - 1))
    codes = {v.code for v in violations(problem, JobShopSolution(start=moved))}
    assert ("precedence" in codes) == (problem.job_of[a] == problem.job_of[b])
    assert ("machine_overlap" in codes) == (problem.machine[a] == problem.machine[b])
