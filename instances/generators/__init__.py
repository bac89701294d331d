"""Seeded generators of problems, by name, with the parameters that ``schedsolve generate NAME`` offers.

The published generators give the published instances number for number; the random ones give the same
problem for the same parameters and seed everywhere. Listing them imports none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schedsolve.instances.generators.sizes import check_size
from schedsolve.models.errors import UnknownName
from schedsolve.models.family import resolve

if TYPE_CHECKING:
    from schedsolve.models.record import Record


@dataclass(frozen=True)
class Parameter:
    """One keyword of a generator; its ``default`` is the keyword's."""

    name: str
    type: type
    default: bool | int | float | str
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Generator:
    """A function that makes problems of one kind; ``make`` is its dotted path."""

    name: str
    kind: str
    title: str
    make: str
    parameters: tuple[Parameter, ...]
    sizes: tuple[tuple[str, ...], ...] = ()
    """The parameters of whose product the largest arrays are."""

    def __call__(self, **values: object) -> Record:
        """The problem. Raises ``UnknownName`` for another parameter, ``InvalidProblem`` for a bad value."""
        known: dict[str, object] = {p.name: p.default for p in self.parameters}
        for name in values:
            if name not in known:
                raise UnknownName(f"parameter of {self.name}", name, list(known))
        for names in self.sizes:  # before any memory is taken
            given = [(known | values)[name] for name in names]
            check_size(" x ".join(names), *(size for size in given if isinstance(size, int)))
        problem: Record = resolve(self.make)(**values)
        return problem


_SEED = Parameter("seed", int, 0, "the same seed gives the same problem")
_DURATIONS = (
    Parameter("min_duration", int, 1, "shortest duration"),
    Parameter("max_duration", int, 99, "longest duration"),
)
_LENGTHS = (
    Parameter("operations", int, 0, "operations of a job; 0: as many as machines; more than machines: re-entrant"),
    Parameter("min_operations", int, 0, "operations of the shortest job; 0: all jobs equally long"),
)
_CONDITIONS = (
    Parameter("release_spread", float, 0.0, "jobs arrive over this multiple of the time all the work takes; 0: at 0"),
    Parameter("due_factor", float, 0.0, "due date = release + factor x total duration of the job; 0: none"),
    Parameter("deadline_factor", float, 0.0, "deadline, likewise; a small one makes the problem infeasible"),
    Parameter("max_weight", int, 1, "weights of jobs from 1 to this"),
    Parameter("downtime_share", float, 0.0, "share of its time that each machine is down, at most 0.95"),
    Parameter("pause", bool, False, "operations pause over downtime instead of fitting between"),
    Parameter("max_setup", int, 0, "setup times between families from 1 to this; 0: none"),
    Parameter("setup_families", int, 5, "setup families of jobs, where there are setups"),
    Parameter("max_transport", int, 0, "transport times between machines from 1 to this; 0: none"),
    Parameter("no_wait", bool, False, "an operation starts the moment its job's previous one has ended"),
    Parameter(
        "blocking", str, "none", "a job stays on its machine until the next is free", ("none", "no_swap", "swap")
    ),
    Parameter("objective", str, "makespan", "a name, or several with commas between"),
)

_OBJECTIVE = _CONDITIONS[-1]

_RANDOM = "schedsolve.instances.generators.jobshop.random"

GENERATORS: dict[str, Generator] = {
    g.name: g
    for g in (
        Generator(
            "jobshop",
            "jobshop",
            "random job shop: each job has a route of its own",
            f"{_RANDOM}:jobshop",
            (
                Parameter("jobs", int, 10, "number of jobs"),
                Parameter("machines", int, 5, "number of machines"),
                *_LENGTHS,
                *_DURATIONS,
                _SEED,
                *_CONDITIONS,
            ),
            sizes=(("jobs", "machines"), ("jobs", "operations")),
        ),
        Generator(
            "flexible",
            "jobshop",
            "random flexible job shop: each operation has a choice of machines",
            f"{_RANDOM}:flexible",
            (
                Parameter("jobs", int, 10, "number of jobs"),
                Parameter("machines", int, 5, "number of machines"),
                *_LENGTHS,
                Parameter("min_alternatives", int, 1, "machines that can do an operation, at least"),
                Parameter("max_alternatives", int, 0, "machines that can do an operation, at most; 0: all"),
                Parameter("same_duration", bool, False, "an operation takes as long on each of its machines"),
                *_DURATIONS,
                _SEED,
                *_CONDITIONS,
            ),
            sizes=(("jobs", "machines", "machines"), ("jobs", "operations", "machines")),
        ),
        Generator(
            "flowshop",
            "jobshop",
            "random flow shop: all jobs visit the machines in one order",
            f"{_RANDOM}:flowshop",
            (
                Parameter("jobs", int, 10, "number of jobs"),
                Parameter("machines", int, 5, "number of machines"),
                Parameter("permutation", bool, True, "every machine processes the jobs in the same order"),
                *_DURATIONS,
                _SEED,
                *_CONDITIONS,
            ),
            sizes=(("jobs", "machines"),),
        ),
        Generator(
            "openshop",
            "jobshop",
            "random open shop: the operations of a job in any order",
            f"{_RANDOM}:openshop",
            (
                Parameter("jobs", int, 5, "number of jobs"),
                Parameter("machines", int, 5, "number of machines"),
                *_DURATIONS,
                _SEED,
                *_CONDITIONS,
            ),
            sizes=(("jobs", "machines"),),
        ),
        Generator(
            "taillard",
            "jobshop",
            "job, flow or open shop of Taillard (1993); the defaults give ta01",
            "schedsolve.instances.generators.jobshop.taillard:taillard",
            (
                Parameter("jobs", int, 15, "number of jobs"),
                Parameter("machines", int, 15, "number of machines"),
                Parameter("shop", str, "job", "which of the three shops", ("job", "flow", "open")),
                Parameter("time_seed", int, 840612802, "seed of the durations, 1 to 2147483646"),
                Parameter("machine_seed", int, 398197754, "seed of the routes, 1 to 2147483646; not in flow shops"),
            ),
            sizes=(("jobs", "machines"),),
        ),
        Generator(
            "demirkol",
            "jobshop",
            "job shop of Demirkol, Mehta and Uzsoy (1998); the defaults give dmu01",
            "schedsolve.instances.generators.jobshop.demirkol:demirkol",
            (
                Parameter("jobs", int, 20, "number of jobs"),
                Parameter("machines", int, 15, "number of machines"),
                Parameter("seed", int, 155125852, "1 to 2147483646"),
                Parameter("two_sets", bool, False, "visit the first half of the machines first, as dmu41 to dmu80 do"),
            ),
            sizes=(("jobs", "machines"),),
        ),
        Generator(
            "sd2",
            "jobshop",
            "flexible job shop of the SD2 mix, on which learned schedulers are trained and compared",
            "schedsolve.instances.generators.jobshop.sd2:sd2",
            (
                Parameter("jobs", int, 20, "number of jobs"),
                Parameter("machines", int, 10, "number of machines"),
                Parameter("operations", int, 30, "operations of each job"),
                _SEED,
                Parameter("index", int, 0, "place in the seed's sequence of instances; tests use 500 and up"),
            ),
            sizes=(("jobs", "operations", "machines"),),
        ),
        Generator(
            "project",
            "rcpsp",
            "random project with ProGen's and RanGen's parameters, lags, calendars and windows; never impossible",
            "schedsolve.instances.generators.rcpsp.random:project",
            (
                Parameter("tasks", int, 30, "number of tasks, a dummy source and sink not counted"),
                Parameter("order_strength", float, 0.5, "share of the pairs of tasks that are ordered"),
                Parameter("min_duration", int, 1, "shortest duration"),
                Parameter("max_duration", int, 10, "longest duration"),
                Parameter("resources", int, 4, "number of renewable resources"),
                Parameter("resource_factor", float, 0.5, "share of the resources that a task asks for, on average"),
                Parameter("resource_strength", float, 0.3, "capacity from the largest demand, 0, to the peak, 1"),
                Parameter("max_demand", int, 10, "largest demand for a resource"),
                Parameter("modes", int, 1, "modes of each task; the shorter, the more they ask for"),
                Parameter("nonrenewable", int, 0, "number of non-renewable resources"),
                Parameter("nonrenewable_strength", float, 0.5, "their budgets, from just enough, 0, to plenty, 1"),
                Parameter("lag_share", float, 0.0, "share of the links that get least and largest lags of all kinds"),
                Parameter("max_lag", int, 10, "longest of the least lags, and the room up to the largest"),
                Parameter("working_time", int, 0, "time between two breaks; 0: no breaks"),
                Parameter("break_time", int, 2, "length of the breaks, where there are any"),
                Parameter("pause_share", float, 0.5, "share of the tasks that pause in breaks"),
                Parameter("change_share", float, 0.0, "share of the time at which a capacity is lower, at most 0.95"),
                Parameter("window_share", float, 0.0, "share of the tasks that have a release date and a deadline"),
                Parameter("window_slack", int, 10, "room of windows on each side of the hidden schedule"),
                Parameter("due_factor", float, 0.0, "due date = factor x earliest end by the network; 0: none"),
                Parameter("max_weight", int, 1, "weights of tasks from 1 to this"),
                _OBJECTIVE,
                _SEED,
            ),
            sizes=(("tasks", "modes", "resources"), ("tasks", "modes", "nonrenewable")),
        ),
        Generator(
            "levels",
            "rcpsp",
            "random project of a level of difficulty, after R-ConstraintBench; impossible only on request",
            "schedsolve.instances.generators.rcpsp.constraint_levels:levels",
            (
                Parameter("level", int, 20, "number of precedences, none of them redundant"),
                Parameter("tasks", int, 20, "number of tasks"),
                Parameter("layers", int, 5, "layers of tasks that precedences go between"),
                Parameter("resources", int, 4, "number of renewable resources"),
                Parameter("min_duration", int, 1, "shortest duration"),
                Parameter("max_duration", int, 10, "longest duration"),
                Parameter("downtime", float, 0.75, "probability that resources have downtime"),
                Parameter("windows", float, 0.75, "probability that tasks have release dates and deadlines"),
                Parameter(
                    "disjunctive", float, 0.75, "probability that there are pairs of tasks that must not overlap"
                ),
                Parameter("flavour", str, "plain", "what things are called", ("plain", "migration")),
                Parameter(
                    "contradiction",
                    str,
                    "none",
                    "what makes the project impossible",
                    ("none", "window", "chain", "capacity", "circle", "pair", "work"),
                ),
                _OBJECTIVE,
                _SEED,
            ),
            sizes=(("tasks", "resources"),),
        ),
    )
}


def generator(name: str) -> Generator:
    """The generator of a name. Raises ``UnknownName`` with the nearest one."""
    if name not in GENERATORS:
        raise UnknownName("generator", name, list(GENERATORS))
    return GENERATORS[name]
