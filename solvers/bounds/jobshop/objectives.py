"""Cheap lower bounds for machine scheduling, one for each objective.

From the heads and tails of the operations (``heads_tails``), one-machine relaxations (``one_machine``) and,
for flexible shops, workloads (``assignment``). All hold unconditionally, hence also for the lower levels
of a lexicographic objective.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from schedsolve.models.jobshop import JobShop
from schedsolve.models.record import FAR
from schedsolve.solvers.bounds.jobshop.assignment import assignment_bound
from schedsolve.solvers.bounds.jobshop.heads_tails import HeadsTails, heads_tails
from schedsolve.solvers.bounds.one_machine import jackson, mean_busy, moore, shortest_remaining

Ints = npt.NDArray[np.int64]


def bound(problem: JobShop) -> list[int | None]:
    """A lower bound for each of ``problem.objective``."""
    w = heads_tails(problem)
    return [_BOUNDS[name](problem, w) for name in problem.objective]


def _makespan(problem: JobShop, w: HeadsTails) -> int:
    best = max(int((w.end + w.tail).max()), int(w.completion.max()))
    for k, ops in _machines(w):
        # Done operations may lie in a downtime.
        down = problem.downtimes(k).tolist()
        free = ops[~problem.done[ops]] if down else ops
        if len(free):
            best = max(best, jackson(w.head[free].tolist(), w.work[free].tolist(), w.tail[free].tolist(), down))
        load = int(w.work[ops].sum()) + _setups_between(problem, w, k, ops)
        best = max(best, int(w.head[ops].min()) + load + int(w.tail[ops].min()))
    if problem.is_flexible and not problem.done.all():  # what is all done may have ended before 0
        best = max(best, assignment_bound(problem, w))
    return best


def _total_completion(problem: JobShop, w: HeadsTails) -> int:
    return _sum_of_ends(problem, w, np.ones(problem.num_jobs, dtype=np.int64))


def _total_weighted_completion(problem: JobShop, w: HeadsTails) -> int:
    return _sum_of_ends(problem, w, problem.weight)


def _total_flow(problem: JobShop, w: HeadsTails) -> int:
    return _total_completion(problem, w) - int(problem.release.sum())


def _total_weighted_flow(problem: JobShop, w: HeadsTails) -> int:
    return _total_weighted_completion(problem, w) - _dot(problem.weight, problem.release)


def _total_tardiness(problem: JobShop, w: HeadsTails) -> int:
    return _tardiness(problem, w, np.ones(problem.num_jobs, dtype=np.int64))


def _total_weighted_tardiness(problem: JobShop, w: HeadsTails) -> int:
    return _tardiness(problem, w, problem.weight)


def _maximum_lateness(problem: JobShop, w: HeadsTails) -> int:
    best = int((w.completion - problem.due).max())
    job = problem.job_of
    for _, ops in _machines(w):
        ops = ops[problem.due[job[ops]] < FAR]
        if len(ops):
            tails = w.tail[ops] - problem.due[job[ops]]
            best = max(best, jackson(w.head[ops].tolist(), w.work[ops].tolist(), tails.tolist()))
    return best


def _tardy_jobs(problem: JobShop, w: HeadsTails) -> int:
    return _late(problem, w, np.ones(problem.num_jobs, dtype=np.int64))


def _weighted_tardy_jobs(problem: JobShop, w: HeadsTails) -> int:
    return _late(problem, w, problem.weight)


def _total_setup(problem: JobShop, w: HeadsTails) -> int:
    """Every operation pays at least its cheapest setup on some machine, as the first there or behind another."""
    if not problem.has_setups:
        return 0
    least = np.full(problem.num_operations, FAR)
    for k in range(problem.num_machines):
        able, counted = _able(problem, w, k)
        family = problem.setup_family[counted]
        first = problem.initial_setup[k, family]
        behind = _cheapest_behind(problem, k, able, counted)
        least[counted] = np.minimum(least[counted], np.minimum(first, behind))
    return int(least[w.work > 0].sum())


_BOUNDS: dict[str, Callable[[JobShop, HeadsTails], int]] = {
    "makespan": _makespan,
    "total_completion_time": _total_completion,
    "total_weighted_completion_time": _total_weighted_completion,
    "total_flow_time": _total_flow,
    "total_weighted_flow_time": _total_weighted_flow,
    "total_tardiness": _total_tardiness,
    "total_weighted_tardiness": _total_weighted_tardiness,
    "maximum_lateness": _maximum_lateness,
    "tardy_jobs": _tardy_jobs,
    "weighted_tardy_jobs": _weighted_tardy_jobs,
    "total_setup_time": _total_setup,
}


def _sum_of_ends(problem: JobShop, w: HeadsTails, weight: Ints) -> int:
    """Weighted completion: each job alone, or the jobs of one machine in turn and the rest alone."""
    best = alone = _dot(weight, w.completion)
    for ops in _one_each(problem, w):
        jobs = problem.job_of[ops]
        heads, work = w.head[ops].tolist(), w.work[ops].tolist()
        if np.all(weight[jobs] == weight[jobs[0]]):
            ends = int(weight[jobs[0]]) * sum(shortest_remaining(heads, work))
        else:
            ends = mean_busy(heads, work, weight[jobs].tolist())
        rest = alone - _dot(weight[jobs], w.completion[jobs])
        best = max(best, rest + ends + _dot(weight[jobs], w.tail[ops]))
    return best


def _tardiness(problem: JobShop, w: HeadsTails, weight: Ints) -> int:
    """Weighted tardiness: each job alone; or one machine's jobs, by C - d summed up or by Chu's pairing."""
    late = np.maximum(0, w.completion - problem.due)
    best = alone = _dot(weight, late)
    for ops in _one_each(problem, w):
        ops = ops[problem.due[problem.job_of[ops]] < FAR]
        if not len(ops):
            continue
        jobs = problem.job_of[ops]
        heads, work = w.head[ops].tolist(), w.work[ops].tolist()
        due = problem.due[jobs] - w.tail[ops]
        pairs = zip(shortest_remaining(heads, work), np.sort(due).tolist(), strict=True)
        paired = int(weight[jobs].min()) * sum(max(0, end - d) for end, d in pairs)
        summed = mean_busy(heads, work, weight[jobs].tolist()) - _dot(weight[jobs], due)
        best = max(best, alone - _dot(weight[jobs], late[jobs]) + max(paired, summed))
    return best


def _late(problem: JobShop, w: HeadsTails, weight: Ints) -> int:
    """Weight of late jobs: each alone; or as many of one machine's jobs as are late there, the lightest."""
    late = w.completion > problem.due
    best: int = sum(weight[late].tolist())
    alone = best
    for ops in _one_each(problem, w):
        jobs = problem.job_of[ops]
        due = problem.due[jobs] - w.tail[ops]
        count = moore(int(w.head[ops].min()), w.work[ops].tolist(), due.tolist())
        lightest = sum(np.sort(weight[jobs])[:count].tolist())
        best = max(best, alone - sum(weight[jobs[late[jobs]]].tolist()) + lightest)
    return best


def _machines(w: HeadsTails) -> Iterator[tuple[int, Ints]]:
    """Each machine with the operations that take time and can be done nowhere else."""
    ops = np.flatnonzero((w.work > 0) & (w.machine >= 0))
    ops = ops[np.argsort(w.machine[ops], kind="stable")]
    for group in np.split(ops, np.flatnonzero(np.diff(w.machine[ops])) + 1):
        if len(group):
            yield int(w.machine[group[0]]), group


def _one_each(problem: JobShop, w: HeadsTails) -> Iterator[Ints]:
    """For each machine the longest operation of each job there."""
    for _, ops in _machines(w):
        ops = ops[np.lexsort((-w.work[ops], problem.job_of[ops]))]
        yield ops[np.concatenate([[True], np.diff(problem.job_of[ops]) > 0])]


def _setups_between(problem: JobShop, w: HeadsTails, k: int, ops: Ints) -> int:
    """Least sum of the setups before ``ops`` on their machine ``k``, one of them being the first."""
    if not problem.setup.size:
        return 0
    able, _ = _able(problem, w, k)
    least = np.where(problem.done[ops], 0, _cheapest_behind(problem, k, able, ops))
    return int(least.sum() - least.max())


def _able(problem: JobShop, w: HeadsTails, k: int) -> tuple[Ints, Ints]:
    """Operations that may be in machine ``k``'s sequence, and those of them that are if it does them.

    One of length 0 is in the sequence only while its job blocks the machine.
    """
    here = w.alternatives[problem.machine[w.alternatives] == k]
    able = np.unique(problem.operation_of[here[(problem.duration[here] > 0) | (problem.blocking != "none")]])
    return able, able[w.work[able] > 0]


def _cheapest_behind(problem: JobShop, k: int, able: Ints, ops: Ints) -> Ints:
    """For each of ``ops`` the least setup on machine ``k`` behind another operation; FAR where there is none."""
    families, count = np.unique(problem.setup_family[able], return_counts=True)
    setups = np.full((problem.setup.shape[-1],) * 2, FAR)
    setups[families] = problem.setup[k, families]
    alone = families[count == 1]
    setups[alone, alone] = FAR
    return setups.min(axis=0)[problem.setup_family[ops]]  # type: ignore[no-any-return]


def _dot(a: Ints, b: Ints) -> int:
    """Sum of products in Python integers: weights times times may pass 2^63."""
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))
