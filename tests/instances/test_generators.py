from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schedsolve.instances.bundled import bundled
from schedsolve.instances.generators import GENERATORS, generator
from schedsolve.instances.generators.jobshop.random import with_conditions
from schedsolve.instances.generators.jobshop.sd2 import sd2
from schedsolve.instances.generators.lehmer import Lehmer
from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.family import resolve
from schedsolve.models.jobshop import OBJECTIVES, JobShop
from schedsolve.models.record import FAR

RANDOM = ("jobshop", "flexible", "flowshop", "openshop")
CONDITIONS: dict[str, Any] = {
    "release_spread": 0.5,
    "due_factor": 1.5,
    "deadline_factor": 3.0,
    "max_weight": 9,
    "downtime_share": 0.2,
    "pause": True,
    "max_setup": 7,
    "setup_families": 3,
    "max_transport": 4,
    "no_wait": True,
    "objective": "total_weighted_tardiness, makespan",
}


def make(name: str, **values: Any) -> JobShop:
    problem = GENERATORS[name](**values)
    assert isinstance(problem, JobShop)
    return problem


# --- the published ones ---------------------------------------------------------------------------


def test_lehmer_passes_the_check_of_park_and_miller():
    """From seed 1 the 10,000th number is 1043618065 (S. Park, K. Miller, CACM 31 (1988) 1195)."""
    stream = Lehmer(1)
    for _ in range(10_000):
        last = stream.next()
    assert last == 1043618065


@pytest.mark.parametrize("seed", [0, -5, 2**31 - 1])
def test_lehmer_refuses_seeds_outside_its_period(seed: int):
    with pytest.raises(InvalidProblem, match="seed: expected 1 to 2147483646"):
        Lehmer(seed)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("ta01", [(6, 94), (12, 66), (4, 10), (7, 53), (3, 26), (2, 15), (10, 65), (11, 82), (8, 10), (14, 27)]),
        ("ta001", [(0, 54), (1, 79), (2, 16), (3, 66), (4, 58)]),
        ("tai04x04_01", [(0, 34), (1, 2), (2, 54), (3, 61)]),
        ("dmu01", [(0, 160), (13, 5), (6, 139), (11, 99), (12, 9), (5, 98), (2, 28), (1, 107), (3, 196), (10, 165)]),
    ],
)
def test_first_jobs_of_the_published_sets(name: str, start: list[tuple[int, int]]):
    problem = bundled(name)
    pairs = zip(problem.machine.tolist(), problem.duration.tolist(), strict=True)
    assert [pair for pair, _ in zip(pairs, start, strict=False)] == start


def test_defaults_give_the_first_instance_of_each_set():
    assert make("taillard").fingerprint == bundled("ta01").fingerprint
    assert make("demirkol").fingerprint == bundled("dmu01").fingerprint


def test_dmu_loads_meet_the_bounds_that_are_known_to_be_optimal():
    """These four are closed at the head, load and tail of one machine."""
    optima = {"dmu31": 5640, "dmu32": 5927, "dmu34": 5385, "dmu35": 5635}
    assert {name: load_bound(bundled(name)) for name in optima} == optima


def load_bound(problem: JobShop) -> int:
    """The largest head + load + tail of a machine; one operation of each job on each machine."""
    n, m = problem.num_jobs, problem.num_machines
    duration = problem.duration.reshape(n, m)
    head = np.cumsum(duration, axis=1) - duration
    tail = duration.sum(axis=1, keepdims=True) - head - duration
    by_machine = [(problem.machine == k).reshape(n, m) for k in range(m)]
    return max(int(head[on].min() + duration[on].sum() + tail[on].min()) for on in by_machine)


def test_second_half_of_dmu_visits_the_first_machines_first():
    route = bundled("dmu80").machine.reshape(50, 20)
    assert route[:, :10].max() == 9
    assert route[:, 10:].min() == 10


@pytest.mark.benchmark_data
@pytest.mark.parametrize(("operations", "index"), [(30, 500), (30, 501)])
def test_sd2_equals_the_test_instances(benchmarks: Path, operations: int, index: int):
    file = benchmarks / "fjsp" / "lrho" / f"lrho_20x10x{operations}_{index}.txt"
    expected = [[int(word) for word in line.split()] for line in file.read_text().splitlines()[1:]]
    problem = sd2(operations=operations, index=index)
    pairs = np.column_stack([problem.machine + 1, problem.duration])
    jobs = []
    for first, last in zip(problem.job_ptr[:-1], problem.job_ptr[1:], strict=True):
        job = [int(last - first)]
        for a, b in zip(problem.alt_ptr[first:last], problem.alt_ptr[first + 1 : last + 1], strict=True):
            job += [int(b - a), *pairs[a:b].ravel().tolist()]
        jobs.append(job)
    assert jobs == expected


def test_sd2_instances_of_a_sequence_differ():
    assert sd2(jobs=3, machines=4, operations=2, index=1) != sd2(jobs=3, machines=4, operations=2, index=0)


# --- the random ones ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fingerprint"),
    [
        ("jobshop", "6c69197ba9649a93"),
        ("flexible", "e2e942a8c9bd7273"),
        ("flowshop", "1ca0167d2a85fad5"),
        ("openshop", "de22a42cb63d43ec"),
        ("sd2", "6b5af5cae0d840a5"),
    ],
)
def test_a_seed_gives_the_same_problem_everywhere(name: str, fingerprint: str):
    assert make(name).fingerprint == fingerprint


@pytest.mark.parametrize("name", RANDOM)
def test_another_seed_gives_another_problem(name: str):
    assert make(name, seed=1).fingerprint != make(name, seed=2).fingerprint


@pytest.mark.parametrize("name", RANDOM)
def test_side_conditions_leave_the_shop_and_each_other_alone(name: str):
    plain = make(name, seed=4)
    for condition, value in CONDITIONS.items():
        if condition in ("pause", "no_wait", "objective", "setup_families"):
            continue
        one = make(name, seed=4, **{condition: value}).to_builtins()
        changed = {f for f in one if one[f] != plain.to_builtins().get(f)}
        alone = {
            "release_spread": {"release"},
            "due_factor": {"due"},
            "deadline_factor": {"deadline"},
            "max_weight": {"weight"},
            "downtime_share": {"downtime_machine", "downtime_start", "downtime_end"},
            "max_setup": {"setup", "initial_setup", "setup_family"},
            "max_transport": {"transport"},
        }
        assert changed == alone[condition]


@pytest.mark.parametrize("name", RANDOM)
def test_side_conditions_keep_their_ranges(name: str):
    p = make(name, jobs=12, machines=4, seed=9, **CONDITIONS)
    quickest = np.minimum.reduceat(p.duration, p.alt_ptr[:-1])
    work = np.add.reduceat(quickest, p.job_ptr[:-1])
    assert np.array_equal(p.due - p.release, (1.5 * work).astype(int))
    assert np.array_equal(p.deadline - p.release, 3 * work)
    assert p.release.min() >= 0
    assert p.release.max() <= 0.5 * max(work.max(), -(-work.sum() // 4))
    assert len(np.unique(p.release)) > 1
    assert set(p.weight.tolist()) <= set(range(1, 10))
    assert p.setup.shape == (4, 3, 3)
    assert np.all(np.diagonal(p.setup, axis1=1, axis2=2) == 0)
    assert p.setup.max() <= 7
    assert p.initial_setup.min() >= 1
    assert np.array_equal(p.transport, p.transport.T)
    assert np.all(np.diagonal(p.transport) == 0)
    assert p.transport.max() <= 4
    assert p.pause
    assert p.no_wait
    assert p.objective == ("total_weighted_tardiness", "makespan")


def test_downtime_takes_about_its_share():
    p = make("jobshop", jobs=200, machines=20, downtime_share=0.3)
    work = np.add.reduceat(p.duration, p.job_ptr[:-1])
    horizon = 2 * max(work.max(), work.sum() / 20)
    share = (p.downtime_end - p.downtime_start).sum() / (20 * horizon)
    assert 0.25 < share < 0.35


def test_long_jobs_revisit_machines_but_never_at_once():
    p = make("jobshop", jobs=40, machines=3, operations=11, min_operations=2, seed=5)
    lengths = np.diff(p.job_ptr)
    assert lengths.min() >= 2
    assert lengths.max() <= 11
    assert len(np.unique(lengths)) > 3
    for route in np.split(p.machine, p.job_ptr[1:-1]):
        assert np.all(route[1:] != route[:-1])
        assert len(set(route[:3].tolist())) == min(3, len(route))


def test_short_jobs_visit_machines_once():
    p = make("jobshop", jobs=30, machines=9, operations=4, seed=5)
    routes = p.machine.reshape(30, 4)
    assert all(len(set(route)) == 4 for route in routes.tolist())
    assert len(np.unique(routes)) == 9


def test_alternatives_keep_their_number_and_differ():
    p = make("flexible", jobs=30, machines=8, min_alternatives=2, max_alternatives=4, seed=2)
    count = np.diff(p.alt_ptr)
    assert set(count.tolist()) == {2, 3, 4}
    for machines in np.split(p.machine, p.alt_ptr[1:-1]):
        assert len(set(machines.tolist())) == len(machines)


def test_same_duration_on_all_machines():
    p = make("flexible", same_duration=True, seed=2)
    assert all(len(set(d.tolist())) == 1 for d in np.split(p.duration, p.alt_ptr[1:-1]))
    assert any(len(set(d.tolist())) > 1 for d in np.split(make("flexible").duration, p.alt_ptr[1:-1]))


def test_durations_cover_their_range():
    p = make("openshop", jobs=30, machines=30, min_duration=0, max_duration=3)
    assert set(p.duration.tolist()) == {0, 1, 2, 3}


def test_shop_rules_are_set():
    assert make("openshop").open_shop
    assert make("flowshop").permutation
    assert not make("flowshop", permutation=False).permutation
    assert make("jobshop", blocking="no_swap").blocking == "no_swap"
    assert make("taillard", shop="flow", jobs=4, machines=3).permutation
    assert make("taillard", shop="open", jobs=4, machines=3).open_shop


def test_without_conditions_there_are_none():
    p = make("jobshop")
    assert np.all(p.due == FAR)
    assert np.all(p.deadline == FAR)
    assert not len(p.downtime_machine)
    assert not p.has_setups


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("jobshop", {"jobs": 0}, "jobs: expected 1 or more, got 0"),
        ("jobshop", {"operations": -1}, "operations: expected 1 or more, got -1"),
        ("jobshop", {"operations": 3, "min_operations": 4}, "min_operations: expected 1 to 3, got 4"),
        ("jobshop", {"min_duration": 5, "max_duration": 4}, "max_duration: expected 5 or more, got 4"),
        ("jobshop", {"seed": -1}, "seed: expected 0 or more, got -1"),
        ("jobshop", {"downtime_share": 1.0}, "downtime_share: expected 0 to 0.95, got 1.0"),
        ("jobshop", {"due_factor": float("nan")}, "due_factor: expected 0 to 1000, got nan"),
        ("jobshop", {"release_spread": float("inf")}, "release_spread: expected 0 to 1000, got inf"),
        ("jobshop", {"max_weight": 2**63}, "max_weight: expected 1 to 9007199254740992"),
        ("jobshop", {"blocking": "some"}, 'blocking: expected one of none, no_swap, swap, got "some"'),
        ("flexible", {"machines": 3, "max_alternatives": 4}, "max_alternatives: expected 1 to 3, got 4"),
        ("flexible", {"min_alternatives": 3, "max_alternatives": 2}, "min_alternatives: expected 1 to 2, got 3"),
        ("flowshop", {"machines": 0}, "machines: expected 1 or more, got 0"),
        ("sd2", {"index": -1}, "index: expected 0 to 100000, got -1"),
        ("taillard", {"jobs": 0}, "jobs: expected 1 or more, got 0"),
        ("taillard", {"time_seed": 0}, "seed: expected 1 to 2147483646, got 0"),
        ("demirkol", {"jobs": -1}, "jobs: expected 1 or more, got -1"),
    ],
)
def test_bad_values_are_refused_by_name(name: str, values: dict[str, Any], message: str):
    with pytest.raises(InvalidProblem, match=message):
        make(name, **values)


# --- the registry ---------------------------------------------------------------------------------


def test_unknown_names_get_the_nearest():
    with pytest.raises(UnknownName, match="did you mean flexible"):
        generator("flexibel")
    with pytest.raises(UnknownName, match="did you mean machines"):
        make("jobshop", machine=3)
    with pytest.raises(UnknownName, match='no shop "mixed"; known: job, flow, open'):
        make("taillard", shop="mixed")


@pytest.mark.parametrize("name", GENERATORS)
def test_the_registry_tells_each_keyword_with_its_default(name: str):
    made = GENERATORS[name]
    assert made.name == name
    signature = inspect.signature(resolve(made.make)).parameters.values()
    keywords = {p.name: p.default for p in signature if p.kind is p.KEYWORD_ONLY and p.name != "name"}
    if any(p.kind is p.VAR_KEYWORD for p in signature):
        conditions = inspect.signature(with_conditions).parameters.values()
        keywords |= {p.name: p.default for p in conditions if p.kind is p.KEYWORD_ONLY}
    assert {p.name: p.default for p in made.parameters} == keywords
    assert all(type(p.default) is p.type for p in made.parameters)
    assert all(p.default in p.choices for p in made.parameters if p.choices)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_can_be_asked_for(objective: str):
    assert make("jobshop", objective=objective, due_factor=1.5).objective == (objective,)


def test_listing_the_generators_imports_no_numpy():
    code = "import sys; import schedsolve.instances.generators; print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
