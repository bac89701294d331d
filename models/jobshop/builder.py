"""State a job shop by name, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from schedsolve.models.errors import InvalidProblem, UnknownName
from schedsolve.models.jobshop.problem import JobShop


class JobShopBuilder:
    """Collects machines, jobs and operations by name and builds a ``JobShop``.

    >>> b = JobShopBuilder()
    >>> b.job("A", due=40).operation("saw", 3).operation({"mill 1": 5, "mill 2": 7})
    >>> b.downtime("saw", 10, 14)
    >>> problem = b.build(objective="total_tardiness")

    Machines come into being when first named.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._machines: dict[str, int] = {}
        self._jobs: dict[str, JobBuilder] = {}
        self._downtime: list[tuple[int, int, int]] = []
        self._setups: dict[tuple[str, str, str], int] = {}
        self._transport: dict[tuple[int, int], int] = {}

    def machine(self, name: str) -> int:
        """The index of a machine, made if it is new."""
        return self._machines.setdefault(name, len(self._machines))

    def job(
        self, name: str, *, release: int = 0, due: int | None = None, deadline: int | None = None, weight: int = 1
    ) -> JobBuilder:
        """A new job; add its operations in order with ``.operation``."""
        if name in self._jobs:
            raise InvalidProblem("job", f'"{name}" exists already')
        self._jobs[name] = JobBuilder(self, name, release, due, deadline, weight)
        return self._jobs[name]

    def downtime(self, machine: str, start: int, end: int) -> JobShopBuilder:
        """The machine is down in [start, end)."""
        self._downtime.append((self.machine(machine), start, end))
        return self

    def setup(self, machine: str, before: str, after: str, time: int) -> JobShopBuilder:
        """Setup time on a machine between two families; ``before=""`` is the setup of a first operation.

        An operation's family is the one given to ``operation``, else its job's name.
        """
        self.machine(machine)
        self._setups[machine, before, after] = time
        return self

    def transport(self, origin: str, destination: str, time: int) -> JobShopBuilder:
        """Time that a job needs from one machine to another."""
        self._transport[self.machine(origin), self.machine(destination)] = time
        return self

    def build(self, *, objective: str | Sequence[str] = "makespan", **fields: object) -> JobShop:
        """The problem; ``fields`` are further fields of ``JobShop`` (``blocking="swap"``, ``pause=True``, …)."""
        jobs = list(self._jobs.values())
        operations = [o for j in jobs for o in j.operations]
        downtime = np.array(self._downtime, dtype=np.int64).reshape(-1, 3)
        return JobShop.from_jobs(
            [[list(o.choices) for o in j.operations] for j in jobs],
            num_machines=len(self._machines),
            release=[j.release for j in jobs],
            due=[j.due for j in jobs],
            deadline=[j.deadline for j in jobs],
            weight=[j.weight for j in jobs],
            downtime_machine=downtime[:, 0],
            downtime_start=downtime[:, 1],
            downtime_end=downtime[:, 2],
            **self._setup_fields(operations),
            transport=self._transport_matrix(),
            objective=objective,
            name=self.name,
            job_names=tuple(self._jobs),
            machine_names=tuple(self._machines),
            operation_names=tuple(o.name for o in operations) if any(o.name for o in operations) else (),
            **fields,
        )

    def _setup_fields(self, operations: list[OperationData]) -> dict[str, object]:
        if not self._setups:
            return {}
        families = {f: i for i, f in enumerate(dict.fromkeys(o.family for o in operations))}
        setup = np.zeros((len(self._machines), len(families), len(families)), dtype=np.int64)
        initial = np.zeros((len(self._machines), len(families)), dtype=np.int64)
        for (machine, before, after), time in self._setups.items():
            for family in filter(None, (before, after)):
                if family not in families:
                    raise UnknownName("setup family", family, list(families))
            if before:
                setup[self._machines[machine], families[before], families[after]] = time
            else:
                initial[self._machines[machine], families[after]] = time
        return {"setup": setup, "initial_setup": initial, "setup_family": [families[o.family] for o in operations]}

    def _transport_matrix(self) -> npt.NDArray[np.int64] | None:
        if not self._transport:
            return None
        matrix = np.zeros((len(self._machines), len(self._machines)), dtype=np.int64)
        for (origin, destination), time in self._transport.items():
            matrix[origin, destination] = time
        return matrix


class OperationData:
    """One operation as the builder keeps it."""

    def __init__(self, choices: list[tuple[int, int]], family: str, name: str):
        self.choices = choices
        self.family = family
        self.name = name


class JobBuilder:
    """One job under construction."""

    def __init__(
        self, shop: JobShopBuilder, name: str, release: int, due: int | None, deadline: int | None, weight: int
    ):
        self.shop = shop
        self.name = name
        self.release = release
        self.due = due
        self.deadline = deadline
        self.weight = weight
        self.operations: list[OperationData] = []

    def operation(
        self, machine: str | Mapping[str, int], duration: int | None = None, *, family: str = "", name: str = ""
    ) -> JobBuilder:
        """The job's next operation: a machine and its duration, or a mapping of machine to duration."""
        if isinstance(machine, str):
            if duration is None:
                raise InvalidProblem("duration", f'operation of "{self.name}" on "{machine}" needs one')
            machine = {machine: duration}
        choices = [(self.shop.machine(m), d) for m, d in machine.items()]
        self.operations.append(OperationData(choices, family or self.name, name))
        return self
