"""The job-shop problem: what it accepts, what it refuses and how it says so, identity, JSON."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from schedsolve.models.errors import (
    InvalidFile,
    InvalidProblem,
    InvalidSolution,
    MissingExtra,
    SchedsolveError,
    UnknownName,
    Unsupported,
)
from schedsolve.models.jobshop import JobShop, JobShopBuilder, JobShopSolution, violations
from schedsolve.models.record import FAR

JOBS = [[(0, 3), (1, 2)], [(1, 2), [(0, 4), (1, 1)]]]


def shop(**fields):
    return JobShop.from_jobs(JOBS, **fields)


# --- construction -----------------------------------------------------------------------------


def test_from_jobs_gives_compressed_arrays():
    problem = shop()
    assert (problem.num_machines, problem.num_jobs, problem.num_operations) == (2, 2, 4)
    assert problem.job_ptr.tolist() == [0, 2, 4]
    assert problem.alt_ptr.tolist() == [0, 1, 2, 3, 5]
    assert problem.machine.tolist() == [0, 1, 1, 0, 1]
    assert problem.duration.tolist() == [3, 2, 2, 4, 1]
    assert problem.job_of.tolist() == [0, 0, 1, 1]
    assert problem.operation_of.tolist() == [0, 1, 2, 3, 3]
    assert problem.is_flexible
    assert not JobShop.from_jobs([[(0, 1)]]).is_flexible


def test_defaults_are_filled():
    problem = shop()
    assert problem.release.tolist() == [0, 0]
    assert problem.due.tolist() == problem.deadline.tolist() == [FAR, FAR]
    assert problem.weight.tolist() == [1, 1]
    assert problem.fixed_start.tolist() == [FAR] * 4
    assert problem.fixed_machine.tolist() == problem.setup_family.tolist() == [-1] * 4
    assert problem.done.dtype == np.bool_
    assert not problem.done.any()
    assert not problem.has_setups
    assert problem.objective == ("makespan",)
    assert problem.kind == "jobshop"


def test_arrays_are_read_only_copies():
    release = np.array([1, 2])
    problem = shop(release=release)
    release[0] = 9
    assert problem.release.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        problem.release[0] = 5


def test_downtime_is_sorted_and_merged():
    problem = shop(downtime_machine=[1, 0, 0, 0], downtime_start=[4, 8, 1, 3], downtime_end=[6, 9, 3, 5])
    assert problem.downtimes(0).tolist() == [[1, 5], [8, 9]]
    assert problem.downtimes(1).tolist() == [[4, 6]]


def test_zero_setups_and_transport_are_none_at_all():
    plain = shop()
    assert shop(setup=np.zeros((2, 2, 2)), setup_family=[0, 1, 0, 1], transport=np.zeros((2, 2))) == plain
    assert shop(initial_setup=[[0, 0], [0, 1]]).setup.shape == (2, 2, 2)
    assert shop(setup=np.ones((2, 2, 2), dtype=int)).setup_family.tolist() == [0, 0, 1, 1]


def test_objectives_as_name_list_and_text():
    assert shop(objective="total_flow_time").objective == ("total_flow_time",)
    assert shop(objective="makespan, total_flow_time").objective == ("makespan", "total_flow_time")
    assert shop(objective=["makespan"]) == shop(objective=("makespan",)) == shop()


def test_impossible_problems_construct():
    shop(deadline=[1, 1], downtime_machine=[0], downtime_start=[0], downtime_end=[FAR])


MALFORMED = [
    ({"release": [0, -1]}, "release: job 1: -1 is not 0 or more"),
    ({"release": [0, 1.5]}, "release: index 1: 1.5 is no integer"),
    ({"release": [0, float("nan")]}, "release: index 1: nan is no integer"),
    ({"release": [0, "x"]}, "release: index 1: 'x' is no integer"),
    ({"release": [0, 2**70]}, f"release: index 1: {2**70} is beyond ±2^53"),
    ({"release": [1, 2, 3]}, "release: expected shape (2,) (jobs), got (3,)"),
    ({"release": []}, "release: expected shape (2,) (jobs), got (0,)"),
    ({"release": 3}, "release: expected 1 dimensions, got 0"),
    ({"weight": [1, -2]}, "weight: job 1: -2 is not 0 or more"),
    ({"weight": [1, None]}, "weight: index 1: None is no integer"),
    ({"num_machines": 1}, "machine: alternative 1: 1 is not 0 to 0"),
    ({"num_machines": 0}, "num_machines: expected 1 to 100,000, got 0"),
    ({"downtime_machine": [2], "downtime_start": [0], "downtime_end": [1]}, "downtime_machine: downtime 0: 2 is not 0"),
    ({"downtime_machine": [0], "downtime_start": [3], "downtime_end": [3]}, "downtime_end: downtime 0: ends at 3"),
    ({"downtime_machine": [0], "downtime_start": [3, 4]}, "downtime_start: expected shape (1,) (downtimes), got (2,)"),
    ({"setup": [[[1]]]}, "setup: expected shape (2, 1, 1) (machines x families x families), got (1, 1, 1)"),
    ({"setup": np.ones((2, 3, 3))}, "setup_family: needed: 3 families are given for 2 jobs"),
    ({"setup_family": [0, 0, 1, 1]}, "setup_family: given without setup or initial_setup"),
    ({"initial_setup": [[0, 1], [-1, 0]]}, "initial_setup: index 1, 0: -1 is not 0 or more"),
    ({"initial_setup": np.ones((2, 2)), "setup_family": [0, 0, 1, 2]}, "setup_family: operation 3: 2 is not 0 to 1"),
    ({"transport": [[0, 1], [1]]}, "transport: expected 2 dimensions with rows of equal length"),
    ({"transport": [[0, 1, 2], [1, 0, 2]]}, "transport: expected shape (2, 2) (machines x machines), got (2, 3)"),
    ({"fixed_start": [None, None, -1, None]}, "fixed_start: operation 2: -1 is negative"),
    ({"fixed_machine": [1, -1, -1, -1]}, "fixed_machine: operation 0 has no alternative on machine 1"),
    ({"fixed_machine": [2, -1, -1, -1]}, "fixed_machine: operation 0: 2 is not -1 to 1"),
    ({"done": [False, True, False, False]}, "done: operation 1 is done and needs a fixed start"),
    ({"done": [0, 2, 0, 0]}, "done: operation 1: 2 is not 0 to 1"),
    ({"blocking": "maybe"}, 'blocking: expected one of none, no_swap, swap, got "maybe"'),
    ({"no_wait": "yes"}, "no_wait: expected true or false, got 'yes'"),
    ({"permutation": True}, "permutation: needs one machine for each operation and a fixed route"),
    ({"objective": ()}, "objective: expected one or more names, each once"),
    ({"objective": "makespan,makespan"}, "objective: expected one or more names, each once"),
    ({"objective": "maximum_lateness"}, "objective: maximum_lateness needs at least one due date"),
    ({"job_names": ["A"]}, "job_names: expected 2 names, got 1"),
    ({"origin": "tomorrow"}, 'origin: expected an ISO 8601 date, got "tomorrow"'),
    ({"tick": 0}, "tick: expected a number of seconds from 1 to 31622400, got 0"),
]


@pytest.mark.parametrize(("given", "message"), MALFORMED, ids=lambda x: x[:40] if isinstance(x, str) else "")
def test_malformed_data_is_refused_by_name_index_and_value(given, message):
    with pytest.raises(InvalidProblem) as error:
        shop(**given)
    assert str(error.value).startswith(message)
    assert error.value.field == message.split(":")[0]


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        ([], "job_ptr: expected at least one job"),
        ([[(0, 1)], []], "job_ptr: job 1 has no operations"),
        ([[(0, 1, 2)]], "jobs: job 0, operation 0: expected (machine, duration), got (0, 1, 2)"),
        ([[(0, 1), 7]], "jobs: job 0, operation 1: expected (machine, duration), got 7"),
        ([[(0, 1), []]], "jobs: job 0, operation 1: expected (machine, duration), got []"),
        ([[("saw", 1)]], "machine: index 0: 'saw' is no integer"),
        ([[(-1, 1)]], "machine: alternative 0: -1 is not 0 to 0"),
        ([[(0, -1)]], "duration: alternative 0: -1 is not 0 or more"),
        ([[(0, FAR), (0, FAR)]], "duration: the durations add up to more than 2^53"),
    ],
)
def test_malformed_jobs_are_refused(jobs, message):
    with pytest.raises(InvalidProblem) as error:
        JobShop.from_jobs(jobs)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"job_ptr": [0, 2, 3]}, "job_ptr: must go from 0 to 4, the number of operations; goes 0 to 3"),
        ({"job_ptr": [0, 2, 2, 4]}, "job_ptr: job 1 has no operations"),
        ({"alt_ptr": [0, 1, 1, 2, 5]}, "alt_ptr: operation 1 has no alternatives"),
        ({"alt_ptr": [1, 1, 2, 3, 5]}, "alt_ptr: must go from 0 to 5"),
        ({"duration": [1, 2]}, "duration: expected 5 values, got 2"),
    ],
)
def test_malformed_pointers_are_refused(changes, message):
    arrays = {"num_machines": 2, "job_ptr": [0, 2, 4], "alt_ptr": [0, 1, 2, 3, 5]}
    arrays |= {"machine": [0, 1, 1, 0, 1], "duration": [3, 2, 2, 4, 1]}
    assert JobShop(**arrays) == shop()
    with pytest.raises(InvalidProblem) as error:
        JobShop(**(arrays | changes))
    assert str(error.value).startswith(message)


def test_permutation_needs_one_route():
    JobShop.from_jobs([[(0, 1), (1, 2)], [(0, 3), (1, 4)]], permutation=True)
    for jobs in ([[(0, 1), (1, 2)], [(1, 3), (0, 4)]], [[(0, 1), (1, 2)], [(0, 3)]]):
        with pytest.raises(InvalidProblem, match="same route for all jobs"):
            JobShop.from_jobs(jobs, permutation=True)
    with pytest.raises(InvalidProblem, match="visits each machine once"):
        JobShop.from_jobs([[(0, 1), (0, 2)]], permutation=True)


def test_unknown_objective_suggests_the_nearest():
    with pytest.raises(UnknownName, match="did you mean makespan"):
        shop(objective="makspan")


# --- with_settings ----------------------------------------------------------------------------


def test_with_settings_reads_what_the_command_line_writes():
    problem = shop().with_settings(objective="makespan,total_flow_time", no_wait="true", blocking="swap", tick="1")
    assert problem == shop(objective=["makespan", "total_flow_time"], no_wait=True, blocking="swap", tick=1)
    assert problem.with_settings() is problem


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"no_wait": "perhaps"}, 'no_wait: expected true or false, got "perhaps"'),
        ({"no_wait": None}, 'no_wait: expected true or false, got "None"'),
        ({"tick": "1.5"}, 'tick: expected int, got "1.5"'),
        ({"tick": 1.5}, 'tick: expected int, got "1.5"'),
        ({"tick": None}, 'tick: expected int, got "None"'),
        ({"blocking": "yes"}, 'blocking: expected one of none, no_swap, swap, got "yes"'),
    ],
)
def test_with_settings_refuses_other_types(settings, message):
    with pytest.raises(InvalidProblem) as error:
        shop().with_settings(**settings)
    assert str(error.value) == message


def test_with_settings_refuses_unknown_names():
    with pytest.raises(UnknownName, match="did you mean no_wait"):
        shop().with_settings(nowait=True)


# --- builder ----------------------------------------------------------------------------------


def test_builder_builds_what_the_constructor_builds():
    b = JobShopBuilder("two jobs")
    b.job("A", due=40, release=1).operation("saw", 3).operation({"mill 1": 5, "mill 2": 7}, name="face")
    b.job("B", weight=2, deadline=50).operation("mill 2", 4, family="steel")
    b.downtime("saw", 10, 14).setup("mill 2", "A", "steel", 3).setup("mill 2", "", "steel", 2)
    b.transport("saw", "mill 1", 1)
    setup, initial, transport = np.zeros((3, 2, 2)), np.zeros((3, 2)), np.zeros((3, 3))
    setup[2, 0, 1], initial[2, 1], transport[0, 1] = 3, 2, 1
    assert b.build(objective="total_tardiness", blocking="swap") == JobShop.from_jobs(
        [[(0, 3), [(1, 5), (2, 7)]], [(2, 4)]],
        release=[1, 0],
        due=[40, None],
        deadline=[None, 50],
        weight=[1, 2],
        downtime_machine=[0],
        downtime_start=[10],
        downtime_end=[14],
        setup=setup,
        initial_setup=initial,
        setup_family=[0, 0, 1],
        transport=transport,
        blocking="swap",
        objective="total_tardiness",
        name="two jobs",
        job_names=("A", "B"),
        machine_names=("saw", "mill 1", "mill 2"),
        operation_names=("", "face", ""),
    )


def test_builder_errors():
    b = JobShopBuilder()
    job = b.job("A")
    with pytest.raises(InvalidProblem, match='job: "A" exists already'):
        b.job("A")
    with pytest.raises(InvalidProblem, match='duration: operation of "A" on "saw" needs one'):
        job.operation("saw")
    job.operation("saw", 1)
    b.setup("saw", "A", "wood", 2)
    with pytest.raises(UnknownName, match='no setup family "wood"'):
        b.build()


def test_names_fall_back_to_numbers():
    assert shop().operation_name(3) == "job 1 step 2"
    assert shop(job_names=["A", "B"], operation_names=["a", "b", "c", "d"]).operation_name(3) == "B d"
    assert shop().machine_name(1) == "machine 1"


# --- identity ---------------------------------------------------------------------------------


def full():
    """A problem that uses every field."""
    return shop(
        release=[1, 0],
        due=[None, 4],
        deadline=[40, None],
        weight=[2, 3],
        downtime_machine=[0, 0],
        downtime_start=[50, 60],
        downtime_end=[51, 61],
        pause=True,
        setup=np.arange(8).reshape(2, 2, 2),
        initial_setup=[[0, 1], [0, 0]],
        setup_family=[1, 0, 0, 1],
        transport=[[0, 1], [2, 0]],
        no_wait=True,
        blocking="no_swap",
        fixed_start=[None, None, 0, None],
        fixed_machine=[-1, -1, -1, 1],
        done=[False, False, True, False],
        objective=["makespan", "total_tardiness"],
        name="full",
        job_names=["A", "B"],
        origin="2026-01-05T06:00",
        tick=1,
    )


def test_equality_and_hash_are_by_value():
    lists = shop(release=[1, 2], due=[None, 3])
    arrays = shop(release=np.array([1, 2], dtype=np.int32), due=np.array([FAR, 3]))
    assert lists == arrays
    assert hash(lists) == hash(arrays)
    assert len({lists, arrays, shop()}) == 2
    assert shop(job_names=["A", "B"]) == shop(job_names=("A", "B"))
    assert shop(job_names=["A", "B"]) != shop()
    assert shop() != JobShopSolution(start=[0, 3, 0, 2])
    assert JobShopSolution(start=[0, 1]) == JobShopSolution(start=np.array([0.0, 1.0]), alternative=[0, 0])


def test_labels_do_not_change_fingerprints_and_objectives_only_one():
    problem, named = shop(), shop(name="x", job_names=["A", "B"], tick=1)
    assert problem.fingerprint == named.fingerprint
    other = problem.with_settings(objective="total_flow_time")
    assert problem.fingerprint != other.fingerprint
    assert problem.data_fingerprint == other.data_fingerprint
    assert problem.data_fingerprint != problem.with_settings(no_wait=True).data_fingerprint


def test_fields_at_their_default_leave_the_fingerprint_alone():
    assert shop(release=[0, 0], weight=[1, 1], blocking="none").fingerprint == shop().fingerprint


@pytest.mark.parametrize("problem", [shop(), full()], ids=["plain", "full"])
def test_pickle_and_copy(problem):
    for twin in (pickle.loads(pickle.dumps(problem)), copy.deepcopy(problem), replace(problem)):
        assert twin == problem
        assert twin.fingerprint == problem.fingerprint
        assert not twin.duration.flags.writeable


@pytest.mark.parametrize(
    "error",
    [
        InvalidProblem("release", "job 1"),
        InvalidFile("a.txt", "bad", 3),
        UnknownName("rule", "spt", ["lpt"]),
        Unsupported("milp", ["setup"]),
        MissingExtra("plot", "a picture"),
        InvalidSolution(["x", "y"]),
    ],
    ids=lambda e: type(e).__name__,
)
def test_errors_survive_pickling(error):
    twin = pickle.loads(pickle.dumps(error))
    assert isinstance(twin, SchedsolveError)
    assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))


# --- JSON -------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [shop(), full()], ids=["plain", "full"])
def test_json_round_trip(problem):
    assert JobShop.from_json(problem.to_json()) == problem
    assert JobShop.from_builtins(problem.to_builtins()) == problem


def test_json_round_trip_of_random_shops(random_case):
    for seed in range(200):
        problem, solution = random_case(seed)
        assert JobShop.from_json(problem.to_json()) == problem
        assert JobShop.from_json(problem.to_json()).fingerprint == problem.fingerprint
        assert JobShopSolution.from_json(solution.to_json()) == solution


def test_json_of_the_full_problem_names_every_field():
    document = json.loads(full().to_json())
    unset = {"open_shop", "permutation", "machine_names", "operation_names"}
    assert set(document) == {"schema", "kind", "role", *(f.name for f in fields(JobShop))} - unset
    assert document["due"] == [None, 4]


def test_downtime_on_machine_0_from_time_0_survives_json():
    problem = shop(downtime_machine=[0], downtime_start=[0], downtime_end=[1])
    assert JobShop.from_json(problem.to_json()) == problem


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"duration": [3, 2, 1.5, 4, 1]}, "Expected `int`, got `float` - at `$.duration[2]`"),
        ({"duration": [3, 2, "2", 4, 1]}, "Expected `int`, got `str` - at `$.duration[2]`"),
        ({"duration": None}, "Expected `array`, got `null` - at `$.duration`"),
        ({"due": [None, True]}, "Expected `int | null`, got `bool` - at `$.due[1]`"),
        ({"transport": [[0, 1], 2]}, "Expected `array`, got `int` - at `$.transport[1]`"),
        ({"no_wait": 1}, "Expected `bool`, got `int` - at `$.no_wait`"),
        ({"durations": []}, "Object contains unknown field `durations`"),
        ({"schema": "schedsolve/2"}, "Invalid enum value 'schedsolve/2' - at `$.schema`"),
        ({"kind": "rcpsp"}, "Invalid enum value 'rcpsp' - at `$.kind`"),
        ({"role": "solution"}, "Invalid enum value 'solution' - at `$.role`"),
    ],
)
def test_json_is_read_strictly_and_errors_name_the_path(change, message):
    document = json.loads(shop().to_json()) | change
    with pytest.raises(InvalidProblem) as error:
        JobShop.from_json(json.dumps(document))
    assert str(error.value) == f"JSON: {message}"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema":"schedsolve/1","kind":"jobshop"}', b"\xff\xfe", "NaN"])
def test_broken_json_is_refused(text):
    with pytest.raises(InvalidProblem, match=r"^JSON: "):
        JobShop.from_json(text)


def test_solution_is_checked():
    with pytest.raises(InvalidProblem, match="alternative: expected 2 values, got 1"):
        JobShopSolution(start=[0, 1], alternative=[0])
    with pytest.raises(InvalidProblem, match=r"start: index 0: 0\.5 is no integer"):
        JobShopSolution(start=[0.5])


# --- size -------------------------------------------------------------------------------------


def test_a_hundred_thousand_operations():
    rng = np.random.default_rng(0)
    n, m = 1000, 100
    route = rng.permuted(np.tile(np.arange(m), (n, 1)), axis=1).ravel()
    problem = JobShop(
        num_machines=m,
        job_ptr=np.arange(n + 1) * m,
        alt_ptr=np.arange(n * m + 1),
        machine=route,
        duration=rng.integers(1, 100, n * m),
        setup=rng.integers(0, 3, (m, 5, 5)),
        setup_family=rng.integers(0, 5, n * m),
        blocking="no_swap",
    )
    assert JobShop.from_json(problem.to_json()) == problem
    serial = np.cumsum(problem.duration + 3) - problem.duration - 3
    assert violations(problem, JobShopSolution(start=serial)) == []
    found = violations(problem, JobShopSolution(start=serial // 2))
    assert {v.code for v in found} >= {"precedence"}
